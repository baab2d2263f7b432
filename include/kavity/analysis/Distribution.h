#ifndef kavity_analysis_Distribution_h
#define kavity_analysis_Distribution_h

#include <functional>
#include <string>

namespace kavity
{
/** How sure the value of a parameter is: `uniform from A to B`, `loguniform from A to B`, `normal
 * with mean A and deviation B`, `lognormal with median A and factor F` (nine in ten values are
 * within that factor of the median). */
class Distribution
{
public:
  /** @param own_value what a normal or lognormal distribution without a mean or median is around,
   * as text; empty if there is nothing.
   * @throws std::runtime_error with what is wrong and what was expected */
  static Distribution parse(const std::string &text, const std::string &own_value);

  /** The value below which a share of all values is, 0 < share < 1, counted in unit(). */
  double quantile(double share) const
  {
    return quantile_(share);
  }

  /** "1" for a plain number. */
  const std::string &unit() const
  {
    return unit_;
  }

  /** The same as text for a parameter file. */
  std::string value(double share) const;

private:
  std::string unit_;
  std::function<double(double)> quantile_;
};

/** A number of 12 digits and its unit. */
std::string value_text(double number, const std::string &unit);
} // namespace kavity

#endif
