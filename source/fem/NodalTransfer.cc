#include "kavity/fem/NodalTransfer.h"

#include <deal.II/dofs/dof_tools.h>

namespace kavity
{
using namespace dealii;

template <int dim>
NodalTransfer<dim>::NodalTransfer(parallel::distributed::Triangulation<dim> &mesh,
                                  const FiniteElement<dim> &element)
  : dofs(mesh)
  , transfer(dofs)
{
  dofs.distribute_dofs(element);
}

template <int dim>
Vector NodalTransfer<dim>::ghosted(const DoFHandler<dim> &dofs)
{
  IndexSet relevant;
  DoFTools::extract_locally_relevant_dofs(dofs, relevant);
  return Vector(dofs.locally_owned_dofs(), relevant, dofs.get_communicator());
}

template <int dim>
Vector NodalTransfer<dim>::ghosted(const DoFHandler<dim> &dofs, const Vector &values)
{
  Vector result = ghosted(dofs);
  result.copy_locally_owned_data_from(values);
  result.update_ghost_values();
  return result;
}

template <int dim>
std::vector<const Vector *> NodalTransfer<dim>::keep(const std::vector<const Vector *> &vectors)
{
  kept.clear();
  for (const Vector *vector : vectors)
    kept.push_back(ghosted(dofs, *vector));
  std::vector<const Vector *> result;
  for (const Vector &vector : kept)
    result.push_back(&vector);
  return result;
}

template <int dim>
void NodalTransfer<dim>::leave(const std::vector<const Vector *> &vectors)
{
  transfer.prepare_for_coarsening_and_refinement(keep(vectors));
}

template <int dim>
std::vector<Vector> NodalTransfer<dim>::enter()
{
  dofs.distribute_dofs(dofs.get_fe());
  std::vector<Vector> result(kept.size(), ghosted(dofs));
  std::vector<Vector *> to;
  for (Vector &vector : result)
    to.push_back(&vector);
  transfer.interpolate(to);
  kept.clear();
  return result;
}

template <int dim>
void NodalTransfer<dim>::attach(const std::vector<const Vector *> &vectors)
{
  transfer.prepare_for_serialization(keep(vectors));
}

template <int dim>
std::vector<Vector> NodalTransfer<dim>::restore(const unsigned int number)
{
  std::vector<Vector> result(number, ghosted(dofs));
  std::vector<Vector *> to;
  for (Vector &vector : result)
    to.push_back(&vector);
  transfer.deserialize(to);
  return result;
}

template class NodalTransfer<2>;
template class NodalTransfer<3>;
} // namespace kavity
