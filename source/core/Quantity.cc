#include "kavity/core/Quantity.h"

#include <cctype>
#include <charconv>
#include <cmath>
#include <utility>
#include <vector>

#include "kavity/core/ParameterTree.h"
#include "kavity/core/Unit.h"

namespace kavity
{
namespace
{
constexpr double avogadro = 6.02214076e23; // 1/mol, exact

const std::vector<std::pair<std::string, std::string>> &kinds()
{
  static const std::vector<std::pair<std::string, std::string>> list = {
    {"MPa", "a pressure"},
    {"m", "a length"},
    {"m^2", "an area"},
    {"m^3", "a volume"},
    {"s", "a time"},
    {"1/s", "a rate"},
    {"m/s", "a velocity"},
    {"K", "a temperature"},
    {"A", "a current"},
    {"A/m^2", "a current density"},
    {"V", "a voltage"},
    {"ohm m", "a resistivity"},
    {"ohm m^2", "a resistance of an area"},
    {"S/m", "a conductivity"},
    {"F/m^2", "a capacitance per area"},
    {"C/m^2", "a capacity per area"},
    {"J/m^2", "a surface energy"},
    {"J/mol", "an energy per mole"},
    {"J", "an energy"},
    {"J/(mol K)", "an entropy per mole"},
    {"m^3/mol", "a molar volume"},
    {"m^2/s", "a diffusivity"},
    {"1/m^2", "a number per area"},
    {"Pa s", "a viscosity"},
    {"MPa sqrt(m)", "a fracture toughness"},
    {"kg/m^3", "a density"},
    {"1/K", "a value per kelvin"}};
  return list;
}

// "0.35 eV" for an activation energy per mole
bool per_particle(const std::string &unit, const Unit &from, const Unit &to)
{
  auto energy_per_mole = from.dimension;
  energy_per_mole["mol"] -= 1;
  return unit.size() >= 2 && unit.compare(unit.size() - 2, 2, "eV") == 0 &&
         unit.find_first_of(" */^(") == std::string::npos && to.dimension == energy_per_mole;
}

std::string expected(const std::string &unit)
{
  return unit == "1" ? "expected a number without a unit" :
                       "expected " + quantity_kind(unit) + " in '" + unit + "' or alike";
}

std::string lower_case(std::string text)
{
  for (char &c : text)
    c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

// The same letters, some in the other case, that make a unit of the same dimension as @p unit: for
// "mpa" that is MPa. Best the unit itself; " or " between several, empty if there is none.
std::string in_other_case(const std::string &given, const std::string &unit)
{
  if (lower_case(given) == lower_case(unit))
    return "'" + unit + "'";
  std::vector<std::size_t> letters;
  for (std::size_t i = 0; i < given.size(); ++i)
    if (std::isalpha(static_cast<unsigned char>(given[i])))
      letters.push_back(i);
  std::vector<std::string> found;
  for (unsigned int mask = 1; letters.size() <= 8 && mask < 1u << letters.size(); ++mask)
  {
    std::string other = given;
    for (std::size_t i = 0; i < letters.size(); ++i)
      if (mask & 1u << i)
        other[letters[i]] ^= 'a' ^ 'A';
    try
    {
      if (same_dimension(other, unit))
        found.push_back("'" + other + "'");
    }
    catch (const UnitError &)
    {
      // no unit
    }
  }
  return found.size() > 3 ? "" : join(found, " or ");
}

// What a unit that does not fit was probably meant to be, as the end of a sentence.
std::string unit_hint(const std::string &given, const std::string &unit)
{
  if (lower_case(given) == "c" && quantity_kind(unit) == "a temperature")
    return " ('C' is coulomb; write 'degC')";
  const std::string meant = in_other_case(given, unit);
  return meant.empty() ? "" : "; did you mean " + meant + "?";
}

Unit parse_given_unit(const std::string &given, const std::string &unit)
{
  try
  {
    return parse_unit(given);
  }
  catch (const UnitError &error)
  {
    throw UnitError(std::string(error.what()) + "; " + expected(unit) + unit_hint(given, unit));
  }
}
// Of a plain number: what a share such as % stands for.
double share(const std::string &given, const std::string &text)
{
  try
  {
    if (const Unit unit = parse_unit(given); unit.dimension.empty())
      return unit.scale;
  }
  catch (const UnitError &)
  {
    // told below
  }
  throw UnitError("'" + text + "' has the unit '" + given + "'; " + expected("1"));
}
} // namespace


Quantity parse_quantity(const std::string &text)
{
  const std::string clean = trimmed(text);
  const char *begin = clean.data(), *const end = begin + clean.size();
  if (begin != end && *begin == '+' && begin + 1 != end && begin[1] != '-')
    ++begin;

  Quantity quantity;
  const auto [rest, status] = std::from_chars(begin, end, quantity.number);
  if (status == std::errc::result_out_of_range)
    throw UnitError("'" + clean + "' is too large or too small a number");
  if (status != std::errc() || !std::isfinite(quantity.number))
    throw UnitError("'" + clean + "' does not start with a number");
  quantity.unit = trimmed(std::string(rest, end));
  if (!quantity.unit.empty() && (quantity.unit[0] == ',' || quantity.unit[0] == '.'))
    throw UnitError("'" + clean + "' is not a number; write one decimal point and no commas");
  return quantity;
}


double to_si(const std::string &text, const std::string &unit)
{
  const Quantity quantity = parse_quantity(text);
  const Unit to           = parse_unit(unit);
  if (unit == "1")
    return quantity.number * share(quantity.unit, text);
  if (quantity.unit.empty())
    throw UnitError("'" + text + "' has no unit; " + expected(unit));

  const Unit from = parse_given_unit(quantity.unit, unit);
  double value    = from.scale * quantity.number + from.origin;
  if (per_particle(quantity.unit, from, to))
    value *= avogadro;
  else if (from.dimension != to.dimension)
    throw UnitError("'" + text + "' is not " + quantity_kind(unit) + "; " + expected(unit) +
                    unit_hint(quantity.unit, unit));
  if (!std::isfinite(value))
    throw UnitError("'" + text + "' is too large a number");
  return value;
}


double to_si(const double number, const std::string &unit)
{
  const Unit from = parse_unit(unit);
  return from.scale * number + from.origin;
}


double from_si(const double value, const std::string &unit)
{
  const Unit to = parse_unit(unit);
  return (value - to.origin) / to.scale;
}


std::string quantity_text(const double value, const std::string &unit, const int digits)
{
  char number[64];
  const auto end = std::to_chars(number, number + sizeof number, from_si(value, unit),
                                 std::chars_format::general, digits);
  return std::string(number, end.ptr) + (unit == "1" ? "" : " " + unit);
}


std::string voltage_text(const double value, const int digits)
{
  constexpr double round_off = 1e-9;
  if (std::abs(value) < round_off)
    return "0 mV";
  return quantity_text(value, std::abs(value) < 1 ? "mV" : "V", digits);
}


std::string quantity_kind(const std::string &unit)
{
  const Unit wanted = parse_unit(unit);
  if (wanted.dimension.empty())
    return "a number without a unit";
  for (const auto &[example, kind] : kinds())
    if (parse_unit(example).dimension == wanted.dimension)
      return kind;
  return "a value in " + unit;
}


bool same_dimension(const std::string &unit, const std::string &other)
{
  return parse_unit(unit).dimension == parse_unit(other).dimension;
}
} // namespace kavity
