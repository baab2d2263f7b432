#include <gtest/gtest.h>

#include <sstream>

#include "core_parameter_helpers.h"

using namespace kavity;
using namespace core_test;

namespace
{
std::string printed(const Parameters &parameters, const std::string &format)
{
  std::ostringstream stream;
  parameters.print(stream, format);
  return stream.str();
}

struct Reading
{
  Settings settings;
  Parameters parameters;

  explicit Reading(const std::string &path, const std::vector<std::string> &overrides = {})
    : parameters(Parameters::from_file(path, overrides))
  {
    settings.declare(parameters);
    parameters.finish();
  }
};

const char *const minimal = "subsection Cell\n set Stack pressure = 5 MPa\nend\n";
} // namespace


TEST(ParameterFiles, IncludesBesideTheIncludingFile)
{
  const Files files;
  files.write("materials/metal.prm", "include ../common/all.prm\n"
                                     "subsection Cell\n set Contact = 0.9 # [est] guess\n"
                                     " set Temperature = 30 degC\nend\n");
  files.write("common/all.prm", "subsection Protocol\n set Cycles = 7\nend\n");
  const Reading reading(
    files.write("a.prm", std::string("include materials/metal.prm\n") + minimal +
                           "subsection Cell\n set Temperature = 40 degC\nend\n"));
  EXPECT_EQ(reading.settings.contact, 0.9);
  EXPECT_EQ(reading.settings.cycles, 7u);
  EXPECT_DOUBLE_EQ(reading.settings.temperature, 313.15); // the file's own value comes later
  ASSERT_EQ(reading.parameters.marked().size(), 1u);
  EXPECT_EQ(reading.parameters.marked()[0].comment, "guess");
}


TEST(ParameterFiles, AFileIncludedTwiceCountsAsItIsLast)
{
  const Files files;
  files.write("metal.prm", "subsection Cell\n set Contact = 0.9\nend\n");
  files.write("b.prm", "include metal.prm\nsubsection Cell\n set Contact = 0.7\nend\n");
  const std::string cell = minimal;
  EXPECT_EQ(
    Reading(files.write("a.prm", "include metal.prm\ninclude b.prm\n" + cell)).settings.contact,
    0.7);
  EXPECT_EQ(
    Reading(files.write("a.prm", "include b.prm\ninclude metal.prm\n" + cell)).settings.contact,
    0.9);
}


TEST(ParameterFiles, IncludesIntoTheOpenSection)
{
  const Files files;
  files.write("cell.prm", "set Stack pressure = 3 MPa\n");
  const Reading reading(files.write("a.prm", "subsection Cell\n include cell.prm\nend\n"));
  EXPECT_DOUBLE_EQ(reading.settings.stack_pressure, 3e6);
}


TEST(ParameterFiles, ErrorsOfIncludedFilesNameThatFile)
{
  const Files files;
  files.write("b.prm", "subsection Cell\n\n set Contact = 3\n set Cntact = 0.1\nend\n");
  const std::string text = errors(files.write("a.prm", std::string("include b.prm\n") + minimal));
  EXPECT_NE(text.find("b.prm:3: [Cell/Contact]"), std::string::npos) << text;
  EXPECT_NE(text.find("b.prm:4: [Cell/Cntact]"), std::string::npos) << text;

  EXPECT_NE(errors(files.write("c.prm", "\ninclude nowhere.prm\n"))
              .find("c.prm:2: the file 'nowhere.prm' is neither beside this file"),
            std::string::npos);
  EXPECT_NE(errors(files.write("d.prm", "include e.prm\n" + std::string(minimal) + "include " +
                                          files.write("e.prm", "include d.prm\n")))
              .find("e.prm:1: the file 'd.prm' includes itself"),
            std::string::npos);
  EXPECT_NE(errors(files.path("absent.prm")).find("absent.prm: this file cannot be read"),
            std::string::npos);
}


