#include "RunReport.h"
#include "StudyReport.h"
#include "kavity/analysis/CriticalCurrentTable.h"
#include "kavity/analysis/StopSignals.h"
#include "kavity/app/Command.h"
#include "kavity/app/StudyTable.h"
#include "kavity/app/StudyWorker.h"
#include "kavity/core/FileError.h"
#include "kavity/core/Version.h"
#include "kavity/io/Files.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <memory>
#include <set>
#include <thread>
#include <vector>

namespace kavity
{
namespace
{
namespace fs = std::filesystem;

constexpr auto between_looks  = std::chrono::milliseconds(10);
constexpr auto between_tables = std::chrono::seconds(2);

// Rows calculated by processes of their own, some at a time.
class StudyRun
{
public:
  StudyRun(const StudyPlan &plan, StudyTable &table, const RunFolder &folder, Log &log,
           const unsigned int n_jobs, const bool whole)
    : plan(plan)
    , table(table)
    , folder(folder)
    , log(log)
    , n_jobs(n_jobs)
    , whole(whole)
    , progress(log)
  {
  }

  /** Those from first to last that have no lasting outcome; returns the signal that ended it early,
   * else 0. */
  int go(const unsigned int first, const unsigned int last, const StopSignals &signals)
  {
    for (unsigned int number = first; number <= last; ++number)
      if (table.outcome(number).lasting())
        ++n_known;
      else if (!plan.row(number).refused.empty())
        end(number, {StudyOutcome::Status::invalid, plan.row(number).refused, {}});
      else
        waiting.push_back(number);
    n_asked  = last - first + 1;
    n_before = n_known;
    progress.begin(n_known);
    if (n_known > n_ended)
      log.line("Resuming: ", n_known - n_ended, " of ", n_asked, " rows are known.");
    while (!waiting.empty() || !jobs.empty())
    {
      if (const int signal = signals.agreed(); signal != 0 && stopped == 0)
        stop(signal);
      while (!waiting.empty() && jobs.size() < n_jobs)
        start();
      collect();
      std::this_thread::sleep_for(between_looks);
    }
    return stopped;
  }

private:
  struct Job
  {
    unsigned int number;
    std::unique_ptr<StudyWorker> worker;
  };

  void stop(const int signal)
  {
    stopped = signal;
    waiting.clear();
    for (Job &job : jobs)
      job.worker->stop();
  }

  void start()
  {
    const unsigned int number = waiting.front();
    waiting.pop_front();
    const std::string row = table.row_folder(number);
    if (fs::exists(fs::path(row) / "result.json"))
      return end(number, look(number, 0)); // its line alone is missing
    if (!plan.unchanged(number))
      throw InputError("'" + plan.file +
                       "', or a file that it names, is not what it was when the study began. Undo "
                       "the change and go on with --resume, or start another study.");
    std::error_code error;
    fs::create_directories(row, error);
    if (error)
      throw FileError(row, error.value());
    if (const int reason = put_into_file(table.errors_file(number), "", false); reason != 0)
      throw FileError(table.errors_file(number), reason);
    std::vector<std::string> arguments = {plan.settings.of_runs ? "run" : "critical-current",
                                          plan.file};
    for (const std::string &value : plan.row(number).overrides)
    {
      arguments.emplace_back("--set");
      arguments.push_back(value);
    }
    arguments.insert(arguments.end(), {"--output", row, "--quiet"});
    // a process that was ended before it had written the name of its command has begun nothing
    if (!RunFolder(row).owner().empty())
      arguments.emplace_back("--resume");
    jobs.push_back({number, std::make_unique<StudyWorker>(arguments, table.errors_file(number))});
  }

  // Jobs that have ended.
  void collect()
  {
    for (auto job = jobs.begin(); job != jobs.end();)
      if (job->worker->running())
        ++job;
      else
      {
        const unsigned int number = job->number;
        const int code            = job->worker->code();
        job                       = jobs.erase(job);
        if (code == exit_code_of_file_errors)
          throw cannot_write(number);
        if (code < 0 && stopped == 0 && again.insert(number).second)
        {
          log.line("row ", number, " was ended by signal ", -code, " and is resumed");
          waiting.push_front(number);
        }
        else
          end(number, look(number, code));
      }
  }

  // What a row ended for; the next one would as well.
  FileError cannot_write(const unsigned int number) const
  {
    const std::string cause = table.look(number, exit_code_of_file_errors).cause;
    return FileError("Row " + std::to_string(number) + ": " +
                     cause.substr(0, cause.find("; the ")));
  }

  StudyOutcome look(const unsigned int number, const int code) const
  {
    const std::string errors = table.errors_file(number);
    std::error_code ignored;
    if (fs::exists(errors) && fs::is_empty(errors, ignored))
      fs::remove(errors, ignored);
    return table.look(number, code);
  }

