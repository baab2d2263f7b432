// Steps at a constant voltage, from the beginning or after a constant current.

#include "analysis_protocol_helpers.h"

#include <boost/archive/text_iarchive.hpp>
#include <boost/archive/text_oarchive.hpp>

using namespace kavity;

namespace
{
// What a cell would supply; SI.
Observables observed(const double voltage, const double current_density)
{
  return {{"voltage", voltage}, {"current_density", current_density}, {"contact", 1.}};
}
} // namespace


TEST(ProtocolVoltage, AHoldKeepsItsVoltage)
{
  Protocol protocol =
    read_protocol("set Step 1 = Hold at -50 mV for 2 h until |current_density| < 0.1 mA/cm^2\n");
  EXPECT_EQ(protocol.description(), "step 1 of 1 (hold)");
  EXPECT_TRUE(protocol.keeps_voltage());
  EXPECT_TRUE(protocol.applied().is_voltage);
  EXPECT_EQ(protocol.applied().value, -0.05);
  EXPECT_FALSE(protocol.mean_applied(10) != protocol.applied_after(10));
  EXPECT_EQ(protocol.time_to_end(), 2 * hour);
  EXPECT_FALSE(protocol.check(observed(-0.05, -30)));
  protocol.advance(60, -30 * 60);
  EXPECT_EQ(protocol.capacity(), 1800); // always positive
  EXPECT_EQ(protocol.check(observed(-0.05, -0.5)).value(), "|current_density| < 0.1 mA/cm^2");
  const auto events = protocol.residuals(observed(-0.05, -2), observed(-0.05, -0.5));
  ASSERT_EQ(events.size(), 1u);
  EXPECT_LT(events[0].before, 0);
  EXPECT_GT(events[0].after, 0);
}


TEST(ProtocolVoltage, CapacityIsNoClockWhereTheCurrentIsAResult)
{
  Protocol protocol = read_protocol("set Longest step = 3 h\n"
                                    "set Step 1 = hold at 50 mV for 1 mAh/cm^2\n");
  EXPECT_EQ(protocol.time_to_end(), 3 * hour);
  EXPECT_EQ(protocol.time_left_at_most(), 3 * hour);
  protocol.advance(60, 30000);
  const auto events = protocol.residuals(observed(0.05, 20), observed(0.05, 20), 9000);
  ASSERT_EQ(events.size(), 1u);
  EXPECT_NEAR(events[0].before, 30000. / 36000 - 1, 1e-12); // round-off of a few operations
  EXPECT_NEAR(events[0].after, 39000. / 36000 - 1, 1e-12);
  EXPECT_FALSE(protocol.check(observed(0.05, 20)));
  protocol.advance(30, 6001);
  EXPECT_EQ(protocol.check(observed(0.05, 20)).value(), "capacity > 1 mAh/cm^2");
}


TEST(ProtocolVoltage, ACurrentGoesOverIntoAVoltage)
{
  const std::string text = "set Cycles = 2\n"
                           "set Step 1 = strip at 2 mA/cm^2 up to 50 mV for 3 mAh/cm^2 until "
                           "|current_density| < 0.1 mA/cm^2\n"
                           "set Step 2 = plate at 2 mA/cm^2 down to -50 mV for 1 h\n";
  Protocol protocol      = read_protocol(text);
  EXPECT_FALSE(protocol.applied().is_voltage);
  EXPECT_NEAR(protocol.applied().value, 20, 1e-12);
  EXPECT_NEAR(protocol.time_to_end(), 1.5 * hour, 1e-8); // the capacity, while the current is known
  const auto events = protocol.residuals(observed(0.04, 20), observed(0.06, 20));
  ASSERT_EQ(events.size(), 2u);
  EXPECT_EQ(events[0].name, "voltage > 50 mV");
  EXPECT_NEAR(events[0].after, 0.2, 1e-12);
  protocol.advance(hour, 20 * hour);
  EXPECT_FALSE(protocol.check(observed(0.04, 20)));
  EXPECT_EQ(protocol.check(observed(0.0501, 20)).value(), "voltage > 50 mV");
  EXPECT_EQ(protocol.missed(observed(0.0501, 20)), ""); // it goes on
  protocol.go_on(observed(0.0501, 20));
  EXPECT_EQ(protocol.description(), "cycle 1 of 2, step 1 of 2 (strip), kept at 50 mV");
  EXPECT_EQ(protocol.applied().value, 0.05);
  EXPECT_NEAR(protocol.capacity(), 20 * hour, 1e-8);
  EXPECT_FALSE(protocol.check(observed(0.05, 19.9)));
  protocol.advance(60, 600);
  EXPECT_NEAR(protocol.capacity(), 20 * hour + 600, 1e-8);

  // where a checkpoint was written, the protocol goes on
  std::stringstream archive;
  const ProtocolPosition saved = protocol.position();
  boost::archive::text_oarchive(archive) << saved;
  ProtocolPosition restored;
  boost::archive::text_iarchive(archive) >> restored;
  Protocol resumed = read_protocol(text);
  resumed.set_position(restored);
  EXPECT_EQ(resumed.description(), protocol.description());
  EXPECT_EQ(resumed.capacity(), protocol.capacity());
  EXPECT_TRUE(resumed.keeps_voltage());

  resumed.go_on(observed(0.05, 0.9));
  EXPECT_EQ(resumed.description(), "cycle 1 of 2, step 2 of 2 (plate)");
  EXPECT_EQ(resumed.capacity(), 0);
  EXPECT_FALSE(resumed.keeps_voltage());
  EXPECT_FALSE(resumed.check(observed(0.06, -20)));
  EXPECT_EQ(resumed.check(observed(-0.051, -20)).value(), "voltage < -50 mV");
}


