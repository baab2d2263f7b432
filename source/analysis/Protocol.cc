#include "kavity/analysis/Protocol.h"

#include "kavity/core/ParameterTree.h"
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
constexpr double infinite       = std::numeric_limits<double>::infinity();
const char *const already_holds = "' holds already when it begins: ";
// A state is steady if at its present rate it would not change by more than this part within this
// time, or the longest step: what grows by a power of time, or its logarithm, would change by more.
constexpr double steady_change = 0.1;
constexpr double steady_time   = 3.6e6; // s, 1000 h
// And if it has been so for this part of it: half an hour.
constexpr double steady_part = 5e-4;

// s until a clock meets its condition; infinite where that is not known beforehand.
double time_to_clock(const EndCondition &condition, const ProtocolStep &step,
                     const double step_time, const double run_time, const bool current_known)
{
  const double limit = condition.limit();
  if (condition.observable() == "run_time")
    return limit - run_time;
  if (condition.observable() == "capacity" && !current_known)
    return std::numeric_limits<double>::infinity();
  if (condition.observable() == "capacity")
    return step.time_of_charge(limit) - step_time;
  return limit - step_time;
}
} // namespace


Protocol::Protocol(std::vector<ProtocolStep> steps, const unsigned int cycles)
  : plan{{{1, std::move(steps)}}, cycles, std::numeric_limits<double>::infinity(), {}}
{
}


bool Protocol::finished() const
{
  return now.failed || now.cycle >= cycles_in_all();
}


const ProtocolStep &Protocol::step() const
{
  if (finished())
    throw std::logic_error("the protocol is finished: it has no present step");
  return plan.steps_of(now.cycle)[now.step];
}


bool Protocol::keeps_voltage() const
{
  return !finished() && step().voltage && (now.reached || !step().reached);
}


Applied Protocol::applied_after(const double time_step) const
{
  if (keeps_voltage())
    return Applied::voltage(*step().voltage);
  return current_density_after(time_step);
}


Applied Protocol::mean_applied(const double time_step) const
{
  return keeps_voltage() ? applied() : Applied(mean_current_density(time_step));
}


double Protocol::current_density() const
{
  return current_density_after(0);
}


double Protocol::current_density_after(const double time_step) const
{
  return finished() || keeps_voltage() ?
           0 :
           step().current_density(now.rung, now.step_time + time_step);
}


double Protocol::mean_current_density(const double time_step) const
{
  return 0.5 * (current_density() + current_density_after(time_step)); // it is linear
}


double Protocol::capacity() const
{
  if (keeps_voltage())
    return now.charge;
  return finished() ? 0 : step().charge(now.step_time);
}


std::string Protocol::description() const
{
  if (finished())
    return "protocol finished";
  std::ostringstream text;
  if (cycles_in_all() > 1)
    text << "cycle " << now.cycle + 1 << " of " << cycles_in_all() << ", ";
  if (plan.blocks.size() > 1)
    text << "block " << plan.block_of(now.cycle) + 1 << ", ";
  text << "step " << now.step + 1 << " of " << plan.steps_of(now.cycle).size() << " ("
       << to_string(step().kind) << ")";
  if (now.reached)
    text << ", kept at " << voltage_text(*step().voltage);
  if (step().pieces.size() > 1)
    text << ", rung " << now.rung + 1 << " of " << step().pieces.size() << " ("
         << (current_density() > 0 ? "strip" : "plate") << " at "
         << quantity_text(std::abs(current_density()), "mA/cm^2", 4) << ")";
  return text.str();
}


const std::vector<ObservableOf<Protocol>> &Protocol::observables()
{
  using Role                                            = Observable::Role;
  static const std::vector<ObservableOf<Protocol>> list = {
    {{"run_time", "s", "time since the run began", Range::non_negative(), Role::clock},
     [](const Protocol &p) { return p.now.run_time; }},
    {{"cycle", "1", "cycle of the protocol, counted through from 1", Range::at_least(1),
      Role::record},
     [](const Protocol &p) { return p.now.cycle + 1; }},
    {{"step", "1", "step of the protocol, within its block from 1", Range::at_least(1),
      Role::record},
     [](const Protocol &p) { return p.now.step + 1; }},
    {{"step_time", "s", "or `time`, since the step of the protocol began, as on a battery cycler",
      Range::non_negative(), Role::clock},
     [](const Protocol &p) { return p.now.step_time; }},
    {{"time_step", "s", "length of the time step", Range::non_negative(), Role::record},
     [](const Protocol &p) { return p.last_step; }},
    {{"capacity", "mAh/cm^2", "charge passed in this step of the protocol, always positive",
      Range::non_negative(), Role::clock, "current_density"},
     [](const Protocol &p) { return p.capacity(); }}};
  return list;
}


