#ifndef kavity_physics_VoidState_h
#define kavity_physics_VoidState_h

#include "kavity/physics/MetalFlow.h"
#include "kavity/physics/PhaseFieldOperator.h"

#include <functional>

namespace kavity
{
/// Resolved voids at one time: the metal fraction c and the potential of atoms mu on the metal body
/// (docs/model.md, section 6), what they are on Gamma and what they come to in the whole. Values on
/// Gamma live on the metal's side. Volumes and energies are for the full 2 pi if axisymmetric, per
/// metre of depth if plane.
template <int dim>
class VoidState
{
public:
  /// Shares mesh, quadrature and spaces with the flow. References must outlive the object.
  VoidState(const MetalFlow<dim> &, const Body<dim> &, const Interface<dim> &, const PhaseField &,
            const Metal &, double temperature);

  /// c by place, mu = 0; on Gamma as well.
  void set(const std::function<double(const dealii::Point<dim> &)> &metal_fraction);

  /// Numbering of c, and of mu.
  const dealii::DoFHandler<dim> &dof_handler() const
  {
    return flow.potential_space().dof_handler;
  }
  /// c and mu/(Omega W)
  const Vector &fraction() const
  {
    return solution_.block(PhaseFieldOperator<dim>::fraction);
  }
  const Vector &scaled_potential() const
  {
    return solution_.block(PhaseFieldOperator<dim>::potential);
  }
  /// mu/(Omega W) and c
  const BlockVector &solution() const
  {
    return solution_;
  }
  BlockVector &solution()
  {
    return solution_;
  }
  /// Adds to c on the surfaces of voids what is missing of the volume of metal (m^3, m^2), and
  /// returns it.
  double restore_volume(double volume);

  /// Fill mu and contact from the solution.
  void read_interface();

  InterfaceValues mu;                    ///< at Gamma, J/mol
  InterfaceValues contact;               ///< h(c) at Gamma
  InterfaceValues fraction_at_interface; ///< c at Gamma

  /// int g(c), m^3 (m^2)
  double metal_volume() const;
  /// int 1 - h(h(c)), m^3 (m^2): metal that is merely compressed (c > 1) or under tension (c < 1,
  /// much of it) does not count
  double void_volume() const;
  /// int h(h(c)) - g(c), m^3 (m^2): volume of the vacancies in the metal beside voids, negative
  /// where it is compressed, but for a constant that the curvature of surfaces makes
  double vacancies_in_metal() const;
  /// volume of atoms that enters through the top per time, -int g(c) v.n, m^3/s (m^2/s)
  double atom_inflow() const;

  /// Parts of the dissipation identity of section 6.
  struct Energy
  {
    double free        = 0; ///< F, J (J/m)
    double dissipation = 0; ///< (M/Omega) |grad mu|^2 by diffusion, W (W/m)
    double current     = 0; ///< -int mu i/F: what stripping adds, W (W/m)
  };
  Energy energy(const InterfaceValues &stripping) const;

  /// Root mean square, over the surfaces of voids, of a change of c by way of their displacement:
  /// that of c in their middle if all are displaced alike. Infinite or not a number without voids.
  double mean_on_surfaces(const Vector &change) const;

  /// largest |g(c) - 1| where c varies by less than 0.01 over the surface width: compressed metal
  double largest_excess() const;

protected:
  const MetalFlow<dim> &flow;
  const Body<dim> &body;
  const Interface<dim> &interface;
  const PhaseField &phase_field;
  const Metal &metal;
  const double temperature;
  BlockVector solution_;

private:
  const dealii::MatrixFree<dim, double> &matrix_free() const
  {
    return flow.equations().matrix_free();
  }
  template <typename CellTerm>
  double integrate(const CellTerm &) const;
  template <typename CellTerm>
  double integrate(const Vector &field, const CellTerm &) const;
  double dissipation_along_gamma() const;
};
} // namespace kavity

#endif
