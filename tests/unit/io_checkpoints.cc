#include "temporary_folder.h"

#include "kavity/core/Parameters.h"
#include "kavity/io/Checkpoints.h"
#include "kavity/io/Files.h"
#include "kavity/io/History.h"

#include <gtest/gtest.h>

#include <fstream>

using namespace kavity;

namespace
{
void write_generation(Checkpoints &checkpoints, const unsigned int step)
{
  const std::string folder = checkpoints.begin();
  std::ofstream(folder + "/a") << "fields of step " << step;
  std::ofstream(folder + "/b") << "mesh of step " << step;
  checkpoints.complete(step);
}

// As another process finds them.
std::string newest()
{
  return Checkpoints("c").newest();
}
} // namespace


TEST(Checkpoints, TakeTurnsAndTheNewestCounts)
{
  const TemporaryFolder here;
  EXPECT_EQ(newest(), "");
  Checkpoints checkpoints("c");
  for (const unsigned int step : {9, 10, 11})
  {
    write_generation(checkpoints, step);
    EXPECT_EQ(read_file(newest() + "/a"), "fields of step " + std::to_string(step));
  }
  EXPECT_EQ(newest(), "c/1");
  Checkpoints later("c"); // goes on from 11: keeps it while it writes
  EXPECT_EQ(later.newest(), "c/1");
  EXPECT_EQ(later.remark(), "");
  EXPECT_EQ(later.begin(), "c/2");
  EXPECT_EQ(newest(), "c/1");
  later.remove();
  EXPECT_EQ(newest(), "");
  EXPECT_FALSE(std::filesystem::exists("c"));
}


TEST(Checkpoints, TheOlderCountsWhenTheNewerIsTorn)
{
  const auto tear = [](const std::string &what, const auto &action)
  {
    const TemporaryFolder here;
    Checkpoints checkpoints("c");
    write_generation(checkpoints, 1);
    write_generation(checkpoints, 2);
    ASSERT_EQ(newest(), "c/2");
    action();
    Checkpoints after("c");
    EXPECT_EQ(after.newest(), "c/1") << what;
    EXPECT_NE(after.remark().find("'c/2' is not whole"), std::string::npos) << what;
    EXPECT_EQ(after.begin(), "c/2") << what;
  };
  tear("a byte differs", [] { std::ofstream("c/2/a") << "fields of step 7"; });
  tear("a file is cut", [] { std::filesystem::resize_file("c/2/b", 3); });
  tear("a file is missing", [] { std::filesystem::remove("c/2/b"); });
  tear("a file too many", [] { std::ofstream("c/2/c") << ""; });
  tear("the seal is missing", [] { std::filesystem::remove("c/2/complete"); });
  tear("the seal is cut",
       [] { std::filesystem::resize_file("c/2/complete", read_file("c/2/complete").size() - 2); });
  tear("the seal is empty", [] { std::filesystem::resize_file("c/2/complete", 0); });
}


TEST(Checkpoints, NoneIsGoneOnWithInPlaceOfOnesThatSpoilt)
{
  const TemporaryFolder here;
  Checkpoints checkpoints("c");
  checkpoints.begin();
  EXPECT_EQ(newest(), ""); // the first was not completed
  write_generation(checkpoints, 1);
  write_generation(checkpoints, 2);
  for (const char *file : {"c/1/a", "c/2/a"})
    std::filesystem::resize_file(file, 3);
  EXPECT_THROW(newest(), InputError);
}


TEST(Checkpoints, LocksOfOpenMPIAreNoneOfTheirFiles)
{
  const TemporaryFolder here;
  Checkpoints checkpoints("c");
  write_generation(checkpoints, 1);
  for (const char *lock : {"c/1/a-1234-5678.lock", "c/1/.locktest.1234"})
    std::ofstream{lock} << "1";
  EXPECT_EQ(newest(), "c/1");
}


TEST(Checkpoints, HistoryIsCutBackToTheirRows)
{
  const TemporaryFolder here;
  const std::vector<Column> columns = {{"time", "s"}, {"contact", "1"}};
  {
    HistoryFile history("history.csv", columns);
    for (const double time : {1., 2., 3.})
      history.add_row({time, 0.5});
  }
  HistoryFile("history.csv", columns, 2).add_row({7., 0.25});
  EXPECT_EQ(read_file("history.csv"), "time [s],contact [1]\n1,0.5\n2,0.5\n7,0.25\n");
  EXPECT_THROW(HistoryFile("history.csv", columns, 4), InputError);
  EXPECT_THROW(HistoryFile("history.csv", {{"time", "s"}}, 2), InputError);
  EXPECT_THROW(HistoryFile("missing.csv", columns, 0), InputError);
  // a row without its end was being written when the run was killed
  std::filesystem::resize_file("history.csv", read_file("history.csv").size() - 1);
  EXPECT_THROW(HistoryFile("history.csv", columns, 3), InputError);
  EXPECT_EQ(HistoryFile("history.csv", columns, 2).path(), "history.csv");
  EXPECT_EQ(read_file("history.csv"), "time [s],contact [1]\n1,0.5\n2,0.5\n");
}


TEST(Checkpoints, AHistoryThatOthersHaveSavedIsNotGoneOnWith)
{
  const TemporaryFolder here;
  const std::vector<Column> columns = {{"time", "s"}, {"contact", "1"}};
  const auto complaint              = [&](const std::string &text) -> std::string
  {
    write_file_atomically("history.csv", text);
    try
    {
      HistoryFile("history.csv", columns, 1);
    }
    catch (const InputError &error)
    {
      EXPECT_EQ(read_file("history.csv"), text) << "it is touched";
      return error.what();
    }
    return "accepted";
  };
  EXPECT_EQ(complaint("time [s],contact [1]\n1,0.5\n"), "accepted");
  for (const auto &[text, reason] :
       {std::pair("time [s],contact [1]\r\n1,0.5\r\n", "line ends of Windows"),
        std::pair("time [s],contact [1]\n1;0.5\n", "row 1 is not as it was written"),
        std::pair("time [s],contact [1]\n", "lost rows")})
  {
    const std::string said = complaint(text);
    EXPECT_NE(said.find(reason), std::string::npos) << said;
    EXPECT_NE(said.find("--output DIR"), std::string::npos) << said;
  }
}


TEST(Checkpoints, CollectionsGoOnWithTheirEntries)
{
  const TemporaryFolder here;
  PvdFile first("solution.pvd");
  first.add(0., "fields/0.pvtu");
  const std::string text = read_file("solution.pvd");
  const auto entries     = first.entries();
  first.add(1., "fields/1.pvtu");
  PvdFile again("solution.pvd", entries);
  EXPECT_EQ(read_file("solution.pvd"), text);
  again.add(1., "fields/1.pvtu");
  EXPECT_EQ(again.entries(), first.entries());
}
