#include "RunBeginning.h"
#include "kavity/analysis/CriticalCurrentStudy.h"
#include "kavity/analysis/RowExchange.h"
#include "kavity/analysis/StopSignals.h"
#include "kavity/analysis/TimeMarch.h"
#include "kavity/app/Command.h"
#include "kavity/core/FileError.h"
#include "kavity/core/Quantity.h"
#include "kavity/core/Version.h"
#include "kavity/io/Figures.h"
#include "kavity/io/Json.h"
#include "kavity/laws/Constants.h"

#include <algorithm>
#include <array>
#include <limits>
#include <set>
#include <sstream>

namespace kavity
{
namespace
{
// Of what has passed against what was to pass.
constexpr double round_off = 1e-9;

// One stack pressure and temperature of the search, on the calling rank alone.
class CellCase : public CriticalCurrentCase
{
public:
  CellCase(const RunParameters &run, const double stack_pressure, const double temperature,
           StopSignals &signals)
    : run(run)
    , signals(signals)
    , stack_pressure(stack_pressure)
    , temperature(temperature)
    , cell(Cell::create(MPI_COMM_SELF, run.cell, stack_pressure, temperature))
  {
  }

  SteadyMargin steady_margin(const double current_density) override
  {
    const auto asked = [&](const double current)
    { return cell->steady_margin(current, run.critical_current.reference_radius); };
    const double above = asked(current_density);
    if (!run.cell.second)
      return {above};
    const double below = asked(-current_density);
    return below > above ? SteadyMargin{below, at_electrode[1]} :
                           SteadyMargin{above, at_electrode[0]};
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
    const auto asked = [&](const unsigned int k)
    {
      const double mu = cell->lowest_potential(k == 0 ? current_density : -current_density);
      return nucleation ? mu + electrode(k).contact->nucleation_potential(temperature) : mu;
    };
    const double above = asked(0);
    if (!run.cell.second)
      return {above};
    const double below = asked(1);
    return below < above ? SteadyMargin{below, at_electrode[1]} :
                           SteadyMargin{above, at_electrode[0]};
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
    ProtocolOutcome worst = strip(current_density, "contact");
    if (!run.cell.second)
      return worst;
    ProtocolOutcome below = strip(-current_density, "contact_2");
    worst.cause += "," + at_electrode[0];
    below.cause += "," + at_electrode[1];
    return below.margin < worst.margin ? below : worst;
  }

  ProtocolOutcome plate(const double current_density, const unsigned int cycles) override
  {
    Plating plating(run.cell.coupling_tolerance);
    if (cycles > 0)
      cycle(current_density, cycles, plating);
    else
      for (const double sign : {-1., 1.})
        if (sign < 0 || run.cell.second)
          half_cycle(sign * current_density, run.critical_current.capacity,
                     fresh_voltage(sign * current_density), 0, plating);
    return {-plating.margin, (plating.margin < 0 ? "no dendrites: " : "dendrites: ") +
                               plating.text(bool(run.cell.second))};
  }

  SearchResult ramp(const std::function<void(double)> &progress) override
  {
    const auto &settings = run.critical_current;
    // of each current the voltage before anything has changed
    const auto fresh = Cell::create(MPI_COMM_SELF, run.cell, stack_pressure, temperature);
    SearchResult result;
    Plating plating(run.cell.coupling_tolerance);
    double contact = 1;
    cell->reset(0.);
    for (unsigned int stage = 0; stage < settings.n_stages(); ++stage)
    {
      const double current = settings.ramp_start + stage * settings.ramp_step;
      progress(current);
      for (unsigned int half = 0; half < 2 * settings.cycles; ++half)
      {
        const std::string where = "half-cycle " + std::to_string(half + 1) + " (" +
                                  (half % 2 == 0 ? "stripping" : "plating") + ") of stage " +
                                  std::to_string(stage + 1);
        try
        {
          result.cause =
            half_cycle_of_ramp(*fresh, half % 2 == 0 ? current : -current, where, plating, contact);
        }
        catch (const NoConvergence &error)
        {
          result.answered = false;
          result.cause = "no answer in " + where + ", " + quantity_text(current, "mA/cm^2") + ": " +
                         error.what() + "; " + survived(result, stage);
          return result;
        }
        if (!result.cause.empty())
        {
          result.current = result.upper = current;
          return result;
        }
        if (const std::string what = used_up(); !what.empty())
        {
          result.cause = survived(result, stage) + ": " + what + " in " + where;
          return result;
        }
      }
      result.lower = current;
    }
    result.cause =
      "none up to " + quantity_text(*result.lower, "mA/cm^2") + ", the last stage of " +
      std::to_string(static_cast<unsigned int>(settings.n_stages())) + ": smallest contact " +
      quantity_text(contact, "1", 4) +
      (plating.worst.plated ? "; no dendrites: " + plating.text(bool(run.cell.second)) : "");
    return result;
  }

