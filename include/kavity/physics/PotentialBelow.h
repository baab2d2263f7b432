#ifndef kavity_physics_PotentialBelow_h
#define kavity_physics_PotentialBelow_h

#include "kavity/physics/IonTransport.h"

#include <deal.II/base/mpi_remote_point_evaluation.h>

#include <vector>

namespace kavity
{
/// phi of the electrolyte at depths below the points of an interface, along the normals there: on
/// any mesh, wherever it is distributed. Good for one mesh. All functions are collective.
template <int dim>
class PotentialBelow
{
public:
  /// Depths lie close together near the interface. The electrolyte must be thicker than @p depth
  /// (m); where the normal leaves it, as beside a notch, the last value within it counts.
  PotentialBelow(const Interface<dim> &, double depth);

  /// Takes the values of a solution, V.
  void evaluate(const IonTransport<dim> &);

  /// From the interface on, which is the first, m.
  const std::vector<double> &depths() const
  {
    return depths_;
  }

  /// Of a point on the electrolyte's side, at a depth but the first.
  double value(const unsigned int point, const unsigned int depth) const
  {
    return values[point * (depths_.size() - 1) + depth - 1];
  }

private:
  std::vector<dealii::Point<dim>> points_below(const Interface<dim> &) const;

  std::vector<double> depths_, values;
  dealii::Utilities::MPI::RemotePointEvaluation<dim> points;
};
} // namespace kavity

#endif
