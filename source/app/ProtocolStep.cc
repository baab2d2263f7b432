#include "kavity/app/ProtocolStep.h"

#include <stdexcept>

namespace kavity
{
std::string to_string(const ProtocolStep::Kind kind)
{
  switch (kind)
  {
  case ProtocolStep::Kind::strip:
    return "strip";
  case ProtocolStep::Kind::plate:
    return "plate";
  default:
    return "rest";
  }
}


void ProtocolStep::check_conditions() const
{
  for (const JointCondition &joint : until)
    for (const EndCondition &condition : joint.parts())
      if (kind == Kind::rest && condition.observable() == "capacity")
        throw std::invalid_argument("'" + condition.text() +
                                    "' can never hold during a rest; use time");
}

} // namespace kavity
