#include "kavity/laws/PhaseField.h"

#include "kavity/core/Dual.h"

#include <gtest/gtest.h>

using namespace kavity;

namespace
{
PhaseField stiff_metal()
{
  PhaseField law;
  law.width               = 1e-6;
  law.barrier             = 20e6;
  law.compression_modulus = 1e9;
  return law;
}
} // namespace

TEST(PhaseFieldLaw, SlopeIsThatOfTheEnergy)
{
  const PhaseField law = stiff_metal();
  for (const double c : {-0.2, -1e-3, 0., 0.3, 0.5, 0.8, 1., 1.001, 1.2})
    EXPECT_NEAR(law.energy(Dual<double>(c, 1.)).derivative, law.slope(c), 1e-13) << c;
}

// Compressed metal is stiff. A void has nothing to compress: stiffness below c = 0 would jump at
// the round-off of c all over it, and Newton's method would not converge.
TEST(PhaseFieldLaw, MetalAloneIsStiff)
{
  const PhaseField law = stiff_metal();
  const auto curvature = [&](const double c) { return law.slope(Dual<double>(c, 1.)).derivative; };
  const double stiffness = law.compression_modulus / law.barrier;
  constexpr double step  = 1e-7;
  EXPECT_NEAR(curvature(1 + step), 2 + stiffness, 1e-5); // f''/W = 2 in both wells
  EXPECT_NEAR(curvature(1 - step), 2, 1e-5);
  EXPECT_NEAR(curvature(step), 2, 1e-5);
  EXPECT_NEAR(curvature(-step), 2, 1e-5);
  EXPECT_NEAR(law.slope(-0.1), 2 * -0.1 * 1.1 * 1.2, 1e-14);
}

// mu = Omega P in metal at rest, on both sides of none.
TEST(PhaseFieldLaw, PressureAtRest)
{
  const PhaseField law = stiff_metal();
  for (const double P : {-3e6, -1., 0., 1e5, 50e6})
    EXPECT_NEAR(law.barrier * law.slope(law.fraction_under(P)), P, 1e-8 * law.barrier) << P;
}
