#include "kavity/app/Observables.h"

namespace kavity
{
const std::vector<Observable> &known_observables()
{
  static const std::vector<Observable> table = {
    {"time", "s", "time since the step of the protocol began, as on a battery cycler"},
    {"step_time", "s", "the same as time"},
    {"run_time", "s", "time since the run began"},
    {"capacity", "mAh/cm^2", "charge passed in this step of the protocol, always positive"},
    {"contact", "1", "contact fraction, mean over the interface"},
    {"contact_min", "1", "smallest contact fraction on the interface"},
    {"voltage", "V", "voltage of the metal against the counter electrode; negative on plating"},
    {"current_max", "mA/cm^2", "largest magnitude of the current density per area of interface"},
    {"contact_current_max", "mA/cm^2", "largest magnitude of the current density per contact area"},
    {"void_volume", "um", "void volume per area of interface, mean over the interface"},
    {"void_radius", "um",
     "largest base radius of a void; resolved voids: of one that covers as much as all do"},
    {"stack_pressure", "MPa", "mean pressure of the platen"}};
  return table;
}

} // namespace kavity
