// When Newton's method ends, and what tells that it will not.

#include "kavity/fem/Newton.h"
#include "kavity/fem/NoProgress.h"

#include <gtest/gtest.h>

#include <cmath>
#include <tuple>
#include <vector>

using namespace kavity;

TEST(Newton, EndsWhereItIsAcceptedAndGivesUpAfterMostSteps)
{
  const std::vector<double> residuals = {1, 0.5, 0.7, 1e-9, std::nan("")};
  for (const auto &[from, most, converges] :
       {std::tuple(0U, 3U, true), {0U, 2U, false}, {3U, 0U, true}, {4U, 9U, false}})
  {
    SolverReport report;
    const auto accepts = [&, first = from]()
    {
      report.residual = residuals.at(first + report.newton_iterations);
      return report.residual <= 1e-9;
    };
    const auto solve = [&, steps = most]()
    { iterate_newton("it", steps, report, accepts, [] { return true; }); };
    if (converges)
      EXPECT_NO_THROW(solve());
    else
      EXPECT_THROW(solve(), NoConvergence);
    EXPECT_EQ(report.newton_iterations, from == 0 ? most : 0U);
  }
}

TEST(Newton, TellsThatThereIsNoProgress)
{
  NoProgress is_over(3);
  // two steps back, then on; the last is no smaller than the least before
  for (const double residual : {1., 2., 3., 0.1, 0.2, 0.3})
    EXPECT_FALSE(is_over(residual));
  EXPECT_TRUE(is_over(0.1));
}
