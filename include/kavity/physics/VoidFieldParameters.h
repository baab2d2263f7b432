#ifndef kavity_physics_VoidFieldParameters_h
#define kavity_physics_VoidFieldParameters_h

#include "kavity/laws/PhaseField.h"
#include "kavity/physics/InitialVoids.h"

#include <deal.II/base/point.h>

#include <cmath>

namespace kavity
{
/// The section `Void field`: what the resolved model needs beside the cell. SI units.
struct VoidFieldParameters
{
  /// Declares and reads the section for metal of this extent.
  void declare(Parameters &, const std::string &section, const InitialVoids::Extent &metal);

  /// Signed distance from the surfaces of the initial voids, > 0 in the metal, m.
  template <int dim>
  double initial_distance(const dealii::Point<dim> &x) const
  {
    return voids.distance(x[0], x[dim - 1], dim == 3 ? x[1] : 0., phase_field.contact_angle);
  }
  /// c at the start, of metal at rest under this pressure (Pa) around the voids.
  template <int dim>
  double initial_fraction(const dealii::Point<dim> &x, const double pressure) const
  {
    return 0.5 * phase_field.fraction_under(pressure) *
           (1 + std::tanh(2 * initial_distance(x) / phase_field.width));
  }

  PhaseField phase_field;
  InitialVoids voids;
  double cells_across      = 5;    ///< cells over the surface width
  unsigned int adapt_every = 3;    ///< time steps
  double settling_time     = 200;  ///< s, for which critical currents hold the voids
  double tolerance         = 1e-8; ///< of a stage: mean residual of c and mu/(Omega W)
};
} // namespace kavity

#endif
