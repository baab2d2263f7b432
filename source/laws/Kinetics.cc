#include "kavity/laws/Kinetics.h"

#include "kavity/core/Parameters.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

namespace kavity
{
void ButlerVolmer::declare(Parameters &parameters)
{
  double R_ct = 0;
  parameters.add("Exchange current density", exchange_current_reference, "none", "mA/cm^2",
                 Range::between(1e-12, 1e9),
                 "i_0 of unit contact area at the reference temperature; or give the "
                 "charge-transfer resistance.");
  parameters.add("Charge-transfer resistance", R_ct, "none", "ohm cm^2", Range::between(1e-9, 1e12),
                 "R_ct = RT/(F i_0 (alpha_a + alpha_c)) of unit contact area at the reference "
                 "temperature; or give the exchange current density.");
  parameters.add("Reference temperature", reference_temperature, "25 degC", "degC",
                 Range::between(-250, 2000), "Temperature at which i_0 or R_ct holds.");
  parameters.add("Activation energy", activation_energy, "0 kJ/mol", "kJ/mol",
                 Range::between(0, 1000),
                 "Activation energy of i_0; 0: the same at all temperatures.");
  parameters.add("Anodic transfer coefficient", alpha_a, "0.5", "1", Range::between(0.01, 2),
                 "alpha_a, of stripping.");
  parameters.add("Cathodic transfer coefficient", alpha_c, "0.5", "1", Range::between(0.01, 2),
                 "alpha_c, of plating.");
  parameters.add("Film resistance", R_film, "0 ohm cm^2", "ohm cm^2",
                 Range::between(1e-9, 1e9).or_zero(),
                 "Resistance of an interphase, of unit contact area.");
  parameters.add("Equilibrium voltage", U0, "0 V", "V", Range::between(-10, 10),
                 "U_0 of the stress-free metal against the electrolyte potential.");

  const bool current_given    = parameters.given("Exchange current density");
  const bool resistance_given = parameters.given("Charge-transfer resistance");
  if (current_given && resistance_given)
    // both places: one of them may be in an included file
    for (const auto &[entry, other] :
         {std::pair("Exchange current density", "the charge-transfer resistance"),
          std::pair("Charge-transfer resistance", "the exchange current density")})
      parameters.error(entry, std::string(other) +
                                " is given as well; give one of the two ('none' cancels what an "
                                "included file gives)");
  else if (!current_given && !resistance_given && !parameters.describing())
    parameters.error("Charge-transfer resistance",
                     "is missing; give it or the exchange current density");
  if (resistance_given && R_ct > 0)
    exchange_current_reference =
      gas_constant * reference_temperature / (faraday * R_ct * (alpha_a + alpha_c));
}


double ButlerVolmer::exchange_current_density(const double T) const
{
  return exchange_current_reference * arrhenius(activation_energy, T, reference_temperature);
}


double ButlerVolmer::charge_transfer_resistance(const double T) const
{
  return gas_constant * T / (faraday * exchange_current_density(T) * (alpha_a + alpha_c));
}


ButlerVolmer::Point ButlerVolmer::current(const double drive, const double chi, const double R_con,
                                          const double T, const double film_factor,
                                          const double exchange_factor) const
{
  // With i = chi i_loc the unknown is eta: eta + R i_loc(eta) = drive, increasing in eta.
  const double R  = R_film * film_factor + R_con * chi;
  const double i0 = exchange_current_density(T) * exchange_factor;
  const double f  = faraday / (gas_constant * T);
  const auto rate = [&](const double eta)
  { return local_current(Dual<double>(eta, 1.), T) * exchange_factor; };

  // eta lies between 0 and this bound, which misses it by no more than a logarithm: with the
  // branch of the other direction at its largest, i0, the drive is all spent on R.
  const double alpha = drive > 0 ? alpha_a : alpha_c;
  const double size =
    R * i0 > 0 ? std::min(std::abs(drive), std::log1p(std::abs(drive) / (R * i0)) / (alpha * f)) :
                 std::abs(drive);
  double low = drive > 0 ? 0. : -size, high = drive > 0 ? size : 0.;
  double eta = drive > 0 ? high : low;
  for (unsigned int k = 0; k < 100 && R > 0; ++k)
  {
    const Dual<double> i     = rate(eta);
    const double error       = eta + R * i.value - drive;
    (error > 0 ? high : low) = eta;
    const double newton      = eta - error / (1. + R * i.derivative);
    const double next        = low <= newton && newton <= high ? newton : 0.5 * (low + high);
    const bool done          = std::abs(next - eta) <= 1e-15 * std::abs(eta);
    eta                      = next;
    if (done)
      break;
  }

  const Dual<double> i = rate(eta);
  const double share   = 1. / (1. + R * i.derivative);
  return {chi * i.value, chi * i.derivative * share, eta, share};
}
} // namespace kavity
