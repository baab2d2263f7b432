#include "kavity/analysis/EndCondition.h"

#include "kavity/core/Mistakes.h"
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
const std::string second = "_2"; // at the end of the names of its observables

bool is_of_second(const std::string &name)
{
  return name.size() > second.size() &&
         name.compare(name.size() - second.size(), second.size(), second) == 0;
}


// Of a strict comparison at its limit, which does not hold there.
constexpr double just_before = 1e-15;


// The observable of that name. @throw std::invalid_argument if there is none
const Observable &find_observable(const std::string &name, const std::vector<Observable> &known)
{
  std::vector<std::string> here = {"time"}, anywhere = here;
  for (const Observable &observable : known)
  {
    if (observable.name == (name == "time"    ? "step_time" :
                            name == "current" ? "current_density" :
                                                name))
      return observable;
    if (observable.role == Observable::Role::record)
      continue;
    anywhere.push_back(observable.name);
    if (observable.present)
      here.push_back(observable.name);
  }
  // of other cells only where nothing else is near
  const bool of_others =
    nearest_names(name, here).empty() && !nearest_names(name, anywhere).empty();
  throw std::invalid_argument("observable " + unknown_name(name, of_others ? anywhere : here));
}


// "did you mean 'dendrite_margin'? " of "dendrite margin > 0"; empty if its name is of one word.
std::string meant_name(const std::string &text, const std::vector<Observable> &known)
{
  static const std::regex words(R"(^\s*\|?\s*([A-Za-z]\w*(?:[ -]+\w+)+)\s*\|?\s*[<>].*$)");
  std::smatch found;
  if (!std::regex_match(text, found, words))
    return {};
  std::vector<std::string> names;
  for (const Observable &observable : known)
    if (observable.present && observable.role != Observable::Role::record)
      names.push_back(observable.name);
  const auto near =
    nearest_names(std::regex_replace(found[1].str(), std::regex("[ -]+"), "_"), names);
  return near.empty() ? "" : "did you mean '" + near.front() + "'? ";
}


// It can end a step. @throw std::invalid_argument if it cannot
void check_use(const std::string &condition, const Observable &observable)
{
  if (observable.role == Observable::Role::record)
    throw std::invalid_argument("'" + condition + "' ends nothing: " + observable.name +
                                " is of a whole time step or a count, not of the state that a step "
                                "has come to");
  if (!observable.present)
    throw std::invalid_argument("'" + condition + "': only cells with " + observable.only_with +
                                " have " + observable.name);
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


bool holds(const EndCondition &condition, const Observables &observables, const double round_off)
{
  return condition.residual(observables) >= (condition.is_clock() ? -round_off : 0.);
}
} // namespace


EndCondition::EndCondition(const std::string &text, const std::vector<Observable> &known,
                           CRate *const rate)
{
  static const std::regex pattern(
    R"(^\s*(\|?)\s*([A-Za-z_]\w*)\s*(\|?)\s*(<=|>=|<|>)\s*(\S.*?)\s*$)");
  std::smatch parts;
  if (!std::regex_match(text, parts, pattern) || parts[1] != parts[3])
    throw std::invalid_argument("'" + trimmed(text) + "' is no end condition; " +
                                meant_name(text, known) +
                                "expected one such as 'time > 1 h', 'contact < 0.5' or "
                                "'|voltage| > 0.3 V'");
  written                      = parts[2];
  const Observable &observable = find_observable(written, known);

  magnitude = parts[1] == "|";
  equal     = parts[4].length() == 2;
  greater   = parts[4].str().front() == '>';
  name      = observable.name;
  unit      = observable.unit;
  of_clock  = observable.role == Observable::Role::clock;
  try
  {
    const std::string limit = parts[5];
    const bool is_rate      = rate != nullptr && unit == "mA/cm^2" && CRate::is_rate(limit);
    limit_value             = to_si(is_rate ? rate->current_density(limit) : limit, unit);
  }
  catch (const UnitError &error)
  {
    throw std::invalid_argument("in '" + trimmed(text) + "': " + error.what());
  }
  const std::string bar = magnitude ? "|" : "";
  as_written            = bar + written + bar + " " + parts[4].str() + " " + parts[5].str();
  scale                 = limit_value == 0 ? to_si(1., observable.unit) : std::abs(limit_value);
  each                  = observable.of_each_electrode &&
         std::any_of(known.begin(), known.end(),
                     [this](const Observable &other)
                     { return other.present && other.name == name + second; });
  check_use(as_written, observable);
  check_sense(observable);
}


EndCondition EndCondition::of_second() const
{
  EndCondition condition = *this;
  condition.as_written.insert(as_written.find(written) + written.size(), second);
  condition.name += second;
  condition.written += second;
  condition.each = false;
  return condition;
}


