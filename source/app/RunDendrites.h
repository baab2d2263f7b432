#ifndef kavity_app_RunDendrites_h
#define kavity_app_RunDendrites_h

#include "kavity/analysis/Protocol.h"
#include "kavity/app/RunParameters.h"
#include "kavity/cell/Cell.h"
#include "kavity/io/Json.h"

#include <string>

namespace kavity
{
/** The worst that the criterion of dendrites has said in a run, of which electrode and when. */
struct WorstDendrite
{
  DendriteFinding finding;
  unsigned int electrode = 0, cycle = 0, step = 0;
  double time = 0; ///< s

  template <class Archive>
  void serialize(Archive &archive, unsigned int)
  {
    archive &finding &electrode &cycle &step &time;
  }
};

/** Keeps what the cell finds now if it is worse. Returns what the user is to be warned of, if
 * anything. */
std::string note_dendrites(WorstDendrite &, const RunParameters &, const Cell &,
                           const ProtocolPosition &);

/** For the log. */
std::string summary_of(const WorstDendrite &, const RunParameters &);

/** For the result, with the numbers that were used, and which of them are calibrated or estimated.
 */
Json json_of(const WorstDendrite &, const RunParameters &);
} // namespace kavity

#endif
