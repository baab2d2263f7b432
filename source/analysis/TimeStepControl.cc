#include "kavity/analysis/TimeStepControl.h"

#include "kavity/core/Parameters.h"
#include "kavity/core/Quantity.h"

#include <algorithm>
#include <cmath>
#include <sstream>

namespace kavity
{
namespace
{
// Aim below the tolerance, so that most steps are accepted.
constexpr double safety = 0.9;
// A step is shortened by no more than this on account of the error estimate.
constexpr double largest_cut = 0.1;
constexpr double failure_cut = 0.25;
// Seen order of the error estimate: below it, a step is cut by the largest cut anyway.
constexpr double lowest_order = 0.1;
// A step without error says nothing about the next one.
constexpr double least_error = 1e-2;

std::string compared(const std::string &what, const double value, const double limit)
{
  std::ostringstream text;
  text.precision(3);
  text << what << " " << value << " (allowed " << limit << ")";
  return text.str();
}
} // namespace


TimeStepControl::TimeStepControl(const double estimate_order)
  : estimate_order(estimate_order)
{
}


void TimeStepControl::declare(Parameters &p)
{
  p.enter("Time stepping", "Length of the time steps, controlled by an error estimate.");
  p.add("Tolerance", tolerance, "5e-3", "1", Range::between(1e-10, 0.5),
        "Largest local error of a step, relative to the size of the state.");
  p.add("Initial step", initial_step, "1 s", "s", Range::between(1e-12, 1e9),
        "First step after every change of the current.");
  p.add("Largest step", largest_step, "10 min", "s", Range::between(1e-12, 1e9),
        "No step is longer.");
  p.add("Smallest step", smallest_step, "1e-6 s", "s", Range::between(1e-12, 1e9),
        "A step that fails at this length ends the run.");
  p.add("Largest change", largest_change, "0.5", "1", Range::between(1e-6, 1e6),
        "Largest relative change of the state in one step; a larger one repeats the step.");
  p.add("Largest growth", largest_growth, "2", "1", Range::between(1.01, 100),
        "A step is at most this much longer than the step before.");
  p.add("Event tolerance", event_tolerance, "1e-3", "1", Range::between(1e-10, 0.5),
        "How closely a step lands on an end condition, relative to its limit.");
  if (smallest_step > largest_step)
    p.error("Smallest step", "is longer than the largest step");
  if (initial_step > largest_step || initial_step < smallest_step)
    p.error("Initial step", quantity_text(initial_step, "s") +
                              " does not lie between the smallest step, " +
                              quantity_text(smallest_step, "s") + ", and the largest, " +
                              quantity_text(largest_step, "s"));
  p.leave();
  restart();
}


void TimeStepControl::restart()
{
  natural_step   = initial_step;
  trial_step     = 0;
  previous_error = 0;
  repeated       = false;
  refused_error  = 0;
  last_error     = 0;
  landing        = false;
}


double TimeStepControl::next(const double remaining)
{
  double step = std::min(natural_step, largest_step);
  if (landing)
    step = std::min(step, landing_point());
  // The last two steps before a known end share what is left: no sliver remains.
  if (step >= remaining * (1 - 1e-10))
    step = remaining;
  else if (step > 0.5 * remaining)
    step = 0.5 * remaining;
  trial_step = step;
  return step;
}


Verdict TimeStepControl::decide(const TrialStep &trial)
{
  if (!trial.failure.empty())
  {
    refused_error = 0;
    return repeat(failure_cut * trial_step, trial.failure);
  }

  std::vector<Vote> votes;
  if (trial.error)
    votes.push_back(error_vote(*trial.error));
  if (trial.change)
    votes.push_back(change_vote(*trial.change));

  const Vote *refusal = nullptr;
  for (const Vote &vote : votes)
    if (!vote.accept && (refusal == nullptr || vote.factor < refusal->factor))
      refusal = &vote;
  if (refusal != nullptr)
  {
    refused_error = trial.error && std::isfinite(*trial.error) ? *trial.error / tolerance : 0;
    refused_step  = trial_step;
    return repeat(refusal->factor * trial_step, refusal->reason);
  }

  if (const std::optional<Vote> vote = landing_vote(trial.events))
  {
    repeated = true;
    return {Verdict::Decision::repeat, vote->reason};
  }
  return accept(trial, votes);
}


TimeStepControl::Vote TimeStepControl::error_vote(const double error) const
{
  const double ratio = error / tolerance;
  if (!std::isfinite(ratio))
    return {false, failure_cut, "error estimate is not a number"};
  if (ratio == 0)
    return {true, largest_growth, {}};

  // After a refusal the past says nothing about the present: integral control alone, with the order
  // that two refused steps have shown where the state begins to change too steeply for the full
  // one.
  double order = estimate_order;
  if (refused_error > 0)
    order = std::clamp(std::log(refused_error / ratio) / std::log(refused_step / trial_step),
                       lowest_order, estimate_order);
  double factor = safety * std::pow(ratio, -1 / order);
  if (ratio <= 1 && previous_error > 0 && !repeated)
    factor = safety * std::pow(ratio, -0.7 / estimate_order) *
             std::pow(std::max(previous_error, least_error), 0.4 / estimate_order);
  if (ratio > 1)
    return {false, std::clamp(factor, largest_cut, safety), compared("error", error, tolerance)};
  // Where the error of equal steps grows from one to the next, as when voids end, the next step is
  // to be shorter by what the last one had to be.
  if (last_error > least_error && ratio > least_error)
    factor = std::min(factor, trial_step / last_step * safety *
                                std::pow(last_error / (ratio * ratio), 1 / estimate_order));
  return {true, std::clamp(factor, largest_cut, largest_growth), {}};
}


TimeStepControl::Vote TimeStepControl::change_vote(const double change) const
{
  const double ratio = change / largest_change;
  if (!std::isfinite(ratio))
    return {false, failure_cut, "change of the state is not a number"};
  const double factor = ratio > 0 ? safety / ratio : largest_growth;
  if (ratio > 1)
    return {false, std::clamp(factor, largest_cut, safety),
            compared("relative change", change, largest_change)};
  return {true, std::min(factor, largest_growth), {}};
}


bool TimeStepControl::landed(const double residual) const
{
  return residual >= 0 && residual <= event_tolerance;
}


// Where the secant through the bracket meets half the tolerance; kept inside the bracket so that a
// jump is bisected.
double TimeStepControl::landing_point() const
{
  const double aim      = 0.5 * event_tolerance;
  const double fraction = (aim - landing_before) / (landing_after - landing_before);
  return landing_step * std::clamp(fraction, 0.1, 0.9);
}


std::optional<TimeStepControl::Vote>
TimeStepControl::landing_vote(const std::vector<EventResidual> &events)
{
  const EventResidual *first = nullptr;
  double first_fraction      = std::numeric_limits<double>::infinity();
  for (const EventResidual &event : events)
    if (event.before < 0 && event.after >= 0 && !landed(event.after))
    {
      const double fraction = -event.before / (event.after - event.before);
      if (fraction < first_fraction)
      {
        first          = &event;
        first_fraction = fraction;
      }
    }
  if (first == nullptr)
    return {};

  if (!landing)
    landing_width = trial_step;
  // A jump has no point within the tolerance: resolve its time instead.
  if (trial_step <= std::max(smallest_step, event_tolerance * landing_width))
    return {};
  landing        = true;
  landing_event  = first->name;
  landing_step   = trial_step;
  landing_before = first->before;
  landing_after  = first->after;
  return Vote{false, first_fraction, "stepped past " + first->name};
}


Verdict TimeStepControl::accept(const TrialStep &trial, const std::vector<Vote> &votes)
{
  double factor = largest_growth;
  for (const Vote &vote : votes)
    factor = std::min(factor, vote.factor);
  if (repeated && !landing)
    factor = std::min(factor, 1.);

  // A step cut short to land somewhere says nothing against the longer natural step, unless it was
  // hardly good enough itself.
  const bool cut = trial_step < natural_step * (1 - 1e-10);
  if (!cut || factor < 1)
    natural_step = std::clamp(factor * trial_step, smallest_step, largest_step);
  if (!cut && trial.error)
    previous_error = *trial.error / tolerance;
  last_error    = trial.error.value_or(0) / tolerance;
  last_step     = trial_step;
  repeated      = false;
  refused_error = 0;

  if (landing)
  {
    landing_step -= trial_step;
    landing = landing_step > 0;
    for (const EventResidual &event : trial.events)
    {
      if (event.after >= 0)
        landing = false;
      else if (event.name == landing_event)
        landing_before = event.after;
    }
  }
  return {Verdict::Decision::accept, {}};
}


Verdict TimeStepControl::repeat(const double step, const std::string &reason)
{
  if (trial_step <= smallest_step * (1 + 1e-10))
  {
    std::ostringstream text;
    text << "the smallest time step, " << smallest_step << " s, fails: " << reason;
    return {Verdict::Decision::give_up, text.str()};
  }
  natural_step   = std::max(step, smallest_step);
  previous_error = 0;
  repeated       = true;
  return {Verdict::Decision::repeat, reason};
}

} // namespace kavity
