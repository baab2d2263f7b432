#ifndef kavity_app_RunParameters_h
#define kavity_app_RunParameters_h

#include "kavity/app/CriticalCurrent.h"
#include "kavity/app/Protocol.h"
#include "kavity/app/TimeStepControl.h"
#include "kavity/core/Parameters.h"
#include "kavity/models/CellParameters.h"

namespace kavity
{
/** When a run writes fields and checkpoints. */
struct OutputSettings
{
  void declare(Parameters &);

  bool fields        = true;
  unsigned int every = 10; ///< accepted time steps
  bool figures       = true;

  unsigned int checkpoint_every = 20; ///< accepted time steps; 0: never
};

/** Everything a parameter file says. */
struct RunParameters
{
  /** What the file is read for: a run needs a protocol, a search for critical currents does not,
   * a validation takes either. */
  enum class Purpose
  {
    run,
    critical_current,
    either
  };

  /** @throws InputError with all mistakes of the file */
  static RunParameters from_file(const std::string &path, const std::vector<std::string> &overrides,
                                 Purpose);

  void declare(Purpose);

  Parameters parameters;
  CellParameters cell;
  Protocol protocol;
  TimeStepControl time_stepping;
  CriticalCurrentSettings critical_current;
  OutputSettings output;

private:
  void check_critical_current(Purpose);
};
} // namespace kavity

#endif
