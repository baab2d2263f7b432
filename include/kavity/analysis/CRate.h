#ifndef kavity_analysis_CRate_h
#define kavity_analysis_CRate_h

#include <string>

namespace kavity
{
/** What 1 C means. */
struct CRate
{
  double capacity = 0;     ///< that 1 C passes in an hour, C/m^2; 0 if it is not known
  bool used       = false; ///< whether a current was given as a C-rate

  /** Whether a text is a C-rate such as `C/10` and `0.5 C`. */
  static bool is_rate(const std::string &text);
  /** The current density of a C-rate, with a unit.
   * @throw std::invalid_argument, std::runtime_error with a message for the user: the capacity is
   * not known, a number is wrong */
  std::string current_density(const std::string &text);
};
} // namespace kavity

#endif
