#include "kavity/app/CommandLine.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace
{
using kavity::Options;

/// Of the program; those with all kinds of arguments.
const std::vector<kavity::CommandSyntax> commands = {
  {"critical-current", "FILE", "find the critical current", {"set", "output", "resume", "quiet"}},
  {"run", "FILE", "simulate", {"set", "output", "resume", "quiet"}},
  {"study",
   "FILE",
   "calculate many",
   {"set", "output", "resume", "quiet", "jobs", "rows", "merge"}},
  {"laws", "", "list the laws", {}},
  {"parameters", "[md|json|prm]", "print every parameter", {}},
  {"validate", "FILE...", "check parameter files", {"set", "quiet"}}};

Options parse(const std::vector<std::string> &words)
{
  std::vector<const char *> argv = {"kavity"};
  for (const std::string &word : words)
    argv.push_back(word.c_str());
  return kavity::parse_command_line(static_cast<int>(argv.size()), argv.data(), commands);
}

/// What the user is told; empty if the command line is accepted.
std::string complaint(const std::vector<std::string> &words)
{
  try
  {
    parse(words);
  }
  catch (const kavity::UsageError &error)
  {
    return error.what();
  }
  return "";
}

::testing::AssertionResult says(const std::vector<std::string> &words, const std::string &expected)
{
  const std::string text = complaint(words);
  if (text.find(expected) != std::string::npos)
    return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure() << "said '" << text << "' without '" << expected << "'";
}
} // namespace


TEST(CommandLine, RunWithEverything)
{
  const Options options =
    parse({"run", "a.prm", "--set", "Cell/Stack pressure=5 MPa", "--set",
           "Cell/Temperature=-10 degC", "--output", "here", "--resume", "-q"});
  EXPECT_EQ(options.command, "run");
  EXPECT_EQ(options.files, std::vector<std::string>{"a.prm"});
  EXPECT_EQ(options.overrides,
            (std::vector<std::string>{"Cell/Stack pressure=5 MPa", "Cell/Temperature=-10 degC"}));
  EXPECT_EQ(options.output, "here");
  EXPECT_TRUE(options.resume);
  EXPECT_TRUE(options.quiet);
}


TEST(CommandLine, EveryCommand)
{
  EXPECT_EQ(parse({"critical-current", "a.prm"}).command, "critical-current");
  EXPECT_EQ(parse({"validate", "a.prm", "b.json"}).files.size(), 2u);
  EXPECT_EQ(parse({"parameters"}).word, "md");
  EXPECT_EQ(parse({"parameters", "json"}).word, "json");
  EXPECT_EQ(parse({"laws"}).command, "laws");
  EXPECT_TRUE(parse({"--version"}).version);
}


TEST(CommandLine, SharesOfAStudy)
{
  const Options part = parse({"study", "a.prm", "-o", "x", "--rows", "5-8", "--jobs", "3"});
  EXPECT_EQ(part.command, "study");
  EXPECT_EQ(part.rows, std::pair(5u, 8u));
  EXPECT_EQ(part.jobs, 3u);
  EXPECT_EQ(parse({"study", "a.prm", "-o", "x", "--rows", "5"}).rows, std::pair(5u, 5u));
  EXPECT_TRUE(parse({"study", "a.prm", "-o", "x", "--merge"}).merge);
  EXPECT_EQ(parse({"study", "a.prm"}).jobs, 0u);
  EXPECT_TRUE(says({"study", "a.prm", "-o", "x", "--rows", "8-5"}, "before the first"));
  EXPECT_TRUE(says({"study", "a.prm", "-o", "x", "--rows", "a"}, "not a whole number"));
  EXPECT_TRUE(says({"study", "a.prm", "-o", "x", "--rows", "0-2"}, "out of range"));
  EXPECT_TRUE(says({"study", "a.prm", "--rows", "1"}, "need --output DIR"));
  EXPECT_TRUE(says({"study", "a.prm", "-o", "x", "--rows", "1", "--merge"}, "one of them"));
  EXPECT_TRUE(says({"study", "a.prm", "-o", "x", "--merge", "--resume"}, "has no effect beside"));
  EXPECT_TRUE(says({"run", "a.prm", "--rows", "1"}, "'--rows' has no effect on 'kavity run'"));
}


TEST(CommandLine, HelpNamesEveryCommand)
{
  const std::string text = parse({"--help"}).help_text;
  for (const std::string command : {"run", "critical-current", "study", "validate", "parameters",
                                    "laws", "--set", "--resume", "--rows", "--merge"})
    EXPECT_NE(text.find(command), std::string::npos) << command;
  EXPECT_EQ(parse({"run", "--help"}).help_text, text);
  EXPECT_EQ(parse({"run", "--help"}).command, "");
}


TEST(CommandLine, WrongUseSuggestsTheNearestWord)
{
  EXPECT_TRUE(says({"rum", "a.prm"}, "did you mean 'run'?"));
  EXPECT_TRUE(says({"critical_current", "a.prm"}, "did you mean 'critical-current'?"));
  EXPECT_TRUE(says({"a.prm"}, "did you mean 'kavity run a.prm'?"));
  EXPECT_TRUE(says({"run", "a.prm", "--ouput", "x"}, "did you mean '--output'?"));
}


TEST(CommandLine, WrongUseIsExplained)
{
  EXPECT_TRUE(says({}, "No command given"));
  EXPECT_TRUE(says({"run"}, "needs a parameter file"));
  EXPECT_TRUE(says({"run", "a.prm", "b.prm"}, "takes one file, but 2 were given"));
  EXPECT_TRUE(says({"laws", "a.prm"}, "takes no file"));
  EXPECT_TRUE(says({"parameters", "pdf"},
                   "'kavity parameters' does not know 'pdf'; expected one of: md, json, prm"));
  EXPECT_TRUE(says({"validate", "a.prm", "--resume"}, "'--resume' has no effect"));
  EXPECT_TRUE(says({"run", "a.prm", "--output"}, "--output"));
  EXPECT_TRUE(says({"run", "a.prm", "-o", "x", "-o", "y"}, "more than once"));
}
