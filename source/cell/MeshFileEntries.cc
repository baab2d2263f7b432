#include "MeshFileEntries.h"

#include "kavity/cell/CellParameters.h"
#include "kavity/core/Parameters.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <type_traits>

namespace kavity
{
void declare_mesh_file(Parameters &parameters, std::string &mesh_file, double &mesh_unit)
{
  parameters.enter("Mesh", "How fine the fields are resolved, or a mesh of gmsh.");
  parameters.add_file(
    "File", mesh_file,
    "A mesh of gmsh (.msh) instead of a box: quadrilaterals, or in 3D hexahedra, in bodies with "
    "the physical names electrolyte, metal, metal_2 and boundaries counter, platen, sides, rim "
    "(side of the metal without traction), reference (docs/model.md, section 1). The last "
    "coordinate, y or in 3D z, points from the electrolyte to the first metal.");
  parameters.add("File unit", mesh_unit, "none", "um", Range::between(1e-4, 1e7),
                 "The length that is 1 in the File, as `1 mm`.");
  if (mesh_file.empty())
    parameters.unused("File unit", "no File is given");
  else if (!parameters.given("File unit"))
    parameters.error("File unit", "is missing: the length that is 1 in the File, as 1 mm");
  parameters.leave();
}

void read_mesh_file(Parameters &parameters, const std::string &mesh_file, const double mesh_unit,
                    const unsigned int dimension, const bool symmetric, CellGeometry &geometry)
{
  parameters.enter("Mesh");
  try
  {
    const std::string head = "$MeshFormat", content = parameters.read_file("File", mesh_file);
    if (content.compare(0, head.size(), head) != 0)
      throw std::runtime_error("it is no mesh of gmsh (a .msh file)");
    if (!(mesh_unit > 0))
      throw std::runtime_error("its File unit is missing");
    const auto read = [&](auto mesh)
    {
      geometry = CellGeometry::of(mesh, geometry.coordinates);
      if ((geometry.second_thickness > 0) != symmetric)
        throw std::runtime_error(symmetric ?
                                   "it has no body 'metal_2', as Cell/Kind = symmetric needs" :
                                   "it has a body 'metal_2'; set Cell/Kind = symmetric");
    };
    const bool axisymmetric = geometry.coordinates == Coordinates::axisymmetric;
    if (dimension == 2)
      read(std::make_shared<const MeshFile<2>>(mesh_file, mesh_unit, axisymmetric));
    else
      read(std::make_shared<const MeshFile<3>>(mesh_file, mesh_unit, axisymmetric));
  }
  catch (const std::runtime_error &error)
  {
    if (mesh_unit > 0)
      parameters.error("File", "'" + mesh_file + "': " + error.what());
  }
  parameters.leave();
}

namespace
{
// Directions along the interface in which nothing keeps the metal.
template <int dim>
bool slides(const MeshFile<dim> &mesh, const bool axisymmetric)
{
  const auto held = [&mesh](const typename MeshFile<dim>::Body body, const unsigned int d)
  {
    for (const auto &face : mesh.faces)
      if (face.body == body && face.id == boundary::side + d)
        return true;
    return false;
  };
  for (const auto body : {MeshFile<dim>::metal, MeshFile<dim>::second_metal})
    for (unsigned int d = 0; d + 1 < dim && !axisymmetric; ++d)
      if (mesh.has(body) && !held(body, d))
        return true;
  return false;
}

// Whether planes of symmetry at the lowest coordinates keep the electrolyte from sliding.
template <int dim>
bool electrolyte_slides(const MeshFile<dim> &mesh, const double round_off)
{
  const auto low = mesh.lowest(MeshFile<dim>::electrolyte);
  for (unsigned int d = 0; d + 1 < dim; ++d)
  {
    const auto inner = [&](const auto &face)
    {
      return face.body == MeshFile<dim>::electrolyte && face.id == boundary::insulated &&
             std::all_of(face.vertices.begin(), face.vertices.end(),
                         [&](const unsigned int v)
                         { return mesh.vertices[v][d] - low[d] < round_off; });
    };
    if (std::none_of(mesh.faces.begin(), mesh.faces.end(), inner))
      return true;
  }
  return false;
}

template <int dim>
bool has_rim(const MeshFile<dim> &mesh)
{
  return mesh.has(boundary::rim);
}

template <int dim>
bool has_rim(const MeshFile<dim> &mesh, const typename MeshFile<dim>::Body body)
{
  return std::any_of(mesh.faces.begin(), mesh.faces.end(),
                     [&](const auto &face)
                     { return face.body == body && face.id == boundary::rim; });
}

// m/s at which metal between plates becomes thinner, which stick to it or not at all.
double squeezing(const ElectrodeParameters &own, const CellParameters &cell, const double thickness)
{
  const double length = own.metal_size;
  const double size   = length > 0 ? own.metal.creep->size_factor(length) : 1.;
  // in the plane metal goes one way only: by von Mises harder, and slower
  const bool plane      = cell.dimension == 2 && cell.geometry.coordinates == Coordinates::plane;
  const double of_plane = plane ? std::sqrt(0.75) : 1.;
  return of_plane * squeeze_velocity(of_plane * cell.stack_pressure, cell.geometry.width, thickness,
                                     cell.stick ? 1. : 0., *own.metal.creep, cell.temperature,
                                     size);
}
} // namespace

double squeezed_out(const CellParameters &cell)
{
  double time     = std::numeric_limits<double>::infinity();
  const auto look = [&](const auto &mesh)
  {
    if (mesh.has(boundary::rim) && cell.stack_pressure > 0)
    {
      using Mesh = std::decay_t<decltype(mesh)>;
      if (has_rim(mesh, Mesh::metal))
        time = cell.geometry.metal_thickness / squeezing(cell, cell, cell.geometry.metal_thickness);
      if (cell.second && has_rim(mesh, Mesh::second_metal))
        time = std::min(time, cell.geometry.second_thickness /
                                squeezing(*cell.second, cell, cell.geometry.second_thickness));
    }
  };
  if (cell.geometry.plane_mesh)
    look(*cell.geometry.plane_mesh);
  if (cell.geometry.space_mesh)
    look(*cell.geometry.space_mesh);
  return time;
}

void check_mesh_file(Parameters &parameters, const CellParameters &cell)
{
  const CellGeometry &geometry = cell.geometry;
  if (geometry.is_box() || parameters.describing())
    return;
  const auto refuse =
    [&parameters](const std::string &section, const std::string &entry, const std::string &why)
  {
    parameters.enter(section);
    parameters.error(entry, why);
    parameters.leave();
  };
  const bool axisymmetric = geometry.coordinates == Coordinates::axisymmetric;
  const bool flat = geometry.plane_mesh ? geometry.plane_mesh->flat : geometry.space_mesh->flat;
  const bool free = geometry.plane_mesh ? slides(*geometry.plane_mesh, axisymmetric) :
                                          slides(*geometry.space_mesh, false);
  const bool rim =
    geometry.plane_mesh ? has_rim(*geometry.plane_mesh) : has_rim(*geometry.space_mesh);
  std::vector<const ElectrodeParameters *> electrodes = {&cell};
  if (cell.second)
    electrodes.push_back(cell.second.get());
  for (const auto *electrode : electrodes)
  {
    if (electrode->resolved)
      refuse("Voids" + electrode->voids_suffix, "Model",
             "resolved voids need a box, without Mesh/File");
    const bool sinks = electrode->contact && electrode->contact->has_sinks() &&
                       electrode->metal.has_interface_sinks();
    if (!flat && !sinks)
      refuse(
        "Metal" + electrode->metal_suffix, "Interface sink resistance",
        "is needed where the interface of Mesh/File is not level: without sinks there no metal "
        "may pass through it, which can be kept from a plane alone");
  }
  const double tolerance = 1e-9 * geometry.width;
  if (cell.fixture && !axisymmetric &&
      (geometry.plane_mesh ? electrolyte_slides(*geometry.plane_mesh, tolerance) :
                             electrolyte_slides(*geometry.space_mesh, tolerance)))
    refuse(
      "Electrolyte", "Fixture",
      "needs planes of symmetry in Mesh/File: the sides of the electrolyte at its lowest x (in "
      "3D also y) have to be planes, for nothing else keeps it from sliding; draw a half, or "
      "in 3D a quarter, of the cell");
  if (cell.stick && !flat)
    refuse("Cell", "Interface slip", "stick needs a level interface in Mesh/File");
  if (free && !cell.stick)
    refuse("Mesh", "File",
           "nothing keeps the metal from sliding along the interface: let one of its sides across "
           "each direction be 'sides', or set Cell/Interface slip = stick");
  if (rim && cell.platen && cell.platen->foil_radius() > 0)
    refuse("Cell", "Platen",
           "Foil radius squeezes metal that the rim in Mesh/File squeezes already");
}
} // namespace kavity
