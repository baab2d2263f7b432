#include "kavity/physics/VoidFieldParameters.h"

#include "kavity/core/Parameters.h"

namespace kavity
{
void VoidFieldParameters::declare(Parameters &parameters, const std::string &section,
                                  const InitialVoids::Extent &metal)
{
  parameters.enter(section, "Voids resolved by a phase field (Model = resolved).");
  phase_field.declare(parameters);
  parameters.add("Elements across surface", cells_across, "5", "1", Range::between(1, 50),
                 "Elements over the surface width; the mesh follows the surfaces.");
  parameters.add("Time steps between adaptions", adapt_every, 3, 1, 1000,
                 "How often the mesh follows the surfaces.");
  parameters.add(
    "Tolerance", tolerance, "1e-8", "1", Range::between(1e-13, 1e-3),
    "Mean residual of metal fraction and potential of a stage; a thousandth of "
    "`Solver/Coupling tolerance` where that is more. The amount of metal is exact in any "
    "case.");
  parameters.add(
    "Settling time", settling_time, "200 s", "s", Range::between(1e-6, 1e9),
    "For critical currents: how long the voids are held, until the metal around them is "
    "steady.");
  voids.declare(parameters, metal);
  if (!parameters.describing())
    voids.check(parameters, metal, phase_field);
  parameters.leave();
}
} // namespace kavity
