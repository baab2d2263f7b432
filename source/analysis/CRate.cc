#include "kavity/analysis/CRate.h"

#include "kavity/core/ParameterValues.h"
#include "kavity/core/Quantity.h"

#include <regex>
#include <stdexcept>

namespace kavity
{
namespace
{
bool match(const std::string &text, std::smatch &numbers)
{
  static const std::regex pattern(R"(([0-9.eE+-]*)\s*C(?:/([0-9.]+))?)");
  return std::regex_match(text, numbers, pattern);
}
} // namespace


bool CRate::is_rate(const std::string &text)
{
  std::smatch ignored;
  return match(text, ignored);
}


std::string CRate::current_density(const std::string &text)
{
  std::smatch numbers;
  if (!match(text, numbers))
    throw std::invalid_argument("'" + text + "' is no C-rate such as 'C/10'");
  used = true;
  if (capacity == 0)
    throw std::invalid_argument("'" + text +
                                "' is a C-rate, but the areal capacity that 1 C refers to is not "
                                "given; set [Protocol/Capacity], such as '3 mAh/cm^2'");
  double in_C = 1;
  if (numbers[1].length() > 0)
    in_C = parse_value(numbers[1], "1", Range::any(), "0.5");
  if (numbers[2].matched)
    in_C /= parse_value(numbers[2], "1", Range::positive(), "10");
  constexpr int exact = 17;
  return quantity_text(in_C * capacity / 3600, "mA/cm^2", exact);
}

} // namespace kavity
