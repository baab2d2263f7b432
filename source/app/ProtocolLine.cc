#include "kavity/app/ProtocolStep.h"
#include "kavity/core/ParameterValues.h"
#include "kavity/core/Quantity.h"
#include "kavity/core/Unit.h"

#include <boost/algorithm/string/predicate.hpp>

#include <algorithm>
#include <sstream>
#include <stdexcept>

namespace kavity
{
namespace
{
const char *const constant_example = "strip at 3 mA/cm^2 until contact < 0.5";
const char *const rest_example     = "rest for 1 h until contact > 0.99";

// No unit, though some of them are: what comes next in a step.
const std::vector<std::string> keywords = {"at", "for", "until", "or", "and"};


// "'a', 'b' or 'c'"
std::string alternatives(const std::vector<std::string> &words)
{
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i)
    text += (i == 0 ? "" : i + 1 == words.size() ? " or " : ", ") + ("'" + words[i] + "'");
  return text;
}


bool is_keyword(const std::string &word)
{
  return std::any_of(keywords.begin(), keywords.end(),
                     [&](const std::string &keyword) { return boost::iequals(word, keyword); });
}


bool is_bare_number(const std::string &text)
{
  try
  {
    return parse_quantity(text).unit.empty();
  }
  catch (const UnitError &)
  {
    return false;
  }
}


// Whether a text is a number and a unit that exists.
bool is_quantity(const std::string &text)
{
  try
  {
    parse_unit(parse_quantity(text).unit);
    return true;
  }
  catch (const UnitError &)
  {
    return false;
  }
}


// The words of a line, taken one after the other.
class Words
{
public:
  explicit Words(const std::string &line)
  {
    std::istringstream stream(line);
    for (std::string word; stream >> word;)
      words.push_back(word);
  }

  bool at_end() const
  {
    return next == words.size();
  }

  // Whether the next word is this one; it is then taken.
  bool take(const std::string &word)
  {
    if (at_end() || !boost::iequals(words[next], word))
      return false;
    ++next;
    return true;
  }

  // Takes the next word, which must be one of these.
  std::string expect(const std::vector<std::string> &expected, const std::string &example)
  {
    for (const std::string &word : expected)
      if (take(word))
        return word;
    fail(expected, alternatives(expected), example);
  }

  // Takes a number and its unit, which may be of several words.
  std::string quantity(const std::string &kind, const std::string &example)
  {
    if (at_end() || is_keyword(words[next]))
      fail({}, kind, example);
    std::string text = words[next++];
    const auto more  = [&] { return !at_end() && !is_keyword(words[next]); };
    if (is_bare_number(text) && more())
      text += " " + words[next++];
    while (more() && is_quantity(text + " " + words[next]))
      text += " " + words[next++];
    if (text.find_first_of(",;") != std::string::npos)
      throw std::invalid_argument("'" + text + "': no comma is expected there, as in '" + example +
                                  "'; decimals take a point");
    return text;
  }

  // Takes all that is left.
  std::string rest()
  {
    const std::string text = joined(next, words.size());
    next                   = words.size();
    return text;
  }

  [[noreturn]] void fail(const std::vector<std::string> &names, const std::string &expected,
                         const std::string &example) const
  {
    const std::string before = joined(0, next), as_in = ", as in '" + example + "'";
    if (at_end())
      throw std::invalid_argument((before.empty() ? "is empty" : "ends with '" + before + "'") +
                                  "; expected " + expected + as_in);
    const auto near = nearest_names(words[next], names);
    throw std::invalid_argument(
      "'" + words[next] + "'" + (before.empty() ? "" : " after '" + before + "'") +
      " is not understood; " + (near.empty() ? "" : "did you mean '" + near.front() + "'? ") +
      "expected " + expected + as_in);
  }

private:
  std::string joined(const std::size_t begin, const std::size_t end) const
  {
    return join({words.begin() + begin, words.begin() + end}, " ");
  }

  std::vector<std::string> words;
  std::size_t next = 0;
};


// "for 1 h" as a condition: of time, or of capacity
std::string duration_as_condition(const std::string &text)
{
  const Quantity quantity = parse_quantity(text);
  if (!quantity.unit.empty() && same_dimension(quantity.unit, "mAh/cm^2"))
    return "capacity > " + text;
  parse_value(text, "s", Range::positive(), "30 min");
  return "time > " + text;
}


// What ends a step, to the end of the line.
std::vector<JointCondition> read_end(Words &words, const std::string &example)
{
  std::vector<JointCondition> until;
  if (words.expect({"for", "until"}, example) == "for")
  {
    until =
      parse_end_conditions(duration_as_condition(words.quantity("a time or a capacity", example)));
    if (words.at_end())
      return until;
    if (words.expect({"until", "or"}, example) == "or")
      words.take("until");
  }
  if (words.at_end())
    words.fail({}, "an end condition", example);
  for (const JointCondition &condition : parse_end_conditions(words.rest()))
    until.push_back(condition);
  return until;
}


ProtocolStep read_constant(Words &words, const bool strips)
{
  ProtocolStep step;
  step.kind = strips ? ProtocolStep::Kind::strip : ProtocolStep::Kind::plate;
  words.expect({"at"}, constant_example);
  const double magnitude = parse_value(words.quantity("a current density", constant_example),
                                       "mA/cm^2", Range::between(1e-9, 1e5), "3 mA/cm^2");
  step.current_density   = strips ? magnitude : -magnitude;
  step.until             = read_end(words, constant_example);
  return step;
}
} // namespace


ProtocolStep parse_step(const std::string &line)
{
  Words words(line);
  const std::string kind = words.expect({"strip", "plate", "rest"}, constant_example);
  ProtocolStep step;
  if (kind != "rest")
    step = read_constant(words, kind == "strip");
  else
  {
    step.kind  = ProtocolStep::Kind::rest;
    step.until = read_end(words, rest_example);
  }
  step.check_conditions();
  return step;
}

} // namespace kavity