  std::string doubts() const override
  {
    std::string all;
    for (const auto &doubt : cell->doubts())
      all += (all.empty() ? "" : "; ") + doubt.second;
    return all;
  }

private:
  const std::array<std::string, 2> at_electrode = {" at the electrode above",
                                                   " at the electrode below"};

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

  /// How far a ramp came that ends in this stage without a failure.
  static std::string survived(const SearchResult &result, const unsigned int stage)
  {
    return result.lower ? "none up to " + quantity_text(*result.lower, "mA/cm^2") + ", stage " +
                            std::to_string(stage) :
                          "no stage is complete";
  }

  /// What the criterion of dendrites has said so far.
  struct Plating
  {
    explicit Plating(const double coupling_tolerance)
      : coupling_tolerance(coupling_tolerance)
    {
    }

    const double coupling_tolerance;
    double margin = -1;    ///< the largest
    DendriteFinding worst; ///< the first of moments with that margin
    unsigned int cycle = 0, electrode = 0;
    double charge = 0;
    std::string truncated; ///< why the first stripping that did ended early

    void note(const Cell &cell, const unsigned int now, const double passed)
    {
      const auto findings = cell.dendrites();
      for (unsigned int k = 0; k < findings.size(); ++k)
      {
        margin = std::max(margin, findings[k].margin);
        if (findings[k].worse_than_earlier(worst, coupling_tolerance))
        {
          worst     = findings[k];
          electrode = k;
          cycle     = now;
          charge    = passed;
        }
      }
    }

    std::string text(const bool two_electrodes) const
    {
      std::string numbers = "margin " + quantity_text(margin, "1", 4) + " " + after_charge(charge) +
                            (cycle > 0 ? " in cycle " + std::to_string(cycle) : "") +
                            (two_electrodes ? electrode == 0 ? " above" : " below" : "") + ", x " +
                            quantity_text(worst.place[0], "um", 4) + ", contact " +
                            quantity_text(worst.contact, "1", 4) + ", " +
                            quantity_text(-worst.current / worst.contact, "mA/cm^2", 4) +
                            " per contact";
      if (worst.stress_intensity > 0)
        numbers += ", K_I " + quantity_text(worst.stress_intensity, "MPa sqrt(m)", 4) +
                   ", pressure " + quantity_text(worst.pressure, "MPa", 4);
      for (const auto &number : worst.numbers)
        numbers += ", " + number.name + " " + quantity_text(number.value, number.unit, 4);
      return numbers + (truncated.empty() ? "" : "; " + truncated);
    }
  };

  /// Strips an electrode of the fresh cell, that of this contact.
  ProtocolOutcome strip(const double current_density, const std::string &contact_there)
  {
    const auto &settings = run.critical_current;
    const double fresh   = fresh_voltage(current_density);
    Protocol protocol =
      settings.half_cycle(current_density, settings.capacity, fresh, run.observables);
    double contact = 1, rise = 0;
    const auto note = [&](const Observables &now)
    {
      const double higher = now.at("voltage") - fresh;
      contact             = std::min(contact, now.at(contact_there));
      rise                = std::max(rise, current_density > 0 ? higher : -higher);
    };
    note(march(protocol, note));
    const std::string end = used_up();
    if (end.empty())
      return settings.judge_half_cycle(protocol.capacity(), contact, rise);
    // what runs out of metal has not failed
    ProtocolOutcome outcome = settings.judge_half_cycle(settings.capacity, contact, rise);
    outcome.cause += ": " + end + " " + after_charge(protocol.capacity());
    return outcome;
  }

