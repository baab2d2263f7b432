#include <gtest/gtest.h>

#include <algorithm>
#include <tuple>

#include "core_parameter_helpers.h"

using namespace kavity;
using namespace core_test;

namespace
{
struct Dry : Friction
{
  double coefficient = 0;
  void declare(Parameters &parameters) override
  {
    parameters.add("Coefficient", coefficient, "0.3", "1", Range::fraction(), "Coulomb");
  }
};

struct Viscous : Friction
{
  double viscosity = 0;
  void declare(Parameters &parameters) override
  {
    parameters.add("Viscosity", viscosity, "", "Pa s", Range::positive(), "Newton");
  }
};

const Registered<Friction, Dry> dry{"dry", "does not depend on the velocity"};
const Registered<Friction, Viscous> viscous{"viscous", "proportional to the velocity"};

// One mistake in line 4 of an otherwise good file.
std::string errors_with(const std::string &line, const std::string &section = "Cell")
{
  const Files files;
  const std::string good = "subsection Cell\n  set Stack pressure = 5 MPa\n";
  if (section == "Cell")
    return errors(files.write("a.prm", good + "\n" + line + "\nend\n"));
  return errors(
    files.write("a.prm", "\n\nsubsection " + section + "\n" + line + "\nend\n" + good + "end\n"));
}

// The only error is that of line 4, about @p entry, and says @p message.
void expect_error(const std::string &line, const std::string &entry, const std::string &message,
                  const std::string &section = "Cell")
{
  const std::string text = errors_with(line, section);
  EXPECT_NE(text.find("a.prm:4: [" + entry + "] "), std::string::npos) << line << " gives " << text;
  EXPECT_NE(text.find(message), std::string::npos) << line << " gives " << text;
  EXPECT_EQ(text.find('\n'), std::string::npos) << line << " gives " << text;
}
} // namespace


