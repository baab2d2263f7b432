#include "kavity/models/ResolvedCell.h"

#include "kavity/models/AndersonAcceleration.h"

#include <deal.II/base/timer.h>

#include <algorithm>
#include <cmath>

namespace kavity
{
using namespace dealii;

namespace
{
// First stage of the L-stable two-stage SDIRK method of second order.
const double sdirk = 1. - std::sqrt(0.5);

// Largest magnitude over all ranks of a sum of vectors.
template <typename Entry>
double largest(const Vector &like, const Entry &entry)
{
  double result = 0;
  for (unsigned int i = 0; i < like.locally_owned_size(); ++i)
    result = std::max(result, std::abs(entry(i)));
  return Utilities::MPI::max(result, like.get_mpi_communicator());
}
} // namespace

template <int dim>
ResolvedCell<dim>::ResolvedCell(MPI_Comm comm, const CellParameters &parameters,
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

// Of the voids there are, or, where they come from an image or form by themselves, of one that is
// well resolved.
template <int dim>
double ResolvedCell<dim>::void_size() const
{
  double size = 0;
  for (const auto &cap : parameters.void_field.voids.caps)
    size = std::max(size, cap.radius);
  return size > 0 ? size : 10 * parameters.void_field.phase_field.width;
}

template <int dim>
InterfaceValues ResolvedCell<dim>::stripping() const
{
  InterfaceValues result(current);
  for (double &i : result)
    i *= parameters.metal.molar_volume / faraday;
  return result;
}

// Potential, flow and voids, each once.
template <int dim>
bool ResolvedCell<dim>::solve_in_turn(const Stage &stage, const double mean_current,
                                      const double tolerance, CellStep &step)
{
  Timer clock;
  InterfaceValues fraction(voids->contact);
  for (double &chi : fraction)
    chi = std::max(chi, least_contact);
  contact.fraction = interface.to_electrolyte(fraction);
  contact.mu       = interface.to_electrolyte(voids->mu);
  contact.constriction.assign(contact.mu.size(), 0.);
  const auto of_potential = transport->solve(mean_current, contact, tolerance);
  current                 = interface.to_metal(transport->current);
  timing["potential"] += clock.wall_time();
  clock.restart();
  InterfaceValues magnitude = stripping();
  for (double &i : magnitude)
    i = std::abs(i);
  const auto &law = parameters.void_field.phase_field;
  // metal and charge balance by the other two; what flow owes shows in the balance of the sinks
  const auto of_flow = flow->solve(
    stack_pressure,
    {&voids->fraction(), &voids->scaled_potential(), &law, stage.interval, void_size()},
    interface.integral(magnitude, metal.side),
    std::max(parameters.solver.tolerance, 1e-3 * parameters.coupling_tolerance), tolerance);
  timing["flow"] += clock.wall_time();
  clock.restart();
  const double least = parameters.void_field.tolerance;
  const auto of_voids =
    voids->solve(stage, stripping(), std::clamp(1e-2 * tolerance, least, std::max(least, 1e-6)));
  timing["voids"] += clock.wall_time();
  ++step.coupling_iterations;
  step.newton_iterations +=
    of_potential.newton_iterations + of_flow.newton_iterations + of_voids.newton_iterations;
  step.of_potential += of_potential.linear_iterations;
  step.of_metal += of_flow.linear_iterations;
  step.of_voids += of_voids.linear_iterations;
  return of_voids.newton_iterations > 0;
}

template <int dim>
double ResolvedCell<dim>::change_since(const BlockVector &last,
                                       const InterfaceValues &last_mu) const
{
  const Vector &c = voids->fraction(), &last_c = last.block(PhaseFieldOperator<dim>::fraction);
  double change =
    largest(c, [&](const unsigned int i) { return c.local_element(i) - last_c.local_element(i); });
  const double mu_scale = parameters.metal.molar_volume * std::max(stack_pressure, 1e5);
  for (unsigned int k = 0; k < last_mu.size(); ++k)
    change =
      std::max(change, std::abs(voids->mu[k] - last_mu[k]) / (mu_scale + std::abs(last_mu[k])));
  return Utilities::MPI::max(change, comm);
}

// In turn until they agree.
template <int dim>
void ResolvedCell<dim>::solve_stage(const Stage &stage, const double mean_current, CellStep &step)
{
  current_density  = mean_current;
  double tolerance = 1e-4, accuracy = 1e-3, last_change = 1;
  AndersonAcceleration acceleration(3);
  for (unsigned int iteration = 1;; ++iteration)
  {
    const BlockVector last        = voids->solution();
    const InterfaceValues last_mu = voids->mu;
    // voids that a loose tolerance left as they were do not tell where the iteration goes
    const bool moved    = solve_in_turn(stage, mean_current, tolerance, step);
    const double change = change_since(last, last_mu);
    if (change <= parameters.coupling_tolerance && tolerance <= parameters.solver.tolerance)
      return;
    if (iteration == parameters.max_coupling_iterations || !std::isfinite(change))
      throw NoConvergence("potential, flow and voids did not come to agree: relative change " +
                          std::to_string(change) + " after " + std::to_string(iteration) +
                          " iterations");
    // a flow solved roughly makes noise; where the iteration gains little, that may be why
    if (iteration > 1 && moved && change > 0.5 * last_change)
      accuracy = std::max(0.1 * accuracy, 1e-5);
    // exact as soon as the next iteration is likely to be the last
    const double expected = change * std::min(1., change / last_change);
    tolerance             = expected <= parameters.coupling_tolerance ?
                              parameters.solver.tolerance :
                              std::clamp(accuracy * change, parameters.solver.tolerance, 1e-4);
    if (!moved)
      continue;
    last_change = change;
    // compressed metal and flow overshoot each other in steps much longer than zeta/f''; the flow's
    // support (Filling::interval) makes it remember the last one
    acceleration.next(last, voids->solution(), flow->solution());
    voids->read_interface();
  }
}

template <int dim>
void ResolvedCell<dim>::solve(const double mean_current)
{
  CellStep step;
  is_solved = false;
  solve_stage({voids->fraction(), 0.}, mean_current, step);
  is_solved = true;
}

template <int dim>
CellStep ResolvedCell<dim>::advance(const double time_step, const double mean_current)
{
  CellStep step;
  saved      = voids->solution();
  saved_flow = flow->solution();
  totals     = CellBalance();
  try
  {
    const Vector start         = voids->fraction();
    const double metal_before  = voids->metal_volume();
    const double energy_before = voids->energy(stripping()).free;
    solve_stage({start, sdirk * time_step}, mean_current, step);
    add_to_balance((1 - sdirk) * time_step);
    Vector first = voids->fraction();
    first -= start;
    Stage second{start, sdirk * time_step};
    second.base.add((1 - sdirk) / sdirk, first);
    extrapolate(second);
    solve_stage(second, mean_current, step);
    add_to_balance(sdirk * time_step);
    const Vector &c    = voids->fraction();
    const auto of_step = [&](const unsigned int i)
    { return c.local_element(i) - start.local_element(i); };
    step.change = largest(c, of_step);
    step.error  = largest(
       c, [&](const unsigned int i)
       { return c.local_element(i) - second.base.local_element(i) - first.local_element(i); });
    totals.energy_growth  = voids->energy(stripping()).free - energy_before;
    totals.void_growth    = metal_before - voids->metal_volume();
    totals.applied_charge = mean_current * interface.area() * time_step;
    is_solved             = true;
  }
  catch (const NoConvergence &)
  {
    reject();
    throw;
  }
  return step;
}

// The second stage begins where the straight line through the first one ends, unless its equations
// are further from solved there than at the end of the first: a change of the mesh leaves a
// roughness of mu that the first stage smooths.
template <int dim>
void ResolvedCell<dim>::extrapolate(const Stage &second)
{
  const BlockVector end = voids->solution();
  const double at_end   = voids->residual(second, stripping());
  voids->solution().sadd(1 / sdirk, 1 - 1 / sdirk, saved);
  if (!(voids->residual(second, stripping()) < at_end))
    voids->solution() = end;
  voids->read_interface();
}

template <int dim>
void ResolvedCell<dim>::add_to_balance(const double weight)
{
  totals.moved_charge += weight * transport->current_scale();
  totals.interface_charge += weight * interface.integral(transport->current, electrolyte.side);
  totals.counter_charge += weight * transport->counter_current();
  totals.stripped_volume += weight * interface.integral(stripping(), metal.side);
  totals.moved_volume += weight * flow->moved_volume();
  totals.inflow += weight * voids->atom_inflow();
  totals.volume_inflow += weight * flow->top_inflow();
  totals.sink_contraction += weight * flow->sink_contraction();
  totals.interface_contraction += weight * interface.integral(flow->approach, metal.side);
  const auto energy = voids->energy(stripping());
  totals.energy_supplied += weight * (flow->platen_power(stack_pressure) + energy.current);
  totals.energy_dissipated += weight * (flow->dissipation() + energy.dissipation);
}

template <int dim>
void ResolvedCell<dim>::accept()
{
  if (++steps_since_adaption >= parameters.void_field.adapt_every)
    adapt();
}

template <int dim>
void ResolvedCell<dim>::reject()
{
  voids->solution() = saved;
  flow->solution()  = saved_flow;
  voids->read_interface();
}

template class ResolvedCell<2>;
template class ResolvedCell<3>;
} // namespace kavity
