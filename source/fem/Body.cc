#include "kavity/fem/Body.h"

#include <deal.II/grid/grid_generator.h>
#include <deal.II/multigrid/mg_transfer_global_coarsening.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

namespace kavity
{
using namespace dealii;

template <int dim>
Body<dim>::Body(MPI_Comm comm, const Side side, const BoxGeometry &geometry,
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

template <int dim>
types::boundary_id Body<dim>::gamma_id() const
{
  return 2 * (dim - 1) + (side == Side::metal ? 0 : 1);
}

template <int dim>
types::boundary_id Body<dim>::far_id() const
{
  return 2 * (dim - 1) + (side == Side::metal ? 1 : 0);
}

// Both bodies derive the lateral division from the same numbers, so that Gamma conforms. Cells
// are nearly square in the metal (the flow multigrid wants an aspect below 2) and at most twice
// as tall as wide in the electrolyte (the potential bears 4).
template <int dim>
std::vector<unsigned int> Body<dim>::coarse_divisions(const Side side, const BoxGeometry &box)
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

// The multigrid transfer of deal.II numbers the cells of all levels as if each were refined
// everywhere.
template <int dim>
double Body<dim>::narrowest_element(const BoxGeometry &box)
{
  double width = 0;
  for (const Side side : {Side::metal, Side::electrolyte})
  {
    const auto divisions = coarse_divisions(side, box);
    double cells         = 1;
    for (const double n : divisions)
      cells *= n;
    const double children = 1 << dim;
    double narrowest      = box.width / divisions[0];
    for (double all = children * children;
         cells * (all - 1) <= std::numeric_limits<types::global_cell_index>::max(); all *= children)
      narrowest /= 2;
    width = std::max(width, narrowest);
  }
  return width;
}

// As grade() does it, for a stack of cells: all beside each other are of one size.
template <int dim>
typename Body<dim>::Size Body<dim>::expected_size(const Side side, const BoxGeometry &box,
                                                  const MeshGrading &grading)
{
  if (side == Side::electrolyte && box.second_thickness > 0)
  {
    BoxGeometry half           = box;
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
  const double children = std::pow(2., dim * grading.global_refinements);
  return {children * size.cells, children * size.nodes_1, children * size.nodes_2};
}

template <int dim>
void Body<dim>::make_coarse_mesh()
{
  Point<dim> low, high;
  high[0] = geometry.width;
  if (dim == 3)
    high[1] = geometry.depth;
  low[dim - 1]  = side == Side::metal ? 0. : -geometry.electrolyte_thickness;
  high[dim - 1] = side == Side::metal ? geometry.metal_thickness : 0.;
  GridGenerator::subdivided_hyper_rectangle(triangulation, coarse_divisions(side, geometry), low,
                                            high, true);
}

template <int dim>
void Body<dim>::grade(const MeshGrading &grading)
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
  triangulation.refine_global(grading.global_refinements);
}

template <int dim>
void Body<dim>::remember_grading()
{
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
}

template class Body<2>;
template class Body<3>;
} // namespace kavity
