#ifndef kavity_core_Unit_h
#define kavity_core_Unit_h

#include <map>
#include <string>

namespace kavity
{
/// A unit resolved into SI base units: SI value = scale * number + origin. The dimension holds
/// the exponent of each base unit (m, kg, s, A, K, mol, cd); the square root of a metre, for
/// fracture toughness, is a base unit of its own, so that all exponents are whole.
struct Unit
{
  std::map<std::string, int> dimension; ///< no zero exponents
  double scale  = 1;
  double origin = 0; ///< not zero for degC
};

/// The unit of one name with an optional prefix ("MPa", "um", "degC"), from the UDUNITS-2
/// database. Throws UnitError if unknown, std::runtime_error if the database cannot be read.
Unit named_unit(const std::string &name);

/// The unit of an expression: names with whole exponents (m^2, s^-1, cm-2), products by blank or
/// *, quotients by / (each for one factor), parentheses, sqrt of a length. "1" and "" are
/// dimensionless. Throws UnitError.
Unit parse_unit(const std::string &expression);
} // namespace kavity

#endif
