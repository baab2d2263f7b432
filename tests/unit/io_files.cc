#include "temporary_folder.h"

#include "kavity/core/FileError.h"
#include "kavity/io/Csv.h"
#include "kavity/io/Files.h"
#include "kavity/io/History.h"
#include "kavity/io/Json.h"

#include <gtest/gtest.h>

#include <sys/resource.h>

#include <cerrno>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <functional>
#include <limits>

using namespace kavity;

namespace
{
const double not_a_number = std::numeric_limits<double>::quiet_NaN();
const double infinite     = std::numeric_limits<double>::infinity();

std::string message_of(const std::function<void()> &action)
{
  try
  {
    action();
  }
  catch (const std::runtime_error &error)
  {
    return error.what();
  }
  return "";
}

std::size_t files_in(const std::filesystem::path &folder)
{
  const auto files = std::filesystem::directory_iterator(folder);
  return static_cast<std::size_t>(std::distance(begin(files), end(files)));
}
} // namespace


TEST(AtomicFile, ReplacesAndLeavesNothingBehind)
{
  const TemporaryFolder folder;
  write_file_atomically("a.txt", "first, and longer");
  write_file_atomically("a.txt", "second");
  EXPECT_EQ(read_file("a.txt"), "second");
  EXPECT_EQ(files_in("."), 1u);
}


TEST(AtomicFile, AFailureKeepsTheOldFileAndNamesIt)
{
  const TemporaryFolder folder;
  EXPECT_NE(message_of([] { write_file_atomically("missing/a.txt", "x"); }).find("missing/a.txt"),
            std::string::npos);
  // renaming a file over a folder fails after everything has been written
  std::filesystem::create_directories("taken/inside");
  EXPECT_NE(message_of([] { write_file_atomically("taken", "x"); }).find("taken"),
            std::string::npos);
  EXPECT_EQ(files_in("."), 1u);
}


TEST(History, HeaderAndRowsInTheUnitsOfPeople)
{
  const TemporaryFolder folder;
  HistoryFile history(
    "history.csv",
    {{"time", "min"}, {"current_max", "mA/cm^2"}, {"temperature", "degC"}, {"contact", "1"}});
  history.add_row({120., 20., 293.15, 0.1});
  // complete on disk before the file is closed
  const std::string text = read_file("history.csv");
  EXPECT_EQ(text.substr(0, text.find('\n')),
            "time [min],current_max [mA/cm^2],temperature [degC],contact [1]");
  const std::string row = text.substr(text.find('\n') + 1);
  double minutes, current, temperature;
  char contact[8];
  ASSERT_EQ(std::sscanf(row.c_str(), "%lf,%lf,%lf,%3s", &minutes, &current, &temperature, contact),
            4);
  // a conversion is a product and a sum: a few units in the last place
  EXPECT_NEAR(minutes, 2., 1e-15);
  EXPECT_NEAR(current, 2., 1e-15);
  EXPECT_NEAR(temperature, 20., 1e-13);
  EXPECT_STREQ(contact, "0.1");
}


TEST(History, NumbersReadBackExactly)
{
  const TemporaryFolder folder;
  HistoryFile history("history.csv", {{"charge_balance", "1"}});
  const double value = 1.2345678901234567e-13;
  history.add_row({value});
  const std::string text = read_file("history.csv");
  EXPECT_EQ(std::stod(text.substr(text.find('\n') + 1)), value);
}


TEST(History, RefusesWhatIsNotANumberAndNamesTheColumn)
{
  const TemporaryFolder folder;
  HistoryFile history("history.csv", {{"time", "s"}, {"voltage", "mV"}});
  const std::string before = read_file("history.csv");
  for (const double bad : {not_a_number, infinite, -infinite})
    EXPECT_NE(message_of([&] { history.add_row({0., bad}); }).find("'voltage'"), std::string::npos);
  EXPECT_EQ(read_file("history.csv"), before);
}


TEST(History, RowsByName)
{
  const TemporaryFolder folder;
  HistoryFile history("history.csv", {{"time", "s"}, {"contact", "1"}});
  history.add_named_row({{"contact", 0.5}, {"time", 3.}, {"not_a_column", 7.}});
  EXPECT_NE(read_file("history.csv").find("\n3,0.5\n"), std::string::npos);
  EXPECT_NE(message_of(
              [&] {
                history.add_named_row({{"time", 3.}});
              })
              .find("'contact'"),
            std::string::npos);
}


TEST(History, RefusesWrongColumns)
{
  const TemporaryFolder folder;
  EXPECT_THROW(HistoryFile("a.csv", {{"time", "s"}, {"time", "h"}}), std::runtime_error);
  EXPECT_THROW(HistoryFile("a.csv", {{"time", "no_such_unit"}}), std::runtime_error);
  EXPECT_THROW(HistoryFile("missing/a.csv", {{"time", "s"}}), std::runtime_error);
  HistoryFile history("a.csv", {{"time", "s"}});
  EXPECT_THROW(history.add_row({1., 2.}), std::runtime_error);
}


