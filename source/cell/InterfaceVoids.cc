#include "kavity/cell/InterfaceVoids.h"

#include "kavity/cell/Cell.h"
#include "kavity/laws/Constants.h"

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

// Change of the pressure of the contact, over that of the metal, by which closure answers.
constexpr double least_answer = 1e-2;

// How many times stronger than the metal Gamma without sinks is held: each time its error is less
// by this factor. Change of the pressure, over that which closure knows of, up to which it is a
// wall.
constexpr double strength_of_wall = 100, most_answer = 0.05;
} // namespace

InterfaceVoids::InterfaceVoids(MPI_Comm comm, const ContactLaw &law, const Metal &metal,
                               const double temperature, const double resistance_of_metal)
  : comm(comm)
  , law(law)
  , metal(metal)
  , temperature(temperature)
  , wall_resistance(strength_of_wall * resistance_of_metal)
{
}

void InterfaceVoids::assemble(const InterfaceValues &population, const InterfaceValues &radius,
                              const double pressure)
{
  state = State();
  for (unsigned int k = 0; k < population.size(); ++k)
  {
    InterfaceState initial = law.initial_state(population[k]);
    initial.void_volume    = radius[k] > 0 ? law.void_volume(radius[k], population[k]) : 0.;
    law.touch(initial, pressure, metal, temperature);
    state.void_volume.push_back(initial.void_volume);
    state.population.push_back(initial.population);
    state.roughness_contact.push_back(initial.roughness_contact);
    state.largest_void_volume.push_back(initial.void_volume);
  }
}

void InterfaceVoids::make_all_alike(const double radius)
{
  for (unsigned int k = 0; k < size(); ++k)
    state.void_volume[k] = law.void_volume(radius, state.population[k]);
  state.largest_void_volume.assign(size(), 0.); // asked is what the law says, not what is kept
  saved = state;
}

InterfaceState InterfaceVoids::at(const unsigned int k) const
{
  return {state.void_volume[k], state.population[k], state.roughness_contact[k],
          state.largest_void_volume[k]};
}

InterfaceValues InterfaceVoids::contact() const
{
  InterfaceValues result(size());
  for (unsigned int k = 0; k < size(); ++k)
    result[k] = law.contact_fraction(at(k));
  return result;
}

InterfaceValues InterfaceVoids::base_radius() const
{
  InterfaceValues result(size());
  for (unsigned int k = 0; k < size(); ++k)
    result[k] = law.base_radius(at(k));
  return result;
}

InterfaceValues InterfaceVoids::constriction(const double conductivity) const
{
  InterfaceValues result(size());
  for (unsigned int k = 0; k < size(); ++k)
    result[k] = law.constriction_resistance(at(k), conductivity);
  return result;
}

InterfaceValues InterfaceVoids::at_floor() const
{
  InterfaceValues result(size());
  for (unsigned int k = 0; k < size(); ++k)
    result[k] = law.at_floor(at(k)) ? 1. : 0.;
  return result;
}

InterfaceValues InterfaceVoids::flat_roofs() const
{
  InterfaceValues result(size(), 0.);
  const double R_s = metal.interface_sink_resistance(temperature);
  if (law.has_sinks() && metal.has_interface_sinks())
    for (unsigned int k = 0; k < size(); ++k)
      result[k] = law.roof_resistance(at(k), metal, temperature) >= R_s ? 1. : 0.;
  return result;
}

void InterfaceVoids::touch(const InterfaceValues &pressure)
{
  for (unsigned int k = 0; k < size(); ++k)
  {
    InterfaceState here = at(k);
    law.touch(here, pressure[k], metal, temperature);
    state.roughness_contact[k] = here.roughness_contact;
  }
}

void InterfaceVoids::start_from(const InterfaceValues &pressure)
{
  saved            = state;
  closing_pressure = pressure;
  wall_pressure    = pressure;
  dying.assign(size(), false);
  exchange.current.assign(size(), 0.); // nothing of another mesh stays
}

void InterfaceVoids::go_back(const Start &start)
{
  closing_pressure = start.closing_pressure;
  wall_pressure    = start.wall_pressure;
}

bool InterfaceVoids::is_soft(const double pressure) const
{
  if (metal.has_interface_sinks())
    return false;
  double answer = 0;
  for (unsigned int k = 0; k < size(); ++k)
    answer =
      std::max(answer, wall_resistance / strength_of_wall * closure(at(k), pressure).by_pressure);
  return Utilities::MPI::max(answer, comm) > most_answer;
}

void InterfaceVoids::hold()
{
  overdrawn.assign(size(), false);
  stage = {state.void_volume, 0., 0.};
}

void InterfaceVoids::remember()
{
  saved = state;
  dying.assign(size(), false);
}

