#include "kavity/app/RunParameters.h"

#include "kavity/analysis/RowExchange.h"
#include "kavity/app/Memory.h"
#include "kavity/app/MetalDoubts.h"
#include "kavity/cell/Cell.h"
#include "kavity/cell/PressedStack.h"
#include "kavity/core/NoConvergence.h"
#include "kavity/core/ParameterTree.h"
#include "kavity/core/Quantity.h"
#include "kavity/laws/Constants.h"

#include <boost/archive/binary_iarchive.hpp>
#include <boost/archive/binary_oarchive.hpp>
#include <boost/serialization/map.hpp>
#include <boost/serialization/string.hpp>

#include <algorithm>
#include <iterator>
#include <optional>
#include <sstream>
#include <utility>

namespace boost::serialization
{
template <class Archive>
void serialize(Archive &archive, kavity::Location &location, unsigned int)
{
  archive &location.file &location.line &location.included_from;
}

template <class Archive>
void serialize(Archive &archive, kavity::RawEntry &entry, unsigned int)
{
  archive &entry.value &entry.comment &entry.location;
}

template <class Archive>
void serialize(Archive &archive, kavity::RawSection &section, unsigned int)
{
  archive &section.entries &section.sections &section.location;
}

template <class Archive>
void serialize(Archive &archive, kavity::ParameterInput &input, unsigned int)
{
  archive &input.file &input.root &input.files;
}
} // namespace boost::serialization

