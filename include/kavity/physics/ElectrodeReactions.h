#ifndef kavity_physics_ElectrodeReactions_h
#define kavity_physics_ElectrodeReactions_h

#include "kavity/fem/Field.h"
#include "kavity/fem/Interface.h"
#include "kavity/fem/PointData.h"
#include "kavity/laws/Kinetics.h"

#include <vector>

namespace kavity
{
/// V, of a step towards a solution of the kinetics: an exponential overshoots no more than it can
/// take back.
constexpr double longest_overpotential_step = 0.1;

/// The kinetics of the metals on an electrolyte (docs/model.md, section 3): currents on their
/// interfaces for potentials of ions and metals. Values live on the electrolyte's side.
template <int dim>
class ElectrodeReactions
{
public:
  /// A metal on the electrolyte.
  struct Terminal
  {
    const Interface<dim> *interface;
    const ButlerVolmer *kinetics;
  };
  /// What its interface looks like at the quadrature points.
  struct Contact
  {
    ElectrolyteValues mu;              ///< J/mol
    ElectrolyteValues fraction;        ///< chi
    ElectrolyteValues constriction;    ///< R_con, ohm m^2
    ElectrolyteValues film_factor;     ///< multiplies R_film
    ElectrolyteValues exchange_factor; ///< multiplies i_0
  };
  using Contacts = std::vector<const Contact *>; ///< one a terminal

  ElectrodeReactions(const std::vector<Terminal> &, double temperature);

  /// For phi in a space of the electrolyte's MatrixFree that keeps its boundary values. What is
  /// referred to must outlive the object.
  void reinit(const dealii::MatrixFree<dim, double> &, unsigned int space);

  /// At phi and the potentials of the metals less their U_0 (V): all that is below, the moments of
  /// the currents and, of the first terminal, of their derivatives. Collective.
  void evaluate(const Contacts &, const Vector &phi, const std::vector<double> &metals,
                Vector &current_moments, Vector &slope_moments);

  /// current density per total area, A/m^2, > 0 strips the metal
  const ElectrolyteValues &current(const unsigned int terminal) const
  {
    return faces[terminal].current;
  }
  /// eta, V
  const ElectrolyteValues &overpotential(const unsigned int terminal) const
  {
    return faces[terminal].overpotential;
  }
  /// di/d(drive) at the points of all boundary faces, A/(V m^2); 0 off the interfaces
  const PointData<double> &slopes() const
  {
    return slopes_;
  }
  /// Of the first terminal, without the angle of the body: A, A/V.
  double total_current() const
  {
    return total_current_;
  }
  double total_slope() const
  {
    return total_slope_;
  }
  /// On the first terminal, of a change of its potential that the overpotential takes.
  double largest_share() const
  {
    return largest_share_;
  }

private:
  struct Faces
  {
    InterfaceBatches<dim, Side::electrolyte> batches;
    ElectrolyteValues current, overpotential;
  };
  void evaluate(unsigned int terminal, const Contact &, const Vector &phi, double metal,
                Vector &current_moments, Vector *slope_moments);

  const std::vector<Terminal> terminals;
  const double temperature;
  const dealii::MatrixFree<dim, double> *matrix_free = nullptr;
  unsigned int space                                 = 0;
  std::vector<Faces> faces; ///< one a terminal
  PointData<double> slopes_;
  double total_current_ = 0, total_slope_ = 0, largest_share_ = 0;
};
} // namespace kavity

#endif
