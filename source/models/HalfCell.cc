#include "kavity/models/HalfCell.h"

#include <deal.II/base/timer.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace kavity
{
using namespace dealii;

namespace
{
// What voids cover when a change of their volume starts to matter: relative errors of much smaller
// voids are measured against the volume that covers this fraction.
constexpr double noticeable_cover = 0.1;

// First stage of the L-stable two-stage SDIRK method of second order.
const double sdirk = 1. - std::sqrt(0.5);

// In the axes of the mesh: the law has y normal to Gamma, the mesh has it last.
template <int dim>
Tensor<2, dim> conductivity(const Conduction &electrolyte, const double temperature)
{
  const auto full = electrolyte.tensor(temperature);
  std::array<unsigned int, dim> axis;
  axis[0]       = 0;
  axis[1]       = dim == 2 ? 1 : 2;
  axis[dim - 1] = 1;
  Tensor<2, dim> result;
  for (unsigned int i = 0; i < dim; ++i)
    for (unsigned int j = 0; j < dim; ++j)
      result[i][j] = full[axis[i]][axis[j]];
  return result;
}

template <int dim>
double at(const SpatialVariation &variation, const Point<dim> &x)
{
  return variation(x[0], dim == 3 ? x[1] : 0.);
}

template <int dim>
std::function<double(const Point<dim> &)> sink_factor(const CellParameters &parameters)
{
  if (!parameters.sink_distance_variation.varies())
    return {};
  return [&parameters](const Point<dim> &x) { return at(parameters.sink_distance_variation, x); };
}

template <int dim>
typename MetalFlow<dim>::Options flow_options(const CellParameters &p)
{
  typename MetalFlow<dim>::Options options;
  options.platen =
    p.rigid_platen ? MetalFlow<dim>::Platen::rigid_pressure : MetalFlow<dim>::Platen::pressure;
  options.slip  = p.stick ? MetalFlow<dim>::Slip::stick : MetalFlow<dim>::Slip::free;
  options.sinks = p.contact->bulk_sinks();
  if (p.metal_size > 0)
    options.size_factor = p.metal.creep->size_factor(p.metal_size);
  return options;
}
} // namespace

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
  , transport(electrolyte, interface, parameters.kinetics,
              conductivity<dim>(parameters.electrolyte, temperature), temperature,
              parameters.ideal_counter_electrode ?
                IonTransport<dim>::CounterElectrode::ideal :
                IonTransport<dim>::CounterElectrode::prescribed_current,
              parameters.solver)
  , flow(metal, interface, parameters.metal, temperature, flow_options<dim>(parameters),
         sink_factor<dim>(parameters), parameters.solver)
{
  const auto &faces = interface.faces(electrolyte.side);
  for (const auto &x : faces.points)
  {
    contact.film_factor.push_back(at(parameters.film_variation, x));
    contact.exchange_factor.push_back(at(parameters.exchange_current_variation, x));
  }
  reset();
}

template <int dim>
void HalfCell<dim>::reset()
{
  const auto &points    = interface.faces(metal.side).points;
  const ContactLaw &law = *parameters.contact;
  const unsigned int n  = points.size();
  state.void_volume.resize(n);
  state.population.resize(n);
  state.roughness_contact.resize(n);
  for (unsigned int k = 0; k < n; ++k)
  {
    const double N         = parameters.population * at(parameters.population_variation, points[k]);
    const double a         = parameters.base_radius * at(parameters.radius_variation, points[k]);
    InterfaceState initial = law.initial_state(N);
    initial.void_volume    = a > 0 ? law.void_volume(a, N) : 0.;
    law.touch(initial, stack_pressure, parameters.metal, temperature);
    state.void_volume[k]       = initial.void_volume;
    state.population[k]        = initial.population;
    state.roughness_contact[k] = initial.roughness_contact;
  }
  saved = state;
  dying.assign(n, false);
  flow.reset();
  flow.mu.assign(n, 0.);
  flow.pressure.assign(n, stack_pressure);
  coupled_mu = flow.mu;
  transport.reset();
  totals = CellBalance();
}

template <int dim>
InterfaceState HalfCell<dim>::state_at(const unsigned int k) const
{
  return {state.void_volume[k], state.population[k], state.roughness_contact[k]};
}

template <int dim>
double HalfCell<dim>::void_scale(const unsigned int k) const
{
  const double radius = std::sqrt(noticeable_cover / (pi * state.population[k]));
  return state.void_volume[k] + parameters.contact->void_volume(radius, state.population[k]);
}

template <int dim>
void HalfCell<dim>::describe_contact()
{
  const unsigned int n = state.void_volume.size();
  const double sigma   = parameters.electrolyte.normal_conductivity(temperature);
  InterfaceValues constriction(n);
  contact_fraction.resize(n);
  for (unsigned int k = 0; k < n; ++k)
  {
    contact_fraction[k] = parameters.contact->contact_fraction(state_at(k));
    constriction[k]     = parameters.contact->constriction_resistance(state_at(k), sigma);
  }
  contact.fraction     = interface.to_electrolyte(contact_fraction);
  contact.constriction = interface.to_electrolyte(constriction);
  contact.mu           = interface.to_electrolyte(coupled_mu);
}

// The exchange linearised in the void volume as well as in mu: with w = base + interval w_d the
// flux w_d = beta(w) (mu_void(w) - mu) becomes a Robin condition on mu whose solution is one step
// of Newton's method for both.
template <int dim>
void HalfCell<dim>::describe_exchange(const Stage &stage)
{
  const unsigned int n  = state.void_volume.size();
  const ContactLaw &law = *parameters.contact;
  for (InterfaceValues *values :
       {&exchange.coefficient, &exchange.void_potential, &exchange.supply, &exchange.closure})
    values->assign(n, 0.);
  for (unsigned int k = 0; k < n; ++k)
  {
    if (dying[k])
    {
      // all of it over the step, at a constant rate
      exchange.supply[k] = -saved.void_volume[k] / stage.step;
      continue;
    }
    InterfaceState here = state_at(k);
    exchange.closure[k] = law.closure(here, flow.pressure[k], parameters.metal, temperature);
    const auto with     = law.exchange(here, parameters.metal, temperature);
    const double mu     = flow.mu[k];
    // without sinks in the metal the voids must take what comes
    if (!law.is_active(here, with, mu) && law.bulk_sinks())
      continue;
    exchange.coefficient[k]    = with.coefficient;
    exchange.void_potential[k] = with.void_potential;
    if (stage.interval == 0 || here.void_volume == 0)
      continue;
    const double w = here.void_volume, difference = 1e-6 * w;
    here.void_volume += difference;
    const double growth_there = law.exchange(here, parameters.metal, temperature).growth(mu);
    // where growth feeds itself within the step Newton's step is held back
    const double slope =
      std::min((growth_there - with.growth(mu)) / difference, 0.5 / stage.interval);
    const double divisor = 1 - stage.interval * slope;
    exchange.coefficient[k] /= divisor;
    exchange.supply[k] =
      -slope * (w - stage.base[k] + stage.interval * exchange.closure[k]) / divisor;
  }
}

// w = base + interval (w_d - w_c); where that is negative the void would end within the step, which
// advance() then arranges.
template <int dim>
double HalfCell<dim>::update_voids(const Stage &stage)
{
  growth        = flow.void_supply(exchange);
  double change = 0;
  for (unsigned int k = 0; k < growth.size(); ++k)
  {
    growth[k] -= exchange.closure[k];
    if (stage.step == 0)
      continue;
    const double next  = stage.base[k] + stage.interval * growth[k];
    overdrawn[k]       = next < 0 && !dying[k];
    const double scale = void_scale(k);
    change = std::max(change, std::abs(std::max(next, 0.) - state.void_volume[k]) / scale);
    state.void_volume[k] = std::max(next, 0.);
  }
  return Utilities::MPI::max(change, comm);
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
    const auto of_potential = transport.solve(current, contact, tolerance);
    exchange.current        = interface.to_metal(transport.current);
    describe_exchange(stage);
    timing["potential"] += clock.wall_time();
    clock.restart();
    const auto of_metal = flow.solve(stack_pressure, exchange, tolerance);
    timing["metal"] += clock.wall_time();
    step.newton_iterations += of_potential.newton_iterations + of_metal.newton_iterations;
    step.linear_iterations += of_potential.linear_iterations + of_metal.linear_iterations;
    double change = update_voids(stage);

    InterfaceValues difference(coupled_mu.size());
    double product = 0, square = 0;
    for (unsigned int k = 0; k < difference.size(); ++k)
    {
      difference[k] = flow.mu[k] - coupled_mu[k];
      change        = std::max(change, std::abs(difference[k]) / (mu_scale + std::abs(flow.mu[k])));
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
bool HalfCell<dim>::any_overdrawn() const
{
  const bool here = std::find(overdrawn.begin(), overdrawn.end(), true) != overdrawn.end();
  return Utilities::MPI::max(static_cast<int>(here), comm) > 0;
}

template <int dim>
void HalfCell<dim>::solve(const double current)
{
  CellStep step;
  overdrawn.assign(state.void_volume.size(), false);
  solve_stage({state.void_volume, 0., 0.}, current, step);
}

template <int dim>
CellStep HalfCell<dim>::advance(const double time_step, const double current)
{
  CellStep step;
  saved = state;
  dying.assign(state.void_volume.size(), false);
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
    throw;
  }
  InterfaceValues grown(n);
  for (unsigned int k = 0; k < n; ++k)
    grown[k] = state.void_volume[k] - saved.void_volume[k];
  totals.void_growth    = interface.integral(grown, metal.side);
  totals.applied_charge = current * interface.area() * time_step;
  return step;
}

template <int dim>
void HalfCell<dim>::add_to_balance(const double weight)
{
  const double charge = interface.integral(transport.current, electrolyte.side);
  InterfaceValues magnitude(transport.current);
  for (double &i : magnitude)
    i = std::abs(i);
  totals.moved_charge += weight * interface.integral(magnitude, electrolyte.side);
  totals.interface_charge += weight * charge;
  totals.counter_charge += weight * transport.counter_current();
  totals.stripped_volume += weight * interface.integral(exchange.current, metal.side) *
                            parameters.metal.molar_volume / faraday;
  totals.moved_volume += weight * flow.moved_volume();
  totals.inflow += weight * flow.top_inflow();
  totals.sink_contraction += weight * flow.sink_contraction();
  totals.creep_closure += weight * interface.integral(exchange.closure, metal.side);
}

template <int dim>
void HalfCell<dim>::accept()
{
  for (unsigned int k = 0; k < state.void_volume.size(); ++k)
  {
    InterfaceState here = state_at(k);
    parameters.contact->touch(here, flow.pressure[k], parameters.metal, temperature);
    state.roughness_contact[k] = here.roughness_contact;
  }
  dying.assign(dying.size(), false);
  saved = state;
}

template <int dim>
void HalfCell<dim>::reject()
{
  state = saved;
  dying.assign(dying.size(), false);
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
                                exchange.current[k], flow.pressure[k], flow.mu[k], radius,
                                state.population[k], parameters.metal, temperature));
  return Utilities::MPI::max(margin, comm);
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
  values["voltage"]             = transport.voltage();
  values["current_density"]     = current_density;
  values["current_max"]         = interface.maximum(magnitude);
  values["contact_current_max"] = interface.maximum(local);
  values["overpotential"]       = interface.mean(transport.overpotential, electrolyte.side);
  values["void_volume"]         = interface.mean(state.void_volume, metal.side);
  values["void_radius"]         = interface.maximum(radius);
  values["stack_pressure"]      = stack_pressure;
  values["interface_pressure"]  = interface.mean(flow.pressure, metal.side);
  values["potential_of_atoms"]  = interface.mean(flow.mu, metal.side);
  values["drift"]               = flow.top_inflow() / interface.area();
  return values;
}

template <int dim>
std::map<std::string, double> HalfCell<dim>::sizes() const
{
  return {{"potential", static_cast<double>(transport.dof_handler().n_dofs())},
          {"velocity", static_cast<double>(flow.velocity_space().dof_handler.n_dofs())},
          {"pressure", static_cast<double>(flow.pressure_space().dof_handler.n_dofs())},
          {"potential of atoms", static_cast<double>(flow.potential_space().dof_handler.n_dofs())},
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
  return std::abs(sink_contraction + creep_closure - inflow) /
         (moved_volume + std::numeric_limits<double>::min());
}

std::unique_ptr<Cell> Cell::create(MPI_Comm comm, const CellParameters &parameters,
                                   const double stack_pressure, const double temperature)
{
  if (parameters.dimension == 2)
    return std::make_unique<HalfCell<2>>(comm, parameters, stack_pressure, temperature);
  return std::make_unique<HalfCell<3>>(comm, parameters, stack_pressure, temperature);
}

template class HalfCell<2>;
template class HalfCell<3>;
} // namespace kavity
