#ifndef kavity_physics_UniformTransport_h
#define kavity_physics_UniformTransport_h

#include "kavity/physics/Applied.h"
#include "kavity/physics/ElectrodeReactions.h"

#include <vector>

namespace kavity
{
/// Ion transport where all is uniform, at the mean contact of each interface: what the solution is
/// if they are homogeneous, and a start for any other.
template <int dim>
class UniformTransport
{
public:
  using Terminal = typename ElectrodeReactions<dim>::Terminal;
  using Contact  = typename ElectrodeReactions<dim>::Contact;
  using Contacts = typename ElectrodeReactions<dim>::Contacts;

  /// @p height of Gamma above the face where phi is taken from, m; conductivity across, S/m.
  UniformTransport(const std::vector<Terminal> &, double temperature, double height,
                   double conductivity);

  struct Potentials
  {
    double below; ///< phi at the far face, 0 unless there is a second metal, V
    double phi_m; ///< less U_0, V
  };
  Potentials potentials(double mean_current, const Contacts &) const;

  /// Mean current density (A/m^2) under a voltage, where a source without current has this phi_m.
  double current(const Applied &voltage, double phi_m, const Contacts &) const;

private:
  /// phi_m - phi + mu/F at an interface for this current density, V
  double drive(unsigned int terminal, double mean_current, const Contact &) const;

  const std::vector<Terminal> &terminals;
  const double temperature, height, conductivity;
};
} // namespace kavity

#endif
