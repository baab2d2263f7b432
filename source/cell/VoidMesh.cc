#include "kavity/cell/VoidMesh.h"

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

// Metal that another mesh may lose, of the volume of voids, where it is finer and where it is
// coarser.
constexpr double largest_loss = 0.5e-6;
// A mesh is made finer than that asks for, so that the next steps do not outgrow it as well.
constexpr double reserve = 0.1;
} // namespace

template <int dim>
VoidMesh<dim>::VoidMesh(Body<dim> &metal, const VoidFieldParameters &own)
  : metal(metal)
  , own(own)
{
}

// The mesh of the start goes from where it is: it ends up the same.
template <int dim>
unsigned int VoidMesh<dim>::passes(const Follow follow) const
{
  if (follow == Follow::nothing || (follow == Follow::ahead && !ahead))
    return 0;
  return follow == Follow::state ? 1 : most_passes;
}

template <int dim>
double VoidMesh<dim>::size_on_surfaces() const
{
  return own.phase_field.width / own.cells_across;
}

// A fraction of a per cent keeps round-off from deciding.
template <int dim>
double VoidMesh<dim>::finest() const
{
  return 1.001 * size_on_surfaces();
}

template <int dim>
bool VoidMesh<dim>::holds_initial_surface(
  const typename DoFHandler<dim>::active_cell_iterator &cell) const
{
  return std::abs(own.initial_distance(cell->center())) <
         0.5 * cell->diameter() + own.phase_field.width;
}

template <int dim>
void VoidMesh<dim>::flag(const Follow follow, const VoidField<dim> &voids)
{
  const auto &dofs = voids.dof_handler();
  const Vector c =
    NodalTransfer<dim>::ghosted(dofs, follow == Follow::ahead ? *ahead : voids.fraction());
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
      const double slope = own.phase_field.width * (high - low) / size;
      const bool surface = high - low > 0.5 || slope > slope_of_surface ||
                           (follow == Follow::start && holds_initial_surface(cell));
      if (surface && size > finest())
        cell->set_refine_flag();
      else if (follow != Follow::ahead && !surface && slope < slope_outside &&
               cell->level() > metal.graded_level(cell))
        cell->set_coarsen_flag();
    }
  if (follow == Follow::start)
    return;
  const double most = most_lost(voids);
  NodalTransfer<dim>::refine_for(metal, dofs, c, content(), finest(), reserve * most);
  NodalTransfer<dim>::limit_loss(metal, dofs, c, content(), most);
}

template <int dim>
typename NodalTransfer<dim>::Amount VoidMesh<dim>::content() const
{
  return [&law = own.phase_field](const double c) { return law.content(c); };
}

template <int dim>
double VoidMesh<dim>::smallest_void() const
{
  return std::pow(own.phase_field.width, dim == 3 || metal.axisymmetric() ? 3 : 2);
}

template <int dim>
double VoidMesh<dim>::most_lost(const VoidField<dim> &voids) const
{
  return largest_loss * std::max(voids.void_volume(), smallest_void());
}

template <int dim>
bool VoidMesh<dim>::is_outgrown_by(const VoidField<dim> &voids)
{
  const auto &dofs  = voids.dof_handler();
  const Vector c    = NodalTransfer<dim>::ghosted(dofs, voids.fraction());
  const double most = most_lost(voids);
  const double loss = NodalTransfer<dim>::refine_for(metal, dofs, c, content(), finest(), most);
  for (const auto &cell : metal.triangulation.active_cell_iterators())
    cell->clear_refine_flag();
  if (loss <= most)
    return false;
  ahead = voids.fraction();
  return true;
}

template <int dim>
void VoidMesh<dim>::forget()
{
  ahead.reset();
}

template <int dim>
void VoidMesh<dim>::leave(const VoidField<dim> &voids)
{
  carried_volume = voids.metal_volume();
  transfer.emplace(metal.triangulation, voids.dof_handler().get_fe());
  std::vector<const Vector *> vectors = {&voids.solution().block(0), &voids.solution().block(1)};
  if (ahead)
    vectors.push_back(&*ahead);
  transfer->leave(vectors);
}

// What coarsening loses or gains of the metal is put back on the surfaces.
template <int dim>
double VoidMesh<dim>::enter(VoidField<dim> &voids, const double tolerance)
{
  const auto carried = transfer->enter();
  transfer.reset();
  for (unsigned int b = 0; b < 2; ++b)
    voids.solution().block(b).copy_locally_owned_data_from(carried[b]);
  if (ahead)
    ahead = carried.back();
  double missing = voids.restore_volume(carried_volume);
  voids.read_interface();
  smooth(voids, own.phase_field.width, tolerance);
  missing += voids.restore_volume(carried_volume);
  voids.read_interface();
  return missing;
}

// Roughness that stays costs nothing but short time steps.
template <int dim>
void VoidMesh<dim>::smooth(VoidField<dim> &voids, const double length, const double tolerance) const
{
  const BlockVector rough = voids.solution();
  try
  {
    voids.smooth(length, tolerance, reserve * most_lost(voids));
  }
  catch (const NoConvergence &)
  {
    voids.solution() = rough;
    voids.read_interface();
  }
}

template <int dim>
void VoidMesh<dim>::attach(const VoidField<dim> &voids)
{
  transfer.emplace(metal.triangulation, voids.dof_handler().get_fe());
  transfer->attach({&voids.solution().block(0), &voids.solution().block(1)});
}

template <int dim>
void VoidMesh<dim>::detach()
{
  transfer.reset();
}

template <int dim>
void VoidMesh<dim>::restore(VoidField<dim> &voids)
{
  NodalTransfer<dim> from_file(metal.triangulation, voids.dof_handler().get_fe());
  const auto vectors = from_file.restore(2);
  for (unsigned int b = 0; b < 2; ++b)
    voids.solution().block(b).copy_locally_owned_data_from(vectors[b]);
  voids.read_interface();
}

template class VoidMesh<2>;
template class VoidMesh<3>;
} // namespace kavity
