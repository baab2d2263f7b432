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
  double thickness;  ///< with its voids, m
  bool has_voids;    ///< initially
  double sign;       ///< of the currents that strip it
  std::string which; ///< of two
};

// Of the voids that a metal begins with, per area of the interface, about, in m.
double initial_void_volume(const ElectrodeParameters &electrode, const CellGeometry &geometry,
                           const double thickness, const bool in_space)
{
  if (electrode.resolved ? !electrode.void_field.voids.any() : !(electrode.base_radius > 0))
    return 0;
  constexpr unsigned int n_plane = 400, n_space = 60;
  const unsigned int n = in_space ? n_space : n_plane;
  const bool is_round  = geometry.coordinates == Coordinates::axisymmetric;
  const auto volume_at = [&](const double x, const double z)
  {
    if (!electrode.resolved)
      return electrode.contact->void_volume(
        electrode.base_radius * electrode.radius_variation(x, z),
        electrode.population * electrode.population_variation(x, z));
    const double theta  = electrode.void_field.phase_field.contact_angle;
    unsigned int inside = 0;
    for (unsigned int j = 0; j < n; ++j)
      inside += electrode.void_field.voids.distance(x, thickness * (j + 0.5) / n, z, theta) < 0;
    return thickness * inside / n;
  };
  double sum = 0, weights = 0;
  for (unsigned int i = 0; i < n; ++i)
    for (unsigned int k = 0; k < (in_space ? n : 1); ++k)
    {
      const double x = geometry.width * (i + 0.5) / n, z = geometry.depth * (k + 0.5) / n;
      const double weight = is_round ? x : 1.;
      sum += weight * volume_at(x, in_space ? z : 0.);
      weights += weight;
    }
  return sum / weights;
}

std::vector<HeldMetal> metals_of(const CellParameters &cell)
{
  const auto metal = [&cell](const double thickness, const ElectrodeParameters &of,
                             const double sign, const std::string &which)
  {
    const double voids = initial_void_volume(of, cell.geometry, thickness, cell.dimension == 3);
    return HeldMetal{(thickness - voids) * faraday / of.metal.molar_volume, thickness, voids > 0,
                     sign, which};
  };
  if (!cell.second)
    return {metal(cell.geometry.metal_thickness, cell, 1, "")};
  return {metal(cell.geometry.metal_thickness, cell, 1, " above"),
          metal(cell.geometry.second_thickness, *cell.second, -1, " below")};
}

// With as many digits as tell it from a larger value.
std::string text_below(const double value, const double larger, const std::string &unit)
{
  constexpr int least = 3, most = 9;
  int digits = least;
  while (digits < most && quantity_text(larger, unit, digits) == quantity_text(value, unit, digits))
    ++digits;
  return quantity_text(value, unit, digits);
}

// @p stripped: more than it holds, with what was @p plated before, C/m^2.
std::string holds(const HeldMetal &metal, const double stripped, const double plated = 0)
{
  return text_below(metal.charge + plated, stripped, "mAh/cm^2") + " that metal of " +
         quantity_text(metal.thickness, "um") + (metal.has_voids ? " with voids" : "") +
         metal.which + " holds" + (plated > 0 ? " with what the steps before plate" : "");
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
                           "' strips more than the " +
                           holds(metal, of_charge ? end.limit() : last * end.limit());
  return text +
         (of_charge || settings.ramp_start > from ? "" :
                                                    " above " + text_below(from, last, "mA/cm^2")) +
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
      const double plated = std::max(-before, 0.), stripped = std::max(before, 0.);
      if (more)
        list.push_back("[" + join(section, "/") + "/" + entry + "] " + now.what +
                       (now.charge.most > metal.charge ? "" : ", with the steps before,") +
                       " strips more than the " + holds(metal, stripped + now.charge.most, plated) +
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
                     holds(metal, settings.capacity) + "; a half-cycle ends when it is used up");
    if (const std::string doubt =
          ramp_has_own && is_first ? doubt_of_ramp(settings, metal) : std::string();
        !doubt.empty())
      list.push_back(doubt);
  }
  return list;
}
} // namespace kavity
