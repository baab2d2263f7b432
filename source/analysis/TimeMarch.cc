#include "kavity/analysis/TimeMarch.h"

#include <algorithm>
#include <cmath>

namespace kavity
{
namespace
{
// With that of the charge, where it is a result: a part of the state that the step has begun with.
double error_of(const CellStep &step, const Protocol &protocol)
{
  if (step.charge_error == 0)
    return step.error;
  return std::max(step.error, step.charge_error /
                                (protocol.capacity() + std::abs(step.charge) + step.charge_scale));
}

// A run ends when nothing but voids is left of a metal: above 0 then; in um, of which the tolerance
// of events is a part.
double metal_used_up(const Observables &values, const std::string &suffix)
{
  return 1e6 * (values.at("void_volume" + suffix) - values.at("thickness" + suffix));
}
} // namespace

TriedStep try_step(Steppable &cell, Protocol &protocol, TimeStepControl &control,
                   const Observables &before)
{
  TriedStep tried;
  TrialStep trial;
  tried.time_step = control.next(protocol.time_to_end());
  bool advanced   = false;
  try
  {
    const Applied mean = protocol.mean_applied(tried.time_step),
                  last = protocol.applied_after(tried.time_step);
    tried.cell         = cell.advance(tried.time_step, mean);
    tried.cell.error   = error_of(tried.cell, protocol);
    advanced           = true;
    if (last != mean) // what is observed is of the end of the step
      cell.solve(last);
    tried.after  = cell.observables();
    trial.error  = tried.cell.error;
    trial.change = tried.cell.change;
    trial.events = protocol.residuals(before, tried.after, tried.cell.charge);
    for (const char *suffix : {"", "_2"})
      if (before.count("thickness" + std::string(suffix)))
        trial.events.push_back({"metal" + std::string(suffix), metal_used_up(before, suffix),
                                metal_used_up(tried.after, suffix)});
  }
  catch (const NoConvergence &failure)
  {
    trial.failure = failure.what();
  }
  const TimeStepControl begin = control;
  tried.verdict               = control.decide(trial);
  if (tried.verdict.accepted() && cell.refine())
  {
    control       = begin; // the step itself was good
    tried.verdict = {Verdict::Decision::repeat, "it needs a finer mesh, which it now has"};
    return tried;
  }
  if (!tried.verdict.accepted())
  {
    if (advanced) // else the cell has gone back by itself
      cell.reject();
    return tried;
  }
  protocol.watch(before, tried.after, tried.time_step, tried.cell.charge, tried.cell.change);
  cell.accept();
  if (cell.solved()) // on a mesh that may have changed
    tried.after = cell.observables();
  protocol.advance(tried.time_step, tried.cell.charge);
  return tried;
}
} // namespace kavity
