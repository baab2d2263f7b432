#include "kavity/analysis/CriticalCurrent.h"

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


const std::vector<std::string> all_kinds = {"void_inf",        "contact_inf",   "void_onset",
                                            "void_nucleation", "void_protocol", "dendrite_fresh",
                                            "dendrite_cycled"};


std::vector<std::string> kinds_from(const std::string &text)
{
  std::vector<std::string> kinds;
  std::istringstream parts(text);
  for (std::string part; std::getline(parts, part, ',');)
  {
    const std::string kind = parse_choice(trimmed(part), all_kinds);
    if (std::find(kinds.begin(), kinds.end(), kind) != kinds.end())
      throw std::runtime_error("'" + kind + "' is listed twice");
    kinds.push_back(kind);
  }
  if (kinds.empty())
    throw std::runtime_error("lists no kind");
  return kinds;
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
        "stripped at that current is plated back.");
  try
  {
    kinds = kinds_from(kind_names);
  }
  catch (const std::runtime_error &error)
  {
    p.error("Kinds", error.what());
  }
  p.add("Reference radius", reference_radius, "2 um", "um", Range::between(1e-3, 1e5),
        "Base radius of the void that `void_inf` asks about; resolved voids are held as the "
        "section Void field gives them.");
  p.add("Capacity", capacity, "1 mAh/cm^2", "mAh/cm^2", Range::between(1e-9, 1e6),
        "Capacity of the half-cycles of `void_protocol`, `dendrite_fresh` and `dendrite_cycled`.");
  p.add("Cycles", cycles, 1, 1, 100000,
        "Of `dendrite_cycled`: how often the cell is stripped and plated.");
  p.add("Contact limit", contact_limit, "0.5", "1", Range::between(1e-3, 0.999),
        "The half-cycle fails below this contact fraction; that of `dendrite_cycled` ends, and "
        "what has been stripped is plated.");
  p.add("Voltage limit", voltage_limit, "0.3 V", "V", Range::between(1e-6, 1e3),
        "The half-cycle fails when the voltage has risen by this much above that of the fresh cell "
        "at the same current, whose ohmic drop does not count.");
  p.add("Lower bound", lower_bound, "1e-3 mA/cm^2", "mA/cm^2", Range::between(1e-9, 1e5),
        "Smallest current tried.");
  p.add("Upper bound", upper_bound, "100 mA/cm^2", "mA/cm^2", Range::between(1e-9, 1e5),
        "Largest current tried.");
  p.add("Tolerance", tolerance, "1e-3", "1", Range::between(1e-12, 0.5),
        "Width of the final bracket relative to the current.");
  if (upper_bound <= lower_bound)
    p.error(p.given("Lower bound") && !p.given("Upper bound") ? "Lower bound" : "Upper bound",
            "the upper bound, " + quantity_text(upper_bound, "mA/cm^2") +
              ", is not above the lower bound, " + quantity_text(lower_bound, "mA/cm^2"));
  p.leave();
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
  return "smallest current density at which contact falls below " +
         quantity_text(contact_limit, "1") + " or the voltage rises by " +
         quantity_text(voltage_limit, "V") +
         " above that of the fresh cell within a stripping half-cycle of " +
         quantity_text(capacity, "mAh/cm^2") + ".";
}


Protocol CriticalCurrentSettings::half_cycle(const double current_density,
                                             const double fresh_voltage,
                                             const std::vector<Observable> &known) const
{
  auto step           = ProtocolStep::constant(ProtocolStep::Kind::strip, current_density);
  constexpr int exact = 17;
  step.until = parse_end_conditions("capacity > " + quantity_text(capacity, "mAh/cm^2", exact) +
                                      " or contact < " + quantity_text(contact_limit, "1", exact) +
                                      " or voltage > " +
                                      quantity_text(fresh_voltage + voltage_limit, "V", exact),
                                    known);
  return Protocol({step});
}


Protocol CriticalCurrentSettings::plating(const double current_density, const double charge,
                                          const std::vector<Observable> &known) const
{
  auto step           = ProtocolStep::constant(ProtocolStep::Kind::plate, -current_density);
  constexpr int exact = 17;
  step.until =
    parse_end_conditions("capacity > " + quantity_text(charge, "mAh/cm^2", exact), known);
  return Protocol({step});
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
  return {margin, what + " after " + quantity_text(passed, "mAh/cm^2", 4)};
}

} // namespace kavity
