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
    EXPECT_EQ(platen->squeeze(2.5e6, 1e-4, power_law_metal(), T, 1), 0.) << name;
  }
}


// k_n in closed form where n is 1 and 5; without friction the stress is the pressure.
TEST(Platen, SqueezeFilmFactor)
{
  EXPECT_DOUBLE_EQ(squeeze_film_factor(1, 5, 1, 1), 1 + 0.5 * 25);
  EXPECT_DOUBLE_EQ(squeeze_film_factor(5, 7, 7, 0.5), 1 + 0.5 * 10. / 16 * std::pow(7. / 27, 0.2));
  EXPECT_DOUBLE_EQ(squeeze_film_factor(5, 50, 1, 0), 1);
}


TEST(Platen, FoilOfAPowerLawIsSqueezedOut)
{
  const double H = 1e-4, P = 2e6;
  const Metal metal = power_law_metal();
  for (const double friction : {0., 0.3, 1.})
  {
    const auto gap = law_of<PlatenLaw>(
      "gap", "set Foil radius = 5 mm\nset Friction factor = " + std::to_string(friction) + "\n");
    const double f = squeeze_film_factor(5, 5e-3, H, friction);
    // the root for the stress is found to 2^-45 of its logarithm's range, n = 5 times that here
    EXPECT_NEAR(gap->squeeze(P, H, metal, T, 1) / (H * metal.creep->strain_rate(P / f, T)), 1,
                1e-11)
      << friction;
    EXPECT_EQ(gap->squeeze(-P, H, metal, T, 1), 0.);
  }
}
