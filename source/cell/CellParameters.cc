#include "kavity/cell/CellParameters.h"

#include "MeshFileEntries.h"

#include "kavity/core/Parameters.h"
#include "kavity/core/Quantity.h"

#include <algorithm>
#include <cmath>

namespace kavity
{
namespace
{
// Of lengths in different units.
constexpr double round_off = 1e-9;
} // namespace

void CellParameters::declare(Parameters &parameters)
{
  const auto need_material = [&parameters](const std::string &section, const std::string &example)
  {
    if (parameters.describing() || parameters.has_section(section))
      return true;
    parameters.error(section, "is missing; include a material, as in 'include materials/" +
                                example + "', or give all entries of the section");
    parameters.mute(section);
    return false;
  };
  need_material("Metal", "K.prm");
  declare_metal(parameters);
  const bool has_electrolyte = need_material("Electrolyte", "K-BASE.prm");
  if (!has_electrolyte && !parameters.has_section("Kinetics"))
    parameters.mute("Kinetics"); // which materials of electrolytes bring
  parameters.enter("Electrolyte", "The ceramic; usually included from materials/.");
  electrolyte.declare(parameters);
  declare_fixture(parameters);
  parameters.leave();
  declare_kinetics(parameters);
  declare_cell(parameters);
  if (has_electrolyte)
  {
    parameters.enter("Cell");
    electrolyte.check_temperature(temperature, parameters);
    parameters.leave();
  }
  declare_voids(parameters);
  declare_void_field(parameters, extent(geometry.metal_thickness));
  check(parameters, extent(geometry.metal_thickness));
  check_interface_diffusivity(parameters, temperature);
  declare_second(parameters);
  dendrites.declare(parameters, electrolyte, geometry.electrolyte_thickness, fixture.has_value());
  check_frame(parameters);
  check_mesh_file(parameters, *this);
  declare_mesh(parameters);
  declare_solver(parameters);
  in_uniform_cell = mesh_file.empty() && !varies() && !(second && second->varies());
  if (second)
    second->in_uniform_cell = in_uniform_cell;
}

void CellParameters::declare_fixture(Parameters &parameters)
{
  const std::vector<std::pair<std::string, std::optional<Fixture>>> fixtures = {
    {"none", {}},
    {"flat_support", Fixture::flat_support},
    {"free_sides", Fixture::free_sides},
    {"rim_support", Fixture::rim_support}};
  std::vector<std::string> names;
  for (const auto &[name, value] : fixtures)
    names.push_back(name);
  std::string chosen;
  parameters.choice(
    "Fixture", chosen, "none", names,
    "How the electrolyte is held, which is then elastic, under the pressure of the metals; its "
    "stress opens or closes the flaws of Dendrites/Criterion. It slides on a flat support with its "
    "outer sides kept (flat_support) or free (free_sides), or is held up at its outer sides "
    "alone (rim_support) and bends; none: it is rigid.");
  for (const auto &[name, value] : fixtures)
    if (name == chosen)
      fixture = value;
  if (!fixture || parameters.describing())
    return;
  const std::string decides = "is missing, but decides how the electrolyte is strained (Fixture)";
  if (!parameters.given("Young modulus"))
    parameters.error("Young modulus", decides);
  if (!parameters.given("Poisson ratio"))
    parameters.error("Poisson ratio", decides);
  else if (!(electrolyte.poisson_ratio < 0.5))
    parameters.error("Poisson ratio", "has to be below 0.5 where the electrolyte is strained "
                                      "(Fixture): what keeps its volume is not in the model");
}

bool CellParameters::has_reference() const
{
  if (geometry.plane_mesh)
    return geometry.plane_mesh->has(boundary::reference);
  if (geometry.space_mesh)
    return geometry.space_mesh->has(boundary::reference);
  return second != nullptr;
}

InitialVoids::Extent CellParameters::extent(const double thickness) const
{
  return {geometry.width, dimension == 3 ? geometry.depth : 0., thickness};
}

// What only one kind of cell has, and its defaults.
void CellParameters::settle_kind(Parameters &parameters, const bool symmetric)
{
  if (symmetric)
  {
    parameters.unused("Counter electrode", "Kind = symmetric");
    if (!parameters.given("Second metal thickness"))
      geometry.second_thickness = geometry.metal_thickness;
  }
  else
  {
    parameters.unused("Second metal thickness", "Kind = half");
    parameters.unused("Reference depth", "Kind = half");
    geometry.second_thickness = 0;
  }
  if (dimension == 2)
    parameters.unused("Depth", "Dimension = 2");
  else if (!parameters.given("Depth"))
    geometry.depth = geometry.width;
  if (!mesh_file.empty())
    for (const char *entry : {"Width", "Depth", "Metal thickness", "Second metal thickness",
                              "Electrolyte thickness", "Reference depth"})
      parameters.unused(entry, "the mesh of Mesh/File has its own");
  if (!parameters.given("Reference depth"))
    reference_depth = 0.5 * geometry.electrolyte_thickness;
  else if (reference_depth > geometry.electrolyte_thickness)
    parameters.error("Reference depth", "lies below the electrolyte");
}

// A frame answers by the elasticity of what is in it; half a cell would be strained by all that is
// stripped.
void CellParameters::check_frame(Parameters &parameters) const
{
  if (parameters.describing() || !platen || platen->keeps_pressure())
    return;
  const double least =
    std::max({geometry.width, geometry.metal_thickness, geometry.second_thickness});
  if (platen->foil_radius() > 0 && platen->foil_radius() < least)
  {
    parameters.enter("Cell");
    parameters.error("Platen",
                     "a foil of this Foil radius is narrower than the cell, or than the metal "
                     "is thick; expected at least " +
                       quantity_text(least, "um", 3));
    parameters.leave();
  }
  const auto need = [&](const std::string &section, const std::string &entry, const double modulus)
  {
    if (modulus > 0)
      return;
    parameters.enter(section);
    if (!parameters.given(entry)) // a mistake in it is told
      parameters.error(entry, "is missing, but decides how the stack presses (Cell/Platen)");
    parameters.leave();
  };
  need("Metal", "Young modulus", metal.young_modulus);
  if (second)
    need("Metal" + second->metal_suffix, "Young modulus", second->metal.young_modulus);
  need("Electrolyte", "Young modulus", electrolyte.young_modulus);
  if (second || platen->compliance() != 0)
    return;
  parameters.enter("Cell");
  parameters.error("Platen", "a gap needs Kind = symmetric: in half a cell nothing fills what is "
                             "stripped, and the pressure is gone after some nm; give a spring");
  parameters.leave();
}

// What has no section of its own is as on the first electrode.
void CellParameters::declare_second(Parameters &parameters)
{
  const std::string own = " 2";
  const auto given      = [&](const std::string &section)
  {
    if (parameters.describing() || !parameters.has_section(section + own))
      return false;
    if (geometry.second_thickness > 0)
      return true;
    parameters.unused(section + own, "Cell/Kind = half");
    return false;
  };
  if (geometry.second_thickness > 0)
    second = std::make_unique<ElectrodeParameters>(*this);
  if (given("Metal"))
  {
    second->metal_suffix = own;
    second->declare_metal(parameters);
    parameters.enter("Metal" + own);
    second->metal.check_temperature(temperature, parameters, "Melting temperature");
    parameters.leave();
  }
  if (given("Kinetics"))
  {
    second->kinetics_suffix = own;
    second->declare_kinetics(parameters);
  }
  if (given("Voids"))
  {
    second->voids_suffix = own;
    second->declare_voids(parameters);
  }
  if (given("Void field"))
  {
    second->void_field_suffix = own;
    second->declare_void_field(parameters, extent(geometry.second_thickness));
  }
  else if (second && second->resolved && !resolved)
    parameters.error("Void field" + own, "is missing: Voids 2/Model = resolved");
  if (!second)
    return;
  second->check(parameters, extent(geometry.second_thickness));
  if (second->metal_suffix == own || second->void_field_suffix == own)
    second->check_interface_diffusivity(parameters, temperature);
}

void CellParameters::declare_extent(Parameters &parameters)
{
  parameters.add("Width", geometry.width, "20 um", "um", Range::between(1e-2, 1e5),
                 "Extent along Gamma; the sides are planes of symmetry (axisymmetric: radius).");
  parameters.add("Depth", geometry.depth, "none", "um", Range::between(1e-2, 1e5),
                 "Second extent along Gamma in 3D; default: the width.");
  parameters.add("Metal thickness", geometry.metal_thickness, "100 um", "um",
                 Range::between(1e-2, 1e5),
                 "Thickness H of the metal at the start; the mesh keeps it.");
  parameters.add("Second metal thickness", geometry.second_thickness, "none", "um",
                 Range::between(1e-2, 1e5),
                 "Thickness of the metal below; default: that of the one above.");
  parameters.add("Electrolyte thickness", geometry.electrolyte_thickness, "1 mm", "um",
                 Range::between(1e-2, 1e5),
                 "Thickness of the ceramic between Gamma and the counter face.");
}

void CellParameters::declare_cell(Parameters &parameters)
{
  std::string kind, counter, slip, coordinates;
  declare_mesh_file(parameters, mesh_file, mesh_unit);
  parameters.enter("Cell", "Geometry and conditions of the cell.");
  parameters.choice(
    "Kind", kind, "half", {"half", "symmetric"},
    "A metal against a counter electrode, or a second metal below the electrolyte: the current "
    "that strips one plates the other. The second is as the first unless there are sections "
    "`Metal 2`, `Kinetics 2`, `Voids 2`, `Void field 2`: each, if given, stands for the whole "
    "section of the first, so that entries left out have their defaults.");
  parameters.add("Dimension", dimension, 2, 2, 3, "Dimensions in space.");
  parameters.choice("Coordinates", coordinates, "plane", {"plane", "axisymmetric"},
                    "In 2D: plane strain, or axisymmetric with x as the radius.");
  declare_extent(parameters);
  parameters.add("Temperature", temperature, "20 degC", "degC", Range::any(),
                 "Temperature of the cell.");
  parameters.add(
    "Stack pressure", stack_pressure, "2.5 MPa", "MPa", Range::between(1e-4, 1e4).or_zero(),
    "Pressure of the platen on the metal; on a spring or in a frame that at the start.");
  parameters.law("Platen", platen, "pressure", "How the stack is held.");
  parameters.add("Reference depth", reference_depth, "none", "um", Range::between(0, 1e5),
                 "Depth below the interface of a reference electrode of the first metal, against "
                 "which the electrode potentials are; default: half the electrolyte.");
  parameters.choice("Counter electrode", counter, "ideal", {"ideal", "prescribed_current"},
                    "Far face of the ceramic: one potential, or a uniform current.");
  parameters.choice("Interface slip", slip, "free", {"free", "stick"},
                    "Tangential motion of the metal along Gamma.");
  settle_kind(parameters, kind == "symmetric");
  if (dimension == 3 && coordinates == "axisymmetric")
    parameters.error("Coordinates", "axisymmetric coordinates are two-dimensional; set Dimension "
                                    "= 2 or Coordinates = plane");
  metal.check_temperature(temperature, parameters);
  parameters.leave();
  geometry.coordinates =
    coordinates == "axisymmetric" ? Coordinates::axisymmetric : Coordinates::plane;
  stick                   = slip == "stick";
  ideal_counter_electrode = counter == "ideal";
  if (!mesh_file.empty() && !parameters.describing())
    read_mesh_file(parameters, mesh_file, mesh_unit, dimension, kind == "symmetric", geometry);
}

double CellParameters::default_size() const
{
  if (geometry.plane_mesh)
    return geometry.plane_mesh->largest_edge;
  if (geometry.space_mesh)
    return geometry.space_mesh->largest_edge;
  double result = std::min({metal.sink_distance / 3, geometry.metal_thickness / 4, geometry.width});
  if (second)
    result = std::min({result, second->metal.sink_distance / 3, geometry.second_thickness / 4});
  return result;
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

void CellParameters::declare_mesh(Parameters &parameters)
{
  parameters.enter("Mesh");
  parameters.add("Element size at interface", grading.size_at_interface, "none", "um",
                 Range::between(1e-4, 1e5),
                 "Width of elements on Gamma; default: a third of the sink distance (if there are "
                 "sinks in the metal), a quarter of the metal's thickness or the width, whichever "
                 "is least; of a File: its elements, which are halved until they are so narrow.");
  parameters.add("Growth", grading.growth, "0.5", "1", Range::between(0.05, 10),
                 "Allowed element width over the distance from Gamma.");
  parameters.add("Global refinements", grading.global_refinements, 0, 0, 8,
                 "Halve every element so many times, for convergence studies.");
  parameters.add("Adaptive refinements", grading.adaptive_refinements, 0, 0, 8,
                 "Halve elements on Gamma up to so many times more where contact varies, at the "
                 "start and as it changes; 0: the mesh stays.");
  parameters.add("Time steps between adaptions", grading.steps_between_adaptions, 5, 1, 1000,
                 "Accepted time steps after which the mesh follows the contact.");
  if (grading.adaptive_refinements == 0)
    parameters.unused("Time steps between adaptions", "Adaptive refinements = 0");
  if (resolved)
    parameters.unused("Adaptive refinements", "Voids/Model = resolved");
  if (!mesh_file.empty())
    parameters.unused("Growth", "elements of Mesh/File grow as there");
  // halvings make elements no wider
  if (!geometry.is_box() && grading.size_at_interface > default_size() * (1 + round_off))
    parameters.unused("Element size at interface", "the elements of Mesh/File are at most " +
                                                     quantity_text(default_size(), "um", 4) +
                                                     " wide there already");
  const double largest =
    std::max({geometry.width, geometry.metal_thickness, geometry.electrolyte_thickness});
  if (geometry.is_box() && grading.size_at_interface > largest * (1 + round_off))
    parameters.error("Element size at interface",
                     "is larger than all of the cell, " + quantity_text(largest, "um", 4));
  if (!parameters.given("Element size at interface"))
    grading.size_at_interface = default_size();
  // the metal's own mistakes, reported already, may leave it without a size
  const double size = grading.size_at_interface;
  const double faces =
    size > 0 ? geometry.width / size * (dimension == 3 ? geometry.depth / size : 1) : 0.;
  if (faces > 4e6)
    parameters.error("Element size at interface", "more than four million elements on Gamma");
  const unsigned int halvings =
    grading.global_refinements + (resolved ? 0 : grading.adaptive_refinements);
  check_numbering(parameters, "Element size at interface",
                  grading.size_at_interface / std::pow(2., halvings));
  parameters.leave();
  if (resolved)
  {
    parameters.enter("Void field");
    check_numbering(parameters, "Surface width",
                    void_field.phase_field.width / void_field.cells_across);
    parameters.leave();
  }
}

void CellParameters::declare_solver(Parameters &parameters)
{
  parameters.enter("Solver", "Tolerances of the solvers; the defaults suit every shipped case.");
  parameters.add(
    "Tolerance", solver.tolerance, "1e-11", "1", Range::between(1e-13, 1e-4),
    "Sum of absolute residuals of potential and metal, relative to the current "
    "through Gamma: what the charge and metal balances reach. On meshes whose round-off is "
    "larger, that counts; the flow around resolved voids takes a thousandth of the "
    "coupling tolerance if that is larger.");
  parameters.add("Coupling tolerance", coupling_tolerance, "1e-5", "1", Range::between(1e-12, 1e-1),
                 "Relative change of interface state and potential of atoms at which the fields "
                 "of a time step count as coupled.");
  parameters.add("Largest number of Newton iterations", solver.max_newton_iterations, 40, 1, 1000,
                 "Per solve; more count as not converged and the time step is cut.");
  parameters.add("Largest number of linear iterations", solver.max_linear_iterations, 300, 1,
                 100000, "Per linear solve.");
  parameters.add("Largest number of coupling iterations", max_coupling_iterations, 40, 1, 1000,
                 "Between potential, metal and interface state, per stage of a time step.");
  parameters.add("Smoother degree", solver.smoother_degree, 4, 1, 12,
                 "Degree of the Chebyshev smoother of the multigrid cycles.");
  solver.acceptable = std::max(10 * solver.tolerance, solver.acceptable);
  parameters.leave();
}
} // namespace kavity