TEST(Parameters, ReadsValuesIntoMembers)
{
  const Files files;
  auto parameters = Parameters::from_file(files.write("a.prm", R"(
# a comment
subsection Cell
  set Stack   pressure = 2.5 MPa   # [cal] to the cell of 2021
  SET Temperature = 60 \
                    degC
  set Dimension = 3
  set Depth = 20 um
  set Edges = stick
end
subsection Voids
  set Closure = no
  set Activation energy = 0.35 eV
  set Law = viscous
  subsection viscous
    set Viscosity = 1e6 Pa s
  end
end
subsection Protocol
  set Title = run \#1
  set Pressures = 1 MPa, from 2 MPa to 4 MPa in 3, 5e6 Pa
end
)"));
  Settings settings;
  settings.declare(parameters);
  EXPECT_NO_THROW(parameters.finish());
  EXPECT_DOUBLE_EQ(settings.stack_pressure, 2.5e6);
  EXPECT_DOUBLE_EQ(settings.temperature, 333.15);
  EXPECT_EQ(settings.contact, 0.5);
  EXPECT_EQ(settings.dimension, 3u);
  EXPECT_DOUBLE_EQ(settings.depth, 20e-6);
  EXPECT_EQ(settings.edges, "stick");
  EXPECT_FALSE(settings.closure);
  EXPECT_NEAR(settings.activation_energy, 33769.9, 0.05); // 0.35 F, rounded as written here
  EXPECT_EQ(dynamic_cast<Viscous &>(*settings.friction).viscosity, 1e6);
  EXPECT_EQ(settings.title, "run #1");
  ASSERT_EQ(settings.pressures.size(), 5u);
  for (int i = 0; i < 5; ++i)
    EXPECT_DOUBLE_EQ(settings.pressures[i], (i + 1) * 1e6);
}


TEST(Parameters, ListsOfTemperatures)
{
  const Files files;
  auto parameters = Parameters::from_file(
    files.write("a.prm", "set Temperatures = 20 degC to 60 degC in 5\nset Numbers = 0.1, 0.2\n"));
  std::vector<double> temperatures, numbers;
  parameters.add("Temperatures", temperatures, "", "degC", Range::at_least(20), "");
  parameters.add("Numbers", numbers, "", "1", Range::any(), "");
  EXPECT_NO_THROW(parameters.finish());
  ASSERT_EQ(temperatures.size(), 5u);
  EXPECT_EQ(temperatures[0], 293.15);
  EXPECT_DOUBLE_EQ(temperatures[1], 303.15);
  EXPECT_EQ(temperatures[4], 333.15);
  EXPECT_EQ(numbers, (std::vector<double>{0.1, 0.2}));
}


TEST(Parameters, MistakesInValues)
{
  expect_error("set Temperature = 20", "Cell/Temperature",
               "'20' has no unit; expected a temperature such as '20 degC'");
  expect_error("set Temperature = 20 MPa", "Cell/Temperature", "'20 MPa' is not a temperature");
  expect_error("set Temperature = 20 grad", "Cell/Temperature", "is not a");
  expect_error("set Temperature = warm", "Cell/Temperature", "does not start with a number");
  expect_error("set Temperature =", "Cell/Temperature", "is empty; expected a temperature");
  expect_error("set Temperature = 300 degC", "Cell/Temperature",
               "'300 degC' is out of range; expected -100 to 200 degC");
  expect_error("set Contact = 1.1", "Cell/Contact", "out of range; expected 0 to 1");
  expect_error("set Contact = 0.5 m", "Cell/Contact", "has the unit 'm'");
  expect_error("set Contact = 0,5", "Cell/Contact", "decimal point");
  expect_error("set Dimension = 4", "Cell/Dimension", "expected a whole number from 2 to 3");
  expect_error("set Dimension = 2.5", "Cell/Dimension", "not a whole number");
  expect_error("set Dimension = -2", "Cell/Dimension", "not a whole number");
  expect_error("set Dimension = 99999999999", "Cell/Dimension", "out of range");
  expect_error("set Edges = stik", "Cell/Edges", "did you mean 'stick'? Possible: free, stick");
  expect_error("set Edges = xyz", "Cell/Edges", "possible: free, stick");
  expect_error("set Closure = maybe", "Voids/Closure", "neither 'true' nor 'false'", "Voids");
  expect_error("set Activation energy = -1 kJ/mol", "Voids/Activation energy", ">= 0 kJ/mol",
               "Voids");
}


TEST(Parameters, ValuesThatNobodyMeans)
{
  const Files files;
  const auto message = [&](const std::string &value, const Range &range, const std::string &unit)
  {
    auto parameters = Parameters::from_file(files.write("a.prm", "set A = " + value + "\n"));
    double a        = 0;
    parameters.add("A", a, "none", unit, range, "");
    try
    {
      parameters.finish();
    }
    catch (const InputError &error)
    {
      return std::string(error.what());
    }
    return std::string();
  };
  const Range pressure = Range::between(1e-4, 1e4).or_zero();
  const Range current  = Range::between(1e-9, 1e5);
  EXPECT_NE(message("2.5 mPa", pressure, "MPa")
              .find("'2.5 mPa' (2.5e-09 MPa) is out of range; expected 0, or 0.0001 to 10000 MPa; "
                    "did you mean '2.5 MPa'?"),
            std::string::npos);
  EXPECT_NE(message("3 MA/cm^2", current, "mA/cm^2").find("did you mean '3 mA/cm^2'?"),
            std::string::npos);
  EXPECT_NE(message("20 m", Range::between(1e-2, 1e5), "um").find("did you mean '20 um'?"),
            std::string::npos);
  // the value is out of range, not the unit misspelt
  const Range modulus = Range::between(1e-6, 1e4);
  for (const auto &[value, range, unit] :
       {std::tuple("-1 MPa", pressure, "MPa"), std::tuple("1e5 GPa", modulus, "GPa"),
        std::tuple("1e8 MPa", modulus, "GPa"), std::tuple("1e14 Pa", modulus, "GPa"),
        std::tuple("1e-9 GPa", modulus, "GPa")})
  {
    const std::string said = message(value, range, unit);
    EXPECT_NE(said.find("is out of range"), std::string::npos) << value;
    EXPECT_EQ(said.find("did you mean"), std::string::npos) << said;
  }
  for (const std::string fine : {"0 MPa", "0 kPa", "1e-4 MPa", "1 bar", "10 GPa"})
    EXPECT_EQ(message(fine, pressure, "MPa"), "") << fine;
}


TEST(Parameters, NumberedSections)
{
  const Files files;
  std::string text = "subsection Step 01\nend\nsubsection Step 0\nend\nsubsection Step x\nend\n";
  for (const unsigned int n : {1, 2, 100, 4000000})
    text += "subsection Step " + std::to_string(n) + "\nend\n";
  EXPECT_EQ(Parameters::from_file(files.write("a.prm", text)).numbered_sections("Step"),
            (std::set<unsigned int>{1, 2, 100, 4000000}));
}


TEST(Parameters, MistakesInLists)
{
  const std::string name = "Protocol/Pressures";
  expect_error("set Pressures = 1 MPa, 5", name, "'5' has no unit", "Protocol");
  expect_error("set Pressures = 1 MPa,, 5 MPa", name, "is empty", "Protocol");
  expect_error("set Pressures = 1 MPa to 5 MPa", name, "FIRST to LAST in NUMBER", "Protocol");
  expect_error("set Pressures = 1 MPa to 5 MPa in 1", name, "from 2 to", "Protocol");
  expect_error("set Pressures = 0 MPa to 5 MPa in 3", name, "out of range; expected > 0 MPa",
               "Protocol");
  expect_error("set Pressures = 1 MPa to 5 m in 3", name, "not a pressure", "Protocol");
}


TEST(Parameters, MistakesInNames)
{
  expect_error("set Temprature = 20 degC", "Cell/Temprature",
               "no such entry: 'Temprature' is not known; did you mean 'Temperature'?");
  expect_error("set temperature = 20 degC", "Cell/temperature", "did you mean 'Temperature'?");
  expect_error("set Closure = true", "Cell/Closure", "there is [Voids/Closure]");
  expect_error("set Cell = 1", "Cell/Cell", "no such entry");
  expect_error("subsection Voids\nend", "Cell/Voids", "no such section");
  expect_error("subsection Edges\nend", "Cell/Edges", "is an entry, not a section");
  expect_error("set dry = 1", "Voids/dry", "is a section, not an entry", "Voids");
  expect_error("set Law = dri", "Voids/Law", "did you mean 'dry'? Possible: dry, viscous", "Voids");
  expect_error("set Law = plastic", "Voids/Law", "possible: dry, viscous", "Voids");
}


TEST(Parameters, MistakesInGrammar)
{
  expect_error("set Temperature 20 degC", "Cell", "has no '='");
  expect_error("set = 20 degC", "Cell", "without the name of an entry");
  expect_error("Temperature = 20 degC", "Cell", "is not understood; expected 'set ENTRY = VALUE'");
  expect_error("set Stack pressure = 4 MPa", "Cell/Stack pressure", "set twice; already at line 2");
  const Files files;
  EXPECT_NE(errors(files.write("a.prm", "subsection Cell\n set Dimension = 9\n"))
              .find("a.prm:2: [Cell] the section 'Cell' opened at line 1 has no 'end'"),
            std::string::npos);
  EXPECT_NE(errors(files.write("b.prm", "end\n")).find("b.prm:1: 'end' without an open section"),
            std::string::npos);
}


TEST(Parameters, WhatHasNoEffectIsAnError)
{
  expect_error("set Depth = 5 um", "Cell/Depth", "has no effect because Dimension = 2");
  expect_error("subsection viscous\nend", "Voids/viscous", "has no effect because Law = dry",
               "Voids");
}


TEST(Parameters, MissingEntriesAreNamed)
{
  const Files files;
  EXPECT_NE(
    errors(files.write("a.prm", "\nsubsection Cell\nend\n"))
      .find("a.prm:2: [Cell/Stack pressure] is not given; expected a pressure such as '1 MPa'"),
    std::string::npos);
  EXPECT_NE(errors(files.write("b.prm", "")).find("b.prm: [Cell/Stack pressure] is not given"),
            std::string::npos);
  // inside the law that a slip in its name probably means, but not inside any other one
  EXPECT_NE(errors_with("set Law = viscos", "Voids").find("[Voids/viscous/Viscosity] is not given"),
            std::string::npos);
  EXPECT_EQ(errors_with("set Law = plastic\nsubsection dry\nset Coefficient = 7\nend", "Voids")
              .find("Coefficient"),
            std::string::npos);
}


TEST(Parameters, AllErrorsAtOnceInTheOrderOfTheFile)
{
  const Files files;
  const std::string text = errors(files.write("a.prm", R"(subsection Cell
  set Temprature = 20 degC
  set Dimension = 7
  nonsense
  set Contact = 2
end
subsection Vods
end
)"),
                                  {"Protocol/Cycles=0"});
  std::vector<std::size_t> positions;
  for (const char *const part :
       {"a.prm:1: [Cell/Stack pressure]", "a.prm:2: [Cell/Temprature]", "a.prm:3: [Cell/Dimension]",
        "a.prm:4: [Cell] 'nonsense'", "a.prm:5: [Cell/Contact]", "a.prm:7: [Vods]",
        "--set \"Protocol/Cycles=0\": [Protocol/Cycles]"})
  {
    positions.push_back(text.find(part));
    EXPECT_NE(positions.back(), std::string::npos) << part << " in\n" << text;
  }
  EXPECT_TRUE(std::is_sorted(positions.begin(), positions.end())) << text;
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 6) << text;
}


