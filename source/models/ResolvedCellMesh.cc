#include "kavity/fem/Refinement.h"
#include "kavity/models/ResolvedCell.h"

#include <deal.II/base/timer.h>
#include <deal.II/distributed/solution_transfer.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace kavity
{
using namespace dealii;

namespace
{
// A cell holds a surface where c varies so much over the surface width: 0.08 is the slope of the
// tanh profile at c = 0.02 and 0.98. It lets go of being small well outside that, so that small
// cells do not come and go. Values of c would not do: compressed metal has c > 1.
constexpr double slope_of_surface = 0.08, slope_outside = 0.25 * slope_of_surface;

// More levels than any sensible surface width needs.
constexpr unsigned int most_passes = 30;

// For nodal values with the ghosts of all cells.
template <int dim>
Vector ghosted(const DoFHandler<dim> &dofs)
{
  IndexSet relevant;
  DoFTools::extract_locally_relevant_dofs(dofs, relevant);
  return Vector(dofs.locally_owned_dofs(), relevant, dofs.get_communicator());
}
template <int dim>
Vector ghosted(const DoFHandler<dim> &dofs, const Vector &values)
{
  Vector result = ghosted(dofs);
  result.copy_locally_owned_data_from(values);
  result.update_ghost_values();
  return result;
}
} // namespace

template <int dim>
void ResolvedCell<dim>::make_fields()
{
  metal.update_levels();
  electrolyte.update_levels();
  transport = make_transport(electrolyte, interface, parameters, temperature);
  flow      = make_flow(metal, interface, parameters, temperature, false);
  voids =
    std::make_unique<VoidField<dim>>(*flow, metal, interface, parameters.void_field.phase_field,
                                     parameters.metal, temperature, parameters.solver);
  contact = make_contact(electrolyte, interface, parameters);
}

template <int dim>
double ResolvedCell<dim>::initial_distance(const Point<dim> &x) const
{
  return parameters.void_field.voids.distance(x[0], x[dim - 1], dim == 3 ? x[1] : 0.,
                                              parameters.void_field.phase_field.contact_angle);
}

template <int dim>
double ResolvedCell<dim>::initial_fraction(const Point<dim> &x, const double pressure) const
{
  const auto &law = parameters.void_field.phase_field;
  return 0.5 * law.fraction_under(pressure) * (1 + std::tanh(2 * initial_distance(x) / law.width));
}

template <int dim>
bool ResolvedCell<dim>::flag_mesh(const IsSurface &is_surface)
{
  const auto &dofs   = flow->potential_space().dof_handler;
  const auto &law    = parameters.void_field.phase_field;
  const double width = law.width / parameters.void_field.cells_across;
  const Vector c     = ghosted(dofs, voids->fraction());
  std::vector<types::global_dof_index> indices(dofs.get_fe().dofs_per_cell);
  for (const auto &cell : dofs.active_cell_iterators())
    if (cell->is_locally_owned())
    {
      cell->get_dof_indices(indices);
      double low = std::numeric_limits<double>::max(), high = -low;
      for (const auto i : indices)
      {
        low  = std::min(low, c(i));
        high = std::max(high, c(i));
      }
      const double size  = cell->extent_in_direction(0);
      const double slope = law.width * (high - low) / size;
      const bool surface = high - low > 0.5 || slope > slope_of_surface || is_surface(cell);
      // a fraction of a per cent keeps round-off from deciding
      if (surface && size > 1.001 * width)
        cell->set_refine_flag();
      else if (!surface && slope < slope_outside && cell->level() > metal.graded_level(cell))
        cell->set_coarsen_flag();
    }
  for (const auto &cell : electrolyte.triangulation.active_cell_iterators())
    if (cell->is_locally_owned() && cell->level() > electrolyte.graded_level(cell))
      cell->set_coarsen_flag();
  synchronise_flags(metal, electrolyte, interface);
  bool any = false;
  for (const auto *mesh : {&metal.triangulation, &electrolyte.triangulation})
    for (const auto &cell : mesh->active_cell_iterators())
      any =
        any || (cell->is_locally_owned() && (cell->refine_flag_set() || cell->coarsen_flag_set()));
  return Utilities::MPI::max(static_cast<int>(any), comm) > 0;
}

// Potential and flow are quasi-steady: only c and mu are carried over. What coarsening loses or
// gains of the metal is put back on the surfaces.
template <int dim>
void ResolvedCell<dim>::change_mesh()
{
  const double before = voids->metal_volume();
  auto &dofs          = const_cast<DoFHandler<dim> &>(flow->potential_space().dof_handler);
  const Vector mu     = ghosted(dofs, voids->solution().block(0));
  const Vector c      = ghosted(dofs, voids->solution().block(1));
  const std::vector<const Vector *> from = {&mu, &c};
  parallel::distributed::SolutionTransfer<dim, Vector> transfer(dofs);
  transfer.prepare_for_coarsening_and_refinement(from);
  metal.triangulation.execute_coarsening_and_refinement();
  electrolyte.triangulation.execute_coarsening_and_refinement();
  dofs.distribute_dofs(dofs.get_fe());
  std::vector<Vector> carried(2, ghosted(dofs));
  std::vector<Vector *> to = {&carried[0], &carried[1]};
  transfer.interpolate(to);
  voids.reset();
  transport.reset();
  flow.reset();
  interface.update();
  make_fields();
  for (unsigned int b = 0; b < 2; ++b)
    voids->solution().block(b).copy_locally_owned_data_from(carried[b]);
  voids->restore_volume(before);
}

template <int dim>
void ResolvedCell<dim>::adapt()
{
  steps_since_adaption = 0;
  Timer clock;
  if (!flag_mesh([](const auto &) { return false; }))
    return;
  change_mesh();
  voids->read_interface();
  timing["mesh"] += clock.wall_time();
  const BlockVector start = voids->solution(), flow_at_start = flow->solution();
  try
  {
    solve(current_density);
  }
  catch (const NoConvergence &)
  {
    // the next step, which may be shorter, tries again
    voids->solution() = start;
    flow->solution()  = flow_at_start;
    voids->read_interface();
    current.assign(voids->mu.size(), 0.);
  }
}

template <int dim>
void ResolvedCell<dim>::save(const std::string &folder)
{
  const auto &dofs = flow->potential_space().dof_handler;
  const Vector mu  = ghosted(dofs, voids->solution().block(0));
  const Vector c   = ghosted(dofs, voids->solution().block(1));
  parallel::distributed::SolutionTransfer<dim, Vector> transfer(dofs);
  transfer.prepare_for_serialization({&mu, &c});
  save_meshes(metal, electrolyte, steps_since_adaption, folder);
}

template <int dim>
void ResolvedCell<dim>::load(const std::string &folder)
{
  voids.reset();
  transport.reset();
  flow.reset();
  steps_since_adaption = load_meshes(metal, electrolyte, folder);
  interface.update();
  make_fields();
  const auto &dofs = flow->potential_space().dof_handler;
  std::vector<Vector> vectors(2, ghosted(dofs));
  parallel::distributed::SolutionTransfer<dim, Vector> transfer(dofs);
  std::vector<Vector *> to = {&vectors[0], &vectors[1]};
  transfer.deserialize(to);
  for (unsigned int b = 0; b < 2; ++b)
    voids->solution().block(b).copy_locally_owned_data_from(vectors[b]);
  voids->read_interface();
  current.assign(voids->mu.size(), 0.);
  is_solved = false;
}

template <int dim>
void ResolvedCell<dim>::reset(const double settled_current)
{
  const double pressure = stack_pressure - parameters.metal.interface_sink_viscosity(temperature) *
                                             settled_current * parameters.metal.molar_volume /
                                             faraday;
  const auto initial = [&](const Point<dim> &x) { return initial_fraction(x, pressure); };
  // voids smaller than a cell show in their distance only
  const auto is_surface = [this](const auto &cell)
  {
    const double distance = initial_distance(cell->center());
    return std::abs(distance) < 0.5 * cell->diameter() + parameters.void_field.phase_field.width;
  };
  make_fields();
  voids->set(initial);
  for (unsigned int pass = 0; pass < most_passes && flag_mesh(is_surface); ++pass)
  {
    change_mesh();
    voids->set(initial);
  }
  totals               = CellBalance();
  steps_since_adaption = 0;
  current.assign(voids->mu.size(), 0.);
}

template void ResolvedCell<2>::reset(double);
template void ResolvedCell<2>::adapt();
template void ResolvedCell<2>::save(const std::string &);
template void ResolvedCell<2>::load(const std::string &);
template void ResolvedCell<3>::reset(double);
template void ResolvedCell<3>::adapt();
template void ResolvedCell<3>::save(const std::string &);
template void ResolvedCell<3>::load(const std::string &);
} // namespace kavity
