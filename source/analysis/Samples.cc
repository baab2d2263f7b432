#include "kavity/analysis/Samples.h"

#include <cmath> // bivariate_statistics.hpp of Boost 1.74 does without

#include <boost/math/statistics/bivariate_statistics.hpp>
#include <boost/math/statistics/univariate_statistics.hpp>
#include <boost/random/mersenne_twister.hpp>
#include <boost/random/sobol.hpp>
#include <boost/random/uniform_01.hpp>
#include <boost/random/uniform_int_distribution.hpp>

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

namespace kavity
{
namespace
{
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

// Of 64 digits those that a double holds, and the middle of what they stand for: never 0 or 1.
double inside(const std::uint64_t digits)
{
  return std::ldexp(static_cast<double>(digits >> 12) + 0.5, -52);
}

bool constant(const std::vector<double> &values)
{
  return std::all_of(values.begin(), values.end(),
                     [&](const double value) { return value == values.front(); });
}

// 1 for the smallest; equal values share the mean of theirs.
std::vector<double> ranks(const std::vector<double> &values)
{
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(),
            [&](const std::size_t a, const std::size_t b) { return values[a] < values[b]; });
  std::vector<double> result(values.size());
  for (std::size_t begin = 0, end = 0; begin < order.size(); begin = end)
  {
    while (end < order.size() && values[order[end]] == values[order[begin]])
      ++end;
    for (std::size_t k = begin; k < end; ++k)
      result[order[k]] = (begin + 1 + end) / 2.;
  }
  return result;
}
} // namespace


Samples latin_hypercube(const unsigned int number, const unsigned int dimensions,
                        const std::uint64_t seed)
{
  boost::random::mt19937_64 random(seed);
  boost::random::uniform_01<> within;
  Samples samples(number, std::vector<double>(dimensions));
  std::vector<unsigned int> parts(number);
  for (unsigned int d = 0; d < dimensions; ++d)
  {
    std::iota(parts.begin(), parts.end(), 0u);
    for (unsigned int k = number; k > 1; --k) // std::shuffle differs between compilers
      std::swap(parts[k - 1],
                parts[boost::random::uniform_int_distribution<unsigned int>(0, k - 1)(random)]);
    for (unsigned int k = 0; k < number; ++k)
      samples[k][d] = (parts[k] + std::max(within(random), 1e-12)) / number;
  }
  return samples;
}


Samples sobol_points(const unsigned int number, const unsigned int dimensions,
                     const std::uint64_t seed)
{
  boost::random::mt19937_64 random(seed);
  std::vector<std::uint64_t> flipped(dimensions, 0);
  if (seed != 0)
    for (std::uint64_t &digits : flipped)
      digits = random();
  boost::random::sobol sequence(dimensions);
  Samples samples(number, std::vector<double>(dimensions));
  for (auto &sample : samples)
    for (unsigned int d = 0; d < dimensions; ++d)
      sample[d] = inside(sequence() ^ flipped[d]);
  return samples;
}


double spearman(const std::vector<double> &x, const std::vector<double> &y)
{
  if (x.size() < 2 || constant(x) || constant(y))
    return not_a_number;
  return boost::math::statistics::correlation_coefficient(ranks(x), ranks(y));
}


SobolIndices sobol_indices(const std::vector<double> &a, const std::vector<double> &b,
                           const std::vector<double> &mixed)
{
  std::vector<double> all = a;
  all.insert(all.end(), b.begin(), b.end());
  if (a.empty() || constant(all))
    return {not_a_number, not_a_number};
  // Saltelli et al. (2010): the first of Saltelli's, the total of Jansen's estimates
  const auto [mean, variance] = boost::math::statistics::mean_and_sample_variance(all);
  double first = 0, total = 0;
  for (std::size_t k = 0; k < a.size(); ++k)
  {
    first += (b[k] - mean) * (mixed[k] - a[k]);
    total += (a[k] - mixed[k]) * (a[k] - mixed[k]) / 2;
  }
  return {first / (a.size() * variance), total / (a.size() * variance)};
}
} // namespace kavity
