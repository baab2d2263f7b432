#include "kavity/core/Registry.h"
#include "kavity/laws/Platen.h"

#include "laws_input.h"
#include <gtest/gtest.h>

#include <cmath>

using namespace kavity;
using namespace kavity_tests;

namespace
{
constexpr double T = 293.15;

Metal power_law_metal()
{
  Metal metal;
  metal.creep = law_of<CreepLaw>("power_law", power_law_entries(pure_power));
  return metal;
}
} // namespace


TEST(Platen, OnlyFramesChangeThePressure)
{
  for (const auto &[name, doc] : Registry<PlatenLaw>::names_and_docs())
  {
    const auto platen =
      law_of<PlatenLaw>(name, name == "spring" ? "set Compliance = 2 um/MPa\n" : "");
    const bool frame = name == "spring" || name == "gap";
    EXPECT_EQ(platen->keeps_pressure(), !frame) << name;
    EXPECT_EQ(platen->is_flat(), name != "pressure") << name;
    EXPECT_DOUBLE_EQ(platen->compliance(), name == "spring" ? 2e-12 : 0.) << name;
    // confined unless a radius says otherwise
    EXPECT_EQ(platen->foil_radius(), 0.) << name;
  }
}


// P/f with f = 1 + m k_n (R/H)^(1 + 1/n), where for n = 5 k_n = (10/16) (7/27)^(1/5).
TEST(Platen, FoilOfAPowerLawIsSqueezedOut)
{
  const double H = 1e-4, R = 5e-3, P = 2e6;
  const Metal metal = power_law_metal();
  for (const double m : {0., 0.3, 1.})
  {
    const double f = 1 + m * 10. / 16 * std::pow(7. / 27, 0.2) * std::pow(50., 1.2);
    const double v = squeeze_velocity(P, R, H, m, *metal.creep, T, 1);
    // the logarithm of a stress is found to 2^-40 of about 10, n = 5 times that is here
    EXPECT_NEAR(v / (H * metal.creep->strain_rate(P / f, T)), 1, 1e-9) << m;
    EXPECT_EQ(squeeze_velocity(-P, R, H, m, *metal.creep, T, 1), 0.);
    EXPECT_EQ(squeeze_velocity(P, 0, H, m, *metal.creep, T, 1), 0.);
  }
}


TEST(Platen, FoilOfANewtonianMetalIsSqueezedOut)
{
  const auto creep = law_of<CreepLaw>("linear", "set Viscosity = 1e8 Pa s\n");
  const double f   = 1 + 0.3 * 0.5 * 50 * 50;
  EXPECT_NEAR(squeeze_velocity(2e6, 5e-3, 1e-4, 0.3, *creep, T, 1) / (1e-4 * 2e6 / f / 3e8), 1,
              1e-10);
}


// Between power law and linear creep a foil gives way faster the harder it is pressed, and faster
// than by either alone.
TEST(Platen, FoilOfBothBranches)
{
  const auto both = law_of<CreepLaw>(
    "power_law", power_law_entries("set Breakdown = false\nset Linear stress = 0.075 MPa\n"));
  const auto power = law_of<CreepLaw>("power_law", power_law_entries(pure_power));
  double last      = 0;
  for (double P = 1e4; P < 1e7; P *= 1.2)
  {
    const double v = squeeze_velocity(P, 5e-3, 2e-4, 1, *both, T, 1);
    EXPECT_GT(v, last) << P;
    EXPECT_GT(v, squeeze_velocity(P, 5e-3, 2e-4, 1, *power, T, 1)) << P;
    last = v;
  }
}
