#ifndef kavity_physics_NormalVelocity_h
#define kavity_physics_NormalVelocity_h

#include "kavity/fem/CoefficientSpace.h"
#include "kavity/fem/DiffusionOperator.h"
#include "kavity/fem/Interface.h"

#include <utility>
#include <vector>

namespace kavity
{
/// The normal velocity of the metal where boundaries say what it is (docs/model.md, section 4): the
/// closure on Gamma that is a wall, and one all over a rigid platen.
template <int dim>
class NormalVelocity
{
public:
  /// @p scalar is a space of the same degree as that of the velocity. References must outlive the
  /// object.
  NormalVelocity(const Interface<dim> &, const Field<dim> &velocity, const Field<dim> &scalar,
                 const CoefficientSpace<dim> &);

  /// -closure / @p unit on Gamma in the trace space, its integral over Gamma kept. Both in m/s.
  void set_on_interface(Vector &velocity, const InterfaceValues &closure, double unit) const;

  /// The mean over all nodes of the platen there: a rigid plate moves as one. Symmetric as a
  /// matrix.
  void flatten_at_platen(Vector &velocity) const;

private:
  void find_nodes(const Field<dim> &scalar);
  /// Integrals of -closure / unit with the functions of the trace space.
  Vector moments(const InterfaceValues &closure, double unit) const;

  const Body<dim> &body;
  const Interface<dim> &interface;
  const Field<dim> &field;
  DiffusionOperator<dim, double> interface_mass;
  std::vector<unsigned int> top_dofs; ///< locally owned free normal velocities on the platen
  double n_top_dofs = 0;              ///< on all ranks
  /// (node of the scalar space, normal velocity) at the same place on Gamma, local indices
  std::vector<std::pair<unsigned int, unsigned int>> gamma_dofs;
};
} // namespace kavity

#endif