TEST(History, AFileThatIsGoneIsAnError)
{
  const TemporaryFolder folder;
  HistoryFile history("history.csv", {{"time", "s"}});
  history.add_row({1.});
  std::filesystem::remove("history.csv");
  EXPECT_THROW(history.add_row({2.}), FileError);
  EXPECT_FALSE(std::filesystem::exists("history.csv"));
}


TEST(FileErrors, ALimitOfSizesLeavesTheFilesAsTheyWere)
{
  const TemporaryFolder folder;
  ASSERT_EQ(put_into_file("a.txt", std::string(4000, 'a') + "\n", false), 0);
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  rlimit small   = before;
  small.rlim_cur = 6000;
  setrlimit(RLIMIT_FSIZE, &small);
  const auto in_the_way = [](const std::function<void()> &action) -> std::string
  {
    try
    {
      action();
    }
    catch (const FileError &error)
    {
      return error.what();
    }
    return "";
  };
  // a row of which only a part fits
  const std::string appended =
    in_the_way([] { append_to_file("a.txt", std::string(3000, 'b') + "\n"); });
  const std::string replaced =
    in_the_way([] { write_file_atomically("a.txt", std::string(7000, 'c')); });
  const int put      = put_into_file("b.txt", std::string(7000, 'd'), false);
  const int reserved = try_to_reserve(".", 7000), room = try_to_reserve(".", 5000);
  setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, SIG_DFL);
  EXPECT_EQ(appended, "Cannot write 'a.txt': File too large");
  EXPECT_EQ(replaced, "Cannot write 'a.txt': File too large");
  EXPECT_EQ(put, EFBIG);
  EXPECT_EQ(reserved, EFBIG);
  EXPECT_EQ(room, 0);
  EXPECT_EQ(read_file("a.txt"), std::string(4000, 'a') + "\n");
  EXPECT_EQ(files_in("."), 1u);
}


TEST(FileErrors, AFolderThatIsGoneIsNamed)
{
  const TemporaryFolder folder;
  EXPECT_EQ(try_to_reserve("gone", 10), ENOENT);
  EXPECT_NE(message_of([] { write_file_atomically("gone/a.txt", "x"); })
              .find("'gone/a.txt': No such file or directory"),
            std::string::npos);
}


TEST(JsonWriter, NumbersAreNumbersAndOrderIsKept)
{
  Json inner;
  inner.set("unit", "mA/cm^2").set("value", 2.);
  Json json;
  json.set("unknowns", 12u)
    .set("name", "a \"quoted\" \\ one")
    .set("calibrated", true)
    .set("critical_current", inner)
    .set("bracket", std::vector<double>{0.1, 1e-30})
    .set("unknowns", 13u);
  EXPECT_EQ(json.text(), "{\n"
                         "  \"unknowns\": 13,\n"
                         "  \"name\": \"a \\\"quoted\\\" \\\\ one\",\n"
                         "  \"calibrated\": true,\n"
                         "  \"critical_current\": {\n"
                         "    \"unit\": \"mA/cm^2\",\n"
                         "    \"value\": 2\n"
                         "  },\n"
                         "  \"bracket\": [0.1, 1e-30]\n"
                         "}");
  EXPECT_NE(message_of([&] { json.set("voltage", not_a_number); }).find("'voltage'"),
            std::string::npos);
}


TEST(PvdFile, ListsTimesAndFiles)
{
  const TemporaryFolder folder;
  std::filesystem::create_directory("run");
  PvdFile pvd("run/solution.pvd");
  pvd.add(0., "solution_0000.pvtu");
  pvd.add(0.1, folder / "run/solution_0001.pvtu");
  const std::string text = read_file("run/solution.pvd");
  EXPECT_NE(text.find("timestep=\"0\" group=\"\" part=\"0\" file=\"solution_0000.pvtu\""),
            std::string::npos);
  EXPECT_NE(text.find("timestep=\"0.1\" group=\"\" part=\"0\" file=\"solution_0001.pvtu\""),
            std::string::npos);
  EXPECT_THROW(pvd.add(not_a_number, "x.pvtu"), std::runtime_error);
}


TEST(Csv, FieldsReadBackAndHalfLinesDoNot)
{
  const std::string cause = "a, \"b\"\n c";
  const auto table =
    CsvTable::from_text("row,voltage [mV],cause\n1,2.5," + csv_field(cause) + "\n2,3\n3,4,\"x");
  ASSERT_EQ(table.rows.size(), 1u);
  EXPECT_EQ(table.rows[0], (std::vector<std::string>{"1", "2.5", "a, \"b\" c"}));
  EXPECT_EQ(table.column("voltage"), 1u);
  EXPECT_EQ(table.column("cause"), 2u);
  EXPECT_NE(message_of([&] { table.column("volt"); }).find("'volt'"), std::string::npos);
}
