#include "HalfCycles.h"

#include "kavity/analysis/TimeMarch.h"
#include "kavity/core/NoConvergence.h"
#include "kavity/core/Quantity.h"

#include <algorithm>

namespace kavity
{
namespace
{
// Of what has passed against what was to pass.
constexpr double round_off = 1e-9;

// How far a ramp came that ends in this stage without a failure.
std::string survived(const SearchResult &result, const unsigned int stage)
{
  return result.lower ? "none up to " + quantity_text(*result.lower, "mA/cm^2") + ", stage " +
                          std::to_string(stage) :
                        "no stage is complete";
}

// Makes a cell fresh and gives it a current; V.
double fresh_voltage(Cell &cell, const double current_density)
{
  cell.reset(0.);
  cell.solve(current_density);
  return cell.observables().at("voltage");
}
} // namespace

// What the criterion of dendrites has said so far.
struct HalfCycles::Plating
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
    std::string numbers =
      "margin " + quantity_text(margin, "1", 4) + " " + after_charge(charge) +
      (cycle > 0 ? " in cycle " + std::to_string(cycle) : "") +
      (two_electrodes ? electrode == 0 ? " at the electrode above" : " at the electrode below" :
                        "") +
      ", x " + quantity_text(worst.place[0], "um", 4) + ", contact " +
      quantity_text(worst.contact, "1", 4) + ", " +
      quantity_text(-worst.current / worst.contact, "mA/cm^2", 4) + " per contact";
    if (worst.stress_intensity > 0)
      numbers += ", K_I " + quantity_text(worst.stress_intensity, "MPa sqrt(m)", 4) +
                 ", pressure " + quantity_text(worst.pressure, "MPa", 4);
    for (const auto &number : worst.numbers)
      numbers += ", " + number.name + " " + quantity_text(number.value, number.unit, 4);
    return numbers + (truncated.empty() ? "" : "; " + truncated);
  }
};

HalfCycles::HalfCycles(Cell &cell, const RunParameters &run, StopSignals &signals)
  : cell(cell)
  , run(run)
  , signals(signals)
{
}

ProtocolOutcome HalfCycles::run_protocol(const double current_density)
{
  ProtocolOutcome worst = strip(current_density, "contact");
  if (!run.cell.second)
    return worst;
  ProtocolOutcome below = strip(-current_density, "contact_2");
  worst.cause += "," + at_electrode[0];
  below.cause += "," + at_electrode[1];
  return below.margin < worst.margin ? below : worst;
}

ProtocolOutcome HalfCycles::strip(const double current_density, const std::string &contact_there)
{
  const auto &settings = run.critical_current;
  const double fresh   = fresh_voltage(cell, current_density);
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

ProtocolOutcome HalfCycles::plate(const double current_density, const unsigned int cycles)
{
  Plating plating(run.cell.coupling_tolerance);
  if (cycles > 0)
    cycle(current_density, cycles, plating);
  else
    for (const double sign : {-1., 1.})
      if (sign < 0 || run.cell.second)
        half_cycle(sign * current_density, run.critical_current.capacity,
                   fresh_voltage(cell, sign * current_density), 0, plating);
  return {-plating.margin, (plating.margin < 0 ? "no dendrites: " : "dendrites: ") +
                             plating.text(bool(run.cell.second))};
}

void HalfCycles::cycle(const double current_density, const unsigned int cycles, Plating &plating)
{
  const double plated = fresh_voltage(cell, -current_density),
               stripped =
                 fresh_voltage(cell, current_density); // the last one leaves the cell fresh
  for (unsigned int cycle = 1; cycle <= cycles; ++cycle)
  {
    const double charge =
      half_cycle(current_density, run.critical_current.capacity, stripped, cycle, plating);
    half_cycle(-current_density, charge, plated, cycle, plating);
  }
}

double HalfCycles::half_cycle(const double current_density, const double charge,
                              const double fresh_voltage, const unsigned int cycle,
                              Plating &plating)
{
  cell.solve(current_density);
  plating.note(cell, cycle, 0);
  if (!(charge > 0))
    return 0; // contact is lost at once: what plating begins with is all there is
  Protocol protocol =
    run.critical_current.half_cycle(current_density, charge, fresh_voltage, run.observables);
  const auto end =
    march(protocol, [&](const Observables &) { plating.note(cell, cycle, protocol.capacity()); });
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

SearchResult HalfCycles::ramp(Cell &fresh, const std::function<void(double)> &progress)
{
  const auto &settings = run.critical_current;
  SearchResult result;
  Plating plating(run.cell.coupling_tolerance);
  double contact = 1;
  cell.reset(0.);
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
          half_cycle_of_ramp(fresh, half % 2 == 0 ? current : -current, where, plating, contact);
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

std::string HalfCycles::half_cycle_of_ramp(Cell &fresh, const double current_density,
                                           const std::string &where, Plating &plating,
                                           double &contact)
{
  const auto &settings = run.critical_current;
  Protocol protocol    = settings.half_cycle_of_ramp(
       current_density, fresh_voltage(fresh, current_density), run.observables);
  cell.solve(current_density);
  const auto note = [&](const Observables &now)
  {
    plating.note(cell, 0, protocol.capacity());
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
           " beyond that of the fresh cell in " + where + ", " + after_charge(protocol.capacity());
  if (why.rfind("contact", 0) == 0)
    return "contact below " + quantity_text(settings.contact_limit, "1") +
           (run.cell.second ? at_electrode[why.rfind("contact_2", 0) == 0] : "") + " in " + where +
           ", " + after_charge(protocol.capacity());
  return {};
}

std::string HalfCycles::used_up() const
{
  const Exhaustion end = cell.solved() ? cell.exhausted() : Exhaustion();
  return end.failure ? "" : end.cause;
}

Observables HalfCycles::march(Protocol &protocol, const Note &note)
{
  TimeStepControl control(run.time_stepping);
  control.restart();
  auto now       = cell.observables();
  bool has_metal = used_up().empty(); // else it is plated now
  while (!protocol.check(now) && !(has_metal && !used_up().empty()))
  {
    signals.poll();
    const TriedStep tried = try_step(cell, protocol, control, now);
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
} // namespace kavity
