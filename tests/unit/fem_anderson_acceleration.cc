// Anderson acceleration: an iteration with a growing mode, and one that is exact after as many
// iterates as the map has modes; one that remembers more than is accelerated.

#include "kavity/fem/AndersonAcceleration.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace kavity;

namespace
{
// x <- fixed + factor (x - fixed) in every entry: errors by iteration
std::vector<double> errors(const std::vector<double> &factors, const unsigned int iterations,
                           const bool accelerated)
{
  BlockVector x(1, factors.size()), image(x), none;
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
      acceleration.next(x, image, none);
    x = image;
  }
  return result;
}

// Flow v and compression x in turn: v is held back by a support s on what it changes, as the flow
// of a resolved cell is: (1 + s) v' = s v + b x, x' = -v' / b times a. Iterations to 1e-6, at
// most 80.
unsigned int iterations_with_memory(const std::vector<double> &ratios, const bool mixed)
{
  const unsigned int n = ratios.size();
  BlockVector x(1, n), image(x), v(1, n), none;
  x = 1.;
  v = 1.;
  AndersonAcceleration acceleration(3);
  for (unsigned int iteration = 1; iteration <= 80; ++iteration)
  {
    for (unsigned int k = 0; k < n; ++k)
    {
      const double a = ratios[k], support = a / (1 + a);
      v(k)     = (support * v(k) + x(k)) / (1 + support);
      image(k) = -a * v(k);
    }
    if (image.linfty_norm() < 1e-6 && v.linfty_norm() < 1e-6)
      return iteration;
    acceleration.next(x, image, mixed ? v : none);
    x = image;
  }
  return 1000;
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

// Alone it grows from a = 1 + sqrt(2) on.
TEST(AndersonAcceleration, CombinesWhatTheIterationRemembers)
{
  // two unknowns, hence two changes to learn from; a few more for round-off
  EXPECT_LE(iterations_with_memory({10.}, true), 8);
  EXPECT_GT(iterations_with_memory({10.}, false), 20);
  std::vector<double> ratios;
  for (unsigned int k = 0; k < 8; ++k)
    ratios.push_back(10. / (1 << k));
  EXPECT_LE(iterations_with_memory(ratios, true), 30);
}

// What one map has taught makes the next, with another fixed point, exact at once.
TEST(AndersonAcceleration, GoesOnWithAnotherFixedPoint)
{
  const std::vector<double> factors{-1.5, 0.5, 0.9};
  BlockVector x(1, factors.size()), image(x), none;
  AndersonAcceleration acceleration(3);
  const auto error_after = [&](const double fixed, const unsigned int iterations)
  {
    for (unsigned int n = 0; n < iterations; ++n)
    {
      for (unsigned int k = 0; k < factors.size(); ++k)
        image(k) = fixed + factors[k] * (x(k) - fixed);
      acceleration.next(x, image, none);
      x = image;
    }
    double error = 0;
    for (unsigned int k = 0; k < factors.size(); ++k)
      error = std::max(error, std::abs(x(k) - fixed));
    return error;
  };
  EXPECT_GT(error_after(1., 3), 1e-2); // three modes, two changes
  // round-off of the sixteen digits, squared condition of the products
  EXPECT_LT(error_after(1., 1), 1e-9);
  acceleration.begin();
  EXPECT_LT(error_after(5., 1), 1e-9);
}

TEST(AndersonAcceleration, StandsStillAtTheSolution)
{
  BlockVector x(1, 3), image(x), none;
  x     = 2.;
  image = 2.;
  AndersonAcceleration acceleration(3);
  for (unsigned int n = 0; n < 5; ++n)
  {
    acceleration.next(x, image, none);
    for (unsigned int k = 0; k < 3; ++k)
      EXPECT_EQ(image(k), 2.);
    x = image;
  }
}
