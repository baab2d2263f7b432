#include "kavity/app/EndCondition.h"

#include "kavity/core/ParameterTree.h"
#include "kavity/core/ParameterValues.h"
#include "kavity/core/Quantity.h"

#include <algorithm>
#include <cmath>
#include <regex>
#include <sstream>
#include <stdexcept>

namespace kavity
{
namespace
{
// Those that a name which is not known may stand for; of symmetric cells only if it looks so.
std::vector<std::string> names_near(const std::string &text)
{
  const bool symmetric =
    text.find("_2") != std::string::npos || text.find("electrode") != std::string::npos;
  std::vector<std::string> names;
  for (const Observable &observable : known_observables())
    if (symmetric || !observable.of_symmetric)
      names.push_back(observable.name);
  return names;
}


const Observable *find_observable(const std::string &name)
{
  const auto &table = known_observables();
  const auto found =
    std::find_if(table.begin(), table.end(),
                 [&](const Observable &observable) { return observable.name == name; });
  return found == table.end() ? nullptr : &*found;
}


// The parts of a text between a word on its own, whatever its case.
std::vector<std::string> split_at_word(const std::string &text, const std::string &word)
{
  const std::regex separator("(^|\\s+)" + word + "(?=\\s|$)", std::regex::icase);
  std::vector<std::string> parts;
  std::string rest = text;
  for (std::smatch found; std::regex_search(rest, found, separator); rest = found.suffix().str())
    parts.push_back(found.prefix().str());
  parts.push_back(rest);
  return parts;
}
} // namespace


EndCondition::EndCondition(const std::string &text)
{
  static const std::regex pattern(
    R"(^\s*(\|?)\s*([A-Za-z_]\w*)\s*(\|?)\s*(<=|>=|<|>)\s*(\S.*?)\s*$)");
  std::smatch parts;
  if (!std::regex_match(text, parts, pattern) || parts[1] != parts[3])
    throw std::invalid_argument("'" + trimmed(text) +
                                "' is no end condition; expected one such as 'time > 1 h', "
                                "'contact < 0.5' or '|voltage| > 0.3 V'");
  name      = parts[2];
  magnitude = parts[1] == "|";
  greater   = parts[4].str().front() == '>';

  const Observable *observable = find_observable(name);
  if (observable == nullptr)
    throw std::invalid_argument("observable " + unknown_name(name, names_near(name)));
  try
  {
    limit_value = to_si(parts[5].str(), observable->unit);
  }
  catch (const UnitError &error)
  {
    throw std::invalid_argument("in '" + trimmed(text) + "': " + error.what());
  }
  const std::string bar = magnitude ? "|" : "";
  as_written            = bar + name + bar + (greater ? " > " : " < ") + parts[5].str();
  check_sense();
}


void EndCondition::check_sense() const
{
  const bool never_negative = magnitude || !find_observable(name)->may_be_negative;
  if (is_clock() && !greater)
    throw std::invalid_argument("'" + as_written + "' holds from the start: " + name +
                                " only grows; write '>'");
  if (is_clock() && limit_value <= 0)
    throw std::invalid_argument("'" + as_written +
                                "' holds from the start; the limit must be "
                                "positive");
  if (never_negative && !greater && limit_value <= 0)
    throw std::invalid_argument("'" + as_written + "' can never hold: the value is not negative");
  if (never_negative && greater && limit_value < 0)
    throw std::invalid_argument("'" + as_written + "' always holds: the value is not negative");
  const bool is_contact = find_observable(name)->unit == "1";
  if (is_contact && greater && limit_value >= 1)
    throw std::invalid_argument("'" + as_written +
                                "' can never hold: a contact fraction is at "
                                "most 1");
  if (is_contact && !greater && limit_value > 1)
    throw std::invalid_argument("'" + as_written +
                                "' always holds: a contact fraction is at "
                                "most 1");
}


bool EndCondition::is_clock() const
{
  return name == "time" || name == "step_time" || name == "run_time" || name == "capacity";
}


bool EndCondition::of_symmetric() const
{
  return find_observable(name)->of_symmetric;
}


double EndCondition::residual(const Observables &observables) const
{
  const auto found = observables.find(name);
  if (found == observables.end())
    throw std::logic_error("the observable '" + name + "' of an end condition is not supplied");
  const double value = magnitude ? std::abs(found->second) : found->second;
  const double scale = limit_value == 0 ? 1 : std::abs(limit_value);
  return (greater ? value - limit_value : limit_value - value) / scale;
}


JointCondition::JointCondition(const std::string &text)
{
  for (const std::string &part : split_at_word(text, "and"))
    all.emplace_back(part);
}


std::string JointCondition::text() const
{
  std::string text;
  for (const EndCondition &condition : all)
    text += (text.empty() ? "" : " and ") + condition.text();
  return text;
}


bool JointCondition::met(const Observables &observables, const double round_off) const
{
  return std::all_of(
    all.begin(), all.end(),
    [&](const EndCondition &condition)
    { return condition.residual(observables) >= (condition.is_clock() ? -round_off : 0.); });
}


bool JointCondition::only_clocks() const
{
  return std::all_of(all.begin(), all.end(),
                     [](const EndCondition &condition) { return condition.is_clock(); });
}


std::vector<JointCondition> parse_end_conditions(const std::string &text)
{
  for (const char *sign : {",", ";", "&", "||"})
    if (text.find(sign) != std::string::npos)
      throw std::invalid_argument("conditions are joined by the words 'or' and 'and', not by '" +
                                  std::string(sign) +
                                  "', as in 'time > 1 h or contact < 0.5'; decimals take a point");
  std::vector<JointCondition> conditions;
  for (const std::string &part : split_at_word(text, "or"))
    conditions.emplace_back(part);
  return conditions;
}

} // namespace kavity
