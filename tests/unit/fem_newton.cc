// When Newton's method ends, and when it gives up.

#include "kavity/fem/Newton.h"

#include <gtest/gtest.h>

#include <vector>

using namespace kavity;

namespace
{
// Takes steps that leave these residuals, of which 1e-9 is small enough; true if it converged.
bool converges(const std::vector<double> &residuals, SolverReport &report)
{
  report             = {};
  const auto accepts = [&]()
  {
    report.residual = residuals.at(report.newton_iterations);
    return report.residual <= 1e-9;
  };
  try
  {
    iterate_newton(
      "it", 7, report, accepts, [] { return true; }, 3);
  }
  catch (const NoConvergence &)
  {
    return false;
  }
  return true;
}
} // namespace

TEST(Newton, GivesUpWithoutProgress)
{
  SolverReport report;
  EXPECT_TRUE(converges({1e-9}, report));
  EXPECT_EQ(report.newton_iterations, 0U);
  // two steps back, then on
  EXPECT_TRUE(converges({1, 2, 3, 0.1, 1e-9}, report));
  EXPECT_FALSE(converges({1, 0.5, 2, 1, 0.7, 1e-9}, report));
  EXPECT_EQ(report.newton_iterations, 4U);
  // progress, but too slow
  EXPECT_FALSE(converges({1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 1e-9}, report));
  EXPECT_EQ(report.newton_iterations, 7U);
  EXPECT_FALSE(converges({1, std::nan(""), 1e-9}, report));
  EXPECT_EQ(report.newton_iterations, 1U);
}
