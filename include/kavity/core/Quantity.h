#ifndef kavity_core_Quantity_h
#define kavity_core_Quantity_h

#include <stdexcept>
#include <string>

namespace kavity
{
/// A number and its unit as people write them, "2.5 MPa".
struct Quantity
{
  double number = 0;
  std::string unit; ///< empty for a bare number
};

/// A text that is no quantity, an unknown unit, or a unit of another dimension; what() says which,
/// without file or line.
class UnitError : public std::runtime_error
{
public:
  using std::runtime_error::runtime_error;
};

/// Splits "2.5 MPa" into number and unit. The number has a decimal point whatever the locale.
/// Throws UnitError if there is no finite number at the start.
Quantity parse_quantity(const std::string &text);

/// The value in SI units of @p text, which must have the dimension of @p unit ("1" for a plain
/// number). Temperatures are absolute: "20 degC" is 293.15 K. An energy per particle in eV is
/// accepted for an energy per mole. Throws UnitError.
double to_si(const std::string &text, const std::string &unit);

/// The value in SI units of @p number counted in @p unit. Throws UnitError for an unknown unit.
double to_si(double number, const std::string &unit);

/// The inverse of to_si(number, unit): an SI value counted in @p unit.
double from_si(double value, const std::string &unit);

/// An SI value as text in @p unit with @p digits significant digits, "2.5 MPa".
std::string quantity_text(double value, const std::string &unit, int digits = 6);

/// A voltage (V) as text in mV, from 1 V on in V, with @p digits significant digits; one below 1
/// nV, which is round-off, as 0.
std::string voltage_text(double value, int digits = 4);

/// What a unit measures, in words: "a pressure" for "MPa"; "a value in X" where there is no word.
std::string quantity_kind(const std::string &unit);

/// True if both units have the same dimension (reciprocals have not).
bool same_dimension(const std::string &unit, const std::string &other);
} // namespace kavity

#endif