Observables Protocol::with_own(const Observables &observables) const
{
  Observables all = observables;
  observe(all, Protocol::observables(), *this);
  return all;
}


double Protocol::time_left_at_most(const ProtocolStep &step, const double step_time,
                                   const double run_time, const bool current_known) const
{
  double left = std::min(plan.longest_step, step.start_of(step.pieces.size())) - step_time;
  for (const JointCondition &joint : step.until)
    if (joint.only_clocks())
    {
      double last = 0;
      for (const EndCondition &condition : joint.parts())
        last = std::max(last, time_to_clock(condition, step, step_time, run_time, current_known));
      left = std::min(left, last);
    }
  return std::max(left, 0.);
}


bool Protocol::has_limit(const ProtocolStep &step) const
{
  return time_left_at_most(step, 0, 0, !step.voltage) < plan.longest_step;
}


double Protocol::time_to_end() const
{
  if (finished())
    return 0;
  double left = std::min(time_left_at_most(step(), now.step_time, now.run_time, !keeps_voltage()),
                         step().landing_after(now.rung, now.step_time) - now.step_time);
  // what waits for a clock and for more is looked at when the clock gets there
  for (const JointCondition &joint : step().until)
    if (!joint.only_clocks())
      for (const EndCondition &condition : joint.parts())
        if (foreseen(condition))
        {
          const double time = time_to_clock(condition, step(), now.step_time, now.run_time, true);
          if (time > clock_round_off * (now.run_time + time))
            left = std::min(left, time);
        }
  return left;
}


double Protocol::time_left_at_most() const
{
  return time_left_after(infinite);
}


double Protocol::time_left(const Observables &before, const Observables &observed,
                           const double elapsed) const
{
  double of_step = infinite;
  for (const EventResidual &event : residuals(before, observed))
    if (event.after > event.before)
      of_step =
        std::min(of_step, std::max(-event.after, 0.) * elapsed / (event.after - event.before));
  return time_left_after(of_step);
}


double Protocol::time_left_after(const double of_present) const
{
  const auto of_step =
    [this](const ProtocolStep &step, const double step_time, const double run_time)
  { return time_left_at_most(step, step_time, run_time, !step.voltage); };
  double run_time = now.run_time;
  if (!finished())
    run_time += std::min(of_present, of_step(step(), now.step_time, now.run_time));
  for (unsigned int cycle = now.cycle; cycle < cycles_in_all(); ++cycle)
  {
    const auto &steps = plan.steps_of(cycle);
    for (unsigned int k = cycle == now.cycle ? now.step + 1 : 0; k < steps.size(); ++k)
      run_time += of_step(steps[k], 0, run_time);
  }
  return run_time - now.run_time;
}


std::string Protocol::failure(const Observables &observables) const
{
  if (finished())
    return {};
  const Observables all = with_own(observables);
  for (const JointCondition &condition : plan.failure)
    if (condition.met(all, clock_round_off))
      return condition.text() + " (" + condition.present(all) + ")";
  return {};
}


std::optional<std::string> Protocol::condition_met(const Observables &observables) const
{
  const Observables all = with_own(observables);
  for (const JointCondition &condition : step().until)
    if (condition.met(all, clock_round_off))
      return condition.text();
  if (now.step_time >= plan.longest_step * (1 - clock_round_off))
    return "longest step reached: " + quantity_text(plan.longest_step, "h");
  if (now.steady >= steady_part * horizon())
    return "steady, and what ends it would not come within " + quantity_text(horizon(), "h");
  return {};
}


std::string Protocol::skipped(const Observables &observables) const
{
  const Observables all = with_own(observables);
  for (const JointCondition &condition : step().until)
    if (condition.met(all, clock_round_off))
      return description() + " is skipped: '" + condition.text() + already_holds +
             condition.present(all);
  return {};
}


std::string Protocol::skip_current(const Observables &observables)
{
  if (finished() || !voltage_reached(observables))
    return {};
  const bool strips = step().kind == ProtocolStep::Kind::strip;
  const std::string why =
    "the current of " + description() + " is skipped: '" + step().reached->text() + already_holds +
    step().reached->present(observables) + "; " + voltage_text(*step().voltage) +
    " is kept at once, as by 'hold at'. For the current give a voltage " +
    (strips ? "above" : "below") + " that at its start";
  keep_voltage();
  return why;
}


std::string Protocol::missed(const Observables &observables) const
{
  const Observables all = with_own(observables);
  std::vector<std::string> list;
  for (const JointCondition &condition : step().until)
  {
    if (condition.met(all, clock_round_off))
      return {};
    list.push_back(condition.missed(all, clock_round_off));
  }
  if (voltage_reached(all) || rung_is_over())
    return {};
  if (step().reached && !now.reached)
    list.push_back(step().reached->text() + " (" + step().reached->present(all) + ")");
  return join(list, ", ");
}


