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

// Contact and voids, linear in the velocity u of the metal into Gamma and in mu, at a fixed void
// volume (docs/model.md, section 5): atoms chi_v s + w_d and the pressure chi_v p_c - (1 - chi_v)
// pull, with s = u - w_c and p_c = r s + mu/Omega.
template <int dim>
void HalfCell<dim>::describe_point(const unsigned int k, const VoidResponse &voids)
{
  const double w_c = exchange.closure[k], covered = 1 - voids.contact;
  exchange.coefficient[k] = voids.exchange.coefficient;
  exchange.supply[k]      = voids.exchange.coefficient * voids.exchange.void_potential;
  if (!flow->has_interface_sinks())
    return;
  const double r = parameters.metal.interface_sink_viscosity(temperature);
  exchange.supply[k] -= voids.contact * w_c;
  exchange.supply_by_velocity[k]    = voids.contact;
  exchange.traction[k]              = -voids.contact * r * w_c - covered * voids.pull;
  exchange.traction_by_velocity[k]  = voids.contact * r;
  exchange.traction_by_potential[k] = voids.contact / parameters.metal.molar_volume;
}

// With w = base + interval w' the void volume follows u and mu: one step of Newton's method for all
// three, dw = gain [(base - w)/interval + w'(w)], is inserted into what contact and voids do. Where
// growth feeds itself within the step it is held back, as is what would pull the metal in.
template <int dim>
void HalfCell<dim>::follow_voids(const unsigned int k, const Stage &stage, InterfaceState here,
                                 const VoidResponse &voids)
{
  const double w = here.void_volume, difference = 1e-6 * w, mu = flow->mu[k],
               w_c = exchange.closure[k];
  here.void_volume += difference;
  const VoidResponse there = respond(here);
  const double d_contact   = (there.contact - voids.contact) / difference,
               d_pull      = (there.pull - voids.pull) / difference;
  const bool moves         = flow->has_interface_sinks();
  const double s = moves ? flow->approach[k] - w_c : 0., covered = moves ? 1 - voids.contact : 0.;
  const double d_supply =
    std::min((there.exchange.growth(mu) - voids.exchange.growth(mu)) / difference + d_contact * s,
             0.5 / stage.interval);
  const double gain  = stage.interval / (1 - stage.interval * d_supply);
  const double beta  = voids.exchange.coefficient;
  const double fixed = (stage.base[k] - w) / stage.interval + beta * voids.exchange.void_potential -
                       w_c + covered * w_c;
  exchange.supply[k] += d_supply * gain * fixed;
  exchange.coefficient[k] += d_supply * gain * beta;
  if (!moves)
    return;
  const double r          = parameters.metal.interface_sink_viscosity(temperature);
  const double p_c        = r * s + mu / parameters.metal.molar_volume;
  const double d_traction = std::min(d_contact * (p_c + voids.pull) - covered * d_pull, 0.);
  exchange.supply_by_velocity[k] -= d_supply * gain * covered;
  exchange.traction[k] += d_traction * gain * fixed;
  exchange.traction_by_velocity[k] -= d_traction * gain * covered;
  exchange.traction_by_potential[k] -= d_traction * gain * beta;
}

template <int dim>
void HalfCell<dim>::describe_exchange(const Stage &stage)
{
  const unsigned int n  = state.void_volume.size();
  const ContactLaw &law = *parameters.contact;
  for (InterfaceValues *values : {&exchange.coefficient, &exchange.supply, &exchange.closure})
    values->assign(n, 0.);
  if (flow->has_interface_sinks())
    for (InterfaceValues *values :
         {&exchange.supply_by_velocity, &exchange.traction, &exchange.traction_by_velocity,
          &exchange.traction_by_potential})
      values->assign(n, 0.);
  for (unsigned int k = 0; k < n; ++k)
  {
    const InterfaceState here = state_at(k);
    VoidResponse voids        = respond(here);
    const bool ends           = dying[k];
    // without sinks the voids must take what comes
    const bool active =
      !ends && (law.is_active(here, voids.exchange, flow->mu[k]) || !law.has_sinks());
    if (active)
      exchange.closure[k] = law.closure(here, flow->pressure[k], parameters.metal, temperature);
    else
      voids.exchange = ContactLaw::Exchange();
    describe_point(k, voids);
    if (ends)
    {
      // all of it over the step, at a constant rate, whatever the metal does
      exchange.supply[k] = -saved.void_volume[k] / stage.step;
      if (flow->has_interface_sinks())
        exchange.supply_by_velocity[k] = 1;
    }
    else if (active && stage.interval > 0 && here.void_volume > 0)
      follow_voids(k, stage, here, voids);
  }
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
