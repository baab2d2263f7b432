#include "kavity/laws/Platen.h"

#include <boost/math/quadrature/gauss.hpp>
#include <boost/math/tools/toms748_solve.hpp>

#include <algorithm>
#include <cmath>

namespace kavity
{
namespace
{
// Exact for powers up to 29: three times the stress exponent of dislocation creep and more.
using Gauss = boost::math::quadrature::gauss<double, 15>;
} // namespace

// With s the equivalent stress at the plates at a radius r, the flux outwards per circumference is
// 2 sqrt(3) (H/2)^2 phi(s), phi(s) = int_0^1 t edot(s t) dt, and v r/2 as well; so r/R =
// phi(s)/phi(s_R). The mean of the pressure that falls by 2 s/(sqrt(3) H) per length is (2
// R/(sqrt(3) H)) times int (r/R)^2 s d(r/R), which parts make of (s_R/3) [1 - int_0^1 (r/R)^3 dt],
// s = s_R t.
double squeeze_velocity(const double P, const double radius, const double thickness,
                        const double friction_factor, const CreepLaw &creep, const double T,
                        const double S)
{
  if (!(P > 0) || !(radius > 0) || !(thickness > 0))
    return 0;
  const auto phi = [&](const double s)
  {
    return Gauss::integrate([&](const double t) { return t * creep.strain_rate(s * t, T, S); }, 0.,
                            1.);
  };
  const auto velocity = [&](const double s)
  { return std::sqrt(3.) * thickness * thickness / radius * phi(s); };
  const auto excess = [&](const double log_s)
  {
    const double s = P * std::exp(log_s), at_rim = phi(s);
    const double outwards =
      s / 3 *
      (1 -
       Gauss::integrate([&](const double t) { return std::pow(phi(s * t) / at_rim, 3); }, 0., 1.));
    return creep.flow_stress(velocity(s) / thickness, T, S) +
           friction_factor * 2 * radius / (std::sqrt(3.) * thickness) * outwards - P;
  };
  // without friction s is larger than P by what a power law of n = 1 makes of the geometry, at most
  double low = -1, high = 1;
  while (excess(low) > 0)
    low *= 2;
  while (excess(high) < 0)
    high *= 2;
  std::uintmax_t iterations = 200;
  const auto root           = boost::math::tools::toms748_solve(
              excess, low, high, boost::math::tools::eps_tolerance<double>(40), iterations);
  return velocity(P * std::exp(0.5 * (root.first + root.second)));
}
} // namespace kavity
