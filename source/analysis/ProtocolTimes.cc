#include "kavity/analysis/Protocol.h"

#include <algorithm>
#include <limits>

namespace kavity
{
namespace
{
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


double Protocol::time_left_at_most(const ProtocolStep &step, const double step_time,
                                   const double run_time, const bool current_known) const
{
  double left = std::min(longest_step, step.start_of(step.pieces.size())) - step_time;
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
  const auto of_step =
    [this](const ProtocolStep &step, const double step_time, const double run_time)
  { return time_left_at_most(step, step_time, run_time, !step.voltage); };
  double run_time = now.run_time;
  if (!finished())
    run_time += of_step(step(), now.step_time, now.run_time);
  for (unsigned int cycle = now.cycle; cycle < cycles_in_all(); ++cycle)
  {
    const auto &steps = steps_of(cycle);
    for (unsigned int k = cycle == now.cycle ? now.step + 1 : 0; k < steps.size(); ++k)
      run_time += of_step(steps[k], 0, run_time);
  }
  return run_time - now.run_time;
}

} // namespace kavity
