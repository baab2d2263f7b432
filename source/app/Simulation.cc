#include "kavity/app/Simulation.h"

#include "RunReport.h"
#include "kavity/app/TimeMarch.h"

#include <iostream>

namespace kavity
{
namespace
{
// One run: the cell, where it is in its protocol, and what it writes.
class Simulation
{
public:
  Simulation(const Options &options, const RunParameters &run, MPI_Comm comm)
    : run(run)
    , comm(comm)
    , report(options, run, comm)
    , protocol(run.protocol)
    , control(run.time_stepping)
    , cell(Cell::create(comm, run.cell, run.cell.stack_pressure, run.cell.temperature))
  {
  }

  int go()
  {
    report.begin(*cell);
    while (!protocol.finished())
      if (!protocol_step())
        return 3;
    report.finish(*cell, protocol);
    return 0;
  }

private:
  // One step of the protocol; false if it could not be completed.
  bool protocol_step()
  {
    report.log.line("-- ", protocol.description());
    control.restart();
    try
    {
      cell->solve(protocol.current_density());
    }
    catch (const NoConvergence &failure)
    {
      report.give_up(protocol, failure.what());
      return false;
    }
    Observables before = cell->observables();
    report.record(*cell, protocol, CellStep(), 0., true);
    for (;;)
    {
      if (const auto cause = protocol.check(before))
      {
        report.end_of_step(*cell, protocol, *cause);
        protocol.next_step();
        return true;
      }
      const TriedStep tried = try_step(*cell, protocol, control, before);
      if (tried.verdict.accepted())
      {
        before = tried.after;
        report.record(*cell, protocol, tried.cell, tried.time_step, false);
        continue;
      }
      report.repeated(tried.time_step, tried.verdict.reason);
      if (tried.verdict.decision == Verdict::Decision::give_up)
      {
        report.give_up(protocol, tried.verdict.reason);
        return false;
      }
    }
  }

  const RunParameters &run;
  MPI_Comm comm;
  RunReport report;
  Protocol protocol;
  TimeStepControl control;
  std::unique_ptr<Cell> cell;
};
} // namespace

int run_simulation(const Options &options, MPI_Comm comm)
{
  const auto run =
    RunParameters::from_file(options.files.at(0), options.overrides, RunParameters::Purpose::run);
  return Simulation(options, run, comm).go();
}

int validate_files(const Options &options)
{
  int code = 0;
  for (const std::string &file : options.files)
    try
    {
      RunParameters::from_file(file, options.overrides, RunParameters::Purpose::either);
      std::cout << file << ": valid\n";
    }
    catch (const InputError &error)
    {
      std::cerr << error.what() << '\n';
      code = 2;
    }
  return code;
}

int print_manual(const Options &options)
{
  RunParameters run;
  run.declare(RunParameters::Purpose::either);
  run.parameters.print(std::cout, options.format);
  return 0;
}
} // namespace kavity
