#include "kavity/io/Figures.h"

#include "kavity/core/InputFiles.h"

#include <sys/wait.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <sstream>

namespace kavity
{
namespace
{
namespace fs = std::filesystem;

// exit codes: of a script that misses a package, of a shell that finds no program, and of `timeout`
// that has ended one, or had to kill it
constexpr int missing_package = 77;
constexpr int not_found       = 127;
constexpr int timed_out       = 124;
constexpr int killed          = 137;

std::string environment(const char *name)
{
  const char *value = std::getenv(name);
  return value ? value : "";
}

bool is_file(const fs::path &path)
{
  std::error_code error;
  return fs::is_regular_file(path, error);
}

/// Full path of a script, empty if it is nowhere.
std::string find_script(const std::string &script)
{
  for (const std::string &folder : data_folders("postprocess"))
    if (is_file(fs::path(folder) / script))
      return (fs::path(folder) / script).string();
  return "";
}

std::string shell_quoted(const std::string &text)
{
  std::string result = "'";
  for (const char c : text)
    if (c == '\'')
      result += "'\\''";
    else
      result += c;
  return result + '\'';
}

struct Outcome
{
  int code = not_found;
  std::string output; ///< of both streams
};

Outcome execute(const std::string &command)
{
  Outcome outcome;
  FILE *pipe = ::popen((command + " 2>&1 </dev/null").c_str(), "r");
  if (!pipe)
    return outcome;
  char buffer[4096];
  for (std::size_t n; (n = std::fread(buffer, 1, sizeof(buffer), pipe)) > 0;)
    outcome.output.append(buffer, n);
  const int status = ::pclose(pipe);
  outcome.code     = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return outcome;
}

/// The pictures and notes among the lines a script printed.
void read_output(Figures &figures, const std::string &output)
{
  const std::string note = "note: ";
  std::istringstream lines(output);
  for (std::string line; std::getline(lines, line);)
    if (line.compare(0, note.size(), note) == 0)
      figures.notes.push_back(line.substr(note.size()));
    else if (is_file(line))
      figures.files.push_back(line);
}

std::string last_line(const std::string &output)
{
  std::string last;
  std::istringstream lines(output);
  for (std::string line; std::getline(lines, line);)
    if (!line.empty())
      last = line;
  return last;
}

Figures draw(const std::string &script, const std::string &table, const std::string &folder,
             const std::string &target)
{
  std::error_code error;
  fs::create_directories(folder, error); // what is wrong with it the script will say
  return run_figure_script(script, {table, target});
}
} // namespace


void log_figures(Log &log, const Figures &figures)
{
  for (const std::string &file : figures.files)
    log.line("figure: ", file);
  for (const std::string &note : figures.notes)
    log.line("figures: ", note);
  if (!figures.warning.empty())
    log.warning(figures.warning);
}


Figures run_figure_script(const std::string &script, const std::vector<std::string> &arguments,
                          const unsigned int seconds)
{
  Figures result;
  const std::string path = find_script(script);
  if (path.empty())
  {
    result.warning = "No figures: the script " + script +
                     " was not found. Set KAVITY_POSTPROCESS to the folder postprocess of kavity.";
    return result;
  }
  std::string command = " -B " + shell_quoted(path);
  for (const std::string &argument : arguments)
    command += ' ' + shell_quoted(argument);

  for (const std::string &python :
       {environment("KAVITY_PYTHON"), std::string("python3"), std::string("/usr/bin/python3")})
  {
    if (python.empty())
      continue;
    const Outcome outcome = execute("timeout --kill-after=5 " + std::to_string(seconds) + " " +
                                    shell_quoted(python) + command);
    if (outcome.code == not_found || outcome.code == missing_package)
      continue;
    read_output(result, outcome.output);
    if (outcome.code == timed_out || outcome.code == killed)
      result.warning = "Figures are incomplete: " + script + " was ended after " +
                       std::to_string(seconds) + " s; '" + python +
                       "' hangs, or the table is too long for it.";
    else if (outcome.code != 0)
      result.warning = "Figures are incomplete, " + script + ": " + last_line(outcome.output);
    return result;
  }
  result.warning =
    "No figures: no Python 3 with matplotlib and numpy was found. Install them with "
    "'apt-get install python3-matplotlib', or set KAVITY_PYTHON to one that has them.";
  return result;
}


Figures draw_history(const std::string &history_csv, const std::string &folder)
{
  return draw("figure_history.py", history_csv, folder,
              (fs::path(folder) / "history.png").string());
}


Figures draw_critical_current(const std::string &critical_current_csv, const std::string &folder)
{
  return draw("figure_critical_current.py", critical_current_csv, folder, folder);
}


Figures draw_study(const std::string &study_csv, const std::string &folder)
{
  return draw("figure_study.py", study_csv, folder, folder);
}


Figures draw_interface(const std::string &interface_csv, const std::string &folder)
{
  const fs::path target = fs::path(folder) / fs::path(interface_csv).stem();
  return draw("figure_interface.py", interface_csv, folder, target.string() + ".png");
}
} // namespace kavity
