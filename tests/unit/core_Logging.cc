#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "kavity/core/FileError.h"
#include "kavity/core/Logging.h"

using namespace kavity;

namespace
{
std::string content(const std::string &path)
{
  std::ifstream stream(path);
  std::stringstream text;
  text << stream.rdbuf();
  return text.str();
}
} // namespace


TEST(Log, AStreamNobodyReadsDoesNotStopTheFile)
{
  const std::string path = testing::TempDir() + "core_logging_unread.txt";
  std::ostringstream stream;
  Log log(true, stream);
  log.open_file(path);
  stream.setstate(std::ios::badbit);
  log.line("one");
  log.line("two");
  EXPECT_EQ(content(path), "one\ntwo\n");
  EXPECT_EQ(log.fault(), "");
  std::filesystem::remove(path);
}


TEST(Log, AFileThatLacksLinesIsAFault)
{
  std::ostringstream stream;
  Log log(true, stream);
  log.open_file("/dev/full", true);
  log.line("one");
  EXPECT_EQ(log.fault(), "Cannot write '/dev/full': No space left on device");
}


TEST(Log, WritesLinesToStreamAndFile)
{
  const std::string path = testing::TempDir() + "core_logging_lines.txt";
  std::ostringstream stream;
  Log log(true, stream);
  log.line("step ", 3, ", t = ", 0.5, " s");
  log.open_file(path);
  log.warning("contact lost");
  EXPECT_EQ(stream.str(), "step 3, t = 0.5 s\nwarning: contact lost\n");
  EXPECT_EQ(content(path), "warning: contact lost\n");

  log.open_file(path, true);
  log.line("again");
  EXPECT_EQ(content(path), "warning: contact lost\nagain\n");
  std::filesystem::remove(path);
}


TEST(Log, MuteOneSaysNothingAndOpensNothing)
{
  const std::string path = testing::TempDir() + "core_logging_mute.txt";
  std::ostringstream stream;
  Log log(false, stream);
  log.open_file(path);
  log.line("nothing");
  Progress(log, 0).update(0.5, 0.5, "half");
  EXPECT_EQ(stream.str(), "");
  EXPECT_FALSE(std::filesystem::exists(path));
}


TEST(Log, ReportsAFileThatCannotBeWritten)
{
  std::ostringstream stream;
  Log log(true, stream);
  EXPECT_THROW(log.open_file("/nowhere/log.txt"), FileError);
}


TEST(Progress, WritesPlainLinesAtMostOncePerInterval)
{
  std::ostringstream stream;
  Log log(true, stream);
  Progress progress(log, 3600);
  for (int i = 0; i < 100; ++i)
    progress.update(i / 100., 1 - i / 100., "step " + std::to_string(i));
  EXPECT_EQ(stream.str(), "  0%  step 0\n");

  Progress often(log, 0);
  often.update(0.01, 0.99, "first hundredth");
  EXPECT_NE(stream.str().find("  1%  first hundredth\n"), std::string::npos);
  often.update(0.5, 0.5, "half");
  often.update(1., 0., "the end");
  EXPECT_NE(stream.str().find(" 50%  half  0:00 left\n"), std::string::npos);
  EXPECT_NE(stream.str().find("100%  the end  0:00 left\n"), std::string::npos);
}


TEST(Progress, TimeLeftIsOfWhatIsDoneSinceItBegan)
{
  std::ostringstream stream;
  Log log(true, stream);
  Progress progress(log, 0);
  std::this_thread::sleep_for(std::chrono::seconds(1)); // is not of what is done later
  progress.begin(0.9);
  progress.update(0.9, 0.1, "nothing yet");
  std::this_thread::sleep_for(std::chrono::milliseconds(600));
  progress.update(0.92, 0.08, "a fifth");
  // four times of 0.6 s, not 0.6 s times 0.08/0.92, and longer where the machine is busy
  EXPECT_NE(stream.str().find(" 90%  nothing yet\n 92%  a fifth  0:0"), std::string::npos)
    << stream.str();
  EXPECT_EQ(stream.str().find("0:00 left"), std::string::npos) << stream.str();
}
