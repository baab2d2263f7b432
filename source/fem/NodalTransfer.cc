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
// Over a cell, of the amount of the field with these values at its nodes.
template <int dim>
double integral(FEValues<dim> &fe, const typename Triangulation<dim>::cell_iterator &cell,
                const dealii::Vector<double> &nodal,
                const typename NodalTransfer<dim>::Amount &amount, const bool axisymmetric)
{
  double result = 0;
  fe.reinit(cell);
  for (const unsigned int q : fe.quadrature_point_indices())
  {
    double value = 0;
    for (const unsigned int i : fe.dof_indices())
      value += nodal[i] * fe.shape_value(i, q);
    result +=
      amount(value) * fe.JxW(q) * (axisymmetric ? 2 * numbers::PI * fe.quadrature_point(q)[0] : 1.);
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

// A cell and what its change would lose.
template <int dim>
struct Losing
{
  typename DoFHandler<dim>::cell_iterator cell;
  double loss;
};

// The largest loss so that all that are no larger, on all ranks, are together at most so much.
template <int dim>
double largest_of_kept(const std::vector<Losing<dim>> &all, const double most, const MPI_Comm comm)
{
  double limit = std::numeric_limits<double>::max();
  for (;;)
  {
    double sum = 0, largest = 0;
    for (const auto &one : all)
      if (one.loss <= limit)
      {
        sum += one.loss;
        largest = std::max(largest, one.loss);
      }
    largest = Utilities::MPI::max(largest, comm);
    if (Utilities::MPI::sum(sum, comm) <= most)
      return limit;
    limit = 0.5 * largest;
  }
}
} // namespace

template <int dim>
void NodalTransfer<dim>::limit_loss(const Body<dim> &body, const DoFHandler<dim> &dofs,
                                    const Vector &ghosted, const Amount &amount, const double most)
{
  FEValues<dim> fe(body.mapping, dofs.get_fe(), QGauss<dim>(dofs.get_fe().degree + 1),
                   update_values | update_JxW_values | update_quadrature_points);
  dealii::Vector<double> nodal(fe.dofs_per_cell);
  std::vector<Losing<dim>> families;
  for (const auto &parent : dofs.cell_iterators())
    if (to_be_merged(parent))
    {
      parent->get_interpolated_dof_values(ghosted, nodal);
      double loss = -integral<dim>(fe, parent, nodal, amount, body.axisymmetric());
      for (unsigned int k = 0; k < parent->n_children(); ++k)
      {
        parent->child(k)->get_dof_values(ghosted, nodal);
        loss += integral<dim>(fe, parent->child(k), nodal, amount, body.axisymmetric());
      }
      families.push_back({parent, std::abs(loss)});
    }
  const double limit = largest_of_kept(families, most, dofs.get_communicator());
  for (const auto &family : families)
    if (family.loss > limit)
      for (unsigned int k = 0; k < family.cell->n_children(); ++k)
        family.cell->child(k)->clear_coarsen_flag();
}

template <int dim>
double NodalTransfer<dim>::refine_for(const Body<dim> &body, const DoFHandler<dim> &dofs,
                                      const Vector &ghosted, const Amount &amount,
                                      const double least_size, const double most)
{
  const QGauss<1> rule(dofs.get_fe().degree + 1);
  const auto flags = update_values | update_JxW_values | update_quadrature_points;
  FEValues<dim> whole(body.mapping, dofs.get_fe(), Quadrature<dim>(rule), flags),
    parts(body.mapping, dofs.get_fe(), QIterated<dim>(rule, 2), flags);
  dealii::Vector<double> nodal(whole.dofs_per_cell);
  std::vector<Losing<dim>> cells;
  double sum = 0;
  for (const auto &cell : dofs.active_cell_iterators())
    if (cell->is_locally_owned() && cell->extent_in_direction(0) > least_size)
    {
      cell->get_dof_values(ghosted, nodal);
      cells.push_back(
        {cell, std::abs(integral<dim>(whole, cell, nodal, amount, body.axisymmetric()) -
                        integral<dim>(parts, cell, nodal, amount, body.axisymmetric()))});
      sum += cells.back().loss;
    }
  const double limit = largest_of_kept(cells, most, dofs.get_communicator());
  for (const auto &cell : cells)
    if (cell.loss > limit)
    {
      cell.cell->clear_coarsen_flag();
      cell.cell->set_refine_flag();
    }
  return Utilities::MPI::sum(sum, dofs.get_communicator());
}

template class NodalTransfer<2>;
template class NodalTransfer<3>;
} // namespace kavity
