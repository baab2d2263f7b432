#include "kavity/analysis/CriticalCurrentSearch.h"

#include "kavity/core/NoConvergence.h"
#include "kavity/core/Quantity.h"

#include <boost/math/policies/policy.hpp>
#include <boost/math/tools/toms748_solve.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <tuple>
#include <utility>

namespace kavity
{
namespace
{
constexpr double cold_factor             = 2;
constexpr double close_factor            = 1.05;
constexpr double largest_factor          = 4;
constexpr double smallest_factor         = 1.02;
constexpr std::uintmax_t most_narrowings = 60;


std::string milliamperes(const double current)
{
  return quantity_text(current, "mA/cm^2");
}


// The search, with every evaluation remembered.
class Search
{
public:
  Search(const std::function<Failure(double)> &failure, const SearchRange &range)
    : failure(failure)
    , range(range)
  {
  }

  SearchResult run(const SearchStart &start)
  {
    try
    {
      if (bracket(start))
        narrow();
    }
    catch (const NoConvergence &error)
    {
      result.answered = false;
      result.cause    = "no answer at " + milliamperes(last_current) + ": " + error.what();
      if (result.lower && result.upper && *result.lower > *result.upper)
        result.lower.reset(); // fails and survives more than once
    }
    return result;
  }

private:
  double evaluate(const double current)
  {
    const auto known = points.find(current);
    if (known != points.end())
      return known->second.excess;
    last_current = current;
    ++result.evaluations;
    const Failure point = failure(current);
    if (!std::isfinite(point.excess))
      throw NoConvergence("the margin is not a number");
    points[current] = point;
    if (point.excess < 0 && (!result.lower || current > *result.lower))
      result.lower = current;
    if (point.excess >= 0 && (!result.upper || current < *result.upper))
      result.upper = current;
    return point.excess;
  }

  // Walks from the start towards the root until the excess changes sign; false without a root.
  bool bracket(const SearchStart &start)
  {
    double current   = std::clamp(start.current, range.lower, range.upper);
    double factor    = start.is_close ? close_factor : cold_factor;
    const bool down  = evaluate(current) >= 0;
    const double end = down ? range.lower : range.upper;
    while (current != end)
    {
      const double next = down ? std::max(end, current / factor) : std::min(end, current * factor);
      try
      {
        const bool fails = evaluate(next) >= 0;
        if (fails != down)
        {
          bracket_end = {std::min(current, next), std::max(current, next)};
          return true;
        }
        current = next;
        factor  = std::min(factor * factor, largest_factor);
      }
      catch (const NoConvergence &)
      {
        factor = std::sqrt(factor);
        if (factor < smallest_factor)
          throw;
      }
    }
    const Failure &last = points[end];
    result.cause        = down ? "already below " + milliamperes(end) + ": " + last.cause :
                                 "none up to " + milliamperes(end) + ", the upper bound of the search" +
                            (last.survives.empty() ? "" : ": " + last.survives);
    return false;
  }

  void narrow()
  {
    auto [low, high]          = bracket_end;
    std::uintmax_t iterations = most_narrowings;
    const auto narrow_enough  = [this](const double a, const double b)
    { return std::abs(b - a) <= range.tolerance * std::min(std::abs(a), std::abs(b)); };
    const double at_low  = evaluate(low);
    const double at_high = evaluate(high);
    std::tie(low, high)  = boost::math::tools::toms748_solve(
      [this](const double current) { return evaluate(current); }, low, high, at_low, at_high,
      narrow_enough, iterations, boost::math::policies::policy<>());
    if (!narrow_enough(low, high))
      throw NoConvergence("the bracket did not become narrow enough");

    const double difference = evaluate(low) - evaluate(high);
    result.lower            = low;
    result.upper            = high;
    result.current =
      difference == 0 ? low : low + (high - low) * std::clamp(evaluate(low) / difference, 0., 1.);
    result.cause = points[high].cause;
  }

  const std::function<Failure(double)> &failure;
  const SearchRange &range;
  std::map<double, Failure> points;
  std::pair<double, double> bracket_end;
  double last_current = 0;
  SearchResult result;
};
} // namespace


SearchResult search_critical_current(const std::function<Failure(double)> &failure,
                                     const SearchStart &start, const SearchRange &range)
{
  return Search(failure, range).run(start);
}

} // namespace kavity
