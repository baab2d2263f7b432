#ifndef kavity_analysis_ProtocolPlan_h
#define kavity_analysis_ProtocolPlan_h

#include "kavity/analysis/ProtocolStep.h"
#include "kavity/core/Observable.h"

#include <string>
#include <vector>

namespace kavity
{
class Parameters;

/** Steps that are repeated before the next block begins. */
struct ProtocolBlock
{
  unsigned int cycles = 1;
  std::vector<ProtocolStep> steps;
};

/** What is done to a cell: blocks of steps, each repeated, and all of them repeated. */
struct ProtocolPlan
{
  std::vector<ProtocolBlock> blocks;
  unsigned int n_cycles = 1;     ///< of all blocks
  double longest_step   = 3.6e6; ///< s
  /** Any of which ends the protocol: the cell has failed. */
  std::vector<JointCondition> failure = {};

  /** Declares and reads the section `Protocol` (entered here): each step is an entry `Step N`, a
   * line as parse_step() reads it, or a section of that name. @p known are the observables that
   * conditions can be about. With @p required, a file without a single step is an input error. */
  void declare(Parameters &, const std::vector<Observable> &known, bool required);

  /** Every step that there is, with the section and the name of its entry: `Protocol` or
   * `Protocol/Block 2`, and `Step 1`. */
  struct Written
  {
    std::vector<std::string> section;
    std::string entry;
    const ProtocolStep *step;
  };
  std::vector<Written> written() const;

  unsigned int cycles_of_blocks() const;
  /** Cycles of all blocks from the beginning of a run to its end. */
  unsigned int cycles_in_all() const;
  /** Number of the block, from 0, that a cycle of the run is of. */
  unsigned int block_of(unsigned int cycle) const;
  const std::vector<ProtocolStep> &steps_of(unsigned int cycle) const;
};

} // namespace kavity

#endif
