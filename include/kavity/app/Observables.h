#ifndef kavity_app_Observables_h
#define kavity_app_Observables_h

#include <map>
#include <string>
#include <vector>

namespace kavity
{
/** A number that a run reports after every step, under the name used in end conditions. */
struct Observable
{
  std::string name;
  std::string unit; ///< people's unit; "1" for a plain number
  std::string doc;
  bool may_be_negative = false;
  bool of_symmetric    = false; ///< of symmetric cells only
};

/** Everything an end condition may compare with a value. The first four are clocks that the
 * protocol keeps itself; a simulation supplies the others. */
const std::vector<Observable> &known_observables();

/** Values in SI units by name. */
using Observables = std::map<std::string, double>;

} // namespace kavity

#endif
