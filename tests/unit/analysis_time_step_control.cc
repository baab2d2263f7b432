#include "kavity/analysis/TimeStepControl.h"
#include "kavity/core/Parameters.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <fstream>
#include <functional>

using namespace kavity;

namespace
{
/** y' = rate(t) (g(t) - y) + g'(t), solved by the trapezoidal rule; the difference to backward
 * Euler estimates the error. The exact solution through y(0) = g(0) is g. */
struct Relaxation
{
  std::function<double(double)> rate, g, dg;

  double slope(const double t, const double y) const
  {
    return rate(t) * (g(t) - y) + dg(t);
  }
  double implicit(const double t, const double right_side, const double weight) const
  {
    return (right_side + weight * (rate(t) * g(t) + dg(t))) / (1 + weight * rate(t));
  }
};

struct Integration
{
  double y = 0, t = 0;
  unsigned int accepted = 0, repeated = 0;
  Verdict last    = {Verdict::Decision::accept, {}};
  double shortest = 1e300, longest = 0;
};

/** Integrates to t_end, or until value(t, y) >= 0, on which the run lands. */
Integration integrate(const Relaxation &ode, TimeStepControl &control, const double y0,
                      const double t_end, const std::function<double(double, double)> &event = {})
{
  Integration run;
  run.y = y0;
  control.restart();
  while (run.t < t_end * (1 - 1e-12) && run.accepted + run.repeated < 100000)
  {
    const double dt    = control.next(t_end - run.t);
    const double t     = run.t + dt;
    const double euler = ode.implicit(t, run.y, dt);
    const double y     = ode.implicit(t, run.y + 0.5 * dt * ode.slope(run.t, run.y), 0.5 * dt);
    TrialStep trial;
    trial.error = std::abs(y - euler);
    if (event)
      trial.events = {{"event", event(run.t, run.y), event(t, y)}};
    run.last = control.decide(trial);
    if (run.last.decision == Verdict::Decision::give_up)
      return run;
    if (!run.last.accepted())
    {
      ++run.repeated;
      continue;
    }
    ++run.accepted;
    run.shortest = std::min(run.shortest, dt);
    run.longest  = std::max(run.longest, dt);
    run.t        = t;
    run.y        = y;
    if (event && event(t, y) >= 0)
      return run;
  }
  return run;
}

const Relaxation decay = {[](double) { return 1.; }, [](double) { return 0.; },
                          [](double) { return 0.; }};

TimeStepControl control_with(const double tolerance, const double initial = 1e-3)
{
  TimeStepControl control;
  control.tolerance    = tolerance;
  control.initial_step = initial;
  control.largest_step = 10;
  return control;
}
} // namespace


TEST(TimeStepControl, GlobalErrorFollowsTheTolerance)
{
  double previous = 0;
  for (const double tolerance : {1e-3, 1e-4, 1e-5})
  {
    TimeStepControl control = control_with(tolerance);
    const Integration run   = integrate(decay, control, 1, 3);
    const double error      = std::abs(run.y - std::exp(-3));
    EXPECT_LT(error, tolerance);
    // Steps ~ sqrt(tolerance), a second-order solution: the error is proportional to the tolerance.
    // Twice the factor is allowed for the ends of the interval.
    if (previous > 0)
    {
      EXPECT_LT(error, previous / 5);
    }
    previous = error;
    // The last two steps share the rest: the end is hit to round-off of the sum.
    EXPECT_NEAR(run.t, 3, 1e-12);
    EXPECT_LE(run.repeated, run.accepted / 10 + 2);
  }
}


TEST(TimeStepControl, StiffProblemTakesStepsOfTheSlowSolution)
{
  // Prothero and Robinson: relaxation 1e5 times faster than the solution cos t.
  const Relaxation stiff  = {[](double) { return 1e5; }, [](double t) { return std::cos(t); },
                             [](double t) { return -std::sin(t); }};
  TimeStepControl control = control_with(1e-4, 1e-6);
  const Integration run   = integrate(stiff, control, 1, 6);
  // An explicit or badly controlled run would need 6e5/2 steps.
  EXPECT_LT(run.accepted, 300u);
  EXPECT_NEAR(run.y, std::cos(6), 10 * control.tolerance);
  EXPECT_GT(run.longest / run.shortest, 1e3);
}


