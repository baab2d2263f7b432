#ifndef kavity_app_Simulation_h
#define kavity_app_Simulation_h

#include "kavity/app/CommandLine.h"

#include <mpi.h>

namespace kavity
{
/** `kavity run`: a cell taken through its protocol, with history, fields, figures and a result in
 * its folder. Collective.
 * @return the exit code: 0 done, 3 a time step did not converge at the smallest length (the last
 * good state is then in the folder)
 * @throws InputError for anything wrong with the parameters or the folder */
int run_simulation(const Options &, MPI_Comm);

/** `kavity critical-current`: searches critical currents over stack pressures and temperatures,
 * cases spread over the ranks. Collective.
 * @return the exit code, 3 when no case gave an answer */
int run_critical_current(const Options &, MPI_Comm);

/** `kavity validate`: reads each file as `run` or `critical-current` would and prints what is wrong
 * with it, on the calling rank.
 * @return 0 when all are valid, else 2 */
int validate_files(const Options &);

/** `kavity parameters`: the manual of all entries, or a file with all defaults. */
int print_manual(const Options &);
} // namespace kavity

#endif
