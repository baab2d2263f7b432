#include "RunReport.h"
#include "kavity/analysis/Observables.h"
#include "kavity/analysis/RowExchange.h"
#include "kavity/analysis/StopSignals.h"
#include "kavity/core/Quantity.h"
#include "kavity/core/Version.h"
#include "kavity/io/Figures.h"

#include <filesystem>

namespace kavity
{
namespace
{
constexpr double size_of_atoms = 1e-10; // m; no void is smaller

// A liquid of 1e-8 m^2/s, a nanometre thick, in m^3/s.
constexpr double physical_along_interface = 1e-17;
} // namespace

void RunReport::write_interface_table(const std::string &name,
                                      const std::vector<std::array<double, 5>> &rows) const
{
  const bool plane           = run.cell.dimension == 3;
  std::vector<Column> header = {{"x", "um"}};
  if (plane)
    header.push_back({"z", "um"});
  for (const Column &column :
       {Column{"contact", "1"}, Column{"current", "mA/cm^2"}, Column{"void_radius", "um"}})
    header.push_back(column);
  HistoryFile file(folder.file(name), header);
  for (const auto &row : rows)
  {
    std::vector<double> values = {row[0]};
    if (plane)
      values.push_back(row[1]);
    values.insert(values.end(), row.begin() + 2, row.end());
    file.add_row(values);
  }
}

void RunReport::draw()
{
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
  std::string message = "The run cannot go on: " + reason + "\n";
  if (n_rows == 0)
    message += "Not even the initial state could be solved: there is no history.";
  else
  {
    message += "The history up to the last good state, at " +
               quantity_text(protocol.position().run_time, "s") + ",";
    if (n_outputs > 0)
      message += " and the fields up to " + quantity_text(last_written, "s") + ",";
    message += " is in " + folder.path();
  }
  if (const double along = run.cell.metal.interface_diffusivity; along > physical_along_interface)
    message += "\n[Metal/Interface diffusivity] " + quantity_text(along, "m^3/s") +
               " is more than any interface has, about " +
               quantity_text(physical_along_interface, "m^3/s") +
               ", and makes the exchange of voids stiff: this may be why";
  for (const auto &warning : warnings)
    message += "\nwarning: " + warning.second;
  log.error(message);
  if (speaks && n_rows > 0 && run.output.figures)
    for (const std::string &file : draw_history(folder.file("history.csv"), folder.figures()).files)
      log.line("figure: ", file);
}

void RunReport::stop_without_files(const std::string &reason)
{
  log.error(reason + "; the run stops, and goes on with --resume once files can be written again");
}

void RunReport::stop_by_signal(const Protocol &protocol, const int signal)
{
  log.error("Stopped by " + StopSignals::name(signal) + " at " +
            quantity_text(protocol.position().run_time, "s") + ", after " +
            std::to_string(n_steps) + " steps, with a checkpoint in '" + folder.path() +
            "'; --resume goes on from there");
}

void RunReport::write_result(const Cell &cell, const Observables &last, const Protocol &protocol)
{
  Json result, balances, seconds;
  balances.set("charge", worst_charge).set("metal", worst_metal).set("sinks", worst_sink);
  for (const auto &[name, time] : cell.seconds())
    seconds.set(name, time);
  seconds.set("total", MPI_Wtime() - start);
  std::vector<std::string> warned;
  for (const auto &warning : warnings)
    warned.push_back(warning.second);
  result.set("program", std::string("kavity ") + version)
    .set("commit", commit)
    .set("steps", n_steps)
    .set("repeated_steps", n_repeated)
    .set("run_time [s]", protocol.position().run_time)
    .set("ends", causes)
    .set("warnings", warned)
    .set("final", final_values(run.observables, last))
    .set("largest_balance_errors", balances)
    .set("seconds", seconds);
  result.write(folder.file("result.json"));
  checkpoints.remove();
  std::filesystem::remove(entries_file());
}

void RunReport::summarise(const Cell &cell, const Observables &last, const Protocol &protocol)
{
  log.line("steps: ", n_steps, " accepted, ", n_repeated, " repeated");
  log.line("balances, largest relative difference in any step: charge ", short_number(worst_charge),
           " (applied, interface, counter face), metal ", short_number(worst_metal),
           " (inflow + void growth, stripped), sinks ", short_number(worst_sink),
           " (contraction + closure, inflow)");
  std::string parts;
  for (const auto &[name, time] : cell.seconds())
    parts += ", " + name + " " + short_number(time) + " s";
  log.line("time: ", short_number(MPI_Wtime() - start), " s", parts);
  const double radius = last.at("void_radius");
  log.line("result: contact ", short_number(last.at("contact")), ", voltage ",
           short_number(1000 * last.at("voltage")), " mV, ",
           radius < size_of_atoms ? std::string("no voids") :
           run.cell.resolved      ? "radius of one void that covers as much " +
                                 short_number(1e6 * radius) + " um" :
                               "largest void radius " + short_number(1e6 * radius) + " um",
           " after ", quantity_text(protocol.position().run_time, "min"));
  for (const auto &warning : warnings)
    log.warning(warning.second);
  log.line("results in ", folder.path(),
           run.output.fields ? "; open " + folder.file("solution.pvd") + " and " +
                                 folder.file("interface.pvd") + " in ParaView" :
                               ": " + folder.file("history.csv"));
}

void RunReport::finish(Cell &cell, const Observables &last, const Protocol &protocol)
{
  if (n_steps == 0)
    throw InputError("Nothing was computed: every step of the protocol ends where it begins.\n" +
                     causes.front());
  std::vector<std::vector<std::array<double, 5>>> tables = {cell.interface_table(0)};
  if (run.cell.second)
    tables.push_back(cell.interface_table(1));
  // the figures take scripts that may fail or last: a run without them is finished
  agree_on(comm,
           [&]
           {
             if (!speaks)
               return;
             write_interface_table("interface_final.csv", tables.front());
             if (run.cell.second)
               write_interface_table("interface_final_2.csv", tables.back());
             write_result(cell, last, protocol);
           });
  draw();
  summarise(cell, last, protocol);
}
} // namespace kavity
