#include "temporary_folder.h"

#include "kavity/app/Memory.h"
#include "kavity/app/RunParameters.h"
#include "kavity/core/Parameters.h"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <sstream>

using namespace kavity;

namespace
{
using Purpose = RunParameters::Purpose;

struct Reading
{
  std::string size, written;
};

// What a file is good for, with what a calculation would write as parameters.prm.
std::map<Purpose, Reading> readings_of(const std::string &path)
{
  std::map<Purpose, Reading> readings;
  const Parameters given = Parameters::from_file(path, {});
  for (const Purpose purpose : {Purpose::run, Purpose::critical_current})
    try
    {
      const auto run = RunParameters::from_parameters(given, purpose);
      std::ostringstream text;
      run.parameters.print(text, "prm");
      readings[purpose] = {size_text(run.cell), text.str()};
    }
    catch (const InputError &) // no good for this purpose
    {
    }
  return readings;
}
} // namespace


TEST(ParameterFiles, WrittenAreReadAgain)
{
  const auto repository = std::filesystem::path(KAVITY_TEST_DATA) / "../..";
  const TemporaryFolder folder;
  const std::string written = folder / "parameters.prm";
  for (const char *shipped : {"parameter_files", "tests/cases"})
    for (const auto &entry : std::filesystem::directory_iterator(repository / shipped))
      if (entry.path().extension() == ".prm")
      {
        SCOPED_TRACE(entry.path().string());
        const auto readings = readings_of(entry.path().string());
        EXPECT_FALSE(readings.empty());
        for (const auto &[purpose, reading] : readings)
        {
          std::ofstream(written) << reading.written;
          const auto again = readings_of(written);
          EXPECT_EQ(again.size(), readings.size());
          ASSERT_EQ(again.count(purpose), 1u);
          EXPECT_EQ(again.at(purpose).written, reading.written);
          EXPECT_EQ(again.at(purpose).size, reading.size);
        }
      }
}
