#include <cctype>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <stdexcept>
#include <utility>
#include <vector>

#include "kavity/core/Quantity.h"
#include "kavity/core/Unit.h"

namespace kavity
{
namespace
{
// Typographic signs to plain ones.
std::string plain_signs(std::string text)
{
  static const std::vector<std::pair<std::string, std::string>> signs = {
    {"\u00b5", "u"}, {"\u03bc", "u"},  {"\u03a9", "ohm"}, {"\u2126", "ohm"},  {"\u00b0", "deg"},
    {"\u00b7", "*"}, {"\u22c5", "*"},  {"\u00d7", "*"},   {"\u221a", "sqrt"}, {"\u207b", "^-"},
    {"\u00b9", "1"}, {"\u00b2", "^2"}, {"\u00b3", "^3"},  {"^-^", "^-"},      {"**", "^"}};
  for (const auto &[sign, plain] : signs)
    for (auto at = text.find(sign); at != std::string::npos;
         at      = text.find(sign, at + plain.size()))
      text.replace(at, sign.size(), plain);
  return text;
}

// Products of decimal prefixes leave 10.000000000000002 for mA/cm^2: takes the number of 15 digits
// if it is within that round-off (5/9 of a degree Fahrenheit is not).
double clean(const double scale)
{
  char text[32];
  std::snprintf(text, sizeof text, "%.15g", scale);
  const double rounded = std::strtod(text, nullptr);
  const double ulps    = 3 * std::numeric_limits<double>::epsilon() / 2;
  return std::abs(rounded - scale) <= ulps * std::abs(scale) ? rounded : scale;
}

void multiply(Unit &unit, const Unit &factor, const int exponent)
{
  for (const auto &[base, power] : factor.dimension)
    if ((unit.dimension[base] += power * exponent) == 0)
      unit.dimension.erase(base);
  unit.scale *= std::pow(factor.scale, exponent);
}

// Recursive descent over the whole expression, because UDUNITS misreads several of them:
// m^0.5 is not refused, "2 m" scales, "s since 1970" is a date.
class Expression
{
public:
  explicit Expression(const std::string &text)
    : text_(plain_signs(text))
  {
  }

  Unit whole()
  {
    const Unit unit = product();
    if (at_ < text_.size())
      fail("'" + text_.substr(at_) + "' is not expected there");
    return unit;
  }

private:
  [[noreturn]] void fail(const std::string &reason) const
  {
    throw UnitError("'" + text_ + "' is not a unit: " + reason);
  }

  char next() const
  {
    return at_ < text_.size() ? text_[at_] : '\0';
  }

  void skip_blanks()
  {
    while (std::isspace(static_cast<unsigned char>(next())))
      ++at_;
  }

  bool take(const char c)
  {
    skip_blanks();
    if (next() != c)
      return false;
    ++at_;
    return true;
  }

  bool at_name() const
  {
    return std::isalpha(static_cast<unsigned char>(next())) || next() == '_' || next() == '%' ||
           static_cast<unsigned char>(next()) >= 0x80;
  }

  // factor { (* | blank | /) factor }, left to right
  Unit product()
  {
    Unit unit;
    bool divided = false, first = true;
    while (true)
    {
      skip_blanks();
      int exponent = 1;
      if (take('/'))
      {
        exponent = -1;
        divided  = true;
      }
      else if (!first && !take('*'))
      {
        if (at_ == text_.size() || next() == ')')
          return unit;
        if (divided)
          fail("what follows '/' and a blank may be meant above or below the fraction; write "
               "'J/(mol K)' or 'J*K/mol'");
      }
      skip_blanks();
      multiply_factor(unit, exponent, first);
      first = false;
    }
  }

  void multiply_factor(Unit &unit, const int sign, const bool first)
  {
    Unit factor = this->factor();
    if (take_half())
      factor = root_of(factor);
    const int exponent = sign * this->exponent();
    skip_blanks();
    const bool alone = first && exponent == 1 && (at_ == text_.size() || next() == ')');
    if (alone)
      unit = factor;
    else if (factor.origin != 0)
      fail("a temperature difference in a compound unit is counted in K");
    else
      multiply(unit, factor, exponent);
  }

  Unit factor()
  {
    if (take('('))
    {
      const Unit unit = product();
      if (!take(')'))
        fail("')' is missing");
      return unit;
    }
    if (std::isdigit(static_cast<unsigned char>(next())))
    {
      const std::size_t start = at_;
      while (std::isdigit(static_cast<unsigned char>(next())) || next() == '.')
        ++at_;
      const std::string number = text_.substr(start, at_ - start);
      if (number != "1")
        fail("the number '" + number + "' stands among the units");
      return {};
    }
    const std::string name = this->name();
    if (name == "sqrt")
      return square_root();
    return named_unit(name);
  }

  std::string name()
  {
    const std::size_t start = at_;
    while (at_name())
      ++at_;
    if (at_ == start)
      fail(at_ == text_.size() ? "it ends where a name is expected" :
                                 std::string("'") + next() + "' is not expected there" +
                                   (next() == ',' ? "; write a decimal point" : ""));
    return text_.substr(start, at_ - start);
  }

  Unit square_root()
  {
    if (!take('('))
      fail("sqrt needs parentheses: 'sqrt(m)'");
    const Unit inside = product();
    if (!take(')'))
      fail("')' is missing");
    return root_of(inside);
  }

  Unit root_of(const Unit &inside) const
  {
    if (inside.dimension != named_unit("m").dimension)
      fail("only the square root of a length, as in 'MPa sqrt(m)', is known");
    Unit unit;
    unit.dimension["sqrt(m)"] = 1;
    unit.scale                = std::sqrt(inside.scale);
    return unit;
  }

  // The exponent of a square root.
  bool take_half()
  {
    for (const std::string half : {"^0.5", "^(0.5)", "^(1/2)"})
      if (text_.compare(at_, half.size(), half) == 0 &&
          !std::isalnum(static_cast<unsigned char>(text_[at_ + half.size()])))
      {
        at_ += half.size();
        return true;
      }
    return false;
  }

  // ^2, ^-1, ^(-1), or the bare 2 and -2 of "s-1"; 1 if there is none
  int exponent()
  {
    const bool caret        = take('^');
    const bool parenthesis  = caret && take('(');
    const std::size_t start = at_;
    if (next() == '-' || next() == '+')
      ++at_;
    while (std::isdigit(static_cast<unsigned char>(next())) || next() == '.' || next() == ',')
      ++at_;
    const std::string digits = text_.substr(start, at_ - start);
    if (digits.empty() && !caret)
      return 1;
    if (digits.find_first_of(".,") != std::string::npos || next() == 'e' || next() == 'E' ||
        (parenthesis && next() == '/'))
      fail("the exponent is not a whole number (a creep rate is given at a reference stress; "
           "write 'sqrt(m)' for a square root)");
    if (digits.find_first_of("0123456789") == std::string::npos || digits.size() > 3)
      fail("a whole exponent is missing");
    if (parenthesis && !take(')'))
      fail("')' is missing");
    return std::atoi(digits.c_str());
  }

  std::string text_;
  std::size_t at_ = 0;
};
} // namespace


Unit parse_unit(const std::string &expression)
{
  if (expression.find_first_not_of(" \t") == std::string::npos)
    return {};
  Unit unit   = Expression(expression).whole();
  unit.scale  = clean(unit.scale);
  unit.origin = clean(unit.origin);
  return unit;
}
} // namespace kavity
