#ifndef kavity_analysis_observables_h
#define kavity_analysis_observables_h

#include "kavity/core/Observable.h"
#include "kavity/io/History.h"
#include "kavity/io/Json.h"

#include <string>
#include <vector>

namespace kavity
{
// What shows the observables of a run, all from the list that RunParameters has of them.

/** Of those that the cell has. */
std::vector<Column> history_columns(const std::vector<Observable> &);

/** Those of the columns that have a value, in the units of the columns. */
Json final_values(const std::vector<Observable> &, const Observables &);

/** Those that can end a step, with their meaning, for the manual. */
std::string listing(const std::vector<Observable> &);

} // namespace kavity

#endif
