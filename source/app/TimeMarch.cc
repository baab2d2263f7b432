#include "kavity/app/TimeMarch.h"

namespace kavity
{
TriedStep try_step(Steppable &cell, Protocol &protocol, TimeStepControl &control,
                   const Observables &before)
{
  TriedStep tried;
  TrialStep trial;
  tried.time_step = control.next(protocol.time_to_end());
  try
  {
    tried.cell   = cell.advance(tried.time_step, protocol.current_density());
    tried.after  = cell.observables();
    trial.error  = tried.cell.error;
    trial.change = tried.cell.change;
    trial.events = protocol.residuals(before, tried.after);
  }
  catch (const NoConvergence &failure)
  {
    trial.failure = failure.what(); // the cell has gone back by itself
  }
  tried.verdict = control.decide(trial);
  if (!tried.verdict.accepted())
  {
    if (trial.failure.empty())
      cell.reject();
    return tried;
  }
  cell.accept();
  if (cell.solved()) // on a mesh that may have changed
    tried.after = cell.observables();
  protocol.advance(tried.time_step);
  return tried;
}
} // namespace kavity
