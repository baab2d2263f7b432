#ifndef kavity_fem_AndersonAcceleration_h
#define kavity_fem_AndersonAcceleration_h

#include "kavity/fem/Field.h"

#include <deque>

namespace kavity
{
/// Anderson acceleration of a fixed-point iteration x <- G(x) (Walker and Ni, SIAM J. Numer. Anal.
/// 49, 2011): from the last iterates the combination whose residual G(x) - x would be least, were G
/// linear. Also converges where a few modes of G grow.
///
/// What G remembers besides x belongs to the iterate: it is combined with the same weights, else
/// the combination of the x is not what the residuals say. It has no part in the residual.
class AndersonAcceleration
{
public:
  /// Remembers that many changes between iterates.
  explicit AndersonAcceleration(unsigned int depth);
  /// A map much like the last one, with the changes that are remembered: the next x has no
  /// predecessor.
  void begin();
  /// Takes x and G(x), with what G remembers (may be empty), and replaces the latter two by the
  /// next.
  void next(const BlockVector &x, BlockVector &image, BlockVector &memory);

private:
  const unsigned int depth;
  BlockVector last_residual, last_image, last_memory;
  /// relative to the size of the first
  std::deque<BlockVector> residual_changes, image_changes, memory_changes;
};
} // namespace kavity

#endif
