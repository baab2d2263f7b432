#ifndef kavity_app_RunReport_h
#define kavity_app_RunReport_h

#include "RunBeginning.h"
#include "RunCheckpoint.h"

#include "kavity/cell/Cell.h"
#include "kavity/io/Files.h"
#include "kavity/io/History.h"

#include <array>
#include <optional>
#include <string>
#include <vector>

namespace kavity
{
/** Four digits. */
std::string short_number(double);

/** Everything a run tells: log, progress, history, fields, figures, result. All functions are
 * collective; files are written by rank 0, fields by all. A FileError
 * is thrown on every rank. */
class RunReport
{
public:
  RunReport(const RunFolder &, bool quiet, const RunParameters &, MPI_Comm);

  /** Opens the files of the folder. If the run is to go on from a checkpoint, they are cut back to
   * it, protocol, control and what was observed last are set as they were, and its folder is
   * returned, else an empty text.
   * @throws InputError on every rank where the parameters are not those of the checkpoint */
  std::string open(Protocol &, TimeStepControl &, Observables &);
  void begin(const Cell &);
  /** An accepted state and what was observed of it; @p first of a protocol step or not. */
  void record(Cell &, const Observables &, const Protocol &, const CellStep &, bool first);
  void repeated(double time_step, const std::string &reason);
  /** Whether the steps since the last checkpoint ask for one. */
  bool checkpoint_due() const;
  /** Empty folder for the next checkpoint; once the cell has written its part, complete it. */
  std::string begin_checkpoint()
  {
    return checkpoint.begin();
  }
  void complete_checkpoint(const std::string &folder, const Protocol &, TimeStepControl &,
                           Observables &);
  /** What the result must not be read without: told at once and again at the end, each kind once.
   */
  void warn(const std::string &kind, const std::string &text);
  /** Why the present step ends, in this state. */
  void end_of_step(Cell &, const Observables &, const Protocol &, const std::string &cause);
  /** A step that begins keeps its voltage at once, and why. */
  void current_skipped(const Protocol &, const std::string &why);
  /** The run cannot go on: says why, and where the last good state is. */
  void give_up(const Protocol &, const std::string &reason);
  /** Files cannot be written: says why. */
  void stop_without_files(const std::string &reason);
  /** A signal has stopped the run, whose last state is in a checkpoint. */
  void stop_by_signal(const Protocol &, int signal);
  /** The run has come to its end with what was observed last. False if there is no result, because
   * every step ends where it begins. */
  bool finish(Cell &, const Observables &last, const Protocol &);

private:
  void open_files(bool goes_on, const ListedFields &);
  /** Logs them when the mesh has changed. */
  void note_unknowns(const Cell &);
  void write_fields(Cell &, double time);
  /** The mesh has changed after the last step, and the fields could not be solved on the new one.
   */
  void warn_of_unsolved_end(double time);
  void draw(bool interface_too);
  void write_interface_table(const std::string &name,
                             const std::vector<std::array<double, 5>> &rows) const;
  void write_result(const Cell &, const Observables &last, const Protocol &);
  void summarise(const Cell &, const Observables &last, const Protocol &);

  const RunParameters &run;
  MPI_Comm comm;
  RunFolder folder;
  bool speaks;

public:
  Log log;

private:
  Progress progress;
  std::optional<HistoryFile> history;
  std::optional<PvdFile> solution, interface;
  RunCheckpoint checkpoint;
  RunTally tally;
  std::string unknowns; ///< as logged last
  /// What was observed first of the present step, or since the run goes on, and when (s).
  std::optional<std::pair<Observables, double>> begun;
  double start;
};
} // namespace kavity

#endif
