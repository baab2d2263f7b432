#include "kavity/core/Registry.h"
#include "kavity/laws/CapVoids.h"
#include "kavity/laws/Constants.h"

namespace kavity
{
namespace
{
// No sinks: every atom that is stripped leaves its volume in a void, and creep alone
// fights it (docs/model.md, section 5).
class CreepClosure : public CapVoids
{
public:
  bool has_sinks() const override
  {
    return false;
  }

  double steady_margin(const Surroundings &here, const double radius, const double population,
                       const Metal &metal, const double T) const override
  {
    InterfaceState state = initial_state(population);
    state.void_volume    = void_volume(radius, population);
    return here.current - faraday / metal.molar_volume * closure(state, here.pressure, metal, T);
  }
};

const Registered<ContactLaw, CreepClosure>
  registered("creep_closure", "all stripped volume goes into voids, which creep alone closes");
} // namespace
} // namespace kavity
