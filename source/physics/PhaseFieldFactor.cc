#include "kavity/physics/PhaseFieldFactor.h"

#include <deal.II/dofs/dof_tools.h>
#include <deal.II/lac/dynamic_sparsity_pattern.h>
#include <deal.II/lac/sparsity_tools.h>

namespace kavity
{
using namespace dealii;

namespace
{
IndexSet doubled(const IndexSet &nodes)
{
  IndexSet result(2 * nodes.size());
  for (auto interval = nodes.begin_intervals(); interval != nodes.end_intervals(); ++interval)
    result.add_range(2 * *interval->begin(), 2 * (interval->last() + 1));
  result.compress();
  return result;
}

AffineConstraints<double> doubled(const AffineConstraints<double> &of_nodes,
                                  const IndexSet &relevant)
{
  AffineConstraints<double> result(relevant);
  for (const auto &line : of_nodes.get_lines())
    for (unsigned int b = 0; b < 2; ++b)
    {
      result.add_line(2 * line.index + b);
      for (const auto &[node, weight] : line.entries)
        result.add_entry(2 * line.index + b, 2 * node + b, weight);
    }
  result.close();
  return result;
}
} // namespace

template <int dim>
PhaseFieldFactor<dim>::PhaseFieldFactor(const PhaseFieldOperator<dim> &equations,
                                        const Field<dim> &field)
  : equations(equations)
  , field(field)
{
  const auto &dofs = field.dof_handler;
  IndexSet nodes;
  DoFTools::extract_locally_relevant_dofs(dofs, nodes);
  const IndexSet relevant = doubled(nodes), owned = doubled(dofs.locally_owned_dofs());
  constraints = doubled(field.constraints, relevant);
  DynamicSparsityPattern pattern(relevant);
  std::vector<types::global_dof_index> on_cell(dofs.get_fe().dofs_per_cell),
    both(2 * on_cell.size());
  for (const auto &cell : dofs.active_cell_iterators())
    if (cell->is_locally_owned())
    {
      cell->get_dof_indices(on_cell);
      for (unsigned int i = 0; i < both.size(); ++i)
        both[i] = 2 * on_cell[i / 2] + i % 2;
      constraints.add_entries_local_to_global(both, pattern, false);
    }
  SparsityTools::distribute_sparsity_pattern(pattern, owned, dofs.get_communicator(), relevant);
  matrix.reinit(owned, pattern, dofs.get_communicator());
  x.reinit(owned, dofs.get_communicator());
  rows.reinit(x);
}

template <int dim>
void PhaseFieldFactor<dim>::update()
{
  matrix = 0;
  const auto &order =
    equations.matrix_free().get_shape_info(FlowOperator<dim>::m_space).lexicographic_numbering;
  const unsigned int n = field.dof_handler.get_fe().dofs_per_cell;
  std::vector<types::global_dof_index> on_cell(n), both(2 * n);
  equations.visit_terms(
    [&](const auto &cell, const FullMatrix<double> &local)
    {
      cell->get_dof_indices(on_cell);
      for (unsigned int i = 0; i < n; ++i)
        for (unsigned int b = 0; b < 2; ++b)
          both[b * n + i] = 2 * on_cell[order[i]] + b;
      constraints.distribute_local_to_global(local, both, matrix);
    });
  matrix.compress(VectorOperation::add);
  factor = std::make_unique<TrilinosWrappers::SolverDirect>(control);
  factor->initialize(matrix);
}

template <int dim>
void PhaseFieldFactor<dim>::vmult(BlockVector &dst, const BlockVector &src) const
{
  for (unsigned int b = 0; b < 2; ++b)
    for (unsigned int i = 0; i < src.block(b).locally_owned_size(); ++i)
      rows.local_element(2 * i + b) = src.block(b).local_element(i);
  factor->solve(x, rows);
  for (unsigned int b = 0; b < 2; ++b)
  {
    for (unsigned int i = 0; i < src.block(b).locally_owned_size(); ++i)
      dst.block(b).local_element(i) = x.local_element(2 * i + b);
    for (const unsigned int dof :
         equations.matrix_free().get_constrained_dofs(FlowOperator<dim>::m_space))
      dst.block(b).local_element(dof) = src.block(b).local_element(dof);
  }
}

template class PhaseFieldFactor<2>;
template class PhaseFieldFactor<3>;
} // namespace kavity
