#ifndef kavity_app_RunReport_h
#define kavity_app_RunReport_h

#include "kavity/app/CommandLine.h"
#include "kavity/app/RunFolder.h"
#include "kavity/app/RunParameters.h"
#include "kavity/cell/Cell.h"
#include "kavity/core/Logging.h"
#include "kavity/io/Checkpoints.h"
#include "kavity/io/Files.h"
#include "kavity/io/History.h"

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace kavity
{
/** Makes the folder of a calculation on rank 0 and tells the others; an InputError reaches every
 * rank. A finished one, which is there only to be resumed, needs nothing more: that is said. */
RunFolder open_run_folder(const Options &, MPI_Comm);

/** The log of the rank that speaks; if quiet it writes to its file alone. */
Log make_log(bool speaks, bool quiet);

/** Four digits. */
std::string short_number(double);

/** First lines of a calculation: program, ranks, uncertain numbers in use. */
void log_beginning(Log &, const RunParameters &, MPI_Comm);

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
  std::string begin_checkpoint();
  void complete_checkpoint(const std::string &folder, const Protocol &, TimeStepControl &,
                           Observables &);
  /** What the result must not be read without: told at once and again at the end, each kind once.
   */
  void warn(const std::string &kind, const std::string &text);
  void end_of_step(Cell &, const Protocol &, const std::string &cause);
  /** The run cannot go on: says why, and where the last good state is. */
  void give_up(const Protocol &, const std::string &reason);
  /** Files cannot be written: says why. */
  void stop_without_files(const std::string &reason);
  /** A signal has stopped the run, whose last state is in a checkpoint. */
  void stop_by_signal(const Protocol &, int signal);
  /** The run has come to its end with what was observed last.
   * @throws InputError if nothing was computed, because every step ends where it begins */
  void finish(Cell &, const Observables &last, const Protocol &);

private:
  /** Entries of the collections of fields. */
  struct Listed
  {
    std::vector<std::string> solution, interface;
  };
  template <class Archive>
  void exchange(Archive &, ProtocolPosition &, TimeStepControl &, Observables &, Listed &);
  void read_state(const std::string &checkpoint, Protocol &, TimeStepControl &, Observables &,
                  Listed &);
  void write_state(const std::string &path, const Protocol &, TimeStepControl &, Observables &);
  /** Holds, until the run is finished, the entries that it began with. */
  std::string entries_file() const;
  /** @throws InputError where the run that is resumed began with other parameters */
  void require_the_same_run() const;
  void open_files(bool goes_on, const Listed &);
  /** Logs them when the mesh has changed. */
  void note_unknowns(const Cell &);
  void write_fields(Cell &, double time);
  void draw();
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
  Checkpoints checkpoints;
  unsigned int n_rows = 0, n_steps = 0, n_repeated = 0, n_outputs = 0;
  double last_written = -1;
  double worst_charge = 0, worst_metal = 0, worst_sink = 0;
  std::string unknowns; ///< as logged last
  std::vector<std::string> causes;
  std::map<std::string, std::string> warnings; ///< by kind
  double start;
};
} // namespace kavity

#endif
