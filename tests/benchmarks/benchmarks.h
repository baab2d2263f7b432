#ifndef kavity_tests_benchmarks_h
#define kavity_tests_benchmarks_h

#include <string>
#include <vector>

#include <mpi.h>

/// Measurements of the program, one subcommand each. Times are the least of several repetitions;
/// only ratios of numbers from one run should be compared.
namespace benchmarks
{
/// The words after the subcommand: NAME=VALUE.
class Arguments
{
public:
  explicit Arguments(std::vector<std::string> words);

  /// The value of a number, or the default. Throws std::invalid_argument on what is no number.
  double number(const std::string &name, double default_value);
  /// Throws std::invalid_argument naming the arguments that nobody asked for.
  void finish() const;

private:
  std::vector<std::string> words;
};

void flow(Arguments &);
void assembled(Arguments &);
void size(Arguments &);
void contact(Arguments &);
void ranks(Arguments &);
void simd(Arguments &);
void phase_field(Arguments &);
void resolved(Arguments &);

/// A table in Markdown on the first rank, line by line as it is measured.
class Table
{
public:
  Table(const std::string &title, const std::vector<std::string> &columns);
  void row(const std::vector<std::string> &cells) const;
};

/// A number with three digits, or none behind the point from 100 on.
std::string text(double value);

/// Wall time of an action, s; the slowest rank counts.
template <typename Action>
double seconds(const Action &action, MPI_Comm comm = MPI_COMM_WORLD)
{
  MPI_Barrier(comm);
  const double start = MPI_Wtime();
  action();
  double time = MPI_Wtime() - start;
  MPI_Allreduce(MPI_IN_PLACE, &time, 1, MPI_DOUBLE, MPI_MAX, comm);
  return time;
}

/// The least time of several repetitions, s.
template <typename Action>
double least_seconds(const unsigned int repetitions, const Action &action,
                     MPI_Comm comm = MPI_COMM_WORLD)
{
  double least = seconds(action, comm);
  for (unsigned int i = 1; i < repetitions; ++i)
  {
    const double time = seconds(action, comm);
    least             = time < least ? time : least;
  }
  return least;
}

/// Memory of all ranks in use now, bytes; what was freed has gone back to the system.
double resident_bytes(MPI_Comm comm = MPI_COMM_WORLD);
} // namespace benchmarks

#endif
