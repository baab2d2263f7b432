#include "kavity/laws/Dendrite.h"

#include "kavity/core/Registry.h"
#include "kavity/laws/Constants.h"
#include "kavity/laws/FlawStress.h"

#include <algorithm>
#include <cmath>

namespace kavity
{
double DendriteSite::drive_below_contact(const double depth) const
{
  const double reach = population > 0 ? 1. / std::sqrt(pi * population) : 0.;
  const double left  = depth < reach ? 1. - depth / reach : 0.;
  return drive(depth) - left * constriction * current;
}


double DendriteSite::largest_pressure(const double depth) const
{
  return (potential + faraday * std::max(0., -drive_below_contact(depth))) / metal.molar_volume;
}


// The drive is that of section 3 with mu = Omega p in place of mu_G.
DendriteSite::Plating DendriteSite::plating(const double depth, const double p) const
{
  const double above = (metal.molar_volume * p - potential) / faraday;
  const auto point   = kinetics.current(std::min(0., drive_below_contact(depth)) + above, 1., 0.,
                                        temperature, film_factor, exchange_factor);
  return {-point.current, -point.derivative * metal.molar_volume / faraday};
}


// K_I is linear in the stress: of a crack that is turned it is that of the turned tensor.
double DendriteSite::own_stress_intensity(const double length) const
{
  if (!stress)
    return 0;
  const auto part = [&](double StressAlong::*component)
  {
    return kavity::stress_intensity([&](const double x) { return stress(x).*component; }, length,
                                    length);
  };
  const double first = part(&StressAlong::first), second = part(&StressAlong::second);
  return 0.5 * (first + second) + std::hypot(0.5 * (first - second), part(&StressAlong::shear));
}


void DendriteVerdict::compare(const DendriteSite &site, const double of_metal,
                              const double flaw_length)
{
  stress_intensity = of_metal;
  if (site.stress)
  {
    const double own = site.own_stress_intensity(flaw_length);
    numbers.push_back({"stress intensity of the electrolyte's own stress", "MPa sqrt(m)", own});
    stress_intensity = std::max(0., of_metal + own);
  }
  margin = stress_intensity / site.toughness - 1;
}


double DendriteSite::rim_factor() const
{
  if (!(void_radius > 0) || !(exchange_factor > 0))
    return 1;
  const double resistance = kinetics.charge_transfer_resistance(temperature) / exchange_factor +
                            kinetics.R_film * film_factor;
  return kavity::rim_factor(conductivity * resistance / void_radius);
}


double rim_factor(const double wagner_number)
{
  return std::sqrt(1 + 2 / (pi * wagner_number) * (1 + wagner_number / (wagner_number + 1.4)));
}


namespace
{
class None : public DendriteCriterion
{
public:
  bool is_any() const override
  {
    return false;
  }
  DendriteVerdict judge(const DendriteSite &) const override
  {
    return {};
  }
};

const Registered<DendriteCriterion, None> none("none", "dendrites are not looked for");
} // namespace
} // namespace kavity
