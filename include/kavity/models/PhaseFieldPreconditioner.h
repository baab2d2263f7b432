#ifndef kavity_models_PhaseFieldPreconditioner_h
#define kavity_models_PhaseFieldPreconditioner_h

#include "kavity/fem/CoefficientSpace.h"
#include "kavity/fem/DiffusionOperator.h"
#include "kavity/fem/Multigrid.h"
#include "kavity/models/PhaseFieldOperator.h"

namespace kavity
{
/// Block triangular preconditioner of a stage of the phase field. The Schur complement of the
/// potential, M + K_b M^-1 (kappa/W K + F) with b = interval M Omega W, is replaced by
/// (M + K_a) M^-1 (M + K_a) with a = sqrt(b kappa/W) at every point: a mobility that varies over
/// the surface then costs few iterations more than a constant one. One multigrid cycle a factor.
template <int dim>
class PhaseFieldPreconditioner
{
public:
  PhaseFieldPreconditioner(const PhaseFieldOperator<dim> &, const Field<dim> &,
                           const CoefficientSpace<dim> &, unsigned int smoother_degree);

  /// Follow the operator's last linearise().
  void update();

  void vmult(BlockVector &dst, const BlockVector &src) const;

  void initialize_mass_vector(Vector &vector) const
  {
    mass.initialize_dof_vector(vector);
  }
  /// dst = mass matrix times src, divided by the rows' scale
  void mass_product(Vector &dst, const Vector &src) const
  {
    mass.vmult(dst, src);
  }

private:
  const PhaseFieldOperator<dim> &equations;
  const CoefficientSpace<dim> &coefficients;
  Multigrid<dim, DiffusionOperator<dim, float>> factor;
  DiffusionOperator<dim, double> mass;
  dealii::PreconditionChebyshev<DiffusionOperator<dim, double>, Vector> mass_solver;
  mutable Vector first, second;
};
} // namespace kavity

#endif
