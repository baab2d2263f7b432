#include "analysis_protocol_helpers.h"

using namespace kavity;

namespace
{
std::string steps(const std::vector<std::string> &lines)
{
  std::string text;
  for (std::size_t k = 0; k < lines.size(); ++k)
    text += "set Step " + std::to_string(k + 1) + " = " + lines[k] + "\n";
  return text;
}
} // namespace


TEST(ProtocolLine, SaysWhatASectionSays)
{
  Protocol lines = read_protocol(
    steps({"strip at 2 mA/cm^2 for 1 mAh/cm^2 until contact < 0.5",
           "Rest for 10 min or contact > 0.9", "PLATE at 10 A/m^2 until |voltage| > 0.3 V"}));
  Protocol sections = read_protocol(
    "subsection Step 1\nset Kind = strip\nset Current density = 2 mA/cm^2\n"
    "set Until = capacity > 1 mAh/cm^2 or contact < 0.5\nend\n"
    "subsection Step 2\nset Kind = rest\nset Until = time > 10 min or contact > 0.9\nend\n"
    "subsection Step 3\nset Kind = plate\nset Current density = 1 mA/cm^2\n"
    "set Until = |voltage| > 0.3 V\nend\n");
  for (; !sections.finished(); sections.next_step(), lines.next_step())
  {
    EXPECT_EQ(lines.description(), sections.description());
    EXPECT_EQ(lines.current_density(), sections.current_density());
    ASSERT_EQ(lines.step().until.size(), sections.step().until.size());
    for (std::size_t k = 0; k < lines.step().until.size(); ++k)
      EXPECT_EQ(lines.step().until[k].text(), sections.step().until[k].text());
    EXPECT_EQ(lines.time_to_end(), sections.time_to_end());
  }
  EXPECT_TRUE(lines.finished());
}


TEST(ProtocolLine, MayBeMixedWithSections)
{
  Protocol protocol = read_protocol("set Step 1 = rest for 1 h\nset Step 3 = rest for 3 h\n"
                                    "subsection Step 2\nset Kind = rest\nset Until = time > 2 h\n"
                                    "end\n");
  EXPECT_EQ(protocol.time_left_at_most(), 6 * hour);
}


TEST(ProtocolLine, UnitsMayBeOfSeveralWords)
{
  Protocol protocol =
    read_protocol(steps({"strip at 2mA/cm^2 for 2 mA min/cm^2", "plate at 2 A m^-2 for 1 h"}));
  EXPECT_NEAR(protocol.time_to_end(), 60, 1e-12); // round-off of units
  protocol.next_step();
  EXPECT_NEAR(protocol.current_density(), -2, 1e-15);
}


TEST(ProtocolLine, PrintedParametersReadBack)
{
  const ReadProtocol first = read_file_of_protocol(
    "subsection Protocol\nset Cycles = 3\n" +
    steps({"strip at 2 mA/cm^2   until contact<0.5 or |voltage| > 0.3 V", "rest for 10 min"}) +
    "end\n");
  std::ostringstream prm;
  first.parameters.print(prm, "prm");
  const ReadProtocol again = read_file_of_protocol(prm.str());
  EXPECT_EQ(first.parameters.values(), again.parameters.values());
  EXPECT_EQ(again.protocol.step().until.at(1).text(), "|voltage| > 0.3 V");
}


