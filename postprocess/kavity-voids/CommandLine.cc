#include "CommandLine.h"

#include "RunFiles.h"

#include "kavity/core/ParameterTree.h"

#include <boost/program_options.hpp>

#include <algorithm>
#include <filesystem>
#include <sstream>
#include <vector>

namespace kavity
{
namespace
{
namespace fs = std::filesystem;
namespace po = boost::program_options;

po::options_description visible_options()
{
  po::options_description options("Options");
  auto add = options.add_options();
  add("output,o", po::value<std::string>()->value_name("DIR"),
      "folder of the results (default: the folder of the run)");
  add("field", po::value<std::string>()->value_name("NAME")->default_value("metal_fraction"),
      "field of the metal body that is 1 in metal and 0 in a void");
  add("coordinates", po::value<std::string>()->value_name("plane|axisymmetric"),
      "what a two-dimensional mesh stands for (default: as in parameters.prm of the run)");
  add("pictures", "draw every stored time, and several as a film strip (needs an X display)");
  add("tiles", po::value<unsigned int>()->value_name("N")->default_value(6),
      "number of times on the film strip");
  add("help,h", "print this text");
  return options;
}

std::string help_text()
{
  std::ostringstream text;
  text << "kavity-voids: finds, measures and follows the voids of a run\n\n"
          "Usage: kavity-voids RUN [OPTIONS]\n\n"
          "RUN is the folder of a run, or its solution.pvd. Writes voids.csv, a row for each void\n"
          "and time, and void_statistics.csv, a row for each time. A void is a connected part of\n"
          "the metal body where the metal fraction is below 1/2.\n\n"
       << visible_options()
       << "\nExit code: 0 done, 1 internal error, 2 mistake in the input.\n"
          "Without a display: xvfb-run -a kavity-voids RUN --pictures\n";
  return text.str();
}

[[noreturn]] void refuse(const std::string &message)
{
  throw UsageError(message + "\nSee 'kavity-voids --help'.");
}

po::variables_map parse(const std::vector<std::string> &arguments)
{
  namespace style             = po::command_line_style;
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
    std::vector<std::string> names;
    const po::options_description visible = visible_options();
    for (const auto &option : visible.options())
      names.push_back("--" + option->long_name());
    const auto close = nearest_names(error.get_option_name(), names);
    refuse("Unknown option '" + error.get_option_name() + "'" +
           (close.empty() ? "" : "; did you mean '" + close.front() + "'?"));
  }
  catch (const po::error &error)
  {
    refuse(std::string("Wrong command line: ") + error.what());
  }
  return values;
}
} // namespace


VoidsOptions parse_voids_command_line(const int argc, const char *const *argv)
{
  const po::variables_map values = parse({argv + std::min(argc, 1), argv + argc});
  VoidsOptions options;
  if (values.count("help"))
  {
    options.help_text = help_text();
    return options;
  }
  std::vector<std::string> arguments;
  if (values.count("argument"))
    arguments = values["argument"].as<std::vector<std::string>>();
  if (arguments.size() != 1)
    refuse(arguments.empty() ?
             "No run given, as in 'kavity-voids results/void_growth_2d'" :
             "One run at a time, but " + std::to_string(arguments.size()) + " were given");
  const fs::path given = arguments.front();
  const bool is_folder = fs::is_directory(given);
  options.collection   = is_folder ? (given / "solution.pvd").string() : given.string();
  if (!fs::exists(options.collection))
    refuse(is_folder ?
             "'" + given.string() + "' holds no solution.pvd: it is not the folder of a " +
               "run, or the run wrote no fields" :
             "'" + given.string() + "' does not exist");
  options.run = fs::path(options.collection).parent_path().string();
  if (options.run.empty())
    options.run = ".";
  options.output       = values.count("output") ? values["output"].as<std::string>() : options.run;
  options.field        = values["field"].as<std::string>();
  options.axisymmetric = is_axisymmetric(options.run);
  if (values.count("coordinates"))
  {
    const std::string name = values["coordinates"].as<std::string>();
    if (name != "plane" && name != "axisymmetric")
      refuse("Unknown coordinates '" + name + "'; expected plane or axisymmetric");
    options.axisymmetric = name == "axisymmetric";
  }
  options.pictures = values.count("pictures") > 0;
  options.tiles    = values["tiles"].as<unsigned int>();
  if (options.tiles == 0)
    refuse("--tiles needs at least 1");
  return options;
}
} // namespace kavity
