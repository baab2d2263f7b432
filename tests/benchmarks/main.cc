#include "benchmarks.h"

#include <deal.II/base/mpi.h>
#include <deal.II/base/vectorization.h>

#include <fstream>
#include <iomanip>
#include <iostream>
#include <map>
#include <sstream>
#include <stdexcept>

#include <malloc.h>
#include <unistd.h>

namespace benchmarks
{
namespace
{
int rank()
{
  return dealii::Utilities::MPI::this_mpi_process(MPI_COMM_WORLD);
}

const char *const usage =
  "usage: kavity_benchmarks SUBCOMMAND [NAME=VALUE ...]\n"
  "  flow [cells_2d=32] [cells_3d=8] [exponent=5] [reduction=1e-8]\n"
  "                                           iterations of the metal's linear solver\n"
  "  assembled [unknowns=1e5] [repeat=3]      multigrid against MUMPS (2D) and ML (3D)\n"
  "  size [unknowns=1e5] [repeat=2]           time and memory per unknown of a half-cell\n"
  "  contact [levels_2d=4] [levels_3d=3]      iterations of the potential by contact fraction\n"
  "  ranks [unknowns=1e5] [repeat=3]          one rank against all: under mpirun\n"
  "  simd [unknowns=1e6] [repeat=10]          throughput of the operators\n"
  "  phase_field [levels_2d=3] [levels_3d=2]  iterations of the resolved voids\n"
  "  resolved [unknowns=1e5]                  time, memory, iterations of a cell with them\n";
} // namespace

Arguments::Arguments(std::vector<std::string> words)
  : words(std::move(words))
{
}

double Arguments::number(const std::string &name, const double default_value)
{
  for (auto word = words.begin(); word != words.end(); ++word)
    if (word->rfind(name + "=", 0) == 0)
    {
      const double value = std::stod(word->substr(name.size() + 1));
      words.erase(word);
      return value;
    }
  return default_value;
}

void Arguments::finish() const
{
  if (!words.empty())
    throw std::invalid_argument("what is '" + words.front() + "'?\n" + usage);
}

Table::Table(const std::string &title, const std::vector<std::string> &columns)
{
  if (rank() == 0)
    std::cout << '\n' << title << "\n\n";
  row(columns);
  row(std::vector<std::string>(columns.size(), "-"));
}

void Table::row(const std::vector<std::string> &cells) const
{
  if (rank() != 0)
    return;
  std::cout << '|';
  for (const auto &cell : cells)
    std::cout << ' ' << cell << " |";
  std::cout << std::endl;
}

std::string text(const double value)
{
  std::ostringstream out;
  if (value >= 100)
    out << std::fixed << std::setprecision(0) << value;
  else
    out << std::setprecision(3) << value;
  return out.str();
}

double resident_bytes(MPI_Comm comm)
{
  malloc_trim(0);
  double pages = 0, ignored;
  std::ifstream("/proc/self/statm") >> ignored >> pages;
  return dealii::Utilities::MPI::sum(pages * sysconf(_SC_PAGESIZE), comm);
}

namespace
{
void run(const std::vector<std::string> &words)
{
  const std::map<std::string, void (*)(Arguments &)> subcommands = {{"flow", flow},
                                                                    {"assembled", assembled},
                                                                    {"size", size},
                                                                    {"contact", contact},
                                                                    {"ranks", ranks},
                                                                    {"simd", simd},
                                                                    {"phase_field", phase_field},
                                                                    {"resolved", resolved}};
  const auto found = words.empty() ? subcommands.end() : subcommands.find(words.front());
  if (found == subcommands.end())
    throw std::invalid_argument(usage);
  if (rank() == 0)
    std::cout << dealii::Utilities::MPI::n_mpi_processes(MPI_COMM_WORLD) << " ranks, "
              << dealii::VectorizedArray<double>::size() << " doubles at once\n";
  Arguments arguments({words.begin() + 1, words.end()});
  found->second(arguments);
}
} // namespace
} // namespace benchmarks

int main(int argc, char **argv)
{
  // large blocks return to the system when freed, whatever was freed before
  mallopt(M_MMAP_THRESHOLD, 1 << 17);
  const dealii::Utilities::MPI::MPI_InitFinalize mpi(argc, argv, 1);
  try
  {
    benchmarks::run({argv + 1, argv + argc});
    return 0;
  }
  catch (const std::invalid_argument &error)
  {
    if (benchmarks::rank() == 0)
      std::cerr << error.what() << std::endl;
    return 2;
  }
  catch (const std::exception &error)
  {
    std::cerr << error.what() << std::endl;
    MPI_Abort(MPI_COMM_WORLD, 1);
    return 1;
  }
}
