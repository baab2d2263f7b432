#include "kavity/laws/Platen.h"

#include <cmath>

namespace kavity
{
double squeeze_film_factor(const double n, const double radius, const double thickness,
                           const double friction_factor)
{
  const double k = 2 * n / (3 * n + 1) * std::pow((n + 2) / std::pow(3., (n + 1) / 2), 1 / n);
  return 1 + friction_factor * k * std::pow(radius / thickness, 1 + 1 / n);
}
} // namespace kavity
