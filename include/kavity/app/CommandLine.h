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
  std::string command;                ///< its name, as `run`; empty: help or version
  std::vector<std::string> files;     ///< parameter files, in the order given
  std::vector<std::string> overrides; ///< `Section/Key=value`
  std::string word;                   ///< of a command that takes one of some words; else empty
  std::string output;                 ///< folder of the run; empty: results/<name of the file>
  bool resume = false;
  /// Of `study`: the first and the last row that are calculated, counted from 1; none: all.
  std::optional<std::pair<unsigned int, unsigned int>> rows;
  bool merge = false;    ///< of `study`: no row is calculated, the table is made of what is there
  unsigned int jobs = 0; ///< of `study`: rows at a time; 0: one for each processor
  bool quiet        = false; ///< nothing on the terminal but errors
  std::string help_text;     ///< what to print when help was asked for
  bool version = false;      ///< the version was asked for
};

/**
 * How a command is called.
 */
struct CommandSyntax
{
  std::string name;      ///< `run`
  std::string arguments; ///< `FILE`, `FILE...`, empty, or one of some words: `[md|json|prm]`
  std::string doc;       ///< one line for the help
  std::vector<std::string> options; ///< long names of those that have an effect on it
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
 * Read the command line of a program with these commands.
 *
 * @throws UsageError for an unknown command or option, a missing or superfluous file, or an option
 * the command has no use for.
 */
Options parse_command_line(int argc, const char *const *argv,
                           const std::vector<CommandSyntax> &commands);
} // namespace kavity

#endif
