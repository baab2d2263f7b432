#ifndef kavity_app_HalfCycles_h
#define kavity_app_HalfCycles_h

#include "kavity/analysis/CriticalCurrent.h"
#include "kavity/analysis/StopSignals.h"
#include "kavity/app/RunParameters.h"
#include "kavity/cell/Cell.h"

#include <array>
#include <functional>
#include <string>

namespace kavity
{
/** Of two electrodes one, as the end of a sentence. */
inline const std::array<std::string, 2> at_electrode = {" at the electrode above",
                                                        " at the electrode below"};

/** Takes a cell through half-cycles at constant current, as searches for critical currents ask:
 * see the functions of the same names in CriticalCurrentCase. Throws NoConvergence. */
class HalfCycles
{
public:
  /** References must outlive the object. */
  HalfCycles(Cell &, const RunParameters &, StopSignals &);

  ProtocolOutcome run_protocol(double current_density);
  ProtocolOutcome plate(double current_density, unsigned int cycles);
  /** @param fresh another such cell, for the voltage at a current before anything has changed */
  SearchResult ramp(Cell &fresh, const std::function<void(double)> &progress);

private:
  struct Plating;
  using Note = std::function<void(const Observables &)>;

  /** Strips an electrode of the fresh cell, that of this contact. */
  ProtocolOutcome strip(double current_density, const std::string &contact_there);
  /** Strips and plates; what one half-cycle has passed the other brings back. */
  void cycle(double current_density, unsigned int cycles, Plating &);
  /** From the present state on; returns the charge that it passes, C/m^2. */
  double half_cycle(double current_density, double charge, double fresh_voltage, unsigned int cycle,
                    Plating &);
  /** Why the cell fails in it; empty: it does not. @p contact is the smallest so far. */
  std::string half_cycle_of_ramp(Cell &fresh, double current_density, const std::string &where,
                                 Plating &, double &contact);
  /** Which metal has run out; empty: none has. */
  std::string used_up() const;
  /** From the present state, solved, to the end of a protocol, or until a metal is used up; calls
   * note() with every state but the last, which it returns; the cell is in the state after it. */
  Observables march(Protocol &, const Note &note);

  Cell &cell;
  const RunParameters &run;
  StopSignals &signals;
};
} // namespace kavity

#endif
