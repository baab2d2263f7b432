#include "kavity/cell/DendriteParameters.h"

#include "kavity/core/Parameters.h"
#include "kavity/core/Quantity.h"

#include <algorithm>
#include <string>

namespace kavity
{
void DendriteParameters::declare(Parameters &parameters, const Conduction &electrolyte,
                                 const double thickness, const bool elastic)
{
  parameters.enter("Dendrites", "When metal enters the electrolyte on plating.");
  parameters.law("Criterion", criterion, "none",
                 "What is compared with what the electrolyte bears.");
  unknown               = parameters.given("Criterion") && !any();
  const double stressed = elastic && !parameters.describing() ? criterion->stressed_depth() : 0.;
  const double depth    = std::max(parameters.describing() ? 0. : criterion->depth(), stressed);
  if (depth >= thickness && thickness > 0)
    parameters.error("Criterion", std::string("looks at the ") +
                                    (depth == stressed ? "stress " : "potential ") +
                                    quantity_text(depth, "um", 4) +
                                    " below the interface; the electrolyte is only " +
                                    quantity_text(thickness, "um", 4) + " thick");
  parameters.leave();
  if (parameters.describing() || !criterion->needs_toughness() ||
      electrolyte.fracture_toughness > 0)
    return;
  parameters.enter("Electrolyte");
  if (!parameters.given("Fracture toughness")) // a mistake in it is told
    parameters.error("Fracture toughness", "is missing, but decides when dendrites enter "
                                           "(Dendrites/Criterion)");
  parameters.leave();
}
} // namespace kavity
