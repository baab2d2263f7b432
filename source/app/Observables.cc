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
    {"voltage", "V", "voltage of the metal against the counter electrode; negative on plating",
     true},
    {"current_density", "mA/cm^2",
     "current density that is applied, positive on stripping, negative on plating; for ramps and "
     "staircases",
     true},
    {"current_max", "mA/cm^2", "largest magnitude of the current density per area of interface"},
    {"contact_current_max", "mA/cm^2", "largest magnitude of the current density per contact area"},
    {"void_volume", "um", "void volume per area of interface, mean over the interface"},
    {"void_radius", "um",
     "largest base radius of a void; resolved voids: of one that covers as much as all do"},
    {"stack_pressure", "MPa", "mean pressure of the platen"},
    {"thickness", "um", "of the metal that is left"},
    {"thickness_2", "um", "of the second metal", false, true},
    {"electrode_potential", "V",
     "symmetric cell: potential of the first metal against the reference electrode", true, true},
    {"electrode_potential_2", "V", "the same of the second metal", true, true},
    {"contact_2", "1", "contact of the second electrode", false, true},
    {"contact_min_2", "1", "smallest contact fraction of the second electrode", false, true},
    {"current_max_2", "mA/cm^2", "largest current density of the second electrode", false, true},
    {"contact_current_max_2", "mA/cm^2",
     "largest current density per contact area of the second electrode", false, true},
    {"void_volume_2", "um", "void volume per area of the second electrode", false, true},
    {"void_radius_2", "um", "largest base radius of a void of the second electrode", false, true}};
  return table;
}

} // namespace kavity