TEST(TimeStepControl, ASuddenFastPhaseIsResolved)
{
  // Relaxation towards a tanh front of width 1e-3 at t = 1.
  const double width      = 1e-3;
  const auto front        = [width](double t) { return 0.5 * (1 + std::tanh((t - 1) / width)); };
  const Relaxation ode    = {[](double) { return 10.; }, front,
                             [width](double t)
                             { return 0.5 / width / std::pow(std::cosh((t - 1) / width), 2); }};
  TimeStepControl control = control_with(1e-3, 1e-2);
  control.largest_step    = 0.01; // a longer step could pass the whole front unseen
  const Integration run   = integrate(ode, control, 0, 2);
  EXPECT_NEAR(run.y, 1, 10 * control.tolerance);
  EXPECT_LT(run.shortest, width);
  EXPECT_GT(run.repeated, 0u);
}


TEST(TimeStepControl, ASteepBeginningIsFoundInFewRefusals)
{
  // A state that begins like t^0.4: with the full order every refusal would only cut the step by
  // (t/t_accepted)^0.2, 16 of them from 1 s.
  TimeStepControl control = control_with(1e-2, 1);
  unsigned int refusals   = 0;
  double step             = 0;
  do
  {
    TrialStep trial;
    step        = control.next();
    trial.error = std::pow(step, 0.4);
    refusals += control.decide(trial).accepted() ? 0 : 1;
    ASSERT_LT(refusals, 20u);
  } while (std::pow(step, 0.4) > 1e-2);
  EXPECT_LE(refusals, 6u); // a factor of 10 each, but for the first: 1e-5 s are needed
  EXPECT_GT(step, 1e-6);
}


TEST(TimeStepControl, AStepWithoutErrorDoesNotShortenTheNext)
{
  TimeStepControl control;
  control.tolerance    = 1e-2;
  control.initial_step = 1;
  control.restart();
  const auto take = [&](const double error)
  {
    TrialStep trial;
    trial.error       = error;
    const double step = control.next();
    EXPECT_TRUE(control.decide(trial).accepted());
    return step;
  };
  const double first = take(1e-18); // round-off
  take(1e-5);
  EXPECT_GE(control.next(), first); // the first was no measure of the second
}

TEST(TimeStepControl, LandsOnAnEvent)
{
  TimeStepControl control = control_with(1e-2, 0.5);
  const Integration run =
    integrate(decay, control, 1, 100, [](double, double y) { return (0.3 - y) / 0.3; });
  const double residual = (0.3 - run.y) / 0.3;
  EXPECT_GE(residual, 0);
  EXPECT_LE(residual, control.event_tolerance);
  // One of the secants suffices where the solution is smooth; a few are allowed.
  EXPECT_LE(run.repeated, 5u);
}


TEST(TimeStepControl, ResolvesTheTimeOfAJump)
{
  TimeStepControl control = control_with(0.5, 1);
  const Integration run =
    integrate(decay, control, 1, 100, [](double t, double) { return t < M_PI ? -1. : 1.; });
  EXPECT_GE(run.t, M_PI);
  // Tolerance times the step in which the jump was seen, which is at most the longest.
  EXPECT_LE(run.t, M_PI + control.event_tolerance * 10);
  EXPECT_LE(run.repeated, 60u);
}


TEST(TimeStepControl, LandingDoesNotShortenLaterSteps)
{
  TimeStepControl control = control_with(1, 1);
  control.largest_step    = 1;
  EXPECT_EQ(control.next(), 1);
  TrialStep trial;
  trial.error  = 1e-9;
  trial.events = {{"event", -1, 9}};
  EXPECT_EQ(control.decide(trial).decision, Verdict::Decision::repeat);
  // A secant from -1 to 9 aimed at half the tolerance.
  const double landing = control.next();
  EXPECT_NEAR(landing, 0.10005, 1e-9);
  trial.events = {{"event", -1, 5e-4}};
  EXPECT_TRUE(control.decide(trial).accepted());
  EXPECT_EQ(control.next(), 1);
}


