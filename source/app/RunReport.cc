#include "RunReport.h"

#include "kavity/analysis/RowExchange.h"
#include "kavity/core/FileError.h"
#include "kavity/core/Quantity.h"

#include <cstdio>

namespace kavity
{
std::string short_number(const double value)
{
  char text[40];
  std::snprintf(text, sizeof(text), "%.4g", value);
  return text;
}

RunReport::RunReport(const RunFolder &folder, const bool quiet, const RunParameters &run,
                     MPI_Comm comm)
  : run(run)
  , comm(comm)
  , folder(folder)
  , speaks(
      [comm]()
      {
        int rank = 0;
        MPI_Comm_rank(comm, &rank);
        return rank == 0;
      }())
  , log(make_log(speaks, quiet))
  , progress(log)
  , checkpoints(folder.file("checkpoint"))
  , start(MPI_Wtime())
{
}

void RunReport::begin(const Cell &cell)
{
  note_unknowns(cell);
}

void RunReport::note_unknowns(const Cell &cell)
{
  std::string now;
  double total = 0;
  for (const auto &[name, number] : cell.sizes())
  {
    now += (now.empty() ? "" : ", ") + name + " " + std::to_string(std::lround(number));
    total += number;
  }
  if (now != unknowns)
    log.line("unknowns: ", std::lround(total), " (", now, ")");
  unknowns = now;
}

void RunReport::record(Cell &cell, const Observables &observed, const Protocol &protocol,
                       const CellStep &step, const bool first)
{
  note_unknowns(cell);
  auto row      = protocol.with_own(observed);
  auto balances = cell.balances();
  if (first)
    balances.assign(balances.size(), CellBalance());
  row.merge(observed_of_step(balances, step));
  const auto &now = protocol.position();
  agree_on(comm,
           [&]
           {
             if (!speaks)
               return;
             history->add_named_row(row);
             if (!log.fault().empty())
               throw FileError(log.fault());
           });
  ++n_rows;
  if (cell.solved())
    for (const auto &[kind, doubt] : cell.doubts())
      warn(kind, "from " + quantity_text(now.run_time, "s", 4) + " on " + doubt);
  if (!first)
  {
    ++n_steps;
    if (balances.front().applied_charge != 0)
      worst_charge = std::max(worst_charge, row["charge_error"]);
    worst_metal = std::max(worst_metal, row["metal_error"]);
    worst_sink  = std::max(worst_sink, row["sink_error"]);
  }
  const double left = protocol.time_left_at_most();
  progress.update(now.run_time / (now.run_time + left),
                  "t " + quantity_text(now.run_time, "s") + ", contact " +
                    short_number(row["contact"]) + ", voltage " +
                    short_number(1000 * row["voltage"]) + " mV, at most " +
                    short_number(0.1 * row["contact_current_max"]) + " mA/cm^2 of contact");
  if (run.output.fields && (first || n_steps % run.output.every == 0))
    write_fields(cell, now.run_time);
}

bool RunReport::checkpoint_due() const
{
  return run.output.checkpoint_every > 0 && n_steps % run.output.checkpoint_every == 0;
}

void RunReport::repeated(const double time_step, const std::string &reason)
{
  ++n_repeated;
  log.line("step of ", short_number(time_step), " s repeated: ", reason);
}

void RunReport::warn(const std::string &kind, const std::string &text)
{
  if (warnings.emplace(kind, text).second)
    log.warning(text);
}

void RunReport::end_of_step(Cell &cell, const Protocol &protocol, const std::string &cause)
{
  const auto &now = protocol.position();
  if (now.step_time > 0)
  {
    log.line("   ends after ", quantity_text(now.step_time, "min"), ": ", cause);
    causes.push_back(protocol.description() + ": " + cause);
  }
  else
  {
    const auto &reached    = protocol.step().reached;
    const bool goes_on     = reached && reached->text() == cause;
    const std::string text = (goes_on ? "the current of " : "") + protocol.description() +
                             " is skipped: '" + cause + "' holds already when it begins";
    log.line("   ends where it begins");
    causes.push_back(text);
    warn("skipped step " + std::to_string(now.step) + " " + cause, text);
  }
  if (run.output.fields)
    write_fields(cell, now.run_time);
}

void RunReport::write_fields(Cell &cell, const double time)
{
  if (!cell.solved())
    return log.line("no fields at ", quantity_text(time, "s"),
                    ": they did not converge on the new mesh; the next step tries again");
  // the same instant seen before and after a jump of the current: what comes later stands
  if (time == last_written)
    --n_outputs;
  const auto files = cell.write(folder.file("fields"), n_outputs);
  agree_on(comm,
           [&]
           {
             if (!speaks || time == last_written)
               return;
             for (unsigned int part = 0; part < files.fields.size(); ++part)
               solution->add(time, "fields/" + files.fields[part], part);
             for (unsigned int part = 0; part < files.interfaces.size(); ++part)
               interface->add(time, "fields/" + files.interfaces[part], part);
           });
  ++n_outputs;
  last_written = time;
}

} // namespace kavity
