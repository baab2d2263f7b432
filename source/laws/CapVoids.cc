#include "kavity/laws/CapVoids.h"

#include "kavity/core/Parameters.h"
#include "kavity/laws/Constants.h"

#include <algorithm>
#include <cmath>

namespace kavity
{
namespace
{
// No void has less than a few atoms across.
constexpr double smallest_radius = 1e-9;

// Crowding raises the exchange by no more than this: voids that all but touch hold the potential
// of Gamma at their own already.
constexpr double most_crowding = 1e3;

// Rate at which asperities yield under the stack pressure.
constexpr double yield_rate = 1e-3;

// g(theta): volume of a cap over the cube of its base radius; 2 pi/3 for a hemisphere.
double cap_volume(const double theta)
{
  const double c = std::cos(theta);
  return pi / 3. * (2. + 3. * c - c * c * c) / std::pow(std::sin(theta), 3);
}

// Diffusive capacity over the base radius, 1 for a hemisphere: half of the lens that the cap
// makes with its mirror image. Fit of Picknett and Bexon, J. Colloid Interface Sci. 61, 336
// (1977), good to 1e-3; exact values are 2/pi for a flat disc, 2 ln 2 for two touching spheres.
double cap_capacity(const double theta)
{
  const auto fit = [](const double x)
  { return 8.957e-5 + x * (0.6333 + x * (0.1160 + x * (-0.08878 + x * 0.01033))); };
  return fit(pi - theta) / (std::sin(theta) * fit(0.5 * pi));
}

// Exchange of N rims per area with atoms that move along Gamma between them, over their
// conductance: 4 pi N (1-f)^2/[ln(1/f) - (3-f)(1-f)/2], f the covered fraction (Needleman and Rice,
// Acta Metall. 28, 1315, 1980).
template <class N>
N rim_exchange(const double population, const N &f)
{
  using std::log;
  const N rest = 1. - f;
  // the bracket loses its digits where little is left: (1-f)^3/3 (1 + 3 (1-f)/4 + ...)
  const N bracket = rest > N(1e-2) ? N(log(N(1. / f)) - 0.5 * (3. - f) * rest) :
                                     N(rest * rest * rest * (1. / 3. + rest * (0.25 + rest / 5.)));
  return 4. * pi * population * rest * rest / bracket;
}
} // namespace


void CapVoids::declare(Parameters &parameters)
{
  parameters.add("Contact angle", contact_angle, "90 degree", "degree", Range::between(10, 170),
                 "Angle theta at the rim of a void, measured through the metal; 90 degree: "
                 "hemispheres.",
                 "[est] hemispheres");
  parameters.add("Minimum contact", minimum_contact, "1e-3", "1", Range::between(1e-6, 1),
                 "Contact fraction that voids cannot take, which keeps the equations solvable.");
  parameters.add("Initial roughness contact", initial_roughness_contact, "1", "1",
                 Range::between(1e-6, 1),
                 "Contact fraction chi_r of the surfaces as assembled, before pressure adds to "
                 "it; 1: bonded without gaps.");
  parameters.add("Asperity size", asperity_size, "1 m", "um", Range::between(1e-3, 1e9),
                 "Size of the asperities that pressure flattens, for the size effect in their "
                 "flow stress; 1 m: bulk metal.");
  parameters.add("Nucleation barrier", nucleation_barrier, "0.05", "1", Range::between(1e-9, 1e3),
                 "mu_nuc/RT: voids nucleate where the potential of atoms falls below -mu_nuc.",
                 "[est]");
  parameters.add("Crowding exponent", crowding_exponent, "2.2", "1", Range::between(0, 4),
                 "Exponent of X = (1 - sqrt(1 - chi_v))^-exponent, by which neighbouring voids "
                 "raise the exchange; 2.2: periodic hemispheres to first order in a/spacing.");
  parameters.add("Capillarity", capillarity, true, "Surface energy shrinks voids.");
  parameters.add("Closure", with_closure, true, "Creep closes voids.");
  // without sinks metal that is plated beside voids that stay would have nowhere to go
  if (has_sinks())
    declare_memory(parameters);
}


void CapVoids::declare_memory(Parameters &parameters)
{
  parameters.add(
    "Residual radius", residual_radius, "0 um", "um", Range::between(1e-3, 1e5).or_zero(),
    "Base radius below which voids that have been larger do not shrink, and from which "
    "they grow again without nucleating: the memory of an interface that has lost "
    "contact; 0: they heal.",
    "[est] not measured");
  parameters.add("Retained fraction", retained_fraction, "0", "1", Range::between(0, 0.999),
                 "Part of the largest void volume so far that does not heal, as if oxide, "
                 "impurities or gas kept surfaces from taking atoms: voids that grow faster than "
                 "they heal then grow from cycle to cycle; 0: all heals.",
                 "[est] not measured");
}


InterfaceState CapVoids::initial_state(const double population) const
{
  return {0., population, initial_roughness_contact};
}


template <class N>
N CapVoids::base_radius_of(const InterfaceStateOf<N> &state) const
{
  using std::cbrt;
  return state.void_volume > N(0.) && state.population > 0 ?
           N(cbrt(N(state.void_volume / (state.population * cap_volume(contact_angle))))) :
           N(0.);
}


double CapVoids::base_radius(const InterfaceState &state) const
{
  return base_radius_of(state);
}


double CapVoids::void_volume(const double radius, const double population) const
{
  return population * cap_volume(contact_angle) * radius * radius * radius;
}


template <class N>
N CapVoids::void_contact_of(const InterfaceStateOf<N> &state) const
{
  using std::max;
  const N a = base_radius_of(state);
  return max(N(1. - state.population * pi * a * a), N(minimum_contact));
}


bool CapVoids::at_floor(const InterfaceState &state) const
{
  return state.void_volume > 0 && void_contact(state) <= minimum_contact;
}


double CapVoids::kept_void_volume(const InterfaceState &state) const
{
  const double residual = void_volume(residual_radius, state.population);
  return std::max(std::min(residual, state.largest_void_volume),
                  retained_fraction * state.largest_void_volume);
}


double CapVoids::void_height(const double radius) const
{
  return radius * (1. + std::cos(contact_angle)) / std::sin(contact_angle);
}


double CapVoids::constriction_resistance(const InterfaceState &state, const double sigma) const
{
  const double a = base_radius(state);
  if (a == 0.)
    return 0.;
  const double chi = void_contact(state), root = std::sqrt(chi);
  const double b      = 1. / std::sqrt(pi * state.population);
  const double dense  = pi * b * std::pow(1. - root, 1.5) / (4. * root * sigma);
  const double dilute = 4. / 3. * state.population * a * a * a / sigma;
  return (1. - chi) * dense + chi * dilute;
}


template <class N>
ContactLaw::ExchangeOf<N> CapVoids::exchange_of(const InterfaceStateOf<N> &state,
                                                const Metal &metal, const double T) const
{
  using std::max, std::min, std::pow;
  const N present = base_radius_of(state);
  const N a       = max(present, N(nucleation_radius(metal, T)));
  // sqrt(1 - chi_v), which has a slope also where chi_v rounds to 1
  const N covered =
    min(N(std::sqrt(pi * state.population) * present), N(std::sqrt(1. - minimum_contact)));
  const N crowding = 1. / max(N(pow(N(1. - covered), crowding_exponent)), N(1. / most_crowding));

  ExchangeOf<N> exchange;
  exchange.coefficient =
    2. * pi * a * cap_capacity(contact_angle) * state.population * metal.mobility(T) * crowding;
  if (metal.interface_diffusivity > 0.)
    exchange.coefficient +=
      metal.interface_diffusivity / (gas_constant * T) *
      rim_exchange(state.population,
                   N(min(N(state.population * pi * a * a), N(1. - minimum_contact))));
  if (!(present > N(0.)))
    exchange.void_potential = N(-nucleation_potential(T));
  else if (capillarity)
    exchange.void_potential =
      -2. * metal.surface_energy * metal.molar_volume * std::sin(contact_angle) / a;
  return exchange;
}


template <class N>
N CapVoids::closure_of(const InterfaceStateOf<N> &state, const N &p, const Metal &metal,
                       const double T) const
{
  using std::max;
  const N present = base_radius_of(state);
  if (!with_closure || !(present > N(0.)))
    return N(0.);
  const N a          = max(present, N(nucleation_radius(metal, T)));
  const double gamma = capillarity ? metal.surface_energy : 0.;
  return state.void_volume * metal.creep->closure_rate(p, N(a / std::sin(contact_angle)), gamma, T,
                                                       metal.creep->size_factor(a));
}


double CapVoids::nucleation_radius(const Metal &metal, const double T) const
{
  return std::max(2. * metal.surface_energy * metal.molar_volume * std::sin(contact_angle) /
                    nucleation_potential(T),
                  smallest_radius);
}


double CapVoids::nucleation_potential(const double T) const
{
  return nucleation_barrier * gas_constant * T;
}


void CapVoids::touch(InterfaceState &state, const double p, const Metal &metal,
                     const double T) const
{
  state.roughness_contact =
    std::max(state.roughness_contact, pressed_contact(p, asperity_size, metal, T));
}


// for ContactLawFor<CapVoids>, which the laws beside instantiate
template double CapVoids::void_contact_of(const InterfaceState &) const;
template Dual<double> CapVoids::void_contact_of(const InterfaceStateOf<Dual<double>> &) const;
template ContactLaw::Exchange CapVoids::exchange_of(const InterfaceState &, const Metal &,
                                                    double) const;
template ContactLaw::ExchangeOf<Dual<double>>
CapVoids::exchange_of(const InterfaceStateOf<Dual<double>> &, const Metal &, double) const;
template double CapVoids::closure_of(const InterfaceState &, const double &, const Metal &,
                                     double) const;
template Dual<double> CapVoids::closure_of(const InterfaceStateOf<Dual<double>> &,
                                           const Dual<double> &, const Metal &, double) const;


double pressed_contact(const double p, const double asperity_size, const Metal &metal,
                       const double T)
{
  const double flow_stress =
    metal.creep->flow_stress(yield_rate, T, metal.creep->size_factor(asperity_size));
  return std::clamp(p / (3. * flow_stress), 0., 1.);
}
} // namespace kavity
