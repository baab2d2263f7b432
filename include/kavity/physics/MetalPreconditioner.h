#ifndef kavity_physics_MetalPreconditioner_h
#define kavity_physics_MetalPreconditioner_h

#include "kavity/fem/CoefficientSpace.h"
#include "kavity/fem/DiffusionOperator.h"
#include "kavity/fem/Multigrid.h"
#include "kavity/physics/MetalOperator.h"

namespace kavity
{
/// Block triangular preconditioner of the coupled metal equations. Eliminating the velocity leaves
/// (1/zeta + 3/(4 eta)) as a mass matrix on p: exact for compression in a uniform metal;
/// eliminating p in turn leaves for mu diffusion with the sink 1/(zeta + 4 eta/3), the length l of
/// docs/model.md, section 4. On Gamma v feels the resistance of sinks there, and mu what is left of
/// it; where voids soften Gamma, their closure joins the mass on p. One multigrid cycle each for
/// velocity and mu, Chebyshev for the mass. The viscous block is the tangent of the creep law, on
/// the mesh itself with its values at the points, on coarser ones with nodal averages of them.
template <int dim>
class MetalPreconditioner
{
public:
  MetalPreconditioner(const Field<dim> &velocity, const Field<dim> &pressure,
                      const Field<dim> &potential, const CoefficientSpace<dim> &,
                      unsigned int smoother_degree, bool with_potential = true,
                      bool interface_moves = false);

  /// Follow the equations' coefficients. Rebuilds only where viscosity or exchange changed enough
  /// to cost more iterations than the rebuild.
  void update(const MetalOperator<dim> &);

  void vmult(BlockVector &dst, const BlockVector &src) const;

private:
  void rebuild(const MetalOperator<dim> &);
  void rebuild_mass(const dealii::MatrixFree<dim, double> &, const PointData<double> &of_p);
  void set_tangent(const MetalOperator<dim> &);
  bool changed(const MetalOperator<dim> &) const;

  const CoefficientSpace<dim> &coefficients;
  const bool with_potential; ///< mu is an unknown of the equations
  Multigrid<dim, VelocityOperator<dim, float>> viscous;
  Multigrid<dim, DiffusionOperator<dim, float>> vacancies;
  DiffusionOperator<dim, double> mass;
  using MassSolver = dealii::PreconditionChebyshev<DiffusionOperator<dim, double>, Vector>;
  MassSolver mass_solver;
  const MetalOperator<dim> *equations = nullptr;
  const bool interface_moves;                        ///< there are sinks on Gamma
  PointData<double> viscosity, exchange, resistance; ///< at the last rebuild
  PointData<double> softness;
  bool soft          = false;
  double diffusivity = 0;
  mutable Vector mass_source, mass_result, interface_source;
  mutable BlockVector scratch;
};
} // namespace kavity

#endif