TEST(ParameterFiles, IncludedDataOfOtherChoicesIsNoError)
{
  const Files files;
  files.write("metal.prm", "subsection Cell\n set Depth = 5 um\nend\n"
                           "subsection Voids\n set Law = viscous\n subsection viscous\n"
                           "  set Viscosity = 1 Pa s\n end\nend\n");
  const std::string path = files.write("a.prm", std::string("include metal.prm\n") + minimal);
  EXPECT_EQ(errors(path), "");
  EXPECT_EQ(errors(path, {"Voids/Law=dry"}), "");
  EXPECT_NE(errors(path, {"Voids/Law=dry", "Voids/viscous/Viscosity=2 Pa s"})
              .find("[Voids/viscous] has no effect because Law = dry"),
            std::string::npos);
}


TEST(ParameterFiles, OverridesWinAndAreChecked)
{
  const Files files;
  const std::string path = files.write("a.prm", minimal);
  EXPECT_DOUBLE_EQ(Reading(path, {"Cell/Stack pressure=7 MPa"}).settings.stack_pressure, 7e6);
  EXPECT_EQ(Reading(path, {" Protocol / Cycles = 3 "}).settings.cycles, 3u);
  EXPECT_NE(errors(path, {"Cell/Stack pressure=7"}).find("--set \"Cell/Stack pressure=7\": [Cell/"),
            std::string::npos);
  EXPECT_NE(errors(path, {"Cell/Stack presure=7 MPa"}).find("did you mean 'Stack pressure'"),
            std::string::npos);
  EXPECT_NE(errors(path, {"Cel/Dimension=3"}).find("did you mean 'Cell'"), std::string::npos);
  for (const std::string text : {"Stack pressure", "Cell//Dimension=3", "Stack pressure=5 MPa",
                                 "Cell/Stack pressure", "Cell/=5", "/x=5"})
    EXPECT_NE(errors(path, {text}).find("not of the form \"Section/Key=value\""), std::string::npos)
      << text;
}


TEST(ParameterFiles, FilesAreBesideTheParameterFileThatNamesThem)
{
  const Files files;
  files.write("b/b.prm", "subsection Cell\n set Inner = b.csv\nend\n");
  auto parameters = Parameters::from_file(
    files.write("a.prm", "include b/b.prm\nsubsection Cell\n set Outer = a.csv\nend\n"),
    {"Cell/Given=c.csv"});
  std::string inner, outer, given, absent = "before";
  parameters.enter("Cell");
  parameters.add_file("Inner", inner, "in the included file");
  parameters.add_file("Outer", outer, "in the file");
  parameters.add_file("Given", given, "on the command line");
  parameters.add_file("Absent", absent, "nowhere");
  parameters.leave();
  parameters.finish();
  EXPECT_EQ(inner, files.path("b/b.csv"));
  EXPECT_EQ(outer, files.path("a.csv"));
  EXPECT_EQ(given, "c.csv");
  EXPECT_EQ(absent, "");
  const std::string whole = (std::filesystem::current_path() / "c.csv").string();
  EXPECT_NE(printed(parameters, "prm").find("Given = " + whole), std::string::npos);
}


TEST(ParameterFiles, ReadsJson)
{
  const Files files;
  const Reading reading(files.write("a.json", R"({
    "Cell": {"Stack pressure": {"value": "2 MPa", "comment": "[cal] fit"}, "Dimension": 3},
    "Protocol": {"Pressures": ["1 MPa", "2 MPa"], "Title": "a \"name\""},
    "Voids": {"Closure": false}})"));
  EXPECT_DOUBLE_EQ(reading.settings.stack_pressure, 2e6);
  EXPECT_EQ(reading.settings.dimension, 3u);
  EXPECT_FALSE(reading.settings.closure);
  EXPECT_EQ(reading.settings.pressures.size(), 2u);
  EXPECT_EQ(reading.settings.title, "a \"name\"");
  EXPECT_EQ(reading.parameters.marked().at(0).mark, "[cal]");
}


