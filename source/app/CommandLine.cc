#include "kavity/app/CommandLine.h"

#include "kavity/core/ParameterTree.h"
#include "kavity/core/ParameterValues.h"

#include <boost/program_options.hpp>

#include <algorithm>
#include <map>
#include <sstream>

namespace kavity
{
namespace
{
namespace po    = boost::program_options;
namespace style = boost::program_options::command_line_style;
using Commands  = std::vector<CommandSyntax>;

po::options_description visible_options()
{
  po::options_description options("Options");
  auto add = options.add_options();
  add("set", po::value<std::vector<std::string>>()->value_name("KEY=VALUE"),
      "override one entry, as in --set \"Cell/Stack pressure=5 MPa\"; may be repeated");
  add("output,o", po::value<std::string>()->value_name("DIR"),
      "folder of the results (default: results/<name of FILE>)");
  add("resume", "go on where an interrupted calculation stopped");
  add("jobs,j", po::value<std::string>()->value_name("N"),
      "of a study: rows calculated at a time (default: one for each processor)");
  add("rows", po::value<std::string>()->value_name("A-B"),
      "of a study: calculate these rows only, in a folder that others may share");
  add("merge", "of a study: make the table of the rows that are there");
  add("quiet,q", "print errors only; the log file stays complete");
  add("help,h", "print this text");
  add("version", "print the version");
  return options;
}

std::string help_text(const Commands &commands)
{
  std::ostringstream text;
  text << "kavity: voids and critical currents of metal anodes on solid electrolytes\n\n"
       << "Usage: kavity COMMAND [FILE] [OPTIONS]\n\nCommands:\n";
  for (const CommandSyntax &entry : commands)
  {
    const std::string call = entry.name + ' ' + entry.arguments;
    text << "  " << call << std::string(call.size() < 29 ? 29 - call.size() : 1, ' ') << entry.doc
         << '\n';
  }
  text << '\n'
       << visible_options()
       << "\nExit code: 0 done, 1 internal error, 2 mistake in the input, 3 no result (no\n"
       << "convergence, or every step of a protocol ends where it begins),\n"
       << "4 files cannot be written (full disk, folder gone), 128 + signal stopped by SIGTERM or\n"
       << "SIGINT (--resume goes on).\n"
       << "Start with: kavity run parameter_files/quickstart.prm\n";
  return text.str();
}

[[noreturn]] void refuse(const std::string &message)
{
  throw UsageError(message + "\nSee 'kavity --help'.");
}

std::string suggestion(const std::string &word, const std::vector<std::string> &valid)
{
  const std::vector<std::string> close = nearest_names(word, valid);
  return close.empty() ? "" : "; did you mean '" + close.front() + "'?";
}

const CommandSyntax &find_command(const Commands &commands, const std::string &name)
{
  std::vector<std::string> names;
  for (const CommandSyntax &entry : commands)
  {
    if (entry.name == name)
      return entry;
    names.push_back(entry.name);
  }
  std::string all;
  for (const std::string &n : names)
    all += (all.empty() ? "" : ", ") + n;
  std::string message = "Unknown command '" + name + "'" + suggestion(name, names);
  // kavity FILE.prm is the most natural slip
  if (name.find(".prm") != std::string::npos || name.find(".json") != std::string::npos)
    message = "'" + name + "' is a file, not a command; did you mean 'kavity run " + name + "'?";
  refuse(message + "\nCommands: " + all + '.');
}

po::variables_map parse(const std::vector<std::string> &arguments)
{
  po::options_description all = visible_options();
  all.add_options()("argument", po::value<std::vector<std::string>>());
  po::positional_options_description positional;
  positional.add("argument", -1);
  po::variables_map values;
  try
  {
    po::store(po::command_line_parser(arguments)
                .options(all)
                .positional(positional)
                .style(style::default_style & ~style::allow_guessing)
                .run(),
              values);
  }
  catch (const po::unknown_option &error)
  {
    std::string word = error.get_option_name();
    word.erase(0, word.find_first_not_of('-'));
    refuse("Unknown option '" + error.get_option_name() + "'" +
           suggestion("--" + word, {"--set", "--output", "--resume", "--jobs", "--rows", "--merge",
                                    "--quiet", "--help", "--version"}));
  }
  catch (const po::multiple_occurrences &error)
  {
    refuse("Option '" + error.get_option_name() + "' is given more than once");
  }
  catch (const po::error &error)
  {
    refuse(std::string("Wrong command line: ") + error.what());
  }
  return values;
}

// At most one of the words of "[md|json|prm]", the first one if none is given.
std::string word_of(const CommandSyntax &entry, const std::vector<std::string> &arguments)
{
  std::vector<std::string> words;
  std::istringstream text(entry.arguments.substr(1, entry.arguments.size() - 2));
  std::string all;
  for (std::string word; std::getline(text, word, '|'); words.push_back(word))
    all += (all.empty() ? "" : ", ") + word;
  if (arguments.size() > 1)
    refuse("'kavity " + entry.name + "' takes at most one of: " + all);
  if (arguments.empty())
    return words.front();
  if (std::find(words.begin(), words.end(), arguments.front()) == words.end())
    refuse("'kavity " + entry.name + "' does not know '" + arguments.front() +
           "'; expected one of: " + all);
  return arguments.front();
}

void take_arguments(Options &options, const CommandSyntax &entry,
                    const std::vector<std::string> &arguments)
{
  const std::size_t n = arguments.size();
  if (!entry.arguments.empty() && entry.arguments.front() == '[')
  {
    options.word = word_of(entry, arguments);
    return;
  }
  if (entry.arguments.empty() && n > 0)
    refuse("'kavity " + entry.name + "' takes no file, but '" + arguments.front() + "' was given");
  if (!entry.arguments.empty() && n == 0)
    refuse("'kavity " + entry.name + "' needs a parameter file, as in 'kavity " + entry.name +
           " parameter_files/quickstart.prm'");
  if (entry.arguments == "FILE" && n > 1)
    refuse("'kavity " + entry.name + "' takes one file, but " + std::to_string(n) +
           " were given; put a value with spaces in quotes");
  options.files = arguments;
}

unsigned int whole_number(const std::string &option, const std::string &text)
{
  try
  {
    return parse_whole_number(text, 1, 1000000);
  }
  catch (const std::runtime_error &error)
  {
    refuse("--" + option + ": " + error.what());
  }
}

// How the rows of a study are shared.
void take_shares(Options &options, const po::variables_map &values)
{
  if (values.count("jobs"))
    options.jobs = whole_number("jobs", values["jobs"].as<std::string>());
  options.merge = values.count("merge") > 0;
  if (values.count("rows"))
  {
    const std::string text = values["rows"].as<std::string>();
    const auto dash        = text.find('-');
    const unsigned int a   = whole_number("rows", text.substr(0, dash));
    const unsigned int b =
      dash == std::string::npos ? a : whole_number("rows", text.substr(dash + 1));
    if (b < a)
      refuse("--rows " + text + ": the last row is before the first");
    options.rows.emplace(a, b);
  }
  if (options.rows && options.merge)
    refuse("--rows calculates rows and --merge puts them together: give one of them");
  if ((options.rows || options.merge) && options.output.empty())
    refuse("--rows and --merge need --output DIR, the folder that all parts of the study share");
  if ((options.rows || options.merge) && values.count("resume"))
    refuse("--resume has no effect beside --rows and --merge: rows that are done are always kept");
}

void take_options(Options &options, const CommandSyntax &entry, const po::variables_map &values)
{
  for (const auto &value : values)
    if (value.first != "argument" &&
        std::find(entry.options.begin(), entry.options.end(), value.first) == entry.options.end())
      refuse("Option '--" + value.first + "' has no effect on 'kavity " + entry.name + "'");
  if (values.count("set"))
    options.overrides = values["set"].as<std::vector<std::string>>();
  if (values.count("output"))
  {
    options.output = values["output"].as<std::string>();
    if (options.output.empty())
      refuse("--output needs the name of a folder");
  }
  options.resume = values.count("resume") > 0;
  options.quiet  = values.count("quiet") > 0;
  take_shares(options, values);
}
} // namespace


Options parse_command_line(const int argc, const char *const *argv, const Commands &commands)
{
  const po::variables_map values = parse({argv + std::min(argc, 1), argv + argc});

  Options options;
  std::vector<std::string> arguments;
  if (values.count("argument"))
    arguments = values["argument"].as<std::vector<std::string>>();

  if (values.count("help") || (arguments.size() == 1 && arguments.front() == "help"))
  {
    options.help_text = help_text(commands);
    return options;
  }
  if (values.count("version"))
  {
    options.version = true;
    return options;
  }
  if (arguments.empty())
    refuse("No command given.\n\n" + help_text(commands));

  const CommandSyntax &entry = find_command(commands, arguments.front());
  options.command            = entry.name;
  arguments.erase(arguments.begin());
  take_arguments(options, entry, arguments);
  take_options(options, entry, values);
  return options;
}
} // namespace kavity
