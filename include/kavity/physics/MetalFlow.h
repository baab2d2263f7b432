#ifndef kavity_physics_MetalFlow_h
#define kavity_physics_MetalFlow_h

#include "kavity/laws/Constants.h"
#include "kavity/laws/Metal.h"
#include "kavity/laws/PhaseField.h"
#include "kavity/physics/FlowValues.h"
#include "kavity/physics/InterfaceExchange.h"
#include "kavity/physics/MetalPreconditioner.h"
#include "kavity/physics/NormalVelocity.h"
#include "kavity/physics/SolverSettings.h"

#include <functional>

namespace kavity
{
/// The metal (docs/model.md, section 4): lattice velocity v, pressure p and potential of atoms mu,
/// coupled by vacancy sinks, with creep. Quasi-steady. Values on Gamma live on the metal's side.
template <int dim>
class MetalFlow
{
public:
  enum class Platen
  {
    pressure,      ///< traction -P everywhere on top
    rigid_pressure ///< one velocity everywhere on top, mean traction -P
  };
  enum class Slip
  {
    free,
    stick
  };
  struct Options
  {
    Platen platen      = Platen::pressure;
    Slip slip          = Slip::free;
    bool sinks         = true; ///< false: none, neither in the metal nor on Gamma
    double size_factor = 1;    ///< S of the creep law
    /// mu is an unknown; false: it comes from the phase field (section 6)
    bool with_potential = true;
    /// Gamma is no wall though there are no sinks on it: the tractions of Exchange act there
    bool yields = false;
  };

  /// `sink_factor` multiplies L_s by place (may be empty). References must outlive the object.
  MetalFlow(const Body<dim> &, const Interface<dim> &, const Metal &, double temperature,
            const Options &, const std::function<double(const dealii::Point<dim> &)> &sink_factor,
            const SolverSettings &);

  using Exchange = InterfaceExchange;

  /// Throws NoConvergence where the residual, relative to the flux through Gamma, stays above the
  /// tolerance (0: that of the settings). Starts from the last solution.
  SolverReport solve(double stack_pressure, const Exchange &, double tolerance = 0);

  /// What the phase field makes of the metal (with_potential = false), nodal on potential_space().
  struct Filling
  {
    const Vector *fraction  = nullptr; ///< c
    const Vector *potential = nullptr; ///< mu/(Omega W)
    const PhaseField *law   = nullptr;
    /// s: time over which mu will follow the flow; the flow then gives way as if it did
    double interval  = 0;
    double void_size = 0; ///< m, of the voids there are: how fast what fills them is strained
  };
  /// The same where mu is given: velocity and p = -h zeta div v. The flow is measured by the
  /// capacity of the sinks and by `stripping`, the integral of |i| Omega/F over Gamma in m^3/s. A
  /// first approximation may do with a `loose` tolerance; it gains a digit all the same.
  SolverReport solve(double stack_pressure, const Filling &, double stripping, double tolerance = 0,
                     double loose = 0);

  InterfaceValues mu;       ///< at Gamma, J/mol; not where it is given
  InterfaceValues pressure; ///< p in the metal at Gamma, Pa; where mu is given without c mu/Omega
  InterfaceValues approach; ///< u at Gamma, m/s

  /// Stress normal to Gamma that creep at the rates of the last solve takes, tension > 0, Pa: what
  /// full metal presses with is p less this.
  InterfaceValues creep_stress() const
  {
    return values.creep_stress(*metal.creep, temperature, options.size_factor);
  }

  /// w' at the points of Gamma with the fluxes of the last solve, m/s: atoms that Gamma supplied
  /// less the volume that moved into it.
  InterfaceValues void_growth(const Exchange &) const;

  bool has_interface_sinks() const
  {
    return sink_resistance > 0;
  }
  /// False if it is a wall, with u the closure.
  bool interface_moves() const
  {
    return has_interface_sinks() || options.yields;
  }

