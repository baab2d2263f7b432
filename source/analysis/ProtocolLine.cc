#include "kavity/analysis/ProtocolStep.h"
#include "kavity/core/Mistakes.h"
#include "kavity/core/ParameterValues.h"
#include "kavity/core/Quantity.h"
#include "kavity/core/Unit.h"

#include <boost/algorithm/string/predicate.hpp>

#include <algorithm>
#include <sstream>
#include <stdexcept>

namespace kavity
{
using namespace std::string_literals;

namespace
{
const char *const constant_example = "strip at 3 mA/cm^2 until contact < 0.5";
const char *const ramp_example     = "ramp from 0 to 5 mA/cm^2 over 1 h";
const char *const stair_example    = "strip from 0.5 to 5 mA/cm^2 in 10 steps of 5 min";
const char *const rest_example     = "rest for 1 h until contact > 0.99";
const char *const hold_example     = "hold at 50 mV until |current_density| < 0.1 mA/cm^2";

const Range magnitudes            = Range::between(1e-6, 1e5); // mA/cm^2
const Range voltages              = Range::between(-1e3, 1e3); // V
constexpr unsigned int most_rungs = 1000;

// No unit, though some of them are: what comes next in a step.
const std::vector<std::string> keywords = {"at", "from", "to",    "over", "in",  "steps", "up",
                                           "of", "for",  "until", "or",   "and", "down"};


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


// The words of a line, taken one after the other. Values that are wrong are kept as mistakes; after
// words that are not understood nothing more is.
class Words
{
public:
  Words(const std::string &line, CRate &rate, const std::vector<Observable> &known)
    : rate(rate)
    , known(known)
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

