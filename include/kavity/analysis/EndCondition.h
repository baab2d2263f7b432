#ifndef kavity_analysis_EndCondition_h
#define kavity_analysis_EndCondition_h

#include "kavity/analysis/CRate.h"
#include "kavity/core/Observable.h"

#include <string>
#include <vector>

namespace kavity
{
/** One comparison that ends a step of a protocol: `contact < 0.5`, `|voltage| > 0.3 V`. */
class EndCondition
{
public:
  /** Reads `<observable> <|> <value with unit>`; bars around the name take the magnitude, and
   * `time` stands for `step_time`, `current` for `current_density`. With @p rate a value may be a
   * C-rate.
   * @throw std::invalid_argument with a message for the user: an observable that is not known, with
   * the nearest names, that the cell does not have or that ends nothing; wrong unit, a value that
   * is met at once or never. */
  EndCondition(const std::string &text, const std::vector<Observable> &known,
               CRate *rate = nullptr);

  /** How the user wrote it, spaces normalised. */
  const std::string &text() const
  {
    return as_written;
  }
  const std::string &observable() const
  {
    return name;
  }
  /** It is about an electrode, in a cell where the second one has the same. */
  bool of_each_electrode() const
  {
    return each;
  }
  /** The same comparison of the second electrode. */
  EndCondition of_second() const;
  /** In SI units. */
  double limit() const
  {
    return limit_value;
  }

  /** Known from the protocol alone: time and capacity. */
  bool is_clock() const
  {
    return of_clock;
  }

  /** (value - limit) with the sign of the comparison, divided by |limit| (by 1 in the observable's
   * unit when the limit is zero): negative until the condition is met, which at the limit itself
   * `>=`, `<=` and clocks are, `>` and `<` are not; continuous but for that.
   * @throw std::logic_error when the simulation does not supply the observable. */
  double residual(const Observables &) const;
  /** `contact is 0.79`: what it compares at present. */
  std::string present(const Observables &) const;

private:
  void check_sense(const Observable &) const;
  double value(const Observables &) const;

  std::string as_written;
  std::string name, written, unit; ///< of the observable, how the user wrote it, people's unit
  bool of_clock      = false;
  bool each          = false;
  bool magnitude     = false;
  bool greater       = true;
  bool equal         = false;        ///< `>=`, `<=`
  double limit_value = 0, scale = 1; ///< SI
};

/** Comparisons joined by `and`: holds where all of them do. */
class JointCondition
{
public:
  /** @throw std::invalid_argument as the constructor of EndCondition */
  JointCondition(const std::string &text, const std::vector<Observable> &known,
                 CRate *rate = nullptr);

  const std::vector<EndCondition> &parts() const
  {
    return all;
  }
  /** How the user wrote it, spaces normalised; of which electrode, where that was not written. */
  std::string text() const;
  /** What holds if it does of either electrode: itself, and the same of the second electrode. One
   * that names the second electrode itself, and one that is about none, is as it is written. */
  std::vector<JointCondition> of_either_electrode() const;
  /** Clocks count as met within @p round_off, relative to their limit. */
  bool met(const Observables &, double round_off) const;
  /** What they compare at present. */
  std::string present(const Observables &) const;
  /** Which of them do not hold, and why: `contact < 0.5 (contact is 0.79)`. */
  std::string missed(const Observables &, double round_off) const;
  /** Of clocks alone: its time is known exactly. */
  bool only_clocks() const;

private:
  std::vector<EndCondition> all;
  std::string where; ///< of text()
};

/** Reads conditions joined by the words `and`, which binds tighter, and `or`, in any case.
 * @throw std::invalid_argument as the constructor of EndCondition, also for commas. */
std::vector<JointCondition> parse_end_conditions(const std::string &text,
                                                 const std::vector<Observable> &known,
                                                 CRate *rate = nullptr);

} // namespace kavity

#endif