void InterfaceVoids::first_stage(const Sdirk &sdirk)
{
  state = saved;
  overdrawn.assign(size(), false);
  stage = {saved.void_volume, sdirk.interval(), sdirk.time_step};
}

void InterfaceVoids::second_stage(const Sdirk &sdirk)
{
  first_growth    = growth;
  first_overdrawn = overdrawn;
  for (unsigned int k = 0; k < size(); ++k)
    stage.base[k] = saved.void_volume[k] + sdirk.weight(0) * first_growth[k];
}

bool InterfaceVoids::end_step(const Sdirk &sdirk, CellStep &step)
{
  double error = 0, change = 0;
  bool ends = false;
  for (unsigned int k = 0; k < size(); ++k)
  {
    const bool here = first_overdrawn[k] || overdrawn[k];
    ends            = ends || here;
    dying[k]        = dying[k] || here;
    error  = std::max(error, sdirk.interval() * std::abs(growth[k] - first_growth[k]) / scale(k));
    change = std::max(change, std::abs(state.void_volume[k] - saved.void_volume[k]) / scale(k));
  }
  step.error  = std::max(step.error, Utilities::MPI::max(error, comm));
  step.change = std::max(step.change, Utilities::MPI::max(change, comm));
  return Utilities::MPI::max(static_cast<int>(ends), comm) > 0;
}

// A void that has ended leaves round-off, whose surface would still give off atoms as fast as any.
void InterfaceVoids::accept()
{
  for (unsigned int k = 0; k < size(); ++k)
  {
    const double rest = kept(k);
    if (dying[k] && state.void_volume[k] - rest < 1e-9 * (saved.void_volume[k] - rest))
      state.void_volume[k] = rest;
    state.largest_void_volume[k] = std::max(state.largest_void_volume[k], state.void_volume[k]);
  }
  dying.assign(size(), false);
  saved = state;
}

void InterfaceVoids::reject()
{
  state = saved;
  dying.assign(size(), false);
}

InterfaceValues InterfaceVoids::grown() const
{
  InterfaceValues result(size());
  for (unsigned int k = 0; k < size(); ++k)
    result[k] = state.void_volume[k] - saved.void_volume[k];
  return result;
}

bool InterfaceVoids::any_overdrawn() const
{
  const bool here = std::find(overdrawn.begin(), overdrawn.end(), true) != overdrawn.end();
  return Utilities::MPI::max(static_cast<int>(here), comm) > 0;
}

double InterfaceVoids::steady_margin(const Surroundings &beside, const double radius) const
{
  double margin = std::numeric_limits<double>::lowest();
  for (unsigned int k = 0; k < size(); ++k)
    margin =
      std::max(margin, law.steady_margin({exchange.current[k], beside.pressure[k], beside.mu[k],
                                          beside.approach[k] - exchange.closure[k]},
                                         radius, state.population[k], metal, temperature));
  return Utilities::MPI::max(margin, comm);
}

template <class N>
InterfaceVoids::ResponseOf<N> InterfaceVoids::respond(const InterfaceStateOf<N> &here) const
{
  ResponseOf<N> response;
  response.exchange = law.exchange(here, metal, temperature);
  response.contact  = law.void_contact(here);
  // a surface without voids does not pull
  response.pull =
    here.void_volume > N(0.) ? N(-response.exchange.void_potential / metal.molar_volume) : N(0.);
  return response;
}

InterfaceVoids::Closure InterfaceVoids::closure(const InterfaceState &here,
                                                const double pressure) const
{
  const InterfaceStateOf<Dual<double>> same{here.void_volume, here.population,
                                            here.roughness_contact};
  const Dual<double> w_c = law.closure(same, {pressure, 1.}, metal, temperature);
  return {w_c.value, w_c.derivative};
}

// Of the pressure of Gamma to s = u - w_c.
double InterfaceVoids::resistance(const Response &voids, const bool sinks) const
{
  return sinks ? voids.contact * metal.interface_sink_viscosity(temperature) : wall_resistance;
}

