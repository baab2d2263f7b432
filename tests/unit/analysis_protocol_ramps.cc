#include "analysis_protocol_helpers.h"

#include <boost/archive/text_iarchive.hpp>
#include <boost/archive/text_oarchive.hpp>

#include <cmath>

using namespace kavity;

namespace
{
std::string step(const std::string &line)
{
  return "set Step 1 = " + line + "\n";
}

// Sum of |mean current| times length of the time steps that a protocol asks for, and their number.
std::pair<double, unsigned int> passed(Protocol protocol)
{
  double charge  = 0;
  unsigned int n = 0;
  while (!protocol.finished() && !protocol.check({}))
  {
    const double time = protocol.time_to_end();
    charge += std::abs(protocol.mean_current_density(time)) * time;
    protocol.advance(time);
    ++n;
  }
  // round-off of a sum of a few numbers
  EXPECT_NEAR(protocol.capacity(), charge, 1e-12 * charge);
  return {charge, n};
}
} // namespace


TEST(ProtocolRamp, IsLinearInTime)
{
  Protocol protocol = read_protocol(step("ramp from 1 to 5 mA/cm^2 over 1 h"));
  EXPECT_DOUBLE_EQ(protocol.current_density(), 10);
  EXPECT_DOUBLE_EQ(protocol.current_density_after(hour / 4), 20);
  EXPECT_DOUBLE_EQ(protocol.mean_current_density(hour / 4), 15);
  EXPECT_DOUBLE_EQ(protocol.time_left_at_most(), hour);
  protocol.advance(hour / 4);
  EXPECT_DOUBLE_EQ(protocol.current_density(), 20);
  EXPECT_DOUBLE_EQ(protocol.capacity(), 15 * hour / 4);
  protocol.advance(3 * hour / 4);
  EXPECT_EQ(protocol.check({}).value(), "end of the ramp");
  EXPECT_DOUBLE_EQ(protocol.current_density(), 50);
  EXPECT_DOUBLE_EQ(protocol.capacity(), 30 * hour);
}


TEST(ProtocolRamp, IsResolvedByTwentyTimeSteps)
{
  const auto [charge, n] = passed(read_protocol(step("ramp from 0 to 5 mA/cm^2 over 1 h")));
  EXPECT_EQ(n, 20u);
  EXPECT_NEAR(charge, 25 * hour, 1e-9);
  // through zero at a third: one more, and the magnitude counts
  const auto [both, more] = passed(read_protocol(step("ramp from -1 to 2 mA/cm^2 over 1 h")));
  EXPECT_EQ(more, 21u);
  EXPECT_NEAR(both, (5. / 3 + 20. / 3) * hour, 1e-9);
  // through zero at a twentieth: no sliver
  EXPECT_EQ(passed(read_protocol(step("ramp from 2 to -2 mA/cm^2 over 1 h"))).second, 20u);
}


TEST(ProtocolRamp, EndsAtItsCapacity)
{
  struct Case
  {
    std::string ramp;
    double capacity, time; // mAh/cm^2, h
  };
  for (const Case &ramp : std::vector<Case>{{"ramp from 0 to 4", 0.5, 0.5},
                                            {"ramp from 4 to 0", 1.5, 0.5},
                                            {"ramp from 4 to -4", 0.75, 0.25},
                                            {"ramp from -4 to 4", 1.25, 0.75},
                                            {"ramp from 3 to 3", 1.5, 0.5}})
  {
    Protocol protocol = read_protocol(step(ramp.ramp + " mA/cm^2 over 1 h until capacity > " +
                                           std::to_string(ramp.capacity) + " mAh/cm^2"));
    EXPECT_NEAR(protocol.time_left_at_most(), ramp.time * hour, 1e-8) << ramp.ramp;
    while (!protocol.check({}))
      protocol.advance(protocol.time_to_end());
    EXPECT_NEAR(protocol.position().step_time, ramp.time * hour, 1e-8) << ramp.ramp;
    EXPECT_NE(protocol.check({})->find("capacity"), std::string::npos);
  }
}


