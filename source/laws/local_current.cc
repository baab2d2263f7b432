#include "kavity/core/Parameters.h"
#include "kavity/core/Registry.h"
#include "kavity/laws/Dendrite.h"

#include <algorithm>

namespace kavity
{
namespace
{
// No mechanism: a baseline.
class LocalCurrent : public DendriteCriterion
{
public:
  void declare(Parameters &parameters) override
  {
    parameters.add("Limit", limit, "4.8 mA/cm^2", "mA/cm^2", Range::between(1e-9, 1e9),
                   "Current density per contact area at which dendrites begin.",
                   "[cal] K on K-beta''-alumina, 20 degC, 2.5 MPa [seed]");
    parameters.add("Rim factor", with_rim, true,
                   "The current at the rims of voids below the mesh counts, which is larger.");
  }
  DendriteVerdict judge(const DendriteSite &site) const override
  {
    const double factor  = with_rim ? site.rim_factor() : 1;
    const double current = factor * std::max(0., -site.current) / site.contact;
    DendriteVerdict verdict;
    verdict.margin  = current / limit - 1;
    verdict.numbers = {{"local current density", "mA/cm^2", current},
                       {"limit", "mA/cm^2", limit},
                       {"rim factor", "1", factor}};
    return verdict;
  }

private:
  double limit  = 0; ///< A/m^2
  bool with_rim = true;
};

const Registered<DendriteCriterion, LocalCurrent>
  registered("local_current", "a limit of the current density per contact area");
} // namespace
} // namespace kavity
