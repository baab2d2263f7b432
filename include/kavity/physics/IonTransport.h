#ifndef kavity_physics_IonTransport_h
#define kavity_physics_IonTransport_h

#include "kavity/fem/CoefficientSpace.h"
#include "kavity/fem/DiffusionOperator.h"
#include "kavity/physics/Applied.h"
#include "kavity/physics/ElectrodeReactions.h"
#include "kavity/physics/SolverSettings.h"

namespace kavity
{
/// Ion transport in a single-ion conductor (docs/model.md, sections 2 and 3): div(sigma grad phi)
/// = 0 with Butler-Volmer kinetics on Gamma. At the far face are an ideal counter electrode (phi =
/// 0), a prescribed uniform current, or a second metal with kinetics of its own, whose potential
/// less its U_0 is the zero. The metal's potential phi_m is a scalar unknown fixed by the mean
/// current, or follows from the cell voltage. Values on an interface live on the electrolyte's
/// side.
template <int dim>
class IonTransport
{
public:
  enum class CounterElectrode
  {
    ideal,
    prescribed_current,
    metal
  };

  using Terminal = typename ElectrodeReactions<dim>::Terminal;
  using Contact  = typename ElectrodeReactions<dim>::Contact;
  using Contacts = typename ElectrodeReactions<dim>::Contacts;

  /// sigma in the axes of the mesh, S/m. A second terminal needs CounterElectrode::metal. What is
  /// referred to must outlive the object.
  IonTransport(const Body<dim> &, const std::vector<Terminal> &,
               const dealii::Tensor<2, dim> &sigma, double temperature, CounterElectrode,
               const SolverSettings &);

  /// Solve for phi and phi_m. Throws NoConvergence where the residual, relative to the current,
  /// stays above the tolerance (0: that of the settings). Starts from the last solution, or from
  /// the uniform one after another voltage. No voltage beside a prescribed current at the far
  /// face.
  SolverReport solve(const Applied &, const Contacts &, double tolerance = 0);
  /// The same with one terminal.
  SolverReport solve(const Applied &applied, const Contact &contact, const double tolerance = 0)
  {
    return solve(applied, Contacts{&contact}, tolerance);
  }

  /// current density on an interface per total area, A/m^2, > 0 strips it: the one computed flux
  /// both bodies use
  const ElectrolyteValues &current(const unsigned int terminal = 0) const
  {
    return reactions.current(terminal);
  }
  /// eta on an interface, V
  const ElectrolyteValues &overpotential(const unsigned int terminal = 0) const
  {
    return reactions.overpotential(terminal);
  }

  Vector phi; ///< V
  /// phi_m, V
  double metal_potential() const
  {
    return phi_m + terminals[0].kinetics->U0;
  }
  /// Potential of a metal less its U_0, from the zero that phi has, V.
  double own_potential(const unsigned int terminal) const
  {
    return terminal == 0 ? phi_m : 0.;
  }
  /// Cell voltage, V: phi_m less that of the second metal, or less the mean phi at the counter
  /// face.
  double voltage() const;
  /// Potential of a metal against an ideal reference electrode of the first one, which takes no
  /// current, V: at this depth (m) below Gamma, or in a mesh from a file on the boundary with that
  /// name.
  double potential_against_reference(unsigned int terminal, double depth) const;
  /// Current through the counter face, A; per metre of depth in 2D: from the residual of the solved
  /// equations, or from the kinetics of the second metal. Independent of the integral of
  /// `current`.
  double counter_current() const
  {
    return far_current;
  }
  /// Of the kinetics on Gamma, A/m^2.
  double mean_current() const
  {
    return reactions.total_current() * body.angle() / interface.area();
  }

  /// A thousandth of what the kinetics could exchange, A/m^2: what counts against it is small.
  double current_at_rest() const
  {
    return least_current() * body.angle() / interface.area();
  }

  /// current that the residuals of the last solve are relative to, A (A/m in 2D): the one that
  /// passes, at rest a thousandth of what the kinetics could exchange
  double current_scale() const
  {
    return scale * body.angle();
  }

  const dealii::DoFHandler<dim> &dof_handler() const
  {
    return field.dof_handler;
  }
  /// sigma in the axes of the mesh, S/m
  const dealii::Tensor<2, dim> &conductivity() const
  {
    return sigma;
  }

private:
  void set_lift();
  void set_on_boundaries(Vector &lift) const;
  void begin(const Applied &, const Contacts &);
  void start(const Contacts &);
  void settle(const Contacts &, Vector &load, Vector &slope_load);
  /// The reactions at the present potentials.
  void react(const Contacts &, Vector &load, Vector &slope_load);
  /// phi_m is an unknown that has an equation.
  bool bordered() const
  {
    return counter != CounterElectrode::prescribed_current &&
           !(applied.is_voltage && applied.resistance == 0);
  }
  double goal() const;       ///< total current that is asked for at the present phi_m, A
  double kept_phi_m() const; ///< where a voltage is applied, at the current that belongs to it, V
  double least_current() const;
  double size_of_current() const;
  void measure_far_current(const Vector &residual, const Vector &free_part);
  double zero_of_voltage() const;
  void assemble_residual(Vector &residual, const Vector &load);
  void update_preconditioner();
  /// Returns the step of phi_m.
  double newton_step(Vector &step, Vector &rows, const Vector &slope_load, double reduction,
                     SolverReport &);
  double round_off() const; ///< of the sum of the residuals at phi, A
  void shift(double factor, const Vector &direction, double phi_m_step);

  const Body<dim> &body;
  const std::vector<Terminal> terminals;
  const Interface<dim> &interface; ///< Gamma
  const dealii::Tensor<2, dim> sigma;
  const double temperature;
  const CounterElectrode counter;
  const SolverSettings settings;

  CoefficientSpace<dim> coefficients;
  Field<dim> field;
  DiffusionOperator<dim, double> jacobian;
  Multigrid<dim, DiffusionOperator<dim, float>> multigrid;
  const double counter_area; ///< m^2 (per radian, per m of depth)
  ElectrodeReactions<dim> reactions;
  PointData<double> preconditioned_slopes;
  Vector lift, lift_load; ///< one on Gamma, zero at the counter face, and what it misses there
  double phi_m       = 0; ///< less U_0, which would take digits from the overpotential
  double far_current = 0;
  double scale       = 0;
  Applied applied    = 0.;
  bool solved        = false; ///< phi is that of the last solve
};
} // namespace kavity

#endif
