#include "kavity/core/Parameters.h"
#include "kavity/core/Registry.h"
#include "kavity/laws/Platen.h"

namespace kavity
{
namespace
{
// As `spring` without a free rim, by its stiffness.
class StiffFrame : public PlatenLaw
{
public:
  void declare(Parameters &parameters) override
  {
    parameters.add("Stiffness", stiffness, "", "MPa/um", Range::between(1e-6, 1e9),
                   "Pressure over the distance by which what holds the stack gives way.");
  }
  bool is_flat() const override
  {
    return true;
  }
  bool keeps_pressure() const override
  {
    return false;
  }
  double compliance() const override
  {
    return 1 / stiffness;
  }

private:
  double stiffness = 1; ///< Pa/m
};

const Registered<PlatenLaw, StiffFrame> registered("stiff_frame", "a rigid plate on a spring");
} // namespace
} // namespace kavity
