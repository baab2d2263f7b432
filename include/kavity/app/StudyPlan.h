#ifndef kavity_app_StudyPlan_h
#define kavity_app_StudyPlan_h

#include "kavity/analysis/DecidingEntries.h"
#include "kavity/app/RunParameters.h"

#include <string>
#include <vector>

namespace kavity
{
/** A row of a study: the parameter file with a value for every axis. */
struct StudyRow
{
  std::vector<std::string> values;    ///< one for each axis
  std::vector<std::string> cells;     ///< the same as fields of the table
  std::vector<std::string> overrides; ///< all of them, as `--set` takes them
  std::string refused;                ///< why it cannot be calculated; empty: it can
  std::vector<Mistake> mistakes;      ///< the same, by their places
  std::size_t fingerprint = 0;        ///< of all its entries
};

/** What a study has to do: all its rows. */
class StudyPlan
{
public:
  /** @throws InputError with all mistakes of the section Study, or where there is none */
  StudyPlan(std::string file, std::vector<std::string> overrides);

  /** Looks for mistakes in the rows from first to last, counted from 1.
   * @throws InputError if there are fewer rows; where all rows of the study are looked at, with the
   * values of axes that are wrong in every row, or if each row is wrong, with the mistakes of the
   * first */
  void validate(unsigned int first, unsigned int last);

  /** Whether a row that was looked at is still what its file, and those that it names, say. */
  bool unchanged(unsigned int number) const;

  unsigned int size() const
  {
    return rows.size();
  }

  /** @param number from 1 */
  const StudyRow &row(const unsigned int number) const
  {
    return rows.at(number - 1);
  }

  /** For people, "Cell/Stack pressure = 1 MPa, Cell/Temperature = 20 degC". */
  std::string row_text(unsigned int number) const;

  RunParameters::Purpose purpose() const;

  const std::string file;
  StudySettings settings;
  std::vector<std::string> heads; ///< of the axes, as "Cell/Stack pressure [MPa]"
  DecidingEntries entries;        ///< of the whole study
  bool figures = true;

private:
  /** Where the axes have names that no entry has. */
  void check_names();
  /** Where an axis has values that no row can be calculated with, whatever those of others. */
  void check_values();
  RunParameters parameters_of(const StudyRow &) const;

  const std::vector<std::string> overrides;
  RunParameters base; ///< without the values of the axes
  std::vector<StudyRow> rows;
};
} // namespace kavity

#endif
