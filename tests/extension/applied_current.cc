#include "kavity/core/Parameters.h"
#include "kavity/core/Registry.h"
#include "kavity/laws/Dendrite.h"

namespace kavity
{
namespace
{
// As `local_current` without its factor of rims.
class AppliedCurrent : public DendriteCriterion
{
public:
  void declare(Parameters &parameters) override
  {
    parameters.add("Limit", limit, "", "mA/cm^2", Range::between(1e-9, 1e9),
                   "Current density per contact area at which dendrites begin.");
  }
  DendriteVerdict judge(const DendriteSite &site) const override
  {
    DendriteVerdict verdict;
    verdict.margin  = -site.current / (site.contact * limit) - 1;
    verdict.numbers = {{"limit", "mA/cm^2", limit}};
    return verdict;
  }

private:
  double limit = 0; ///< A/m^2
};

const Registered<DendriteCriterion, AppliedCurrent>
  registered("applied_current", "a limit of the current density per contact area, without rims");
} // namespace
} // namespace kavity