TEST(TimeStepControl, FailedSolvesCutByFourUntilTheSmallestStep)
{
  TimeStepControl control;
  control.initial_step  = 1;
  control.smallest_step = 0.01;
  control.restart();
  TrialStep failed;
  failed.failure = "Newton stalled";
  double step    = control.next();
  for (unsigned int k = 0; k < 3; ++k)
  {
    EXPECT_EQ(control.decide(failed).decision, Verdict::Decision::repeat);
    EXPECT_DOUBLE_EQ(control.next(), step / 4);
    step = control.next();
  }
  EXPECT_EQ(control.decide(failed).decision, Verdict::Decision::repeat);
  EXPECT_DOUBLE_EQ(control.next(), control.smallest_step);
  const Verdict verdict = control.decide(failed);
  EXPECT_EQ(verdict.decision, Verdict::Decision::give_up);
  EXPECT_NE(verdict.reason.find("Newton stalled"), std::string::npos);
}


TEST(TimeStepControl, StrictestVoteWins)
{
  TimeStepControl control;
  control.restart();
  control.next();
  TrialStep trial;
  trial.error           = 2 * control.tolerance;      // 0.9/sqrt 2 = 0.64
  trial.change          = 3 * control.largest_change; // 0.9/3 = 0.3
  const Verdict verdict = control.decide(trial);
  EXPECT_EQ(verdict.decision, Verdict::Decision::repeat);
  EXPECT_NE(verdict.reason.find("change"), std::string::npos);
  EXPECT_NEAR(control.next(), 0.3 * control.initial_step, 1e-12);

  trial.error  = std::nan("");
  trial.change = 0;
  EXPECT_EQ(control.decide(trial).decision, Verdict::Decision::repeat);
}


TEST(TimeStepControl, LandsOnAKnownEndWithoutASliver)
{
  TimeStepControl control;
  control.initial_step = 1;
  control.restart();
  EXPECT_EQ(control.next(10), 1);
  EXPECT_EQ(control.next(1.01), 0.505);
  EXPECT_EQ(control.next(1 + 1e-14), 1 + 1e-14);
  EXPECT_EQ(control.next(0.2), 0.2);
}


TEST(TimeStepControl, DefaultsAgreeWithEachOther)
{
  Parameters describing;
  TimeStepControl control;
  control.declare(describing);
  EXPECT_LE(control.smallest_step, control.initial_step);
  EXPECT_LE(control.initial_step, control.largest_step);
  EXPECT_NO_THROW(describing.finish());
}


TEST(TimeStepControl, ContradictoryEntriesAreInputErrors)
{
  const std::string path = testing::TempDir() + "kavity_steps_" + std::to_string(getpid()) + ".prm";
  for (const char *entry : {"Smallest step = 1 h", "Initial step = 1 h", "Initial step = 1e-9 s"})
  {
    std::ofstream(path) << "subsection Time stepping\nset " << entry << "\nend\n";
    Parameters p = Parameters::from_file(path);
    TimeStepControl control;
    control.declare(p);
    EXPECT_THROW(p.finish(), InputError) << entry;
  }
  std::remove(path.c_str());
}


// As when voids end: the error of a step is that of its length against what is left. Without regard
// to the trend most of these steps are tried too long, 27 and 44 of about 40 and 55.
TEST(TimeStepControl, StepsThatMustShrinkAreNotRepeatedEachTime)
{
  for (const auto &[order, size] : {std::pair(2, 0.05), std::pair(3, 0.5)})
  {
    TimeStepControl control;
    control.tolerance    = 5e-3;
    control.initial_step = 1;
    control.restart();
    double left           = 300;
    unsigned int accepted = 0, repeated = 0;
    while (left > 1e-2 && accepted + repeated < 1000)
    {
      const double dt = control.next();
      TrialStep trial;
      trial.error     = dt < left ? size * std::pow(dt / left, order) : 1.;
      const bool good = control.decide(trial).accepted();
      left -= good ? dt : 0;
      ++(good ? accepted : repeated);
    }
    EXPECT_LT(left, 1e-2);
    EXPECT_LE(repeated, accepted / 10) << "of " << accepted;
    EXPECT_LT(accepted, 70u) << "steps shrink more than they must";
  }
}
