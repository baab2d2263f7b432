#include "RunReport.h"

#include "kavity/analysis/Observables.h"
#include "kavity/analysis/RowExchange.h"
#include "kavity/analysis/StopSignals.h"
#include "kavity/core/FileError.h"
#include "kavity/core/ParameterTree.h"
#include "kavity/core/Quantity.h"
#include "kavity/core/Version.h"
#include "kavity/io/Figures.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <utility>

namespace kavity
{
namespace
{
// Steps of a protocol that computes nothing; more of them, and more cycles, tell nothing new.
constexpr std::size_t most_told = 5;

constexpr double size_of_atoms = 1e-10; // m; no void is smaller

// A liquid of 1e-8 m^2/s, a nanometre thick, in m^3/s.
constexpr double physical_along_interface = 1e-17;

bool failed(const Protocol &protocol)
{
  return protocol.position().failed;
}

// Full cycles that a cell has lasted which has not failed, though its metal may have run out.
std::string none_up_to(const Protocol &protocol)
{
  return "none up to " + std::to_string(protocol.position().cycle);
}

// A radius (m).
std::string voids_of(const double radius, const bool one_for_all)
{
  if (radius < size_of_atoms)
    return "no voids";
  return (one_for_all ? "radius of one void that covers as much " : "largest void radius ") +
         short_number(1e6 * radius) + " um";
}
} // namespace

std::string time_text(const double time)
{
  return quantity_text(time, time < 60 ? "s" : "min");
}

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
  , checkpoint(folder, speaks, run, comm)
  , start(MPI_Wtime())
{
}

std::string RunReport::open(Protocol &protocol, TimeStepControl &control, Observables &observed)
{
  const std::string from = checkpoint.newest();
  ListedFields listed;
  if (!from.empty())
    checkpoint.read(from, protocol, control, observed, tally, listed);
  else
    checkpoint.require_the_same_run();
  agree_on(comm,
           [&]
           {
             if (speaks)
               open_files(!from.empty(), listed);
           });
  log_beginning(log, run, comm);
  const bool anew = folder.resuming() && from.empty();
  for (const std::string &remark : {anew ? std::string() : folder.remark(), checkpoint.remark()})
    if (!remark.empty())
      log.line(remark);
  progress.begin(protocol.position().run_time);
  if (!from.empty())
    log.line("Going on from the checkpoint after ", tally.n_steps, " steps, at ",
             quantity_text(protocol.position().run_time, "s"), ".");
  else if (anew)
    log.line("There is no checkpoint to go on from in '", folder.path(),
             "': the run starts anew from t = 0.");
  MPI_Barrier(comm);
  return from;
}

void RunReport::open_files(const bool goes_on, const ListedFields &listed)
{
  checkpoint.begin_run(goes_on);
  log.open_file(folder.log_file(), goes_on);
  folder.write_parameters(run.parameters);
  const auto columns = history_columns(run.observables);
  if (goes_on)
    history.emplace(folder.file("history.csv"), columns, tally.n_rows);
  else
    history.emplace(folder.file("history.csv"), columns);
  solution.emplace(folder.file("solution.pvd"), listed.solution);
  interface.emplace(folder.file("interface.pvd"), listed.interface);
  std::filesystem::create_directories(folder.file("fields"));
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
  ++tally.n_rows;
  if (cell.solved())
    for (const auto &[kind, doubt] : cell.doubts())
      warn(kind, "from " + quantity_text(now.run_time, "s", 4) + " on " + doubt);
  if (cell.solved())
    if (const std::string text = note_dendrites(tally.dendrite, run, cell, now); !text.empty())
      warn("dendrites", text);
  if (!first)
  {
    ++tally.n_steps;
    if (balances.front().applied_charge != 0)
      tally.worst_charge = std::max(tally.worst_charge, row["charge_error"]);
    tally.worst_metal = std::max(tally.worst_metal, row["metal_error"]);
    tally.worst_sink  = std::max(tally.worst_sink, row["sink_error"]);
    for (const CellBalance &balance : balances)
    {
      tally.restored_metal += std::abs(balance.restored);
      tally.moved_metal += balance.moved_volume;
    }
  }
  if (first || !begun)
    begun = {observed, now.run_time};
  progress.update(
    now.run_time, protocol.time_left(begun->first, observed, now.run_time - begun->second),
    "t " + quantity_text(now.run_time, "s") + ", contact " + short_number(row["contact"]) +
      ", voltage " + voltage_text(row["voltage"]) + ", at most " +
      short_number(0.1 * row["contact_current_max"]) + " mA/cm^2 of contact");
  if (run.output.fields && (first || tally.n_steps % run.output.every == 0))
    write_fields(cell, now.run_time);
}

bool RunReport::checkpoint_due() const
{
  return run.output.checkpoint_every > 0 && tally.n_steps % run.output.checkpoint_every == 0;
}

void RunReport::complete_checkpoint(const std::string &written, const Protocol &protocol,
                                    TimeStepControl &control, Observables &observed)
{
  ListedFields listed;
  if (speaks)
    listed = {solution->entries(), interface->entries()};
  checkpoint.complete(written, folder.file("history.csv"), protocol, control, observed, tally,
                      std::move(listed));
  log.line("checkpoint after ", tally.n_steps, " steps");
}

void RunReport::repeated(const double time_step, const std::string &reason)
{
  ++tally.n_repeated;
  log.line("step of ", short_number(time_step), " s repeated: ", reason);
}

void RunReport::warn(const std::string &kind, const std::string &text)
{
  if (tally.warnings.emplace(kind, text).second)
    log.warning(text);
}

void RunReport::end_of_step(Cell &cell, const Observables &observed, const Protocol &protocol,
                            const std::string &cause)
{
  const auto &now = protocol.position();
  if (!protocol.failure(observed).empty())
  {
    log.line("   ends after ", time_text(now.step_time), ": ", cause);
    tally.causes.push_back(protocol.description() + ": " + cause);
    if (now.run_time == 0)
      warn("failure at the start",
           "the cell fails in the state in which the run begins, before any "
           "charge has passed: " +
             protocol.failure(observed) + "; is that comparison the wrong way round?");
  }
  else if (now.step_time > 0)
  {
    const std::string missed = protocol.missed(observed),
                      why    = cause + (missed.empty() ? "" : "; not met: " + missed),
                      text   = protocol.description() + ": " + why;
    log.line("   ends after ", time_text(now.step_time), ": ", why);
    tally.causes.push_back(text);
    if (!missed.empty())
      warn("unmet conditions of step " + std::to_string(now.step) + " " + cause, text);
  }
  else
  {
    const std::string text = protocol.skipped(observed);
    log.line("   ends where it begins");
    tally.causes.push_back(text);
    warn("skipped step " + std::to_string(now.step) + " " + cause, text);
  }
  if (run.output.fields)
    write_fields(cell, now.run_time);
}

void RunReport::current_skipped(const Protocol &protocol, const std::string &why)
{
  tally.causes.push_back(why);
  warn("skipped current of step " + std::to_string(protocol.position().step), why);
  log.line("-- ", protocol.description());
}

void RunReport::write_fields(Cell &cell, const double time)
{
  if (!cell.solved())
    return log.line("no fields at ", quantity_text(time, "s"),
                    ": they did not converge on the new mesh");
  // the same instant seen before and after a jump of the current: what comes later stands
  if (time == tally.last_written)
    --tally.n_outputs;
  const auto files = cell.write(folder.file("fields"), tally.n_outputs);
  agree_on(comm,
           [&]
           {
             if (!speaks || time == tally.last_written)
               return;
             for (unsigned int part = 0; part < files.fields.size(); ++part)
               solution->add(time, "fields/" + files.fields[part], part);
             for (unsigned int part = 0; part < files.interfaces.size(); ++part)
               interface->add(time, "fields/" + files.interfaces[part], part);
           });
  ++tally.n_outputs;
  tally.last_written = time;
}

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

void RunReport::warn_of_unsolved_end(const double time)
{
  warn("unsolved end",
       "the fields at the end, at " + quantity_text(time, "s", 4) +
         ", did not converge on a new mesh: history.csv and 'final' in result.json are what they "
         "were on the mesh before, " +
         (run.output.fields ? "the last fields in solution.pvd and interface.pvd are of " +
                                quantity_text(tally.last_written, "s", 4) + ", " :
                              "") +
         "and there is no interface_final.csv");
}

void RunReport::draw(const bool interface_too)
{
  if (!speaks || !run.output.figures)
    return;
  log_figures(log, draw_history(folder.file("history.csv"), folder.figures()));
  if (interface_too)
    log_figures(log, draw_interface(folder.file("interface_final.csv"), folder.figures()));
}

void RunReport::give_up(const Protocol &protocol, const std::string &reason)
{
  // The cell holds what the failed step left: what is written already is the last good state.
  std::string message = "The run cannot go on: " + reason + "\n";
  if (tally.n_rows == 0)
    message += "Not even the initial state could be solved: there is no history.";
  else
  {
    message += "The history up to the last good state, at " +
               quantity_text(protocol.position().run_time, "s") + ",";
    if (tally.n_outputs > 0)
      message += " and the fields up to " + quantity_text(tally.last_written, "s") + ",";
    message += " is in " + folder.path();
  }
  if (const double along = run.cell.metal.interface_diffusivity; along > physical_along_interface)
    message += "\n[Metal/Interface diffusivity] " + quantity_text(along, "m^3/s") +
               " is more than any interface has, about " +
               quantity_text(physical_along_interface, "m^3/s") +
               ", and makes the exchange of voids stiff: this may be why";
  for (const auto &warning : tally.warnings)
    message += "\nwarning: " + warning.second;
  log.error(message);
  if (speaks && tally.n_rows > 0 && run.output.figures)
    for (const std::string &file : draw_history(folder.file("history.csv"), folder.figures()).files)
      log.line("figure: ", file);
}

void RunReport::stop_without_files(const std::string &reason)
{
  log.error(reason + "; the run stops, and " + folder.way_on());
}

void RunReport::stop_by_signal(const Protocol &protocol, const int signal)
{
  log.error("Stopped by " + StopSignals::name(signal) + " at " +
            quantity_text(protocol.position().run_time, "s") + ", after " +
            std::to_string(tally.n_steps) + " steps, with a checkpoint in '" + folder.path() +
            "'; --resume goes on from there");
}

void RunReport::write_result(const Cell &cell, const Observables &last, const Protocol &protocol)
{
  Json result, balances, seconds;
  balances.set("charge", tally.worst_charge)
    .set("metal", tally.worst_metal)
    .set("sinks", tally.worst_sink);
  if (run.cell.resolved && tally.moved_metal > 0)
    balances.set("restored_metal", tally.restored_metal / tally.moved_metal);
  for (const auto &[name, time] : cell.seconds())
    seconds.set(name, time);
  seconds.set("total", MPI_Wtime() - start);
  std::vector<std::string> warned;
  for (const auto &warning : tally.warnings)
    warned.push_back(warning.second);
  result.set("program", std::string("kavity ") + version)
    .set("commit", commit)
    .set("steps", tally.n_steps)
    .set("repeated_steps", tally.n_repeated)
    .set("run_time [s]", protocol.position().run_time)
    .set("ends", tally.causes)
    .set("warnings", warned)
    .set("final", final_values(run.observables, last))
    .set("largest_balance_errors", balances)
    .set("seconds", seconds);
  if (protocol.can_fail() && failed(protocol))
    result.set("cycles_to_failure", protocol.position().cycle + 1)
      .set("failure", tally.causes.back());
  else if (protocol.can_fail())
    result.set("cycles_to_failure", none_up_to(protocol));
  if (!protocol.finished())
    result.set("used_up", tally.causes.back());
  if (run.cell.dendrites.any())
    result.set("dendrites", json_of(tally.dendrite, run));
  result.write(folder.file("result.json"));
  checkpoint.end_run();
}

void RunReport::summarise(const Cell &cell, const Observables &last, const Protocol &protocol)
{
  log.line("steps: ", tally.n_steps, " accepted, ", tally.n_repeated, " repeated");
  log.line("balances, largest relative difference in any step: charge ",
           short_number(tally.worst_charge), " (applied, interface, counter face), metal ",
           short_number(tally.worst_metal),
           run.cell.resolved ? " (inflow + void growth + metal put back, stripped), sinks " :
                               " (inflow + void growth, stripped), sinks ",
           short_number(tally.worst_sink), " (contraction + closure, inflow)");
  if (run.cell.resolved && tally.moved_metal > 0)
    log.line("metal that changes of the mesh lost, and that was put back: ",
             short_number(tally.restored_metal / tally.moved_metal),
             " of what moved, or could have");
  std::string parts;
  for (const auto &[name, time] : cell.seconds())
    parts += ", " + name + " " + short_number(time) + " s";
  log.line("time: ", short_number(MPI_Wtime() - start), " s", parts);
  const auto &second = run.cell.second;
  const bool in_plane =
    run.cell.dimension == 2 && run.cell.geometry.coordinates == Coordinates::plane;
  log.line("result: contact ", short_number(last.at("contact")), ", voltage ",
           voltage_text(last.at("voltage")), ", ",
           voids_of(last.at("void_radius"), run.cell.resolved && !in_plane),
           second ?
             "; of the electrode below: contact " + short_number(last.at("contact_2")) + ", " +
               voids_of(last.at("void_radius_2"), second->resolved && !in_plane) + ";" :
             std::string(),
           " after ", time_text(protocol.position().run_time));
  if (protocol.can_fail())
    log.line("cycles to failure: ",
             failed(protocol) ?
               std::to_string(protocol.position().cycle + 1) + ", " + tally.causes.back() :
               none_up_to(protocol) + (protocol.finished() ?
                                         "" :
                                         ", and the cell did not fail: " + tally.causes.back()));
  if (run.cell.dendrites.any())
    log.line(summary_of(tally.dendrite, run));
  for (const auto &warning : tally.warnings)
    log.warning(warning.second);
  log.line("results in ", folder.path(),
           run.output.fields ? "; open " + folder.file("solution.pvd") + " and " +
                                 folder.file("interface.pvd") + " in ParaView" :
                               ": " + folder.file("history.csv"));
}

bool RunReport::finish(Cell &cell, const Observables &last, const Protocol &protocol)
{
  // that the cell fails at once is an answer
  if (tally.n_steps == 0 && !failed(protocol))
  {
    log.error(
      "Nothing was computed: every step of the protocol ends where it begins.\n" +
      join({tally.causes.begin(), tally.causes.begin() + std::min(tally.causes.size(), most_told)},
           "\n"));
    return false;
  }
  std::vector<std::vector<std::array<double, 5>>> tables;
  if (!cell.solved())
    warn_of_unsolved_end(protocol.position().run_time);
  else
    for (unsigned int electrode = 0; electrode < (run.cell.second ? 2 : 1); ++electrode)
      tables.push_back(cell.interface_table(electrode));
  // the figures take scripts that may fail or last: a run without them is finished
  agree_on(comm,
           [&]
           {
             if (!speaks)
               return;
             for (std::size_t k = 0; k < tables.size(); ++k)
               write_interface_table(k == 0 ? "interface_final.csv" : "interface_final_2.csv",
                                     tables[k]);
             write_result(cell, last, protocol);
           });
  draw(cell.solved());
  summarise(cell, last, protocol);
  return true;
}
} // namespace kavity
