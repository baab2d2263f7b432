#include "temporary_folder.h"

#include "kavity/app/Listings.h"
#include "kavity/app/RunFolder.h"
#include "kavity/core/Parameters.h"
#include "kavity/io/Files.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <functional>
#include <sstream>
#include <vector>

using namespace kavity;

namespace
{
void finish(const RunFolder &folder)
{
  write_file_atomically(folder.file("result.json"), "{}\n");
}

void start(const RunFolder &folder)
{
  write_file_atomically(folder.file("history.csv"), "rows\n");
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

std::string host()
{
  char name[256] = "";
  ::gethostname(name, sizeof name - 1);
  return name;
}

bool contains(const std::string &text, const std::string &part)
{
  return text.find(part) != std::string::npos;
}
} // namespace


TEST(RunFolder, IsNamedAfterTheParameterFile)
{
  const TemporaryFolder here;
  const RunFolder folder = RunFolder::create("run", "some/where/quickstart.prm");
  EXPECT_EQ(folder.path(), "results/quickstart");
  EXPECT_EQ(folder.log_file(), "results/quickstart/log.txt");
  EXPECT_TRUE(std::filesystem::is_directory(folder.path()));
  EXPECT_FALSE(std::filesystem::exists(folder.figures())); // until there are some
  EXPECT_FALSE(folder.finished());
  EXPECT_EQ(folder.remark(), "");
}


TEST(RunFolder, KeepsFinishedCalculations)
{
  const TemporaryFolder here;
  for (const std::string expected : {"results/a", "results/a-2", "results/a-3"})
  {
    const RunFolder folder = RunFolder::create("run", "a.prm");
    EXPECT_EQ(folder.path(), expected);
    EXPECT_EQ(contains(folder.remark(), expected), expected != "results/a") << folder.remark();
    finish(folder);
  }
}


TEST(RunFolder, KeepsAnUnfinishedCalculation)
{
  const TemporaryFolder here;
  start(RunFolder::create("run", "a.prm"));
  {
    const RunFolder folder = RunFolder::create("run", "a.prm");
    EXPECT_EQ(folder.path(), "results/a-2");
    EXPECT_TRUE(contains(folder.remark(), "unfinished")) << folder.remark();
    EXPECT_TRUE(contains(folder.remark(), "--resume")) << folder.remark();
    EXPECT_FALSE(folder.resuming());
  }
  const std::string text = complaint([] { RunFolder::create("run", "a.prm", "results/a"); });
  EXPECT_TRUE(contains(text, "'results/a' holds an unfinished calculation")) << text;
  EXPECT_TRUE(contains(text, "--resume")) << text;
  EXPECT_TRUE(contains(text, "--output DIR")) << text;
  EXPECT_EQ(read_file("results/a/history.csv"), "rows\n");
  // one that was killed before it wrote anything is in nobody's way
  RunFolder::create("run", "b.prm");
  EXPECT_EQ(RunFolder::create("run", "b.prm").path(), "results/b");
}


TEST(RunFolder, BelongsToOneCommand)
{
  const TemporaryFolder here;
  const auto other = [](const std::string &command)
  { return command == "run" ? "critical-current" : "run"; };
  for (const std::string command : {"run", "critical-current"})
    for (const bool finished : {false, true})
    {
      {
        const RunFolder folder = RunFolder::create(command, "a.prm", "mine");
        start(folder);
        if (finished)
          finish(folder);
      }
      for (const bool resume : {false, true})
      {
        const std::string text =
          complaint([&] { RunFolder::create(other(command), "a.prm", "mine", resume); });
        EXPECT_TRUE(contains(text, "'kavity " + command + "'")) << text;
        EXPECT_TRUE(contains(text, "--output DIR")) << text;
      }
      std::filesystem::remove_all("mine");
    }
  start(RunFolder::create("run", "a.prm"));
  EXPECT_EQ(RunFolder::create("critical-current", "a.prm").path(), "results/a-2");
  EXPECT_TRUE(RunFolder::create("run", "a.prm", "", true).resuming());
}


TEST(RunFolder, OverwritesNoFileThatIsNotItsOwn)
{
  const TemporaryFolder here;
  for (const std::string name : {"parameters.prm", "log.txt", "history.csv", "figures/mine.png"})
  {
    const std::string path = "case/" + name;
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    std::ofstream(path) << "mine";
    for (const bool resume : {false, true})
    {
      const std::string text =
        complaint([&] { RunFolder::create("run", "a.prm", "case", resume); });
      EXPECT_TRUE(contains(text, "holds '" + name.substr(0, name.find('/')) + "'")) << text;
      EXPECT_TRUE(contains(text, "--output DIR")) << text;
    }
    EXPECT_EQ(read_file(path), "mine");
    EXPECT_FALSE(std::filesystem::exists("case/.lock"));
    std::filesystem::remove_all("case");
  }
  // what has other names is in nobody's way
  std::filesystem::create_directory("case");
  std::ofstream("case/a.prm") << "mine";
  EXPECT_EQ(RunFolder::create("run", "case/a.prm", "case").path(), "case");
}


TEST(RunFolder, RemovesWhatAKilledProcessLeft)
{
  const TemporaryFolder here;
  start(RunFolder::create("run", "a.prm", "mine"));
  std::filesystem::create_directories("mine/checkpoint/1");
  for (const char *const name :
       {"parameters.prm.tmp-17", "solution.pvd.tmp-4711", "checkpoint/1/complete.tmp-3",
        "notes.txt.tmp-17", "parameters.prm.tmp-mine"})
    std::ofstream("mine/" + std::string(name)) << "half";
  RunFolder::create("run", "a.prm", "mine", true);
  for (const char *const name :
       {"parameters.prm.tmp-17", "solution.pvd.tmp-4711", "checkpoint/1/complete.tmp-3"})
    EXPECT_FALSE(std::filesystem::exists("mine/" + std::string(name))) << name;
  for (const char *const name : {"notes.txt.tmp-17", "parameters.prm.tmp-mine"})
    EXPECT_TRUE(std::filesystem::exists("mine/" + std::string(name))) << name;
}


TEST(RunFolder, AFinishedSearchTakesMorePoints)
{
  const TemporaryFolder here;
  finish(RunFolder::create("critical-current", "a.prm"));
  for (const std::string output : {"", "results/a"})
  {
    const RunFolder folder = RunFolder::create("critical-current", "a.prm", output, true);
    EXPECT_EQ(folder.path(), "results/a");
    EXPECT_TRUE(folder.resuming());
    EXPECT_TRUE(contains(folder.remark(), "is finished")) << folder.remark();
  }
}


TEST(RunFolder, StaysOutOfARunningCalculation)
{
  const TemporaryFolder here;
  const RunFolder running = RunFolder::create("run", "a.prm");
  EXPECT_EQ(RunFolder::create("run", "a.prm").path(), "results/a-2");
  EXPECT_TRUE(contains(complaint([] { RunFolder::create("run", "a.prm", "results/a"); }),
                       "another calculation"));
}


TEST(RunFolder, TellsWhatItWaitsFor)
{
  const TemporaryFolder here;
  const std::string me = "(process " + std::to_string(::getpid()) + ")";
  std::vector<std::string> told;
  const auto tell = [&told](const std::string &text) { told.push_back(text); };
  {
    const RunFolder running = RunFolder::create("run", "a.prm", "mine");
    start(running);
    const std::string text =
      complaint([&] { RunFolder::create("run", "a.prm", "mine", true, tell); });
    EXPECT_TRUE(contains(text, "is being written by another calculation " + me)) << text;
    ASSERT_EQ(told.size(), 1u);
    EXPECT_TRUE(contains(told[0], "'mine' is being written by another calculation " + me))
      << told[0];
    EXPECT_TRUE(contains(told[0], "up to 10 s")) << told[0];
    // nobody waits for a folder that is not to be had anyway
    complaint([&] { RunFolder::create("study", "a.prm", "mine", true, tell); });
    EXPECT_EQ(told.size(), 1u);
  }
  // a process of this number there is not: the largest is 2^22
  const RunFolder running = RunFolder::create("study", "a.prm", "whole");
  std::ofstream("whole/.lock") << "study 99999999 " << host();
  const std::string text = complaint([&] { RunFolder::share("study", "whole", tell); });
  EXPECT_TRUE(contains(text, "another calculation, which has it for itself")) << text;
  std::ofstream("whole/.lock") << "study 99999999 elsewhere";
  EXPECT_TRUE(contains(complaint([] { RunFolder::create("study", "a.prm", "whole"); }),
                       "(process 99999999 on elsewhere)"));
  EXPECT_EQ(told.size(), 2u);
  // and what has ended is not waited for
  EXPECT_TRUE(RunFolder::create("run", "a.prm", "mine", true, tell).resuming());
  EXPECT_EQ(told.size(), 2u);
}


TEST(RunFolder, AnExplicitFinishedFolderIsAnError)
{
  const TemporaryFolder here;
  finish(RunFolder::create("run", "a.prm", "mine"));
  const std::string text = complaint([] { RunFolder::create("run", "a.prm", "mine"); });
  EXPECT_TRUE(contains(text, "'mine'")) << text;
  EXPECT_TRUE(contains(text, "--output DIR")) << text;
}


TEST(RunFolder, AnUnwritableFolderIsAnErrorWithTheRemedy)
{
  const TemporaryFolder here;
  // below a file nobody can make a folder, whatever the rights of whoever runs the test
  std::ofstream("file") << "x";
  const std::string text = complaint([] { RunFolder::create("run", "a.prm", "file/results"); });
  EXPECT_TRUE(contains(text, "'file/results'")) << text;
  EXPECT_TRUE(contains(text, "--output DIR")) << text;
  std::filesystem::rename("file", "results");
  EXPECT_TRUE(contains(complaint([] { RunFolder::create("run", "a.prm"); }), "--output DIR"));
}


TEST(RunFolder, ResumesTheLatestUnfinished)
{
  const TemporaryFolder here;
  EXPECT_TRUE(
    contains(complaint([] { RunFolder::create("run", "a.prm", "", true); }), "Nothing to resume"));
  EXPECT_TRUE(
    contains(complaint([] { RunFolder::create("run", "a.prm", "x", true); }), "Nothing to resume"));
  finish(RunFolder::create("run", "a.prm"));
  for (const std::string output : {"", "results/a"})
  {
    const RunFolder finished = RunFolder::create("run", "a.prm", output, true);
    EXPECT_TRUE(finished.finished());
    EXPECT_FALSE(finished.resuming());
    EXPECT_TRUE(contains(finished.remark(), "'results/a' is finished")) << finished.remark();
  }
  {
    const RunFolder running = RunFolder::create("run", "a.prm");
    EXPECT_TRUE(
      contains(complaint([] { RunFolder::create("run", "a.prm", "", true); }), "still running"));
  }
  const RunFolder folder = RunFolder::create("run", "a.prm", "", true);
  EXPECT_EQ(folder.path(), "results/a-2");
  EXPECT_TRUE(folder.resuming());
}


TEST(RunFolder, AStudyIsSharedByItsParts)
{
  const TemporaryFolder here;
  {
    const RunFolder part  = RunFolder::share("study", "parts"),
                    other = RunFolder::share("study", "parts");
    EXPECT_TRUE(contains(complaint([] { RunFolder::create("study", "a.prm", "parts"); }),
                         "being written by another calculation"));
  }
  write_file_atomically("parts/study_parameters.txt", "a = b\n");
  EXPECT_TRUE(
    contains(complaint([] { RunFolder::create("study", "a.prm", "parts"); }), "--resume"));
  EXPECT_TRUE(RunFolder::create("study", "a.prm", "parts", true).resuming());
  EXPECT_TRUE(contains(complaint([] { RunFolder::create("run", "a.prm", "parts", true); }),
                       "'kavity study'"));

  // what it began with tells whose it is, where the lock file is lost
  std::filesystem::remove("parts/.lock");
  EXPECT_TRUE(contains(complaint([] { RunFolder::create("run", "a.prm", "parts", true); }),
                       "'kavity study'"));
  std::filesystem::remove("parts/.lock");
  EXPECT_EQ(RunFolder("parts").owner(), "study");
  EXPECT_TRUE(RunFolder::create("study", "a.prm", "parts", true).resuming());

  // what is not of a study is left alone
  finish(RunFolder::create("run", "a.prm", "run"));
  EXPECT_TRUE(contains(complaint([] { RunFolder::share("study", "run"); }), "'kavity run'"));
  std::filesystem::create_directory("mine");
  write_file_atomically("mine/result.json", "{}\n");
  EXPECT_TRUE(contains(complaint([] { RunFolder::share("study", "mine"); }), "'result.json'"));
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
  const RunFolder folder = RunFolder::create("run", "a.prm");
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
