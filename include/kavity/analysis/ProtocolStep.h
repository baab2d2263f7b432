#ifndef kavity_analysis_ProtocolStep_h
#define kavity_analysis_ProtocolStep_h

#include "kavity/analysis/CRate.h"
#include "kavity/analysis/EndCondition.h"

#include <optional>
#include <string>
#include <vector>

namespace kavity
{
/** Part of a step in which the current density changes linearly with time, or not at all. */
struct CurrentPiece
{
  double duration; ///< s; infinite where the step's conditions alone end it
  /** Means over the interface, A/m^2; positive strips, negative plates. */
  double begin, end;
};

/** One step of a protocol: a current until one of the conditions holds, which may be several at
 * once, or until its last piece is over. A constant current and a ramp are one piece, a staircase
 * has one for each of its rungs. Or a voltage that is kept, from the beginning or from where the
 * current has brought it there. Times in s since the step began. */
struct ProtocolStep
{
  enum class Kind
  {
    strip,
    plate,
    rest,
    hold,
    ramp,
    staircase
  };

  /** A constant current density, A/m^2, that lasts until a condition holds. */
  static ProtocolStep constant(Kind, double current_density);
  /** A voltage, V, that is kept until a condition holds. */
  static ProtocolStep hold(double voltage);
  /** Has a constant current go over into this voltage, as written with its unit, where it gets
   * there: stripping makes the voltage rise, plating makes it fall. */
  void go_over_to(const std::string &voltage, const std::vector<Observable> &known);

  Kind kind = Kind::rest;
  std::vector<CurrentPiece> pieces;
  std::vector<JointCondition> until;
  std::optional<double> voltage;       ///< V, of the metal against the counter electrode
  std::optional<EndCondition> reached; ///< after which it is kept; none: from the beginning

  double start_of(unsigned int piece) const;
  double end_of(unsigned int piece) const;
  /** A/m^2 at a time within a piece. */
  double current_density(unsigned int piece, double time) const;
  /** Charge that has passed per area, C/m^2: the exact integral of the current's magnitude, of a
   * current that is prescribed. */
  double charge(double time) const;
  /** Charge that has left the first electrode, C/m^2, stripped less plated; @p sign -1: the second.
   */
  struct Stripped
  {
    double most, last; ///< the most on the way, and in the end; of a time that is finite
  };
  Stripped stripped(double time, double sign) const;
  /** When that charge has passed; infinite if it never does. */
  double time_of_charge(double charge) const;
  /** The first time after @p time, within a piece, that a time step has to end at: the end of the
   * piece, the twentieths of a ramp and where its current changes sign. */
  double landing_after(unsigned int piece, double time) const;

  /** @throw std::invalid_argument for a condition that can never hold in this step. */
  void check_conditions() const;

private:
  /** The voltage never gets where this condition holds. */
  bool keeps_from(const EndCondition &) const;
};

std::string to_string(ProtocolStep::Kind);

/** A time or a capacity, as after `for`, as the condition that ends a step.
 * @throw std::runtime_error for another text */
std::string duration_as_condition(const std::string &);

/** Reads a step as people write it, words in any case:
 *
 *     strip at CURRENT for TIME
 *     plate at CURRENT for CAPACITY until CONDITIONS
 *     rest until CONDITIONS
 *     hold at VOLTAGE for TIME until CONDITIONS
 *     strip at CURRENT up to VOLTAGE until CONDITIONS
 *     plate at CURRENT down to VOLTAGE until CONDITIONS
 *     ramp from CURRENT to CURRENT over TIME
 *     strip from CURRENT to CURRENT in NUMBER steps of TIME
 *     strip and plate from CURRENT to CURRENT in NUMBER steps of CAPACITY until CONDITIONS
 *
 * `for`, `over`, `in ... steps` and `until` end the step, whichever comes first where several are
 * given. A CURRENT is a current density or, such as `C/10` and `0.5 C`, a C-rate. The currents of a
 * ramp have signs, positive strips; `strip and plate` does both at every
 * rung. The first of two currents may lack its unit. A VOLTAGE has its sign; that of `up to` and
 * `down to` is kept once the current has brought it there.
 * @param known observables that conditions can be about
 * @throw std::runtime_error or std::invalid_argument with a message for the user: which word is not
 * understood, and what was expected. */
ProtocolStep parse_step(const std::string &line, CRate &, const std::vector<Observable> &known);

} // namespace kavity

#endif
