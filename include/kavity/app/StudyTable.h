#ifndef kavity_app_StudyTable_h
#define kavity_app_StudyTable_h

#include "kavity/app/StudyPlan.h"

#include <optional>
#include <string>
#include <vector>

namespace kavity
{
/** What became of a row. */
struct StudyOutcome
{
  enum class Status
  {
    open,       ///< not calculated yet
    done,       ///< has its responses
    failed,     ///< the calculation ended without a result, and would again
    invalid,    ///< its parameters are not possible
    unfinished, ///< it was ended from outside, and can go on
  };

  Status status = Status::open;
  std::string cause;                  ///< why, or what is to be known of a result
  std::vector<std::string> responses; ///< numbers in the units of the table; empty: none
  /** What is known of responses without a number, in the same units: "cycles_to_failure > 25;
   * void_protocol < 0.001". */
  std::string bounds = {};

  /** Nothing would be gained by calculating it again. */
  bool lasting() const
  {
    return status == Status::done || status == Status::failed || status == Status::invalid;
  }
};

/** The name of a status in the table. */
const std::string &name_of(StudyOutcome::Status);

/**
 * The rows of a study in its folder, each in `rows/0001`, `rows/0002`, ...: a calculation of its
 * own, beside its line of the table, `row.csv`.
 */
class StudyTable
{
public:
  /** With what the folder holds.
   * @throws InputError where that is of another study */
  StudyTable(const StudyPlan &, std::string folder);

  std::string row_folder(unsigned int number) const;
  /** What its process has written to standard error. */
  std::string errors_file(unsigned int number) const;

  /** What the files of a row say has become of it, whose process ended with an exit code. */
  StudyOutcome look(unsigned int number, int code) const;

  /** Rows that have ended for good say what their files say.
   * @throws InputError where a row does not, because it, or one of its files, was edited */
  void check() const;

  const StudyOutcome &outcome(unsigned int number) const
  {
    return outcomes.at(number - 1);
  }

  /** Keeps what became of a row, and writes its `row.csv`.
   * @throws FileError */
  void set(unsigned int number, StudyOutcome);

  unsigned int count(StudyOutcome::Status) const;

  /** A line for each row: its number, the axes, the responses, their bounds, status and cause. */
  std::string csv() const;

  /** A response of a row; none if it has none. */
  std::optional<double> response(unsigned int number, unsigned int column) const;

  /** The bound of a response that has no number; none if there is none. */
  std::optional<double> bound(unsigned int number, unsigned int column) const;

  /** The value of an axis that has numbers. */
  double axis(unsigned int number, unsigned int axis) const;

private:
  std::string head() const;
  std::string line(unsigned int number, const StudyOutcome &) const;
  void load(unsigned int number);

  const StudyPlan &plan;
  const std::string folder;
  std::vector<StudyOutcome> outcomes;
};

/** What a calculation has left in its folder, whose process ended with an exit code, or by a signal
 * (then negative), and wrote @p errors.
 * @throws std::runtime_error for files that are not as the program writes them */
StudyOutcome outcome_of(const StudySettings &, const std::string &row_folder, int code,
                        const std::string &errors);
} // namespace kavity

#endif
