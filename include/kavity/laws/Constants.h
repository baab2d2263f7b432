#ifndef kavity_laws_Constants_h
#define kavity_laws_Constants_h

#include <cmath>

namespace kavity
{
/// Molar gas constant R in J/(mol K), exact since the SI of 2019.
constexpr double gas_constant = 8.31446261815324;

/// Faraday constant F in C/mol, exact since the SI of 2019.
constexpr double faraday = 96485.33212331002;

constexpr double pi = 3.14159265358979323846;

/// exp(-E/R (1/T - 1/T_ref)): what a thermally activated rate known at @p reference_temperature is
/// multiplied by at @p temperature (both in K); @p energy in J/mol.
inline double arrhenius(const double energy, const double temperature,
                        const double reference_temperature)
{
  return std::exp(-energy / gas_constant * (1. / temperature - 1. / reference_temperature));
}
} // namespace kavity

#endif
