#include "kavity/laws/FlawStress.h"

#include "kavity/laws/Constants.h"

#include <boost/math/quadrature/gauss.hpp>

#include <algorithm>
#include <cmath>

namespace kavity
{
namespace
{
double weight(const double t, const CrackShape shape)
{
  if (shape == CrackShape::internal)
    return 1;
  const double s = t * t;
  return 1 + (1 - s) * (0.2945 + s * (-0.3912 + s * (0.7685 + s * (-0.9942 + s * 0.5094))));
}

// Over a part of a crack of the length 1: with x = sin(theta) nothing is singular.
template <unsigned int n_points, class Pressure>
double part(const Pressure &pressure, const double from, const double to, const CrackShape shape)
{
  const auto integrand = [&](const double theta)
  { return pressure(std::sin(theta)) * weight(std::sin(theta), shape); };
  return boost::math::quadrature::gauss<double, n_points>::integrate(integrand, std::asin(from),
                                                                     std::asin(to));
}
} // namespace


double stress_intensity(const std::function<double(double)> &pressure, const double length,
                        const double loaded, const CrackShape shape, const double bend)
{
  const auto at       = [&](const double x) { return pressure(length * x); };
  const double end    = std::min(loaded / length, 1.);
  const double middle = std::clamp(bend / length, 0., end);
  double sum          = 0;
  if (middle > 0)
    sum += part<20>(at, 0., middle, shape);
  if (middle < end)
    sum += part<20>(at, middle, end, shape);
  return 2 * std::sqrt(length / pi) * sum;
}


double stress_intensity(const std::vector<double> &depths, const std::vector<double> &pressures,
                        const double length)
{
  double sum = 0;
  for (unsigned int k = 1; k < depths.size(); ++k)
  {
    const double low = depths[k - 1] / length, high = std::min(depths[k] / length, 1.);
    const double slope = (pressures[k] - pressures[k - 1]) / (high - low);
    sum += part<7>([&](const double x) { return pressures[k - 1] + slope * (x - low); }, low, high,
                   CrackShape::edge);
  }
  return 2 * std::sqrt(length / pi) * sum;
}
} // namespace kavity
