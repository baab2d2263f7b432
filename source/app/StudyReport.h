#ifndef kavity_app_StudyReport_h
#define kavity_app_StudyReport_h

#include "kavity/app/RunFolder.h"
#include "kavity/app/StudyTable.h"
#include "kavity/core/Logging.h"

namespace kavity
{
/** `study.csv` and, of samples, `sensitivity.csv`: for every combination of the values that axes
 * list and every response, what each uncertain parameter does to it: Spearman's rank correlation,
 * and with Saltelli's design Sobol's indices.
 * @throws FileError */
void write_tables(const StudyPlan &, const StudyTable &, const RunFolder &);

/** `result.json` if there is any result, figures, and what is to be said.
 * @throws FileError */
void report_study(Log &, const StudyPlan &, const StudyTable &, const RunFolder &, double seconds);
} // namespace kavity

#endif