TEST(ProtocolStaircase, RungsEndLikeSteps)
{
  Protocol protocol =
    read_protocol(step("strip and plate from 1 to 3 mA/cm^2 in 3 steps of 10 min") +
                  "set Step 2 = rest for 1 h\n");
  const double currents[] = {10, -10, 20, -20, 30, -30};
  EXPECT_NEAR(protocol.time_left_at_most(), 2 * hour, 1e-9);
  for (unsigned int rung = 0; rung < 6; ++rung)
  {
    EXPECT_EQ(protocol.position().rung, rung);
    EXPECT_DOUBLE_EQ(protocol.current_density(), currents[rung]);
    EXPECT_NEAR(protocol.time_to_end(), 600, 1e-9);
    EXPECT_FALSE(protocol.check({}));
    protocol.advance(protocol.time_to_end());
    EXPECT_EQ(protocol.check({}).value(), "end of the rung");
    EXPECT_DOUBLE_EQ(protocol.current_density(), currents[rung]) << "of the rung that ends";
    if (rung == 3)
    {
      EXPECT_EQ(protocol.description(),
                "step 1 of 2 (staircase), rung 4 of 6 (plate at 2 mA/cm^2)");
    }
    protocol.go_on({});
  }
  EXPECT_EQ(protocol.description(), "step 2 of 2 (rest)");
  EXPECT_EQ(protocol.position().rung, 0u);
  EXPECT_EQ(protocol.position().step_time, 0);
}


TEST(ProtocolStaircase, ConditionsEndAllOfIt)
{
  const std::string stairs = "plate from 1 mA/cm^2 to 4 mA/cm^2 in 4 steps of 1 mAh/cm^2";
  Protocol protocol =
    read_protocol(step(stairs + " until |voltage| > 0.3 V") + "set Step 2 = rest for 1 h\n");
  EXPECT_NEAR(protocol.time_left_at_most(), hour * (1 + 1. / 2 + 1. / 3 + 1. / 4 + 1), 1e-8);
  protocol.advance(hour);
  protocol.go_on({{"voltage", -0.1}});
  EXPECT_EQ(protocol.current_density(), -20);
  EXPECT_EQ(protocol.check({{"voltage", -0.4}}).value(), "|voltage| > 0.3 V");
  protocol.go_on({{"voltage", -0.4}});
  EXPECT_EQ(protocol.position().step, 1u);

  // the capacity is that of all rungs
  Protocol limited = read_protocol(step(stairs + " until capacity > 1.5 mAh/cm^2"));
  EXPECT_NEAR(limited.time_left_at_most(), 1.25 * hour, 1e-8);
}


TEST(ProtocolStaircase, PositionSurvivesACheckpoint)
{
  const std::string text = step("strip from 1 to 3 mA/cm^2 in 3 steps of 10 min");
  Protocol protocol      = read_protocol(text);
  protocol.advance(600);
  protocol.go_on({});
  protocol.advance(123.4);
  std::stringstream archive;
  {
    boost::archive::text_oarchive(archive) << protocol.position();
  }
  ProtocolPosition position;
  boost::archive::text_iarchive(archive) >> position;
  Protocol resumed = read_protocol(text);
  resumed.set_position(position);
  EXPECT_EQ(resumed.current_density(), 20);
  EXPECT_EQ(resumed.time_to_end(), protocol.time_to_end());
  EXPECT_EQ(resumed.capacity(), 10 * 600 + 20 * 123.4);
}


TEST(ProtocolRamp, MistakesAreNamed)
{
  const std::vector<std::pair<std::string, std::string>> mistakes = {
    {"ramp from 0 to 5 mA/cm^2", "ends with 'ramp from 0 to 5 mA/cm^2'; expected 'over'"},
    {"ramp from 0 to 5 over 1 h", "'0' has no unit"},
    {"ramp from 0 mA to 5 mA/cm^2 over 1 h", "'0 mA' is not a current density"},
    {"ramp from 0 to 0 mA/cm^2 over 1 h", "write 'rest for"},
    {"ramp to 5 mA/cm^2 over 1 h", "'to' after 'ramp' is not understood; expected 'from'"},
    {"ramp from 0 to 5 mA/cm^2 ovr 1 h", "did you mean 'over'?"},
    {"ramp from 0 to 5 mA/cm^2 over 1 mV", "'1 mV' is not a time"},
    {"ramp from 0 to 5 mA/cm^2 over 1 h for 1 h", "'for' after"},
    {"strip from 0 to 5 mA/cm^2 in 10 steps of 5 min", "'0 mA/cm^2' is out of range"},
    {"strip from 1 to 5 mA/cm^2 over 1 h", "'over' after 'strip from 1 to 5 mA/cm^2'"},
    {"strip from 1 to 5 mA/cm^2 in ten steps of 5 min", "'ten' is not a whole number"},
    {"strip from 1 to 5 mA/cm^2 in 1 steps of 5 min", "from 2 to 1000"},
    {"strip from 1 to 5 mA/cm^2 in 10 steps of 5 V", "'5 V' is not a time"},
    {"strip and rest from 1 to 5 mA/cm^2 in 10 steps of 5 min", "expected 'plate'"}};
  for (const auto &[line, expected] : mistakes)
  {
    const std::string errors = input_errors(step(line));
    EXPECT_NE(errors.find(expected), std::string::npos) << line << "\nsays: " << errors;
  }
}


