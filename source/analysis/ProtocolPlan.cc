#include "kavity/analysis/ProtocolPlan.h"

#include "kavity/analysis/Observables.h"
#include "kavity/core/Mistakes.h"
#include "kavity/core/Parameters.h"
#include "kavity/core/Quantity.h"

#include <set>
#include <stdexcept>

namespace kavity
{
namespace
{
constexpr unsigned int most_cycles = 1000000;


std::string numbered(const std::string &name, const unsigned int number)
{
  return name + " " + std::to_string(number);
}


ProtocolStep::Kind kind_from(const std::string &name)
{
  if (name == "plate")
    return ProtocolStep::Kind::plate;
  if (name == "hold")
    return ProtocolStep::Kind::hold;
  return name == "rest" ? ProtocolStep::Kind::rest : ProtocolStep::Kind::strip;
}


void report(Parameters &p, const std::string &entry, const std::exception &error)
{
  for (const std::string &message : messages_of(error))
    p.error(entry, message);
}


void declare_until(Parameters &p, ProtocolStep &step, CRate &rate,
                   const std::vector<Observable> &known)
{
  std::string until;
  p.add("Until", until, "",
        "What ends the step: comparisons of an observable with a value, joined by `or` and `and` "
        "(which binds tighter), such as "
        "`capacity > 1 mAh/cm^2 or contact < 0.5 or |voltage| > 0.3 V and time > 1 min`. "
        "Observables: " +
          listing(known) + ".");
  try
  {
    if (!until.empty())
      step.until = parse_end_conditions(until, known, &rate);
    else if (!p.describing())
      p.error("Until", "no end condition; expected one such as 'time > 1 h'");
    step.check_conditions();
  }
  catch (const std::exception &error)
  {
    report(p, "Until", error);
    rate.used = true; // perhaps, where the conditions were not understood
  }
}


// Of a hold, or which ends a constant current. Else not given.
void declare_voltage(Parameters &p, ProtocolStep &step, const std::vector<Observable> &known)
{
  double voltage = 0;
  p.add("Voltage", voltage, "none", "V", Range::between(-1e3, 1e3),
        "That is kept, with the sign that it has in history.csv: in a hold from the beginning, in "
        "other steps from where the current has brought the voltage there.");
  if (step.kind == ProtocolStep::Kind::rest)
    p.unused("Voltage", "Kind = rest: no current flows");
  else if (step.kind == ProtocolStep::Kind::hold && !p.given("Voltage") && !p.describing())
    p.error("Voltage", "is missing: a hold keeps one, such as '50 mV'");
  else if (step.kind == ProtocolStep::Kind::hold)
    step = ProtocolStep::hold(voltage);
  else if (p.given("Voltage"))
    step.go_over_to(quantity_text(voltage, "V", 17), known);
}


// What the cell fails by.
void declare_failure(Parameters &p, std::vector<JointCondition> &failure, CRate &rate,
                     const std::vector<Observable> &known)
{
  std::string text;
  p.add("Failure", text, "",
        "What ends the protocol because the cell has failed, whatever the step: conditions as "
        "`Until` takes, but for times and capacities, such as `dendrite_margin > 0 or contact < "
        "0.3 or |voltage| > 0.5 V`; empty: nothing. In a symmetric cell a name without `_2` means "
        "either electrode, `contact_2` the second alone; comparisons that `and` joins are of the "
        "same one, and as they are written where one of them has `_2`. The cycle in which it "
        "happens, or in which no contact is left for the current, is `cycles_to_failure` of "
        "result.json, and a response of a study of that name. Metal that is used up ends the run, "
        "but is no failure (`none up to` the full cycles before; `used_up` says so), unless a "
        "condition such as `metal_left < 1 um` makes it one.");
  try
  {
    if (!text.empty())
      for (const JointCondition &joint : parse_end_conditions(text, known, &rate))
        for (JointCondition &condition : joint.of_either_electrode())
          failure.push_back(std::move(condition));
    for (const JointCondition &joint : failure)
      for (const EndCondition &condition : joint.parts())
        if (condition.is_clock())
          p.error("Failure", "'" + condition.text() +
                               "' is no failure of the cell: times and capacities end steps, "
                               "cycles are limited by 'Cycles'");
  }
  catch (const std::exception &error)
  {
    report(p, "Failure", error);
    failure.clear();
    rate.used = true; // perhaps, where the conditions were not understood
  }
}


// A step as a section.
ProtocolStep declare_section(Parameters &p, const std::string &name, CRate &rate,
                             const std::vector<Observable> &known)
{
  p.enter(name, "A step as a section, instead of the entry of that name.");
  std::string kind_name = "strip";
  double current        = 0;
  p.choice("Kind", kind_name, "", {"strip", "plate", "rest", "hold"},
           "Strip metal from the interface, plate metal onto it, rest without current, or hold a "
           "voltage, with the current as a result.");
  const ProtocolStep::Kind kind = kind_from(kind_name);
  if (kind == ProtocolStep::Kind::rest)
    p.unused("Current density", "Kind = rest: no current flows");
  else if (kind == ProtocolStep::Kind::hold)
    p.unused("Current density", "Kind = hold: the current is a result");
  else
    p.add("Current density", current, "", "mA/cm^2", Range::between(1e-6, 1e5),
          "Magnitude, mean over the interface; the kind gives the sign. Not given for a rest or a "
          "hold.");
  auto step = ProtocolStep::constant(kind, kind == ProtocolStep::Kind::plate ? -current : current);
  declare_voltage(p, step, known);
  declare_until(p, step, rate, known);
  p.leave();
  return step;
}


const char *const doc_of_lines =
  "What to do and what ends it, in one line: `strip at 3 mA/cm^2 until contact < 0.5 or capacity > "
  "1 "
  "mAh/cm^2`, `plate at 1 mA/cm^2 for 30 min`, `rest for 1 h until contact > 0.99`, `hold at 50 mV "
  "until |current_density| < 0.1 mA/cm^2` (a voltage is kept, with the sign that it has in "
  "history.csv; the current is a result), `strip at 3 mA/cm^2 up to 50 mV for 1 h` (from where the "
  "current has brought the voltage there, that is kept; `plate ... down to -50 mV`), `ramp from 0 "
  "to 5 mA/cm^2 over 1 h` (linear in time; positive strips), `strip from 0.5 to 5 mA/cm^2 in 10 "
  "steps of 5 min` (a staircase; also `plate` or `strip and plate`, which does both at every "
  "rung). `for`, `steps of` take a time or a capacity, `until`, possible in all of them, what "
  "`Until` of the section `Step 1` takes; the first to come ends the step. Further steps are `Step "
  "2`, `Step 3`, ...";


// A step as a line.
ProtocolStep declare_line(Parameters &p, const std::string &name, const std::string &doc,
                          CRate &rate, const std::vector<Observable> &known)
{
  std::string line;
  p.add(name, line, "", doc);
  try
  {
    if (p.given(name))
      return parse_step(line, rate, known);
  }
  catch (const std::exception &error)
  {
    report(p, name, error);
    rate.used = true; // perhaps, where the line was not understood
  }
  return ProtocolStep::constant(ProtocolStep::Kind::rest, 0);
}


ProtocolStep declare_step(Parameters &p, const std::string &name, CRate &rate,
                          const std::vector<Observable> &known)
{
  if (!p.given(name))
    return declare_section(p, name, rate, known);
  const ProtocolStep step = declare_line(p, name, doc_of_lines, rate, known);
  if (p.has_section(name))
  {
    p.error(name, "is given as an entry and as a section; keep one of them");
    declare_section(p, name, rate, known);
  }
  return step;
}


// Numbers of what is named "NAME 1", "NAME 2", ...; a gap is an error.
void check_numbers(Parameters &p, const std::string &name, const std::set<unsigned int> &numbers)
{
  unsigned int expected = 1;
  for (const unsigned int number : numbers)
  {
    if (number != expected)
      p.error(numbered(name, expected), "is missing, but " + numbered(name, *numbers.rbegin()) +
                                          " is given: number the " +
                                          (name == "Step" ? "steps" : "blocks") + " from 1");
    expected = number + 1;
  }
}


// The steps of the current section of the file.
std::vector<ProtocolStep> declare_steps(Parameters &p, CRate &rate,
                                        const std::vector<Observable> &known)
{
  auto numbers = p.numbered_sections("Step");
  numbers.merge(p.numbered_entries("Step"));
  check_numbers(p, "Step", numbers);
  std::vector<ProtocolStep> steps;
  for (const unsigned int number : numbers)
    steps.push_back(declare_step(p, numbered("Step", number), rate, known));
  return steps;
}


ProtocolBlock declare_block(Parameters &p, const std::string &name, CRate &rate,
                            const std::vector<Observable> &known)
{
  ProtocolBlock block;
  p.enter(name,
          "Steps that are repeated before the next block, `Block 2`, begins; a protocol is made "
          "of blocks or of steps.");
  p.add("Cycles", block.cycles, 1, 1, most_cycles,
        "How often the steps of this block are repeated.");
  block.steps = declare_steps(p, rate, known);
  if (block.steps.empty())
  {
    declare_line(p, "Step 1", "As in the section Protocol: an entry, or a section of that name.",
                 rate, known);
    if (!p.describing())
      p.error("Step 1", "is missing: a block has at least one step");
  }
  p.leave();
  return block;
}


std::vector<ProtocolBlock> declare_blocks(Parameters &p, CRate &rate,
                                          const std::vector<Observable> &known)
{
  const auto numbers = p.numbered_sections("Block");
  check_numbers(p, "Block", numbers);
  std::vector<ProtocolBlock> blocks;
  for (const unsigned int number : numbers)
    blocks.push_back(declare_block(p, numbered("Block", number), rate, known));
  return blocks;
}


// Of the manual, or where a file has neither steps nor blocks: all that there could be.
void declare_first(Parameters &p, CRate &rate, const std::vector<Observable> &known)
{
  declare_line(p, "Step 1", doc_of_lines, rate, known);
  if (!p.describing())
    return p.enter("Block 1"), p.leave();
  declare_section(p, "Step 1", rate, known);
  declare_block(p, "Block 1", rate, known);
}
} // namespace


void ProtocolPlan::declare(Parameters &p, const std::vector<Observable> &known, const bool required)
{
  p.enter("Protocol",
          "The currents and voltages given to the cell: `Step 1`, `Step 2`, ... in this order, "
          "repeated as "
          "cycles; or `Block 1`, `Block 2`, ..., each with steps and cycles of its own.");
  p.add("Cycles", n_cycles, 1, 1, most_cycles, "How often the steps, or all blocks, are repeated.");
  p.add(
    "Longest step", longest_step, "1000 h", "s", Range::between(1e-9, 1e12),
    "Ends a step whose own conditions are never met. A step that is steady ends before: where for "
    "half an hour the state has changed so slowly that in 1000 h (or this time, if it is longer) "
    "no void and no pressure would change by a tenth, nor what the conditions compare reach its "
    "limit.");
  CRate rate;
  p.add(
    "Capacity", rate.capacity, "none", "mAh/cm^2", Range::between(1e-9, 1e6),
    "Capacity per area of the interface that 1 C passes in an hour, where steps give currents as "
    "C-rates: `strip at C/10`, `ramp from 0 to 2 C over 1 h`, `until |current| < C/50`.");
  if (p.given("Capacity") && rate.capacity == 0)
    rate.capacity = 3600; // it is wrong, which is told once
  declare_failure(p, failure, rate, known);
  auto steps = declare_steps(p, rate, known);
  blocks     = declare_blocks(p, rate, known);
  if (!steps.empty() && !blocks.empty())
    p.error("Block 1", "a protocol is made of steps or of blocks: put the steps beside it into a "
                       "block of their own");
  if (!steps.empty())
    blocks = {{1, std::move(steps)}};
  if (blocks.empty())
    declare_first(p, rate, known);
  if (blocks.empty() && !p.describing() && required)
    p.error("Step 1",
            "is missing: a protocol has at least one step. A file without is one for kavity "
            "critical-current or kavity study; kavity validate says what it is good for");
  if (blocks.empty() && !p.describing() && !required)
    p.unused("Step 1", "no protocol is asked for");
  if (!rate.used && !p.describing())
    p.unused("Capacity", "no step gives its current as a C-rate such as 'C/10'");
  double cycles = 0;
  for (const ProtocolBlock &block : blocks)
    cycles += double(block.cycles) * n_cycles;
  if (cycles > most_cycles)
    p.error("Cycles",
            "all blocks together have more than " + std::to_string(most_cycles) + " cycles");
  p.leave();
}


std::vector<ProtocolPlan::Written> ProtocolPlan::written() const
{
  std::vector<Written> list;
  for (unsigned int b = 0; b < blocks.size(); ++b)
    for (unsigned int k = 0; k < blocks[b].steps.size(); ++k)
    {
      std::vector<std::string> section = {"Protocol"};
      if (blocks.size() > 1)
        section.push_back("Block " + std::to_string(b + 1));
      list.push_back({section, "Step " + std::to_string(k + 1), &blocks[b].steps[k]});
    }
  return list;
}


unsigned int ProtocolPlan::cycles_of_blocks() const
{
  unsigned int cycles = 0;
  for (const ProtocolBlock &block : blocks)
    cycles += block.cycles;
  return cycles;
}


unsigned int ProtocolPlan::cycles_in_all() const
{
  return n_cycles * cycles_of_blocks();
}


unsigned int ProtocolPlan::block_of(const unsigned int cycle) const
{
  unsigned int left = cycle % cycles_of_blocks(), block = 0;
  for (; left >= blocks[block].cycles; ++block)
    left -= blocks[block].cycles;
  return block;
}


const std::vector<ProtocolStep> &ProtocolPlan::steps_of(const unsigned int cycle) const
{
  return blocks[block_of(cycle)].steps;
}

} // namespace kavity
