#include "kavity/cell/ElectrodeParameters.h"

#include "kavity/cell/ElectrodeKind.h"
#include "kavity/core/Parameters.h"
#include "kavity/core/Quantity.h"
#include "kavity/core/Registry.h"

#include <algorithm>
#include <stdexcept>

namespace kavity
{
namespace
{
// Diffusion along the surface of a resolved void over that through the metal of its width: with 500
// a run takes a few times as long as without, with 5000 many times, with 50 000 a step does not
// end.
constexpr double most_along_surface = 300;

// Of lengths in different units.
constexpr double round_off = 1e-9;
} // namespace

bool ElectrodeParameters::varies() const
{
  return resolved || radius_variation.varies() || population_variation.varies() ||
         exchange_current_variation.varies() || film_variation.varies() ||
         sink_distance_variation.varies();
}


void ElectrodeParameters::declare_metal(Parameters &parameters)
{
  metal                   = Metal();
  sink_distance_variation = SpatialVariation("Metal" + metal_suffix + "/Sink distance variation");
  parameters.enter("Metal" + metal_suffix, "The anode metal; usually included from materials/.");
  metal.declare(parameters);
  parameters.enter("Sink distance variation", "A factor on the sink distance over Gamma.");
  sink_distance_variation.declare(parameters);
  parameters.leave();
  parameters.leave();
}

void ElectrodeParameters::declare_kinetics(Parameters &parameters)
{
  const std::string section  = "Kinetics" + kinetics_suffix;
  kinetics                   = ButlerVolmer();
  exchange_current_variation = SpatialVariation(section + "/Exchange current variation", true);
  film_variation             = SpatialVariation(section + "/Film variation");
  parameters.enter(section, "Charge transfer between metal and electrolyte.");
  kinetics.declare(parameters);
  parameters.enter("Exchange current variation",
                   "A factor on the exchange current over Gamma; 0 where an impurity or a blocked "
                   "patch lets no current through.");
  exchange_current_variation.declare(parameters);
  parameters.leave();
  parameters.enter("Film variation", "A factor on the film resistance over Gamma.");
  film_variation.declare(parameters);
  parameters.leave();
  parameters.leave();
}

void ElectrodeParameters::declare_voids(Parameters &parameters)
{
  const std::string section = "Voids" + voids_suffix;
  radius_variation          = SpatialVariation(section + "/Radius variation");
  population_variation      = SpatialVariation(section + "/Population variation");
  parameters.enter(section, "Voids at the interface.");
  std::unique_ptr<ElectrodeKind> model;
  parameters.law(
    "Model", model, "homogenised",
    "Voids smaller than the elements, by a law of the interface state; or each one resolved "
    "by a phase field, see the section Void field.");
  kind     = std::move(model);
  resolved = kind->resolves_voids();
  parameters.add("Metal length", metal_size, "none", "um", Range::between(1e-3, 1e9),
                 "Length for the size effect in the creep of the metal body; default: bulk.");
  if (!resolved || parameters.describing())
    declare_contact(parameters);
  else
  {
    contact = Registry<ContactLaw>::create("vacancy_sink"); // voids stay at none
    for (const char *name :
         {"Law", "Population", "Base radius", "Radius variation", "Population variation"})
      parameters.unused(name, "Model = resolved");
    for (const auto &law : Registry<ContactLaw>::names_and_docs())
      parameters.unused(law.first, "Model = resolved");
  }
  parameters.leave();
  if (!resolved)
    return;
  parameters.enter("Metal" + metal_suffix);
  parameters.unused("Surface energy",
                    "Voids/Model = resolved, whose surfaces have Void field/Barrier "
                    "times Surface width/12");
  parameters.leave();
}

void ElectrodeParameters::declare_contact(Parameters &parameters)
{
  std::unique_ptr<ContactLaw> law;
  parameters.law("Law", law, "vacancy_sink", "How contact is lost and made again.");
  contact = std::move(law);
  parameters.add("Population", population, "1e9 1/m^2", "1/m^2", Range::between(1, 1e20),
                 "Voids, or places where they can nucleate, per area of Gamma.",
                 "[est] one in 30 x 30 um^2");
  parameters.add("Base radius", base_radius, "0 um", "um", Range::between(1e-3, 1e5).or_zero(),
                 "Base radius of the voids at the start; 0: none. Of the critical currents "
                 "`void_protocol` begins with them; `void_inf` asks about voids of Critical "
                 "current/Reference radius instead.");
  says_base_radius = parameters.given("Base radius");
  parameters.enter("Radius variation", "A factor on the initial base radius over Gamma.");
  radius_variation.declare(parameters);
  parameters.leave();
  parameters.enter("Population variation", "A factor on the population over Gamma.");
  population_variation.declare(parameters);
  parameters.leave();
  if (!contact->has_sinks() && population <= 0)
    parameters.error("Population", "this law needs voids for the vacancies to go to");
}

// Where vacancies end: nowhere is an error unless the law says so.
void ElectrodeParameters::check_sinks(Parameters &parameters) const
{
  parameters.enter("Metal" + metal_suffix);
  if (!contact->has_sinks() && metal.has_interface_sinks())
    parameters.error("Interface sink resistance", "the law of [Voids] has no sinks for vacancies; "
                                                  "set Interface sink resistance = none");
  if (contact->has_sinks() && !metal.has_sinks())
    parameters.error("Interface sink resistance",
                     "vacancies have nowhere to end: give this or a Sink distance (or choose "
                     "Law = creep_closure in [Voids])");
  parameters.leave();
}

void ElectrodeParameters::declare_void_field(Parameters &parameters,
                                             const InitialVoids::Extent &metal_extent)
{
  const std::string section = "Void field" + void_field_suffix;
  if (resolved || parameters.describing())
    void_field.declare(parameters, section, metal_extent);
  else
    parameters.unused(section, "Voids" + voids_suffix + "/Model = homogenised");
}

void ElectrodeParameters::check(Parameters &parameters, const InitialVoids::Extent &extent) const
{
  if (!parameters.describing())
    check_sinks(parameters);
  check_variations(parameters, extent);
  check_caps(parameters, extent);
}

void ElectrodeParameters::check_variations(Parameters &parameters,
                                           const InitialVoids::Extent &extent) const
{
  const auto check = [&](const std::string &section, const std::string &subsection,
                         const SpatialVariation &variation)
  {
    parameters.enter(section);
    parameters.enter(subsection);
    variation.check(parameters, extent.width, extent.depth);
    parameters.leave();
    parameters.leave();
  };
  check("Metal" + metal_suffix, "Sink distance variation", sink_distance_variation);
  check("Kinetics" + kinetics_suffix, "Exchange current variation", exchange_current_variation);
  check("Kinetics" + kinetics_suffix, "Film variation", film_variation);
  check("Voids" + voids_suffix, "Radius variation", radius_variation);
  check("Voids" + voids_suffix, "Population variation", population_variation);
}

void ElectrodeParameters::check_interface_diffusivity(Parameters &parameters,
                                                      const double temperature) const
{
  const double most =
    most_along_surface * metal.diffusivity(temperature) * void_field.phase_field.width;
  if (!resolved || parameters.describing() || !(temperature > 0) || !(most > 0) ||
      metal.interface_diffusivity <= most)
    return;
  parameters.enter("Metal" + metal_suffix);
  parameters.error("Interface diffusivity",
                   quantity_text(metal.interface_diffusivity, "m^3/s") +
                     " is too much for resolved voids, whose equations become too stiff to be "
                     "solved; expected at most " +
                     quantity_text(most, "m^3/s", 2) + ", " +
                     quantity_text(most_along_surface, "1") +
                     " times the self-diffusivity times Void field/Surface width");
  parameters.leave();
}

void ElectrodeParameters::check_caps(Parameters &parameters,
                                     const InitialVoids::Extent &extent) const
{
  if (resolved || parameters.describing() || !(base_radius > 0))
    return;
  const double depth     = extent.depth;
  const unsigned int n_x = depth > 0 ? 100 : 1000, n_z = depth > 0 ? 100 : 1;
  double largest = 0, most_covered = 0;
  try
  {
    for (unsigned int i = 0; i < n_x; ++i)
      for (unsigned int k = 0; k < n_z; ++k)
      {
        const double x = extent.width * (i + 0.5) / n_x, z = depth * (k + 0.5) / n_z;
        const double radius = base_radius * radius_variation(x, z);
        largest             = std::max(largest, radius);
        most_covered =
          std::max(most_covered, population * population_variation(x, z) * pi * radius * radius);
      }
  }
  catch (const std::runtime_error &)
  {
    return; // a factor that is not permitted has been reported
  }
  parameters.enter("Voids" + voids_suffix);
  const double height = contact->void_height(largest);
  if (population * pi * base_radius * base_radius >= 1)
    parameters.error("Base radius", "voids of this radius and population overlap: together they "
                                    "would cover more than the whole interface");
  else if (most_covered >= 1)
    parameters.error("Base radius",
                     "with its variation and that of the population, voids overlap where they are "
                     "largest, " +
                       quantity_text(largest, "um", 3) +
                       ": together they would cover more than the interface there");
  else if (height * (1 + round_off) >= extent.thickness)
    parameters.error("Base radius", "voids of the base radius " + quantity_text(largest, "um", 3) +
                                      " are " + quantity_text(height, "um") +
                                      " high and do not fit into metal of " +
                                      quantity_text(extent.thickness, "um"));
  parameters.leave();
}
} // namespace kavity
