#ifndef kavity_app_Protocol_h
#define kavity_app_Protocol_h

#include "kavity/app/ProtocolStep.h"
#include "kavity/app/TimeStepControl.h"
#include "kavity/core/Observable.h"

#include <boost/serialization/version.hpp>

#include <optional>
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

/** Where a run is in its protocol: plain data, for checkpoints and rollback. */
struct ProtocolPosition
{
  /** Since the run began, counted from 0, over all blocks: each pass through the steps of a block
   * is one. */
  unsigned int cycle = 0;
  unsigned int step  = 0; ///< within the block, counted from 0
  unsigned int rung  = 0; ///< of a staircase, counted from 0
  double run_time    = 0; ///< s since the run began
  double step_time   = 0; ///< s since the step began

  template <class Archive>
  void serialize(Archive &archive, const unsigned int version)
  {
    archive &cycle;
    archive &step;
    archive &run_time;
    archive &step_time;
    if (version > 0)
      archive &rung;
  }
};

/** The sequence of currents that a cell is given, and where in it a run is.
 *
 * A simulation asks for time_to_end() and mean_current_density(), solves a time step, looks at
 * residuals() of the trial state to land on end conditions, then calls advance(), and go_on()
 * once check() names a cause. The rungs of a staircase end and begin like steps. Times in s,
 * currents in A/m^2, capacities in C/m^2. */
class Protocol
{
public:
  Protocol() = default;

  /** The steps repeated @p cycles times; for studies that make their own protocol. Without
   * `Longest step`. */
  explicit Protocol(std::vector<ProtocolStep> steps, unsigned int cycles = 1);

  /** Declares and reads the section `Protocol` (entered here): each step is an entry `Step N`, a
   * line as parse_step() reads it, or a section of that name. @p known are the observables that
   * conditions can be about. With @p required, a file without a single step is an input error. */
  void declare(Parameters &, const std::vector<Observable> &known, bool required = true);

  /** What a protocol reports of itself. */
  static const std::vector<ObservableOf<Protocol>> &observables();
  /** These and the protocol's own. */
  Observables with_own(const Observables &) const;

  const ProtocolPosition &position() const
  {
    return now;
  }
  void set_position(const ProtocolPosition &position)
  {
    now       = position;
    last_step = 0;
  }

  /** Every step that there is, with the section and the name of its entry: `Protocol` or
   * `Protocol/Block 2`, and `Step 1`. */
  struct Written
  {
    std::vector<std::string> section;
    std::string entry;
    const ProtocolStep *step;
  };
  std::vector<Written> written() const;

  /** Cycles of all blocks from the beginning of a run to its end. */
  unsigned int cycles_in_all() const;
  /** True once the last step of the last cycle has ended. */
  bool finished() const;
  const ProtocolStep &step() const;
  /** At present; 0 when finished. Like all currents a mean over the interface. */
  double current_density() const;
  /** Once a time step has passed that does not reach beyond time_to_end(). */
  double current_density_after(double time_step) const;
  /** Mean over such a time step: times its length it is exactly the charge that passes. */
  double mean_current_density(double time_step) const;
  /** Charge per area passed in this step, C/m^2, positive. */
  double capacity() const;
  /** `cycle 2 of 5, step 1 of 3 (strip)`, `cycle 4 of 28, block 2, step 1 of 2 (strip)`: for the
   * log.
   */
  std::string description() const;

  /** Exact time left until the next of the conditions on time and capacity, `Longest step`, the end
   * of a rung or ramp, or a twentieth of a ramp.
   * Where such a condition is one of several that must hold at once, the step may go on after it.
   */
  double time_to_end() const;
  /** Sum of the times that this and all later steps last if nothing but time and capacity ends
   * them: an upper bound, for the progress bar. */
  double time_left_at_most() const;

  /** Why the present step ends in this state, if it does: the text of the condition. The clocks are
   * the protocol's own. */
  std::optional<std::string> check(const Observables &) const;

  /** The conditions that are not clocks, before and after a trial step, for the time step control
   * to land on. */
  std::vector<EventResidual> residuals(const Observables &before, const Observables &after) const;

  /** An accepted time step has passed. */
  void advance(double time_step);
  /** check() has found a cause in this state: starts the next rung of a staircase if its end is the
   * only one, else the next step. */
  void go_on(const Observables &);
  /** Ends the present step, with all its rungs, and starts the next. */
  void next_step();

private:
  /** The clocks are sums of time steps: they reach a limit to round-off, not exactly. */
  static constexpr double clock_round_off = 1e-10;

  unsigned int cycles_of_blocks() const;
  /** Number of the block, from 0, that a cycle of the run is of. */
  unsigned int block_of(unsigned int cycle) const;
  const std::vector<ProtocolStep> &steps_of(unsigned int cycle) const;
  /** Which condition of the present step holds. */
  std::optional<std::string> condition_met(const Observables &) const;
  bool rung_is_over() const;
  double time_left_at_most(const ProtocolStep &, double step_time, double run_time) const;

  std::vector<ProtocolBlock> blocks;
  unsigned int n_cycles = 1; ///< of all blocks
  double longest_step   = 3.6e6;
  ProtocolPosition now;
  double last_step = 0; ///< s, of the time step that led here; 0 where a step begins
};

} // namespace kavity

BOOST_CLASS_VERSION(kavity::ProtocolPosition, 1)

#endif
