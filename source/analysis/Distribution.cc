#include "kavity/analysis/Distribution.h"

#include "kavity/core/ParameterValues.h"
#include "kavity/core/Quantity.h"
#include "kavity/core/Unit.h"

#include <boost/math/distributions/lognormal.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/uniform.hpp>

#include <charconv>
#include <cmath>
#include <regex>
#include <stdexcept>

namespace kavity
{
namespace
{
// Of all values those below the upper end of a factor; as many are above the lower one.
constexpr double share_below_factor = 0.95;

struct Form
{
  std::string name, pattern, expected;
};

const std::vector<Form> &forms()
{
  static const std::vector<Form> all = {
    {"uniform", "uniform from (.+) to (.+)", "uniform from FIRST to LAST"},
    {"loguniform", "loguniform from (.+) to (.+)", "loguniform from FIRST to LAST"},
    {"normal", "normal with (?:mean (.+) and )?deviation (.+)",
     "normal with mean VALUE and deviation VALUE"},
    {"lognormal", "lognormal with (?:median (.+) and )?factor (.+)",
     "lognormal with median VALUE and factor NUMBER"}};
  return all;
}

const Form &form_of(const std::string &text)
{
  std::vector<std::string> names;
  const std::string name = text.substr(0, text.find(' '));
  for (const Form &form : forms())
  {
    if (form.name == name)
      return form;
    names.push_back(form.name);
  }
  throw std::runtime_error(unknown_name(name, names));
}

std::string unit_of(const Quantity &quantity)
{
  return quantity.unit.empty() ? "1" : quantity.unit;
}

double positive(const double value, const std::string &text)
{
  if (value > 0)
    return value;
  throw std::runtime_error("'" + text + "' is not above 0, as a logarithm asks for");
}

// A difference of two values of a unit, in that unit: of degC a deviation may be in K.
double difference(const std::string &text, const std::string &unit)
{
  const Quantity given = parse_quantity(text);
  const Unit from = parse_unit(unit_of(given)), to = parse_unit(unit);
  if (from.dimension != to.dimension)
    throw std::runtime_error("'" + text + "' is not " + quantity_kind(unit) + " like the mean");
  const double value = given.number * from.scale / to.scale;
  if (value <= 0)
    throw std::runtime_error("'" + text + "' is not a deviation above 0");
  return value;
}
} // namespace


std::string value_text(const double number, const std::string &unit)
{
  char text[64];
  const auto end = std::to_chars(text, text + sizeof text, number, std::chars_format::general, 12);
  return std::string(text, end.ptr) + (unit == "1" ? "" : " " + unit);
}


Distribution Distribution::parse(const std::string &text, const std::string &own_value)
{
  const Form &form = form_of(text);
  std::smatch parts;
  if (!std::regex_match(text, parts, std::regex(form.pattern)))
    throw std::runtime_error("'" + text + "' is not understood; expected '" + form.expected + "'");
  std::string first        = parts[1];
  const std::string second = parts[2];
  if (first.empty())
    first = own_value;
  if (first.empty())
    throw std::runtime_error("'" + text +
                             "' says not around which value, and the file has none; "
                             "expected '" +
                             form.expected + "'");
  Distribution result;
  const Quantity begin = parse_quantity(first);
  const double low     = begin.number;
  result.unit_         = unit_of(begin);
  if (form.name == "normal")
  {
    const boost::math::normal_distribution<> law(low, difference(second, result.unit_));
    result.quantile_ = [law](const double share) { return boost::math::quantile(law, share); };
    return result;
  }
  if (form.name == "lognormal")
  {
    const double factor = to_si(second, "1");
    if (factor <= 1)
      throw std::runtime_error("'" + second + "' is not a factor above 1");
    const double sigma =
      std::log(factor) /
      boost::math::quantile(boost::math::normal_distribution<>(), share_below_factor);
    const boost::math::lognormal_distribution<> law(std::log(positive(low, first)), sigma);
    result.quantile_ = [law](const double share) { return boost::math::quantile(law, share); };
    return result;
  }
  const double high = from_si(to_si(second, result.unit_), result.unit_);
  if (high <= low)
    throw std::runtime_error("'" + second + "' is not above '" + first + "'");
  const bool logarithmic = form.name == "loguniform";
  const boost::math::uniform_distribution<> law(logarithmic ? std::log(positive(low, first)) : low,
                                                logarithmic ? std::log(high) : high);
  result.quantile_ = [law, logarithmic](const double share)
  {
    const double value = boost::math::quantile(law, share);
    return logarithmic ? std::exp(value) : value;
  };
  return result;
}


std::string Distribution::value(const double share) const
{
  return value_text(quantile(share), unit_);
}
} // namespace kavity
