#include "kavity/fem/Body.h"

#include <deal.II/base/quadrature_lib.h>
#include <deal.II/fe/fe_q.h>
#include <deal.II/fe/fe_values.h>
#include <deal.II/grid/grid_generator.h>
#include <deal.II/multigrid/mg_transfer_global_coarsening.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <map>

namespace kavity
{
using namespace dealii;

namespace
{
template <int dim>
CellGeometry measured(const MeshFile<dim> &mesh, const Coordinates coordinates)
{
  CellGeometry result;
  result.width                 = mesh.high[0] - mesh.low[0];
  result.depth                 = dim == 3 ? mesh.high[1] - mesh.low[1] : 0.;
  result.metal_thickness       = mesh.size[MeshFile<dim>::metal].thickness;
  result.electrolyte_thickness = mesh.size[MeshFile<dim>::electrolyte].thickness;
  result.second_thickness      = mesh.size[MeshFile<dim>::second_metal].thickness;
  result.coordinates           = coordinates;
  result.area_over_platen      = mesh.area_over_platen;
  return result;
}
} // namespace

CellGeometry CellGeometry::of(const std::shared_ptr<const MeshFile<2>> &mesh,
                              const Coordinates coordinates)
{
  CellGeometry result = measured(*mesh, coordinates);
  result.plane_mesh   = mesh;
  return result;
}

CellGeometry CellGeometry::of(const std::shared_ptr<const MeshFile<3>> &mesh,
                              const Coordinates coordinates)
{
  CellGeometry result = measured(*mesh, coordinates);
  result.space_mesh   = mesh;
  return result;
}

template <int dim>
Body<dim>::Body(MPI_Comm comm, const Side side, const CellGeometry &geometry,
                const MeshGrading &grading)
  : side(side)
  , geometry(geometry)
  , triangulation(comm, Triangulation<dim>::limit_level_difference_at_vertices)
{
  make_coarse_mesh();
  grade(grading);
  remember_grading();
  update_levels();
}

// Both bodies derive the lateral division from the same numbers, so that Gamma conforms. Cells
// are nearly square in the metal (the flow multigrid wants an aspect below 2) and at most twice
// as tall as wide in the electrolyte (the potential bears 4).
template <int dim>
std::vector<unsigned int> Body<dim>::coarse_divisions(const Side side, const CellGeometry &box)
{
  std::vector<double> lateral = {box.width};
  if (dim == 3)
    lateral.push_back(box.depth);
  double size = box.metal_thickness;
  if (box.second_thickness > 0)
    size = std::min(size, box.second_thickness);
  for (const double extent : lateral)
    size = std::min(size, extent);

  std::vector<unsigned int> divisions;
  for (const double extent : lateral)
    divisions.push_back(std::max(1., std::round(extent / size)));
  const double cell_width = box.width / divisions[0];
  divisions.push_back(
    std::max(1., std::round(side == Side::metal ? box.metal_thickness / cell_width :
                                                  box.electrolyte_thickness / (2 * cell_width))));
  return divisions;
}

template <int dim>
double Body<dim>::flattest_element(const CellGeometry &geometry)
{
  double result    = 0;
  const auto count = [&result](const Tensor<1, dim> &extent)
  {
    for (unsigned int d = 0; d + 1 < dim; ++d)
      result = std::max(result, extent[d] / extent[dim - 1]);
  };
  const auto *const mesh = geometry.mesh<dim>();
  if (mesh == nullptr)
  {
    const auto divisions = coarse_divisions(Side::electrolyte, geometry);
    Tensor<1, dim> extent;
    extent[0] = geometry.width / divisions[0];
    if (dim == 3)
      extent[1] = geometry.depth / divisions[1];
    extent[dim - 1] = geometry.electrolyte_thickness / divisions[dim - 1];
    count(extent);
    return result;
  }
  for (const auto &cell : mesh->cells)
    if (cell.material_id == MeshFile<dim>::electrolyte)
    {
      Point<dim> low = mesh->vertices[cell.vertices[0]], high = low;
      for (const unsigned int v : cell.vertices)
        for (unsigned int d = 0; d < dim; ++d)
        {
          low[d]  = std::min(low[d], mesh->vertices[v][d]);
          high[d] = std::max(high[d], mesh->vertices[v][d]);
        }
      count(high - low);
    }
  return result;
}

// The multigrid transfer of deal.II numbers the cells of all levels as if each were refined
// everywhere.
template <int dim>
double Body<dim>::narrowest_element(const CellGeometry &geometry)
{
  double width           = 0;
  const auto *const mesh = geometry.mesh<dim>();
  for (const Side side : {Side::metal, Side::electrolyte})
  {
    double cells = 1, narrowest = 0;
    if (mesh != nullptr)
    {
      cells     = mesh->size[body_of_file(side, geometry)].elements;
      narrowest = mesh->largest_edge;
    }
    else
    {
      const auto divisions = coarse_divisions(side, geometry);
      for (const double n : divisions)
        cells *= n;
      narrowest = geometry.width / divisions[0];
    }
    const double children = 1 << dim;
    for (double all = children * children;
         cells * (all - 1) <= std::numeric_limits<types::global_cell_index>::max(); all *= children)
      narrowest /= 2;
    width = std::max(width, narrowest);
  }
  return width;
}

// As grade() does it, for a stack of cells: all beside each other are of one size.
template <int dim>
typename Body<dim>::Size Body<dim>::expected_size(const Side side, const CellGeometry &box,
                                                  const MeshGrading &grading)
{
  const double children = std::pow(2., dim * grading.global_refinements);
  if (const auto *const mesh = box.mesh<dim>())
  {
    // elements on the interface, and beside them as many again
    double cells = mesh->size[body_of_file(side, box)].elements;
    for (unsigned int level = 1; level <= halvings_on_interface(box, grading); ++level)
      cells += 2 * mesh->faces_on_interface * std::pow(2., (dim - 1) * level);
    cells *= children;
    return {cells, cells, std::pow(2., dim) * cells};
  }
  if (side == Side::electrolyte && box.second_thickness > 0)
  {
    CellGeometry half          = box;
    half.electrolyte_thickness = 0.5 * box.electrolyte_thickness;
    half.metal_thickness       = std::min(box.metal_thickness, box.second_thickness);
    half.second_thickness      = 0;
    const Size size            = expected_size(side, half, grading);
    return {2 * size.cells, 2 * size.nodes_1, 2 * size.nodes_2};
  }
  const auto divisions   = coarse_divisions(side, box);
  const double thickness = side == Side::metal ? box.metal_thickness : box.electrolyte_thickness;
  Size size;
  const auto add_rows = [&](const double rows, const double width)
  {
    double cells = rows, nodes_1 = rows, nodes_2 = 2 * rows;
    for (unsigned int direction = 0; direction + 1 < dim; ++direction)
    {
      const double n = divisions[direction] * std::round(box.width / divisions[0] / width);
      cells *= n;
      nodes_1 *= n + 1;
      nodes_2 *= 2 * n + 1;
    }
    size.cells += cells;
    size.nodes_1 += nodes_1;
    size.nodes_2 += nodes_2;
  };
  const std::function<void(double, double, double)> add_row =
    [&](const double distance, const double height, const double width)
  {
    if (width <= 1.001 * std::max(grading.size_at_interface, grading.growth * distance))
      return add_rows(1, width);
    add_row(distance, height / 2, width / 2);
    add_row(distance + height / 2, height / 2, width / 2);
  };
  const double width = box.width / divisions[0], rows = divisions[dim - 1];
  const double height    = thickness / rows;
  const double near_rows = std::min(rows, std::ceil(width / (grading.growth * height)) + 1);
  for (unsigned int row = 0; row < near_rows; ++row)
    add_row(row * height, height, width);
  add_rows(rows - near_rows, width);
  return {children * size.cells, children * size.nodes_1, children * size.nodes_2};
}

template <int dim>
void Body<dim>::make_coarse_mesh()
{
  if (const auto *const mesh = geometry.mesh<dim>())
    take_from_file(*mesh);
  else
    make_coarse_box();
}

// Both bodies count the vertices beside each other alike, layer by layer.
template <int dim>
void Body<dim>::make_coarse_box()
{
  Point<dim> low, high;
  high[0] = geometry.width;
  if (dim == 3)
    high[1] = geometry.depth;
  low[dim - 1]         = side == Side::metal ? 0. : -geometry.electrolyte_thickness;
  high[dim - 1]        = side == Side::metal ? geometry.metal_thickness : 0.;
  const auto divisions = coarse_divisions(side, geometry);
  GridGenerator::subdivided_hyper_rectangle(triangulation, divisions, low, high, true);
  for (const auto &cell : triangulation.cell_iterators_on_level(0))
    for (const auto &face : cell->face_iterators())
      if (face->at_boundary())
      {
        const unsigned int d = face->boundary_id() / 2;
        const bool upper     = face->boundary_id() % 2 == 1;
        face->set_boundary_id(d + 1 < dim                    ? boundary::side + d :
                              upper != (side == Side::metal) ? boundary::interface :
                                                               far_id());
      }
  unsigned int of_layer = 1;
  for (unsigned int d = 0; d + 1 < dim; ++d)
    of_layer *= divisions[d] + 1;
  common_numbers.resize(triangulation.n_vertices());
  for (unsigned int v = 0; v < common_numbers.size(); ++v)
    common_numbers[v] = v % of_layer;
}

template <int dim>
typename MeshFile<dim>::Body Body<dim>::body_of_file(const Side side, const CellGeometry &geometry)
{
  return side == Side::electrolyte ? MeshFile<dim>::electrolyte :
         geometry.is_upside_down   ? MeshFile<dim>::second_metal :
                                     MeshFile<dim>::metal;
}

// The vertices that the body uses. Upside down elements exchange two axes, so that their edges,
// which are directed alike all over the mesh, remain so.
template <int dim>
void Body<dim>::take_from_file(const MeshFile<dim> &mesh)
{
  using FaceVertices = typename MeshFile<dim>::FaceVertices;
  const auto own     = body_of_file(side, geometry);
  std::vector<unsigned int> here(mesh.vertices.size(), numbers::invalid_unsigned_int);
  std::vector<Point<dim>> vertices;
  std::vector<CellData<dim>> cells;
  common_numbers.clear();
  for (CellData<dim> cell : mesh.cells)
    if (cell.material_id == own)
    {
      for (unsigned int &v : cell.vertices)
      {
        if (here[v] == numbers::invalid_unsigned_int)
        {
          here[v] = vertices.size();
          vertices.push_back(mesh.vertices[v]);
          if (geometry.is_upside_down)
            vertices.back()[dim - 1] = -geometry.electrolyte_thickness - vertices.back()[dim - 1];
          common_numbers.push_back(v);
        }
        v = here[v];
      }
      if (geometry.is_upside_down)
        for (unsigned int v = 1; v < cell.vertices.size(); v += 4)
          std::swap(cell.vertices[v], cell.vertices[v + 1]);
      cell.material_id = 0;
      cells.push_back(cell);
    }
  triangulation.create_triangulation(vertices, cells, SubCellData());
  std::map<FaceVertices, boundary::boundary_id> id_of;
  for (const auto &face : mesh.faces)
    if (face.body == own)
      id_of[face.vertices] = face.id;
  for (const auto &cell : triangulation.cell_iterators_on_level(0))
    for (const auto &face : cell->face_iterators())
      if (face->at_boundary())
      {
        FaceVertices in_file;
        for (unsigned int v = 0; v < in_file.size(); ++v)
          in_file[v] = common_numbers[face->vertex_index(v)];
        std::sort(in_file.begin(), in_file.end());
        face->set_boundary_id(id_of.at(in_file));
      }
}

// All of Gamma is halved equally often, so that neighbours ask no more of it.
template <int dim>
unsigned int Body<dim>::halvings_on_interface(const CellGeometry &geometry,
                                              const MeshGrading &grading)
{
  unsigned int result = 0;
  if (grading.size_at_interface > 0)
    while (geometry.mesh<dim>()->largest_edge > 1.001 * grading.size_at_interface * (1u << result))
      ++result;
  return result;
}

template <int dim>
void Body<dim>::grade(const MeshGrading &grading)
{
  if (geometry.is_box())
    grade_box(grading);
  else
  {
    level_on_interface = halvings_on_interface(geometry, grading);
    for (int level = 0; level < level_on_interface; ++level)
    {
      for (const auto &cell : triangulation.active_cell_iterators())
        if (cell->is_locally_owned() && at_interface(cell))
          cell->set_refine_flag();
      triangulation.execute_coarsening_and_refinement();
    }
    least_level = grading.global_refinements;
    level_on_interface += least_level;
  }
  triangulation.refine_global(grading.global_refinements);
}

template <int dim>
bool Body<dim>::at_interface(const TriaIterator<CellAccessor<dim>> &cell) const
{
  for (const auto &face : cell->face_iterators())
    if (face->at_boundary() && is_interface(face->boundary_id()))
      return true;
  return false;
}

template <int dim>
double Body<dim>::area(const boundary::boundary_id id) const
{
  const QGauss<dim - 1> quadrature(2);
  const FE_Q<dim> fe(1);
  FEFaceValues<dim> values(mapping, fe, quadrature, update_quadrature_points | update_JxW_values);
  double sum = 0;
  for (const auto &cell : triangulation.active_cell_iterators())
    if (cell->is_locally_owned())
      for (const unsigned int face : cell->face_indices())
        if (cell->face(face)->at_boundary() && cell->face(face)->boundary_id() == id)
        {
          values.reinit(cell, face);
          for (const unsigned int q : values.quadrature_point_indices())
            sum += values.JxW(q) * (axisymmetric() ? values.quadrature_point(q)[0] : 1.);
        }
  return Utilities::MPI::sum(sum, triangulation.get_communicator());
}

template <int dim>
void Body<dim>::grade_box(const MeshGrading &grading)
{
  bool again = true;
  while (again)
  {
    again = false;
    for (const auto &cell : triangulation.active_cell_iterators())
      if (cell->is_locally_owned())
      {
        const double width = cell->extent_in_direction(0);
        const double away  = distance(cell) - 0.5 * cell->extent_in_direction(dim - 1);
        // a fraction of a per cent keeps round-off from deciding
        if (width > 1.001 * std::max(grading.size_at_interface, grading.growth * away))
        {
          cell->set_refine_flag();
          again = true;
        }
      }
    again = Utilities::MPI::max(static_cast<int>(again), triangulation.get_communicator());
    if (again)
      triangulation.execute_coarsening_and_refinement();
  }
}

template <int dim>
void Body<dim>::remember_grading()
{
  if (!geometry.is_box())
    return;
  reach.assign(triangulation.n_global_levels(), 0.);
  for (const auto &cell : triangulation.active_cell_iterators())
    if (cell->is_locally_owned())
      for (int level = 0; level <= cell->level(); ++level)
        reach[level] =
          std::max(reach[level], distance(cell) + 0.5 * cell->extent_in_direction(dim - 1));
  Utilities::MPI::max(reach, triangulation.get_communicator(), reach);
}

template <int dim>
int Body<dim>::graded_level(const TriaIterator<CellAccessor<dim>> &cell) const
{
  if (!geometry.is_box())
    return at_interface(cell) ? level_on_interface : least_level;
  int level = reach.size() - 1;
  while (level > 0 && distance(cell) > reach[level])
    --level;
  return level;
}

template <int dim>
double Body<dim>::distance(const TriaIterator<CellAccessor<dim>> &cell) const
{
  const double from_gamma = std::abs(cell->center()[dim - 1]);
  return n_interfaces() == 2 ? std::min(from_gamma, thickness() - from_gamma) : from_gamma;
}

// Built from scratch, so that the order of cells is that of the file and nothing before counts.
template <int dim>
void Body<dim>::load(const std::string &file)
{
  levels_.clear();
  triangulation.clear();
  make_coarse_mesh();
  triangulation.load(file);
}

template <int dim>
void Body<dim>::update_levels()
{
  levels_ = MGTransferGlobalCoarseningTools::create_geometric_coarsening_sequence(triangulation);
  // the coarsest is solved exactly: meshes below one that is small take more time than they save
  const unsigned int small_mesh = dim == 2 ? 64 : 8;
  while (levels_.size() > 1 && levels_[1]->n_global_active_cells() <= small_mesh)
    levels_.erase(levels_.begin());
}

template class Body<2>;
template class Body<3>;
} // namespace kavity
