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
    exchange.closure[k] = law.closure(here, flow->pressure[k], parameters.metal, temperature);
    const auto with     = law.exchange(here, parameters.metal, temperature);
    const double mu     = flow->mu[k];
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
  growth        = flow->void_supply(exchange);
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
