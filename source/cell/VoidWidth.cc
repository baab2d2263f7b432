#include "kavity/cell/VoidWidth.h"

#include <algorithm>

namespace kavity
{
double largest_half_width(const std::vector<ContactPoint> &points, const double threshold)
{
  struct Void
  {
    std::size_t first, last; // points
  };
  std::vector<Void> found;
  for (std::size_t k = 0; k < points.size(); ++k)
    if (points[k].contact < threshold)
    {
      if (found.empty() || found.back().last + 1 < k)
        found.push_back({k, k});
      found.back().last = k;
    }
  double largest = 0;
  for (std::size_t n = 0; n < found.size(); ++n)
  {
    const std::size_t from = n == 0 ? 0 : (found[n - 1].last + found[n].first + 1) / 2;
    const std::size_t to =
      n + 1 == found.size() ? points.size() : (found[n].last + found[n + 1].first + 1) / 2;
    double width = 0;
    for (std::size_t k = from; k < to; ++k)
      width += (1 - points[k].contact) * points[k].length;
    const bool at_end = found[n].first == 0 || found[n].last + 1 == points.size();
    largest           = std::max(largest, at_end ? width : 0.5 * width);
  }
  return largest;
}
} // namespace kavity