TEST(ProtocolVoltage, AConditionGoesBeforeTheVoltage)
{
  Protocol protocol =
    read_protocol("set Step 1 = strip at 2 mA/cm^2 up to 50 mV until contact < 0.5\n"
                  "set Step 2 = rest for 1 h\n");
  Observables both = observed(0.06, 20);
  both["contact"]  = 0.4;
  EXPECT_EQ(protocol.check(both).value(), "contact < 0.5");
  protocol.go_on(both);
  EXPECT_EQ(protocol.description(), "step 2 of 2 (rest)");
}


TEST(ProtocolVoltage, ACurrentBeyondItsVoltageIsNeverApplied)
{
  const std::string plate = "set Step 1 = plate at 9 mA/cm^2 down to -0.15 V for 0.5 mAh/cm^2\n"
                            "set Failure = voltage < -0.3 V\n";
  Protocol protocol       = read_protocol(plate);
  EXPECT_EQ(protocol.skip_current(observed(-0.14, -90)), "");
  EXPECT_FALSE(protocol.keeps_voltage());
  const std::string why = protocol.skip_current(observed(-0.5, -90));
  EXPECT_NE(why.find("the current of step 1 of 1 (plate) is skipped: 'voltage < -0.15 V' holds"),
            std::string::npos)
    << why;
  EXPECT_NE(why.find("voltage is -0.5 V"), std::string::npos) << why;
  EXPECT_TRUE(protocol.keeps_voltage());
  EXPECT_EQ(protocol.applied().value, -0.15);
  EXPECT_EQ(protocol.capacity(), 0);
  EXPECT_FALSE(protocol.finished()); // though the current would have failed it
  EXPECT_EQ(protocol.skip_current(observed(-0.5, -90)), "");
}


TEST(ProtocolVoltage, SectionsSayWhatLinesSay)
{
  Protocol sections = read_protocol(
    "subsection Step 1\nset Kind = hold\nset Voltage = 50 mV\nset Until = time > 1 h\nend\n"
    "subsection Step 2\nset Kind = plate\nset Current density = 2 mA/cm^2\n"
    "set Voltage = -50 mV\nset Until = |current_density| < 0.1 mA/cm^2\nend\n");
  Protocol lines =
    read_protocol("set Step 1 = hold at 50 mV for 1 h\nset Step 2 = plate at 2 mA/cm^2 down to "
                  "-50 mV until |current_density| < 0.1 mA/cm^2\n");
  for (; !sections.finished(); sections.next_step(), lines.next_step())
  {
    EXPECT_EQ(lines.description(), sections.description());
    EXPECT_FALSE(lines.applied() != sections.applied());
    EXPECT_EQ(lines.step().voltage.value(), sections.step().voltage.value());
    EXPECT_EQ(lines.step().reached.has_value(), sections.step().reached.has_value());
    EXPECT_EQ(lines.step().until[0].text(), sections.step().until[0].text());
  }
  EXPECT_TRUE(lines.finished());
}


TEST(ProtocolVoltage, MistakesInSectionsAreNamed)
{
  const std::string hold = "subsection Step 1\nset Kind = hold\nset Until = time > 1 h\n";
  const std::vector<std::pair<std::string, std::string>> mistakes = {
    {hold + "end\n", "[Protocol/Step 1/Voltage] is missing"},
    {hold + "set Voltage = 50\nend\n", "has no unit"},
    {hold + "set Voltage = 50 mV\nset Current density = 1 mA/cm^2\nend\n",
     "[Protocol/Step 1/Current density] has no effect because Kind = hold"},
    {"subsection Step 1\nset Kind = rest\nset Voltage = 50 mV\nset Until = time > 1 h\nend\n",
     "[Protocol/Step 1/Voltage] has no effect because Kind = rest"}};
  for (const auto &[text, expected] : mistakes)
  {
    const std::string errors = input_errors(text);
    EXPECT_NE(errors.find(expected), std::string::npos) << text << "\nsays: " << errors;
    EXPECT_EQ(errors.find('\n'), std::string::npos) << "more than one error: " << errors;
  }
}
