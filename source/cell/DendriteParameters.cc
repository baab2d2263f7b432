#include "kavity/cell/DendriteParameters.h"

#include "kavity/core/Parameters.h"
#include "kavity/core/Quantity.h"

namespace kavity
{
void DendriteParameters::declare(Parameters &parameters, const Conduction &electrolyte,
                                 const double thickness)
{
  parameters.enter("Dendrites", "When metal enters the electrolyte on plating.");
  parameters.law("Criterion", criterion, "none",
                 "What is compared with what the electrolyte bears.");
  if (!parameters.describing() && criterion->depth() >= thickness && thickness > 0)
    parameters.error("Criterion", "looks at the potential " +
                                    quantity_text(criterion->depth(), "um", 4) +
                                    " below the interface; the electrolyte is only " +
                                    quantity_text(thickness, "um", 4) + " thick");
  parameters.leave();
  if (parameters.describing() || !criterion->needs_toughness() ||
      electrolyte.fracture_toughness > 0)
    return;
  parameters.enter("Electrolyte");
  parameters.error("Fracture toughness", "is missing, but decides when dendrites enter "
                                         "(Dendrites/Criterion)");
  parameters.leave();
}
} // namespace kavity
