#include "kavity/models/HalfCell.h"

#include "kavity/models/ResolvedCell.h"

#include <deal.II/base/timer.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace kavity
{
using namespace dealii;

template <int dim>
HalfCell<dim>::HalfCell(MPI_Comm comm, const CellParameters &parameters,
                        const double stack_pressure, const double temperature)
  : parameters(parameters)
  , comm(comm)
  , stack_pressure(stack_pressure)
  , temperature(temperature)
  , metal(comm, Body<dim>::Side::metal, parameters.geometry, parameters.grading)
  , electrolyte(comm, Body<dim>::Side::electrolyte, parameters.geometry, parameters.grading)
  , interface(metal, electrolyte, 3)
{
  reset(0.);
}

// Potential, metal and interface state in turn until they agree. The potential of atoms handed to
// the kinetics is relaxed after Aitken: where charge transfer is fast the plain iteration is slow.
template <int dim>
void HalfCell<dim>::solve_stage(const Stage &stage, const double current, CellStep &step)
{
  current_density             = current;
  const double pressure_scale = std::max(stack_pressure, 1e5);
  const double mu_scale       = parameters.metal.molar_volume * pressure_scale;
  InterfaceValues last_difference;
  double relaxation = 1, tolerance = 1e-4;
  for (unsigned int iteration = 1;; ++iteration)
  {
    ++step.coupling_iterations;
    describe_contact();
    Timer clock;
    const auto of_potential = transport->solve(current, contact, tolerance);
    exchange.current        = interface.to_metal(transport->current);
    describe_exchange(stage);
    timing["potential"] += clock.wall_time();
    clock.restart();
    const auto of_metal = flow->solve(stack_pressure, exchange, tolerance);
    timing["metal"] += clock.wall_time();
    step.newton_iterations += of_potential.newton_iterations + of_metal.newton_iterations;
    step.of_potential += of_potential.linear_iterations;
    step.of_metal += of_metal.linear_iterations;
    double change = std::max(update_voids(stage), follow_pressure() / pressure_scale);

    InterfaceValues difference(coupled_mu.size());
    double product = 0, square = 0;
    for (unsigned int k = 0; k < difference.size(); ++k)
    {
      difference[k] = flow->mu[k] - coupled_mu[k];
      change = std::max(change, std::abs(difference[k]) / (mu_scale + std::abs(flow->mu[k])));
      if (!last_difference.empty())
      {
        const double d = difference[k] - last_difference[k];
        product += last_difference[k] * d;
        square += d * d;
      }
    }
    product = Utilities::MPI::sum(product, comm);
    square  = Utilities::MPI::sum(square, comm);
    change  = Utilities::MPI::max(change, comm);
    if (square > 0)
      relaxation = std::clamp(-relaxation * product / square, 0.1, 2.);
    for (unsigned int k = 0; k < difference.size(); ++k)
      coupled_mu[k] += relaxation * difference[k];
    last_difference = difference;
    // a void that ends within the step: advance() starts it anew, once the iteration has settled
    // enough to tell
    if (iteration >= 3 && any_overdrawn())
      return;
    const bool agree = change <= parameters.coupling_tolerance;
    if (agree && tolerance <= parameters.solver.tolerance)
      return;
    // no tighter than the coupling deserves, but the last solves carry the balances
    tolerance = agree ? parameters.solver.tolerance :
                        std::clamp(1e-3 * change, parameters.solver.tolerance, 1e-4);
    if (iteration == parameters.max_coupling_iterations || !std::isfinite(change))
      throw NoConvergence("fields and interface state did not come to agree: relative change " +
                          std::to_string(change) + " after " + std::to_string(iteration) +
                          " iterations");
  }
}

template <int dim>
void HalfCell<dim>::solve(const double current)
{
  CellStep step;
  yield_where_soft();
  overdrawn.assign(state.void_volume.size(), false);
  is_solved = false;
  solve_stage({state.void_volume, 0., 0.}, current, step);
  is_solved = true;
}

template <int dim>
std::map<std::string, double> HalfCell<dim>::observables() const
{
  const unsigned int n = state.void_volume.size();
  InterfaceValues radius(n), local(n), magnitude(n);
  for (unsigned int k = 0; k < n; ++k)
  {
    radius[k]    = parameters.contact->base_radius(state_at(k));
    magnitude[k] = std::abs(exchange.current[k]);
    local[k]     = magnitude[k] / contact_fraction[k];
  }
  std::map<std::string, double> values;
  values["contact"]             = interface.mean(contact_fraction, metal.side);
  values["contact_min"]         = interface.minimum(contact_fraction);
  values["voltage"]             = transport->voltage();
  values["current_density"]     = current_density;
  values["current_max"]         = interface.maximum(magnitude);
  values["contact_current_max"] = interface.maximum(local);
  values["overpotential"]       = interface.mean(transport->overpotential, electrolyte.side);
  values["void_volume"]         = interface.mean(state.void_volume, metal.side);
  values["void_radius"]         = interface.maximum(radius);
  values["stack_pressure"]      = stack_pressure;
  values["interface_pressure"]  = interface.mean(flow->pressure, metal.side);
  values["potential_of_atoms"]  = interface.mean(flow->mu, metal.side);
  values["drift"]               = flow->top_inflow() / interface.area();
  return values;
}

template <int dim>
std::map<std::string, double> HalfCell<dim>::sizes() const
{
  return {{"potential", static_cast<double>(transport->dof_handler().n_dofs())},
          {"velocity", static_cast<double>(flow->velocity_space().dof_handler.n_dofs())},
          {"pressure", static_cast<double>(flow->pressure_space().dof_handler.n_dofs())},
          {"potential of atoms", static_cast<double>(flow->potential_space().dof_handler.n_dofs())},
          {"points on the interface",
           Utilities::MPI::sum(static_cast<double>(state.void_volume.size()), comm)}};
}

double CellBalance::charge_error() const
{
  return std::max(std::abs(applied_charge - interface_charge),
                  std::abs(interface_charge - counter_charge)) /
         (moved_charge + std::numeric_limits<double>::min());
}

double CellBalance::metal_error() const
{
  return std::abs(inflow + void_growth - stripped_volume) /
         (moved_volume + std::numeric_limits<double>::min());
}

double CellBalance::sink_error() const
{
  return std::abs(sink_contraction + interface_contraction + creep_closure - volume_inflow) /
         (moved_volume + std::numeric_limits<double>::min());
}

double CellBalance::energy_error() const
{
  return std::abs(energy_growth - energy_supplied + energy_dissipated) /
         (std::abs(energy_supplied) + energy_dissipated + std::numeric_limits<double>::min());
}

double Cell::steady_margin(double, double)
{
  throw std::logic_error("resolved voids have no steady state to ask about");
}

double Cell::lowest_potential(double)
{
  throw std::logic_error("resolved voids are never without voids");
}

std::unique_ptr<Cell> Cell::create(MPI_Comm comm, const CellParameters &parameters,
                                   const double stack_pressure, const double temperature)
{
  if (parameters.resolved && parameters.dimension == 2)
    return std::make_unique<ResolvedCell<2>>(comm, parameters, stack_pressure, temperature);
  if (parameters.resolved)
    return std::make_unique<ResolvedCell<3>>(comm, parameters, stack_pressure, temperature);
  if (parameters.dimension == 2)
    return std::make_unique<HalfCell<2>>(comm, parameters, stack_pressure, temperature);
  return std::make_unique<HalfCell<3>>(comm, parameters, stack_pressure, temperature);
}

template class HalfCell<2>;
template class HalfCell<3>;
} // namespace kavity
