#ifndef kavity_cell_VoidWidth_h
#define kavity_cell_VoidWidth_h

#include <vector>

namespace kavity
{
/// A point of Gamma in the plane.
struct ContactPoint
{
  double position; ///< m
  double contact;
  double length; ///< that it stands for, m
};

/// Half of the width of the widest void, m: the radius of its base. A void is where the contact is
/// below @p threshold; of each what is covered up to half way to the next counts. One at an end of
/// Gamma, a plane of symmetry, has its other half beyond. 0 without voids.
/// @param points by their position
double largest_half_width(const std::vector<ContactPoint> &points, double threshold);
} // namespace kavity

#endif
