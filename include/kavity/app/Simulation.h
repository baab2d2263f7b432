#ifndef kavity_app_Simulation_h
#define kavity_app_Simulation_h

#include "kavity/app/CommandLine.h"

#include <mpi.h>

namespace kavity
{
/** A calculation goes on, and writes its files, when nobody reads what it prints any more (`|
 * head`); a limit of file sizes is an error of the write that meets it, no end by a signal. */
void outlive_readers();

/** `kavity run`: a cell taken through its protocol, with history, fields, figures and a result in
 * its folder. Collective.
 * @return the exit code: 0 done, 3 a time step did not converge at the smallest length, 4 files
 * cannot be written (the last good state is then in the folder), 128 + n stopped by signal n,
 * SIGTERM or SIGINT, after the step at which it came (a checkpoint is then in the folder)
 * @throws InputError for anything wrong with the parameters or the folder */
int run_simulation(const Options &, MPI_Comm);

/** `kavity critical-current`: searches critical currents over stack pressures and temperatures,
 * cases spread over the ranks. Collective.
 * @return the exit code, 3 when no case converged, 4 when files cannot be written, 128 + n when
 * signal n has stopped it (the cases done are then in the folder) */
int run_critical_current(const Options &, MPI_Comm);

/** `kavity study`: one of both for every row of the section Study, each in a process of its own,
 * or, with --rows, for some of them, or, with --merge, the table of those that are there.
 * @return the exit code: 0 when every row has an outcome that stays, a result or a reason why there
 * is none, and any has a result, else 3; 4 when files cannot be written, 128 + n when signal n has
 * stopped it
 * @throws UsageError on several ranks */
int run_study(const Options &, MPI_Comm);

/** `kavity validate`: reads each file as `run` and as `critical-current` would, and prints for
 * which of them it is good or what is wrong with it, on the calling rank.
 * @return 0 when each is good for one of them, else 2 */
int validate_files(const Options &);

/** `kavity parameters`: the manual of all entries, or a file with all defaults. */
int print_manual(const Options &);
} // namespace kavity

#endif
