#include "kavity/core/Parameters.h"
#include "kavity/laws/Constants.h"
#include "kavity/laws/Creep.h"

namespace kavity
{
namespace
{
// A Newtonian metal, edot = s/(3 eta): closed forms and comparisons.
class LinearCreep : public CreepLawFor<LinearCreep>
{
public:
  void declare(Parameters &parameters) override
  {
    parameters.add("Viscosity", viscosity, "", "Pa s", Range::between(1, 1e30),
                   "Shear viscosity eta at the reference temperature.");
    parameters.add("Reference temperature", reference_temperature, "25 degC", "degC",
                   Range::between(-250, 2000), "Temperature at which the viscosity holds.");
    parameters.add("Activation energy", activation_energy, "0 kJ/mol", "kJ/mol",
                   Range::between(0, 1000),
                   "Activation energy of the fluidity; 0: the same at all temperatures.");
    CreepLaw::declare(parameters);
  }

  template <class N>
  N rate(const N &s, const double T) const
  {
    return s * N(arrhenius(activation_energy, T, reference_temperature) / (3. * viscosity));
  }

protected:
  double first_guess(const double edot, const double T) const override
  {
    return 3. * viscosity * edot / arrhenius(activation_energy, T, reference_temperature);
  }

private:
  double viscosity = 1, reference_temperature = 298.15, activation_energy = 0;
};

const Registered<CreepLaw, LinearCreep> registered("linear",
                                                   "Newtonian creep of a given viscosity");
} // namespace
} // namespace kavity
