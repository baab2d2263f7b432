#include "kavity/cell/DendriteParameters.h"

#include "kavity/core/Parameters.h"
#include "kavity/core/Quantity.h"

#include <algorithm>
#include <string>

namespace kavity
{
namespace
{
// Whether the file calls the section, or its criterion, by a name that is not known but like it: a
// mistake that is told.
bool is_misspelt(const Parameters &parameters)
{
  const auto like = [](const auto &of, const std::string &name)
  {
    return of.count(name) == 0 && std::any_of(of.begin(), of.end(),
                                              [&name](const auto &other) {
                                                return !nearest_names(other.first, {name}).empty();
                                              });
  };
  const auto &sections = parameters.input().root.sections;
  const auto own       = sections.find("Dendrites");
  return own == sections.end() ? like(sections, "Dendrites") :
                                 like(own->second.entries, "Criterion");
}
} // namespace

void DendriteParameters::declare(Parameters &parameters, const Conduction &electrolyte,
                                 const double thickness, const bool elastic)
{
  parameters.enter("Dendrites", "When metal enters the electrolyte on plating.");
  parameters.law("Criterion", criterion, "none",
                 "What is compared with what the electrolyte bears.");
  unknown               = (parameters.given("Criterion") && !any()) || is_misspelt(parameters);
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
