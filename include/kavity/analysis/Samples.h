#ifndef kavity_analysis_Samples_h
#define kavity_analysis_Samples_h

#include <cstdint>
#include <vector>

namespace kavity
{
/** Points of the unit cube, all coordinates above 0 and below 1. */
using Samples = std::vector<std::vector<double>>;

/** A Latin hypercube: in every dimension each of @p number equal parts holds one point. */
Samples latin_hypercube(unsigned int number, unsigned int dimensions, std::uint64_t seed);

/** The first points of Sobol's sequence; with a seed other than 0 their digits are flipped at
 * random, the same in all points, which leaves them as evenly spread. */
Samples sobol_points(unsigned int number, unsigned int dimensions, std::uint64_t seed);

/** How strongly one goes up with the other, -1 to 1, whatever the shape: the correlation of their
 * ranks. NaN where one of them does not change. */
double spearman(const std::vector<double> &, const std::vector<double> &);

/** Shares of the variance of a response. */
struct SobolIndices
{
  double first; ///< that an axis brings by itself
  double total; ///< with all that it does together with others
};

/** @param a, b the response at two independent sets of samples
 * @param mixed at those of @p a with the axis in question as in @p b
 * @return NaN where the response does not change */
SobolIndices sobol_indices(const std::vector<double> &a, const std::vector<double> &b,
                           const std::vector<double> &mixed);
} // namespace kavity

#endif
