#ifndef kavity_analysis_Protocol_h
#define kavity_analysis_Protocol_h

#include "kavity/analysis/ProtocolPlan.h"
#include "kavity/analysis/TimeStepControl.h"
#include "kavity/physics/Applied.h"

#include <boost/serialization/version.hpp>

#include <optional>
#include <string>
#include <vector>

namespace kavity
{
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
  /** The current has brought the voltage to where the step keeps it. */
  bool reached  = false;
  double charge = 0;     ///< C/m^2 of this step, where a voltage is kept
  double steady = 0;     ///< s for which nothing has come any closer to ending this step
  bool failed   = false; ///< the cell has, in this cycle and step

  template <class Archive>
  void serialize(Archive &archive, const unsigned int version)
  {
    archive &cycle;
    archive &step;
    archive &run_time;
    archive &step_time;
    if (version > 0)
      archive &rung;
    if (version > 1)
      archive &reached &charge;
    if (version > 2)
      archive &steady;
    if (version > 3)
      archive &failed;
  }
};

/** The sequence of currents and voltages that a cell is given, and where in it a run is.
 *
 * A simulation asks for time_to_end() and mean_applied(), solves a time step, looks at
 * residuals() of the trial state to land on end conditions, then calls advance(), and go_on()
 * once check() names a cause. The rungs of a staircase end and begin like steps, and so does a
 * voltage that is kept after a current has brought it there. Times in s,
 * currents in A/m^2, capacities in C/m^2. */
class Protocol
{
public:
  Protocol() = default;

  /** The steps repeated @p cycles times; for studies that make their own protocol. Without
   * `Longest step`. */
  explicit Protocol(std::vector<ProtocolStep> steps, unsigned int cycles = 1);

  /** Reads its plan and begins. */
  void declare(Parameters &p, const std::vector<Observable> &known, const bool required = true)
  {
    plan.declare(p, known, required);
    now = {};
  }

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

  using Written = ProtocolPlan::Written;
  /** Every step that there is. */
  std::vector<Written> written() const
  {
    return plan.written();
  }
  /** It ends at a time that is known beforehand, and not only by `Longest step`. */
  bool has_limit(const ProtocolStep &) const;
  /** s */
  double longest() const
  {
    return plan.longest_step;
  }

  /** Cycles of all blocks from the beginning of a run to its end. */
  unsigned int cycles_in_all() const
  {
    return plan.cycles_in_all();
  }
  /** It names what the cell fails by. */
  bool can_fail() const
  {
    return !plan.failure.empty();
  }
  /** Which of that holds in this state, with its value; empty if nothing does. */
  std::string failure(const Observables &) const;
  /** True once the last step of the last cycle has ended, or the cell has failed. */
  bool finished() const;
  const ProtocolStep &step() const;
  /** The present step keeps its voltage by now: the current is a result. */
  bool keeps_voltage() const;
  /** What is applied at present. */
  Applied applied() const
  {
    return applied_after(0);
  }
  /** Once a time step has passed that does not reach beyond time_to_end(). */
  Applied applied_after(double time_step) const;
  /** Over such a time step. */
  Applied mean_applied(double time_step) const;
  /** That is prescribed at present; 0 where none is. Like all currents a mean over the interface.
   */
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

  /** Exact time left until the next of the conditions on time and, where the current is prescribed,
   * capacity, `Longest step`, the end of a rung or ramp, or a twentieth of a ramp.
   * Where such a condition is one of several that must hold at once, the step may go on after it.
   */
  double time_to_end() const;
  /** Sum of the times that this and all later steps last if nothing but time and capacity ends
   * them: an upper bound, for the progress bar. */
  double time_left_at_most() const;
  /** The same if the conditions of the present step, and those of failure, come at the mean rates
   * since @p before, which was observed @p elapsed (s) ago. */
  double time_left(const Observables &before, const Observables &observed, double elapsed) const;

  /** Why the present step ends in this state, if it does: the text of the condition. The clocks are
   * the protocol's own. */
  std::optional<std::string> check(const Observables &) const;
  /** Why the present step is skipped in the state in which it begins, with what the condition
   * compares there; empty if it is not. */
  std::string skipped(const Observables &) const;
  /** In the state with the current of a step, or a rung, that is to begin: where this is beyond the
   * voltage to be kept already, the voltage is kept at once, the current never applied, and what it
   * would do ends and fails nothing. Returns why; empty where the current is to be applied. */
  std::string skip_current(const Observables &);
  /** The conditions of the present step, and the values that keep them from holding; empty where
   * one of them holds, or where the end of a ramp or a rung, or the voltage to be kept, has come.
   */
  std::string missed(const Observables &) const;

  /** The conditions whose time is not known, before and after a trial step in which a charge
   * (C/m^2) has passed, for the time step control to land on. */
  std::vector<EventResidual> residuals(const Observables &before, const Observables &after,
                                       double charge = 0) const;

  /** An accepted time step that advance() is yet to be told of, with a charge and the largest
   * relative change of the state: a step is over once it is steady, and at their present rates none
   * of its conditions would come within 1000 h, or a `Longest step` that is longer. */
  void watch(const Observables &before, const Observables &after, double time_step, double charge,
             double change);
  /** An accepted time step has passed, and a charge in it. */
  void advance(double time_step, double charge = 0);
  /** check() has found a cause in this state: ends the protocol if the cell fails, keeps the
   * voltage that was reached or starts the next rung of a staircase if that is the only one, else
   * the next step. */
  void go_on(const Observables &);
  /** The cell has failed in the present step by what no condition names: ends the protocol. */
  void fail()
  {
    now.failed = true;
  }
  /** Ends the present step, with all its rungs, and starts the next. */
  void next_step();

private:
  /** The clocks are sums of time steps: they reach a limit to round-off, not exactly. */
  static constexpr double clock_round_off = 1e-10;

  /** Which condition of the present step holds. */
  std::optional<std::string> condition_met(const Observables &) const;
  /** Conditions of the present step, and those of failure. */
  std::vector<JointCondition> ends() const;
  bool rung_is_over() const;
  /** s, for which a step has to be foreseen to be called steady. */
  double horizon() const;
  /** A condition would come within the horizon, at the rates of this time step, or its time is
   * known. */
  bool can_end(const Observables &before, const Observables &after, double time_step) const;
  /** The current has brought the voltage to where it is to be kept. */
  bool voltage_reached(const Observables &) const;
  void keep_voltage();
  /** Its time is known: a clock, but for the capacity where the current is a result. */
  bool foreseen(const EndCondition &) const;
  double time_left_at_most(const ProtocolStep &, double step_time, double run_time,
                           bool current_known) const;
  /** Where the present step lasts no longer than that (s). */
  double time_left_after(double of_step) const;

  ProtocolPlan plan;
  ProtocolPosition now;
  double last_step = 0; ///< s, of the time step that led here; 0 where a step begins
};

} // namespace kavity

BOOST_CLASS_VERSION(kavity::ProtocolPosition, 4)

#endif
