#include "kavity/core/ParameterProblems.h"

#include "kavity/core/Parameters.h"

#include <algorithm>
#include <tuple>

namespace kavity
{
namespace
{
// Mistakes that are told one by one.
constexpr std::size_t most_problems = 100;
} // namespace


void ParameterProblems::report(const Location &location, const std::string &entry,
                               const std::string &message, const bool missing)
{
  if (muted_ == 0)
    problems_.push_back({{location, entry, message}, missing});
}


void ParameterProblems::forget_missing(const std::string &entry)
{
  problems_.erase(std::remove_if(problems_.begin(), problems_.end(),
                                 [&entry](const Problem &problem)
                                 { return problem.missing && problem.entry == entry; }),
                  problems_.end());
}


void ParameterProblems::keep(const std::string &section)
{
  const auto outside = [below = section + "/", &section](const Problem &problem)
  { return problem.entry != section && problem.entry.compare(0, below.size(), below) != 0; };
  problems_.erase(std::remove_if(problems_.begin(), problems_.end(), outside), problems_.end());
}


bool ParameterProblems::too_many() const
{
  return problems_.size() > 10 * most_problems;
}


void ParameterProblems::raise(const std::string &file) const
{
  // the file itself first, then what it includes, then the command line; each in order of lines
  const auto rank = [&file](const Problem &problem)
  {
    const Location &at = problem.location;
    const int kind     = at.file == file ? 0 : at.included() ? 1 : 2;
    return std::make_tuple(kind, kind == 2 ? std::string() : at.file, at.line);
  };
  auto problems = problems_;
  std::stable_sort(problems.begin(), problems.end(),
                   [&rank](const Problem &a, const Problem &b) { return rank(a) < rank(b); });
  std::string all;
  std::size_t n = 0;
  for (const Problem &problem : problems)
  {
    const Location &at = problem.location;
    if (++n > most_problems)
      break;
    all += (all.empty() ? "" : "\n") + at.text() + ": " +
           (problem.entry.empty() ? "" : "[" + problem.entry + "] ") + problem.message +
           (at.included() ? " (included from " + at.included_from + ")" : "");
  }
  if (problems_.size() > most_problems)
    all += "\nand " + std::to_string(problems_.size() - most_problems) + " more mistakes";
  throw InputError(all, {problems.begin(), problems.end()});
}
} // namespace kavity