  /// volume per time that the residuals of the last solve are relative to, m^3/s (m^2/s in 2D):
  /// all that moves to and from Gamma, and a hundredth of what the sinks could absorb
  double moved_volume() const
  {
    return flux_scale * body.angle();
  }
  /// volume of metal entering through the top, from the velocity field, m^3/s (m^2/s in 2D)
  double top_inflow() const
  {
    return values.inflow_through(boundary::platen);
  }
  /// the same through the platen and the rim, where it is what is squeezed out
  double inflow() const
  {
    return top_inflow() + values.inflow_through(boundary::rim);
  }
  /// volume annihilated at sinks, from p and mu, m^3/s (m^2/s in 2D); > 0 contracts
  double sink_contraction() const
  {
    return values.sink_contraction();
  }

  /// power spent by the flow, int 2 eta |dev D|^2 + (div v)^2 zeta + int_Gamma resistance u^2, W
  /// (W/m); where mu is given
  double dissipation() const;
  /// power of the platen, -int P v.n over the top, W (W/m)
  double platen_power(double stack_pressure) const
  {
    return stack_pressure * top_inflow();
  }

  /// scaled v and p (and mu), where the next solve starts from
  BlockVector &solution()
  {
    return solution_;
  }

  /// nodal velocity in units of velocity_unit() (m/s)
  const Vector &velocity() const
  {
    return solution_.block(MetalOperator<dim>::velocity);
  }
  double velocity_unit() const
  {
    return equations_.scales().velocity;
  }

  /// v (m/s), p (Pa), mu (J/mol) for output
  void fill_output(Vector &velocity, Vector &p, Vector &potential) const
  {
    values.fill_output(velocity, p, potential);
  }
  const Field<dim> &velocity_space() const
  {
    return velocity_field;
  }
  const Field<dim> &pressure_space() const
  {
    return pressure_field;
  }
  const Field<dim> &potential_space() const
  {
    return potential_field;
  }
  const CoefficientSpace<dim> &coefficient_space() const
  {
    return coefficients;
  }
  const MetalOperator<dim> &equations() const
  {
    return equations_;
  }

private:
  void set_sinks(const std::function<double(const dealii::Point<dim> &)> &sink_factor);
  void choose_scales(double stack_pressure);
  void fill(const Filling &, double stack_pressure);
  SolverReport newton(const BlockVector &loads, double tolerance, double loose = 0);
  InterfaceValues interface_fraction(const Filling &) const;
  double sink_speed(double pressure) const;
  double sink_capacity(double stack_pressure) const;
  /// Where the platen is rigid, a velocity or forces on it.
  void flatten(Vector &velocity) const;
  void add_to_solution(double factor, const BlockVector &step);
  /// Residual of the free unknowns; returns its size relative to loads and flux.
  double residual(BlockVector &r, const BlockVector &loads);
  void solve_linear(BlockVector &step, const BlockVector &r, double reduction, SolverReport &);
  void read_interface();

  const Body<dim> &body;
  const Interface<dim> &interface;
  const Metal &metal;
  const double temperature;
  const Options options;
  const SolverSettings settings;
  const double sink_resistance; ///< r on Gamma, Pa s/m; 0: no sinks there

  CoefficientSpace<dim> coefficients;
  Field<dim> velocity_field, pressure_field, potential_field;
  MetalOperator<dim> equations_;
  MetalPreconditioner<dim> preconditioner;
  NormalVelocity<dim> normal_velocity;

  PointData<double> inverse_sink_viscosity; ///< 1/(Pa s)
  InterfaceValues resistance; ///< r/h on Gamma where mu is given, Pa s/m; empty: infinite
  double flux_scale = 0;
  double load_size  = 0; ///< of the forces that residuals of momentum are relative to, scaled
  BlockVector solution_; ///< scaled, with boundary values
  const FlowValues<dim> values;
};
} // namespace kavity

#endif
