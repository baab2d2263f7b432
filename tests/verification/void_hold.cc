// Holding voids to find the current at which they neither grow nor shrink: a cell of one line,
// whose answer is known, and a small resolved one.

#include "kavity/analysis/VoidHold.h"
#include "kavity/core/Parameters.h"

#include <gtest/gtest.h>

#include <cmath>

#include "kavity/laws/Constants.h"

using namespace kavity;

namespace
{
// Of the current a share s takes from the void at once, the rest empties metal that gives it on
// with a delay T: growth = s j + (1 - s) y - critical (1 - b (V - 1)), y' = (j - y)/T, y(0) = 0.
// Every other step grows by `jitter` times critical more, the others less.
class DelayedVoid : public Steppable
{
public:
  double critical = 3, s = 0.1, T = 40, b = 0.2, jitter = 0;
  int sign           = 1;
  double fails_above = 1e9; ///< s, no step is longer
  double volume = 1, y = 0;

  void reset(double) override
  {
    volume = 1;
    y      = 0;
  }
  void solve(const Applied &) override {}
  CellStep advance(const double dt, const Applied &applied) override
  {
    if (dt > fails_above)
      throw NoConvergence("too long");
    saved_volume = volume;
    saved_y      = y;
    // implicit Euler
    const double j      = applied.value;
    y                   = (y + dt / T * j) / (1 + dt / T);
    const double growth = s * j + (1 - s) * y - critical * (1 + b - sign * jitter);
    volume              = (volume + dt * growth) / (1 - dt * critical * b);
    CellStep step;
    step.error = step.change = 1e-3 * dt;
    return step;
  }
  void accept() override
  {
    sign = -sign;
  }
  void reject() override
  {
    volume = saved_volume;
    y      = saved_y;
  }
  std::map<std::string, double> observables() const override
  {
    return {{"void_volume", volume}, {"contact", 1.}};
  }

private:
  double saved_volume = 1, saved_y = 0;
};

TimeStepControl steps()
{
  TimeStepControl control;
  control.tolerance      = 2e-2;
  control.initial_step   = 1e-3;
  control.largest_change = 0.5;
  return control;
}

const HoldProgress silent = [](double, double, double) {};
} // namespace

TEST(VoidHold, FindsTheCurrentOfADelayedVoid)
{
  // the last one would open the void in the time it may be left alone; what it has opened comes
  // back so slowly that the answer has not settled to better than 1 %
  for (const double start : {0.3, 3., 20., 1000.})
    for (const double fails_above : {1e9, 2.})
    {
      DelayedVoid cell;
      // volumes of the order of what one unit of current moves in an hour
      cell.critical    = 3e-3;
      cell.fails_above = fails_above;
      const auto found = hold_voids(
        cell, steps(),
        {HeldQuantity::volume, 1200., start * 1e-3, {1e-5, 1., start > 100 ? 2e-2 : 5e-3}, 1.},
        silent);
      ASSERT_TRUE(found.current);
      EXPECT_NEAR(*found.current, cell.critical, 5e-3 * cell.critical); // the tolerance
      EXPECT_NEAR(cell.volume, 1., 1e-2);                               // an unstable balance, kept
      EXPECT_LE(*found.lower, *found.current);
      EXPECT_GE(*found.upper, *found.current);
      EXPECT_EQ(found.cause, "voids grow");
    }
}

// Steps of 2 s that jitter by 1 % have settled all the same: means over 150 s do not.
TEST(VoidHold, LooksThroughTheJitterOfSteps)
{
  DelayedVoid cell;
  cell.critical    = 3e-3;
  cell.fails_above = 2.;
  cell.jitter      = 1e-3; // by the tenth that a void takes at once
  const auto found =
    hold_voids(cell, steps(), {HeldQuantity::volume, 1200., 3e-3, {1e-5, 1., 5e-3}, 1.}, silent);
  ASSERT_TRUE(found.current);
  EXPECT_NEAR(*found.current, cell.critical, 5e-3 * cell.critical); // the tolerance
  EXPECT_EQ(found.cause, "voids grow");
}

TEST(VoidHold, SaysWhatIsNotSettledAndWhatCannotBeHeld)
{
  DelayedVoid cell;
  cell.critical = 3e-3;
  const auto of = [&](const double time, const SearchRange &range) {
    return hold_voids(cell, steps(), {HeldQuantity::volume, time, 1e-3, range, 1.}, silent);
  };
  // the delay is 40 s
  EXPECT_NE(of(30., {1e-5, 1., 1e-3}).cause.find("not settled"), std::string::npos);
  const auto above = of(2000., {1e-5, 2e-3, 1e-3});
  EXPECT_FALSE(above.current);
  EXPECT_EQ(above.cause.find("none up to 0.0002 mA/cm^2: voids shrink"), 0u);
  EXPECT_EQ(*above.lower, 2e-3);
  const auto below = of(2000., {5e-3, 1., 1e-3});
  EXPECT_FALSE(below.current);
  EXPECT_EQ(below.cause.find("already below 0.0005 mA/cm^2: voids grow"), 0u);
  cell.fails_above = 1e-9;
  EXPECT_THROW(of(600., {1e-5, 1., 1e-3}), NoConvergence);
}

// The current that holds a void of resolved surface is where voids left to themselves change sign.
TEST(VoidHold, AgreesWithVoidsLeftToThemselves)
{
  CellParameters parameters;
  auto file = Parameters::from_file(KAVITY_TEST_DATA "/held_void.prm",
                                    {"Void field/Void 1/Base radius=2 um"});
  parameters.declare(file);
  file.finish();
  const auto cell = Cell::create(MPI_COMM_SELF, parameters, 2.5e6, 293.15);
  const auto held = hold_voids(
    *cell, steps(),
    {HeldQuantity::volume, 60., 10., {1., 1000., 2e-2}, faraday / parameters.metal.molar_volume},
    silent);
  ASSERT_TRUE(held.current);
  EXPECT_EQ(held.cause, "voids grow");
  for (const double factor : {0.95, 1.05})
  {
    const double volume = cell->observables().at("void_volume");
    for (unsigned int n = 0; n < 3; ++n)
    {
      cell->advance(3., factor * *held.current);
      cell->accept();
    }
    const double growth = cell->observables().at("void_volume") - volume;
    EXPECT_GT(growth * (factor - 1), 0.) << factor;
  }
}