TEST(Parameters, MistakesAreKnownByTheirPlaces)
{
  const Files files;
  const std::string path = files.write("a.prm", "subsection Vods\nend\n");
  auto parameters        = Parameters::from_file(path, {"Cell/Width=5 V"});
  parameters.enter("Cell");
  parameters.error("Width", "first line\nsecond] line");
  parameters.leave();
  try
  {
    parameters.finish();
    FAIL() << "no mistake";
  }
  catch (const InputError &error)
  {
    const auto mistakes = error.mistakes();
    ASSERT_EQ(mistakes.size(), 3u) << error.what();
    EXPECT_EQ(mistakes[0].entry, "Vods");
    EXPECT_EQ(mistakes[0].location.file, path);
    EXPECT_EQ(mistakes[0].location.line, 1u);
    EXPECT_EQ(mistakes[1].entry, "Cell/Width");
    EXPECT_EQ(mistakes[1].location.file, place_of_override("Cell/Width=5 V").file);
    EXPECT_EQ(mistakes[1].message, "first line\nsecond] line");
  }
  EXPECT_TRUE(InputError("something else").mistakes().empty());
}


TEST(Parameters, ErrorsOfOneWhoKnowsMore)
{
  const Files files;
  auto parameters = Parameters::from_file(files.write("a.prm", "subsection S\n set A = 1\nend\n"));
  double a        = 0;
  parameters.enter("S");
  parameters.add("A", a, "2", "1", Range::any(), "");
  EXPECT_TRUE(parameters.given("A"));
  EXPECT_FALSE(parameters.given("B"));
  parameters.error("A", "does not go with B");
  parameters.leave();
  EXPECT_TRUE(parameters.has_section("S"));
  EXPECT_FALSE(parameters.has_section("T"));
  try
  {
    parameters.finish();
    FAIL() << "no error";
  }
  catch (const InputError &error)
  {
    EXPECT_EQ(error.what(), files.path("a.prm") + ":2: [S/A] does not go with B");
  }
}


