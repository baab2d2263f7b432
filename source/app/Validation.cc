#include "kavity/app/Memory.h"
#include "kavity/app/RunParameters.h"
#include "kavity/app/Simulation.h"

#include <algorithm>
#include <iostream>
#include <sstream>
#include <utility>
#include <vector>

namespace kavity
{
namespace
{
using Purpose = RunParameters::Purpose;

// The mistakes, one a line, that make a file no good for a purpose; none if it is good. What is to
// be known about a good one goes into @p size and @p doubts.
std::vector<std::string> mistakes(const Parameters &parameters, const Purpose purpose,
                                  std::string &size, std::vector<std::string> &doubts)
{
  std::vector<std::string> lines;
  try
  {
    const auto run = RunParameters::from_parameters(parameters, purpose);
    require_memory(parameters.input().file, run.cell, MPI_COMM_SELF, false);
    size = size_text(run.cell);
    for (const std::string &doubt : run.doubts(purpose))
      doubts.push_back(doubt);
  }
  catch (const InputError &error)
  {
    std::istringstream text(error.what());
    for (std::string line; std::getline(text, line);)
      lines.push_back(line);
  }
  return lines;
}

// Tells what is wrong with a file, or what it is good for.
bool validate(const std::string &file, const std::vector<std::string> &overrides)
{
  const auto parameters = Parameters::from_file(file, overrides);
  std::string size;
  std::vector<std::string> doubts;
  const auto of_run    = mistakes(parameters, Purpose::run, size, doubts);
  const auto of_search = mistakes(parameters, Purpose::critical_current, size, doubts);
  if (of_run.empty() || of_search.empty())
  {
    std::cout << file << ": valid for "
              << (!of_run.empty()    ? "critical-current" :
                  !of_search.empty() ? "run" :
                                       "run and critical-current")
              << ", " << size << '\n';
    for (const auto &[name, lines] :
         {std::pair("run", of_run), std::pair("critical-current", of_search)})
      for (const std::string &line : lines)
        std::cout << "  not for " << name << ": " << line << '\n';
    for (const std::string &doubt : doubts)
      std::cout << "  warning: " << doubt << '\n';
    return true;
  }
  for (const std::string &line : of_run)
    std::cerr << line << '\n';
  // what stands in the way of both has been told
  for (const std::string &line : of_search)
    if (std::find(of_run.begin(), of_run.end(), line) == of_run.end())
      std::cerr << line << '\n';
  return false;
}
} // namespace

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

int print_manual(const Options &options)
{
  RunParameters run;
  run.declare(Purpose::run);
  run.parameters.print(std::cout, options.format);
  return 0;
}
} // namespace kavity
