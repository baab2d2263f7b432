#include "kavity/core/Parameters.h"
#include "kavity/core/Registry.h"
#include "kavity/laws/Constants.h"
#include "kavity/laws/Dendrite.h"
#include "kavity/laws/FlawStress.h"

#include <cmath>

namespace kavity
{
namespace
{
// crack_propagation without the ohmic drop along the flaw.
class OverpotentialGriffith : public DendriteCriterion
{
public:
  void declare(Parameters &parameters) override
  {
    parameters.add("Flaw length", flaw_length, "293.0 um", "um", Range::between(1e-3, 1e5),
                   "Length a of the flaw in the surface of the electrolyte.",
                   "[cal] 4.8 mA/cm^2 for K on K-beta''-alumina, 20 degC, 2.5 MPa [seed], with its "
                   "fracture toughness");
  }
  bool needs_toughness() const override
  {
    return true;
  }
  double stressed_depth() const override
  {
    return flaw_length;
  }
  DendriteVerdict judge(const DendriteSite &site) const override
  {
    DendriteVerdict verdict;
    verdict.pressure = site.largest_pressure(0);
    verdict.numbers  = {{"fracture toughness", "MPa sqrt(m)", site.toughness},
                        {"flaw length", "um", flaw_length},
                        {"driving force", "mV", site.drive_below_contact(0)}};
    verdict.compare(site, edge_crack_factor * verdict.pressure * std::sqrt(pi * flaw_length),
                    flaw_length);
    return verdict;
  }

private:
  double flaw_length = 0; ///< m
};

const Registered<DendriteCriterion, OverpotentialGriffith>
  registered("overpotential_griffith",
             "metal in a flaw under the pressure that the overpotential gives, against the "
             "fracture toughness");
} // namespace
} // namespace kavity