// Contact and voids, linear in the velocity u of the metal into Gamma, its pressure p there and mu,
// at a fixed void volume (docs/model.md, section 5): atoms chi_v s + w_d and the pressure
// chi_v p_c - (1 - chi_v) pull, with s = u - w_c, w_c = w_c0 + w_c' (p - p_0) and
// p_c = r s + mu/Omega. Without sinks on Gamma s is to vanish: a large resistance to it finds the
// pressure that sees to that, better each time (the method of augmented Lagrangians).
void InterfaceVoids::describe_point(const unsigned int k, const Response &voids,
                                    const Surroundings &beside)
{
  exchange.closure[k]     = voids.closure.velocity;
  exchange.coefficient[k] = voids.exchange.coefficient;
  exchange.supply[k]      = voids.exchange.coefficient * voids.exchange.void_potential;
  if (!beside.moves)
    return;
  const bool sinks = beside.sinks;
  const double chi = sinks ? voids.contact : 0., slope = voids.closure.by_pressure;
  const double s = slope * closing_pressure[k] - voids.closure.velocity,
               r = resistance(voids, sinks);
  exchange.supply[k] += chi * s;
  exchange.supply_by_velocity[k]    = chi;
  exchange.supply_by_pressure[k]    = -chi * slope;
  exchange.traction[k]              = r * s + (sinks ? (chi - 1) * voids.pull : wall_pressure[k]);
  exchange.traction_by_velocity[k]  = r;
  exchange.traction_by_potential[k] = chi / metal.molar_volume;
  exchange.traction_by_pressure[k]  = -r * slope;
}

// With w = base + interval w' the void volume follows u, p and mu: one step of Newton's method for
// all four, dw = gain [(base - w)/interval + w'(w)], is inserted into what contact and voids do.
// Where growth feeds itself within the step it is held back, as is what would pull the metal in.
void InterfaceVoids::follow(const unsigned int k, const Response &voids, const Surroundings &beside)
{
  const double w = state.void_volume[k], mu = beside.mu[k];
  const InterfaceStateOf<Dual<double>> varied{
    {w, 1.}, state.population[k], state.roughness_contact[k]};
  const auto changes     = respond(varied);
  const double d_contact = changes.contact.derivative, d_pull = changes.pull.derivative;
  const double d_closure = law.closure(varied, closing_pressure[k], metal, temperature).derivative;
  const bool sinks       = beside.sinks;
  const double chi = sinks ? voids.contact : 0., beta = voids.exchange.coefficient;
  const double slope = voids.closure.by_pressure, r = resistance(voids, sinks);
  const double w_c      = voids.closure.velocity - slope * closing_pressure[k]; // less what p adds
  const double s        = sinks ? beside.approach[k] - w_c - slope * beside.pressure[k] : 0.;
  const double d_supply = std::min(
    changes.exchange.growth(mu).derivative + d_contact * s - chi * d_closure, 0.5 / stage.interval);
  const double gain  = stage.interval / (1 - stage.interval * d_supply);
  const double fixed = (stage.base[k] - w) / stage.interval + beta * voids.exchange.void_potential -
                       (beside.moves ? chi * w_c : voids.closure.velocity);
  exchange.supply[k] += d_supply * gain * fixed;
  exchange.coefficient[k] += d_supply * gain * beta;
  if (!beside.moves)
    return;
  double d_traction = 0;
  if (sinks)
  {
    const double p_c = r / chi * s + mu / metal.molar_volume;
    d_traction       = std::min(d_contact * (p_c + voids.pull) - (1 - chi) * d_pull, 0.);
  }
  d_traction = std::min(d_traction - r * d_closure, 0.);
  exchange.supply_by_velocity[k] -= d_supply * gain * (1 - chi);
  exchange.supply_by_pressure[k] -= d_supply * gain * chi * slope;
  exchange.traction[k] += d_traction * gain * fixed;
  exchange.traction_by_velocity[k] -= d_traction * gain * (1 - chi);
  exchange.traction_by_potential[k] -= d_traction * gain * beta;
  exchange.traction_by_pressure[k] -= d_traction * gain * chi * slope;
}

// As little as there is, should a new mesh have spread it.
double InterfaceVoids::kept(const unsigned int k) const
{
  InterfaceState before      = at(k);
  before.largest_void_volume = saved.largest_void_volume[k];
  return std::min(law.kept_void_volume(before), saved.void_volume[k]);
}

bool InterfaceVoids::stay_kept(const unsigned int k, const Response &voids,
                               const Surroundings &beside) const
{
  const double rest = kept(k);
  if (rest == 0 || state.void_volume[k] > rest)
    return false;
  const double w_c   = closure(at(k), closing_pressure[k]).velocity;
  const double roofs = beside.sinks ? (1 - voids.contact) * (beside.approach[k] - w_c) : 0.;
  return voids.exchange.growth(beside.mu[k]) - w_c - roofs <= 0;
}

// A void that ends gives up all it has at a constant rate over the step, whatever the metal does:
// what creep would close of it by creep, the rest as atoms. One that is kept gives up the atoms
// that creep and its roof bring, and no more: at the point where it begins to grow the metal sees
// the same.
void InterfaceVoids::end_void(const unsigned int k, Response voids, const Surroundings &beside)
{
  InterfaceState before = at(k);
  before.void_volume    = saved.void_volume[k];
  const double rate     = stage.step > 0 ? (saved.void_volume[k] - kept(k)) / stage.step : 0.;
  voids.exchange        = ContactLaw::Exchange();
  voids.closure         = close(k, before, beside.sinks);
  if (rate > 0 && voids.closure.velocity > rate)
    voids.closure = {rate, 0.};
  describe_point(k, voids, beside);
  exchange.supply[k] = -rate;
  if (!beside.moves)
  {
    exchange.supply[k] += voids.closure.velocity;
    return;
  }
  exchange.supply_by_velocity[k] = 1;
  exchange.supply_by_pressure[k] = 0;
}

