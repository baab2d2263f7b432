#include "kavity/core/ParameterValues.h"

#include <cctype>
#include <charconv>
#include <cmath>
#include <sstream>

#include "kavity/core/Mistakes.h"
#include "kavity/core/Quantity.h"

namespace kavity
{
namespace
{
// Of a list: each may be a calculation of its own.
constexpr unsigned int most_values = 10000;

[[noreturn]] void refuse(const std::string &text, const std::string &reason)
{
  throw std::runtime_error("'" + text + "' " + reason);
}

// Bounds are compared in SI units, with room for the round-off of the conversion, so that
// "293.15 K" passes "at least 20 degC".
bool within(const double value, const std::string &unit, const Range &range)
{
  if (range.zero_too && value == 0)
    return true;
  const double low  = std::isfinite(range.low) ? to_si(range.low, unit) : range.low;
  const double high = std::isfinite(range.high) ? to_si(range.high, unit) : range.high;
  const double room = 1e-14 * std::abs(value);
  return value + room >= low && value - room <= high && !(range.above_low && value <= low);
}

// The same number in the unit people use, if that is in range and what is given is that unit in the
// other case or without its prefix, "mPa" or "Pa" for "MPa": else empty. Other prefixes are not
// slips of the hand, the value itself is out of range.
std::string probably_meant(const std::string &number, const std::string &given,
                           const std::string &unit, const Range &range)
{
  const bool other_case = given != unit &&
                          std::tolower(static_cast<unsigned char>(given[0])) ==
                            std::tolower(static_cast<unsigned char>(unit[0])) &&
                          given.compare(1, std::string::npos, unit, 1, std::string::npos) == 0;
  const bool no_prefix   = unit.compare(1, std::string::npos, given) == 0;
  const std::string text = number + " " + unit;
  return (other_case || no_prefix) && within(to_si(text, unit), unit, range) ? text : "";
}

void check_range(const std::string &text, const std::string &given, const double value,
                 const std::string &unit, const Range &range)
{
  if (within(value, unit, range))
    return;
  const std::string read =
    given.empty() || given == unit ? "" : "(" + quantity_text(value, unit) + ") ";
  const std::string meant =
    given.empty() ?
      "" :
      probably_meant(trimmed(text.substr(0, text.size() - given.size())), given, unit, range);
  refuse(text, read + "is out of range; expected " + range.text(unit) +
                 (meant.empty() ? "" : "; did you mean '" + meant + "'?"));
}

// "1 MPa to 10 MPa in 10", "0.1 MPa to 10 MPa in 5 logarithmic"
std::vector<double> parse_steps(const std::string &text, const std::string &unit,
                                const Range &range, const std::string &example)
{
  const std::string rest = text.compare(0, 5, "from ") == 0 ? text.substr(5) : text;
  const auto to = rest.find(" to "), in = rest.rfind(" in ");
  if (to == std::string::npos || in == std::string::npos || in < to)
    refuse(text, "is not understood; expected 'FIRST to LAST in NUMBER OF VALUES'");
  const double first = parse_value(trimmed(rest.substr(0, to)), unit, range, example);
  const double last  = parse_value(trimmed(rest.substr(to + 4, in - to - 4)), unit, range, example);
  const std::string how              = trimmed(rest.substr(in + 4));
  const std::string::size_type blank = how.find(' ');
  const unsigned int count           = parse_whole_number(how.substr(0, blank), 2, most_values);
  const bool logarithmic             = blank != std::string::npos;
  if (logarithmic)
    parse_choice(how.substr(blank + 1), {"logarithmic"});
  if (logarithmic && (first <= 0 || last <= 0))
    refuse(text, "is logarithmic; expected a first and a last value above 0");

  std::vector<double> values(count);
  for (unsigned int i = 0; i < count; ++i)
  {
    const double share = static_cast<double>(i) / (count - 1);
    values[i]          = i + 1 == count ? last :
                         logarithmic    ? first * std::pow(last / first, share) :
                                          first + (last - first) * i / (count - 1);
  }
  return values;
}
} // namespace


double parse_value(const std::string &text, const std::string &unit, const Range &range,
                   const std::string &example)
{
  if (text.empty())
    refuse(text, "is empty; expected " + quantity_kind(unit) + " such as '" + example + "'");
  Quantity quantity;
  try
  {
    quantity = parse_quantity(text);
  }
  catch (const UnitError &error)
  {
    throw UnitError(std::string(error.what()) + "; expected " + quantity_kind(unit) + " such as '" +
                    example + "'");
  }
  if (quantity.unit.empty() && unit != "1")
    refuse(text, "has no unit; expected " + quantity_kind(unit) + " such as '" + example + "'");
  const double value = to_si(text, unit);
  check_range(text, quantity.unit, value, unit, range);
  return value;
}


std::vector<double> parse_list(const std::string &text, const std::string &unit, const Range &range,
                               const std::string &example)
{
  std::vector<double> values;
  MistakeList mistakes;
  for (const std::string &part : split(text, ','))
  {
    const bool steps =
      part.find(" to ") != std::string::npos || part.find(" in ") != std::string::npos;
    std::vector<double> more;
    mistakes.attempt(
      [&]
      {
        more = steps ? parse_steps(part, unit, range, example) :
                       std::vector<double>{parse_value(part, unit, range, example)};
      });
    values.insert(values.end(), more.begin(), more.end());
    if (values.size() > most_values)
      refuse(text, "has more than " + std::to_string(most_values) + " values");
  }
  mistakes.raise();
  return values;
}


unsigned int parse_whole_number(const std::string &text, const unsigned int low,
                                const unsigned int high)
{
  unsigned int value       = 0;
  const char *const end    = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  const std::string wanted =
    "expected a whole number from " + std::to_string(low) + " to " + std::to_string(high);
  if (rest != end || error == std::errc::invalid_argument)
    refuse(text, "is not a whole number; " + wanted);
  if (error == std::errc::result_out_of_range || value < low || value > high)
    refuse(text, "is out of range; " + wanted);
  return value;
}


bool parse_truth(const std::string &text)
{
  for (const char *const yes : {"true", "yes", "on"})
    if (text == yes)
      return true;
  for (const char *const no : {"false", "no", "off"})
    if (text == no)
      return false;
  refuse(text, "is neither 'true' nor 'false'");
}


std::string parse_choice(const std::string &text, const std::vector<std::string> &names)
{
  for (const std::string &name : names)
    if (text == name)
      return name;
  throw std::runtime_error(unknown_name(text, names));
}


std::string unknown_name(const std::string &name, const std::vector<std::string> &names)
{
  const auto nearest  = nearest_names(name, names);
  std::string message = "'" + name + "' is not known";
  if (!nearest.empty())
    message += "; did you mean '" + join(nearest, "' or '") + "'?";
  if (names.empty())
    message += "; none is possible here";
  else if (names.size() <= 20)
    message += (nearest.empty() ? "; possible: " : " Possible: ") + join(names, ", ");
  return message;
}


Range Range::any()
{
  return {};
}

Range Range::positive()
{
  Range range;
  range.low       = 0;
  range.above_low = true;
  return range;
}

Range Range::non_negative()
{
  return at_least(0);
}

Range Range::fraction()
{
  return between(0, 1);
}

Range Range::at_least(const double low)
{
  Range range;
  range.low = low;
  return range;
}

Range Range::between(const double low, const double high)
{
  Range range;
  range.low  = low;
  range.high = high;
  return range;
}

Range Range::or_zero() const
{
  Range range    = *this;
  range.zero_too = true;
  return range;
}

std::string Range::text(const std::string &unit) const
{
  std::ostringstream text;
  text.precision(12);
  const std::string suffix = unit == "1" ? "" : " " + unit;
  if (zero_too)
    text << "0, or ";
  if (std::isfinite(low) && std::isfinite(high))
    text << (above_low ? "above " : "") << low << " to " << high << suffix;
  else if (std::isfinite(low))
    text << (above_low ? "> " : ">= ") << low << suffix;
  else if (std::isfinite(high))
    text << "<= " << high << suffix;
  return text.str();
}
} // namespace kavity
