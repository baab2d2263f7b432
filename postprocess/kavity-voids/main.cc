#include "CommandLine.h"
#include "Display.h"
#include "Pictures.h"
#include "RunFiles.h"
#include "Tables.h"

#include <filesystem>
#include <iostream>
#include <memory>

namespace
{
using namespace kavity;

[[noreturn]] void refuse_field(const VoidsOptions &options, const StoredTime &stored)
{
  std::string names;
  for (const std::string &name : field_names(stored))
    names += (names.empty() ? "" : ", ") + name;
  throw UsageError(
    "No field '" + options.field + "' in '" + options.collection + "' at " +
    std::to_string(stored.time) + " s. Voids have a shape of their own only in " +
    "the resolved model; other fields can be chosen with --field. There are: " + names + '.');
}

// Writes both tables; a line on the terminal for each time. Returns those at which the number of
// voids is another than before.
std::vector<std::size_t> measure(const VoidsOptions &options, const std::vector<StoredTime> &times)
{
  std::unique_ptr<VoidTables> tables;
  Tracking tracking;
  std::vector<std::size_t> events;
  std::size_t number = 0;
  for (std::size_t k = 0; k < times.size(); ++k)
  {
    const StoredTime &stored = times[k];
    const auto metal         = read_body(stored, options.field);
    if (!metal)
      refuse_field(options, stored);
    const VoidField field  = find_voids(metal, options.field, options.axisymmetric);
    const VoidEvents since = tracking.next(field);
    if (!tables)
      tables = std::make_unique<VoidTables>(options.output, field.geometry);
    tables->add(stored.time, field, tracking.numbers(), since);
    if (k > 0 && field.voids.size() != number)
      events.push_back(k);
    number = field.voids.size();
    std::cout << "t = " << stored.time << " s: " << field.voids.size() << " voids, contact "
              << field.contact << std::endl;
  }
  return events;
}

int run(const VoidsOptions &options)
{
  if (!options.help_text.empty())
  {
    std::cout << options.help_text;
    return 0;
  }
  if (options.pictures)
    require_display(); // before the long part
  const std::vector<StoredTime> times = read_collection(options.collection);
  std::filesystem::create_directories(options.output);
  const std::vector<std::size_t> events = measure(options, times);
  std::cout << options.output << "/voids.csv\n" << options.output << "/void_statistics.csv\n";
  if (options.pictures)
    for (const std::string &path :
         draw_pictures(times, events, options.field, options.output, options.tiles))
      std::cout << path << '\n';
  return 0;
}
} // namespace

int main(int argc, char **argv)
{
  try
  {
    return run(kavity::parse_voids_command_line(argc, argv));
  }
  catch (const kavity::UsageError &error)
  {
    std::cerr << error.what() << std::endl;
    return 2;
  }
  catch (const std::exception &error)
  {
    std::cerr << "kavity-voids stopped: " << error.what() << std::endl;
    return 1;
  }
}
