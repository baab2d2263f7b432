#include "kavity/laws/Creep.h"

#include "kavity/core/NoConvergence.h"

#include "kavity/core/Parameters.h"
#include "kavity/laws/Constants.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>

namespace kavity
{
namespace
{
// Slower than this no metal is seen to move: 3e22 years for a strain of 1.
constexpr double slowest_rate = 1e-30;

constexpr double largest_stress = 1e100;

// Gauss-Legendre, eight points on [-1, 1], one half.
constexpr std::array<double, 4> gauss_points  = {0.1834346424956498, 0.5255324099163290,
                                                 0.7966664774136267, 0.9602898564975363};
constexpr std::array<double, 4> gauss_weights = {0.3626837833783620, 0.3137066458778873,
                                                 0.2223810344533745, 0.1012285362903763};

template <class Function>
double integral(const Function &f, const double low, const double high)
{
  const double middle = 0.5 * (low + high), half = 0.5 * (high - low);
  double sum = 0;
  for (unsigned int k = 0; k < gauss_points.size(); ++k)
    sum +=
      gauss_weights[k] * (f(middle - half * gauss_points[k]) + f(middle + half * gauss_points[k]));
  return half * sum;
}

// s with F(s) = target, given F(low) = value, dF/ds = f > 0.
template <class Function>
double solve_integral(const Function &f, const double low, const double high, const double value,
                      const double target)
{
  double s = high;
  for (unsigned int k = 0; k < 50; ++k)
  {
    const double next = std::clamp(s - (value + integral(f, low, s) - target) / f(s), low, high);
    const bool done   = std::abs(next - s) <= 1e-8 * high; // the error is its square
    s                 = next;
    if (done)
      break;
  }
  return s;
}
} // namespace


void CreepLaw::declare(Parameters &parameters)
{
  parameters.add("Size effect length", size_effect_length, "0 um", "um",
                 Range::between(1e-6, 1e9).or_zero(),
                 "Length l_0 below which the metal is stronger than in bulk, by the factor "
                 "S = 1 + (l_0/l)^q in a volume of the size l; 0: no size effect.");
  parameters.add("Size effect exponent", size_effect_exponent, "1", "1", Range::between(1e-6, 10),
                 "Exponent q of the size effect.");
}


double CreepLaw::stress_exponent(const double s, const double T, const double S) const
{
  const Dual<double> rate = strain_rate(Dual<double>(std::max(s, 1e-20 * S), 1.), T, S);
  return std::max(s, 1e-20 * S) * rate.derivative / rate.value;
}


CreepLaw::Stress CreepLaw::stress(const double edot, const double T, const double S) const
{
  if (edot < 0)
  {
    const Stress mirrored = stress(-edot, T, S);
    return {-mirrored.stress, mirrored.tangent};
  }
  if (edot < slowest_rate)
  {
    const double fluidity = strain_rate(Dual<double>(0., 1.), T, S).derivative;
    const double viscosity =
      fluidity > 0 ? 1. / fluidity : stress(slowest_rate, T, S).stress / slowest_rate;
    return {viscosity * edot, viscosity};
  }

  double low = 1. / largest_stress, high = largest_stress;
  double s = std::clamp(S * first_guess(edot, T), 10. * low, 0.1 * high);
  for (unsigned int k = 0; k < 200; ++k)
  {
    const Dual<double> rate  = strain_rate(Dual<double>(s, 1.), T, S);
    const double error       = std::log(rate.value / edot);
    (error > 0 ? high : low) = s;
    double step              = -error / (s * rate.derivative / rate.value);
    if (std::abs(step) < 1e-14)
    {
      s *= std::exp(step);
      return {s, 1. / strain_rate(Dual<double>(s, 1.), T, S).derivative};
    }
    // Also where the rate has over- or underflowed and the step is not a number.
    if (!(std::log(low / s) < step && step < std::log(high / s)))
      step = std::log(std::sqrt(low) * std::sqrt(high) / s);
    s *= std::exp(step);
  }
  throw NoConvergence("the creep law gives no stress for the strain rate " + std::to_string(edot) +
                      " 1/s at " + std::to_string(T) + " K.");
}


// The integral from 0 to s_a is the driving pressure; so the derivative is (3/2) k_c/s_a.
Dual<double> CreepLaw::bulk_closure_rate(const Dual<double> &q, const double T) const
{
  const double target = std::abs(q.value);
  if (target == 0.)
    return {0., 2.25 * strain_rate(Dual<double>(0., 1.), T).derivative * q.derivative};

  const auto integrand = [&](const double s) { return 2. / 3. * stress_exponent(s, T); };

  // No stress exponent is below 1, so this bounds the stress at the void's surface; from the
  // first transition on the exponent varies over factors of two.
  const double bound      = 1.5 * target;
  const double transition = first_transition(T);
  double low = 0, value = 0;
  double high = transition > 0 ? std::min(0.5 * transition, bound) : bound;
  for (double next = value + integral(integrand, low, high); next < target && high < bound;
       next        = value + integral(integrand, low, high))
  {
    value = next;
    low   = high;
    high  = std::min(2. * high, bound);
  }
  const double s_a  = solve_integral(integrand, low, high, value, target);
  const double rate = 1.5 * strain_rate(s_a, T);
  return {std::copysign(rate, q.value), 1.5 * rate / s_a * q.derivative};
}


double CreepLaw::first_guess(const double, const double) const
{
  return 1e6;
}


double CreepLaw::first_transition(const double) const
{
  return 0;
}
} // namespace kavity
