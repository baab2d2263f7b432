#ifndef kavity_analysis_StudySettings_h
#define kavity_analysis_StudySettings_h

#include "kavity/analysis/Distribution.h"
#include "kavity/core/Observable.h"

#include <optional>
#include <string>
#include <vector>

namespace kavity
{
class Parameters;

/** A parameter that a study varies. */
struct StudyAxis
{
  std::string parameter;         ///< "Cell/Stack pressure"
  std::vector<std::string> with; ///< further parameters that get the same value
  std::vector<std::string> values;
  std::optional<Distribution> distribution; ///< instead of values

  /** The unit of all values, "1" for plain numbers; none where they are texts. */
  std::optional<std::string> unit() const;
};

/** A value as it stands in a table: a number in the unit of its column, or a text if that has none.
 */
std::string cell_text(const std::string &value, const std::optional<std::string> &unit);

/** A response of a row, a column of the table. */
struct StudyResponse
{
  enum class Of
  {
    final,
    smallest,
    largest,
    critical_current,
    cycles_to_failure
  };

  std::string name; ///< of an observable or a kind of critical current
  Of of = Of::final;
  std::string unit;

  /** "max voltage [V]" */
  std::string head() const;
};

/** The section `Study`: which parameters are varied, how, and what is asked in every row. */
struct StudySettings
{
  enum class Design
  {
    grid,
    paired,
    latin_hypercube,
    sobol,
    sobol_indices
  };

  /** Declares the section where the file has it; the names of its parameters are not looked at.
   * @param known observables, @param kinds critical currents that may be asked for */
  void declare(Parameters &, const std::vector<Observable> &known,
               const std::vector<std::string> &kinds);

  /** The values of every row, one for each axis; the last axis changes first. In a design of
   * samples, every sample meets every combination of the values that are listed. */
  std::vector<std::vector<std::string>> rows() const;

  /** Number of rows, without making them. */
  double n_rows() const;

  /** Every sample has so many points, which follow each other: one, or in Saltelli's design those
   * of the first set, of the second one, and of the first with one axis of the second, for each
   * axis.
   */
  unsigned int n_points_of_a_sample() const;

  bool sampled() const
  {
    return design != Design::grid && design != Design::paired;
  }

  bool given           = false; ///< the file has the section
  Design design        = Design::grid;
  unsigned int samples = 100, seed = 0;
  bool of_runs = false; ///< a row is a run, not a search for critical currents
  std::vector<StudyAxis> axes;
  std::vector<StudyResponse> responses;

private:
  void declare_axis(Parameters &, unsigned int number);
  void declare_responses(Parameters &, const std::vector<Observable> &known,
                         const std::vector<std::string> &kinds);
  void check_design(Parameters &) const;
  /** No value of an axis is listed twice. */
  static void check_once(Parameters &, const StudyAxis &);
  std::vector<std::vector<std::string>> sampled_rows() const;

  bool design_known = true; ///< else it is told, and nothing that follows from it
};

/** The values of a text: parts between commas, or semicolons where there are some; of them `FIRST
 * to LAST in NUMBER OF VALUES` and the same with `logarithmic` stand for many.
 * @throws std::runtime_error with what is wrong and what was expected */
std::vector<std::string> axis_values(const std::string &text);
} // namespace kavity

#endif