TEST(ProtocolRates, AreOfTheCapacity)
{
  const std::string capacity                              = "set Capacity = 3 mAh/cm^2\n";
  const std::vector<std::pair<std::string, double>> rates = {
    {"strip at C/10 for 1 h", 3},
    {"strip at 0.5 C for 1 h", 15},
    {"plate at 2C for 1 h", -60},
    {"strip at C for 1 h", 30},
    {"ramp from C/3 to 0 C over 1 h", 10},
    {"ramp from -1 to 1 C over 1 h", -30},
    {"strip from C/20 to C in 3 steps of 1 h", 1.5}};
  for (const auto &[line, current] : rates)
    // round-off of units
    EXPECT_NEAR(read_protocol(capacity + step(line)).current_density(), current, 1e-12) << line;
  const std::vector<std::pair<std::string, std::string>> mistakes = {
    {step("strip at C/10 for 1 h"), "'C/10' is a C-rate, but the areal capacity"},
    {capacity + step("strip at 1 mA/cm^2 for 1 h"), "[Protocol/Capacity] has no effect"},
    {capacity + step("strip at C/0 for 1 h"), "'0' is out of range"},
    {capacity + step("strip at 0 C for 1 h"), "write 'rest for ...'"},
    {step("strip at 0 mA/cm^2 for 1 h"), "write 'rest for ...'"},
    {capacity + step("strip at 1e-12 C for 1 h"), "is out of range"},
    {"set Capacity = 3 mAh\n" + step("strip at C/10 for 1 h"), "'3 mAh' is not"}};
  for (const auto &[text, expected] : mistakes)
  {
    const std::string errors = input_errors(text);
    EXPECT_NE(errors.find(expected), std::string::npos) << text << "\nsays: " << errors;
    EXPECT_EQ(errors.find('\n'), std::string::npos) << "more than one error: " << errors;
  }
}


TEST(ProtocolRamp, EndsAtACutOffCurrent)
{
  Protocol protocol =
    read_protocol(step("ramp from 1 to -1 mA/cm^2 over 1 h until |current_density| < 0.1 mA/cm^2"));
  protocol.advance(0.44 * hour);
  EXPECT_FALSE(protocol.check({{"current_density", 1.2}})); // A/m^2
  const auto events = protocol.residuals({{"current_density", 1.2}}, {{"current_density", -0.8}});
  ASSERT_EQ(events.size(), 1u);
  EXPECT_NEAR(events[0].before, -0.2, 1e-12);
  EXPECT_NEAR(events[0].after, 0.2, 1e-12);
  protocol.advance(0.02 * hour);
  EXPECT_EQ(protocol.check({{"current_density", -0.8}}).value(), "|current_density| < 0.1 mA/cm^2");
  // signed: what a ramp through zero ends with
  Protocol through =
    read_protocol(step("ramp from 1 to -1 mA/cm^2 over 1 h until current_density < -0.5 mA/cm^2"));
  EXPECT_FALSE(through.check({{"current_density", -4}}));
  EXPECT_TRUE(through.check({{"current_density", -6}}));
  // as a C-rate
  Protocol of_capacity =
    read_protocol("set Capacity = 5 mAh/cm^2\nset Step 1 = hold at 50 mV until |current| < C/50\n"
                  "subsection Step 2\nset Kind = hold\nset Voltage = 50 mV\n"
                  "set Until = current < 0.02 C or current < 0.01 mA/cm^2\nend\n");
  for (; !of_capacity.finished(); of_capacity.next_step())
  {
    EXPECT_FALSE(of_capacity.check({{"current_density", 1.01}}));
    EXPECT_TRUE(of_capacity.check({{"current_density", 0.99}}));
  }
  const std::string in_a_section =
    "subsection Step 1\nset Kind = hold\nset Voltage = 50 mV\nset Until = current < C/50\nend\n";
  for (const std::string &text :
       {step("hold at 50 mV until current < C/50"), in_a_section,
        "set Capacity = 5 mAh/cm^2\n" + step("hold at 50 mV until voltage < C/50")})
  {
    const std::string errors = input_errors(text);
    EXPECT_NE(errors.find(text.find("voltage <") == std::string::npos ?
                            "'C/50' is a C-rate, but the areal capacity" :
                            "'C/50' does not start with a number"),
              std::string::npos)
      << text << "\nsays: " << errors;
    EXPECT_EQ(errors.find('\n'), std::string::npos) << "more than one error: " << errors;
  }
  for (const std::string line : {"strip at 3 mA/cm^2 until |current_density| < 0.1 mA/cm^2",
                                 "rest until |current_density| < 0.1 mA/cm^2"})
    EXPECT_NE(input_errors(step(line)).find("its current is constant"), std::string::npos) << line;
}
