#include "kavity/laws/FlawPressure.h"

#include "kavity/core/NoConvergence.h"
#include "kavity/laws/Constants.h"

#include <boost/math/tools/roots.hpp>

#include <algorithm>
#include <cmath>

namespace kavity
{
namespace
{
constexpr unsigned int most_steps = 300;

// Relative to the largest pressure.
constexpr double accuracy = 1e-12;

// Share of the intervals on the length on which the pressure rises at the mouth.
constexpr double share_of_mouth = 0.1;

// Where a statement about x stops being true, between two values, to a millionth.
template <class Statement>
double last_of(const Statement &holds, const double low, const double high)
{
  if (!holds(low))
    return low;
  if (holds(high))
    return high;
  std::uintmax_t iterations = 100;
  const auto log_x          = boost::math::tools::bisect(
    [&](const double log_x) { return holds(std::exp(log_x)) ? 1. : -1.; }, std::log(low),
    std::log(high), boost::math::tools::eps_tolerance<double>(20), iterations);
  return std::exp(log_x.first);
}
} // namespace


FlawPressure::FlawPressure(const DendriteSite &site, const CreepChannel &channel,
                           const double length, const unsigned int intervals)
  : site(site)
  , channel(channel)
{
  place_points(length, intervals);
  double largest = site.pressure;
  for (const double depth : x)
  {
    // steep where the metal flows: there a power law gives way, at rest it does not
    const double cap = site.largest_pressure(depth);
    p.push_back(std::min(cap, site.pressure + steepest * depth));
    largest = std::max(largest, cap);
  }
  p[0] = site.pressure;
  for (unsigned int step = 0; step < most_steps; ++step)
    if (improve(largest) <= accuracy)
      return;
  throw NoConvergence("the pressure in a flaw was not found");
}


// The pressure rises over the length d on which all that is plated there leaves through the mouth.
void FlawPressure::place_points(const double length, const unsigned int intervals)
{
  const double supply =
    2 * site.metal.molar_volume / faraday * std::abs(site.plating(length, site.pressure).current);
  const double rise = std::abs(site.largest_pressure(0) - site.pressure);
  steepest    = last_of([&](const double G) { return channel.flow(G).flux < 10 * supply * length; },
                     1e-20, 1e40);
  at_steepest = channel.flow(steepest);
  const double d = last_of([&](const double d) { return channel.flow(rise / d).flux > supply * d; },
                           1e-6 * length, 10 * length);
  const double first = d / (share_of_mouth * intervals), even = length / intervals;
  const double beta =
    last_of([&](const double b) { return even * b / std::sinh(b) > first; }, 1e-6, 30.);
  for (unsigned int k = 0; k <= intervals; ++k)
    x.push_back(length * std::sinh(beta * k / intervals) / std::sinh(beta));
  x.back() = length;
}


CreepChannel::Flow FlawPressure::bounded_flow(const double gradient) const
{
  if (std::abs(gradient) <= steepest)
    return channel.flow(gradient);
  const double beyond = std::abs(gradient) - steepest;
  return {std::copysign(at_steepest.flux + at_steepest.slope * beyond, gradient),
          at_steepest.slope};
}


// Flux in from the deeper side less flux out to the mouth plus what is plated: a tridiagonal
// system with positive diagonal, eliminated from the end.
double FlawPressure::improve(const double scale)
{
  const unsigned int n = x.size();
  const double volume  = 2 * site.metal.molar_volume / faraday;
  std::vector<double> diagonal(n, 0.), coupling(n, 0.), rest(n, 0.);
  for (unsigned int k = 0; k < n; ++k)
  {
    const double width = 0.5 * ((k + 1 < n ? x[k + 1] : x[k]) - (k > 0 ? x[k - 1] : x[k]));
    const auto plated  = site.plating(x[k], p[k]);
    rest[k] += volume * width * plated.current;
    diagonal[k] -= volume * width * plated.by_pressure;
    if (k == 0)
      continue;
    const double distance = x[k] - x[k - 1];
    const auto flow       = bounded_flow((p[k] - p[k - 1]) / distance);
    coupling[k]           = flow.slope / distance;
    rest[k] -= flow.flux;
    rest[k - 1] += flow.flux;
    diagonal[k] += coupling[k];
    diagonal[k - 1] += coupling[k];
  }
  for (unsigned int k = n - 1; k > 1; --k)
  {
    const double ratio = coupling[k] / diagonal[k];
    diagonal[k - 1] -= ratio * coupling[k];
    rest[k - 1] += ratio * rest[k];
  }
  double change = 0, before = 0;
  for (unsigned int k = 1; k < n; ++k)
  {
    before = (rest[k] + coupling[k] * before) / diagonal[k];
    p[k] += before;
    change = std::max(change, std::abs(before));
  }
  return std::isfinite(change) ? change / scale : 1.;
}


double FlawPressure::operator()(const double depth) const
{
  const auto above = std::upper_bound(x.begin() + 1, x.end() - 1, depth);
  const auto k     = above - x.begin();
  return p[k - 1] + (p[k] - p[k - 1]) * (depth - x[k - 1]) / (x[k] - x[k - 1]);
}
} // namespace kavity
