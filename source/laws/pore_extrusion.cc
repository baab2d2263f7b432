#include "kavity/core/Parameters.h"
#include "kavity/core/Registry.h"
#include "kavity/laws/Constants.h"
#include "kavity/laws/CreepChannel.h"
#include "kavity/laws/Dendrite.h"
#include "kavity/laws/FlawStress.h"

#include <boost/math/tools/toms748_solve.hpp>

#include <algorithm>
#include <cmath>

namespace kavity
{
namespace
{
// A pore below the surface, plated from all round, that empties through a slit to Gamma: it takes
// less current the higher its pressure is.
class PoreExtrusion : public DendriteCriterion
{
public:
  void declare(Parameters &parameters) override;
  double depth() const override
  {
    return channel_length + radius;
  }
  DendriteVerdict judge(const DendriteSite &site) const override;

private:
  double pressure(const DendriteSite &, const CreepChannel &) const;
  double plated(const DendriteSite &, double p) const;

  double radius = 0, channel_length = 0, half_gap = 0, flaw_length = 0; ///< m
  double toughness = 0;                                                 ///< Pa sqrt(m)
};


void PoreExtrusion::declare(Parameters &parameters)
{
  parameters.add("Pore radius", radius, "1 um", "um", Range::between(1e-3, 1e4),
                 "Radius r_p of a pore in the electrolyte.", "[est]");
  parameters.add("Channel length", channel_length, "5 um", "um", Range::between(1e-3, 1e5),
                 "Length L_c of the slit that joins it to the interface.", "[est]");
  parameters.add("Half-gap", half_gap, "0.2 um", "um", Range::between(1e-6, 1e3).or_zero(),
                 "Half of the opening of the slit, which is as wide as the pore; 0: sealed.",
                 "[est]");
  parameters.add("Flaw length", flaw_length, "5 um", "um", Range::between(1e-3, 1e4),
                 "Length c_f of the flaw at the pore that its pressure opens.", "[est]");
  parameters.add("Toughness", toughness, "0.2885 MPa sqrt(m)", "MPa sqrt(m)",
                 Range::between(1e-6, 1e3),
                 "Critical stress intensity of the grain boundary or cleavage plane there.",
                 "[cal] 4.8 mA/cm^2 for K on K-beta''-alumina, 20 degC, 2.5 MPa [seed]");
}


// m^3/s
double PoreExtrusion::plated(const DendriteSite &site, const double p) const
{
  return 4 * pi * radius * radius * site.metal.molar_volume / faraday *
         site.plating(depth(), p).current;
}


double PoreExtrusion::pressure(const DendriteSite &site, const CreepChannel &channel) const
{
  const double low = site.pressure, high = site.largest_pressure(depth());
  if (!(low < high))
    return high;
  // more than an empty pore takes does not creep out, however infinite the flux is beyond
  const double bound = 2 * plated(site, low);
  const auto surplus = [&](const double p)
  {
    return plated(site, p) -
           std::min(2 * radius * channel.flow((p - low) / channel_length).flux, bound);
  };
  std::uintmax_t iterations = 200;
  const auto root           = boost::math::tools::toms748_solve(
              surplus, low, high, boost::math::tools::eps_tolerance<double>(45), iterations);
  return 0.5 * (root.first + root.second);
}


DendriteVerdict PoreExtrusion::judge(const DendriteSite &site) const
{
  DendriteVerdict verdict;
  const double cap = site.largest_pressure(depth());
  verdict.numbers  = {{"toughness", "MPa sqrt(m)", toughness},
                      {"flaw length", "um", flaw_length},
                      {"half-gap", "um", half_gap},
                      {"driving force at the pore", "mV", site.drive_below_contact(depth())},
                      {"largest pressure", "MPa", cap}};
  verdict.pressure = cap;
  if (half_gap > 0)
  {
    const CreepChannel channel(*site.metal.creep, CreepChannel::Shape::slit, half_gap,
                               site.temperature);
    verdict.pressure = pressure(site, channel);
    verdict.numbers.push_back({"size factor of creep", "1", channel.size_factor()});
  }
  // of an empty pore, whose metal is under the pressure of that at the interface
  const double rate = plated(site, site.pressure);
  if (rate > 0)
    verdict.numbers.push_back(
      {"time to fill the pore", "s", 4 * pi / 3 * std::pow(radius, 3) / rate});
  verdict.stress_intensity = edge_crack_factor * verdict.pressure * std::sqrt(pi * flaw_length);
  verdict.margin           = verdict.stress_intensity / toughness - 1;
  return verdict;
}

const Registered<DendriteCriterion, PoreExtrusion>
  registered("pore_extrusion", "metal in a pore that empties through a slit, against the toughness "
                               "of a weak plane");
} // namespace
} // namespace kavity
