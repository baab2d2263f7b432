#include "kavity/laws/CreepChannel.h"

#include "kavity/laws/Constants.h"

#include <boost/math/quadrature/gauss.hpp>

#include <cmath>

namespace kavity
{
CreepChannel::CreepChannel(const CreepLaw &creep, const Shape shape, const double half_width,
                           const double temperature)
  : creep(creep)
  , shape(shape)
  , half_width(half_width)
  , temperature(temperature)
  , S(creep.size_factor(2 * half_width))
{
}


// The shear stress rises linearly to the wall, s_w = sqrt(3) G h (tube: half of it); parts make of
// the flux 2 sqrt(3) h^2 int_0^1 t edot(s_w t) dt, of that through a tube pi sqrt(3) r^3 int_0^1
// t^2 edot(s_w t) dt. 30 points are exact for powers up to 59.
CreepChannel::Flow CreepChannel::flow(const double gradient) const
{
  if (gradient < 0)
  {
    const Flow mirrored = flow(-gradient);
    return {-mirrored.flux, mirrored.slope};
  }
  const bool slit      = shape == Shape::slit;
  const double to_wall = std::sqrt(3.) * half_width * (slit ? 1. : 0.5);
  const double factor  = std::sqrt(3.) * half_width * half_width * (slit ? 2. : pi * half_width);
  const int powers     = slit ? 2 : 3;
  const double s_w     = to_wall * gradient;
  if (!(s_w > 0))
  {
    const double fluidity = creep.strain_rate(Dual<double>(0., 1.), temperature, S).derivative;
    return {0., factor * fluidity / (powers + 1) * to_wall};
  }
  const double at_wall = creep.strain_rate(s_w, temperature, S);
  if (!std::isfinite(at_wall))
    return {at_wall, at_wall};
  const double mean = boost::math::quadrature::gauss<double, 30>::integrate(
    [&](const double t) { return (slit ? t : t * t) * creep.strain_rate(s_w * t, temperature, S); },
    0., 1.);
  return {factor * mean, factor * (at_wall - powers * mean) / s_w * to_wall};
}
} // namespace kavity