TEST(Parameters, ProgrammingErrorsAreNotInputErrors)
{
  Parameters parameters;
  double a = 0;
  parameters.add("A", a, "1 MPa", "MPa", Range::positive(), "");
  EXPECT_THROW(parameters.add("A", a, "1 MPa", "MPa", Range::any(), ""), std::logic_error);
  EXPECT_THROW(parameters.add("B", a, "-1 MPa", "MPa", Range::positive(), ""), std::logic_error);
  EXPECT_THROW(parameters.add("C", a, "1", "MPa", Range::any(), ""), std::logic_error);
  EXPECT_THROW(parameters.leave(), std::logic_error);
  parameters.enter("S");
  EXPECT_THROW(parameters.finish(), std::logic_error);
}


TEST(Registry, CreatesByNameAndListsItsLaws)
{
  EXPECT_NE(dynamic_cast<Dry *>(Registry<Friction>::create("dry").get()), nullptr);
  EXPECT_THROW(Registry<Friction>::create("plastic"), std::invalid_argument);
  EXPECT_EQ(Registry<Friction>::names_and_docs().at("viscous"), "proportional to the velocity");
  EXPECT_EQ(Registry<Friction>::names_and_docs().size(), 2u);
  EXPECT_THROW((Registered<Friction, Dry>{"dry", "again"}), std::logic_error);
}


TEST(NearestNames, ForgivesSlipsAndLetterCase)
{
  const std::vector<std::string> names = {"Stack pressure", "Temperature", "Width", "Depth"};
  EXPECT_EQ(nearest_names("Stak presure", names), std::vector<std::string>{"Stack pressure"});
  EXPECT_EQ(nearest_names("TEMPERATURE", names), std::vector<std::string>{"Temperature"});
  EXPECT_EQ(nearest_names("pressure", names), std::vector<std::string>{"Stack pressure"});
  EXPECT_TRUE(nearest_names("Voltage limit", names).empty());
}
