#include "kavity/fem/Field.h"

#include <deal.II/dofs/dof_tools.h>

#include <algorithm>

namespace kavity
{
using namespace dealii;

namespace
{
// Its nodes take the value of the first.
template <int dim>
void tie_reference(const DoFHandler<dim> &dofs, AffineConstraints<double> &constraints)
{
  const IndexSet nodes =
    DoFTools::extract_boundary_dofs(dofs, ComponentMask(), {boundary::reference});
  types::global_dof_index first = numbers::invalid_dof_index;
  for (const auto node : nodes)
    if (!constraints.is_constrained(node))
      first = std::min(first, node);
  first = Utilities::MPI::min(first, dofs.get_communicator());
  for (const auto node : nodes)
    if (node != first && !constraints.is_constrained(node))
    {
      constraints.add_line(node);
      constraints.add_entry(node, first, 1.);
    }
}
} // namespace

template <int dim>
Field<dim>::Field(const Body<dim> &body, const FiniteElement<dim> &fe, Constrain constrain,
                  const OnReference on_reference)
  : body(body)
  , dof_handler(body.triangulation)
  , levels(0, body.levels().size() - 1)
{
  dof_handler.distribute_dofs(fe);
  make_constraints(dof_handler, constraints, constrain, on_reference);
  make_constraints(dof_handler, hanging_nodes, {}, on_reference);
  for (unsigned int level = levels.min_level(); level <= levels.max_level(); ++level)
  {
    if (level < levels.max_level())
    {
      levels[level].own = std::make_unique<DoFHandler<dim>>(*body.levels()[level]);
      levels[level].own->distribute_dofs(fe);
    }
    make_constraints(level_dof_handler(level), levels[level].constraints, constrain, on_reference);
    levels[level].constraints_float.copy_from(levels[level].constraints);
  }
}

template <int dim>
void Field<dim>::make_constraints(const DoFHandler<dim> &dofs, AffineConstraints<double> &result,
                                  const Constrain &constrain, const OnReference on_reference) const
{
  IndexSet relevant;
  DoFTools::extract_locally_relevant_dofs(dofs, relevant);
  result.reinit(relevant);
  DoFTools::make_hanging_node_constraints(dofs, result);
  if (constrain)
    constrain(dofs, result);
  if (on_reference == OnReference::one_value)
    tie_reference(dofs, result);
  result.close();
}

template <int dim>
void Field<dim>::complete(Vector &vector) const
{
  vector.update_ghost_values();
  hanging_nodes.distribute(vector);
  vector.zero_out_ghost_values();
}

template class Field<2>;
template class Field<3>;
} // namespace kavity
