#ifndef kavity_app_RunParameters_h
#define kavity_app_RunParameters_h

#include "kavity/analysis/CriticalCurrent.h"
#include "kavity/analysis/Protocol.h"
#include "kavity/analysis/StudySettings.h"
#include "kavity/analysis/TimeStepControl.h"
#include "kavity/cell/CellParameters.h"
#include "kavity/core/Parameters.h"

#include <mpi.h>

#include <string>
#include <vector>

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
  /** What the file is read for: a run needs a protocol, a search for critical currents a void. */
  enum class Purpose
  {
    run,
    critical_current
  };

  /** Rank 0 alone reads the file, and those that it names; every rank gets the same. Collective.
   * @throws InputError with all mistakes of the file, or where the cell does not fit into memory,
   * on every rank */
  static RunParameters from_file(const std::string &path, const std::vector<std::string> &overrides,
                                 Purpose, MPI_Comm);

  /** Declares everything for parameters that are fresh from a file.
   * @throws InputError with all mistakes */
  static RunParameters from_parameters(Parameters, Purpose);

  void declare(Purpose);

  /** What is possible but hardly meant, such as more capacity than the metal holds. */
  std::vector<std::string> doubts(Purpose) const;
  /** What is good to know before a run of the file. */
  std::vector<std::string> remarks() const;
  /** V, of the cell without a current. */
  double open_voltage() const;

  Parameters parameters;
  CellParameters cell;
  std::vector<Observable> observables; ///< in the order of the columns of history.csv
  Protocol protocol;
  TimeStepControl time_stepping;
  CriticalCurrentSettings critical_current;
  OutputSettings output;
  StudySettings study;

private:
  void check_critical_current();
  void check_kinds();
  void check_protocol();
  void check_voltage(const std::string &entry, const ProtocolStep &);
  void check_reference_radius(const ElectrodeParameters &, double thickness);
  void miss_voids_to_hold();
};
} // namespace kavity

#endif
