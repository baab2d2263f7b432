#include "kavity/app/RunParameters.h"

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
  parameters.enter("Critical current");
  for (const double temperature : critical_current.temperatures)
  {
    cell.metal.check_temperature(temperature, parameters, "Temperatures");
    cell.electrolyte.check_temperature(temperature, parameters, "Temperatures");
  }
  parameters.leave();
  output.declare(parameters);
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
