#ifndef kavity_analysis_CriticalCurrent_h
#define kavity_analysis_CriticalCurrent_h

#include "kavity/analysis/CriticalCurrentSearch.h"
#include "kavity/analysis/Protocol.h"
#include "kavity/analysis/VoidHold.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace kavity
{
class Parameters;

/** How a half-cycle at constant current ended. */
struct ProtocolOutcome
{
  /** > 0 survived, < 0 failed; continuous through 0 as a function of the current. */
  double margin;
  /** Why it failed, or what came closest to failing. */
  std::string cause;
};

/** A margin in the steady state. */
struct SteadyMargin
{
  double value;
  /** Of two electrodes the one it is of, as the end of a sentence: " at the electrode below". */
  std::string electrode = {};
};

/** "after 0.5 mAh/cm^2", or "at once". */
std::string after_charge(double charge);

/** A cell at one stack pressure and temperature, asked at which current it fails. No function
 * may depend on the currents it was asked before, beyond the tolerance of its solvers.
 * NoConvergence means that there is no answer at this current. */
class CriticalCurrentCase
{
public:
  virtual ~CriticalCurrentCase() = default;

  /** Net growth of a void of the reference radius in the steady state at this current density
   * [A/m^2]; > 0: it grows. In A/m^2 of metal volume (w' F/Omega), continuous. Of two electrodes
   * each is stripped, and the one where it grows more counts. */
  virtual SteadyMargin steady_margin(double current_density) = 0;

  /** Why no current density at all lets a void of the reference radius grow; empty if one can. */
  virtual std::string never_grows()
  {
    return {};
  }

  /** Potential of atoms where it is lowest on an interface without voids, in the steady state at
   * this current density [J/mol], above that at which voids nucleate if @p nucleation, else above
   * that of stress-free metal; < 0: it is below. Of two electrodes each is stripped, and the lower
   * one counts. */
  virtual SteadyMargin potential_margin(double current_density, bool nucleation) = 0;

  /** For a cell with voids of their own size: the current density that holds their volume, or the
   * area that they cover, sought from @p start within the range. Of two electrodes with such voids
   * each is stripped, and the smaller one counts. None for other cells: steady_margin() tells. */
  virtual std::optional<SearchResult> hold(HeldQuantity, double /*start*/, const SearchRange &,
                                           const HoldProgress &)
  {
    return {};
  }

  /** Strips the fresh cell at this current density [A/m^2] for the capacity of the settings; of two
   * electrodes each, and the worse one counts. */
  virtual ProtocolOutcome run_protocol(double current_density) = 0;

  /** Plates the fresh cell at this current density [A/m^2] for the capacity of the settings, or,
   * for @p cycles > 0, after stripping it at the same current density in each of so many cycles;
   * what is plated then is what was stripped before contact or voltage met its limit. The margin
   * is how far the criterion of dendrites was from 0 in all plating, > 0: none entered. Of two
   * electrodes both count, whichever is plated; a fresh cell is plated on each. */
  virtual ProtocolOutcome plate(double current_density, unsigned int cycles) = 0;

  /** Takes the fresh cell up the staircase of the settings until it fails: the current density of
   * that stage, between it and the stage before.
   * @param progress called with the current density of every stage when it begins */
  virtual SearchResult ramp(const std::function<void(double)> &progress) = 0;

  /** What the last of these answers must not be read without, see Cell::doubts(); empty: nothing.
   */
  virtual std::string doubts() const
  {
    return {};
  }
};

/** Makes the case at a stack pressure [Pa] and a temperature [K]. */
using CriticalCurrentFactory =
  std::function<std::unique_ptr<CriticalCurrentCase>(double stack_pressure, double temperature)>;

/** The section `Critical current`: which critical currents are sought (docs/model.md, section 9),
 * where, and how closely. SI units. */
struct CriticalCurrentSettings
{
  /** Declares and reads the section (entered here); without axes of its own the search runs at the
   * cell's stack pressure and temperature. */
  void declare(Parameters &, double cell_stack_pressure, double cell_temperature);

  /** What a kind of critical current means with these settings, one sentence. */
  std::string definition(const std::string &kind) const;

  /** A half-cycle at this current density, > 0 strips the first electrode, until a charge [C/m^2]
   * has passed; where metal is stripped from an electrode, also until its contact or the voltage
   * passes its limit.
   * @param fresh_voltage of the fresh cell under this current
   * @param known observables that conditions can be about */
  Protocol half_cycle(double current_density, double charge, double fresh_voltage,
                      const std::vector<Observable> &known) const;

  /** A half-cycle of `ccd_ramp`: for its time or capacity, or until an electrode loses contact, is
   * entered by dendrites, or the voltage passes its limit. */
  Protocol half_cycle_of_ramp(double current_density, double fresh_voltage,
                              const std::vector<Observable> &known) const;

  /** Of a ramp: currents from its start to the upper bound. */
  double n_stages() const;

  /** Judges a half-cycle: with failure before the whole capacity the missing share of it counts,
   * otherwise the distance that contact and voltage kept from their limits; both vanish at the
   * critical current.
   * @param capacity passed until the half-cycle ended, C/m^2
   * @param contact smallest contact fraction (mean over the interface) on the way
   * @param rise largest voltage on the way above that of the fresh cell, V */
  ProtocolOutcome judge_half_cycle(double capacity, double contact, double rise) const;

  std::vector<double> stack_pressures;
  std::vector<double> temperatures;
  std::vector<std::string> kinds = {"void_inf"};
  double reference_radius        = 2e-6;
  double capacity                = 36000;
  unsigned int cycles            = 1; ///< of `dendrite_cycled`, and of each stage of `ccd_ramp`
  double ramp_start              = 1;
  double ramp_step               = 1;
  std::string ramp_half_cycle    = {}; ///< a time or a capacity; empty: the capacity above
  double contact_limit           = 0.5;
  double voltage_limit           = 0.3;
  double lower_bound             = 1e-2;
  double upper_bound             = 1e3;
  double tolerance               = 1e-3;
  bool resolved                  = false; ///< `void_inf` asks about the voids of the cell
  bool has_voids                 = true;  ///< else `void_inf` is where the law's contact fails

private:
  void declare_ramp(Parameters &);
  void check_ramp(Parameters &) const;
  /** A condition to add to others. */
  std::string voltage_beyond(double current_density, double fresh_voltage) const;
};

/** One row of the result. Currents in A/m^2; none when there is no root within the bounds, which is
 * an answer too, or when nothing converged, see is_answer(). */
struct CriticalCurrentRow
{
  double stack_pressure;
  double temperature;
  std::string kind;
  std::optional<double> current;
  /** The cell survives this current. */
  std::optional<double> lower;
  /** The cell fails at this current. */
  std::optional<double> upper;
  std::string cause;
  /** What the row must not be read without; empty: nothing. */
  std::string warning = {};
};

} // namespace kavity

#endif
