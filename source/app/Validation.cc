#include "kavity/app/Command.h"
#include "kavity/app/Memory.h"
#include "kavity/app/RunParameters.h"
#include "kavity/app/StudyPlan.h"
#include "kavity/cell/CellDoubts.h"

#include <algorithm>
#include <iostream>
#include <map>
#include <set>
#include <sstream>
#include <utility>
#include <vector>

namespace kavity
{
namespace
{
using Purpose = RunParameters::Purpose;

std::vector<std::string> lines_of(const std::string &text)
{
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);)
    lines.push_back(line);
  return lines;
}

// Omega P beyond what the model is valid for, whatever current flows: a run says so where it is
// solved.
void doubt_pressure(const CellParameters &cell, std::vector<std::string> &list)
{
  CellDoubts doubts;
  double largest = cell.metal.molar_volume;
  if (cell.second)
    largest = std::max(largest, cell.second->metal.molar_volume);
  doubt_potential(doubts, 0, cell.stack_pressure, largest, cell.temperature);
  for (const auto &[kind, text] : doubts)
    list.push_back("[Cell/Stack pressure] " + text);
}

// The mistakes, one a line, that make a file no good for a purpose; none if it is good. What is to
// be known about a good one goes into @p size, @p doubts and @p remarks.
std::vector<std::string> mistakes(const Parameters &parameters, const Purpose purpose,
                                  std::string &size, std::vector<std::string> &doubts,
                                  std::vector<std::string> &remarks)
{
  try
  {
    const auto run = RunParameters::from_parameters(parameters, purpose);
    require_memory(parameters.input().file, run.cell, MPI_COMM_SELF, false);
    size = size_text(run.cell);
    for (const std::string &doubt : run.doubts(purpose))
      doubts.push_back(doubt);
    if (purpose == Purpose::run)
    {
      doubt_pressure(run.cell, doubts);
      remarks = run.remarks();
    }
  }
  catch (const InputError &error)
  {
    return lines_of(error.what());
  }
  return {};
}

// "row 3", or "rows 3 to 5, 7": numbers in increasing order.
std::string rows_text(const std::vector<unsigned int> &numbers)
{
  std::string text = numbers.size() == 1 ? "row " : "rows ";
  for (std::size_t first = 0, last = 0; first < numbers.size(); first = last + 1)
  {
    last = first;
    while (last + 1 < numbers.size() && numbers[last + 1] == numbers[last] + 1)
      ++last;
    text += (first > 0 ? ", " : "") + std::to_string(numbers[first]);
    if (last > first)
      text += " to " + std::to_string(numbers[last]);
  }
  return text;
}

// What a file with a section Study is good for beside, and what is to be known of its rows; empty
// without that section.
std::string study_of(const Parameters &parameters, const std::vector<std::string> &overrides,
                     std::vector<std::string> &doubts)
{
  if (!parameters.has_section("Study"))
    return "";
  StudyPlan plan(parameters.input().file, overrides);
  plan.validate(1, plan.size());
  std::map<std::string, std::vector<unsigned int>> rows_with;
  for (unsigned int number = 1; number <= plan.size(); ++number)
    if (const std::string &mistakes = plan.row(number).refused; !mistakes.empty())
      rows_with[mistakes].push_back(number);
  for (const auto &[mistakes, numbers] : rows_with)
    doubts.push_back(rows_text(numbers) + " of the study: " + trimmed(mistakes));
  return "study (" + std::to_string(plan.size()) + " rows)";
}

// Each once: what stands in the way of several has been told.
void tell(const std::vector<std::vector<std::string>> &of_each)
{
  std::set<std::string> told;
  for (const auto &lines : of_each)
    for (const std::string &line : lines)
      if (told.insert(line).second)
        std::cerr << line << '\n';
}

// Tells what is wrong with a file, or what it is good for.
bool validate(const std::string &file, const std::vector<std::string> &overrides)
{
  const auto parameters = Parameters::from_file(file, overrides);
  std::string size;
  std::vector<std::string> doubts, remarks, good;
  const auto of_run    = mistakes(parameters, Purpose::run, size, doubts, remarks);
  const auto of_search = mistakes(parameters, Purpose::critical_current, size, doubts, remarks);
  // a run asks for a protocol, which a file without one is not meant for
  const auto of_file = parameters.has_section("Protocol") ? of_run : of_search;
  std::string study;
  try
  {
    study = study_of(parameters, overrides, doubts);
  }
  catch (const InputError &error)
  {
    tell({of_file, lines_of(error.what())});
    return false;
  }
  if (of_run.empty())
    good.emplace_back("run");
  if (of_search.empty())
    good.emplace_back("critical-current");
  if (!study.empty())
    good.push_back(study);
  if (!good.empty())
  {
    std::cout << file << ": valid for " << join(good, " and ") << (size.empty() ? "" : ", ") << size
              << '\n';
    for (const auto &[name, lines] :
         {std::pair("run", of_run), std::pair("critical-current", of_search)})
      for (const std::string &line : lines)
        std::cout << "  not for " << name << ": " << line << '\n';
    for (const std::string &doubt : doubts)
      std::cout << "  warning: " << doubt << '\n';
    for (const std::string &remark : remarks)
      std::cout << "  remark: " << remark << '\n';
    return true;
  }
  tell({of_file, of_search});
  return false;
}

// `kavity validate`: reads each file as `run` and as `critical-current` would, and prints for which
// of them it is good or what is wrong with it. Exit code: 0 when each is good for one of them,
// else 2.
int validate_files(const Options &options)
{
  int code = 0;
  for (const std::string &file : options.files)
    try
    {
      if (!validate(file, options.overrides))
        code = 2;
    }
    catch (const InputError &error)
    {
      std::cerr << error.what() << '\n';
      code = 2;
    }
  return code;
}

// `kavity parameters`: the manual of all entries, or a file with all defaults.
int print_manual(const Options &options)
{
  RunParameters run;
  run.declare(Purpose::run);
  run.parameters.print(std::cout, options.word);
  return 0;
}

const RegisteredCommand validation("validate", "FILE...",
                                   "check parameter files and list every mistake", {"set", "quiet"},
                                   validate_files);
const RegisteredCommand manual("parameters", "[md|json|prm]",
                               "print every parameter with unit, range, default and source", {},
                               print_manual);
} // namespace
} // namespace kavity