  // Takes any word.
  std::string word(const std::string &expected, const std::string &example)
  {
    if (at_end())
      fail({}, expected, example);
    return words[next++];
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

  CRate &rate;
  const std::vector<Observable> &known;
  MistakeList mistakes;

private:
  std::string joined(const std::size_t begin, const std::size_t end) const
  {
    return join({words.begin() + begin, words.begin() + end}, " ");
  }

  std::vector<std::string> words;
  std::size_t next = 0;
};


// Conditions after "until".
std::vector<JointCondition> read_conditions(Words &words, const std::string &example)
{
  if (words.at_end())
    words.fail({}, "an end condition", example);
  std::vector<JointCondition> conditions;
  words.mistakes.attempt(
    [&] { conditions = parse_end_conditions(words.rest(), words.known, &words.rate); });
  return conditions;
}


// A time or a capacity as what ends a step.
std::vector<JointCondition> read_duration(Words &words, const std::string &example)
{
  const std::string text = words.quantity("a time or a capacity", example);
  std::vector<JointCondition> conditions;
  words.mistakes.attempt(
    [&] { conditions = parse_end_conditions(duration_as_condition(text), words.known); });
  return conditions;
}


// What ends a step that would last for ever, to the end of the line.
std::vector<JointCondition> read_end(Words &words, const std::string &example)
{
  if (words.expect({"for", "until"}, example) == "until")
    return read_conditions(words, example);
  auto until = read_duration(words, example);
  if (words.at_end())
    return until;
  if (words.expect({"until", "or"}, example) == "or")
    words.take("until");
  for (const JointCondition &condition : read_conditions(words, example))
    until.push_back(condition);
  return until;
}


// What may end a step before its time.
std::vector<JointCondition> read_early_end(Words &words, const std::string &example)
{
  if (words.at_end())
    return {};
  words.expect({"until"}, example);
  return read_conditions(words, example + " until contact < 0.5"s);
}


// A current density in A/m^2.
double current_of(const std::string &text, const Range &range, Words &words)
{
  double current = 1;
  words.mistakes.attempt(
    [&]
    {
      current = parse_value(CRate::is_rate(text) ? words.rate.current_density(text) : text,
                            "mA/cm^2", range, "3 mA/cm^2");
    });
  return current;
}


ProtocolStep read_hold(Words &words)
{
  words.expect({"at"}, hold_example);
  const std::string text = words.quantity("a voltage", hold_example);
  double voltage         = 0;
  words.mistakes.attempt([&] { voltage = parse_value(text, "V", voltages, "50 mV"); });
  auto step  = ProtocolStep::hold(voltage);
  step.until = read_end(words, hold_example);
  return step;
}


ProtocolStep read_constant(Words &words, const bool strips)
{
  const double magnitude =
    current_of(words.quantity("a current density", constant_example), magnitudes.or_zero(), words);
  if (magnitude == 0)
    throw std::invalid_argument("no current passes at 0; write 'rest for ...'");
  auto step = ProtocolStep::constant(strips ? ProtocolStep::Kind::strip : ProtocolStep::Kind::plate,
                                     strips ? magnitude : -magnitude);
  if (words.take(strips ? "down" : "up"))
    throw std::invalid_argument(strips ? "stripping makes the voltage rise; write 'up to', as in "
                                         "'strip at 3 mA/cm^2 up to 50 mV for 1 h'" :
                                         "plating makes the voltage fall; write 'down to', as in "
                                         "'plate at 3 mA/cm^2 down to -50 mV for 1 h'");
  if (words.take(strips ? "up" : "down"))
  {
    words.expect({"to"}, strips ? "strip at 3 mA/cm^2 up to 50 mV for 1 h" :
                                  "plate at 3 mA/cm^2 down to -50 mV for 1 h");
    const std::string text = words.quantity("a voltage", hold_example);
    words.mistakes.attempt(
      [&]
      {
        parse_value(text, "V", voltages, "50 mV");
        step.go_over_to(text, words.known);
      });
  }
  step.until = read_end(words, constant_example);
  return step;
}


// "0.5 to 5 mA/cm^2": the unit of the second may serve both.
std::pair<double, double> read_span(Words &words, const Range &range, const std::string &example)
{
  std::string first = words.quantity("a current density", example);
  words.expect({"to"}, example);
  const std::string last = words.quantity("a current density", example);
  if (is_bare_number(first) && is_quantity(last) && !is_bare_number(last))
    first += " " + parse_quantity(last).unit;
  else if (is_bare_number(first) && CRate::is_rate(last))
    first += " C";
  const double begin = current_of(first, range, words);
  return {begin, current_of(last, range, words)};
}


ProtocolStep read_ramp(Words &words)
{
  ProtocolStep step;
  step.kind = ProtocolStep::Kind::ramp;
  words.expect({"from"}, ramp_example);
  const auto [first, last] = read_span(words, Range::between(-1e5, 1e5), ramp_example);
  words.expect({"over"}, ramp_example);
  const std::string duration = words.quantity("a time", ramp_example);
  double time                = 1;
  words.mistakes.attempt([&] { time = parse_value(duration, "s", Range::positive(), "1 h"); });
  if (first == 0 && last == 0)
    throw std::invalid_argument("a ramp from 0 to 0 passes no current; write 'rest for ...'");
  step.pieces = {{time, first, last}};
  step.until  = read_early_end(words, ramp_example);
  return step;
}


// After "from"; at each rung a piece of each sign.
ProtocolStep read_staircase(Words &words, const std::vector<double> &signs)
{
  ProtocolStep step;
  step.kind                = ProtocolStep::Kind::staircase;
  const auto [first, last] = read_span(words, magnitudes, stair_example);
  words.expect({"in"}, stair_example);
  const std::string count = words.word("a number of steps", stair_example);
  unsigned int number     = 2;
  words.mistakes.attempt([&] { number = parse_whole_number(count, 2, most_rungs); });
  words.expect({"steps"}, stair_example);
  words.expect({"of"}, stair_example);
  for (const JointCondition &duration : read_duration(words, stair_example))
    for (unsigned int k = 0; k < number; ++k)
      for (const double sign : signs)
      {
        const EndCondition &of_rung = duration.parts().front();
        const double current        = first + (last - first) * k / (number - 1);
        step.pieces.push_back(
          {of_rung.observable() == "step_time" ? of_rung.limit() : of_rung.limit() / current,
           sign * current, sign * current});
      }
  step.until = read_early_end(words, stair_example);
  return step;
}


// After "strip" or "plate".
ProtocolStep read_current(Words &words, const bool strips)
{
  std::vector<double> signs = {strips ? 1. : -1.};
  if (words.take("and"))
  {
    words.expect({strips ? "plate" : "strip"},
                 "strip and plate from 0.5 to 5 mA/cm^2 in 10 steps of "
                 "5 min");
    signs.push_back(-signs[0]);
    words.expect({"from"}, stair_example);
    return read_staircase(words, signs);
  }
  return words.expect({"at", "from"}, constant_example) == "at" ? read_constant(words, strips) :
                                                                  read_staircase(words, signs);
}
} // namespace


std::string duration_as_condition(const std::string &text)
{
  const std::string expected = "; expected a value such as '30 min' or '1 mAh/cm^2'";
  Quantity quantity;
  try
  {
    quantity = parse_quantity(text);
  }
  catch (const UnitError &error)
  {
    throw UnitError(error.what() + expected);
  }
  if (!quantity.unit.empty() && same_dimension(quantity.unit, "mAh/cm^2"))
  {
    parse_value(text, "mAh/cm^2", Range::positive(), "0.1 mAh/cm^2");
    return "capacity > " + text;
  }
  if (quantity.unit.empty() || same_dimension(quantity.unit, "s"))
    parse_value(text, "s", Range::positive(), "30 min");
  else
    throw UnitError("'" + text + "' is not a time or a capacity per area but " +
                    quantity_kind(quantity.unit) + expected);
  return "time > " + text;
}


namespace
{
ProtocolStep read_step(Words &words)
{
  const std::string kind =
    words.expect({"strip", "plate", "rest", "hold", "ramp"}, constant_example);
  ProtocolStep step;
  if (kind == "rest")
  {
    step       = ProtocolStep::constant(ProtocolStep::Kind::rest, 0);
    step.until = read_end(words, rest_example);
  }
  else if (kind == "hold")
    step = read_hold(words);
  else
    step = kind == "ramp" ? read_ramp(words) : read_current(words, kind == "strip");
  return step;
}
} // namespace


ProtocolStep parse_step(const std::string &line, CRate &rate, const std::vector<Observable> &known)
{
  Words words(line, rate, known);
  ProtocolStep step;
  try
  {
    step = read_step(words);
  }
  catch (const std::exception &)
  {
    words.mistakes.raise(); // words that follow a wrong value may be its own
    throw;
  }
  words.mistakes.raise();
  step.check_conditions();
  return step;
}

} // namespace kavity
