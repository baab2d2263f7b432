#include "benchmarks.h"
#include "half_cell.h"

#include <algorithm>

// A half-cell from its parameters to solved fields, potential and metal coupled, over its size.
namespace benchmarks
{
void size(Arguments &arguments)
{
  const double largest           = arguments.number("unknowns", 1e5);
  const unsigned int repetitions = arguments.number("repeat", 2);
  arguments.finish();
  const Table table("Half-cell: meshes and operators (setup), then fields at one current (solve); "
                    "ratio of the time per unknown to that of the first row",
                    {"", "unknowns", "setup s", "solve s", "us per unknown", "ratio",
                     "bytes per unknown", "of the solve, potential %"});
  for (const unsigned int dimension : {2u, 3u})
  {
    double first = 0, n = 0;
    const double growth = 4; // of the unknowns when elements are halved, see half_cell()
    for (unsigned int level = 0; n * growth <= largest; ++level)
    {
      const auto parameters = half_cell(dimension, level);
      double setup = 1e99, solve = 1e99, memory = 0, potential = 0;
      for (unsigned int i = 0; i < repetitions; ++i)
      {
        const double before = resident_bytes();
        std::unique_ptr<kavity::Cell> cell;
        setup             = std::min(setup, seconds(
                                  [&]
                                  {
                                    cell = kavity::Cell::create(MPI_COMM_WORLD, parameters,
                                                                            parameters.stack_pressure,
                                                                            parameters.temperature);
                                  }));
        const double time = seconds([&] { cell->solve(stripping); });
        n                 = unknowns(*cell);
        if (time < solve)
        {
          solve     = time;
          potential = cell->seconds().at("potential") / time;
        }
        // of the last, as libraries keep some of the first
        memory = (resident_bytes() - before) / n;
      }
      const double per_unknown = (setup + solve) / n;
      first                    = level == 0 ? per_unknown : first;
      table.row({std::to_string(dimension) + "D", text(n), text(setup), text(solve),
                 text(1e6 * per_unknown), text(per_unknown / first), text(memory),
                 text(100 * potential)});
    }
  }
}
} // namespace benchmarks
