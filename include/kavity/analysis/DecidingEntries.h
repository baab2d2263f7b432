#ifndef kavity_analysis_DecidingEntries_h
#define kavity_analysis_DecidingEntries_h

#include <map>
#include <string>

namespace kavity
{
class Parameters;

/** Entries that decide what a calculation gives, as the user wrote them; of files that they name
 * the contents. Whoever goes on with it must have the same. */
using DecidingEntries = std::map<std::string, std::string>;

DecidingEntries deciding_a_run(const Parameters &);

/** Without the stack pressures, temperatures and kinds: every row of a table has its own. */
DecidingEntries deciding_a_critical_current(const Parameters &);

/** Of all rows: the study, and the file without the values of the axes. */
DecidingEntries deciding_a_study(const Parameters &);

/** A line for each, and the entries of such a text. */
std::string text_of(const DecidingEntries &);
DecidingEntries entries_of(const std::string &text);

/** @throws InputError that lists what differs from when the calculation in @p folder began */
void require_same(const DecidingEntries &now, const DecidingEntries &then,
                  const std::string &folder);
} // namespace kavity

#endif
