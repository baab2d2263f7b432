#ifndef kavity_app_command_line_h
#define kavity_app_command_line_h

#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace kavity
{
/**
 * What the user asked for on the command line.
 */
struct Options
{
  enum class Command
  {
    run,              ///< one simulation
    critical_current, ///< search of the critical current over pressures and temperatures
    study,            ///< one of both for many values of the parameters
    validate,         ///< read parameter files, report every mistake, compute nothing
    parameters,       ///< print the manual of all parameters
    materials,        ///< list the material files
    laws,             ///< list the laws that a parameter file can choose
    help,             ///< print `help_text`
    version           ///< print the version
  };

  Command command = Command::help;
  std::vector<std::string> files;     ///< parameter files, in the order given
  std::vector<std::string> overrides; ///< `Section/Key=value`, later ones win
  std::string format = "md";          ///< of `parameters`: md, json or prm
  std::string output;                 ///< folder of the run; empty: results/<name of the file>
  bool resume = false;
  /// Of `study`: the first and the last row that are calculated, counted from 1; none: all.
  std::optional<std::pair<unsigned int, unsigned int>> rows;
  bool merge = false;    ///< of `study`: no row is calculated, the table is made of what is there
  unsigned int jobs = 0; ///< of `study`: rows at a time; 0: one for each processor
  bool quiet        = false; ///< nothing on the terminal but errors
  std::string help_text;     ///< with Command::help: what to print
};

/**
 * Wrong use of the command line. The message is complete: what is wrong, the nearest valid word
 * and where to read on. The program ends with exit code 2.
 */
class UsageError : public std::runtime_error
{
public:
  using std::runtime_error::runtime_error;
};

/**
 * Read the command line.
 *
 * @throws UsageError for an unknown command or option, a missing or superfluous file, an option
 * the command has no use for, or an override that is not `Section/Key=value`.
 */
Options parse_command_line(int argc, const char *const *argv);
} // namespace kavity

#endif
