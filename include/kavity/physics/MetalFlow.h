#ifndef kavity_physics_MetalFlow_h
#define kavity_physics_MetalFlow_h

#include "kavity/laws/Metal.h"
#include "kavity/physics/FlowPreconditioner.h"
#include "kavity/physics/FlowValues.h"
#include "kavity/physics/NormalVelocity.h"
#include "kavity/physics/SolverSettings.h"

#include <functional>

namespace kavity
{
/// Flow of the metal (docs/model.md, section 4): lattice velocity v and pressure p, with creep and
/// vacancy sinks. Quasi-steady. What drives the sinks, the potential of atoms mu, is an unknown of
/// HomogenisedFlow and given to ResolvedFlow. Values on Gamma live on the metal's side.
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
    /// Gamma is no wall though there are no sinks on it: the tractions of InterfaceExchange act
    /// there
    bool yields = false;
  };

  /// Multiplies L_s by place; may be empty.
  using SinkFactor = std::function<double(const dealii::Point<dim> &)>;

  MetalFlow(const MetalFlow &)            = delete;
  MetalFlow &operator=(const MetalFlow &) = delete;
  virtual ~MetalFlow()                    = default;

  InterfaceValues pressure; ///< p in the metal at Gamma, Pa
  InterfaceValues approach; ///< u at Gamma, m/s

  /// Stress normal to Gamma that creep at the rates of the last solve takes, tension > 0, Pa: what
  /// full metal presses with is p less this.
  InterfaceValues creep_stress() const
  {
    return values().creep_stress(*metal.creep, temperature, options.size_factor);
  }

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
    return values().inflow_through(boundary::platen);
  }
  /// the same through the platen and the rim, where it is what is squeezed out
  double inflow() const
  {
    return top_inflow() + values().inflow_through(boundary::rim);
  }
  /// volume annihilated at sinks, from p and mu, m^3/s (m^2/s in 2D); > 0 contracts
  double sink_contraction() const
  {
    return values().sink_contraction();
  }

  /// scaled v and p (and mu), where the next solve starts from
  BlockVector &solution()
  {
    return solution_;
  }

  /// nodal velocity in units of velocity_unit() (m/s)
  const Vector &velocity() const
  {
    return solution_.block(FlowOperator<dim>::velocity);
  }
  double velocity_unit() const
  {
    return equations().scales().velocity;
  }

  /// v (m/s), p (Pa), mu (J/mol) for output
  void fill_output(Vector &velocity, Vector &p, Vector &potential) const
  {
    values().fill_output(velocity, p, potential);
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
  virtual const FlowOperator<dim> &equations() const = 0;

protected:
  /// References must outlive the object.
  MetalFlow(const Body<dim> &, const Interface<dim> &, const Metal &, double temperature,
            const Options &, const SolverSettings &);
  /// To be called once there are equations().
  void set_sinks(const SinkFactor &);

  virtual FlowOperator<dim> &rows()                 = 0; ///< equations()
  virtual FlowPreconditioner<dim> &preconditioner() = 0;
  virtual void read_interface();

  void choose_scales(double stack_pressure);
  /// From the last solution until the residual, relative to loads and flux, is below the tolerance,
  /// or below a `loose` one with a digit gained. Throws NoConvergence.
  SolverReport newton(const BlockVector &loads, double tolerance, double loose = 0);
  double sink_capacity(double stack_pressure) const;
  FlowValues<dim> values() const
  {
    return {equations(), solution_, metal.molar_volume};
  }

  const Body<dim> &body;
  const Interface<dim> &interface;
  const Metal &metal;
  const double temperature;
  const Options options;
  const SolverSettings settings;
  const double sink_resistance; ///< r on Gamma, Pa s/m; 0: no sinks there

  CoefficientSpace<dim> coefficients;
  Field<dim> velocity_field, pressure_field, potential_field;
  NormalVelocity<dim> normal_velocity;

  double flux_scale = 0;
  double load_size  = 0; ///< of the forces that residuals of momentum are relative to, scaled
  BlockVector solution_; ///< scaled, with boundary values

private:
  double sink_speed(double pressure) const;
  /// Where the platen is rigid, a velocity or forces on it.
  void flatten(Vector &velocity) const;
  void add_to_solution(double factor, const BlockVector &step);
  /// Residual of the free unknowns; returns its size relative to loads and flux.
  double residual(BlockVector &r, const BlockVector &loads);
  void solve_linear(BlockVector &step, const BlockVector &r, double reduction, SolverReport &);

  PointData<double> inverse_sink_viscosity; ///< 1/(Pa s)
};
} // namespace kavity

#endif
