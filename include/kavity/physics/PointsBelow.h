#ifndef kavity_physics_PointsBelow_h
#define kavity_physics_PointsBelow_h

#include "kavity/laws/Dendrite.h"
#include "kavity/physics/Elasticity.h"
#include "kavity/physics/IonTransport.h"

#include <deal.II/base/mpi_remote_point_evaluation.h>

#include <vector>

namespace kavity
{
/// Depths below the points of an interface on the electrolyte's side, along the normals there: on
/// any mesh, wherever it is distributed. Good for one mesh. All functions are collective.
template <int dim>
class PointsBelow
{
public:
  /// From the interface on, which is the first, m.
  const std::vector<double> &depths() const
  {
    return depths_;
  }

protected:
  /// Depths lie close together near the interface; points are made from depth number @p first on.
  /// The electrolyte must be thicker than @p depth (m).
  PointsBelow(const Interface<dim> &, double depth, unsigned int first);

  unsigned int per_point() const
  {
    return depths_.size() - first;
  }
  /// Where the normal leaves the electrolyte, as beside a notch, the last value within it counts.
  template <typename Value>
  void continue_outside(std::vector<Value> &values) const
  {
    for (unsigned int k = 0; k < values.size(); ++k)
      if (k % per_point() > 0 && !points.point_found(k))
        values[k] = values[k - 1];
  }

  dealii::Utilities::MPI::RemotePointEvaluation<dim> points; ///< depth by depth of every point
  std::vector<dealii::Point<dim>> places;                    ///< the same
  std::vector<dealii::Tensor<1, dim>> normals;               ///< n_Gamma of every point

private:
  void place(const Interface<dim> &);

  const unsigned int first;
  std::vector<double> depths_;
};

/// phi of the electrolyte there.
template <int dim>
class PotentialBelow : public PointsBelow<dim>
{
public:
  PotentialBelow(const Interface<dim> &interface, const double depth)
    : PointsBelow<dim>(interface, depth, 1)
  {
  }

  /// Takes the values of a solution, V.
  void evaluate(const IonTransport<dim> &);

  /// Of a point on the electrolyte's side, at a depth but the first.
  double value(const unsigned int point, const unsigned int depth) const
  {
    return values[point * this->per_point() + depth - 1];
  }

private:
  std::vector<double> values;
};

/// The stress of the electrolyte there on planes normal to the interface.
template <int dim>
class StressBelow : public PointsBelow<dim>
{
public:
  StressBelow(const Interface<dim> &interface, const double depth)
    : PointsBelow<dim>(interface, depth, 0)
  {
  }

  /// Takes the values of a solution.
  void evaluate(const Elasticity<dim> &);

  /// Of a point on the electrolyte's side, at all depths, Pa.
  const std::vector<StressAlong> &of(const unsigned int point) const
  {
    return values[point];
  }

private:
  std::vector<std::vector<StressAlong>> values;
};
} // namespace kavity

#endif
