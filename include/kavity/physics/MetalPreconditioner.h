#ifndef kavity_physics_MetalPreconditioner_h
#define kavity_physics_MetalPreconditioner_h

#include "kavity/physics/FlowPreconditioner.h"
#include "kavity/physics/MetalOperator.h"

namespace kavity
{
/// Block triangular preconditioner of the coupled metal equations: eliminating p as well leaves for
/// mu diffusion with the sink 1/(zeta + 4 eta/3), the length l of docs/model.md, section 4, and on
/// Gamma what is left of its resistance. One multigrid cycle for mu, then FlowPreconditioner.
template <int dim>
class MetalPreconditioner : public FlowPreconditioner<dim>
{
public:
  /// References must outlive the object.
  MetalPreconditioner(const MetalOperator<dim> &, const Field<dim> &velocity,
                      const Field<dim> &pressure, const Field<dim> &potential,
                      const CoefficientSpace<dim> &, unsigned int smoother_degree,
                      bool interface_moves = false);

  void vmult(BlockVector &dst, const BlockVector &src) const override;

private:
  void rebuild() override;
  bool changed() const override;

  const MetalOperator<dim> &equations;
  Multigrid<dim, DiffusionOperator<dim, float>> vacancies;
  PointData<double> exchange;         ///< at the last rebuild
  double diffusivity = 0;             ///< at the last rebuild
  mutable Vector supply, rate, force; ///< right sides for mu, p and v
};
} // namespace kavity

#endif
