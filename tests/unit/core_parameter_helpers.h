#ifndef tests_unit_core_parameter_helpers_h
#define tests_unit_core_parameter_helpers_h

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "kavity/core/Parameters.h"

namespace core_test
{
/// Laws of a made-up kind, registered in core_Parameters.cc.
struct Friction
{
  virtual ~Friction()                        = default;
  virtual void declare(kavity::Parameters &) = 0;
};

/// What a run of these tests reads.
struct Settings
{
  double stack_pressure = 0, temperature = 0, contact = 0, depth = 0, activation_energy = 0;
  unsigned int dimension = 0, cycles = 0;
  bool closure = false;
  std::string title, edges;
  std::vector<double> pressures;
  std::unique_ptr<Friction> friction;

  void declare(kavity::Parameters &parameters)
  {
    using kavity::Range;
    parameters.enter("Cell", "The cell.");
    parameters.add("Dimension", dimension, 2, 2, 3, "space dimension");
    parameters.add("Stack pressure", stack_pressure, "", "MPa", Range::positive(), "on the metal");
    parameters.add("Temperature", temperature, "20 degC", "degC", Range::between(-100, 200),
                   "of all");
    parameters.add("Contact", contact, "0.5", "1", Range::fraction(), "part in contact | chi",
                   "[est] from micrographs");
    if (dimension == 3 || parameters.describing())
      parameters.add("Depth", depth, "none", "um", Range::positive(), "third direction");
    else
      parameters.unused("Depth", "Dimension = 2");
    parameters.choice("Edges", edges, "free", {"free", "stick"}, "at the sides");
    parameters.leave();

    parameters.enter("Voids");
    parameters.add("Closure", closure, true, "by creep");
    parameters.add("Activation energy", activation_energy, "40 kJ/mol", "kJ/mol",
                   Range::non_negative(), "of creep");
    parameters.law("Law", friction, "dry", "friction");
    parameters.leave();

    parameters.enter("Protocol");
    parameters.add("Cycles", cycles, 1, 1, 100, "how often");
    parameters.add("Pressures", pressures, "1 MPa", "MPa", Range::positive(), "one run each");
    parameters.add("Title", title, "", "free text");
    parameters.leave();
  }
};

/// A directory for the files of one test, removed at its end.
class Files
{
public:
  Files()
  {
    static int count = 0;
    directory_       = std::filesystem::path(testing::TempDir()) /
                 ("kavity_core_" + std::to_string(++count) + "_" +
                  testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::create_directories(directory_);
  }

  ~Files()
  {
    std::filesystem::remove_all(directory_);
  }

  std::string path(const std::string &name) const
  {
    return (directory_ / name).string();
  }

  /// Writes a file and returns its path.
  std::string write(const std::string &name, const std::string &text) const
  {
    std::filesystem::create_directories((directory_ / name).parent_path());
    std::ofstream(directory_ / name) << text;
    return path(name);
  }

private:
  std::filesystem::path directory_;
};

/// The message of finish() for a file, "" if all is well.
inline std::string errors(const std::string &path, const std::vector<std::string> &overrides = {})
{
  try
  {
    Settings settings;
    auto parameters = kavity::Parameters::from_file(path, overrides);
    settings.declare(parameters);
    parameters.finish();
  }
  catch (const kavity::InputError &error)
  {
    return error.what();
  }
  return "";
}
} // namespace core_test

#endif
