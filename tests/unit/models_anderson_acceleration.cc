// Anderson acceleration: an iteration with a growing mode, and one that is exact after as many
// iterates as the map has modes.

#include "kavity/models/AndersonAcceleration.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace kavity;

namespace
{
// x <- fixed + factor (x - fixed) in every entry: errors by iteration
std::vector<double> errors(const std::vector<double> &factors, const unsigned int iterations,
                           const bool accelerated)
{
  BlockVector x(1, factors.size()), image(x);
  AndersonAcceleration acceleration(3);
  std::vector<double> result;
  for (unsigned int n = 0; n < iterations; ++n)
  {
    double error = 0;
    for (unsigned int k = 0; k < factors.size(); ++k)
    {
      const double fixed = 1 + k;
      image(k)           = fixed + factors[k] * (x(k) - fixed);
      error              = std::max(error, std::abs(image(k) - fixed));
    }
    result.push_back(error);
    if (accelerated)
      acceleration.next(x, image);
    x = image;
  }
  return result;
}
} // namespace

TEST(AndersonAcceleration, TakesAGrowingMode)
{
  std::vector<double> factors{-1.2, -1.15};
  for (unsigned int k = 0; k < 20; ++k)
    factors.push_back(0.4 * k / 20);
  const unsigned int iterations = 15;
  EXPECT_GT(errors(factors, iterations, false).back(), 10.);
  // 22 factors, a memory of three: not exact, but a digit in two iterations or so
  EXPECT_LT(errors(factors, iterations, true).back(), 1e-5);
}

TEST(AndersonAcceleration, IsExactForAsManyModesAsItRemembers)
{
  const auto by_iteration = errors({-1.5, 0.5, 0.9, 0.5}, 5, true);
  EXPECT_GT(by_iteration[3], 1e-2);
  // round-off of the sixteen digits, squared condition of the products
  EXPECT_LT(by_iteration[4], 1e-9);
}

TEST(AndersonAcceleration, StandsStillAtTheSolution)
{
  BlockVector x(1, 3), image(x);
  x     = 2.;
  image = 2.;
  AndersonAcceleration acceleration(3);
  for (unsigned int n = 0; n < 5; ++n)
  {
    acceleration.next(x, image);
    for (unsigned int k = 0; k < 3; ++k)
      EXPECT_EQ(image(k), 2.);
    x = image;
  }
}
