#include "HalfCycles.h"
#include "RunBeginning.h"
#include "kavity/analysis/CriticalCurrentStudy.h"
#include "kavity/analysis/RowExchange.h"
#include "kavity/analysis/StopSignals.h"
#include "kavity/app/Command.h"
#include "kavity/core/FileError.h"
#include "kavity/core/Quantity.h"
#include "kavity/core/Version.h"
#include "kavity/io/Figures.h"
#include "kavity/io/Json.h"
#include "kavity/laws/Constants.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <set>
#include <sstream>

namespace kavity
{
namespace
{
// One stack pressure and temperature of the search, on the calling rank alone.
class CellCase : public CriticalCurrentCase
{
public:
  CellCase(const RunParameters &run, const double stack_pressure, const double temperature,
           StopSignals &signals)
    : run(run)
    , stack_pressure(stack_pressure)
    , temperature(temperature)
    , cell(Cell::create(MPI_COMM_SELF, run.cell, stack_pressure, temperature))
    , half_cycles(*cell, run, signals)
  {
  }

  SteadyMargin steady_margin(const double current_density) override
  {
    const double radius = run.critical_current.reference_radius;
    return worse_of(
      [&](const unsigned int k)
      { return cell->steady_margin(k == 0 ? current_density : -current_density, radius); },
      std::greater<>());
  }

  std::string never_grows() override
  {
    std::string why;
    for (unsigned int k = 0; k < n_electrodes(); ++k)
      if (why = never_grows(electrode(k)); why.empty())
        return {};
    return why;
  }

  SteadyMargin potential_margin(const double current_density, const bool nucleation) override
  {
    return worse_of(
      [&](const unsigned int k)
      {
        const double mu = cell->lowest_potential(k == 0 ? current_density : -current_density);
        return nucleation ? mu + electrode(k).contact->nucleation_potential(temperature) : mu;
      },
      std::less<>());
  }

  std::optional<SearchResult> hold(const HeldQuantity quantity, const double start,
                                   const SearchRange &range, const HoldProgress &progress) override
  {
    std::optional<SearchResult> worst;
    for (unsigned int k = 0; k < n_electrodes(); ++k)
    {
      if (!electrode(k).has_voids_to_hold())
        continue;
      // near what sinks on the interface can take the metal is settled from the start
      const Metal &metal = electrode(k).metal;
      const double R_s   = metal.interface_sink_resistance(temperature);
      const double guess = R_s > 0 ? metal.molar_volume * stack_pressure / (faraday * R_s) : start;
      SearchResult found = hold_voids(*cell, run.time_stepping,
                                      {quantity, electrode(k).void_field.settling_time, guess,
                                       range, faraday / metal.molar_volume, k == 1},
                                      progress);
      if (run.cell.second)
        found.cause += "," + at_electrode[k];
      if (!worst || held_by(found) < held_by(*worst))
        worst = found;
    }
    return worst;
  }

  ProtocolOutcome run_protocol(const double current_density) override
  {
    return half_cycles.run_protocol(current_density);
  }

  ProtocolOutcome plate(const double current_density, const unsigned int cycles) override
  {
    return half_cycles.plate(current_density, cycles);
  }

  SearchResult ramp(const std::function<void(double)> &progress) override
  {
    const auto fresh = Cell::create(MPI_COMM_SELF, run.cell, stack_pressure, temperature);
    return half_cycles.ramp(*fresh, progress);
  }

  std::string doubts() const override
  {
    std::string all;
    for (const auto &doubt : cell->doubts())
      all += (all.empty() ? "" : "; ") + doubt.second;
    return all;
  }

private:
  unsigned int n_electrodes() const
  {
    return run.cell.second ? 2 : 1;
  }

  /// The current that holds voids, A/m^2; where none of the range does, what lies beyond its end.
  static double held_by(const SearchResult &found)
  {
    constexpr double infinite = std::numeric_limits<double>::infinity();
    return found.current ? *found.current : found.upper ? -infinite : infinite;
  }

  const ElectrodeParameters &electrode(const unsigned int k) const
  {
    return k == 0 ? static_cast<const ElectrodeParameters &>(run.cell) : *run.cell.second;
  }

  std::string never_grows(const ElectrodeParameters &parameters) const
  {
    const ContactLaw &law = *parameters.contact;
    InterfaceState voids  = law.initial_state(parameters.population);
    voids.void_volume =
      law.void_volume(run.critical_current.reference_radius, parameters.population);
    const double R_a = law.roof_resistance(voids, parameters.metal, temperature),
                 R_s = parameters.metal.interface_sink_resistance(temperature);
    if (R_s == 0 || R_a < R_s)
      return {};
    return "none: voids of this radius cannot be fed as fast as their roofs come down (" +
           quantity_text(R_a, "ohm cm^2", 3) + " of diffusion against " +
           quantity_text(R_s, "ohm cm^2", 3) + " of the interface sinks), whatever the current";
  }

  /// Of two electrodes the one where what is asked for is worse.
  template <typename Asked, typename IsWorse>
  SteadyMargin worse_of(const Asked &asked, const IsWorse &is_worse) const
  {
    const double above = asked(0u);
    if (!run.cell.second)
      return {above};
    const double below = asked(1u);
    return is_worse(below, above) ? SteadyMargin{below, at_electrode[1]} :
                                    SteadyMargin{above, at_electrode[0]};
  }