  /// Strips and plates; what one half-cycle has passed the other brings back.
  void cycle(const double current_density, const unsigned int cycles, Plating &plating)
  {
    const double plated   = fresh_voltage(-current_density),
                 stripped = fresh_voltage(current_density); // the last one leaves the cell fresh
    for (unsigned int cycle = 1; cycle <= cycles; ++cycle)
    {
      const double charge =
        half_cycle(current_density, run.critical_current.capacity, stripped, cycle, plating);
      half_cycle(-current_density, charge, plated, cycle, plating);
    }
  }

  /// Makes the cell fresh and gives it a current.
  double fresh_voltage(const double current_density)
  {
    cell->reset(0.);
    cell->solve(current_density);
    return cell->observables().at("voltage");
  }

  /// Returns the charge that it passes, C/m^2.
  double half_cycle(const double current_density, const double charge, const double fresh_voltage,
                    const unsigned int cycle, Plating &plating)
  {
    cell->solve(current_density);
    plating.note(*cell, cycle, 0);
    if (!(charge > 0))
      return 0; // contact is lost at once: what plating begins with is all there is
    Protocol protocol =
      run.critical_current.half_cycle(current_density, charge, fresh_voltage, run.observables);
    const auto end      = march(protocol, [&](const Observables &)
                                { plating.note(*cell, cycle, protocol.capacity()); });
    const double passed = protocol.capacity();
    if (passed < (1 - round_off) * charge && plating.truncated.empty())
    {
      const auto cause  = protocol.check(end);
      plating.truncated = (cause ? "voiding first: " : used_up() + ": ") +
                          (current_density > 0 ? "stripping" : "plating") + " ends " +
                          (cause ? "at " + *cause + " " : "") + after_charge(passed) +
                          (cycle > 0 ? " in cycle " + std::to_string(cycle) : "");
    }
    return passed;
  }

  /// Which metal has run out; empty: none has.
  std::string used_up() const
  {
    const Exhaustion end = cell->solved() ? cell->exhausted() : Exhaustion();
    return end.failure ? "" : end.cause;
  }

  /// Why the cell fails in it; empty: it does not.
  std::string half_cycle_of_ramp(Cell &fresh, const double current_density,
                                 const std::string &where, Plating &plating, double &contact)
  {
    const auto &settings = run.critical_current;
    fresh.reset(0.);
    fresh.solve(current_density);
    Protocol protocol = settings.half_cycle_of_ramp(
      current_density, fresh.observables().at("voltage"), run.observables);
    cell->solve(current_density);
    const auto note = [&](const Observables &now)
    {
      plating.note(*cell, 0, protocol.capacity());
      for (const char *name : {"contact", "contact_2"})
        if (const auto found = now.find(name); found != now.end())
          contact = std::min(contact, found->second);
    };
    const auto end = march(protocol, note);
    note(end);
    const std::string why = protocol.check(end).value_or("");
    if (why.rfind("dendrite_margin", 0) == 0)
      return "dendrites in " + where + ": " + plating.text(bool(run.cell.second));
    if (why.rfind("voltage", 0) == 0)
      return "voltage " + quantity_text(settings.voltage_limit, "V") +
             " beyond that of the fresh cell in " + where + ", " +
             after_charge(protocol.capacity());
    if (why.rfind("contact", 0) == 0)
      return "contact below " + quantity_text(settings.contact_limit, "1") +
             (run.cell.second ? at_electrode[why.rfind("contact_2", 0) == 0] : "") + " in " +
             where + ", " + after_charge(protocol.capacity());
    return {};
  }

  /// From the present state, solved, to the end of a protocol, or until a metal is used up; calls
  /// note() with every state but the last, which it returns; the cell is in the state after it.
  template <typename Note>
  Observables march(Protocol &protocol, const Note &note)
  {
    TimeStepControl control(run.time_stepping);
    control.restart();
    auto now       = cell->observables();
    bool has_metal = used_up().empty(); // else it is plated now
    while (!protocol.check(now) && !(has_metal && !used_up().empty()))
    {
      signals.poll();
      const TriedStep tried = try_step(*cell, protocol, control, now);
      if (tried.verdict.decision == Verdict::Decision::give_up)
        throw NoConvergence(tried.verdict.reason);
      if (!tried.verdict.accepted())
        continue;
      note(now);
      now       = tried.after;
      has_metal = has_metal || used_up().empty();
    }
    return now;
  }

  const RunParameters &run;
  StopSignals &signals;
  const double stack_pressure, temperature;
  std::unique_ptr<Cell> cell;
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
