#include "kavity/fem/NodalTransfer.h"

#include <deal.II/base/quadrature_lib.h>
#include <deal.II/dofs/dof_tools.h>
#include <deal.II/fe/fe_values.h>

#include <algorithm>
#include <cmath>
#include <limits>

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
  kept.reserve(vectors.size()); // vectors that are copied lose their ghost values
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

namespace
{
// Over a cell, of the field with these values at its nodes.
template <int dim>
double integral(FEValues<dim> &fe, const typename Triangulation<dim>::cell_iterator &cell,
                const dealii::Vector<double> &nodal, const bool axisymmetric)
{
  double result = 0;
  fe.reinit(cell);
  for (const unsigned int q : fe.quadrature_point_indices())
  {
    double value = 0;
    for (const unsigned int i : fe.dof_indices())
      value += nodal[i] * fe.shape_value(i, q);
    result += value * fe.JxW(q) * (axisymmetric ? 2 * numbers::PI * fe.quadrature_point(q)[0] : 1.);
  }
  return result;
}

// All its children are cells of this rank that are to be merged.
template <typename Cell>
bool to_be_merged(const Cell &parent)
{
  if (parent->is_active())
    return false;
  for (unsigned int k = 0; k < parent->n_children(); ++k)
    if (!parent->child(k)->is_active() || !parent->child(k)->is_locally_owned() ||
        !parent->child(k)->coarsen_flag_set())
      return false;
  return true;
}
} // namespace

template <int dim>
void NodalTransfer<dim>::limit_loss(const Body<dim> &body, const DoFHandler<dim> &dofs,
                                    const Vector &ghosted, const double most)
{
  FEValues<dim> fe(body.mapping, dofs.get_fe(), QGauss<dim>(dofs.get_fe().degree + 1),
                   update_values | update_JxW_values | update_quadrature_points);
  dealii::Vector<double> nodal(fe.dofs_per_cell);
  struct Family
  {
    typename DoFHandler<dim>::cell_iterator parent;
    double loss;
  };
  std::vector<Family> families;
  for (const auto &parent : dofs.cell_iterators())
    if (to_be_merged(parent))
    {
      parent->get_interpolated_dof_values(ghosted, nodal);
      double loss = -integral<dim>(fe, parent, nodal, body.axisymmetric());
      for (unsigned int k = 0; k < parent->n_children(); ++k)
      {
        parent->child(k)->get_dof_values(ghosted, nodal);
        loss += integral<dim>(fe, parent->child(k), nodal, body.axisymmetric());
      }
      families.push_back({parent, std::abs(loss)});
    }
  // those that lose least
  double limit       = std::numeric_limits<double>::max();
  const auto of_kept = [&](double &largest)
  {
    double sum = 0;
    largest    = 0;
    for (const Family &family : families)
      if (family.loss <= limit)
      {
        sum += family.loss;
        largest = std::max(largest, family.loss);
      }
    largest = Utilities::MPI::max(largest, dofs.get_communicator());
    return Utilities::MPI::sum(sum, dofs.get_communicator());
  };
  for (double largest = 0; of_kept(largest) > most;)
    limit = 0.5 * largest;
  for (const Family &family : families)
    if (family.loss > limit)
      for (unsigned int k = 0; k < family.parent->n_children(); ++k)
        family.parent->child(k)->clear_coarsen_flag();
}

template class NodalTransfer<2>;
template class NodalTransfer<3>;
} // namespace kavity
