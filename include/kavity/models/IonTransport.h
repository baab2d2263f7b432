#ifndef kavity_models_IonTransport_h
#define kavity_models_IonTransport_h

#include "kavity/fem/CoefficientSpace.h"
#include "kavity/fem/DiffusionOperator.h"
#include "kavity/fem/Interface.h"
#include "kavity/laws/Kinetics.h"
#include "kavity/models/SolverSettings.h"

namespace kavity
{
/// Ion transport in a single-ion conductor (docs/model.md, sections 2 and 3): div(sigma grad phi)
/// = 0 with Butler-Volmer kinetics on Gamma, an ideal counter electrode (phi = 0) or a prescribed
/// uniform current at the far face. The metal's potential phi_m is a scalar unknown fixed by the
/// mean current. All values on Gamma live on the electrolyte's side.
template <int dim>
class IonTransport
{
public:
  enum class CounterElectrode
  {
    ideal,
    prescribed_current
  };

  /// sigma in the axes of the mesh, S/m. References must outlive the object.
  IonTransport(const Body<dim> &, const Interface<dim> &, const ButlerVolmer &,
               const dealii::Tensor<2, dim> &sigma, double temperature, CounterElectrode,
               const SolverSettings &);

  /// What Gamma looks like at its quadrature points.
  struct Contact
  {
    InterfaceValues mu;              ///< J/mol
    InterfaceValues fraction;        ///< chi
    InterfaceValues constriction;    ///< R_con, ohm m^2
    InterfaceValues film_factor;     ///< multiplies R_film
    InterfaceValues exchange_factor; ///< multiplies i_0
  };

  /// Solve for phi and phi_m at the mean current density (A/m^2 of Gamma, > 0 strips). Throws
  /// NoConvergence where the residual, relative to the current, stays above the tolerance (0: that
  /// of the settings). Starts from the last solution, or from the uniform one.
  SolverReport solve(double mean_current, const Contact &, double tolerance = 0);

  /// current density on Gamma per total area, A/m^2: the one computed flux both bodies use
  InterfaceValues current;
  /// eta on Gamma, V
  InterfaceValues overpotential;

  Vector phi; ///< V
  /// phi_m, V
  double metal_potential() const
  {
    return phi_m + kinetics.U0;
  }
  /// Cell voltage phi_m - mean phi at the counter face, V.
  double voltage() const;
  /// Current through the counter face from the residual of the solved equations, A; per metre of
  /// depth in 2D. Independent of the integral of `current`.
  double counter_current() const
  {
    return far_current;
  }

  /// current that the residuals of the last solve are relative to, A (A/m in 2D): the applied one,
  /// at rest a thousandth of what the kinetics could exchange
  double current_scale() const
  {
    return scale * angle();
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
  void start(double mean_current, const Contact &);
  void settle(double goal, const Contact &, Vector &load, Vector &slope_load);
  /// Currents and their derivative at the points, load of the currents and of the derivatives.
  void evaluate_interface(const Contact &, Vector &load, Vector &slope_load);
  void assemble_residual(double mean_current, Vector &residual, const Vector &load);
  void update_preconditioner();
  /// Returns the step of phi_m.
  double newton_step(Vector &step, Vector &rows, const Vector &slope_load, double goal,
                     double reduction, SolverReport &);
  double angle() const;
  double round_off() const; ///< of the sum of the residuals at phi, A
  void shift(double factor, const Vector &direction, double phi_m_step);

  const Body<dim> &body;
  const Interface<dim> &interface;
  const ButlerVolmer &kinetics;
  const dealii::Tensor<2, dim> sigma;
  const double temperature;
  const CounterElectrode counter;
  const SolverSettings settings;

  CoefficientSpace<dim> coefficients;
  Field<dim> field;
  DiffusionOperator<dim, double> jacobian;
  Multigrid<dim, DiffusionOperator<dim, float>> multigrid;
  InterfaceBatches<dim, double> batches;
  PointData<double> slopes, preconditioned_slopes;
  Vector lift, lift_load;   ///< one on Gamma, zero at the counter face, and what it misses there
  double phi_m         = 0; ///< less U_0, which would take digits from the overpotential
  double far_current   = 0;
  double total_current = 0, total_slope = 0, scale = 0;
  double largest_share = 0; ///< on Gamma, of a change of phi_m that the overpotential takes
  bool started         = false;
};
} // namespace kavity

#endif