  const RunParameters &run;
  const double stack_pressure, temperature;
  std::unique_ptr<Cell> cell;
  HalfCycles half_cycles;
};

// Each once.
std::vector<std::string> warnings_of(const std::vector<CriticalCurrentRow> &rows)
{
  std::set<std::string> all;
  for (const auto &row : rows)
    if (!row.warning.empty())
      all.insert(row.warning);
  return {all.begin(), all.end()};
}

void write_result(const RunFolder &folder, const std::vector<CriticalCurrentRow> &rows,
                  const double seconds)
{
  std::vector<Json> table;
  for (const auto &row : rows)
  {
    Json line;
    line.set("stack_pressure [MPa]", from_si(row.stack_pressure, "MPa"))
      .set("temperature [degC]", from_si(row.temperature, "degC"))
      .set("kind", row.kind)
      .set("cause", row.cause);
    if (row.current)
      line.set("critical_current [mA/cm^2]", from_si(*row.current, "mA/cm^2"));
    else if (row.lower) // without an answer it came that far
      line.set("above [mA/cm^2]", from_si(*row.lower, "mA/cm^2"));
    else if (row.upper && is_answer(row))
      line.set("below [mA/cm^2]", from_si(*row.upper, "mA/cm^2"));
    if (!row.warning.empty())
      line.set("warning", row.warning);
    table.push_back(line);
  }
  Json result;
  result.set("program", std::string("kavity ") + version)
    .set("commit", commit)
    .set("critical_currents", table)
    .set("warnings", warnings_of(rows))
    .set("seconds", seconds);
  result.write(folder.file("result.json"));
}

// The file of the log, and its first lines.
void open_log(Log &log, const RunFolder &folder, const RunParameters &run,
              const CriticalCurrentStudy &study, MPI_Comm comm)
{
  agree_on(comm,
           [&]
           {
             if (!log.speaks())
               return;
             log.open_file(folder.log_file(), folder.resuming());
             folder.write_parameters(run.parameters);
           });
  log_beginning(log, run, comm);
  if (folder.resuming() && !study.begun())
    log.line("No critical current in '", folder.path(), "' is known yet: the search starts anew.");
  else if (!folder.remark().empty())
    log.line(folder.remark());
  for (const std::string &doubt : run.doubts(RunParameters::Purpose::critical_current))
    log.warning(doubt);
  const auto &kinds = run.critical_current.kinds;
  const auto asked  = [&](const char *kind)
  { return std::find(kinds.begin(), kinds.end(), kind) != kinds.end(); };
  if (run.cell.base_radius > 0 && !run.cell.resolved && asked("void_inf"))
    log.line("void_inf: voids have Critical current/Reference radius = ",
             quantity_text(run.critical_current.reference_radius, "um"),
             " everywhere; Voids/Base radius = ", quantity_text(run.cell.base_radius, "um"),
             asked("void_protocol") ? " counts for void_protocol alone" : " has no effect");
}

// The figures last: they take scripts that may fail or last.
void report(Log &log, const RunFolder &folder, const RunParameters &run,
            const std::vector<CriticalCurrentRow> &rows, const double seconds)
{
  std::ostringstream table;
  print_critical_currents(table, run.critical_current, rows);
  log.line(table.str());
  if (std::any_of(rows.begin(), rows.end(), is_answer))
    write_result(folder, rows, seconds);
  if (run.output.figures)
    log_figures(log, draw_critical_current(folder.file("critical_current.csv"), folder.figures()));
  for (const std::string &warning : warnings_of(rows))
    log.warning(warning);
  log.line("results in ", folder.path(), " after ", seconds, " s");
}

// `kavity critical-current`: searches critical currents over stack pressures and temperatures,
// cases spread over the ranks. Exit code: 3 when no case converged, 4 when files cannot be written,
// 128 + n when signal n has stopped it (the cases done are then in the folder).
int run_critical_current(const Options &options, MPI_Comm comm)
{
  const double start = MPI_Wtime();
  const auto run     = RunParameters::from_file(options.files.at(0), options.overrides,
                                                RunParameters::Purpose::critical_current, comm);
  int rank           = 0;
  MPI_Comm_rank(comm, &rank);
  const RunFolder folder = open_run_folder(options, comm);
  Log log                = make_log(rank == 0, options.quiet);
  auto entries           = deciding_a_critical_current(run.parameters);
  entries["program"]     = std::string("kavity ") + version;
  auto signals           = std::make_unique<StopSignals>(comm);
  const auto factory     = [&](const double stack_pressure, const double temperature)
  { return std::make_unique<CellCase>(run, stack_pressure, temperature, *signals); };
  CriticalCurrentStudy study(run.critical_current, factory, folder.path(), entries, comm, log,
                             [&signals] { signals->poll(); });
  study.load();
  if (folder.finished() && study.complete())
  {
    log.line("All critical currents of the file are known: there is nothing to go on with.");
    return 0;
  }
  open_log(log, folder, run, study, comm);
  std::vector<CriticalCurrentRow> rows;
  try
  {
    rows = study.run();
  }
  catch (const FileError &error)
  {
    log.error(std::string(error.what()) + "; the search stops, and " + folder.way_on());
    return exit_code_of_file_errors;
  }
  const int signal = signals->agreed();
  signals.reset();
  int complete = study.complete();
  MPI_Bcast(&complete, 1, MPI_INT, 0, comm);
  if (signal != 0 && complete == 0)
  {
    log.error(study.stopped_by(StopSignals::name(signal)));
    return exit_code_of_signal(signal);
  }
  int answers = std::count_if(rows.begin(), rows.end(), is_answer);
  MPI_Bcast(&answers, 1, MPI_INT, 0, comm);
  agree_on(comm,
           [&]
           {
             if (rank == 0)
               report(log, folder, run, rows, MPI_Wtime() - start);
           });
  return answers > 0 ? 0 : 3;
}

const RegisteredCommand
  registered("critical-current", "FILE",
             "find the critical current over stack pressures and temperatures",
             {"set", "output", "resume", "quiet"}, run_critical_current);
} // namespace
} // namespace kavity
