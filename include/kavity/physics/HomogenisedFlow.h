#ifndef kavity_physics_HomogenisedFlow_h
#define kavity_physics_HomogenisedFlow_h

#include "kavity/physics/InterfaceExchange.h"
#include "kavity/physics/MetalFlow.h"
#include "kavity/physics/MetalPreconditioner.h"

namespace kavity
{
/// The metal over voids that are homogenised on Gamma (docs/model.md, section 4): with its flow the
/// potential of atoms mu, coupled by vacancy sinks, and what Gamma exchanges with its voids.
template <int dim>
class HomogenisedFlow : public MetalFlow<dim>
{
public:
  using typename MetalFlow<dim>::Options;
  using typename MetalFlow<dim>::SinkFactor;

  /// References must outlive the object.
  HomogenisedFlow(const Body<dim> &, const Interface<dim> &, const Metal &, double temperature,
                  const Options &, const SinkFactor &, const SolverSettings &);

  /// Throws NoConvergence where the residual, relative to the flux through Gamma, stays above the
  /// tolerance (0: that of the settings). Starts from the last solution.
  SolverReport solve(double stack_pressure, const InterfaceExchange &, double tolerance = 0);

  InterfaceValues mu; ///< at Gamma, J/mol

  /// w' at the points of Gamma with the fluxes of the last solve, m/s: atoms that Gamma supplied
  /// less the volume that moved into it.
  InterfaceValues void_growth(const InterfaceExchange &) const;

  const MetalOperator<dim> &equations() const override
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
  void read_interface() override;

  MetalOperator<dim> equations_;
  MetalPreconditioner<dim> preconditioner_;
};
} // namespace kavity

#endif
