#include "RunReport.h"
#include "kavity/analysis/RowExchange.h"
#include "kavity/analysis/StopSignals.h"
#include "kavity/analysis/TimeMarch.h"
#include "kavity/app/Command.h"
#include "kavity/core/FileError.h"

namespace kavity
{
namespace
{
// One run: the cell, where it is in its protocol, and what it writes.
class Simulation
{
public:
  Simulation(const RunFolder &folder, const bool quiet, const RunParameters &run, MPI_Comm comm)
    : comm(comm)
    , doubts(run.doubts(RunParameters::Purpose::run))
    , report(folder, quiet, run, comm)
    , protocol(run.protocol)
    , control(run.time_stepping)
    , checkpoint(report.open(protocol, control, before))
    , cell(Cell::create(comm, run.cell, run.cell.stack_pressure, run.cell.temperature))
  {
  }

  int go()
  {
    try
    {
      report.begin(*cell);
      for (const std::string &doubt : doubts)
        report.warn(doubt, doubt);
      if (const int code = march(); code != 0)
        return code;
      return report.finish(*cell, before, protocol) ? 0 : 3;
    }
    catch (const FileError &error)
    {
      report.stop_without_files(error.what());
      return exit_code_of_file_errors;
    }
  }

private:
  // To the end of the protocol; else the exit code.
  int march()
  {
    StopSignals signals(comm);
    while (!protocol.finished() && !over)
      if (!protocol_step(signals))
        return stopped == 0 ? 3 : exit_code_of_signal(stopped);
    return 0;
  }

  // Solves the fields for the present state; false if that is not possible.
  bool solve()
  {
    try
    {
      cell->solve(protocol.applied());
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
  // interrupted here makes no difference. If the fields do not converge there, the next step, which
  // may be shorter, tries again.
  void load()
  {
    cell->load(checkpoint);
    try
    {
      cell->solve(protocol.applied());
      before = cell->observables();
    }
    catch (const NoConvergence &)
    {
      cell->load(checkpoint);
    }
    checkpoint.clear();
  }

  void write_checkpoint()
  {
    checkpoint = report.begin_checkpoint();
    agree_on(comm, [&] { cell->save(checkpoint); });
    report.complete_checkpoint(checkpoint, protocol, control, before);
  }

  bool begin_step()
  {
    report.log.line("-- ", protocol.description());
    if (!checkpoint.empty())
    {
      load();
      return true;
    }
    control.restart();
    if (!solve())
      return false;
    if (const std::string why = protocol.skip_current(before); !why.empty())
    {
      report.current_skipped(protocol, why);
      if (!solve())
        return false;
    }
    report.record(*cell, before, protocol, CellStep(), true);
    return true;
  }

  // One step of the protocol, or rung of a staircase, or what a checkpoint leaves of it; false if
  // it could not be completed.
  bool protocol_step(const StopSignals &signals)
  {
    if (!begin_step())
      return false;
    for (;;)
    {
      if (stopped = signals.agreed(); stopped != 0)
      {
        write_checkpoint();
        report.stop_by_signal(protocol, stopped);
        return false;
      }
      if (const auto cause = protocol.check(before))
      {
        report.end_of_step(*cell, before, protocol, *cause);
        protocol.go_on(before);
        return true;
      }
      const TriedStep tried = try_step(*cell, protocol, control, before);
      if (tried.verdict.accepted())
      {
        before = tried.after;
        report.record(*cell, before, protocol, tried.cell, false);
        const Exhaustion end = cell->solved() ? cell->exhausted() : Exhaustion();
        if (!end.cause.empty() && protocol.failure(before).empty())
        {
          report.end_of_step(*cell, before, protocol, end.cause);
          over = !end.failure;
          if (end.failure)
            protocol.fail();
          return true;
        }
        if (report.checkpoint_due())
        {
          write_checkpoint();
          load();
        }
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

  const MPI_Comm comm;
  const std::vector<std::string> doubts; // of the parameters
  RunReport report;
  Protocol protocol;
  TimeStepControl control;
  Observables before;     // of the present state
  std::string checkpoint; // folder of the one to load next, else empty
  std::unique_ptr<Cell> cell;
  int stopped = 0;     // the signal that stops the run
  bool over   = false; // the cell has run out of metal
};
// `kavity run`: a cell taken through its protocol, with history, fields, figures and a result in
// its folder. Exit code: 0 done, 3 a time step did not converge at the smallest length, or every
// step ends where it begins, 4 files cannot be written (the last good state is then in the folder),
// 128 + n stopped by signal n after the step at which it came (a checkpoint is then in the folder).
int run_simulation(const Options &options, MPI_Comm comm)
{
  const auto run         = RunParameters::from_file(options.files.at(0), options.overrides,
                                                    RunParameters::Purpose::run, comm);
  const RunFolder folder = open_run_folder(options, comm);
  if (folder.finished())
  {
    int rank = 0;
    MPI_Comm_rank(comm, &rank);
    RunCheckpoint(folder, rank == 0, run, comm).require_the_same_run();
    make_log(rank == 0, options.quiet).line(folder.remark());
    return 0;
  }
  return Simulation(folder, options.quiet, run, comm).go();
}

const RegisteredCommand registered("run", "FILE", "simulate what FILE describes",
                                   {"set", "output", "resume", "quiet"}, run_simulation);
} // namespace
} // namespace kavity
