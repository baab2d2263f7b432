#ifndef kavity_analysis_VoidHold_h
#define kavity_analysis_VoidHold_h

#include "kavity/analysis/CriticalCurrentSearch.h"
#include "kavity/analysis/TimeStepControl.h"
#include "kavity/cell/Cell.h"

#include <functional>

namespace kavity
{
/** Called after every step with the time (s), the current density that holds the voids
 * (A/m^2) and the contact fraction. */
using HoldProgress = std::function<void(double time, double current_density, double contact)>;

/** What of the voids is kept as it is. */
enum class HeldQuantity
{
  volume,
  covered_area
};

/** How long voids are held, and how closely. */
struct HoldSettings
{
  HeldQuantity quantity = HeldQuantity::volume;
  double time           = 0; ///< s, long enough for the metal around the voids to become steady
  double start          = 0; ///< current density to begin with, A/m^2
  SearchRange range     = {};
  double unit           = 0;     ///< F/Omega, C/m^3: makes a current density of a growth
  bool below            = false; ///< voids of the second electrode, which the current strips
};

/** Holds the volume of a cell's voids, or the area they cover, by adjusting the current density in
 * every step, until the metal around them is steady: what holds them then is the current density at
 * which they neither grow nor shrink (docs/model.md, section 6).
 *
 * The result is the mean of the holding current over the last eighth of the time, its bracket the
 * range of such means over the second half; where it is wider than the tolerance the cause says so.
 * There is no current if one at an end of the range lets what is held grow by half or shrink to
 * half.
 * @throws NoConvergence; InputError without voids */
SearchResult hold_voids(Steppable &, TimeStepControl, const HoldSettings &, const HoldProgress &);
} // namespace kavity

#endif
