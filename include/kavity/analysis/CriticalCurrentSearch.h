#ifndef kavity_analysis_CriticalCurrentSearch_h
#define kavity_analysis_CriticalCurrentSearch_h

#include <functional>
#include <optional>
#include <string>

namespace kavity
{
/** Where a search may look, and how closely. Currents in A/m^2. */
struct SearchRange
{
  double lower     = 0; ///< > 0
  double upper     = 0;
  double tolerance = 1e-3; ///< width of the final bracket relative to the current
};

/** A current to start from; a close one is bracketed narrowly at first. */
struct SearchStart
{
  double current = 0;
  bool is_close  = false;
};

/** What the cell does at one current. */
struct Failure
{
  /** > 0: the cell fails; < 0: it survives; continuous in the current. */
  double excess;
  std::string cause;
  /** What a search that finds no failure says of the largest current it tried; may be empty. */
  std::string survives = {};
};

/** Result of a search; currents in A/m^2. */
struct SearchResult
{
  std::optional<double> current; ///< none when there is no root, or no answer
  std::optional<double> lower;   ///< largest current known to survive
  std::optional<double> upper;   ///< smallest current known to fail
  std::string cause;             ///< why the cell fails at `upper`, or why there is no number
  unsigned int evaluations = 0;
  bool answered            = true; ///< false when an evaluation did not converge
};

/** Seeks the current at which @p failure passes zero: brackets it by geometric expansion from the
 * start, then narrows the bracket by algorithm 748 of Alefeld, Potra and Shi (ACM TOMS 21:327,
 * 1995). The excess need not be monotonic; the root found is then one of several.
 *
 * An evaluation that throws NoConvergence ends the search without an answer (a shorter step is
 * tried first while expanding); whatever else it throws is passed on. */
SearchResult search_critical_current(const std::function<Failure(double)> &failure,
                                     const SearchStart &, const SearchRange &);

} // namespace kavity

#endif
