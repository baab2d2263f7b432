#include "kavity/app/MetalDoubts.h"

#include "kavity/core/ParameterTree.h"
#include "kavity/core/Quantity.h"
#include "kavity/laws/Constants.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace kavity
{
namespace
{
constexpr double infinite = std::numeric_limits<double>::infinity();

struct HeldMetal
{
  double charge;     ///< C/m^2
  double thickness;  ///< m
  double sign;       ///< of the currents that strip it
  std::string which; ///< of two
};

std::vector<HeldMetal> metals_of(const CellParameters &cell)
{
  const auto metal = [](const double thickness, const Metal &of, const double sign,
                        const std::string &which) {
    return HeldMetal{thickness * faraday / of.molar_volume, thickness, sign, which};
  };
  if (!cell.second)
    return {metal(cell.geometry.metal_thickness, cell.metal, 1, "")};
  return {metal(cell.geometry.metal_thickness, cell.metal, 1, " above"),
          metal(cell.geometry.second_thickness, cell.second->metal, -1, " below")};
}

std::string holds(const HeldMetal &metal)
{
  return quantity_text(metal.charge, "mAh/cm^2", 3) + " that metal of " +
         quantity_text(metal.thickness, "um") + metal.which + " holds";
}

// What a step strips of a metal, and by what it ends then; nothing where that is not known.
struct StrippedMetal
{
  ProtocolStep::Stripped charge = {0, 0};
  std::string what              = {};
};

// Where a condition ends the step.
ProtocolStep::Stripped stripped_until(const EndCondition &condition, const JointCondition &joint,
                                      const ProtocolStep &step, const double sign,
                                      const double open_voltage)
{
  const std::string &clock = condition.observable();
  if (clock == "capacity" && step.voltage)
  {
    const bool strips = step.kind == ProtocolStep::Kind::hold ?
                          *step.voltage > open_voltage :
                          step.kind == ProtocolStep::Kind::strip;
    const double net  = (strips ? sign : -sign) * condition.limit();
    return {std::max(net, 0.), net};
  }
  // a time beside other conditions is there for when these never hold
  const bool lasts = clock == "step_time" && joint.only_clocks() && step.until.size() == 1;
  if (step.voltage || (clock != "capacity" && !lasts))
    return {0, 0};
  const double time =
    clock == "capacity" ? step.time_of_charge(condition.limit()) : condition.limit();
  return step.stripped(std::min(time, step.start_of(step.pieces.size())), sign);
}

StrippedMetal stripped_in(const ProtocolStep &step, const double sign, const double open_voltage)
{
  if (step.until.empty() && step.start_of(step.pieces.size()) < infinite)
    return {step.stripped(step.start_of(step.pieces.size()), sign), "the " + to_string(step.kind)};
  for (const JointCondition &joint : step.until)
    for (const EndCondition &condition : joint.parts())
      if (const auto charge = stripped_until(condition, joint, step, sign, open_voltage);
          charge.most != 0 || charge.last != 0)
        return {charge, "'" + condition.text() + "'"};
  return {};
}

// As a half-cycle of `ccd_ramp` strips a metal, more than it holds; empty: it does not.
std::string doubt_of_ramp(const CriticalCurrentSettings &settings, const HeldMetal &metal)
{
  const EndCondition end = parse_end_conditions(duration_as_condition(settings.ramp_half_cycle),
                                                described(Protocol::observables()))
                             .front()
                             .parts()
                             .front();
  const bool of_charge = end.observable() == "capacity";
  const double from    = metal.charge / end.limit(); // A/m^2, for a time
  const double last    = settings.ramp_start + (settings.n_stages() - 1) * settings.ramp_step;
  if (of_charge ? end.limit() <= metal.charge : last <= from)
    return {};
  const std::string text = "[Critical current/Ramp half-cycle] '" + settings.ramp_half_cycle +
                           "' strips more than the " + holds(metal);
  return text +
         (of_charge || settings.ramp_start > from ? "" :
                                                    " above " + quantity_text(from, "mA/cm^2", 3)) +
         "; ccd_ramp ends when it is used up";
}
} // namespace


std::vector<std::string> doubts_of_steps(const RunParameters &run)
{
  std::vector<std::string> list;
  for (const HeldMetal &metal : metals_of(run.cell))
  {
    double before = 0; // has been stripped and not plated back
    for (const auto &[section, entry, step] : run.protocol.written())
    {
      const StrippedMetal now = stripped_in(*step, metal.sign, run.open_voltage());
      const bool more         = before + now.charge.most > metal.charge;
      if (more)
        list.push_back("[" + join(section, "/") + "/" + entry + "] " + now.what +
                       (now.charge.most > metal.charge ? "" : ", with the steps before,") +
                       " strips more than the " + holds(metal) +
                       "; the run ends when it is used up");
      before = more ? 0 : before + now.charge.last; // what comes after is doubted by itself
    }
  }
  return list;
}


std::vector<std::string> doubts_of_half_cycles(const RunParameters &run)
{
  const CriticalCurrentSettings &settings = run.critical_current;
  const auto asked                        = [&](const char *kind)
  { return std::find(settings.kinds.begin(), settings.kinds.end(), kind) != settings.kinds.end(); };
  const bool ramp_has_own = asked("ccd_ramp") && !settings.ramp_half_cycle.empty();
  // of cycles the second metal gives back what it was given
  const bool first  = asked("dendrite_cycled") || (asked("ccd_ramp") && !ramp_has_own);
  const bool either = asked("void_protocol") || (asked("dendrite_fresh") && run.cell.second);
  std::vector<std::string> list;
  for (const HeldMetal &metal : metals_of(run.cell))
  {
    const bool is_first = metal.sign > 0;
    if ((either || (first && is_first)) && settings.capacity > metal.charge)
      list.push_back("[Critical current/Capacity] '" +
                     quantity_text(settings.capacity, "mAh/cm^2") + "' strips more than the " +
                     holds(metal) + "; a half-cycle ends when it is used up");
    if (const std::string doubt =
          ramp_has_own && is_first ? doubt_of_ramp(settings, metal) : std::string();
        !doubt.empty())
      list.push_back(doubt);
  }
  return list;
}
} // namespace kavity
