#ifndef kavity_models_AndersonAcceleration_h
#define kavity_models_AndersonAcceleration_h

#include "kavity/fem/Field.h"

#include <deque>

namespace kavity
{
/// Anderson acceleration of a fixed-point iteration x <- G(x) (Walker and Ni, SIAM J. Numer. Anal.
/// 49, 2011): from the last iterates the combination whose residual G(x) - x would be least, were G
/// linear. Also converges where a few modes of G grow.
class AndersonAcceleration
{
public:
  /// Remembers that many changes between iterates.
  explicit AndersonAcceleration(unsigned int depth);
  /// Takes x and G(x) and replaces the latter by the next x.
  void next(const BlockVector &x, BlockVector &image);

private:
  const unsigned int depth;
  BlockVector last_residual, last_image;
  std::deque<BlockVector> residual_changes, image_changes; ///< relative to the size of the first
};
} // namespace kavity

#endif
