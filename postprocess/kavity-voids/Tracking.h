#ifndef kavity_voids_tracking_h
#define kavity_voids_tracking_h

#include "Voids.h"

namespace kavity
{
/// What happened to the voids between two times. The number of voids changes by
/// births - deaths + splits - merges.
struct VoidEvents
{
  unsigned int merges = 0; ///< voids that became part of another
  unsigned int splits = 0; ///< parts that came off a void and lived on
  unsigned int births = 0; ///< voids where none was before
  unsigned int deaths = 0; ///< voids that left nothing behind
};

/// Follows voids through time by the place they take: a void is the one of the time before that it
/// shares most of its volume with. One that moved by more than its own size between two stored
/// times is taken for another one.
class Tracking
{
public:
  /// Takes the voids at the next time. Those at the first time are counted neither as births nor as
  /// anything else.
  VoidEvents next(const VoidField &);

  /// Numbers of the voids at this time, in the order of VoidField::voids: 1, 2, ... over the whole
  /// run. Where voids merge, the one that gives most keeps its number; where one splits, the part
  /// that takes most.
  const std::vector<unsigned int> &numbers() const
  {
    return numbers_;
  }

private:
  bool first_           = true;
  unsigned int highest_ = 0; ///< number given so far
  std::vector<unsigned int> numbers_;
  vtkSmartPointer<vtkUnstructuredGrid> region_; ///< of the time before
};
} // namespace kavity

#endif
