#ifndef kavity_physics_VoidFieldParameters_h
#define kavity_physics_VoidFieldParameters_h

#include "kavity/laws/PhaseField.h"
#include "kavity/physics/InitialVoids.h"

namespace kavity
{
/// The section `Void field`: what the resolved model needs beside the cell. SI units.
struct VoidFieldParameters
{
  /// Declares and reads the section for metal of this extent.
  void declare(Parameters &, const std::string &section, const InitialVoids::Extent &metal);

  PhaseField phase_field;
  InitialVoids voids;
  double cells_across      = 5;    ///< cells over the surface width
  unsigned int adapt_every = 3;    ///< time steps
  double settling_time     = 200;  ///< s, for which critical currents hold the voids
  double tolerance         = 1e-8; ///< of a stage: mean residual of c and mu/(Omega W)
};
} // namespace kavity

#endif
