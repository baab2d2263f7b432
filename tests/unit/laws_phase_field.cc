#include "kavity/laws/PhaseField.h"

#include "kavity/core/Dual.h"

#include <boost/math/quadrature/gauss.hpp>

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

TEST(PhaseFieldLaw, SlopesAreThoseOfTheirFunctions)
{
  const PhaseField law = stiff_metal();
  for (const double c : {-0.2, -1e-3, 1e-3, 0.3, 0.5, 0.8, 0.999, 1.001, 1.2})
  {
    const Dual<double> x(c, 1.);
    EXPECT_NEAR(law.well(x).derivative, law.slope(c), 1e-13) << c;
    EXPECT_NEAR(law.content(x).derivative, law.content_slope(c), 1e-13) << c;
  }
}

// Over the profile of a surface, dc/dx = 4 c (1 - c)/delta, the content adds up to a sharp step in
// its middle: its surface holds neither more nor less metal.
TEST(PhaseFieldLaw, ContentOfVoidsAndMetal)
{
  const PhaseField law = stiff_metal();
  EXPECT_DOUBLE_EQ(law.content(0.), 0);
  EXPECT_DOUBLE_EQ(law.content(1.), 1);
  const auto excess = [&](const double c)
  { return (law.content(c) - (c > 0.5 ? 1. : 0.)) / (4 * c * (1 - c)); };
  using Rule = boost::math::quadrature::gauss<double, 7>; // exact: polynomials on either side
  EXPECT_NEAR(Rule::integrate(excess, 0., 0.5) + Rule::integrate(excess, 0.5, 1.), 0, 1e-14);
}

// Compressed metal and metal under tension are as stiff: 2 W of the double well and K.
TEST(PhaseFieldLaw, StiffnessOfMetal)
{
  PhaseField law = stiff_metal();
  for (const double K : {0., 1e9, 1e10})
  {
    law.compression_modulus = K;
    for (const double P : {-1e3, 1e3}) // the next term is of the order P/W
      EXPECT_NEAR((law.content(law.fraction_under(P)) - 1) * (2 * law.barrier + K) / P, 1,
                  20 * std::abs(P) / law.barrier);
  }
}

// mu = Omega P in metal at rest, on both sides of none.
TEST(PhaseFieldLaw, PressureAtRest)
{
  const PhaseField law = stiff_metal();
  for (const double P : {-3e6, -1., 0., 1e5, 50e6})
    EXPECT_NEAR(law.barrier * law.potential(law.fraction_under(P)), P, 1e-8 * law.barrier) << P;
}

// The spinodal of the double well where only that resists, f'/g' = -2/8.4 at c = 1, the quotient of
// f'' and g'', where metal takes up nothing.
TEST(PhaseFieldLaw, TensileStrength)
{
  PhaseField law          = stiff_metal();
  law.compression_modulus = 0;
  EXPECT_NEAR(law.tensile_strength() / law.barrier, 1 / std::sqrt(27.), 1e-7);
  law.compression_modulus = 1e8 * law.barrier;
  // short of it by the order of (W/K)^(1/4), 0.01
  EXPECT_NEAR(law.tensile_strength() / law.barrier, 2 / 8.4, 1e-2);
  // under more than it bears the state that bears most
  EXPECT_EQ(-law.barrier * law.potential(law.fraction_under(-law.barrier)), law.tensile_strength());
}