  void end(const unsigned int number, const StudyOutcome &outcome)
  {
    table.set(number, outcome);
    ++n_ended;
    n_known += outcome.lasting();
    std::string text;
    for (std::size_t k = 0; k < outcome.responses.size(); ++k)
    {
      const auto value = table.response(number, k);
      text += (k > 0 ? ", " : "") + plan.settings.responses[k].head() + " = " +
              (value ? short_number(*value) : "none");
    }
    if (outcome.status != StudyOutcome::Status::done)
      text = name_of(outcome.status);
    log.line("row ", number, " (", plan.row_text(number), "): ", text,
             outcome.cause.empty() ? "" : "; " + short_cause(outcome.cause));
    if (n_known > n_before && n_known < n_asked)
      progress.update(n_known, n_asked - n_known,
                      std::to_string(n_known) + " of " + std::to_string(n_asked) + " rows");
    if (!whole || std::chrono::steady_clock::now() < next_table)
      return;
    write_file_atomically(folder.file("study.csv"), table.csv());
    next_table = std::chrono::steady_clock::now() + between_tables;
  }

  const StudyPlan &plan;
  StudyTable &table;
  const RunFolder &folder;
  Log &log;
  const std::size_t n_jobs;
  const bool whole;
  std::deque<unsigned int> waiting;
  std::vector<Job> jobs;
  std::set<unsigned int> again; // rows that were ended from outside once
  unsigned int n_asked = 0, n_known = 0, n_ended = 0, n_before = 0;
  Progress progress;
  int stopped = 0;
  std::chrono::steady_clock::time_point next_table;
};

// A row is a process of its own, which cannot be a rank as well.
void refuse_ranks(MPI_Comm comm)
{
  int ranks = 1;
  MPI_Comm_size(comm, &ranks);
  if (ranks > 1 || std::getenv("OMPI_COMM_WORLD_SIZE") != nullptr)
    throw UsageError("'kavity study' starts a process for each row by itself: start it without "
                     "mpirun, with --jobs N for N rows at a time, and on several machines with "
                     "--rows.\nSee 'kavity --help'.");
}

unsigned int jobs_of(const Options &options)
{
  return options.jobs > 0 ? options.jobs : std::max(1u, std::thread::hardware_concurrency());
}

// Whether every row from first to last has an outcome that stays.
bool lasting(const StudyTable &table, const unsigned int first, const unsigned int last)
{
  for (unsigned int number = first; number <= last; ++number)
    if (!table.outcome(number).lasting())
      return false;
  return true;
}

int calculate(const Options &options, const StudyPlan &plan, const RunFolder &folder, Log &log,
              MPI_Comm comm)
{
  const bool whole         = !options.rows && !options.merge;
  const double start       = MPI_Wtime();
  const auto [first, last] = options.rows.value_or(std::pair(1u, plan.size()));
  StudyTable table(plan, folder.path());
  if (!options.rows)
    table.check();
  if (whole && folder.finished() && lasting(table, 1, plan.size()))
  {
    write_tables(plan, table, folder); // of what the rows say, whatever has become of it
    log.line("All rows of the study are known: there is nothing to go on with.");
    return 0;
  }
  if (!options.rows)
    log.open_file(folder.log_file(), folder.resuming());
  log.line("kavity ", version, " (", commit, "), study of ", plan.size(), " rows");
  if (!folder.remark().empty())
    log.line(folder.remark());
  int signal = 0;
  if (!options.merge)
  {
    const StopSignals signals(comm);
    signal = StudyRun(plan, table, folder, log, jobs_of(options), whole).go(first, last, signals);
  }
  if (!options.rows)
    write_tables(plan, table, folder);
  if (signal != 0)
  {
    log.error("Stopped by " + StopSignals::name(signal) + ": what is known is kept in '" +
              folder.path() + "'; " +
              (options.rows ? "the same --rows go on with the others" :
                              "--resume goes on with the others"));
    return exit_code_of_signal(signal);
  }
  if (!options.rows)
    report_study(log, plan, table, folder, MPI_Wtime() - start);
  const bool any = options.rows || table.count(StudyOutcome::Status::done) > 0;
  return any && lasting(table, first, last) ? 0 : 3;
}
// `kavity study`: run or critical-current for every row of the section Study, each in a process of
// its own, or, with
// --rows, for some of them, or, with --merge, the table of those that are there. Exit code: 0 when
// every row has an outcome that stays, a result or a reason why there is none, and any has a
// result, else 3; 4 when files cannot be written, 128 + n when signal n has stopped it.
int run_study(const Options &options, MPI_Comm comm)
{
  refuse_ranks(comm);
  StudyPlan plan(options.files.at(0), options.overrides);
  const auto [first, last] = options.rows.value_or(std::pair(1u, plan.size()));
  plan.validate(first, last);
  const RunFolder folder = open_run_folder(options, comm);
  Log log                = make_log(true, options.quiet);
  try
  {
    return calculate(options, plan, folder, log, comm);
  }
  catch (const FileError &error)
  {
    log.error(std::string(error.what()) + "; the study stops, and " +
              folder.way_on(options.rows  ? "the same --rows" :
                            options.merge ? "--merge" :
                                            "--resume"));
    return exit_code_of_file_errors;
  }
}

const RegisteredCommand registered("study", "FILE",
                                   "calculate FILE for many values of its parameters",
                                   {"set", "output", "resume", "quiet", "jobs", "rows", "merge"},
                                   run_study);
} // namespace
} // namespace kavity
