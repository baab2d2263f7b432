#include "RunReport.h"
#include "kavity/app/CriticalCurrentStudy.h"
#include "kavity/app/Figures.h"
#include "kavity/app/Json.h"
#include "kavity/app/Simulation.h"
#include "kavity/app/TimeMarch.h"
#include "kavity/core/Quantity.h"
#include "kavity/core/Version.h"
#include "kavity/laws/Constants.h"

#include <algorithm>
#include <iostream>
#include <sstream>

namespace kavity
{
namespace
{
// One stack pressure and temperature of the search, on the calling rank alone.
class CellCase : public CriticalCurrentCase
{
public:
  CellCase(const RunParameters &run, const double stack_pressure, const double temperature)
    : run(run)
    , cell(Cell::create(MPI_COMM_SELF, run.cell, stack_pressure, temperature))
  {
  }

  double steady_margin(const double current_density) override
  {
    return cell->steady_margin(current_density, run.critical_current.reference_radius);
  }

  std::optional<SearchResult> hold(const double start, const SearchRange &range,
                                   const HoldProgress &progress) override
  {
    if (!cell->resolved())
      return {};
    return hold_voids(
      *cell, run.time_stepping,
      {run.cell.void_field.settling_time, start, range, faraday / run.cell.metal.molar_volume},
      progress);
  }

  ProtocolOutcome run_protocol(const double current_density) override
  {
    const auto &settings = run.critical_current;
    Protocol protocol    = settings.half_cycle(current_density);
    double contact = 1, voltage = 0;
    const auto note = [&](const Observables &now)
    {
      contact = std::min(contact, now.at("contact"));
      voltage = std::max(voltage, std::abs(now.at("voltage")));
    };
    cell->reset();
    note(march(protocol, note));
    return settings.judge_half_cycle(protocol.capacity(), contact, voltage);
  }

private:
  /// From the present state to the end of a protocol; calls note() with every state but the last,
  /// which it returns.
  template <typename Note>
  Observables march(Protocol &protocol, const Note &note)
  {
    TimeStepControl control(run.time_stepping);
    control.restart();
    cell->solve(protocol.current_density());
    auto now = cell->observables();
    while (!protocol.check(now))
    {
      const TriedStep tried = try_step(*cell, protocol, control, now);
      if (tried.verdict.decision == Verdict::Decision::give_up)
        throw NoConvergence(tried.verdict.reason);
      if (!tried.verdict.accepted())
        continue;
      note(now);
      now = tried.after;
    }
    return now;
  }

  const RunParameters &run;
  std::unique_ptr<Cell> cell;
};

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
    table.push_back(line);
  }
  Json result;
  result.set("program", std::string("kavity ") + version)
    .set("commit", commit)
    .set("critical_currents", table)
    .set("seconds", seconds);
  result.write(folder.file("result.json"));
}
} // namespace

int run_critical_current(const Options &options, MPI_Comm comm)
{
  const double start = MPI_Wtime();
  const auto run     = RunParameters::from_file(options.files.at(0), options.overrides,
                                                RunParameters::Purpose::critical_current);
  int rank           = 0;
  MPI_Comm_rank(comm, &rank);
  const RunFolder folder = open_run_folder(options, comm);
  if (folder.finished())
    return 0;
  Log log = make_log(rank == 0, options.quiet);
  if (rank == 0)
  {
    log.open_file(folder.log_file(), folder.resuming());
    folder.write_parameters(run.parameters);
  }
  log_beginning(log, run, comm);
  if (!folder.remark().empty())
    log.line(folder.remark());

  std::ostringstream resolved;
  resolved << "# kavity " << version << "\n";
  run.parameters.print(resolved, "prm");
  const auto factory = [&run](const double stack_pressure, const double temperature)
  { return std::make_unique<CellCase>(run, stack_pressure, temperature); };
  const auto rows =
    CriticalCurrentStudy(run.critical_current, factory, folder.path(), resolved.str(), comm, log)
      .run();
  int answers = std::count_if(rows.begin(), rows.end(),
                              [](const auto &row) { return row.current.has_value(); });
  MPI_Bcast(&answers, 1, MPI_INT, 0, comm);
  if (rank == 0)
  {
    std::ostringstream table;
    print_critical_currents(table, run.critical_current, rows);
    log.line(table.str());
    const Figures figures =
      run.output.figures ?
        draw_critical_current(folder.file("critical_current.csv"), folder.figures()) :
        Figures();
    for (const std::string &file : figures.files)
      log.line("figure: ", file);
    if (!figures.warning.empty())
      log.warning(figures.warning);
    const double seconds = MPI_Wtime() - start;
    if (answers > 0)
      write_result(folder, rows, seconds);
    log.line("results in ", folder.path(), " after ", seconds, " s");
  }
  return answers > 0 ? 0 : 3;
}
} // namespace kavity
