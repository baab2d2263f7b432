#ifndef kavity_analysis_TimeMarch_h
#define kavity_analysis_TimeMarch_h

#include "kavity/analysis/Protocol.h"
#include "kavity/analysis/TimeStepControl.h"
#include "kavity/cell/Cell.h"

namespace kavity
{
/** A trial step of a cell along its protocol and what became of it. */
struct TriedStep
{
  Verdict verdict;
  double time_step;
  CellStep cell;
  /** After the step; meaningful only if it was accepted. */
  Observables after;
};

/** Takes one trial step of the length the control wishes. An accepted step moves cell and protocol
 * on; any other leaves both as they were.
 * @param before observables of the present state */
TriedStep try_step(Steppable &, Protocol &, TimeStepControl &, const Observables &before);
} // namespace kavity

#endif
