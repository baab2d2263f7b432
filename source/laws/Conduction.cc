#include "kavity/laws/Conduction.h"

#include "kavity/core/Parameters.h"
#include "kavity/core/Quantity.h"
#include "kavity/laws/Constants.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace kavity
{
namespace
{
// A temperature typed in degC and one typed in K may differ by rounding, not by more.
constexpr double same_temperature = 0.01;

using Tensor = Conduction::Tensor;

Tensor product(const Tensor &a, const Tensor &b)
{
  Tensor c{};
  for (unsigned int i = 0; i < 3; ++i)
    for (unsigned int j = 0; j < 3; ++j)
      for (unsigned int k = 0; k < 3; ++k)
        c[i][j] += a[i][k] * b[k][j];
  return c;
}

// Rotation by the angle about the axis z (0, 1 mix) or x (1, 2 mix).
Tensor rotation(const unsigned int first, const double angle)
{
  const unsigned int second = first + 1;
  Tensor r{};
  for (unsigned int i = 0; i < 3; ++i)
    r[i][i] = 1;
  r[first][first] = r[second][second] = std::cos(angle);
  r[first][second]                    = -std::sin(angle);
  r[second][first]                    = std::sin(angle);
  return r;
}

void check_size(const std::vector<double> &values, const std::string &entry, Parameters &parameters)
{
  if (values.size() != 0 && values.size() != 1 && values.size() != 3)
    parameters.error(entry,
                     "has " + std::to_string(values.size()) +
                       " values; expected one (isotropic) or three (along the axes a, b, c)");
}
} // namespace


void Conduction::declare(Parameters &parameters)
{
  parameters.add("Name", name, "the electrolyte",
                 "Name of the electrolyte, for messages and tables.");
  parameters.add("Conductivity", conductivity, "", "S/cm", Range::between(1e-15, 1e6),
                 "Ionic conductivity at the reference temperature: one value, or three along the "
                 "crystal axes a, b, c.");
  parameters.add("Reference temperature", reference_temperature, "25 degC", "degC",
                 Range::between(-250, 2000), "Temperature at which the conductivity holds.");
  parameters.add("Activation energy", activation_energy, "none", "kJ/mol", Range::between(0, 1000),
                 "Activation energy of conductivity times temperature, also per ion in eV; one "
                 "value, or three along a, b, c. Without it the conductivity is known at the "
                 "reference temperature alone, and a run at another one is refused.");
  parameters.add("Euler angles", euler_angles, "none", "degree", Range::between(-360, 360),
                 "Orientation of the crystal in the cell: rotations about z, then the new x, then "
                 "the new z. Without it a, b, c lie along x, y, z (y is normal to the interface).");
  parameters.add("Young modulus", young_modulus, "none", "GPa", Range::between(1e-4, 1e4),
                 "Elastic modulus E.");
  parameters.add("Poisson ratio", poisson_ratio, "none", "1", Range::between(0, 0.5),
                 "Poisson ratio nu.");
  parameters.add("Fracture toughness", fracture_toughness, "none", "MPa sqrt(m)",
                 Range::between(1e-6, 1e3), "Critical stress intensity K_IC.");

  check_size(conductivity, "Conductivity", parameters);
  check_size(activation_energy, "Activation energy", parameters);
  if (euler_angles.size() != 0 && euler_angles.size() != 3)
    parameters.error("Euler angles", "expected three angles");
}


bool Conduction::known_at(const double T) const
{
  return !activation_energy.empty() || std::abs(T - reference_temperature) <= same_temperature;
}


void Conduction::check_temperature(const double T, Parameters &parameters,
                                   const std::string &entry) const
{
  if (!known_at(T))
    parameters.error(entry, "the conductivity of " + name + " is known at " +
                              quantity_text(reference_temperature, "degC") +
                              " alone; for another temperature give 'Activation energy' of the "
                              "electrolyte (with its source)");
}


Tensor Conduction::tensor(const double T) const
{
  if (!known_at(T))
    throw std::domain_error("The conductivity of " + name + " is known at " +
                            quantity_text(reference_temperature, "degC") + " alone, not at " +
                            quantity_text(T, "degC") + ".");
  Tensor principal{};
  for (unsigned int k = 0; k < 3; ++k)
  {
    principal[k][k] = conductivity.size() == 3 ? conductivity[k] : conductivity.at(0);
    if (!activation_energy.empty())
      principal[k][k] *=
        reference_temperature / T *
        arrhenius(activation_energy.size() == 3 ? activation_energy[k] : activation_energy[0], T,
                  reference_temperature);
  }
  if (euler_angles.empty())
    return principal;
  const Tensor R = product(product(rotation(0, euler_angles[0]), rotation(1, euler_angles[1])),
                           rotation(0, euler_angles[2]));
  Tensor transposed{};
  for (unsigned int i = 0; i < 3; ++i)
    for (unsigned int j = 0; j < 3; ++j)
      transposed[i][j] = R[j][i];
  return product(product(R, principal), transposed);
}


double Conduction::normal_conductivity(const double T) const
{
  return tensor(T)[1][1];
}
} // namespace kavity
