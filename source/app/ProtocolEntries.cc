#include "kavity/app/Observables.h"
#include "kavity/app/Protocol.h"
#include "kavity/core/Parameters.h"

#include <set>
#include <stdexcept>

namespace kavity
{
namespace
{
std::string step_name(const unsigned int number)
{
  return "Step " + std::to_string(number);
}


ProtocolStep::Kind kind_from(const std::string &name)
{
  if (name == "plate")
    return ProtocolStep::Kind::plate;
  return name == "rest" ? ProtocolStep::Kind::rest : ProtocolStep::Kind::strip;
}


void declare_until(Parameters &p, ProtocolStep &step)
{
  std::string until, observables;
  for (const Observable &observable : known_observables())
    observables += (observables.empty() ? " `" : "; `") + observable.name + "`, " + observable.doc;
  p.add("Until", until, "",
        "What ends the step: comparisons of an observable with a value, joined by `or` and `and` "
        "(which binds tighter), such as "
        "`capacity > 1 mAh/cm^2 or contact < 0.5 or |voltage| > 0.3 V and time > 1 min`. "
        "Observables:" +
          observables + ".");
  try
  {
    if (!until.empty())
      step.until = parse_end_conditions(until);
    else if (!p.describing())
      p.error("Until", "no end condition; expected one such as 'time > 1 h'");
    step.check_conditions();
  }
  catch (const std::invalid_argument &error)
  {
    p.error("Until", error.what());
  }
}


// A step as a section.
ProtocolStep declare_section(Parameters &p, const std::string &name)
{
  p.enter(name, "A step as a section, instead of the entry of that name.");
  ProtocolStep step;
  std::string kind = "strip";
  p.choice("Kind", kind, "", {"strip", "plate", "rest"},
           "Strip metal from the interface, plate metal onto it, or rest without current.");
  step.kind = kind_from(kind);
  if (step.kind == ProtocolStep::Kind::rest)
    p.unused("Current density", "Kind = rest: no current flows");
  else
    p.add("Current density", step.current_density, "", "mA/cm^2", Range::between(1e-9, 1e5),
          "Magnitude, mean over the interface; the kind gives the sign. Not given for a rest.");
  if (step.kind == ProtocolStep::Kind::plate)
    step.current_density = -step.current_density;
  declare_until(p, step);
  p.leave();
  return step;
}


// A step as a line.
ProtocolStep declare_line(Parameters &p, const std::string &name)
{
  std::string line;
  p.add(name, line, "",
        "What to do and what ends it, in one line: `strip at 3 mA/cm^2 until contact < 0.5 or "
        "capacity > 1 mAh/cm^2`, `plate at 1 mA/cm^2 for 30 min`, `rest for 1 h until contact > "
        "0.99`. `for` takes a time or a capacity, `until` what `Until` of the section `Step 1` "
        "takes; the first to come ends the step. Further steps are `Step 2`, `Step 3`, ...");
  try
  {
    if (p.given(name))
      return parse_step(line);
  }
  catch (const std::exception &error)
  {
    p.error(name, error.what());
  }
  return {};
}


ProtocolStep declare_step(Parameters &p, const std::string &name)
{
  if (!p.describing() && !p.given(name))
    return declare_section(p, name);
  const ProtocolStep step = declare_line(p, name);
  if (p.has_section(name))
    p.error(name, "is given as an entry and as a section; keep one of them");
  if (p.describing() || p.has_section(name))
    declare_section(p, name);
  return step;
}


// The steps of the current section of the file.
std::vector<ProtocolStep> declare_steps(Parameters &p)
{
  std::vector<ProtocolStep> steps;
  auto numbers = p.numbered_sections("Step");
  numbers.merge(p.numbered_entries("Step"));
  if (p.describing())
    numbers = {1};
  unsigned int expected = 1;
  for (const unsigned int number : numbers)
  {
    if (number != expected)
      p.error(step_name(expected), "is missing, but " + step_name(*numbers.rbegin()) +
                                     " is given: number the steps from 1");
    steps.push_back(declare_step(p, step_name(number)));
    expected = number + 1;
  }
  return steps;
}
} // namespace


void Protocol::declare(Parameters &p, const bool required)
{
  p.enter("Protocol",
          "The currents given to the cell: `Step 1`, `Step 2`, ... in this order, repeated as "
          "cycles.");
  p.add("Cycles", n_cycles, 1, 1, 1000000, "How often the steps are repeated.");
  p.add("Longest step", longest_step, "1000 h", "s", Range::between(1e-9, 1e12),
        "Ends a step whose own conditions are never met.");
  cycle_steps = declare_steps(p);
  if (cycle_steps.empty() && required)
  {
    p.error(step_name(1), "is missing: a protocol has at least one step");
    declare_line(p, step_name(1)); // for the names that are nearest
  }
  p.leave();
  now = {};
}

} // namespace kavity
