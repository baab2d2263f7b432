#ifndef kavity_fem_Sdirk_h
#define kavity_fem_Sdirk_h

#include <cmath>

namespace kavity
{
/// The L-stable two-stage SDIRK method of second order (Alexander, SIAM J. Numer. Anal. 14:1006,
/// 1977): x_1 = x + a h f(x_1), x_2 = x + (1 - a) h f(x_1) + a h f(x_2), which is the new state.
/// x + h f(x_1) is of first order; its distance from x_2, a h [f(x_2) - f(x_1)], estimates the
/// error.
struct Sdirk
{
  double time_step; ///< h, s

  static double a()
  {
    return 1. - std::sqrt(0.5);
  }
  /// Of both stages: the state is its base and this time f, s.
  double interval() const
  {
    return a() * time_step;
  }
  /// By which the rates of each stage count in the step, s.
  double weight(const unsigned int stage) const
  {
    return (stage == 0 ? 1. - a() : a()) * time_step;
  }
};
} // namespace kavity

#endif
