#include "kavity/laws/PhaseField.h"

#include "kavity/core/Dual.h"
#include "kavity/core/Parameters.h"

#include <boost/math/tools/minima.hpp>
#include <boost/math/tools/roots.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace kavity
{
void PhaseField::declare(Parameters &parameters)
{
  parameters.add("Surface width", width, "0.5 um", "um", Range::between(1e-3, 1e3),
                 "Width delta over which the metal fraction falls at the surface of a void; small "
                 "against the voids.");
  parameters.add("Barrier", barrier, "25 MPa", "MPa", Range::between(1e-3, 1e6),
                 "Height W of the double well. The surface energy is W delta/12; voids nucleate "
                 "by themselves under a tension of 0.18 to 0.20 W.",
                 "[est] numerical");
  parameters.add("Compression modulus", compression_modulus, "1 GPa", "GPa",
                 Range::between(1e-6, 1e4).or_zero(),
                 "Stiffness K of metal: the pressure P of its atoms makes it P/(2 W + K) denser, "
                 "tension less dense. What it takes up and gives back while this pressure changes "
                 "should be small against the voids.",
                 "[est] numerical, of the order of the bulk modulus");
  parameters.add("Contact angle", contact_angle, "90 degree", "degree", Range::between(10, 170),
                 "Angle theta at the rim of a void on the interface, measured through the metal.",
                 "[est]");
  parameters.add("Surface diffusivity", surface_diffusivity, "0 m^3/s", "m^3/s",
                 Range::between(1e-40, 1e-9).or_zero(),
                 "D_surf d_s: diffusivity along the surface of a void times its thickness.",
                 "[est]");
  parameters.add("Viscosity floor", viscosity_floor, "1e-4", "1", Range::between(1e-6, 0.1),
                 "Fraction of the metal's viscosities that voids keep.", "[est] numerical");
}

double PhaseField::fraction_coming_apart() const
{
  // half the digits: the least is flat
  return boost::math::tools::brent_find_minima([&](const double c) { return potential(c); }, 0.5,
                                               1., std::numeric_limits<double>::digits / 2)
    .first;
}

double PhaseField::fraction_under(const double P) const
{
  const auto equation = [&](const double c)
  {
    const Dual<double> m = potential(Dual<double>(c, 1.));
    return std::make_pair(m.value - P / barrier, m.derivative);
  };
  const double least = fraction_coming_apart(), estimate = P * slope_of_metal() / (2 * barrier);
  if (!(P > barrier * potential(least)))
    return least;
  return boost::math::tools::newton_raphson_iterate(equation, std::max(1 + estimate, least), least,
                                                    1.1 + 2 * std::abs(estimate),
                                                    std::numeric_limits<double>::digits);
}

double PhaseField::wetting_strength() const
{
  return 0.5 * width * std::cos(contact_angle);
}
} // namespace kavity
