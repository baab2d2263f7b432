#include "kavity/models/HalfCell.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace kavity
{
using namespace dealii;

namespace
{
// First stage of the L-stable two-stage SDIRK method of second order.
const double sdirk = 1. - std::sqrt(0.5);
} // namespace

template <int dim>
CellStep HalfCell<dim>::advance(const double time_step, const double current)
{
  CellStep step;
  yield_where_soft();
  saved = state;
  dying.assign(state.void_volume.size(), false);
  const Start before   = start();
  const unsigned int n = state.void_volume.size();
  try
  {
    for (bool again = true; again;)
    {
      state  = saved;
      totals = CellBalance();
      Stage stage{saved.void_volume, sdirk * time_step, time_step};
      overdrawn.assign(n, false);
      solve_stage(stage, current, step);
      add_to_balance((1 - sdirk) * time_step);
      const InterfaceValues first = growth;
      auto ended                  = overdrawn;
      for (unsigned int k = 0; k < n; ++k)
        stage.base[k] = saved.void_volume[k] + (1 - sdirk) * time_step * first[k];
      solve_stage(stage, current, step);
      add_to_balance(sdirk * time_step);
      step.error = step.change = 0;
      unsigned int n_ended     = 0;
      for (unsigned int k = 0; k < n; ++k)
      {
        n_ended += ended[k] || overdrawn[k];
        dying[k]           = dying[k] || ended[k] || overdrawn[k];
        const double scale = void_scale(k);
        step.error =
          std::max(step.error, sdirk * time_step * std::abs(growth[k] - first[k]) / scale);
        step.change =
          std::max(step.change, std::abs(state.void_volume[k] - saved.void_volume[k]) / scale);
      }
      again       = Utilities::MPI::max(n_ended, comm) > 0;
      step.error  = Utilities::MPI::max(step.error, comm);
      step.change = Utilities::MPI::max(step.change, comm);
    }
  }
  catch (const NoConvergence &)
  {
    reject();
    go_back(before); // what did not converge is no start for a shorter step
    throw;
  }
  InterfaceValues grown(n);
  for (unsigned int k = 0; k < n; ++k)
    grown[k] = state.void_volume[k] - saved.void_volume[k];
  totals.void_growth    = interface.integral(grown, metal.side);
  totals.applied_charge = current * interface.area() * time_step;
  is_solved             = true;
  return step;
}

template <int dim>
typename HalfCell<dim>::Start HalfCell<dim>::start() const
{
  return {flow->solution(), flow->mu,         flow->pressure, flow->approach,
          coupled_mu,       closing_pressure, wall_pressure};
}

template <int dim>
void HalfCell<dim>::go_back(const Start &start)
{
  flow->solution() = start.solution;
  flow->mu         = start.mu;
  flow->pressure   = start.pressure;
  flow->approach   = start.approach;
  coupled_mu       = start.coupled_mu;
  closing_pressure = start.closing_pressure;
  wall_pressure    = start.wall_pressure;
}

template <int dim>
void HalfCell<dim>::add_to_balance(const double weight)
{
  const double charge = interface.integral(transport->current, electrolyte.side);
  totals.moved_charge += weight * transport->current_scale();
  totals.interface_charge += weight * charge;
  totals.counter_charge += weight * transport->counter_current();
  totals.stripped_volume += weight * interface.integral(exchange.current, metal.side) *
                            parameters.metal.molar_volume / faraday;
  totals.moved_volume += weight * flow->moved_volume();
  totals.inflow += weight * flow->top_inflow();
  totals.volume_inflow = totals.inflow;
  totals.sink_contraction += weight * flow->sink_contraction();
  InterfaceValues sunk(flow->approach);
  for (unsigned int k = 0; k < sunk.size(); ++k)
    sunk[k] -= exchange.closure[k];
  totals.interface_contraction += weight * interface.integral(sunk, metal.side);
  totals.creep_closure += weight * interface.integral(exchange.closure, metal.side);
}

template <int dim>
void HalfCell<dim>::accept()
{
  for (unsigned int k = 0; k < state.void_volume.size(); ++k)
  {
    InterfaceState here = state_at(k);
    parameters.contact->touch(here, flow->pressure[k], parameters.metal, temperature);
    state.roughness_contact[k] = here.roughness_contact;
  }
  dying.assign(dying.size(), false);
  saved = state;
  if (++steps_since_adaption >= parameters.grading.steps_between_adaptions)
    adapt();
}

template <int dim>
void HalfCell<dim>::reject()
{
  state = saved;
  dying.assign(dying.size(), false);
}

template <int dim>
bool HalfCell<dim>::any_overdrawn() const
{
  const bool here = std::find(overdrawn.begin(), overdrawn.end(), true) != overdrawn.end();
  return Utilities::MPI::max(static_cast<int>(here), comm) > 0;
}

template <int dim>
double HalfCell<dim>::steady_margin(const double current, const double radius)
{
  for (unsigned int k = 0; k < state.void_volume.size(); ++k)
    state.void_volume[k] = parameters.contact->void_volume(radius, state.population[k]);
  saved = state;
  solve(current);
  double margin = std::numeric_limits<double>::lowest();
  for (unsigned int k = 0; k < state.void_volume.size(); ++k)
    margin = std::max(margin, parameters.contact->steady_margin(
                                {exchange.current[k], flow->pressure[k], flow->mu[k],
                                 flow->approach[k] - exchange.closure[k]},
                                radius, state.population[k], parameters.metal, temperature));
  return Utilities::MPI::max(margin, comm);
}

template <int dim>
double HalfCell<dim>::lowest_potential(const double current)
{
  // no voids, nor places where they could form
  const InterfaceValues population = state.population;
  state.void_volume.assign(population.size(), 0.);
  state.population = state.void_volume;
  solve(current);
  state.population = population;
  saved            = state;
  return interface.minimum(flow->mu);
}

template class HalfCell<2>;
template class HalfCell<3>;
} // namespace kavity
