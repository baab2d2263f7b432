#include "benchmarks.h"
#include "half_cell.h"

#include <deal.II/base/mpi.h>

#include <algorithm>

#include <unistd.h>

// The same half-cell on one rank and on all of them, within one run.
namespace benchmarks
{
namespace
{
struct Times
{
  double setup = 1e99, solve = 1e99, unknowns = 0;
};

Times measure(MPI_Comm comm, const kavity::CellParameters &parameters,
              const unsigned int repetitions)
{
  Times result;
  for (unsigned int i = 0; i < repetitions; ++i)
  {
    std::unique_ptr<kavity::Cell> cell;
    const double setup = seconds(
      [&]
      {
        cell =
          kavity::Cell::create(comm, parameters, parameters.stack_pressure, parameters.temperature);
      },
      comm);
    result.setup    = std::min(result.setup, setup);
    result.solve    = std::min(result.solve, seconds([&] { cell->solve(stripping); }, comm));
    result.unknowns = unknowns(*cell);
  }
  return result;
}

// All ranks wait for the first without using their processors.
void wait_for_all()
{
  MPI_Request request;
  MPI_Ibarrier(MPI_COMM_WORLD, &request);
  for (int done = 0; !done; usleep(10000))
    MPI_Test(&request, &done, MPI_STATUS_IGNORE);
}
} // namespace

void ranks(Arguments &arguments)
{
  const double largest           = arguments.number("unknowns", 1e5);
  const unsigned int repetitions = arguments.number("repeat", 3);
  arguments.finish();
  const unsigned int n  = dealii::Utilities::MPI::n_mpi_processes(MPI_COMM_WORLD);
  const std::string all = " on " + std::to_string(n);
  const Table table("Half-cell on one rank and on all",
                    {"", "unknowns", "setup s on 1", "setup s" + all, "ratio", "solve s on 1",
                     "solve s" + all, "ratio"});
  for (const unsigned int dimension : {2u, 3u})
  {
    const double growth = dimension == 2 ? 2 : 4;
    Times together;
    for (unsigned int level = 0; together.unknowns * growth <= largest; ++level)
    {
      const auto parameters = half_cell(dimension, level);
      Times alone;
      if (dealii::Utilities::MPI::this_mpi_process(MPI_COMM_WORLD) == 0)
        alone = measure(MPI_COMM_SELF, parameters, repetitions);
      wait_for_all();
      together = measure(MPI_COMM_WORLD, parameters, repetitions);
      table.row({std::to_string(dimension) + "D", text(together.unknowns), text(alone.setup),
                 text(together.setup), text(alone.setup / together.setup), text(alone.solve),
                 text(together.solve), text(alone.solve / together.solve)});
    }
  }
}
} // namespace benchmarks
