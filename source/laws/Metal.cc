#include "kavity/laws/Metal.h"

#include "kavity/core/Parameters.h"
#include "kavity/core/Quantity.h"
#include "kavity/laws/Constants.h"

#include <cmath>

namespace kavity
{
void Metal::declare(Parameters &parameters)
{
  parameters.add("Name", name, "the metal", "Name of the metal, for messages and tables.");
  parameters.add("Molar volume", molar_volume, "", "cm^3/mol", Range::positive(),
                 "Volume Omega of one mole of metal.");
  parameters.add("Diffusion prefactor", diffusion_prefactor, "", "m^2/s", Range::positive(),
                 "Prefactor D_0 of the self-diffusivity D_0 exp(-Q_D/RT).");
  parameters.add("Diffusion energy", diffusion_energy, "", "kJ/mol", Range::non_negative(),
                 "Activation energy Q_D of self-diffusion.");
  parameters.add("Short-circuit diffusivity", short_circuit_diffusivity, "0 m^2/s", "m^2/s",
                 Range::non_negative(),
                 "What dislocations and grain boundaries add to the self-diffusivity.");
  parameters.add("Sink distance", sink_distance, "", "um", Range::positive(),
                 "L_s: vacancies are absorbed in the metal at the strength 1/L_s^2.");
  parameters.add(
    "Surface energy", surface_energy, "", "J/m^2", Range::non_negative(),
    "Energy gamma of the surface of a void; resolved voids have Void field/Barrier times "
    "Surface width/12 instead.");
  parameters.add("Melting temperature", melting_temperature, "", "K", Range::positive(),
                 "The model holds below it; a temperature above it is an error.");
  parameters.add("Shear modulus", shear_modulus, "", "GPa", Range::positive(),
                 "Elastic shear modulus G.");
  parameters.add("Young modulus", young_modulus, "", "GPa", Range::positive(),
                 "Elastic modulus E.");
  parameters.add("Poisson ratio", poisson_ratio, "", "1", Range::between(0, 0.5),
                 "Poisson ratio nu.");
  parameters.law("Creep law", creep, "power_law", "How the metal creeps in shear.");
}


void Metal::check_temperature(const double T, Parameters &parameters,
                              const std::string &entry) const
{
  if (!(T > 0))
    parameters.error(entry, quantity_text(T, "degC") + " is not above absolute zero, -273.15 degC");
  else if (melting_temperature > 0 && !(T < melting_temperature))
    parameters.error(entry, quantity_text(T, "degC") + " is not below the melting point of " +
                              name + ", " + quantity_text(melting_temperature, "degC") +
                              "; the model holds for solid metal only");
}


double Metal::diffusivity(const double T) const
{
  return diffusion_prefactor * std::exp(-diffusion_energy / (gas_constant * T)) +
         short_circuit_diffusivity;
}


double Metal::mobility(const double T) const
{
  return diffusivity(T) / (gas_constant * T);
}


double Metal::sink_viscosity(const double T) const
{
  return sink_distance * sink_distance / (mobility(T) * molar_volume);
}
} // namespace kavity
