#ifndef kavity_analysis_TimeStepControl_h
#define kavity_analysis_TimeStepControl_h

#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace kavity
{
class Parameters;

/** One end condition seen over a trial time step. The residual is (value - limit) with the sign of
 * the comparison, divided by the scale of the limit: negative before the event, zero at it. */
struct EventResidual
{
  std::string name;
  double before;
  double after;
};

/** What a trial time step reports to the time step control. */
struct TrialStep
{
  /** Why no solution was found; empty when there is one. Everything below is then ignored. */
  std::string failure;
  /** Estimated local error divided by the scale of the state (not by the tolerance). */
  std::optional<double> error;
  /** Largest relative change of the state over the step. */
  std::optional<double> change;
  std::vector<EventResidual> events;
};

/** What becomes of a trial step. */
struct Verdict
{
  enum class Decision
  {
    accept,
    repeat, ///< roll the state back and solve again with the next() step
    give_up ///< the step is already the smallest allowed
  };
  Decision decision;
  /** For the log: which vote decided, with its numbers. */
  std::string reason;

  bool accepted() const
  {
    return decision == Decision::accept;
  }
};

/** Chooses the length of time steps, without knowing the fields.
 *
 * Every rule casts a vote with a factor for the step length; one rule that refuses repeats the
 * step, the smallest factor wins. The rules: the error estimate against `Tolerance`
 * (proportional-integral control of Gustafsson, ACM TOMS 17:533, 1991; after two refusals in a row
 * with the order they show, and never longer than the trend of the error allows, as Gustafsson, ACM
 * TOMS 20:496, 1994), the largest relative
 * change, the landing on end conditions by a bracketing secant, and failed solves, which cut the
 * step by four. All members are plain data and copied with the object. Times in s. */
class TimeStepControl
{
public:
  /** @param estimate_order power of the step length that the error estimate scales with: 2 for the
   * difference between a first- and a second-order solution. */
  explicit TimeStepControl(double estimate_order = 2);

  /** Declares and reads the section `Time stepping` (entered here). */
  void declare(Parameters &);

  /** Forgets the past and starts with `Initial step`: at the start of a run and of every step of
   * the protocol, where the current jumps. */
  void restart();

  /** Length of the next trial step. Never passes @p remaining, the time to an end that is known
   * exactly, and lands on it without leaving a sliver. */
  double next(double remaining = std::numeric_limits<double>::infinity());

  /** Combines the votes on the trial step of the length last given by next(). */
  Verdict decide(const TrialStep &);

  template <class Archive>
  void serialize(Archive &archive, unsigned int)
  {
    archive &natural_step;
    archive &trial_step;
    archive &previous_error;
    archive &repeated;
    archive &refused_step;
    archive &refused_error;
    archive &last_step;
    archive &last_error;
    archive &landing;
    archive &landing_event;
    archive &landing_step;
    archive &landing_before;
    archive &landing_after;
    archive &landing_width;
  }

  double tolerance      = 1e-3;
  double initial_step   = 1;
  double largest_step   = 600;
  double smallest_step  = 1e-6;
  double largest_change = 0.2;
  double largest_growth = 2;
  /** Relative to the limit of an end condition. */
  double event_tolerance = 1e-3;

private:
  struct Vote
  {
    bool accept;
    double factor;
    std::string reason;
  };

  Vote error_vote(double error) const;
  Vote change_vote(double change) const;
  /** The event that a trial step passed by more than allowed, if any. */
  std::optional<Vote> landing_vote(const std::vector<EventResidual> &);

  Verdict accept(const TrialStep &, const std::vector<Vote> &);
  Verdict repeat(double step, const std::string &reason);
  double landing_point() const;
  bool landed(double residual) const;

  double estimate_order;
  double natural_step   = 1;
  double trial_step     = 0;
  double previous_error = 0; // error / tolerance of the last accepted step, 0: none
  bool repeated         = false;
  double last_step = 0, last_error = 0; // the same of any accepted step, and its length
  double refused_step  = 0;
  double refused_error = 0; // error / tolerance of the refused step before this trial, 0: none

  // An event lies between the present state and landing_step later.
  bool landing = false;
  std::string landing_event;
  double landing_step   = 0;
  double landing_before = 0;
  double landing_after  = 0;
  double landing_width  = 0; // step with which the event was first seen
};

} // namespace kavity

#endif
