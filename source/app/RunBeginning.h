#ifndef kavity_app_RunBeginning_h
#define kavity_app_RunBeginning_h

#include "kavity/app/CommandLine.h"
#include "kavity/app/RunFolder.h"
#include "kavity/app/RunParameters.h"
#include "kavity/core/Logging.h"

#include <mpi.h>

namespace kavity
{
/** Makes the folder of a calculation on rank 0 and tells the others; an InputError or FileError
 * reaches every rank. A finished one, which is there only to be resumed, needs nothing more: that
 * is said. From then on a calculation goes on, and writes its files, when nobody reads what it
 * prints any more
 * (`| head`), and a limit of file sizes is an error of the write that meets it, no end by a signal.
 */
RunFolder open_run_folder(const Options &, MPI_Comm);

/** The log of the rank that speaks; if quiet it writes to its file alone. */
Log make_log(bool speaks, bool quiet);

/** First lines of a calculation: program, ranks, uncertain numbers in use. */
void log_beginning(Log &, const RunParameters &, MPI_Comm);
} // namespace kavity

#endif
