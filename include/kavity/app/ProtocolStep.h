#ifndef kavity_app_ProtocolStep_h
#define kavity_app_ProtocolStep_h

#include "kavity/app/EndCondition.h"

#include <string>
#include <vector>

namespace kavity
{
/** One step of a protocol: a constant current until one of the conditions holds, which may be
 * several at once. */
struct ProtocolStep
{
  enum class Kind
  {
    strip,
    plate,
    rest
  };
  Kind kind = Kind::strip;
  /** Mean over the interface, A/m^2; positive strips, negative plates. */
  double current_density = 0;
  std::vector<JointCondition> until;

  /** @throw std::invalid_argument for a condition that can never hold in this step. */
  void check_conditions() const;
};

std::string to_string(ProtocolStep::Kind);

/** Reads a step as people write it, words in any case:
 *
 *     strip at CURRENT for TIME
 *     plate at CURRENT for CAPACITY until CONDITIONS
 *     rest until CONDITIONS
 *
 * `for` and `until` end the step, whichever comes first where both are given.
 * @throw std::runtime_error or std::invalid_argument with a message for the user: which word is not
 * understood, and what was expected. */
ProtocolStep parse_step(const std::string &line);

} // namespace kavity

#endif
