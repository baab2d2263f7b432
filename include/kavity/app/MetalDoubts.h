#ifndef kavity_app_MetalDoubts_h
#define kavity_app_MetalDoubts_h

#include "kavity/app/RunParameters.h"

#include <string>
#include <vector>

namespace kavity
{
/** Steps of the protocol that strip more than a metal holds, each of itself: "[Protocol/Step 1]
 * 'capacity > 9 mAh/cm^2' strips more than ...". A time counts where nothing else ends the step.
 * Of a symmetric cell both metals, whichever is stripped. */
std::vector<std::string> doubts_of_steps(const RunParameters &);

/** Half-cycles of critical currents that do. */
std::vector<std::string> doubts_of_half_cycles(const RunParameters &);
} // namespace kavity

#endif
