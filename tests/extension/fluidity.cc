#include "kavity/core/Parameters.h"
#include "kavity/laws/Creep.h"

namespace kavity
{
namespace
{
// Newtonian creep as `linear`, of a given fluidity.
class Fluidity : public CreepLawFor<Fluidity>
{
public:
  void declare(Parameters &parameters) override
  {
    parameters.add("Fluidity", fluidity, "", "1/(Pa s)", Range::between(1e-30, 1),
                   "Shear rate over shear stress.");
    CreepLaw::declare(parameters);
  }

  template <class N>
  N rate(const N &s, const double /*T*/) const
  {
    return s * N(fluidity / 3);
  }

protected:
  double first_guess(const double edot, const double /*T*/) const override
  {
    return 3 * edot / fluidity;
  }

private:
  double fluidity = 1; ///< 1/(Pa s)
};

const Registered<CreepLaw, Fluidity> registered("fluidity", "Newtonian creep of a given fluidity");
} // namespace
} // namespace kavity
