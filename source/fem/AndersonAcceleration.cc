#include "kavity/fem/AndersonAcceleration.h"

#include <deal.II/lac/lapack_full_matrix.h>

namespace kavity
{
AndersonAcceleration::AndersonAcceleration(const unsigned int depth)
  : depth(depth)
{
}

void AndersonAcceleration::begin()
{
  last_residual.reinit(0);
}

void AndersonAcceleration::next(const BlockVector &x, BlockVector &image, BlockVector &memory)
{
  BlockVector residual(image);
  residual -= x;
  BlockVector residual_change(residual), image_change(image), memory_change(memory);
  if (last_residual.n_blocks() > 0)
  {
    residual_change -= last_residual;
    image_change -= last_image;
    memory_change -= last_memory;
    const double size = residual_change.l2_norm();
    if (size > 0)
    {
      residual_change /= size;
      image_change /= size;
      memory_change /= size;
      residual_changes.push_back(residual_change);
      image_changes.push_back(image_change);
      memory_changes.push_back(memory_change);
    }
    if (residual_changes.size() > depth)
    {
      residual_changes.pop_front();
      image_changes.pop_front();
      memory_changes.pop_front();
    }
  }
  last_residual        = residual;
  last_image           = image;
  last_memory          = memory;
  const unsigned int n = residual_changes.size();
  if (n == 0)
    return;
  dealii::LAPACKFullMatrix<double> products(n);
  dealii::Vector<double> sources(n), weights(n);
  for (unsigned int i = 0; i < n; ++i)
  {
    sources(i) = residual_changes[i] * residual;
    for (unsigned int j = 0; j < n; ++j)
      products(i, j) = residual_changes[i] * residual_changes[j];
  }
  // columns have unit size, the eigenvalues are squares: directions that differ by less than 1e-4
  // are as likely noise of the solves
  products.compute_inverse_svd(1e-8);
  products.vmult(weights, sources);
  for (unsigned int i = 0; i < n; ++i)
  {
    image.add(-weights(i), image_changes[i]);
    memory.add(-weights(i), memory_changes[i]);
  }
}
} // namespace kavity
