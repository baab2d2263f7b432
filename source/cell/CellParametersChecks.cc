#include "kavity/cell/CellParameters.h"
#include "kavity/core/Parameters.h"
#include "kavity/core/Quantity.h"

#include <algorithm>
#include <cmath>

namespace kavity
{
namespace
{
// Measured, docs/performance.md; the program itself takes 0.2 GB.
constexpr double bytes_per_unknown = 1200, bytes_per_resolved_unknown = 1500,
                 bytes_of_program = 2e8;

// Width of the band of small elements over that of a surface.
constexpr double band_of_surface = 2.5;

// Elements that are added where the sizes of neighbours do not fit.
constexpr double fitting = 1.15;

// Diffusion along the surface of a resolved void over that through the metal of its width: with 500
// a run takes a few times as long as without, with 5000 many times, with 50 000 a step does not
// end.
constexpr double most_along_surface = 300;

// Of lengths in different units.
constexpr double round_off = 1e-9;

template <int dim>
CellParameters::Size expected_size(const ElectrodeParameters &electrode, const CellGeometry &box,
                                   const MeshGrading &grading)
{
  using Mesh         = Body<dim>;
  const auto metal   = Mesh::expected_size(Mesh::Side::metal, box, grading);
  double at_surfaces = 0;
  if (const auto &field = electrode.void_field; electrode.resolved)
  {
    const double size = 0.75 * field.phase_field.width / field.cells_across; // halved until it fits
    at_surfaces = field.voids.surface({box.width, dim == 3 ? box.depth : 0., box.metal_thickness},
                                      field.phase_field.contact_angle) *
                  band_of_surface * field.phase_field.width / std::pow(size, dim);
  }
  const double nodes = metal.nodes_2 + at_surfaces * std::pow(2., dim);
  // velocity, potential of atoms, metal fraction; pressure
  const double unknowns =
    fitting * ((dim + 1 + (electrode.resolved ? 1 : 0)) * nodes + metal.nodes_1 + at_surfaces);
  return {metal.cells + at_surfaces, unknowns,
          unknowns * (electrode.resolved ? bytes_per_resolved_unknown : bytes_per_unknown)};
}

template <int dim>
CellParameters::Size expected_size(const CellParameters &cell)
{
  using Mesh = Body<dim>;
  const auto electrolyte =
    Mesh::expected_size(Mesh::Side::electrolyte, cell.geometry, cell.grading);
  const double of_potential = fitting * electrolyte.nodes_2;
  auto size                 = expected_size<dim>(cell, cell.geometry, cell.grading);
  // what the potential takes is reckoned with the rate of the electrode, of which it is small
  size.memory *= 1 + of_potential / size.unknowns;
  size.memory += bytes_of_program;
  size.elements += electrolyte.cells;
  size.unknowns += of_potential;
  if (cell.second)
  {
    const auto below = expected_size<dim>(*cell.second, cell.geometry.upside_down(), cell.grading);
    size.elements += below.elements;
    size.unknowns += below.unknowns;
    size.memory += below.memory;
  }
  return size;
}
} // namespace

CellParameters::Size CellParameters::expected_size() const
{
  return dimension == 3 ? kavity::expected_size<3>(*this) : kavity::expected_size<2>(*this);
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
                                      " are " + quantity_text(height, "um", 3) +
                                      " high and do not fit into metal of " +
                                      quantity_text(extent.thickness, "um", 3));
  parameters.leave();
}

void CellParameters::check_numbering(Parameters &parameters, const std::string &entry,
                                     const double narrowest) const
{
  const double possible =
    dimension == 3 ? Body<3>::narrowest_element(geometry) : Body<2>::narrowest_element(geometry);
  if (narrowest > 0 && narrowest < possible)
    parameters.error(entry, "asks for elements of " + quantity_text(narrowest, "um", 3) +
                              "; in a cell of this size they cannot be narrower than " +
                              quantity_text(possible, "um", 3) +
                              ", or their numbers run out; make the cell smaller");
}
} // namespace kavity