bool Protocol::rung_is_over() const
{
  return now.step_time >= step().end_of(now.rung) * (1 - clock_round_off);
}


bool Protocol::voltage_reached(const Observables &observables) const
{
  return step().reached && !now.reached && step().reached->residual(observables) >= 0;
}


std::vector<JointCondition> Protocol::ends() const
{
  auto all = step().until;
  all.insert(all.end(), plan.failure.begin(), plan.failure.end());
  return all;
}


bool Protocol::foreseen(const EndCondition &condition) const
{
  return condition.is_clock() && !(keeps_voltage() && condition.observable() == "capacity");
}


std::optional<std::string> Protocol::check(const Observables &observables) const
{
  if (finished())
    return {};
  if (const std::string why = failure(observables); !why.empty())
    return "the cell fails: " + why;
  if (const auto condition = condition_met(observables))
    return condition;
  if (voltage_reached(observables))
    return step().reached->text();
  if (rung_is_over())
    return step().kind == ProtocolStep::Kind::ramp ? "end of the ramp" : "end of the rung";
  return {};
}


std::vector<EventResidual> Protocol::residuals(const Observables &of_before,
                                               const Observables &of_after,
                                               const double charge) const
{
  std::vector<EventResidual> events;
  if (finished())
    return events;
  const Observables clocks = with_own({});
  Observables before = of_before, after = of_after;
  before["capacity"] = capacity();
  after["capacity"]  = capacity() + std::abs(charge);
  if (step().reached && !now.reached)
    events.push_back(
      {step().reached->text(), step().reached->residual(before), step().reached->residual(after)});
  for (const JointCondition &joint : ends())
  {
    // of several comparisons the last one to hold counts; steps land on clocks by themselves, and
    // before one has come nothing can happen
    EventResidual event = {joint.text(), infinite, infinite};
    bool waits          = false;
    for (const EndCondition &condition : joint.parts())
      if (foreseen(condition))
        waits = waits || condition.residual(clocks) < -clock_round_off;
      else
      {
        event.before = std::min(event.before, condition.residual(before));
        event.after  = std::min(event.after, condition.residual(after));
      }
    if (event.before < infinite && !waits)
      events.push_back(event);
  }
  return events;
}


double Protocol::horizon() const
{
  return std::max(plan.longest_step, steady_time);
}


bool Protocol::can_end(const Observables &before, const Observables &after,
                       const double time_step) const
{
  const auto comes = [&](const EndCondition &condition)
  {
    if (foreseen(condition))
      return true;
    const double residual = condition.residual(after);
    return residual + (residual - condition.residual(before)) * (horizon() / time_step) >= 0;
  };
  if (step().start_of(step().pieces.size()) < infinite)
    return true;
  if (step().reached && !now.reached && comes(*step().reached))
    return true;
  const auto until = ends();
  return std::any_of(until.begin(), until.end(),
                     [&](const JointCondition &joint)
                     { return std::all_of(joint.parts().begin(), joint.parts().end(), comes); });
}


void Protocol::watch(const Observables &of_before, const Observables &of_after,
                     const double time_step, const double charge, const double change)
{
  Observables before = of_before, after = of_after;
  before["capacity"] = capacity();
  after["capacity"]  = capacity() + std::abs(charge);
  const bool steady  = change * (horizon() / time_step) < steady_change;
  now.steady         = steady && !can_end(before, after, time_step) ? now.steady + time_step : 0;
}


void Protocol::advance(const double time_step, const double charge)
{
  if (keeps_voltage())
    now.charge += std::abs(charge);
  now.step_time += time_step;
  now.run_time += time_step;
  last_step = time_step;
}


void Protocol::go_on(const Observables &observables)
{
  now.failed         = now.failed || !failure(observables).empty();
  const bool goes_on = !finished() && !condition_met(observables);
  if (goes_on && voltage_reached(observables))
    keep_voltage();
  else if (goes_on && now.rung + 1 < step().pieces.size())
  {
    ++now.rung;
    last_step = 0;
  }
  else
    next_step();
}


void Protocol::keep_voltage()
{
  now.charge  = capacity();
  now.reached = true;
  now.steady  = 0;
  last_step   = 0;
}


void Protocol::next_step()
{
  if (finished())
    return;
  now.step_time = 0;
  now.rung      = 0;
  last_step     = 0;
  now.reached   = false;
  now.charge    = 0;
  now.steady    = 0;
  if (++now.step == plan.steps_of(now.cycle).size())
  {
    now.step = 0;
    ++now.cycle;
  }
}

} // namespace kavity
