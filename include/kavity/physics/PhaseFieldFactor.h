#ifndef kavity_physics_PhaseFieldFactor_h
#define kavity_physics_PhaseFieldFactor_h

#include "kavity/fem/Field.h"
#include "kavity/physics/PhaseFieldOperator.h"

#include <deal.II/lac/trilinos_solver.h>
#include <deal.II/lac/trilinos_sparse_matrix.h>

#include <memory>

namespace kavity
{
/// The tangent of a stage of the phase field as an assembled matrix, factorised: a preconditioner
/// where that is cheap, in 2D. It costs as much as some tens of multigrid cycles, and holds over
/// Newton steps, stages and time steps in which c and the length of the stage change little.
template <int dim>
class PhaseFieldFactor
{
public:
  /// References must outlive the object.
  PhaseFieldFactor(const PhaseFieldOperator<dim> &, const Field<dim> &);

  /// Factorises the tangent of the operator's last linearise(). Collective.
  void update();

  /// dst = (last factorised tangent)^-1 src
  void vmult(BlockVector &dst, const BlockVector &src) const;

private:
  const PhaseFieldOperator<dim> &equations;
  const Field<dim> &field;
  /// Unknown b of a node i is the unknown 2 i + b of the matrix.
  dealii::AffineConstraints<double> constraints;
  dealii::TrilinosWrappers::SparseMatrix matrix;
  dealii::SolverControl control;
  std::unique_ptr<dealii::TrilinosWrappers::SolverDirect> factor;
  mutable Vector x, rows;
};
} // namespace kavity

#endif
