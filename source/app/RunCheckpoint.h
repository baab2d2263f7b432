#ifndef kavity_app_RunCheckpoint_h
#define kavity_app_RunCheckpoint_h

#include "RunDendrites.h"
#include "kavity/app/RunFolder.h"
#include "kavity/app/RunParameters.h"
#include "kavity/io/Checkpoints.h"

#include <mpi.h>

#include <map>
#include <string>
#include <vector>

namespace kavity
{
/** What a run has done so far, for its result; goes on from a checkpoint. */
struct RunTally
{
  unsigned int n_rows = 0, n_steps = 0, n_repeated = 0, n_outputs = 0;
  double last_written = -1;                                 ///< s, of the fields
  double worst_charge = 0, worst_metal = 0, worst_sink = 0; ///< balances
  /// m^3 (m^2): metal of resolved voids that was put back; metal that moved, or could have
  double restored_metal = 0, moved_metal = 0;
  WorstDendrite dendrite;
  std::vector<std::string> causes;             ///< for which steps have ended
  std::map<std::string, std::string> warnings; ///< by kind
};

/** Entries of the collections of fields. */
struct ListedFields
{
  std::vector<std::string> solution, interface;
};

/** The checkpoints of a run and what must be the same where it goes on from one. Functions are
 * collective if not said otherwise; files are written by the rank that speaks, 0. */
class RunCheckpoint
{
public:
  RunCheckpoint(const RunFolder &, bool speaks, const RunParameters &, MPI_Comm);

  /** Folder of the checkpoint that the run is to go on from; empty if there is none.
   * @throws InputError on every rank where none is whole any more */
  std::string newest();
  /** Sets everything as it was.
   * @throws InputError on every rank where the parameters are not those of the checkpoint */
  void read(const std::string &checkpoint, Protocol &, TimeStepControl &, Observables &, RunTally &,
            ListedFields &) const;
  /** @throws InputError where the run that is resumed, or finished, began with other parameters */
  void require_the_same_run() const;

  /** Of the rank that speaks: writes what the run begins with; one that does not go on from a
   * checkpoint removes those there are. */
  void begin_run(bool goes_on);
  /** Of the rank that speaks: the run is finished and needs them no more. */
  void end_run();
  /** What was found out about the checkpoints that there are. */
  std::string remark() const
  {
    return checkpoints.remark();
  }

  /** Empty folder for the next checkpoint; once the cell has written its part, complete it. */
  std::string begin();
  void complete(const std::string &folder, const std::string &history, const Protocol &,
                TimeStepControl &, Observables &, RunTally &, ListedFields);

private:
  template <class Archive>
  static void exchange(Archive &, ProtocolPosition &, TimeStepControl &, Observables &, RunTally &,
                       ListedFields &);
  void write_state(const std::string &path, const Protocol &, TimeStepControl &, Observables &,
                   RunTally &, ListedFields &) const;
  /** Holds the entries that the run began with. */
  std::string entries_file() const;

  const RunParameters &run;
  MPI_Comm comm;
  RunFolder folder;
  bool speaks;
  Checkpoints checkpoints;
};
} // namespace kavity

#endif
