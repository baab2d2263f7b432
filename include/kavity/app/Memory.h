#ifndef kavity_app_Memory_h
#define kavity_app_Memory_h

#include <mpi.h>

#include <string>

namespace kavity
{
struct CellParameters;

/** Memory in bytes that this process may still take: of the machine, and within the limits set for
 * it. Infinite if nothing is known. */
double available_memory();

/** "about 12000 unknowns on 900 elements, 0.2 GB", and what is unusual about it. */
std::string size_text(const CellParameters &);

/** Collective; @p for_each_rank: every rank has a cell of its own.
 * @throws InputError on every rank if the cell of the parameter file @p file is larger than the
 * memory there is, with the way out */
void require_memory(const std::string &file, const CellParameters &, MPI_Comm, bool for_each_rank);
} // namespace kavity

#endif
