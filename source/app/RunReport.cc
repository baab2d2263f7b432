#include "RunReport.h"

#include "kavity/app/Figures.h"
#include "kavity/app/Json.h"
#include "kavity/core/Quantity.h"
#include "kavity/core/Version.h"

#include <cstdio>
#include <iostream>

namespace kavity
{
namespace
{
constexpr double size_of_atoms = 1e-10; // m; no void is smaller

std::string short_number(const double value)
{
  char text[40];
  std::snprintf(text, sizeof(text), "%.4g", value);
  return text;
}
} // namespace

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
  , quiet(quiet)
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

void RunReport::record(Cell &cell, const Protocol &protocol, const CellStep &step,
                       const double time_step, const bool first)
{
  note_unknowns(cell);
  auto row                = cell.observables();
  const auto balance      = cell.balance();
  const auto &now         = protocol.position();
  row["run_time"]         = now.run_time;
  row["cycle"]            = now.cycle + 1;
  row["step"]             = now.step + 1;
  row["step_time"]        = now.step_time;
  row["time_step"]        = time_step;
  row["capacity"]         = protocol.capacity();
  const CellBalance b     = first ? CellBalance() : balance;
  row["applied_charge"]   = b.applied_charge;
  row["interface_charge"] = b.interface_charge;
  row["counter_charge"]   = b.counter_charge;
  row["stripped_volume"]  = b.stripped_volume;
  row["inflow"]           = b.inflow;
  row["void_growth"]      = b.void_growth;
  row["sink_contraction"] = b.sink_contraction;
  row["creep_closure"]    = b.creep_closure;
  row["charge_error"]     = b.charge_error();
  row["metal_error"]      = b.metal_error();
  row["sink_error"]       = b.sink_error();
  if (cell.resolved())
    row["energy_error"] = b.energy_error();
  row["step_error"]          = step.error;
  row["coupling_iterations"] = step.coupling_iterations;
  row["newton_iterations"]   = step.newton_iterations;
  row["linear_iterations"]   = step.linear_iterations();
  if (speaks)
    history->add_named_row(row);
  ++n_rows;
  if (!first)
  {
    ++n_steps;
    if (protocol.current_density() != 0)
      worst_charge = std::max(worst_charge, b.charge_error());
    worst_metal = std::max(worst_metal, b.metal_error());
    worst_sink  = std::max(worst_sink, b.sink_error());
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

void RunReport::end_of_step(Cell &cell, const Protocol &protocol, const std::string &cause)
{
  const auto &now = protocol.position();
  log.line("   ends after ", quantity_text(now.step_time, "min"), ": ", cause);
  causes.push_back(protocol.description() + ": " + cause);
  if (run.output.fields)
    write_fields(cell, now.run_time);
}

void RunReport::write_fields(Cell &cell, const double time)
{
  // the same instant seen before and after a jump of the current: what comes later stands
  if (time == last_written)
    --n_outputs;
  const auto files = cell.write(folder.file("fields"), n_outputs);
  if (speaks && time != last_written)
  {
    solution->add(time, "fields/" + files.fields_metal, 0);
    solution->add(time, "fields/" + files.fields_electrolyte, 1);
    interface->add(time, "fields/" + files.interface);
  }
  ++n_outputs;
  last_written = time;
}

void RunReport::write_interface_table(const Cell &cell) const
{
  const auto rows = cell.interface_table();
  if (!speaks)
    return;
  const bool plane           = run.cell.dimension == 3;
  std::vector<Column> header = {{"x", "um"}};
  if (plane)
    header.push_back({"z", "um"});
  for (const Column &column :
       {Column{"contact", "1"}, Column{"current", "mA/cm^2"}, Column{"void_radius", "um"}})
    header.push_back(column);
  HistoryFile file(folder.file("interface_final.csv"), header);
  for (const auto &row : rows)
  {
    std::vector<double> values = {row[0]};
    if (plane)
      values.push_back(row[1]);
    values.insert(values.end(), row.begin() + 2, row.end());
    file.add_row(values);
  }
}

void RunReport::draw(const Cell &cell)
{
  write_interface_table(cell);
  if (!speaks || !run.output.figures)
    return;
  for (const Figures &figures :
       {draw_history(folder.file("history.csv"), folder.figures()),
        draw_interface(folder.file("interface_final.csv"), folder.figures())})
  {
    for (const std::string &file : figures.files)
      log.line("figure: ", file);
    if (!figures.warning.empty())
      log.warning(figures.warning);
  }
}

void RunReport::give_up(const Protocol &protocol, const std::string &reason)
{
  // The cell holds what the failed step left: what is written already is the last good state.
  if (speaks && run.output.figures)
    for (const std::string &file : draw_history(folder.file("history.csv"), folder.figures()).files)
      log.line("figure: ", file);
  std::string message = "The run cannot go on: " + reason + "\nThe history up to the last good " +
                        "state, at " + quantity_text(protocol.position().run_time, "s") + ",";
  if (n_outputs > 0)
    message += " and the fields up to " + quantity_text(last_written, "s") + ",";
  message += " is in " + folder.path();
  log.line(message);
  if (speaks && quiet)
    std::cerr << message << std::endl;
}

void RunReport::finish(Cell &cell, const Protocol &protocol)
{
  draw(cell);
  const auto last = cell.observables();
  log.line("steps: ", n_steps, " accepted, ", n_repeated, " repeated");
  log.line("balances, largest relative difference in any step: charge ", short_number(worst_charge),
           " (applied, interface, counter face), metal ", short_number(worst_metal),
           " (inflow + void growth, stripped), sinks ", short_number(worst_sink),
           " (contraction + closure, inflow)");
  std::string parts;
  Json seconds;
  for (const auto &[name, time] : cell.seconds())
  {
    parts += ", " + name + " " + short_number(time) + " s";
    seconds.set(name, time);
  }
  const double wall = MPI_Wtime() - start;
  log.line("time: ", short_number(wall), " s", parts);
  const double radius = last.at("void_radius");
  log.line("result: contact ", short_number(last.at("contact")), ", voltage ",
           short_number(1000 * last.at("voltage")), " mV, ",
           radius < size_of_atoms ? std::string("no voids") :
           cell.resolved()        ? "radius of one void that covers as much " +
                               short_number(1e6 * radius) + " um" :
                             "largest void radius " + short_number(1e6 * radius) + " um",
           " after ", quantity_text(protocol.position().run_time, "min"));
  log.line("results in ", folder.path(), "; open ", folder.file("solution.pvd"), " and ",
           folder.file("interface.pvd"), " in ParaView");
  if (!speaks)
    return;
  Json result, final_values, balances;
  for (const Column &column : history_columns(run.cell.resolved))
    if (last.count(column.name))
      final_values.set(column.name + " [" + column.unit + "]",
                       from_si(last.at(column.name), column.unit));
  balances.set("charge", worst_charge).set("metal", worst_metal).set("sinks", worst_sink);
  seconds.set("total", wall);
  result.set("program", std::string("kavity ") + version)
    .set("commit", commit)
    .set("steps", n_steps)
    .set("repeated_steps", n_repeated)
    .set("run_time [s]", protocol.position().run_time)
    .set("ends", causes)
    .set("final", final_values)
    .set("largest_balance_errors", balances)
    .set("seconds", seconds);
  result.write(folder.file("result.json"));
  checkpoints.remove();
}
} // namespace kavity
