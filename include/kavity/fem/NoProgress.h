#ifndef kavity_fem_NoProgress_h
#define kavity_fem_NoProgress_h

#include <algorithm>
#include <limits>

namespace kavity
{
/// Tells of a residual that has not become smaller than it had been for so many steps.
class NoProgress
{
public:
  explicit NoProgress(const unsigned int steps)
    : steps(steps)
  {
  }

  /// To be asked once a step.
  bool operator()(const double residual)
  {
    since = residual < least ? 0 : since + 1;
    least = std::min(least, residual);
    return since >= steps;
  }

private:
  const unsigned int steps;
  unsigned int since = 0;
  double least       = std::numeric_limits<double>::max();
};
} // namespace kavity

#endif
