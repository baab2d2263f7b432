#ifndef kavity_analysis_CriticalCurrentTable_h
#define kavity_analysis_CriticalCurrentTable_h

#include "kavity/analysis/CriticalCurrent.h"

#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

namespace kavity
{
/** All cases of a study in a fixed order (temperature, kind, stack pressure from slowest to
 * fastest), each with its row once it is done; reads and writes `critical_current.csv`. */
class CriticalCurrentTable
{
public:
  explicit CriticalCurrentTable(const CriticalCurrentSettings &);

  unsigned int size() const
  {
    return rows.size();
  }
  unsigned int index(unsigned int temperature, unsigned int kind,
                     unsigned int stack_pressure) const;
  const std::optional<CriticalCurrentRow> &row(unsigned int index) const
  {
    return rows[index];
  }
  /** Keeps the digits of the currents that csv() writes. */
  void set(unsigned int index, const CriticalCurrentRow &row);
  unsigned int n_done() const;
  std::vector<CriticalCurrentRow> done() const;

  /** The rows that are done as CSV, in order: `stack_pressure [MPa]`, `temperature [degC]`, `kind`,
   * `critical_current [mA/cm^2]`, `lower [mA/cm^2]`, `upper [mA/cm^2]`, `cause`, `warning`. A
   * number that does not exist is an empty field. Read back the numbers are those of the table bit
   * for bit. */
  std::string csv() const;

  /** Takes over every row of such a text that answers a case of this table; rows without an answer
   * (see SearchResult) and incomplete lines are left out, so that their cases are done again.
   * Rows for other cases are kept and stand last in csv(). Throws InputError for another text. */
  void read_csv(const std::string &text);

private:
  std::string key(unsigned int index) const;

  std::vector<double> stack_pressures, temperatures;
  std::vector<std::string> kinds;
  std::vector<std::optional<CriticalCurrentRow>> rows;
  std::vector<std::string> others; // lines for cases that this table does not have
};

/** False where nothing converged. */
bool is_answer(const CriticalCurrentRow &);

/** A cause without most of the numbers of its clauses: tables have it whole. */
std::string short_cause(const std::string &);

/** One line for people: `2.5 MPa  20 degC  void_inf  2.001 mA/cm^2  [2, 2.002]  cause`. */
std::string row_text(const CriticalCurrentRow &);

/** The table for people, with the definition of every kind and the tolerance above it. */
void print_critical_currents(std::ostream &, const CriticalCurrentSettings &,
                             const std::vector<CriticalCurrentRow> &);

} // namespace kavity

#endif
