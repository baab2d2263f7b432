#include "kavity/fem/Field.h"

#include <deal.II/dofs/dof_tools.h>

namespace kavity
{
using namespace dealii;

template <int dim>
Field<dim>::Field(const Body<dim> &body, const FiniteElement<dim> &fe, Constrain constrain)
  : body(body)
  , dof_handler(body.triangulation)
  , levels(0, body.levels().size() - 1)
{
  dof_handler.distribute_dofs(fe);
  make_constraints(dof_handler, constraints, constrain);
  make_constraints(dof_handler, hanging_nodes, {});
  for (unsigned int level = levels.min_level(); level <= levels.max_level(); ++level)
  {
    if (level < levels.max_level())
    {
      levels[level].own = std::make_unique<DoFHandler<dim>>(*body.levels()[level]);
      levels[level].own->distribute_dofs(fe);
    }
    make_constraints(level_dof_handler(level), levels[level].constraints, constrain);
    levels[level].constraints_float.copy_from(levels[level].constraints);
  }
}

template <int dim>
void Field<dim>::make_constraints(const DoFHandler<dim> &dofs, AffineConstraints<double> &result,
                                  const Constrain &constrain) const
{
  IndexSet relevant;
  DoFTools::extract_locally_relevant_dofs(dofs, relevant);
  result.reinit(relevant);
  DoFTools::make_hanging_node_constraints(dofs, result);
  if (constrain)
    constrain(dofs, result);
  result.close();
}

template class Field<2>;
template class Field<3>;
} // namespace kavity
