#include "kavity/laws/Metal.h"

#include "kavity/core/Parameters.h"
#include "kavity/core/Quantity.h"
#include "kavity/laws/Constants.h"

#include <cmath>

namespace kavity
{
namespace
{
// m^3/s; rims of voids then hold one potential, and what more there is only makes equations stiff.
constexpr double largest_interface_diffusivity = 1e-14;

// K: Arrhenius laws of any metal give nothing that a cell could tell.
constexpr double coldest = 100;
} // namespace

void Metal::declare(Parameters &parameters)
{
  parameters.add("Name", name, "the metal", "Name of the metal, for messages and tables.");
  parameters.add("Molar volume", molar_volume, "", "cm^3/mol", Range::between(1, 1000),
                 "Volume Omega of one mole of metal.");
  parameters.add("Diffusion prefactor", diffusion_prefactor, "", "m^2/s",
                 Range::between(1e-20, 1e3),
                 "Prefactor D_0 of the self-diffusivity D_0 exp(-Q_D/RT).");
  parameters.add("Diffusion energy", diffusion_energy, "", "kJ/mol", Range::between(0, 1000),
                 "Activation energy Q_D of self-diffusion.");
  parameters.add("Short-circuit diffusivity", short_circuit_diffusivity, "0 m^2/s", "m^2/s",
                 Range::between(1e-40, 1e-3).or_zero(),
                 "What dislocations and grain boundaries add to the self-diffusivity.");
  parameters.add("Interface sink resistance", interface_sink_resistance_reference, "none",
                 "ohm cm^2", Range::between(1e-4, 1e9),
                 "R_s, per area of contact: vacancies are absorbed where the metal touches the "
                 "electrolyte; stripping at the current density i takes a driving pressure of "
                 "R_s i F/Omega. none: they are not.");
  parameters.add("Interface sink energy", interface_sink_energy, "0 kJ/mol", "kJ/mol",
                 Range::between(-1000, 1000), "Activation energy E_s of 1/R_s.");
  parameters.add("Interface sink reference temperature", interface_sink_temperature, "20 degC",
                 "degC", Range::any(), "Temperature at which the resistance is given.");
  parameters.add("Interface diffusivity", interface_diffusivity, "0 m^3/s", "m^3/s",
                 Range::between(1e-40, largest_interface_diffusivity).or_zero(),
                 "Diffusivity of atoms along the interface times its thickness: what the rims of "
                 "voids exchange besides diffusion through the metal. Liquids reach 1e-17 m^3/s; "
                 "resolved voids take at most 300 times the self-diffusivity times Void "
                 "field/Surface width.");
  parameters.add("Sink distance", sink_distance, "none", "um", Range::between(1e-3, 1e9),
                 "L_s: vacancies are absorbed within the metal at the strength 1/L_s^2. none: "
                 "they are not.");
  parameters.add(
    "Surface energy", surface_energy, "", "J/m^2", Range::between(1e-6, 100).or_zero(),
    "Energy gamma of the surface of a void; resolved voids have Void field/Barrier times "
    "Surface width/12 instead.");
  parameters.add("Melting temperature", melting_temperature, "", "K", Range::between(1, 1e4),
                 "The model holds below it; a temperature above it is an error.");
  parameters.add("Shear modulus", shear_modulus, "", "GPa", Range::between(1e-4, 1e4),
                 "Elastic shear modulus G.");
  parameters.add("Young modulus", young_modulus, "", "GPa", Range::between(1e-4, 1e4),
                 "Elastic modulus E.");
  parameters.add("Poisson ratio", poisson_ratio, "", "1", Range::between(0, 0.5),
                 "Poisson ratio nu.");
  if (!has_interface_sinks())
    for (const char *name : {"Interface sink energy", "Interface sink reference temperature"})
      parameters.unused(name, "Interface sink resistance = none");
  std::unique_ptr<CreepLaw> law;
  parameters.law("Creep law", law, "power_law", "How the metal creeps in shear.");
  creep = std::move(law);
}


void Metal::check_temperature(const double T, Parameters &parameters,
                              const std::string &entry) const
{
  if (!(T > 0))
    parameters.error(entry, quantity_text(T, "degC") + " is not above absolute zero, -273.15 degC");
  else if (T < coldest)
    parameters.error(entry, quantity_text(T, "degC") + " is too cold: below " +
                              quantity_text(coldest, "degC") +
                              " atoms of no metal move in the time of a cell, neither along its "
                              "interface nor as creep");
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


double Metal::interface_sink_resistance(const double T) const
{
  return interface_sink_resistance_reference *
         std::exp(interface_sink_energy / gas_constant * (1 / T - 1 / interface_sink_temperature));
}


double Metal::interface_sink_viscosity(const double T) const
{
  const double f = faraday / molar_volume;
  return f * f * interface_sink_resistance(T);
}
} // namespace kavity
