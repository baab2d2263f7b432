#include "kavity/fem/Refinement.h"

#include <deal.II/grid/grid_tools.h>

#include <algorithm>

namespace kavity
{
using namespace dealii;

namespace
{
template <typename Iterator>
int wanted_level(const Iterator &cell)
{
  return cell->level() + (cell->refine_flag_set() ? 1 : 0) - (cell->coarsen_flag_set() ? 1 : 0);
}

template <typename Iterator>
void want_level(const Iterator &cell, const int level)
{
  cell->clear_refine_flag();
  cell->clear_coarsen_flag();
  if (level > cell->level())
    cell->set_refine_flag();
  else if (level < cell->level())
    cell->set_coarsen_flag();
}

template <int dim>
std::vector<int> wanted_levels(const Triangulation<dim> &triangulation)
{
  std::vector<int> result;
  for (const auto &cell : triangulation.active_cell_iterators())
    if (cell->is_locally_owned())
      result.push_back(wanted_level(cell));
  return result;
}

// One pass of the rules for neighbouring cells, with the flags that other ranks have set by now.
// Artificial cells, whose flags are not known here, agree to become coarser: a ghost whose siblings
// are artificial may then do what its owner, who knows the whole family, has decided.
template <int dim>
bool settle(Triangulation<dim> &triangulation)
{
  using Cell = typename Triangulation<dim>::active_cell_iterator;
  GridTools::exchange_cell_data_to_ghosts<int, Triangulation<dim>>(
    triangulation, [](const Cell &cell) { return wanted_level(cell); },
    [](const Cell &cell, const int level) { want_level(cell, level); });
  for (const auto &cell : triangulation.active_cell_iterators())
    if (cell->is_artificial())
      want_level(cell, std::max(cell->level() - 1, 0));
  const auto before = wanted_levels(triangulation);
  triangulation.prepare_coarsening_and_refinement();
  return wanted_levels(triangulation) != before;
}

template <int dim, Side side>
ValuesOn<side> wanted_levels(const Interface<dim> &interface)
{
  const auto &faces           = interface.faces(side);
  const unsigned int n_points = interface.points_per_face();
  ValuesOn<side> result;
  for (const auto &cell : faces.cells)
    result.insert(result.end(), n_points, wanted_level(cell));
  return result;
}

template <int dim>
bool raise_to(const typename Interface<dim>::Faces &faces, const unsigned int n_points,
              const std::vector<double> &partner)
{
  bool changed = false;
  for (unsigned int face = 0; face < faces.cells.size(); ++face)
  {
    const int level = static_cast<int>(partner[face * n_points]);
    if (level > wanted_level(faces.cells[face]))
    {
      want_level(faces.cells[face], level);
      changed = true;
    }
  }
  return changed;
}
} // namespace

template <int dim>
void synchronise_flags(Body<dim> &electrolyte, const std::vector<Body<dim> *> &metals,
                       const std::vector<const Interface<dim> *> &interfaces)
{
  bool any_changed = true;
  while (any_changed) // ends, because wanted levels only rise
  {
    bool changed = settle<dim>(electrolyte.triangulation);
    for (Body<dim> *metal : metals)
      changed = settle<dim>(metal->triangulation) || changed;
    for (const Interface<dim> *interface : interfaces)
    {
      const unsigned int n = interface->points_per_face();
      const auto &above    = interface->faces(Body<dim>::Side::metal);
      const auto &below    = interface->faces(Body<dim>::Side::electrolyte);
      const auto from_below =
        interface->to_metal(wanted_levels<dim, Side::electrolyte>(*interface));
      const auto from_above =
        interface->to_electrolyte(wanted_levels<dim, Side::metal>(*interface));
      changed = raise_to<dim>(above, n, from_below) || changed;
      changed = raise_to<dim>(below, n, from_above) || changed;
    }
    any_changed =
      Utilities::MPI::max(static_cast<int>(changed), electrolyte.triangulation.get_communicator());
  }
}

template <int dim>
void flag_for_graded_mesh(Body<dim> &body)
{
  for (const auto &cell : body.triangulation.active_cell_iterators())
    if (cell->is_locally_owned())
    {
      cell->clear_refine_flag();
      cell->clear_coarsen_flag();
      if (cell->level() > body.graded_level(cell))
        cell->set_coarsen_flag();
    }
}

template <int dim>
bool any_flag(const Body<dim> &body)
{
  bool result = false;
  for (const auto &cell : body.triangulation.active_cell_iterators())
    if (cell->is_locally_owned())
      result = result || cell->refine_flag_set() || cell->coarsen_flag_set();
  return Utilities::MPI::max(static_cast<int>(result), body.triangulation.get_communicator());
}

#define KAVITY_INSTANTIATE(dim)                                                                    \
  template void synchronise_flags(Body<dim> &, const std::vector<Body<dim> *> &,                   \
                                  const std::vector<const Interface<dim> *> &);                    \
  template void flag_for_graded_mesh(Body<dim> &);                                                 \
  template bool any_flag(const Body<dim> &);
KAVITY_INSTANTIATE(2)
KAVITY_INSTANTIATE(3)
#undef KAVITY_INSTANTIATE
} // namespace kavity
