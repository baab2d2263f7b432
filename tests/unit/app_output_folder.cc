#include "temporary_folder.h"

#include "kavity/app/Files.h"
#include "kavity/app/Listings.h"
#include "kavity/app/RunFolder.h"
#include "kavity/core/Parameters.h"

#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <sstream>

using namespace kavity;

namespace
{
void finish(const RunFolder &folder)
{
  write_file_atomically(folder.file("result.json"), "{}\n");
}

std::string complaint(const std::function<void()> &action)
{
  try
  {
    action();
  }
  catch (const InputError &error)
  {
    return error.what();
  }
  return "";
}

bool contains(const std::string &text, const std::string &part)
{
  return text.find(part) != std::string::npos;
}
} // namespace


TEST(RunFolder, IsNamedAfterTheParameterFile)
{
  const TemporaryFolder here;
  const RunFolder folder = RunFolder::create("some/where/quickstart.prm");
  EXPECT_EQ(folder.path(), "results/quickstart");
  EXPECT_EQ(folder.log_file(), "results/quickstart/log.txt");
  EXPECT_TRUE(std::filesystem::is_directory(folder.figures()));
  EXPECT_FALSE(folder.finished());
  EXPECT_EQ(folder.remark(), "");
}


TEST(RunFolder, KeepsFinishedCalculations)
{
  const TemporaryFolder here;
  for (const std::string expected : {"results/a", "results/a-2", "results/a-3"})
  {
    const RunFolder folder = RunFolder::create("a.prm");
    EXPECT_EQ(folder.path(), expected);
    EXPECT_EQ(contains(folder.remark(), expected), expected != "results/a") << folder.remark();
    finish(folder);
  }
}


TEST(RunFolder, UsesAnUnfinishedOneAgainAndSaysSo)
{
  const TemporaryFolder here;
  RunFolder::create("a.prm");
  const RunFolder folder = RunFolder::create("a.prm");
  EXPECT_EQ(folder.path(), "results/a");
  EXPECT_TRUE(contains(folder.remark(), "unfinished"));
  EXPECT_FALSE(folder.resuming());
}


TEST(RunFolder, StaysOutOfARunningCalculation)
{
  const TemporaryFolder here;
  const RunFolder running = RunFolder::create("a.prm");
  EXPECT_EQ(RunFolder::create("a.prm").path(), "results/a-2");
  EXPECT_TRUE(
    contains(complaint([] { RunFolder::create("a.prm", "results/a"); }), "another calculation"));
}


TEST(RunFolder, AnExplicitFinishedFolderIsAnError)
{
  const TemporaryFolder here;
  finish(RunFolder::create("a.prm", "mine"));
  const std::string text = complaint([] { RunFolder::create("a.prm", "mine"); });
  EXPECT_TRUE(contains(text, "'mine'")) << text;
  EXPECT_TRUE(contains(text, "--output DIR")) << text;
}


TEST(RunFolder, AnUnwritableFolderIsAnErrorWithTheRemedy)
{
  const TemporaryFolder here;
  // below a file nobody can make a folder, whatever the rights of whoever runs the test
  std::ofstream("file") << "x";
  const std::string text = complaint([] { RunFolder::create("a.prm", "file/results"); });
  EXPECT_TRUE(contains(text, "'file/results'")) << text;
  EXPECT_TRUE(contains(text, "--output DIR")) << text;
  std::filesystem::rename("file", "results");
  EXPECT_TRUE(contains(complaint([] { RunFolder::create("a.prm"); }), "--output DIR"));
}


TEST(RunFolder, ResumesTheLatestUnfinished)
{
  const TemporaryFolder here;
  EXPECT_TRUE(
    contains(complaint([] { RunFolder::create("a.prm", "", true); }), "Nothing to resume"));
  EXPECT_TRUE(
    contains(complaint([] { RunFolder::create("a.prm", "x", true); }), "Nothing to resume"));
  finish(RunFolder::create("a.prm"));
  for (const std::string output : {"", "results/a"})
  {
    const RunFolder finished = RunFolder::create("a.prm", output, true);
    EXPECT_TRUE(finished.finished());
    EXPECT_FALSE(finished.resuming());
    EXPECT_TRUE(contains(finished.remark(), "'results/a' is finished")) << finished.remark();
  }
  {
    const RunFolder running = RunFolder::create("a.prm");
    EXPECT_TRUE(contains(complaint([] { RunFolder::create("a.prm", "", true); }), "still running"));
  }
  const RunFolder folder = RunFolder::create("a.prm", "", true);
  EXPECT_EQ(folder.path(), "results/a-2");
  EXPECT_TRUE(folder.resuming());
}


TEST(RunFolder, ResolvedParametersCanBeReadAgain)
{
  const TemporaryFolder here;
  std::ofstream("a.prm") << "subsection Cell\n  set Stack pressure = 2.5 MPa\nend\n";
  const auto read = [](const std::string &file, const auto &action)
  {
    Parameters parameters = Parameters::from_file(file);
    double pressure = 0, temperature = 0;
    parameters.enter("Cell");
    parameters.add("Stack pressure", pressure, "", "MPa", Range::positive(),
                   "Pressure of the platen.");
    parameters.add("Temperature", temperature, "20 degC", "degC", Range::any(),
                   "Of the whole cell.");
    parameters.leave();
    parameters.finish();
    // one conversion each: relative round-off
    EXPECT_NEAR(pressure, 2.5e6, 1e-8);
    EXPECT_NEAR(temperature, 293.15, 1e-12);
    action(parameters);
  };
  const RunFolder folder = RunFolder::create("a.prm");
  read("a.prm", [&](const Parameters &parameters) { folder.write_parameters(parameters); });
  read(folder.file("parameters.prm"), [](const Parameters &) {});
}


TEST(Listings, MaterialsShowWhatIsEstimated)
{
  const TemporaryFolder here;
  std::filesystem::create_directory("materials");
  std::ofstream("materials/K.prm") << "# Potassium metal\n# more\nsubsection Metal\n"
                                      "  set Molar volume = 45.3 cm^3/mol # [lit] handbook\n"
                                      "  set Surface energy = 0.13 J/m^2 # [est] liquid\nend\n";
  std::ofstream("materials/Li.prm")
    << "# Lithium metal\n  set Molar volume = 13 cm^3/mol # [lit]\n";
  std::ofstream("materials/notes.txt") << "# no material\n";
  std::ostringstream out;
  print_materials(out, "materials");
  EXPECT_TRUE(contains(out.str(), "K   Potassium metal (1 value estimated)\n")) << out.str();
  EXPECT_TRUE(contains(out.str(), "Li  Lithium metal\n")) << out.str();
  EXPECT_FALSE(contains(out.str(), "notes"));
  EXPECT_THROW(find_materials("nowhere"), InputError);
}


TEST(Listings, LawsAreWrapped)
{
  std::string doc;
  for (int k = 0; k < 60; ++k)
    doc += "word ";
  std::ostringstream out;
  print_laws(out, {{"Creep of the metal", {{"linear", "a viscosity"}, {"power_law", doc}}}});
  EXPECT_TRUE(contains(out.str(), "Creep of the metal\n  linear     a viscosity\n")) << out.str();
  std::istringstream lines(out.str());
  for (std::string line; std::getline(lines, line);)
    EXPECT_LE(line.size(), 100u) << line;
}
