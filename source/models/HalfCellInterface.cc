#include "kavity/models/HalfCell.h"

#include <algorithm>
#include <cmath>

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
} // namespace

template <int dim>
InterfaceValues HalfCell<dim>::contact_of_state() const
{
  InterfaceValues result(state.void_volume.size());
  for (unsigned int k = 0; k < result.size(); ++k)
    result[k] = parameters.contact->contact_fraction(state_at(k));
  return result;
}

template <int dim>
void HalfCell<dim>::describe_contact()
{
  const unsigned int n = state.void_volume.size();
  const double sigma   = parameters.electrolyte.normal_conductivity(temperature);
  InterfaceValues constriction(n);
  for (unsigned int k = 0; k < n; ++k)
    constriction[k] = parameters.contact->constriction_resistance(state_at(k), sigma);
  contact_fraction     = contact_of_state();
  contact.fraction     = interface.to_electrolyte(contact_fraction);
  contact.constriction = interface.to_electrolyte(constriction);
  contact.mu           = interface.to_electrolyte(coupled_mu);
}

// What the law says at a state, and its derivatives by the void volume.
template <int dim>
typename HalfCell<dim>::VoidResponse HalfCell<dim>::respond(const InterfaceState &here) const
{
  const ContactLaw &law = *parameters.contact;
  VoidResponse response;
  response.exchange = law.exchange(here, parameters.metal, temperature);
  response.contact  = law.void_contact(here);
  // a surface without voids does not pull
  response.pull =
    here.void_volume > 0 ? -response.exchange.void_potential / parameters.metal.molar_volume : 0.;
  return response;
}

// Of the pressure of Gamma to s = u - w_c.
template <int dim>
double HalfCell<dim>::resistance(const VoidResponse &voids) const
{
  return flow->has_interface_sinks() ?
           voids.contact * parameters.metal.interface_sink_viscosity(temperature) :
           wall_resistance;
}

// Contact and voids, linear in the velocity u of the metal into Gamma, its pressure p there and mu,
// at a fixed void volume (docs/model.md, section 5): atoms chi_v s + w_d and the pressure
// chi_v p_c - (1 - chi_v) pull, with s = u - w_c, w_c = w_c0 + w_c' (p - p_0) and
// p_c = r s + mu/Omega. Without sinks on Gamma s is to vanish: a large resistance to it finds the
// pressure that sees to that, better each time (the method of augmented Lagrangians).
template <int dim>
void HalfCell<dim>::describe_point(const unsigned int k, const VoidResponse &voids)
{
  exchange.closure[k]     = voids.closure.velocity;
  exchange.coefficient[k] = voids.exchange.coefficient;
  exchange.supply[k]      = voids.exchange.coefficient * voids.exchange.void_potential;
  if (!flow->interface_moves())
    return;
  const bool sinks = flow->has_interface_sinks();
  const double chi = sinks ? voids.contact : 0., slope = voids.closure.by_pressure;
  const double s = slope * closing_pressure[k] - voids.closure.velocity, r = resistance(voids);
  exchange.supply[k] += chi * s;
  exchange.supply_by_velocity[k]    = chi;
  exchange.supply_by_pressure[k]    = -chi * slope;
  exchange.traction[k]              = r * s + (sinks ? (chi - 1) * voids.pull : wall_pressure[k]);
  exchange.traction_by_velocity[k]  = r;
  exchange.traction_by_potential[k] = chi / parameters.metal.molar_volume;
  exchange.traction_by_pressure[k]  = -r * slope;
}

// With w = base + interval w' the void volume follows u, p and mu: one step of Newton's method for
// all four, dw = gain [(base - w)/interval + w'(w)], is inserted into what contact and voids do.
// Where growth feeds itself within the step it is held back, as is what would pull the metal in.
template <int dim>
void HalfCell<dim>::follow_voids(const unsigned int k, const Stage &stage, InterfaceState here,
                                 const VoidResponse &voids)
{
  const double w = here.void_volume, difference = 1e-6 * w, mu = flow->mu[k];
  here.void_volume += difference;
  const VoidResponse there = respond(here);
  const double d_contact   = (there.contact - voids.contact) / difference,
               d_pull      = (there.pull - voids.pull) / difference;
  const bool sinks         = flow->has_interface_sinks();
  const double chi = sinks ? voids.contact : 0., beta = voids.exchange.coefficient;
  const double slope = voids.closure.by_pressure, r = resistance(voids);
  const double w_c = voids.closure.velocity - slope * closing_pressure[k]; // less what p adds
  const double s   = sinks ? flow->approach[k] - w_c - slope * flow->pressure[k] : 0.;
  const double d_supply =
    std::min((there.exchange.growth(mu) - voids.exchange.growth(mu)) / difference + d_contact * s -
               chi * voids.closure.by_volume,
             0.5 / stage.interval);
  const double gain  = stage.interval / (1 - stage.interval * d_supply);
  const double fixed = (stage.base[k] - w) / stage.interval + beta * voids.exchange.void_potential -
                       (flow->interface_moves() ? chi * w_c : voids.closure.velocity);
  exchange.supply[k] += d_supply * gain * fixed;
  exchange.coefficient[k] += d_supply * gain * beta;
  if (!flow->interface_moves())
    return;
  double d_traction = 0;
  if (sinks)
  {
    const double p_c = r / chi * s + mu / parameters.metal.molar_volume;
    d_traction       = std::min(d_contact * (p_c + voids.pull) - (1 - chi) * d_pull, 0.);
  }
  d_traction = std::min(d_traction - r * voids.closure.by_volume, 0.);
  exchange.supply_by_velocity[k] -= d_supply * gain * (1 - chi);
  exchange.supply_by_pressure[k] -= d_supply * gain * chi * slope;
  exchange.traction[k] += d_traction * gain * fixed;
  exchange.traction_by_velocity[k] -= d_traction * gain * (1 - chi);
  exchange.traction_by_potential[k] -= d_traction * gain * beta;
  exchange.traction_by_pressure[k] -= d_traction * gain * chi * slope;
}

