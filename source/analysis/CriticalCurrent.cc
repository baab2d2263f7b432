#include "kavity/analysis/CriticalCurrent.h"

#include "kavity/core/Mistakes.h"
#include "kavity/core/ParameterTree.h"
#include "kavity/core/ParameterValues.h"
#include "kavity/core/Parameters.h"
#include "kavity/core/Quantity.h"

#include <algorithm>
#include <cmath>
#include <sstream>
#include <stdexcept>

namespace kavity
{
namespace
{
// An end condition on the capacity is met to round-off of the clock.
constexpr double clock_round_off = 1e-9;

constexpr double most_stages = 10000;


const std::vector<std::string> all_kinds = {"void_inf",        "contact_inf",   "void_onset",
                                            "void_nucleation", "void_protocol", "dendrite_fresh",
                                            "dendrite_cycled", "ccd_ramp"};


std::vector<std::string> kinds_from(const std::string &text)
{
  std::vector<std::string> kinds;
  MistakeList mistakes;
  std::istringstream parts(text);
  for (std::string part; std::getline(parts, part, ',');)
    mistakes.attempt(
      [&]
      {
        const std::string kind = parse_choice(trimmed(part), all_kinds);
        if (std::find(kinds.begin(), kinds.end(), kind) != kinds.end())
          throw std::runtime_error("'" + kind + "' is listed twice");
        kinds.push_back(kind);
      });
  mistakes.raise();
  if (kinds.empty())
    throw std::runtime_error("lists no kind");
  return kinds;
}


// An entry that has a value more than once; of what is equal but for round-off, as tables are.
void refuse_twice(Parameters &p, const std::string &entry, const std::vector<double> &values,
                  const std::string &unit)
{
  constexpr double round_off = 1e-11;
  for (std::size_t k = 0; k < values.size(); ++k)
    for (std::size_t j = 0; j < k; ++j)
      if (std::abs(values[k] - values[j]) <= round_off * std::abs(values[k]))
        return p.error(entry, "'" + quantity_text(values[k], unit) + "' is listed twice");
}


// All digits.
std::string exactly(const double value, const std::string &unit)
{
  constexpr int digits = 17;
  return quantity_text(value, unit, digits);
}


bool has(const std::vector<Observable> &known, const std::string &name)
{
  return std::any_of(known.begin(), known.end(),
                     [&](const Observable &observable)
                     { return observable.present && observable.name == name; });
}


Protocol one_step(const double current_density, const std::string &until,
                  const std::vector<Observable> &known)
{
  using Kind = ProtocolStep::Kind;
  auto step =
    ProtocolStep::constant(current_density > 0 ? Kind::strip : Kind::plate, current_density);
  step.until = parse_end_conditions(until, known);
  return Protocol({step});
}
} // namespace


void CriticalCurrentSettings::declare(Parameters &p, const double cell_stack_pressure,
                                      const double cell_temperature)
{
  p.enter("Critical current", "The search of `kavity critical-current`.");
  stack_pressures = {cell_stack_pressure};
  temperatures    = {cell_temperature};
  p.add("Stack pressures", stack_pressures, "none", "MPa", Range::between(1e-4, 1e4).or_zero(),
        "Stack pressures of the study, in increasing order for the quickest search; without them "
        "the cell's own.");
  p.add("Temperatures", temperatures, "none", "degC", Range::any(),
        "Temperatures of the study; without them the cell's own.");
  refuse_twice(p, "Stack pressures", stack_pressures, "MPa");
  refuse_twice(p, "Temperatures", temperatures, "degC");
  std::string kind_names = "void_inf";
  p.add("Kinds", kind_names, "void_inf",
        "Which critical currents, separated by commas: `void_inf`, at which a void of the "
        "reference radius neither grows nor shrinks in the steady state; `contact_inf`, at which "
        "resolved voids go on covering what they cover; `void_onset`, above which the potential "
        "of atoms at an interface without voids is below that of stress-free metal; "
        "`void_nucleation`, above which voids nucleate there; `void_protocol`, the smallest at "
        "which a stripping half-cycle of the given capacity passes the limit of contact or "
        "voltage; `dendrite_fresh`, the smallest at which Dendrites/Criterion says that dendrites "
        "enter while the given capacity is plated; `dendrite_cycled`, the same while what was "
        "stripped at that current is plated back; `ccd_ramp`, that of the first stage in which the "
        "cell fails when it is stripped and plated at currents that are raised stage by stage, as "
        "critical current densities are measured.");
  try
  {
    kinds = kinds_from(kind_names);
  }
  catch (const std::runtime_error &error)
  {
    for (const std::string &message : messages_of(error))
      p.error("Kinds", message);
  }
  p.add("Reference radius", reference_radius, "2 um", "um", Range::between(1e-3, 1e5),
        "Base radius of the void that `void_inf` asks about; resolved voids are held as the "
        "section Void field gives them.");
  p.add("Capacity", capacity, "1 mAh/cm^2", "mAh/cm^2", Range::between(1e-9, 1e6),
        "Capacity of the half-cycles of `void_protocol`, `dendrite_fresh` and `dendrite_cycled`.");
  p.add("Cycles", cycles, 1, 1, 100000,
        "Of `dendrite_cycled`, and of each stage of `ccd_ramp`: how often the cell is stripped and "
        "plated.");
  declare_ramp(p);
  p.add("Contact limit", contact_limit, "0.5", "1", Range::between(1e-3, 0.999),
        "The half-cycle fails below this contact fraction; that of `dendrite_cycled` ends, and "
        "what has been stripped is plated.");
  p.add("Voltage limit", voltage_limit, "0.3 V", "V", Range::between(1e-6, 1e3),
        "The half-cycle fails when the voltage has risen by this much above that of the fresh cell "
        "at the same current, whose ohmic drop does not count.");
  p.add("Lower bound", lower_bound, "1e-3 mA/cm^2", "mA/cm^2", Range::between(1e-6, 1e5),
        "Smallest current tried.");
  p.add("Upper bound", upper_bound, "100 mA/cm^2", "mA/cm^2", Range::between(1e-6, 1e5),
        "Largest current tried.");
  p.add("Tolerance", tolerance, "1e-3", "1", Range::between(1e-12, 0.5),
        "Width of the final bracket relative to the current.");
  if (upper_bound <= lower_bound)
    p.error(p.given("Lower bound") && !p.given("Upper bound") ? "Lower bound" : "Upper bound",
            "the upper bound, " + quantity_text(upper_bound, "mA/cm^2") +
              ", is not above the lower bound, " + quantity_text(lower_bound, "mA/cm^2"));
  check_ramp(p);
  p.leave();
}


void CriticalCurrentSettings::declare_ramp(Parameters &p)
{
  const Range currents = Range::between(1e-6, 1e5);
  p.add("Ramp start", ramp_start, "0.1 mA/cm^2", "mA/cm^2", currents,
        "Current density of the first stage of `ccd_ramp`.");
  p.add("Ramp step", ramp_step, "0.1 mA/cm^2", "mA/cm^2", currents,
        "By which the current density is raised from one stage of `ccd_ramp` to the next; the last "
        "one is not above the upper bound.");
  p.add("Ramp half-cycle", ramp_half_cycle, "",
        "Time or capacity of every half-cycle of `ccd_ramp`, such as `30 min` or `0.1 mAh/cm^2`; "
        "without it the capacity above.");
  try
  {
    if (!ramp_half_cycle.empty())
      duration_as_condition(ramp_half_cycle);
  }
  catch (const std::exception &error)
  {
    p.error("Ramp half-cycle", error.what());
    ramp_half_cycle.clear();
  }
}


void CriticalCurrentSettings::check_ramp(Parameters &p) const
{
  if (std::find(kinds.begin(), kinds.end(), "ccd_ramp") == kinds.end())
    return;
  if (ramp_start > upper_bound)
    p.error("Ramp start", "is above the upper bound, " + quantity_text(upper_bound, "mA/cm^2"));
  else if (n_stages() > most_stages)
    p.error("Ramp step", "these are " + quantity_text(n_stages(), "1", 6) +
                           " stages up to the upper bound, " +
                           quantity_text(upper_bound, "mA/cm^2") + "; at most " +
                           quantity_text(most_stages, "1", 6) + " are possible");
}


double CriticalCurrentSettings::n_stages() const
{
  return 1 + std::floor((upper_bound - ramp_start) / ramp_step * (1 + clock_round_off));
}


std::string CriticalCurrentSettings::definition(const std::string &kind) const
{
  if (kind == "void_inf" && resolved)
    return "current density at which the voids of the file neither grow nor shrink in volume once "
           "the metal around them is steady.";
  if (kind == "contact_inf")
    return "current density at which the voids of the file go on covering as much of the interface "
           "once the metal around them is steady.";
  if (kind == "void_onset")
    return "current density above which the potential of atoms at an interface without voids is "
           "below that of stress-free metal, in the steady state: no void that is there heals by "
           "diffusion.";
  if (kind == "void_nucleation")
    return "current density above which voids nucleate at an interface without voids, in the "
           "steady state.";
  if (kind == "void_inf" && !has_voids)
    return "current density at which contact fails by Voids/Law, which has no voids, in the steady "
           "state.";
  if (kind == "void_inf")
    return "current density at which a void of base radius " +
           quantity_text(reference_radius, "um") +
           " neither grows nor shrinks in the steady state.";
  if (kind == "dendrite_fresh")
    return "smallest current density at which Dendrites/Criterion says that dendrites enter "
           "while " +
           quantity_text(capacity, "mAh/cm^2") +
           " are plated on the cell of the file, with the contact that it has.";
  if (kind == "dendrite_cycled")
    return "smallest current density at which Dendrites/Criterion says that dendrites enter on "
           "plating in " +
           std::to_string(cycles) + (cycles == 1 ? " cycle" : " cycles") + " of stripping " +
           quantity_text(capacity, "mAh/cm^2") + ", or until contact is below " +
           quantity_text(contact_limit, "1") + " or the voltage " +
           quantity_text(voltage_limit, "V") +
           " above that of the fresh cell, and plating back as much.";
  if (kind == "ccd_ramp")
    return "current density of the first stage in which dendrites enter by Dendrites/Criterion, "
           "contact falls below " +
           quantity_text(contact_limit, "1") + " or the voltage rises by " +
           quantity_text(voltage_limit, "V") + " above that of the fresh cell, from " +
           quantity_text(ramp_start, "mA/cm^2") + " on in steps of " +
           quantity_text(ramp_step, "mA/cm^2") + ", in each of which " +
           (ramp_half_cycle.empty() ? quantity_text(capacity, "mAh/cm^2") : ramp_half_cycle) +
           " of stripping and as much plating are done " +
           (cycles == 1 ? "once" : std::to_string(cycles) + " times") + ".";
  return "smallest current density at which contact falls below " +
         quantity_text(contact_limit, "1") + " or the voltage rises by " +
         quantity_text(voltage_limit, "V") +
         " above that of the fresh cell within a stripping half-cycle of " +
         quantity_text(capacity, "mAh/cm^2") + ".";
}


Protocol CriticalCurrentSettings::half_cycle(const double current_density, const double charge,
                                             const double fresh_voltage,
                                             const std::vector<Observable> &known) const
{
  std::string until = "capacity > " + exactly(charge, "mAh/cm^2");
  const bool strips = current_density > 0;
  if (strips || has(known, "contact_2"))
    until += std::string(" or ") + (strips ? "contact" : "contact_2") + " < " +
             exactly(contact_limit, "1") + voltage_beyond(current_density, fresh_voltage);
  return one_step(current_density, until, known);
}


Protocol CriticalCurrentSettings::half_cycle_of_ramp(const double current_density,
                                                     const double fresh_voltage,
                                                     const std::vector<Observable> &known) const
{
  std::string until = ramp_half_cycle.empty() ? "capacity > " + exactly(capacity, "mAh/cm^2") :
                                                duration_as_condition(ramp_half_cycle);
  for (const std::string suffix : {"", "_2"})
  {
    if (has(known, "dendrite_margin" + suffix))
      until += " or dendrite_margin" + suffix + " > 0";
    if (has(known, "contact" + suffix))
      until += " or contact" + suffix + " < " + exactly(contact_limit, "1");
  }
  return one_step(current_density, until + voltage_beyond(current_density, fresh_voltage), known);
}


std::string CriticalCurrentSettings::voltage_beyond(const double current_density,
                                                    const double fresh_voltage) const
{
  const double rise = current_density > 0 ? voltage_limit : -voltage_limit;
  return std::string(" or voltage ") + (rise > 0 ? "> " : "< ") +
         exactly(fresh_voltage + rise, "V");
}


std::string after_charge(const double charge)
{
  return charge > 0 ? "after " + quantity_text(charge, "mAh/cm^2", 4) : "at once";
}


ProtocolOutcome CriticalCurrentSettings::judge_half_cycle(const double passed, const double contact,
                                                          const double rise) const
{
  const double contact_left = (contact - contact_limit) / (1 - contact_limit);
  const double voltage_left = 1 - rise / voltage_limit;
  const double missing      = passed / capacity - 1;
  const bool ended          = missing < -clock_round_off;
  // contact or voltage may meet a limit just at the end: that fails as well
  const double margin      = ended ? missing : std::min(contact_left, voltage_left);
  const bool contact_first = contact_left < voltage_left;
  if (!ended && margin > 0)
    return {margin,
            contact_first ? "contact stays above its limit" : "voltage stays below its limit"};
  const std::string what = contact_first ? "contact below " + quantity_text(contact_limit, "1") :
                                           "voltage " + quantity_text(voltage_limit, "V") +
                                             " above that of the fresh cell";
  return {margin, what + " " + after_charge(passed)};
}

} // namespace kavity