TEST(ParameterFiles, MistakesInJson)
{
  const Files files;
  const std::string text = errors(files.write(
    "a.json", R"({"Cell": {"Stack pressure": 5, "Dimensoin": 3}, "include": "b.prm"})"));
  EXPECT_NE(text.find("a.json: the file 'b.prm' is neither"), std::string::npos) << text;
  const std::string more =
    errors(files.write("b.json", R"({"Cell": {"Stack pressure": 5, "Dimensoin": 3}})"));
  EXPECT_NE(more.find("b.json: [Cell/Stack pressure] '5' has no unit"), std::string::npos) << more;
  EXPECT_NE(more.find("b.json: [Cell/Dimensoin] no such entry"), std::string::npos) << more;
  EXPECT_NE(errors(files.write("c.json", "{\n\"Cell\": {\n")).find("c.json:3: this is not JSON"),
            std::string::npos)
    << errors(files.path("c.json"));
}


TEST(ParameterFiles, ResolvedFilesReadBackTheSame)
{
  const Files files;
  const Reading first(files.write("a.prm", R"(
subsection Cell
  set Stack pressure = 2500 kPa # [cal] to "data" \ of 2021
end
subsection Protocol
  set Title = run \#1
  set Pressures = 1 MPa to 3 MPa in 3
end
)"));
  for (const std::string format : {"prm", "json"})
  {
    const std::string text = printed(first.parameters, format);
    const Reading again(files.write("resolved." + format, text));
    EXPECT_EQ(printed(again.parameters, format), text);
    EXPECT_EQ(again.settings.stack_pressure, first.settings.stack_pressure);
    EXPECT_EQ(again.settings.title, "run #1");
    EXPECT_EQ(again.settings.pressures, first.settings.pressures);
    EXPECT_NE(text.find("2500 kPa"), std::string::npos) << text; // as it was written
    EXPECT_EQ(again.parameters.marked().size(), first.parameters.marked().size());
  }
}


TEST(ParameterFiles, CommentsChangeNoValue)
{
  const Files files;
  for (const std::string comment : {"default", "default sample", "none", "[est] default", "set"})
    for (const std::string format : {"prm", "json"})
    {
      const std::string path = files.write(
        "a." + format, format == "prm" ?
                         "subsection Cell\n set Stack pressure = 5 MPa\n set Dimension = 3\n"
                         " set Depth = 7 um # " +
                           comment + "\nend\n" :
                         R"({"Cell": {"Stack pressure": "5 MPa", "Dimension": 3,
                            "Depth": {"value": "7 um", "comment": ")" +
                           comment + "\"}}}");
      const Reading reading(path);
      EXPECT_EQ(reading.settings.depth, 7e-6) << comment;
      auto parameters = Parameters::from_file(path);
      parameters.enter("Cell");
      EXPECT_TRUE(parameters.given("Depth")) << comment;
    }
}


TEST(ParameterFiles, WhatHasNoEffectIsNotWritten)
{
  const Files files;
  const auto read = [](const std::string &path)
  {
    auto parameters = Parameters::from_file(path);
    double needed = 0, other = 0;
    parameters.add("Needed", needed, "", "um", Range::positive(), "");
    parameters.add("Other", other, "1 um", "um", Range::positive(), "");
    parameters.unused("Needed", "of something");
    parameters.unused("Other", "of something");
    parameters.finish();
    return printed(parameters, "prm");
  };
  files.write("included.prm", "set Needed = 3 um\n");
  EXPECT_EQ(read(files.write("a.prm", "include included.prm\n")), "");
  EXPECT_EQ(read(files.write("b.prm", "")), ""); // nor is it missed
}


TEST(ParameterFiles, EveryTextReadsBackTheSame)
{
  const Files files;
  const std::string minimal_file = files.write("a.prm", minimal);
  for (const std::string text :
       {"a # b \\", "\\", "#", "\\#", "a \\# b", "a\\\\", "two  blanks", "tab\there", "none",
        "\"q\"", "end", "default", "x = 3", "\xC3\xA4\xE2\x82\xAC", "a\001b"})
  {
    const Reading first(minimal_file, {"Protocol/Title=" + text});
    EXPECT_EQ(first.settings.title, text);
    for (const std::string format : {"prm", "json"})
    {
      const std::string path = files.write("resolved." + format, printed(first.parameters, format));
      EXPECT_EQ(Reading(path).settings.title, text) << printed(first.parameters, format);
    }
  }
  // a comment with a backslash at its end does not continue the line either
  const Reading json(files.write("b.json", R"({"Cell": {"Stack pressure":
    {"value": "2 MPa", "comment": "from C:\\"}}, "Protocol": {"Title": "a"}})"));
  EXPECT_EQ(Reading(files.write("b.prm", printed(json.parameters, "prm"))).settings.title, "a");
}


TEST(ParameterFiles, EncodingsAndLineEnds)
{
  const Files files;
  for (const std::string text : {"\xEF\xBB\xBFsubsection Cell\nset Stack pressure = 5 MPa\nend\n",
                                 "subsection Cell\r\nset Stack pressure = 5 MPa\r\nend\r\n",
                                 "subsection Cell\rset Stack pressure = 5 MPa\rend\r"})
    EXPECT_DOUBLE_EQ(Reading(files.write("a.prm", text)).settings.stack_pressure, 5e6) << text;
  EXPECT_DOUBLE_EQ(
    Reading(files.write("a.json", "\xEF\xBB\xBF{\"Cell\": {\"Stack pressure\": \"5 MPa\"}}"))
      .settings.stack_pressure,
    5e6);
  for (const std::string &text : {std::string("\xFF\xFEs\0u\0", 6),
                                  std::string("\xFE\xFF\0s\0u", 6), std::string("s\0u\0b\0", 6)})
  {
    const std::string message = errors(files.write("b.prm", text));
    EXPECT_NE(message.find("b.prm: this file cannot be read: "), std::string::npos) << message;
    EXPECT_NE(message.find("UTF-16"), std::string::npos) << message;
    EXPECT_EQ(message.find('\n'), std::string::npos) << message;
  }
}


TEST(ParameterFiles, ErrorsOfIncludedFilesSayHowTheyCameIn)
{
  const Files files;
  files.write("c.prm", "subsection Cell\n set Contact = 3\nend\n");
  files.write("b.prm", "\ninclude c.prm\n");
  const std::string text =
    errors(files.write("a.prm", "\n\ninclude b.prm\n" + std::string(minimal)));
  const auto in = [&files](const std::string &name) { return files.path(name); };
  EXPECT_NE(text.find(in("c.prm") + ":2: [Cell/Contact]"), std::string::npos) << text;
  EXPECT_NE(text.find("(included from " + in("b.prm") + ":2, included from " + in("a.prm") + ":3)"),
            std::string::npos)
    << text;
}


TEST(ParameterFiles, HostileFilesEndWithAMessage)
{
  const Files files;
  const auto repeated = [](const std::string &text, const unsigned int n)
  {
    std::string all;
    for (unsigned int k = 0; k < n; ++k)
      all += text;
    return all;
  };
  const auto expect =
    [&](const std::string &name, const std::string &text, const std::string &words)
  {
    const std::string message = errors(files.write(name, text));
    EXPECT_NE(message.find(words), std::string::npos) << message.substr(0, 500);
    EXPECT_LT(message.size(), 50000u);
  };
  // includes that double: 2^25 files
  for (unsigned int k = 0; k < 25; ++k)
    files.write("double" + std::to_string(k) + ".prm",
                repeated("include double" + std::to_string(k + 1) + ".prm\n", 2));
  files.write("double25.prm", "");
  EXPECT_NE(errors(files.path("double0.prm")).find("more than 1000 files"), std::string::npos);
  expect("deep.json", repeated("{\"a\":", 15000) + "1" + repeated("}", 15000), "levels deep");
  expect("array.json", repeated("[", 100000), "levels deep");
  expect("deep.prm", repeated("subsection a\n", 100000), "levels deep");
  expect("end.prm", repeated("end\n", 100000), "more mistakes");
  expect("garbage.prm", repeated("set a\n", 100000), "more mistakes");
  expect("unknown.prm", repeated("x", 1000) + "\n", "is not understood");
  expect("long.prm", "set a = " + repeated("1", 20000), "characters");
  expect("value.json", "{\"a\": \"" + repeated("1", 20000) + "\"}", "characters");
  expect("continued.prm", repeated("set a = \\\n", 20000), "characters");
  expect("large.prm", repeated("# a comment of some length\n", 400000), "larger than 4 MB");
  EXPECT_NE(errors("/dev/zero").find("larger than 4 MB"), std::string::npos);
  const std::string path = files.write("a.prm", minimal);
  EXPECT_NE(errors(path, {repeated("a/", 50000) + "b=1"}).find("Section/Key"), std::string::npos);
  EXPECT_NE(errors(path, {"Protocol/Title=" + repeated("1", 50000)}).find("characters"),
            std::string::npos);
}


TEST(ParameterFiles, AnotherProcessReadsNoFile)
{
  const Files files;
  files.write("b.prm", "subsection Cell\n set Table = t.csv\nend\n");
  files.write("t.csv", "1");
  const std::string path = files.write("a.prm", "include b.prm\n");
  const auto declare     = [](Parameters parameters)
  {
    std::string table;
    parameters.enter("Cell");
    parameters.add_file("Table", table, "");
    EXPECT_EQ(parameters.read_file("Table", table), "1");
    parameters.leave();
    parameters.finish();
    return parameters;
  };
  const auto first  = declare(Parameters::from_file(path));
  const auto values = first.values();
  for (const char *const name : {"a.prm", "b.prm", "t.csv"})
    std::filesystem::remove(files.path(name));
  EXPECT_EQ(declare(Parameters::from_input(first.input())).values(), values);
  // what a file holds counts, not where it is
  files.write("x/b.prm", "subsection Cell\n set Table = u.csv\nend\n");
  files.write("x/u.csv", "1");
  EXPECT_EQ(declare(Parameters::from_file(files.write("x/a.prm", "include b.prm\n"))).values(),
            values);
}


TEST(ParameterFiles, MarkedEntriesIncludeDefaults)
{
  const Files files;
  const Reading reading(files.write("a.prm",
                                    "subsection Cell\n"
                                    " set Stack pressure = 5 MPa  # [cal] to the limit\nend\n"));
  const auto marked = reading.parameters.marked();
  ASSERT_EQ(marked.size(), 2u);
  EXPECT_EQ(marked[0].entry, "Cell/Stack pressure");
  EXPECT_EQ(marked[0].value, "5 MPa");
  EXPECT_EQ(marked[0].mark, "[cal]");
  EXPECT_EQ(marked[0].comment, "to the limit");
  EXPECT_EQ(marked[1].entry, "Cell/Contact");
  EXPECT_EQ(marked[1].mark, "[est]");
  // a value of one's own takes the mark off
  EXPECT_EQ(Reading(files.path("a.prm"), {"Cell/Contact=0.2"}).parameters.marked().size(), 1u);
}


TEST(ParameterFiles, ManualListsEveryEntryOfEveryLaw)
{
  Parameters parameters;
  Settings settings;
  settings.declare(parameters);
  EXPECT_NO_THROW(parameters.finish());
  const std::string manual = printed(parameters, "md");
  for (const std::string part :
       {"## Cell\n\nThe cell.", "| Stack pressure | `MPa` |  | > 0 MPa | on the metal |  |",
        "| Contact | `1` | `0.5` | 0 to 1 | part in contact \\| chi | [est] from micrographs |",
        "| Depth | `um` | `none` |", "| Edges |  | `free` | one of free, stick |", "## Voids/dry",
        "## Voids/viscous", "| Viscosity | `Pa s` |", "| Cycles |  | `1` | 1 to 100 |"})
    EXPECT_NE(manual.find(part), std::string::npos) << part << "\nin\n" << manual;

  const std::string prm = printed(parameters, "prm");
  EXPECT_NE(prm.find("  # set Stack pressure = ... MPa"), std::string::npos) << prm;
  EXPECT_NE(printed(parameters, "json").find("\"documentation\": \"on the metal\""),
            std::string::npos);
  EXPECT_THROW(printed(parameters, "xml"), std::invalid_argument);
}