TEST(ProtocolLine, MistakesAreNamed)
{
  const std::vector<std::pair<std::string, std::vector<std::string>>> mistakes = {
    {"stripp at 3 mA/cm^2 for 1 h",
     {"'stripp' is not understood", "did you mean 'strip'?", "'rest'"}},
    {"", {"is empty", "'strip', 'plate'"}},
    {"strip 3 mA/cm^2 for 1 h", {"'3' after 'strip'", "expected 'at'"}},
    {"strip at 3 for 1 h", {"'3' has no unit", "a current density such as '3 mA/cm^2'"}},
    {"strip at for 1 h", {"'for' after 'strip at'", "a current density"}},
    {"strip at 3 mA for 1 h", {"'3 mA' is not a current density"}},
    {"strip at 3 mA/cmm^2 for 1 h", {"'cmm' is not a unit"}},
    {"strip at three mA/cm^2 for 1 h", {"'three' does not start with a number"}},
    {"strip at -3 mA/cm^2 for 1 h", {"'-3 mA/cm^2' is out of range"}},
    {"strip at 3 mA/cm^2", {"ends with 'strip at 3 mA/cm^2'", "'for' or 'until'"}},
    {"strip at 3 mA/cm^2 untill contact < 0.5",
     {"'untill' after 'strip at 3 mA/cm^2'", "did you mean 'until'?"}},
    {"strip at 3 mA/cm^2 until", {"ends with", "an end condition"}},
    {"strip at 3 mA/cm^2 for 1 h until", {"ends with", "an end condition"}},
    {"strip at 3 mA/cm^2 until contat < 0.5", {"observable 'contat'", "'contact'"}},
    {"strip at 3 mA/cm^2 for 1 V", {"'1 V' is not a time"}},
    {"strip at 3 mA/cm^2 for 30", {"'30' has no unit", "a time"}},
    {"strip at 3 mA/cm^2 for 0 h", {"out of range", "> 0"}},
    {"rest 1 h", {"'1' after 'rest'", "'for' or 'until'"}},
    {"rest for 1 h then strip", {"'then' after 'rest for 1 h'", "'until' or 'or'"}},
    {"rest for 1 h, contact > 0.5", {"no comma"}},
    {"rest for 1 mAh/cm^2", {"never hold during a rest"}},
    {"hold 50 mV for 1 h", {"'50' after 'hold'", "expected 'at'", "hold at 50 mV"}},
    {"hold at 50 for 1 h", {"'50' has no unit", "a voltage such as '50 mV'"}},
    {"hold at for 1 h", {"'for' after 'hold at'", "a voltage"}},
    {"hold at 3 mA/cm^2 for 1 h", {"'3 mA/cm^2' is not a voltage"}},
    {"hold at 5 kV for 1 h", {"'5 kV'", "is out of range"}},
    {"hold at 50 mV", {"ends with 'hold at 50 mV'", "'for' or 'until'"}},
    {"hold at 50 mV until voltage > 60 mV", {"its voltage is kept at 50 mV", "current_density"}},
    {"strip at 3 mA/cm^2 up to 50 mV", {"ends with", "'for' or 'until'"}},
    {"strip at 3 mA/cm^2 up 50 mV for 1 h", {"'50' after", "expected 'to'"}},
    {"strip at 3 mA/cm^2 up to 50 for 1 h", {"'50' has no unit"}},
    {"strip at 3 mA/cm^2 down to 50 mV for 1 h", {"voltage rise", "write 'up to'"}},
    {"plate at 3 mA/cm^2 up to 50 mV for 1 h", {"voltage fall", "'down to'", "-50 mV"}},
    {"strip at 3 mA/cm^2 up to 50 mV until |voltage| > 60 mV", {"its voltage is kept at 50 mV"}},
    {"plate at 3 mA/cm^2 down to -50 mV until voltage < -60 mV", {"is kept at -50 mV"}},
    {"strip at 3 mA/cm^2 for 1 h until |current_density| < 1 mA/cm^2", {"constant voltage"}}};
  for (const auto &[line, expected] : mistakes)
  {
    const std::string errors = input_errors(steps({line}));
    for (const std::string &part : expected)
      EXPECT_NE(errors.find(part), std::string::npos) << line << "\nsays: " << errors;
    EXPECT_NE(errors.find(":2: [Protocol/Step 1]"), std::string::npos) << errors;
    EXPECT_EQ(errors.find('\n'), std::string::npos) << "more than one error: " << errors;
  }
}


TEST(ProtocolLine, AllMistakesAtOnce)
{
  const std::string errors = input_errors(steps({"strip", "rest for 1 h", "plate at 1 V for 1 h"}));
  EXPECT_NE(errors.find(":2: [Protocol/Step 1]"), std::string::npos) << errors;
  EXPECT_NE(errors.find(":4: [Protocol/Step 3]"), std::string::npos) << errors;
  EXPECT_NE(input_errors("set Step 1 = rest for 1 h\nsubsection Step 1\nset Kind = rest\n"
                         "set Until = time > 1 h\nend\n")
              .find("keep one of them"),
            std::string::npos);
  EXPECT_NE(input_errors("set Step 2 = rest for 1 h\n").find("Step 1] is missing"),
            std::string::npos);
  EXPECT_NE(input_errors("set Stpe 1 = rest for 1 h\n").find("did you mean 'Step 1'"),
            std::string::npos);
}