namespace kavity
{
namespace
{
// Of a study: points that each take seconds or more.
constexpr unsigned int most_points = 10000;

// Of lengths in different units.
constexpr double round_off = 1e-9;

// Width over height of elements from which on the elasticity of the electrolyte is slow.
constexpr double flat_elements = 5;

// Elements wider than high make the elasticity of the electrolyte slow.
void doubt_flat_elements(const CellParameters &cell, std::vector<std::string> &list)
{
  if (!cell.fixture)
    return;
  const double flat = cell.dimension == 3 ? Body<3>::flattest_element(cell.geometry) :
                                            Body<2>::flattest_element(cell.geometry);
  if (flat > flat_elements)
    list.push_back(
      "[Electrolyte/Fixture] elements of the electrolyte are up to " + quantity_text(flat, "1", 2) +
      " times as wide as high: its stress takes many iterations (some 90 where they are "
      "10 times as wide, 290 where 20), of which Solver/Largest number of linear "
      "iterations allows " +
      std::to_string(cell.solver.max_linear_iterations));
}

// By its law of contact.
bool has_voids(const ElectrodeParameters &electrode)
{
  constexpr double any_radius = 1e-6;
  return electrode.contact->void_volume(any_radius, electrode.population) > 0;
}

// A default that hardly anybody means: the critical current is that of voids, which are not there.
void doubt_no_voids(const ElectrodeParameters &electrode, std::vector<std::string> &list)
{
  if (!electrode.resolved && !electrode.says_base_radius && has_voids(electrode))
    list.push_back("[Voids" + electrode.voids_suffix +
                   "/Base radius] is not given: the metal begins without voids, and keeps its "
                   "contact up to the current at which they nucleate (void_nucleation of kavity "
                   "critical-current), while voids that are there grow from a lower one on "
                   "(void_inf). Give their radius, such as 2 um, or 0 um to mean none");
}

// Within a run that may take @p time_left, s: a metal with a free rim, in a mesh or as a law.
void doubt_squeezing(const CellParameters &cell, const double time_left,
                     std::vector<std::string> &list)
{
  const std::string pressure = quantity_text(cell.stack_pressure, "MPa");
  // under absurd pressures the creep law gives more than a number holds
  const auto seconds = [](const auto &of)
  {
    try
    {
      return of();
    }
    catch (const NoConvergence &)
    {
      return 0.;
    }
  };
  if (const double time = seconds([&] { return squeezed_out(cell); }); time < time_left)
    list.push_back(
      "[Cell/Stack pressure] " + pressure +
      " squeezes the metal out at the rim of Mesh/File in about " + quantity_text(time, "s", 2) +
      ": the run ends when it is used up, if steps so short converge at all; lower the "
      "pressure, or hold the metal by 'sides' instead of the rim");
  const double relaxation = seconds(
    [&] { return PressedStack(cell, cell.stack_pressure, cell.temperature).relaxation_time(); });
  if (relaxation < time_left)
    list.push_back("[Cell/Foil radius] " + pressure +
                   " squeezes the foil out at its rim, and would be lost in about " +
                   quantity_text(relaxation, "s", 2) +
                   " if it stayed that fast: stack_pressure and metal_left in history.csv tell how "
                   "it falls, if steps so short converge at all. Without Foil radius the metal is "
                   "confined");
}

std::string packed(const ParameterInput &input)
{
  std::ostringstream stream;
  boost::archive::binary_oarchive(stream) << input;
  return stream.str();
}

ParameterInput unpacked(const std::string &text)
{
  std::istringstream stream(text);
  ParameterInput input;
  boost::archive::binary_iarchive(stream) >> input;
  return input;
}
} // namespace

void OutputSettings::declare(Parameters &parameters)
{
  parameters.enter("Output", "What a run writes beside its history.");
  parameters.add("Fields", fields, true, "Write fields for ParaView.");
  parameters.add("Steps between fields", every, 10, 1, 1000000,
                 "Accepted time steps from one output of the fields to the next; the first and "
                 "last state of every protocol step are always written.");
  parameters.add("Figures", figures, true, "Draw the figures of the history.");
  parameters.add("Steps between checkpoints", checkpoint_every, 20, 0, 1000000,
                 "Accepted time steps from one checkpoint, which --resume goes on from, to the "
                 "next; 0: none. The fields are solved anew there, so that a run that goes on from "
                 "it does the same as one that was never interrupted.");
  if (!fields)
    parameters.unused("Steps between fields", "Fields = false");
  parameters.leave();
}

void RunParameters::declare(const Purpose purpose)
{
  cell.declare(parameters);
  observables = in_order({described(Protocol::observables()), observables_of(cell)});
  protocol.declare(parameters, observables, purpose == Purpose::run);
  check_protocol();
  time_stepping.declare(parameters);
  critical_current.declare(parameters, cell.stack_pressure, cell.temperature);
  critical_current.resolved  = cell.resolved;
  critical_current.has_voids = cell.resolved || has_voids(cell);
  if (cell.resolved)
  {
    parameters.enter("Critical current");
    parameters.unused("Reference radius",
                      "Voids/Model = resolved: the voids of [Void field] are held");
    parameters.leave();
  }
  if (purpose == Purpose::critical_current && !parameters.describing())
    check_critical_current();
  output.declare(parameters);
  study.declare(parameters, observables, critical_current.kinds);
}

// What the cell cannot do.
void RunParameters::check_protocol()
{
  if (parameters.describing())
    return;
  for (const auto &[section, entry, step] : protocol.written())
  {
    if (!step->voltage)
      continue;
    for (const std::string &name : section)
      parameters.enter(name);
    check_voltage(entry, *step);
    for (unsigned int k = 0; k < section.size(); ++k)
      parameters.leave();
  }
}

// Without a current, a half cell has that of the metal under its pressure.
double RunParameters::open_voltage() const
{
  if (cell.second)
    return cell.kinetics.U0 - cell.second->kinetics.U0;
  return cell.kinetics.U0 - cell.metal.molar_volume * cell.stack_pressure / faraday;
}

// In the section of the step.
void RunParameters::check_voltage(const std::string &entry, const ProtocolStep &step)
{
  if (!cell.second && !cell.ideal_counter_electrode)
    parameters.error(entry,
                     "a constant voltage needs a counter electrode of one potential, and not "
                     "a prescribed current there; set Cell/Counter electrode = ideal or "
                     "Cell/Kind = symmetric");
  const bool strips = step.kind == ProtocolStep::Kind::strip;
  if (step.reached && (strips ? *step.voltage <= open_voltage() : *step.voltage >= open_voltage()))
    parameters.error(entry, "no current " + std::string(strips ? "strips" : "plates") + " at " +
                              voltage_text(*step.voltage) + ": without current there are " +
                              voltage_text(open_voltage(), 3) + "; expected a voltage " +
                              (strips ? "above" : "below"));
}

// Not for a run, to which the section means nothing.
void RunParameters::check_critical_current()
{
  parameters.enter("Critical current");
  if (parameters.given("Temperatures")) // else the cell's own, checked there
    for (const double temperature : critical_current.temperatures)
    {
      cell.metal.check_temperature(temperature, parameters, "Temperatures");
      cell.electrolyte.check_temperature(temperature, parameters, "Temperatures");
    }
  check_kinds();
  const auto &kinds = critical_current.kinds;
  const auto asked  = [&](const std::string &kind)
  { return std::find(kinds.begin(), kinds.end(), kind) != kinds.end(); };
  const bool hold = asked("void_inf") || asked("contact_inf");
  if (hold && cell.resolved && !cell.has_voids_to_hold() &&
      !(cell.second && cell.second->has_voids_to_hold()))
    miss_voids_to_hold();
  else if (hold && !cell.resolved)
  {
    check_reference_radius(cell, cell.geometry.metal_thickness);
    if (cell.second && (cell.second->voids_suffix != cell.voids_suffix ||
                        cell.geometry.second_thickness < cell.geometry.metal_thickness))
      check_reference_radius(*cell.second, cell.geometry.second_thickness);
  }
  const double n_points = static_cast<double>(critical_current.stack_pressures.size()) *
                          critical_current.temperatures.size() * kinds.size();
  if (n_points > most_points)
    parameters.error("Stack pressures", "with the temperatures and kinds these are " +
                                          quantity_text(n_points, "1", 9) +
                                          " critical currents; at most " +
                                          std::to_string(most_points) + " are possible");
  parameters.leave();
}

// In the section of the search: voids of that radius at an electrode of this thickness, m.
void RunParameters::check_reference_radius(const ElectrodeParameters &electrode,
                                           const double thickness)
{
  const double radius = critical_current.reference_radius;
  const std::string radius_text =
    quantity_text(radius, "um") + (parameters.given("Reference radius") ? "" : " (the default)");
  const double height = electrode.contact->void_height(radius);
  if (electrode.contact->void_volume(radius, electrode.population) > 0 &&
      pi * radius * radius * electrode.population >= 1)
    parameters.error("Reference radius",
                     "voids of " + radius_text + " and of the population of [Voids" +
                       electrode.voids_suffix +
                       "] overlap: together they would cover more than the whole interface");
  else if (height * (1 + round_off) >= thickness)
    parameters.error("Reference radius",
                     "a void of " + radius_text + " is " + quantity_text(height, "um") +
                       " high and does not fit into metal of " + quantity_text(thickness, "um"));
}

// In the section of the search.
void RunParameters::miss_voids_to_hold()
{
  if (parameters.given("Kinds"))
    return parameters.error("Kinds", "void_inf and contact_inf hold the voids of [Void field], but "
                                     "there is none");
  parameters.leave();
  parameters.error("Void field",
                   "has no void, and void_inf, the critical current that is sought by "
                   "default, asks about one; give a section Void 1, Random voids or "
                   "Void image");
  parameters.enter("Critical current");
}

// What is possible, but hardly meant.
std::vector<std::string> RunParameters::doubts(const Purpose purpose) const
{
  std::vector<std::string> list;
  doubt_flat_elements(cell, list);
  const auto add = [&list](std::vector<std::string> more)
  { std::move(more.begin(), more.end(), std::back_inserter(list)); };
  if (purpose == Purpose::critical_current)
  {
    const auto &kinds = critical_current.kinds;
    add(doubts_of_half_cycles(*this));
    if (std::find(kinds.begin(), kinds.end(), "ccd_ramp") != kinds.end() && !cell.dendrites.asked())
      list.emplace_back(
        "[Critical current/Kinds] ccd_ramp: contact and voltage alone end the ramp, "
        "because no Dendrites/Criterion is chosen");
    return list;
  }
  doubt_squeezing(cell, protocol.time_left_at_most(), list);
  doubt_no_voids(cell, list);
  if (cell.second && cell.second->voids_suffix != cell.voids_suffix)
    doubt_no_voids(*cell.second, list);
  add(doubts_of_steps(*this));
  return list;
}

std::vector<std::string> RunParameters::remarks() const
{
  std::vector<std::string> list;
  for (const auto &[section, entry, step] : protocol.written())
    if (!protocol.has_limit(*step))
      list.push_back("[" + join(section, "/") + "/" + entry +
                     "] has no limit of time, or of capacity at a given current: it ends by its "
                     "conditions, once the cell is steady without them, or after the Longest step "
                     "of " +
                     quantity_text(protocol.longest(), "h"));
  return list;
}

void RunParameters::check_kinds()
{
  for (const std::string &kind : critical_current.kinds)
  {
    const bool of_uniform_contact = kind == "void_onset" || kind == "void_nucleation";
    if (kind == "contact_inf" && !cell.resolved)
      parameters.error("Kinds", "contact_inf asks about the shape of voids, which is not followed "
                                "with Voids/Model = homogenised; void_inf is the same there");
    if ((of_uniform_contact || kind == "void_inf" || kind == "contact_inf") && cell.second &&
        cell.second->resolved != cell.resolved)
      parameters.error("Kinds", kind + " asks both electrodes the same, but resolved voids and "
                                       "others are not asked alike: give [Voids] and [Voids 2] one "
                                       "Model");
    else if (of_uniform_contact && cell.resolved)
      parameters.error("Kinds", kind + " asks about an interface without voids: set Voids/Model = "
                                       "homogenised");
    if (kind.rfind("dendrite_", 0) == 0 && !cell.dendrites.asked())
      parameters.error("Kinds", kind + " asks when dendrites begin: choose a Dendrites/Criterion");
    if (of_uniform_contact && !cell.contact->has_sinks())
      parameters.error("Kinds", kind + " asks what sinks for vacancies can take, and the law of "
                                       "[Voids] has none");
    else if (of_uniform_contact && cell.second && !cell.second->contact->has_sinks())
      parameters.error("Kinds", kind + " asks what sinks for vacancies can take, and the law of "
                                       "[Voids 2] has none");
  }
}

RunParameters RunParameters::from_parameters(Parameters parameters, const Purpose purpose)
{
  RunParameters run;
  run.parameters = std::move(parameters);
  run.declare(purpose);
  run.parameters.finish();
  return run;
}

RunParameters RunParameters::from_file(const std::string &path,
                                       const std::vector<std::string> &overrides,
                                       const Purpose purpose, MPI_Comm comm)
{
  const RowExchange ranks(comm);
  std::optional<RunParameters> run;
  std::string text;
  SharedError error;
  error.guard(
    [&]
    {
      if (ranks.rank() != 0)
        return;
      run  = from_parameters(Parameters::from_file(path, overrides), purpose);
      text = packed(run->parameters.input());
    });
  error.agree(ranks, comm);
  ranks.broadcast(text);
  if (!run)
    run = from_parameters(Parameters::from_input(unpacked(text)), purpose);
  run->parameters.release_files();
  require_memory(path, run->cell, comm, purpose == Purpose::critical_current);
  return std::move(*run);
}
} // namespace kavity
