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

template <int dim>
double at(const SpatialVariation &variation, const Point<dim> &x)
{
  return variation(x[0], dim == 3 ? x[1] : 0.);
}

} // namespace

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

template class HalfCell<2>;
template class HalfCell<3>;
} // namespace kavity