// A void that ends gives up all it has at a constant rate over the step, whatever the metal does:
// what creep would close of it by creep, the rest as atoms.
template <int dim>
void HalfCell<dim>::end_void(const unsigned int k, const Stage &stage, VoidResponse voids)
{
  InterfaceState before = state_at(k);
  before.void_volume    = saved.void_volume[k];
  const double rate     = saved.void_volume[k] / stage.step;
  voids.exchange        = ContactLaw::Exchange();
  voids.closure         = close(k, before);
  if (voids.closure.velocity > rate)
    voids.closure = {rate, 0., 0.};
  describe_point(k, voids);
  exchange.supply[k] = -rate;
  if (!flow->interface_moves())
  {
    exchange.supply[k] += voids.closure.velocity;
    return;
  }
  exchange.supply_by_velocity[k] = 1;
  exchange.supply_by_pressure[k] = 0;
}

template <int dim>
void HalfCell<dim>::describe_exchange(const Stage &stage)
{
  const unsigned int n  = state.void_volume.size();
  const ContactLaw &law = *parameters.contact;
  for (InterfaceValues *values :
       {&exchange.coefficient, &exchange.supply, &exchange.closure, &closure_share})
    values->assign(n, 0.);
  if (flow->interface_moves())
    for (InterfaceValues *values :
         {&exchange.supply_by_velocity, &exchange.supply_by_pressure, &exchange.traction,
          &exchange.traction_by_velocity, &exchange.traction_by_potential,
          &exchange.traction_by_pressure})
      values->assign(n, 0.);
  for (unsigned int k = 0; k < n; ++k)
  {
    const InterfaceState here = state_at(k);
    VoidResponse voids        = respond(here);
    if (dying[k])
    {
      end_void(k, stage, voids);
      continue;
    }
    // without sinks the voids must take what comes
    const bool active = law.is_active(here, voids.exchange, flow->mu[k]) || !law.has_sinks();
    if (active)
      voids.closure = close(k, here);
    else
      voids.exchange = ContactLaw::Exchange();
    describe_point(k, voids);
    if (active && stage.interval > 0 && here.void_volume > 0)
      follow_voids(k, stage, here, voids);
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
template <int dim>
ContactLaw::Closure HalfCell<dim>::close(const unsigned int k, const InterfaceState &here)
{
  ContactLaw::Closure closure =
    parameters.contact->closure(here, closing_pressure[k], parameters.metal, temperature);
  const double answer = closure.by_pressure * resistance(VoidResponse());
  if (answer < least_answer)
    closure.by_pressure = 0;
  closure_share[k] = answer / (1 + answer);
  return closure;
}

template <int dim>
double HalfCell<dim>::follow_pressure()
{
  const bool held = flow->interface_moves() && !flow->has_interface_sinks();
  double change   = 0;
  for (unsigned int k = 0; k < closing_pressure.size(); ++k)
  {
    if (held)
    {
      wall_pressure[k] = exchange.traction[k] +
                         exchange.traction_by_velocity[k] * flow->approach[k] +
                         exchange.traction_by_potential[k] * flow->mu[k];
      if (!exchange.traction_by_pressure.empty())
        wall_pressure[k] += exchange.traction_by_pressure[k] * flow->pressure[k];
      exchange.closure[k] = flow->approach[k]; // which is to be the same, and what they differ by
      closure_share[k]    = 1;                 // shows in the pressure
    }
    // w_c grows with a high power of p: no step of Newton's method is good for more
    const double limit = 0.5 * std::max(std::abs(closing_pressure[k]), 1e6);
    const double step  = std::clamp(flow->pressure[k] - closing_pressure[k], -limit, limit);
    if (flow->interface_moves())
      change = std::max(change, closure_share[k] * std::abs(step));
    closing_pressure[k] += step;
  }
  return change;
}

// w = base + interval w'; where that is negative the void would end within the step, which
// advance() then arranges.
template <int dim>
double HalfCell<dim>::update_voids(const Stage &stage)
{
  growth        = flow->void_growth(exchange);
  double change = 0;
  for (unsigned int k = 0; k < growth.size(); ++k)
  {
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

template class HalfCell<2>;
template class HalfCell<3>;
} // namespace kavity
