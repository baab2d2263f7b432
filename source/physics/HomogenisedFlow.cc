#include "kavity/physics/HomogenisedFlow.h"

#include "kavity/laws/Constants.h"

namespace kavity
{
template <int dim>
HomogenisedFlow<dim>::HomogenisedFlow(const Body<dim> &body, const Interface<dim> &interface,
                                      const Metal &metal, const double temperature,
                                      const Options &options, const SinkFactor &sink_factor,
                                      const SolverSettings &settings)
  : MetalFlow<dim>(body, interface, metal, temperature, options, settings)
  , equations_(this->velocity_field, this->pressure_field, this->potential_field,
               this->coefficients.field, interface)
  , preconditioner_(equations_, this->velocity_field, this->pressure_field, this->potential_field,
                    this->coefficients, settings.smoother_degree, this->interface_moves())
{
  this->set_sinks(sink_factor);
}

template <int dim>
void HomogenisedFlow<dim>::read_interface()
{
  MetalFlow<dim>::read_interface();
  mu = this->values().potential();
}

template <int dim>
InterfaceValues HomogenisedFlow<dim>::void_growth(const InterfaceExchange &exchange) const
{
  InterfaceValues result(exchange.supply);
  for (unsigned int k = 0; k < result.size(); ++k)
  {
    result[k] -= exchange.coefficient[k] * mu[k] + this->approach[k];
    if (this->interface_moves())
      result[k] += exchange.supply_by_velocity[k] * this->approach[k];
    if (this->interface_moves() && !exchange.supply_by_pressure.empty())
      result[k] += exchange.supply_by_pressure[k] * this->pressure[k];
  }
  return result;
}

template <int dim>
SolverReport HomogenisedFlow<dim>::solve(const double stack_pressure,
                                         const InterfaceExchange &exchange, const double wanted)
{
  this->choose_scales(stack_pressure);
  const unsigned int n = this->interface.faces(this->body.side).points.size();
  InterfaceValues flux(n), magnitude(n);
  typename MetalOperator<dim>::InterfaceTerms terms;
  terms.supply_m = exchange.coefficient;
  for (unsigned int k = 0; k < n; ++k)
  {
    terms.supply_m[k] *= this->metal.molar_volume;
    flux[k]       = exchange.current[k] * this->metal.molar_volume / faraday - exchange.supply[k];
    double supply = exchange.supply[k];
    if (!exchange.supply_by_pressure.empty())
      supply += exchange.supply_by_pressure[k] * this->pressure[k];
    magnitude[k] =
      std::abs(exchange.current[k]) * this->metal.molar_volume / faraday + std::abs(supply);
  }
  if (this->interface_moves())
  {
    terms.traction_u = exchange.traction_by_velocity;
    terms.supply_u   = exchange.supply_by_velocity;
    terms.traction_m = exchange.traction_by_potential;
    for (double &value : terms.traction_m)
      value *= this->metal.molar_volume;
    terms.traction_p = exchange.traction_by_pressure;
    terms.supply_p   = exchange.supply_by_pressure;
  }
  else
    this->normal_velocity.set_on_interface(this->solution_.block(MetalOperator<dim>::velocity),
                                           exchange.closure, this->velocity_unit());
  this->flux_scale =
    this->interface.integral(magnitude) / this->body.angle() + this->sink_capacity(stack_pressure);
  equations_.set_interface(terms);
  BlockVector loads(this->solution_);
  // what closure by creep takes from the traction may be far more than any pressure in the metal
  equations_.load(loads, std::max(std::abs(stack_pressure), 1e5), flux);
  this->load_size = loads.block(MetalOperator<dim>::velocity).l2_norm();
  equations_.load(loads, stack_pressure, flux, exchange.traction);
  const SolverReport report = this->newton(loads, wanted > 0 ? wanted : this->settings.tolerance);
  read_interface();
  if (!this->interface_moves())
    this->approach = exchange.closure;
  return report;
}

template class HomogenisedFlow<2>;
template class HomogenisedFlow<3>;
} // namespace kavity
