#include "StudyReport.h"

#include "kavity/analysis/Samples.h"
#include "kavity/core/Version.h"
#include "kavity/io/Csv.h"
#include "kavity/io/Figures.h"
#include "kavity/io/Files.h"
#include "kavity/io/Json.h"

#include <cmath>

namespace kavity
{
namespace
{
using Status = StudyOutcome::Status;

// The rows of samples: numbers of those of a sample, at one combination of the values listed.
class SampledRows
{
public:
  SampledRows(const StudyPlan &plan, const StudyTable &table)
    : table(table)
    , n_samples(plan.settings.samples)
    , n_points(plan.settings.n_points_of_a_sample())
    , n_combinations(plan.size() / n_samples / n_points)
  {
  }

  unsigned int number(const unsigned int sample, const unsigned int point,
                      const unsigned int combination) const
  {
    return 1 + (sample * n_points + point) * n_combinations + combination;
  }

  /** "spearman,first_order,total_order,samples,bounds" of a response and an axis, the @p k-th that
   * is uncertain. Without a number the bound counts: a cell that outlives all cycles ranks above
   * those that do not. */
  std::string measures(const unsigned int combination, const unsigned int response,
                       const unsigned int axis, const unsigned int k) const
  {
    std::vector<double> x, y, a, b, mixed;
    unsigned int n_bounds = 0;
    for (unsigned int s = 0; s < n_samples; ++s)
    {
      std::vector<std::optional<double>> values;
      for (unsigned int point = 0; point < n_points; ++point)
      {
        const unsigned int row = number(s, point, combination);
        values.push_back(table.response(row, response));
        if (values.back())
          continue;
        values.back() = table.bound(row, response);
        n_bounds += values.back() && (point < 2 || point == k + 2);
      }
      if (values[0])
      {
        x.push_back(table.axis(number(s, 0, combination), axis));
        y.push_back(*values[0]);
      }
      if (n_points == 1 || !values[0] || !values[1] || !values[k + 2])
        continue;
      a.push_back(*values[0]);
      b.push_back(*values[1]);
      mixed.push_back(*values[k + 2]);
    }
    const auto text = [](const double value)
    { return std::isfinite(value) ? value_text(value, "1") : std::string(); };
    SobolIndices indices = {NAN, NAN};
    if (n_points > 1)
      indices = sobol_indices(a, b, mixed);
    return text(spearman(x, y)) + "," + text(indices.first) + "," + text(indices.total) + "," +
           std::to_string(n_points > 1 ? a.size() : x.size()) + "," + std::to_string(n_bounds);
  }

  const StudyTable &table;
  const unsigned int n_samples, n_points, n_combinations;
};

std::string sensitivity(const StudyPlan &plan, const StudyTable &table)
{
  const auto &axes = plan.settings.axes;
  const SampledRows rows(plan, table);
  std::string head, text;
  for (std::size_t a = 0; a < axes.size(); ++a)
    if (!axes[a].distribution)
      head += plan.heads[a] + ",";
  for (unsigned int combination = 0; combination < rows.n_combinations; ++combination)
  {
    std::string where;
    for (std::size_t a = 0; a < axes.size(); ++a)
      if (!axes[a].distribution)
        where += plan.row(rows.number(0, 0, combination)).cells[a] + ",";
    for (std::size_t r = 0; r < plan.settings.responses.size(); ++r)
      for (unsigned int a = 0, k = 0; a < axes.size(); ++a)
        if (axes[a].distribution)
          text += where + csv_field(plan.settings.responses[r].head()) + "," +
                  csv_field(axes[a].parameter) + "," + rows.measures(combination, r, a, k++) + "\n";
  }
  return head + "response,parameter,spearman,first_order,total_order,samples,bounds\n" + text;
}

void write_result(const StudyPlan &plan, const StudyTable &table, const RunFolder &folder,
                  const double seconds)
{
  Json result, rows;
  std::vector<std::string> responses, bad;
  for (const Status status :
       {Status::done, Status::failed, Status::invalid, Status::unfinished, Status::open})
    rows.set(name_of(status), table.count(status));
  for (const StudyResponse &response : plan.settings.responses)
    responses.push_back(response.head());
  for (unsigned int number = 1; number <= plan.size(); ++number)
    if (const StudyOutcome &outcome = table.outcome(number); outcome.status != Status::done)
      bad.push_back("row " + std::to_string(number) + ": " + name_of(outcome.status) + "; " +
                    trimmed(outcome.cause));
  result.set("program", std::string("kavity ") + version)
    .set("commit", commit)
    .set("rows", rows)
    .set("axes", plan.heads)
    .set("responses", responses)
    .set("warnings", bad)
    .set("seconds", seconds);
  result.write(folder.file("result.json"));
}
} // namespace


void write_tables(const StudyPlan &plan, const StudyTable &table, const RunFolder &folder)
{
  write_file_atomically(folder.file("study.csv"), table.csv());
  if (plan.settings.sampled())
    write_file_atomically(folder.file("sensitivity.csv"), sensitivity(plan, table));
}


void report_study(Log &log, const StudyPlan &plan, const StudyTable &table, const RunFolder &folder,
                  const double seconds)
{
  const unsigned int n_done = table.count(Status::done);
  if (n_done > 0)
    write_result(plan, table, folder, seconds);
  if (plan.figures && n_done > 0)
    log_figures(log, draw_study(folder.file("study.csv"), folder.figures()));
  for (const Status status : {Status::failed, Status::invalid, Status::unfinished, Status::open})
    if (const unsigned int n = table.count(status); n > 0)
      log.warning(n, n == 1 ? " row is " : " rows are ", name_of(status),
                  ": see status and cause in ", folder.file("study.csv"),
                  status == Status::unfinished || status == Status::open ?
                    "; --resume goes on with what is not finished" :
                    "");
  log.line(n_done, " of ", plan.size(), " rows done, results in ", folder.path(), " after ",
           seconds, " s");
}
} // namespace kavity
