#ifndef kavity_physics_ResolvedFlow_h
#define kavity_physics_ResolvedFlow_h

#include "kavity/laws/PhaseField.h"
#include "kavity/physics/MetalFlow.h"

namespace kavity
{
/// The metal around voids that are resolved (docs/model.md, section 6): its flow where the
/// potential of atoms is that of the phase field, and the metal fraction thins it.
/// MetalFlow::pressure is without c mu/Omega.
template <int dim>
class ResolvedFlow : public MetalFlow<dim>
{
public:
  using typename MetalFlow<dim>::Options;
  using typename MetalFlow<dim>::SinkFactor;

  /// References must outlive the object.
  ResolvedFlow(const Body<dim> &, const Interface<dim> &, const Metal &, double temperature,
               const Options &, const SinkFactor &, const SolverSettings &);

  /// What the phase field makes of the metal, nodal on potential_space().
  struct Filling
  {
    const Vector *fraction  = nullptr; ///< c
    const Vector *potential = nullptr; ///< mu/(Omega W)
    const PhaseField *law   = nullptr;
    /// s: time over which mu will follow the flow; the flow then gives way as if it did
    double interval  = 0;
    double void_size = 0; ///< m, of the voids there are: how fast what fills them is strained
  };
  /// Velocity and p = -h zeta div v. The flow is measured by the
  /// capacity of the sinks and by `stripping`, the integral of |i| Omega/F over Gamma in m^3/s. A
  /// first approximation may do with a `loose` tolerance; it gains a digit all the same. Throws
  /// NoConvergence. Starts from the last solution.
  SolverReport solve(double stack_pressure, const Filling &, double stripping, double tolerance = 0,
                     double loose = 0);

  /// power spent by the flow, int 2 eta |dev D|^2 + (div v)^2 zeta + int_Gamma resistance u^2, W
  /// (W/m)
  double dissipation() const;
  /// power of the platen, -int P v.n over the top, W (W/m)
  double platen_power(double stack_pressure) const
  {
    return stack_pressure * this->top_inflow();
  }

  const FlowOperator<dim> &equations() const override
  {
    return equations_;
  }

private:
  FlowOperator<dim> &rows() override
  {
    return equations_;
  }
  FlowPreconditioner<dim> &preconditioner() override
  {
    return preconditioner_;
  }
  void fill(const Filling &, double stack_pressure);
  InterfaceValues interface_fraction(const Filling &) const;

  FlowOperator<dim> equations_;
  FlowPreconditioner<dim> preconditioner_;
  InterfaceValues resistance; ///< r/h on Gamma, Pa s/m; empty: infinite
};
} // namespace kavity

#endif
