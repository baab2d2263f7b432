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
  Simulation(const RunFolder &folder, const bool quiet, const RunParameters &run, MPI_Comm comm)
    : report(folder, quiet, run, comm)
    , protocol(run.protocol)
    , control(run.time_stepping)
    , checkpoint(report.open(protocol, control))
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
  // Solves the fields for the present state; false if that is not possible.
  bool solve()
  {
    try
    {
      cell->solve(protocol.current_density());
    }
    catch (const NoConvergence &failure)
    {
      report.give_up(protocol, failure.what());
      return false;
    }
    before = cell->observables();
    return true;
  }

  // Takes the cell from the checkpoint. A run that has just written it does so too: whether it is
  // interrupted here makes no difference.
  bool load()
  {
    cell->load(checkpoint);
    checkpoint.clear();
    return solve();
  }

  bool write_checkpoint()
  {
    checkpoint = report.begin_checkpoint();
    cell->save(checkpoint);
    report.complete_checkpoint(checkpoint, protocol, control);
    return load();
  }

  bool begin_step()
  {
    report.log.line("-- ", protocol.description());
    if (!checkpoint.empty())
      return load();
    control.restart();
    if (!solve())
      return false;
    report.record(*cell, protocol, CellStep(), 0., true);
    return true;
  }

  // One step of the protocol, or what a checkpoint leaves of it; false if it could not be
  // completed.
  bool protocol_step()
  {
    if (!begin_step())
      return false;
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
        if (report.checkpoint_due() && !write_checkpoint())
          return false;
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

  RunReport report;
  Protocol protocol;
  TimeStepControl control;
  std::string checkpoint; // folder of the one to load next, else empty
  std::unique_ptr<Cell> cell;
  Observables before; // of the present state
};
} // namespace

int run_simulation(const Options &options, MPI_Comm comm)
{
  const auto run =
    RunParameters::from_file(options.files.at(0), options.overrides, RunParameters::Purpose::run);
  const RunFolder folder = open_run_folder(options, comm);
  if (folder.finished())
    return 0;
  return Simulation(folder, options.quiet, run, comm).go();
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
