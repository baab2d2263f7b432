#ifndef kavity_analysis_CriticalCurrentStudy_h
#define kavity_analysis_CriticalCurrentStudy_h

#include "kavity/analysis/CriticalCurrent.h"
#include "kavity/analysis/CriticalCurrentSearch.h"
#include "kavity/analysis/CriticalCurrentTable.h"
#include "kavity/analysis/DecidingEntries.h"
#include "kavity/analysis/RowExchange.h"
#include "kavity/core/Logging.h"

#include <mpi.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace kavity
{
/** Seeks all critical currents of the settings, the cases spread over the ranks of a communicator.
 *
 * Every rank takes a contiguous share of the cases and starts each search from the results at lower
 * stack pressures. Rank 0 collects the rows as they come and keeps `critical_current.csv` complete
 * on disk; beside it `critical_current_parameters.txt` holds the entries it belongs to. Cases that
 * are found there are not done again; what is there for other cases stays. */
class CriticalCurrentStudy
{
public:
  /** @param entries best with the program's version
   * @param factory makes a case on the calling rank alone: its fields live on MPI_COMM_SELF
   * @param folder exists and is writable on rank 0
   * @param log speaks on rank 0
   * @param poll called between solves; may throw StoppedBySignal, on all ranks sooner or later
   * @param between_lines in s: what takes longer is told of */
  CriticalCurrentStudy(
    const CriticalCurrentSettings &settings, CriticalCurrentFactory factory, std::string folder,
    DecidingEntries entries, MPI_Comm communicator, Log &log, std::function<void()> poll = [] {},
    double between_lines = 5);

  /** Reads what the folder has already and writes nothing but, in a fresh one, the entries;
   * collective.
   * @throw InputError where what is in the folder began with other entries */
  void load();

  /** A case is done. */
  bool begun() const
  {
    return table.n_done() > 0;
  }

  /** Every case is done. */
  bool complete() const
  {
    return table.n_done() == table.size();
  }

  /** What a search that has been stopped leaves, for the log of rank 0. */
  std::string stopped_by(const std::string &signal) const;

  /** Runs what is left to do, or until it is stopped; collective. On rank 0 returns all rows in the
   * order of the table, elsewhere none.
   * @throw InputError, FileError, std::runtime_error on every rank when it happened on one (an
   * impossible temperature, a full disk, a fault of the program); a case that does not converge is
   * a row with its cause instead. */
  std::vector<CriticalCurrentRow> run();

private:
  void run_share();
  void run_case(unsigned int temperature, unsigned int stack_pressure);
  CriticalCurrentRow search(CriticalCurrentCase &, unsigned int temperature, unsigned int kind,
                            unsigned int stack_pressure);
  /** The current that holds the voids of a case, see CriticalCurrentCase::hold(). */
  std::optional<SearchResult> hold(CriticalCurrentCase &, HeldQuantity, const SearchStart &,
                                   unsigned int stack_pressure);
  SearchResult ramp(CriticalCurrentCase &, unsigned int stack_pressure);
  SearchResult seek(CriticalCurrentCase &, const SearchStart &, unsigned int kind,
                    unsigned int stack_pressure);
  SearchRange range() const;
  SearchStart start(unsigned int temperature, unsigned int kind, unsigned int stack_pressure) const;

  void report(unsigned int index, const CriticalCurrentRow &);
  void store(unsigned int index, CriticalCurrentRow);
  void receive(bool wait);
  /** On rank 0, with the time that those left take if they take as long as those done. */
  void show_progress();

  CriticalCurrentSettings settings;
  CriticalCurrentFactory factory;
  std::string folder;
  DecidingEntries entries;
  MPI_Comm communicator;
  Log &log;
  std::function<void()> poll;
  CriticalCurrentTable table;
  RowExchange exchange;
  const double between_lines;
  Progress progress;
  unsigned int n_known = 0;     ///< before the search
  double began         = 0;     ///< the search, by MPI_Wtime()
  bool waits           = false; ///< for the first, which is told
  SharedError error;
};

} // namespace kavity

#endif
