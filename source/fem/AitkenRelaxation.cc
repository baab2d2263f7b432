#include "kavity/fem/AitkenRelaxation.h"

#include <deal.II/base/mpi.h>

#include <algorithm>

namespace kavity
{
using namespace dealii;

double AitkenRelaxation::next(InterfaceValues &x, const InterfaceValues &image)
{
  InterfaceValues difference(x.size());
  double product = 0, square = 0;
  for (unsigned int k = 0; k < x.size(); ++k)
  {
    difference[k] = image[k] - x[k];
    if (last_difference.empty())
      continue;
    const double d = difference[k] - last_difference[k];
    product += last_difference[k] * d;
    square += d * d;
  }
  product = Utilities::MPI::sum(product, comm);
  square  = Utilities::MPI::sum(square, comm);
  if (square > 0)
    factor = std::clamp(-factor * product / square, 0.1, 2.);
  for (unsigned int k = 0; k < x.size(); ++k)
    x[k] += factor * difference[k];
  last_difference = difference;
  return factor;
}
} // namespace kavity
