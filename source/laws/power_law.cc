#include "kavity/core/Parameters.h"
#include "kavity/laws/Constants.h"
#include "kavity/laws/Creep.h"

#include <algorithm>
#include <cmath>

namespace kavity
{
namespace
{
// Dislocation creep of bulk metal (docs/model.md, section 4):
//   edot = B s_b^n sinh(s/s_b)^n + B s_l^(n-1) s,  B = (rate at s_0 and T)/s_0^n,
// which is B s^n between the linear stress s_l and the breakdown stress s_b.
class PowerLaw : public CreepLawFor<PowerLaw>
{
public:
  void declare(Parameters &parameters) override;

  template <class N>
  N rate(const N &s, const double T) const
  {
    using std::pow;
    using std::sinh;
    const double B = reference_rate * arrhenius(activation_energy, T, reference_temperature);
    const N x      = s / N(reference_stress);
    const N driving =
      breakdown ? N(N(breakdown_stress / reference_stress) * sinh(N(s / N(breakdown_stress)))) : x;
    const N creep = N(B) * pow(driving, stress_exponent);
    return linear ? N(creep + N(B * linear_factor) * x) : creep;
  }

protected:
  double first_guess(const double edot, const double T) const override
  {
    // Each branch alone needs more stress than both together.
    const double B     = reference_rate * arrhenius(activation_energy, T, reference_temperature);
    const double power = reference_stress * std::pow(edot / B, 1. / stress_exponent);
    const double creep =
      breakdown ? breakdown_stress * std::asinh(power / breakdown_stress) : power;
    return linear ? std::min(creep, edot / (B * linear_factor) * reference_stress) : creep;
  }

  double first_transition(const double) const override
  {
    return linear ? linear_stress : (breakdown ? breakdown_stress : 0.);
  }

private:
  double reference_rate = 0, reference_stress = 1e6, reference_temperature = 298.15;
  double stress_exponent = 1, activation_energy = 0;
  bool breakdown = true, linear = true;
  double breakdown_stress = 1e6, linear_stress = 1e5;
  double linear_factor = 0; ///< linear rate over B at the reference stress
};


void PowerLaw::declare(Parameters &parameters)
{
  parameters.add("Reference rate", reference_rate, "", "1/s", Range::between(1e-40, 1e20),
                 "Equivalent strain rate at the reference stress and temperature.");
  parameters.add("Reference stress", reference_stress, "1 MPa", "MPa", Range::between(1e-6, 1e6),
                 "Equivalent stress at which the reference rate holds.");
  parameters.add("Reference temperature", reference_temperature, "", "degC",
                 Range::between(-250, 2000), "Temperature at which the reference rate holds.");
  parameters.add("Stress exponent", stress_exponent, "", "1", Range::between(1, 20),
                 "Exponent n of the power law.");
  parameters.add("Activation energy", activation_energy, "", "kJ/mol", Range::between(0, 1000),
                 "Activation energy Q_c of creep.");
  parameters.add("Breakdown", breakdown, true,
                 "Faster than the power law at high stress: s^n becomes sinh(s/s_b)^n.");
  if (breakdown || parameters.describing())
    parameters.add("Breakdown stress", breakdown_stress, "", "MPa", Range::between(1e-6, 1e6),
                   "Stress s_b of power-law breakdown, about 1e-3 of the shear modulus.");
  else
    parameters.unused("Breakdown stress", "Breakdown = false");
  parameters.add("Linear branch", linear, true,
                 "Rate proportional to stress at low stress, added to the power law.");
  if (linear || parameters.describing())
    parameters.add("Linear stress", linear_stress, "", "MPa", Range::between(1e-9, 1e6),
                   "Stress at which both branches are equal, about 1e-4 of the shear modulus.");
  else
    parameters.unused("Linear stress", "Linear branch = false");
  CreepLaw::declare(parameters);
  linear_factor = std::pow(linear_stress / reference_stress, stress_exponent - 1.);
}

const Registered<CreepLaw, PowerLaw>
  registered("power_law",
             "dislocation creep ~ s^n, linear at low stress, sinh breakdown at high stress");
} // namespace
} // namespace kavity
