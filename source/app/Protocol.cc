#include "kavity/app/Protocol.h"

#include "kavity/app/Observables.h"
#include "kavity/core/Parameters.h"
#include "kavity/core/Quantity.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <sstream>
#include <stdexcept>

namespace kavity
{
namespace
{
// The clocks are sums of time steps: they reach a limit to round-off, not exactly.
constexpr double clock_round_off = 1e-10;
constexpr double infinite        = std::numeric_limits<double>::infinity();


std::string step_name(const unsigned int number)
{
  return "Step " + std::to_string(number);
}


ProtocolStep::Kind kind_from(const std::string &name)
{
  if (name == "plate")
    return ProtocolStep::Kind::plate;
  return name == "rest" ? ProtocolStep::Kind::rest : ProtocolStep::Kind::strip;
}
} // namespace


std::string to_string(const ProtocolStep::Kind kind)
{
  switch (kind)
  {
  case ProtocolStep::Kind::strip:
    return "strip";
  case ProtocolStep::Kind::plate:
    return "plate";
  default:
    return "rest";
  }
}


Protocol::Protocol(std::vector<ProtocolStep> steps, const unsigned int cycles)
  : cycle_steps(std::move(steps))
  , n_cycles(cycles)
  , longest_step(std::numeric_limits<double>::infinity())
{
}


void Protocol::declare(Parameters &p, const bool required)
{
  p.enter("Protocol",
          "The currents given to the cell: `Step 1`, `Step 2`, ... in this order, repeated as "
          "cycles.");
  p.add("Cycles", n_cycles, 1, 1, 1000000, "How often the steps are repeated.");
  p.add("Longest step", longest_step, "1000 h", "s", Range::between(1e-9, 1e12),
        "Ends a step whose own conditions are never met.");
  cycle_steps.clear();
  if (p.describing())
    declare_step(p, 1);
  else
  {
    const auto numbers = p.numbered_sections("Step");
    if (numbers.empty() && required)
      p.error("Step 1", "is missing: a protocol has at least one step");
    unsigned int expected = 1;
    for (const unsigned int number : numbers)
    {
      if (number != expected)
        p.error(step_name(expected), "is missing, but " + step_name(*numbers.rbegin()) +
                                       " is given: number the steps from 1");
      declare_step(p, number);
      expected = number + 1;
    }
  }
  p.leave();
  now = {};
}


void Protocol::declare_step(Parameters &p, const unsigned int number)
{
  p.enter(step_name(number), "One step; further ones are named `Step 2`, `Step 3`, ...");
  ProtocolStep step;
  std::string kind = "strip";
  p.choice("Kind", kind, "", {"strip", "plate", "rest"},
           "Strip metal from the interface, plate metal onto it, or rest without current.");
  step.kind       = kind_from(kind);
  const bool rest = step.kind == ProtocolStep::Kind::rest;
  if (rest)
    p.unused("Current density", "Kind = rest: no current flows");
  else
    p.add("Current density", step.current_density, "", "mA/cm^2", Range::between(1e-9, 1e5),
          "Magnitude, mean over the interface; the kind gives the sign. Not given for a rest.");
  if (step.kind == ProtocolStep::Kind::plate)
    step.current_density = -step.current_density;

  std::string until;
  std::string observables;
  for (const Observable &observable : known_observables())
    observables += (observables.empty() ? " `" : "; `") + observable.name + "`, " + observable.doc;
  p.add("Until", until, "",
        "What ends the step: comparisons of an observable with a value, joined by `or` and `and` "
        "(which binds tighter), such as "
        "`capacity > 1 mAh/cm^2 or contact < 0.5 or |voltage| > 0.3 V and time > 1 min`. "
        "Observables:" +
          observables + ".");
  try
  {
    if (!until.empty())
      step.until = parse_end_conditions(until);
    else if (!p.describing())
      p.error("Until", "no end condition; expected one such as 'time > 1 h'");
  }
  catch (const std::invalid_argument &error)
  {
    p.error("Until", error.what());
  }
  for (const JointCondition &joint : step.until)
    for (const EndCondition &condition : joint.parts())
      if (rest && condition.observable() == "capacity")
        p.error("Until", "'" + condition.text() + "' can never hold during a rest; use time");
  cycle_steps.push_back(step);
  p.leave();
}


bool Protocol::finished() const
{
  return cycle_steps.empty() || now.cycle >= n_cycles;
}


const ProtocolStep &Protocol::step() const
{
  if (finished())
    throw std::logic_error("the protocol is finished: it has no present step");
  return cycle_steps[now.step];
}


double Protocol::current_density() const
{
  return finished() ? 0 : step().current_density;
}


double Protocol::capacity() const
{
  return std::abs(current_density()) * now.step_time;
}


std::string Protocol::description() const
{
  if (finished())
    return "protocol finished";
  std::ostringstream text;
  if (n_cycles > 1)
    text << "cycle " << now.cycle + 1 << " of " << n_cycles << ", ";
  text << "step " << now.step + 1 << " of " << cycle_steps.size() << " (" << to_string(step().kind)
       << ")";
  return text.str();
}


Observables Protocol::with_clocks(const Observables &observables) const
{
  Observables all  = observables;
  all["time"]      = now.step_time;
  all["step_time"] = now.step_time;
  all["run_time"]  = now.run_time;
  all["capacity"]  = capacity();
  return all;
}


std::optional<std::string> Protocol::check(const Observables &observables) const
{
  if (finished())
    return {};
  const Observables all = with_clocks(observables);
  for (const JointCondition &condition : step().until)
    if (condition.met(all, clock_round_off))
      return condition.text();
  if (now.step_time >= longest_step * (1 - clock_round_off))
    return "longest step reached: " + quantity_text(longest_step, "h");
  return {};
}


std::vector<EventResidual> Protocol::residuals(const Observables &before,
                                               const Observables &after) const
{
  std::vector<EventResidual> events;
  if (finished())
    return events;
  const Observables clocks = with_clocks({});
  for (const JointCondition &joint : step().until)
  {
    // of several comparisons the last one to hold counts; steps land on clocks by themselves, and
    // before one has come nothing can happen
    EventResidual event = {joint.text(), infinite, infinite};
    for (const EndCondition &condition : joint.parts())
      if (!condition.is_clock())
      {
        event.before = std::min(event.before, condition.residual(before));
        event.after  = std::min(event.after, condition.residual(after));
      }
    const bool waits =
      std::any_of(joint.parts().begin(), joint.parts().end(),
                  [&](const EndCondition &condition) {
                    return condition.is_clock() && condition.residual(clocks) < -clock_round_off;
                  });
    if (!joint.only_clocks() && !waits)
      events.push_back(event);
  }
  return events;
}


void Protocol::advance(const double time_step)
{
  now.step_time += time_step;
  now.run_time += time_step;
}


void Protocol::next_step()
{
  if (finished())
    return;
  now.step_time = 0;
  if (++now.step == cycle_steps.size())
  {
    now.step = 0;
    ++now.cycle;
  }
}

} // namespace kavity