TEST(ProtocolBlocks, RepeatTheirStepsWithinTheCycles)
{
  const std::string blocks = "set Cycles = 2\n"
                             "subsection Block 1\nset Cycles = 3\n" +
                             steps({"strip at 1 mA/cm^2 for 1 h", "rest for 2 h"}) +
                             "end\nsubsection Block 2\n" + steps({"plate at 2 mA/cm^2 for 4 h"}) +
                             "end\n";
  Protocol protocol = read_protocol(blocks);
  EXPECT_EQ(protocol.cycles_in_all(), 8u);
  EXPECT_EQ(protocol.time_left_at_most(), 2 * (3 * 3 + 4) * hour);
  std::vector<double> currents;
  std::vector<unsigned int> cycles;
  for (; !protocol.finished(); protocol.next_step())
  {
    currents.push_back(protocol.current_density());
    cycles.push_back(protocol.position().cycle);
    if (currents.size() == 7)
    {
      EXPECT_EQ(protocol.description(), "cycle 4 of 8, block 2, step 1 of 1 (plate)");
    }
  }
  EXPECT_EQ(currents, std::vector<double>({10, 0, 10, 0, 10, 0, -20, 10, 0, 10, 0, 10, 0, -20}));
  EXPECT_EQ(cycles, std::vector<unsigned int>({0, 0, 1, 1, 2, 2, 3, 4, 4, 5, 5, 6, 6, 7}));

  // where a checkpoint was written, the protocol goes on
  Protocol other = read_protocol(blocks);
  for (unsigned int k = 0; k < 10; ++k)
    other.next_step();
  Protocol resumed = read_protocol(blocks);
  resumed.set_position(other.position());
  EXPECT_EQ(resumed.description(), "cycle 6 of 8, block 1, step 2 of 2 (rest)");
  EXPECT_EQ(resumed.time_left_at_most(), (2 + 3 + 4) * hour); // rest, a third cycle, block 2
}


TEST(ProtocolBlocks, MistakesAreNamed)
{
  const std::string rest = "set Step 1 = rest for 1 h\n", block = "subsection Block 1\n" + rest;
  const std::vector<std::pair<std::string, std::string>> mistakes = {
    {rest + block + "end\n", "[Protocol/Block 1] a protocol is made of steps or of blocks"},
    {"subsection Block 2\n" + rest + "end\n", "[Protocol/Block 1] is missing, but Block 2"},
    {"subsection Block 1\nend\n", "[Protocol/Block 1/Step 1] is missing: a block has"},
    {block + "set Cycles = 0\nend\n", "[Protocol/Block 1/Cycles] '0' is out of range"},
    {block + "set Step 3 = rest for 1 h\nend\n", "[Protocol/Block 1/Step 2] is missing"},
    {block + "set Step 2 = rest\nend\n", ":4: [Protocol/Block 1/Step 2] ends with 'rest'"},
    {"subsection Blok 1\n" + rest + "end\n", "did you mean 'Block 1'?"},
    {"set Cycles = 1000000\n" + block + "set Cycles = 2\nend\n", "more than 1000000 cycles"}};
  for (const auto &[text, expected] : mistakes)
  {
    const std::string errors = input_errors(text);
    EXPECT_NE(errors.find(expected), std::string::npos) << text << "\nsays: " << errors;
  }
}


TEST(ProtocolLine, AWrongUnitAfterForIsNamed)
{
  const std::string said = input_errors("set Step 1 = plate at 1 mA/cm^2 for 1 mAh/cm^3\n");
  EXPECT_NE(said.find("'1 mAh/cm^3' is not a time or a capacity per area but a value in mAh/cm^3"),
            std::string::npos)
    << said;
}
