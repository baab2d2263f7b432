#include "kavity/fem/Refinement.h"

#include <deal.II/grid/grid_tools.h>

#include <algorithm>
#include <limits>

namespace kavity
{
using namespace dealii;

namespace
{
// Merging well below the threshold for splitting, so that meshes do not alternate.
constexpr double merge_below = 0.25;

// Least and negative largest value on a face of Gamma: merging takes the minimum of both.
class Range
{
public:
  Range() = default;
  Range(const double *first, const double *last)
    : bounds({*std::min_element(first, last), -*std::max_element(first, last)})
  {
  }
  void include(const Range &other)
  {
    for (unsigned int i = 0; i < 2; ++i)
      bounds[i] = std::min(bounds[i], other.bounds[i]);
  }
  double width() const
  {
    return -bounds[1] - bounds[0];
  }
  template <class Archive>
  void serialize(Archive &archive, unsigned int)
  {
    archive &bounds[0] & bounds[1];
  }

private:
  std::array<double, 2> bounds = {std::numeric_limits<double>::max(),
                                  std::numeric_limits<double>::max()};
};

// Largest difference of the state between points of each face and those that share a vertex with
// it.
template <int dim>
std::vector<double> variations(const Body<dim> &metal, const Interface<dim> &interface,
                               const InterfaceValues &state)
{
  using Cell       = typename Triangulation<dim>::active_cell_iterator;
  const auto &own  = interface.faces(metal.side);
  const auto n     = interface.points_per_face();
  const auto range = [&](const unsigned int face)
  { return Range(state.data() + face * n, state.data() + (face + 1) * n); };
  std::map<unsigned int, Range> at_vertex;
  const auto spread = [&](const Cell &cell, const Range &range)
  {
    for (const auto &face : cell->face_iterators())
      if (face->at_boundary() && face->boundary_id() == boundary::interface)
        for (const unsigned int v : face->vertex_indices())
          at_vertex[face->vertex_index(v)].include(range);
  };
  // of a cell with several faces, all
  std::map<std::pair<int, int>, Range> of_cell;
  for (unsigned int face = 0; face < own.cells.size(); ++face)
    of_cell[{own.cells[face]->level(), own.cells[face]->index()}].include(range(face));
  for (const auto &cell : own.cells)
    spread(cell, of_cell.at({cell->level(), cell->index()}));
  GridTools::exchange_cell_data_to_ghosts<Range, Triangulation<dim>>(
    metal.triangulation,
    [&](const Cell &cell) -> std_cxx17::optional<Range>
    {
      const auto found = of_cell.find({cell->level(), cell->index()});
      return found == of_cell.end() ? std_cxx17::optional<Range>() : found->second;
    },
    spread);
  std::vector<double> result;
  for (unsigned int face = 0; face < own.cells.size(); ++face)
  {
    Range around;
    const auto shape = own.cells[face]->face(own.on_cell[face]);
    for (const unsigned int v : shape->vertex_indices())
      around.include(at_vertex.at(shape->vertex_index(v)));
    result.push_back(around.width());
  }
  return result;
}

} // namespace

template <int dim>
void flag_variations(Body<dim> &metal, const Interface<dim> &interface,
                     const InterfaceValues &state, const double threshold,
                     const unsigned int levels)
{
  const auto differences = variations(metal, interface, state);
  flag_for_graded_mesh(metal);
  const auto &cells = interface.faces(metal.side).cells;
  for (unsigned int face = 0; face < cells.size(); ++face)
  {
    if (differences[face] >= merge_below * threshold)
      cells[face]->clear_coarsen_flag();
    const int finest = metal.graded_level(cells[face]) + levels;
    if (differences[face] > threshold && cells[face]->level() < finest)
      cells[face]->set_refine_flag();
  }
}

template void flag_variations(Body<2> &, const Interface<2> &, const InterfaceValues &, double,
                              unsigned int);
template void flag_variations(Body<3> &, const Interface<3> &, const InterfaceValues &, double,
                              unsigned int);
} // namespace kavity
