#include "kavity/core/Registry.h"
#include "kavity/laws/Platen.h"

namespace kavity
{
namespace
{
// The same pressure at all times: alike everywhere, or as the mean of a plate that moves as one.
template <bool flat>
class KeptPressure : public PlatenLaw
{
public:
  bool is_flat() const override
  {
    return flat;
  }
  bool keeps_pressure() const override
  {
    return true;
  }
};

const Registered<PlatenLaw, KeptPressure<false>>
  everywhere("pressure", "one pressure everywhere on the metal, at all times");
const Registered<PlatenLaw, KeptPressure<true>>
  in_the_mean("rigid_pressure", "a rigid plate under a force that stays the same");
} // namespace
} // namespace kavity
