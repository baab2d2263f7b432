#include "kavity/laws/PhaseField.h"

#include "kavity/core/Parameters.h"

#include <cmath>

namespace kavity
{
void PhaseField::declare(Parameters &parameters)
{
  parameters.add("Surface width", width, "0.5 um", "um", Range::positive(),
                 "Width delta over which the metal fraction falls at the surface of a void; small "
                 "against the voids.");
  parameters.add("Barrier", barrier, "25 MPa", "MPa", Range::positive(),
                 "Height W of the double well; ten times the stack pressure and more keeps the "
                 "metal fraction of compressed metal near 1. The surface energy is W delta/12.",
                 "[est] numerical: ten times 2.5 MPa");
  parameters.add("Contact angle", contact_angle, "90 degree", "degree", Range::between(10, 170),
                 "Angle theta at the rim of a void on the interface, measured through the metal.",
                 "[est]");
  parameters.add(
    "Surface diffusivity", surface_diffusivity, "0 m^3/s", "m^3/s", Range::non_negative(),
    "D_surf d_s: diffusivity along the surface of a void times its thickness.", "[est]");
  parameters.add("Viscosity floor", viscosity_floor, "1e-4", "1", Range::between(1e-6, 0.1),
                 "Fraction of the metal's viscosities that voids keep.", "[est] numerical");
}

double PhaseField::wetting_strength() const
{
  return 0.5 * width * std::cos(contact_angle);
}
} // namespace kavity
