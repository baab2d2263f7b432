#include "kavity/app/RunParameters.h"

#include "kavity/laws/Constants.h"

namespace kavity
{
void OutputSettings::declare(Parameters &parameters)
{
  parameters.enter("Output", "What a run writes beside its history.");
  parameters.add("Fields", fields, true, "Write fields for ParaView.");
  parameters.add("Steps between fields", every, 10, 1, 1000000,
                 "Accepted time steps from one output of the fields to the next; the first and "
                 "last state of every protocol step are always written.");
  parameters.add("Figures", figures, true, "Draw the figures of the history.");
  parameters.add("Steps between checkpoints", checkpoint_every, 20, 0, 1000000,
                 "Accepted time steps from one checkpoint, which --resume goes on from, to the "
                 "next; 0: none. The fields are solved anew there, so that a run that goes on from "
                 "it does the same as one that was never interrupted.");
  if (!fields)
    parameters.unused("Steps between fields", "Fields = false");
  parameters.leave();
}

void RunParameters::declare(const Purpose purpose)
{
  cell.declare(parameters);
  protocol.declare(parameters, purpose == Purpose::run);
  time_stepping.declare(parameters);
  critical_current.declare(parameters, cell.stack_pressure, cell.temperature);
  critical_current.resolved = cell.resolved;
  check_critical_current(purpose);
  output.declare(parameters);
}

void RunParameters::check_critical_current(const Purpose purpose)
{
  parameters.enter("Critical current");
  if (parameters.given("Temperatures")) // else the cell's own, checked there
    for (const double temperature : critical_current.temperatures)
    {
      cell.metal.check_temperature(temperature, parameters, "Temperatures");
      cell.electrolyte.check_temperature(temperature, parameters, "Temperatures");
    }
  if (cell.resolved)
    parameters.unused("Reference radius",
                      "Voids/Model = resolved: the voids of [Void field] are held");
  const double radius = critical_current.reference_radius;
  const bool asked = purpose == Purpose::critical_current || parameters.given("Reference radius");
  if (asked && cell.contact->void_volume(radius, cell.population) > 0 &&
      pi * radius * radius * cell.population >= 1)
    parameters.error("Reference radius", "voids of this radius and of the population of [Voids] "
                                         "overlap: together they would cover more than the whole "
                                         "interface");
  parameters.leave();
}

RunParameters RunParameters::from_file(const std::string &path,
                                       const std::vector<std::string> &overrides,
                                       const Purpose purpose)
{
  RunParameters run;
  run.parameters = Parameters::from_file(path, overrides);
  run.declare(purpose);
  run.parameters.finish();
  return run;
}
} // namespace kavity
