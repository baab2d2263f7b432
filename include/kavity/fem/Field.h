#ifndef kavity_fem_Field_h
#define kavity_fem_Field_h

#include "kavity/fem/Body.h"

#include <deal.II/base/mg_level_object.h>
#include <deal.II/dofs/dof_handler.h>
#include <deal.II/fe/fe.h>
#include <deal.II/lac/affine_constraints.h>
#include <deal.II/lac/la_parallel_block_vector.h>

#include <functional>

namespace kavity
{
using Vector      = dealii::LinearAlgebra::distributed::Vector<double>;
using BlockVector = dealii::LinearAlgebra::distributed::BlockVector<double>;

/// One finite-element space on a body, with the same space on every coarser mesh of the body's
/// multigrid sequence. Constraints are hanging nodes plus homogeneous essential conditions;
/// inhomogeneous values live in the solution vector itself.
template <int dim>
class Field
{
public:
  /// Adds the essential boundary conditions of this field to the constraints of one level.
  using Constrain =
    std::function<void(const dealii::DoFHandler<dim> &, dealii::AffineConstraints<double> &)>;

  /// A field may have one value all over the electrodes that take no current (boundary::reference).
  enum class OnReference
  {
    free,
    one_value
  };

  Field(const Body<dim> &, const dealii::FiniteElement<dim> &, Constrain = {},
        OnReference = OnReference::free);

  const Body<dim> &body;
  dealii::DoFHandler<dim> dof_handler;
  dealii::AffineConstraints<double> constraints;
  /// hanging nodes and nodes with one value only: of a vector that carries inhomogeneous boundary
  /// values
  dealii::AffineConstraints<double> hanging_nodes;

  struct Level
  {
    std::unique_ptr<dealii::DoFHandler<dim>> own; ///< null on the finest level
    dealii::AffineConstraints<double> constraints;
    dealii::AffineConstraints<float> constraints_float;
  };
  dealii::MGLevelObject<Level> levels;

  /// Sets what hanging nodes and nodes with one value only have from others. Leaves no ghosts.
  void complete(Vector &) const;

  const dealii::DoFHandler<dim> &level_dof_handler(const unsigned int level) const
  {
    return levels[level].own ? *levels[level].own : dof_handler;
  }

private:
  void make_constraints(const dealii::DoFHandler<dim> &, dealii::AffineConstraints<double> &,
                        const Constrain &, OnReference) const;
};
} // namespace kavity

#endif
