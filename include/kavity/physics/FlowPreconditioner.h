#ifndef kavity_physics_FlowPreconditioner_h
#define kavity_physics_FlowPreconditioner_h

#include "kavity/fem/CoefficientSpace.h"
#include "kavity/fem/DiffusionOperator.h"
#include "kavity/fem/Multigrid.h"
#include "kavity/physics/FlowOperator.h"

namespace kavity
{
/// Block triangular preconditioner of the flow of metal. Eliminating the velocity leaves
/// (1/zeta + 3/(4 eta)) as a mass matrix on p: exact for compression in a uniform metal. On Gamma v
/// feels the resistance of sinks there; where voids soften Gamma, their closure joins the mass on
/// p. One multigrid cycle for the velocity, Chebyshev for the mass. The viscous block is the
/// tangent of the creep law, on the mesh itself with its values at the points, on coarser ones with
/// nodal averages of them.
template <int dim>
class FlowPreconditioner
{
public:
  /// References must outlive the object.
  FlowPreconditioner(const FlowOperator<dim> &, const Field<dim> &velocity,
                     const Field<dim> &pressure, const CoefficientSpace<dim> &,
                     unsigned int smoother_degree, bool interface_moves = false);
  virtual ~FlowPreconditioner() = default;

  /// Follow the equations' coefficients. Rebuilds only where viscosity or exchange changed enough
  /// to cost more iterations than the rebuild.
  void update();

  virtual void vmult(BlockVector &dst, const BlockVector &src) const;

protected:
  virtual void rebuild();
  virtual bool changed() const;
  /// Whether the sum over all ranks of what changed on Gamma is a good part of what was there.
  bool differs(const PointData<double> &old, const PointData<double> &now) const;

  void solve_pressure(Vector &p, const Vector &rate) const;
  /// From the force, without that of the pressure p.
  void solve_velocity(Vector &v, const Vector &force, const Vector &p) const;

  const CoefficientSpace<dim> &coefficients;
  const bool interface_moves; ///< there are sinks on Gamma

private:
  void rebuild_mass();
  void set_tangent();

  const FlowOperator<dim> &equations;
  Multigrid<dim, VelocityOperator<dim, float>> viscous;
  DiffusionOperator<dim, double> mass;
  using MassSolver = dealii::PreconditionChebyshev<DiffusionOperator<dim, double>, Vector>;
  MassSolver mass_solver;
  bool built = false, soft = false;                  ///< soft: at the last rebuild
  PointData<double> viscosity, resistance, softness; ///< at the last rebuild
  mutable Vector mass_source, mass_result, whole_force;
};
} // namespace kavity

#endif
