#ifndef kavity_physics_PhaseFieldPreconditioner_h
#define kavity_physics_PhaseFieldPreconditioner_h

#include "kavity/fem/CoefficientSpace.h"
#include "kavity/fem/DiffusionOperator.h"
#include "kavity/fem/Multigrid.h"
#include "kavity/physics/PhaseFieldOperator.h"

namespace kavity
{
/// Block triangular preconditioner of a stage of the phase field. The Schur complement of the
/// potential, M_s + K_b M_s^-1 (k K + F) with b = interval M Omega W, k = kappa/W, s = g', is
/// replaced by (M_(s s/f) + K_b') M_s^-1 (M_f + K_k') with f = f''/W - m g'' made positive,
/// b' = max(b, s r/f), k' = min(k, r f/s), r = sqrt(b k) at every point. Where b is small against
/// k (s/f)^2 both factors are alike; where it is large, as in long steps, they tend to those of the
/// complement itself. One multigrid cycle each; M_s is the mass matrix between nodal sqrt(s). A
/// uniform shift of c makes the amount of metal exact: from a residual whose rows of c add up to
/// nothing, Krylov methods then lose none, whatever their tolerance.
template <int dim>
class PhaseFieldPreconditioner
{
public:
  PhaseFieldPreconditioner(const PhaseFieldOperator<dim> &, const Field<dim> &,
                           const CoefficientSpace<dim> &, unsigned int smoother_degree);

  /// Make the factors those of the operator's last linearise(); older ones cost iterations only.
  void update_factors(const Vector &c);
  /// Make the uniform shift that of the operator's last linearise(): always.
  void update_amount();

  void vmult(BlockVector &dst, const BlockVector &src) const;

  /// Shifts c so that the tangent's rows of c add up to what those of src do.
  void balance(Vector &c, const Vector &src) const;

  /// dst = mass matrix times src, divided by the rows' scale
  void mass_product(Vector &dst, const Vector &src) const
  {
    mass.vmult(dst, src);
  }
  /// 1 over the mass matrix's diagonal, times the rows' scale
  const Vector &inverse_mass_diagonal() const
  {
    return mass.inverse_diagonal()->get_vector();
  }

private:
  const PhaseFieldOperator<dim> &equations;
  const CoefficientSpace<dim> &coefficients;
  Multigrid<dim, DiffusionOperator<dim, float>> transport, profile;
  DiffusionOperator<dim, double> mass;
  dealii::PreconditionChebyshev<DiffusionOperator<dim, double>, Vector> mass_solver;
  Vector root; ///< sqrt(s) at the nodes
  Vector amount;
  double whole = 0; ///< sum of amount
  mutable Vector first, second;
};
} // namespace kavity

#endif