void EndCondition::check_sense(const Observable &observable) const
{
  const auto refuse = [this](const std::string &why)
  { throw std::invalid_argument("'" + as_written + "' " + why); };
  if (is_clock() && !greater)
    refuse("holds from the start: it only grows; write '>'");
  if (is_clock() && limit_value <= 0)
    refuse("holds from the start; the limit must be positive");
  const Range &range      = observable.range;
  const double low        = magnitude ? std::max({0., range.low, -range.high}) : range.low,
               high       = magnitude ? std::max(-range.low, range.high) : range.high;
  const auto the_value    = (magnitude ? "|" + name + "|" : name) + " is at ";
  const auto in_si        = [&](const double bound) { return to_si(bound, observable.unit); };
  const std::string never = "can never hold: " + the_value, always = "always holds: " + the_value;
  // where only the bound itself is on the other side
  const bool at_low  = greater == equal && limit_value == in_si(low),
             at_high = greater != equal && limit_value == in_si(high);
  if (limit_value < in_si(low) || at_low)
    refuse((greater ? always : never) + "least " + quantity_text(in_si(low), observable.unit));
  if (limit_value > in_si(high) || at_high)
    refuse((greater ? never : always) + "most " + quantity_text(in_si(high), observable.unit));
}


double EndCondition::value(const Observables &observables) const
{
  const auto found = observables.find(name);
  if (found == observables.end())
    throw std::logic_error("the observable '" + name + "' of an end condition is not supplied");
  return magnitude ? std::abs(found->second) : found->second;
}


double EndCondition::residual(const Observables &observables) const
{
  const double passed = (greater ? 1 : -1) * (value(observables) - limit_value) / scale;
  return passed == 0 && !equal && !is_clock() ? -just_before : passed;
}


std::string EndCondition::present(const Observables &observables) const
{
  const std::string bar = magnitude ? "|" : "";
  return bar + written + bar + " is " + quantity_text(value(observables), unit, 4);
}


JointCondition::JointCondition(const std::string &text, const std::vector<Observable> &known,
                               CRate *const rate)
{
  MistakeList mistakes;
  for (const std::string &part : split_at_word(text, "and"))
    mistakes.attempt([&] { all.emplace_back(part, known, rate); });
  mistakes.raise();
}


std::string JointCondition::text() const
{
  std::string text;
  for (const EndCondition &condition : all)
    text += (text.empty() ? "" : " and ") + condition.text();
  return text + where;
}


std::vector<JointCondition> JointCondition::of_either_electrode() const
{
  const auto about = [](const EndCondition &condition) { return condition.of_each_electrode(); };
  const auto names = [](const EndCondition &condition)
  { return is_of_second(condition.observable()); };
  if (std::none_of(all.begin(), all.end(), about) || std::any_of(all.begin(), all.end(), names))
    return {*this};
  JointCondition above = *this, below = *this;
  above.where = " at the electrode above";
  below.where = " at the electrode below";
  for (EndCondition &condition : below.all)
    if (condition.of_each_electrode())
      condition = condition.of_second();
  return {above, below};
}


bool JointCondition::met(const Observables &observables, const double round_off) const
{
  return std::all_of(all.begin(), all.end(),
                     [&](const EndCondition &condition)
                     { return holds(condition, observables, round_off); });
}


std::string JointCondition::present(const Observables &observables) const
{
  std::string text;
  for (const EndCondition &condition : all)
    text += (text.empty() ? "" : " and ") + condition.present(observables);
  return text;
}


std::string JointCondition::missed(const Observables &observables, const double round_off) const
{
  std::string text;
  for (const EndCondition &condition : all)
    if (!holds(condition, observables, round_off))
      text += (text.empty() ? "" : " and ") + condition.text() + " (" +
              condition.present(observables) + ")";
  return text;
}


bool JointCondition::only_clocks() const
{
  return std::all_of(all.begin(), all.end(),
                     [](const EndCondition &condition) { return condition.is_clock(); });
}


std::vector<JointCondition> parse_end_conditions(const std::string &text,
                                                 const std::vector<Observable> &known,
                                                 CRate *const rate)
{
  for (const char *sign : {",", ";", "&", "||"})
    if (text.find(sign) != std::string::npos)
      throw std::invalid_argument("conditions are joined by the words 'or' and 'and', not by '" +
                                  std::string(sign) +
                                  "', as in 'time > 1 h or contact < 0.5'; decimals take a point");
  std::vector<JointCondition> conditions;
  MistakeList mistakes;
  for (const std::string &part : split_at_word(text, "or"))
    mistakes.attempt([&] { conditions.emplace_back(part, known, rate); });
  mistakes.raise();
  return conditions;
}

} // namespace kavity
