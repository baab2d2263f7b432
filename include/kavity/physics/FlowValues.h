#ifndef kavity_physics_FlowValues_h
#define kavity_physics_FlowValues_h

#include "kavity/physics/FlowOperator.h"

namespace kavity
{
/// What a solution of the metal's equations says, in SI: nodal values, values at the points of
/// Gamma, and integrals over the body. Nothing of it is kept. Integrals are collective.
template <int dim>
class FlowValues
{
public:
  /// @p solution is that of the plain vector, with its boundary values. Molar volume in m^3/mol.
  /// References must outlive the object.
  FlowValues(const FlowOperator<dim> &, const BlockVector &solution, double molar_volume);

  /// v (m/s), p (Pa) and, where it is an unknown, mu (J/mol)
  void fill_output(Vector &velocity, Vector &p, Vector &potential) const;

  InterfaceValues pressure() const;  ///< p in the metal at Gamma, Pa
  InterfaceValues potential() const; ///< mu at Gamma, J/mol, where it is an unknown
  InterfaceValues approach() const;  ///< u at Gamma, m/s
  /// Stress normal to Gamma that creep at these rates takes, tension > 0, Pa.
  InterfaceValues creep_stress(const CreepLaw &, double temperature, double size_factor) const;

  /// Volume of metal entering through a boundary, m^3/s (m^2/s in 2D).
  double inflow_through(boundary::boundary_id) const;
  /// Volume annihilated at sinks in the metal, from p and mu, m^3/s (m^2/s in 2D); > 0 contracts.
  double sink_contraction() const;
  /// Power spent in the metal, int 2 eta |dev D|^2 + (div v)^2 zeta, W (W/m), at the effective
  /// viscosity of the last FlowOperator::linearise(); where mu is given.
  double dissipation() const;

private:
  using VelocityFace = dealii::FEFaceEvaluation<dim, -1, 0, dim, double>;

  InterfaceValues on_interface(typename FlowOperator<dim>::Block, typename FlowOperator<dim>::Space,
                               double unit) const;
  /// value(evaluation, point, number of lanes in use) at the points of Gamma.
  template <typename Value>
  InterfaceValues of_velocity(dealii::EvaluationFlags::EvaluationFlags, const Value &value) const;
  const Vector &velocity() const
  {
    return solution.block(FlowOperator<dim>::velocity);
  }
  /// mu is an unknown
  bool has_potential() const
  {
    return solution.n_blocks() > FlowOperator<dim>::potential;
  }
  double over_all_ranks(double own) const;

  const FlowOperator<dim> &equations;
  const BlockVector &solution;
  const double molar_volume;
};
} // namespace kavity

#endif
