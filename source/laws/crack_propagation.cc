#include "kavity/core/Parameters.h"
#include "kavity/core/Registry.h"
#include "kavity/laws/Constants.h"
#include "kavity/laws/FlawPressure.h"
#include "kavity/laws/FlawStress.h"

#include <algorithm>
#include <cmath>

namespace kavity
{
namespace
{
// A flaw full of metal, which plates until its pressure takes up the driving force.
class CrackPropagation : public DendriteCriterion
{
public:
  void declare(Parameters &parameters) override
  {
    parameters.add("Flaw length", flaw_length, "83.04 um", "um", Range::between(1e-3, 1e5),
                   "Length a of the flaw in the surface of the electrolyte, normal to it.",
                   "[cal] 4.8 mA/cm^2 for K on K-beta''-alumina, 20 degC, 2.5 MPa [seed], with its "
                   "fracture toughness");
    parameters.add("Filled length", filled_length, "none", "um", Range::between(1e-3, 1e5),
                   "Length from the mouth that metal has filled; default: all of the flaw.");
    parameters.add("Half-gap", half_gap, "0 nm", "nm", Range::between(1e-3, 1e6).or_zero(),
                   "Half of the opening through which metal creeps out at the mouth; 0: it does "
                   "not. Under its pressure a flaw opens by some tens of nm only.");
    if (!parameters.given("Filled length"))
      filled_length = flaw_length;
    else if (filled_length > flaw_length)
      parameters.error("Filled length", "is longer than the flaw");
  }
  bool needs_toughness() const override
  {
    return true;
  }
  double depth() const override
  {
    return filled_length;
  }
  double stressed_depth() const override
  {
    return flaw_length;
  }
  DendriteVerdict judge(const DendriteSite &site) const override;

private:
  double leaky(const DendriteSite &, DendriteVerdict &) const;

  double flaw_length = 0, filled_length = 0, half_gap = 0; ///< m
};


DendriteVerdict CrackPropagation::judge(const DendriteSite &site) const
{
  DendriteVerdict verdict;
  const double cap = site.largest_pressure(filled_length);
  verdict.numbers  = {{"fracture toughness", "MPa sqrt(m)", site.toughness},
                      {"flaw length", "um", flaw_length},
                      {"filled length", "um", filled_length},
                      {"half-gap", "nm", half_gap},
                      {"driving force at the mouth", "mV", site.drive_below_contact(0)},
                      {"driving force at the end", "mV", site.drive_below_contact(filled_length)},
                      {"largest pressure at the mouth", "MPa", site.largest_pressure(0)},
                      {"largest pressure at the end", "MPa", cap}};
  double of_metal  = 0;
  if (half_gap > 0)
    of_metal = leaky(site, verdict);
  else
  {
    const double bend = site.population > 0 ? 1 / std::sqrt(pi * site.population) : 0;
    verdict.pressure  = cap;
    of_metal          = stress_intensity([&](const double x) { return site.largest_pressure(x); },
                                flaw_length, filled_length, CrackShape::edge, bend);
  }
  verdict.compare(site, of_metal, flaw_length);
  return verdict;
}


// Interval by interval: the pressure bends at the points.
double CrackPropagation::leaky(const DendriteSite &site, DendriteVerdict &verdict) const
{
  const CreepChannel channel(*site.metal.creep, CreepChannel::Shape::slit, half_gap,
                             site.temperature);
  const FlawPressure pressure(site, channel, filled_length);
  verdict.pressure = *std::max_element(pressure.pressures().begin(), pressure.pressures().end());
  verdict.numbers.push_back({"size factor of creep", "1", channel.size_factor()});
  return stress_intensity(pressure.depths(), pressure.pressures(), flaw_length);
}

const Registered<DendriteCriterion, CrackPropagation>
  registered("crack_propagation",
             "metal in a flaw under the pressure that the potential along it gives, against the "
             "fracture toughness");
} // namespace
} // namespace kavity