void InterfaceVoids::describe(const Surroundings &beside)
{
  const unsigned int n = size();
  for (InterfaceValues *values :
       {&exchange.coefficient, &exchange.supply, &exchange.closure, &closure_share})
    values->assign(n, 0.);
  if (beside.moves)
    for (InterfaceValues *values :
         {&exchange.supply_by_velocity, &exchange.supply_by_pressure, &exchange.traction,
          &exchange.traction_by_velocity, &exchange.traction_by_potential,
          &exchange.traction_by_pressure})
      values->assign(n, 0.);
  for (unsigned int k = 0; k < n; ++k)
  {
    const InterfaceState here = at(k);
    Response voids{respond(here), {}};
    if ((dying[k] && stage.step > 0) || stay_kept(k, voids, beside))
    {
      end_void(k, voids, beside);
      continue;
    }
    // without sinks the voids must take what comes
    const bool active = law.is_active(here, voids.exchange, beside.mu[k]) || !law.has_sinks();
    if (active)
      voids.closure = close(k, here, beside.sinks);
    else
      voids.exchange = ContactLaw::Exchange();
    describe_point(k, voids, beside);
    if (active && stage.interval > 0 && here.void_volume > 0)
      follow(k, voids, beside);
  }
  const auto &by_pressure = exchange.traction_by_pressure;
  const bool soft =
    std::any_of(by_pressure.begin(), by_pressure.end(), [](const double x) { return x != 0; });
  if (!Utilities::MPI::max(static_cast<int>(soft), comm))
  {
    exchange.traction_by_pressure.clear();
    exchange.supply_by_pressure.clear();
  }
}

// Closure at the pressure that it follows from one solve of the metal to the next. Where the metal
// is so hard that closure and pressure hardly answer each other, that is all.
InterfaceVoids::Closure InterfaceVoids::close(const unsigned int k, const InterfaceState &here,
                                              const bool sinks)
{
  Closure closed      = closure(here, closing_pressure[k]);
  const double answer = closed.by_pressure * resistance(Response(), sinks);
  if (answer < least_answer)
    closed.by_pressure = 0;
  closure_share[k] = answer / (1 + answer);
  return closed;
}

double InterfaceVoids::follow_pressure(const Surroundings &beside)
{
  const bool held = beside.moves && !beside.sinks;
  double change   = 0;
  for (unsigned int k = 0; k < closing_pressure.size(); ++k)
  {
    if (held)
    {
      wall_pressure[k] = exchange.traction[k] +
                         exchange.traction_by_velocity[k] * beside.approach[k] +
                         exchange.traction_by_potential[k] * beside.mu[k];
      if (!exchange.traction_by_pressure.empty())
        wall_pressure[k] += exchange.traction_by_pressure[k] * beside.pressure[k];
      exchange.closure[k] = beside.approach[k]; // which is to be the same, and what they differ by
      closure_share[k]    = 1;                  // shows in the pressure
    }
    // w_c grows with a high power of p: no step of Newton's method is good for more
    const double limit = 0.5 * std::max(std::abs(closing_pressure[k]), 1e6);
    const double step  = std::clamp(beside.pressure[k] - closing_pressure[k], -limit, limit);
    if (beside.moves)
      change = std::max(change, closure_share[k] * std::abs(step));
    closing_pressure[k] += step;
  }
  return change;
}

// w = base + interval w'; where that is less than what is kept the void would end within the step.
double InterfaceVoids::grow(InterfaceValues now)
{
  growth        = std::move(now);
  double change = 0;
  for (unsigned int k = 0; k < growth.size(); ++k)
  {
    if (stage.step == 0)
      continue;
    const double next = stage.base[k] + stage.interval * growth[k];
    const double rest = kept(k);
    overdrawn[k]      = next < rest && !dying[k];
    change = std::max(change, std::abs(std::max(next, rest) - state.void_volume[k]) / scale(k));
    state.void_volume[k] = std::max(next, rest);
  }
  return Utilities::MPI::max(change, comm);
}

double InterfaceVoids::scale(const unsigned int k) const
{
  const double radius = std::sqrt(noticeable_cover / (pi * state.population[k]));
  return state.void_volume[k] + law.void_volume(radius, state.population[k]);
}
} // namespace kavity
