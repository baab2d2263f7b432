#include "analysis_protocol_helpers.h"

#include <boost/archive/text_iarchive.hpp>
#include <boost/archive/text_oarchive.hpp>

#include <cmath>

using namespace kavity;

namespace
{
std::string step(const unsigned int number, const std::string &entries)
{
  return "subsection Step " + std::to_string(number) + "\n" + entries + "end\n";
}
} // namespace


TEST(EndCondition, ReadsValuesWithUnits)
{
  const auto conditions = parse_end_conditions(
    "time > 2 h or  contact<0.25 or |voltage| > 300 mV or capacity > 1 mAh/cm^2",
    known_observables());
  ASSERT_EQ(conditions.size(), 4u);
  EXPECT_EQ(conditions[1].text(), "contact < 0.25");
  EXPECT_EQ(conditions[2].text(), "|voltage| > 300 mV");
  // Round-off of the conversion of units.
  EXPECT_NEAR(conditions[0].parts()[0].limit(), 2 * hour, 1e-10);
  EXPECT_NEAR(conditions[2].parts()[0].limit(), 0.3, 1e-15);
  EXPECT_NEAR(conditions[3].parts()[0].limit(), 36000, 1e-9);
  EXPECT_TRUE(conditions[0].only_clocks());
  EXPECT_FALSE(conditions[2].only_clocks());
}


TEST(EndCondition, AndBindsTighterThanOrInAnyCase)
{
  const auto conditions =
    parse_end_conditions("time>1 h AND contact < 0.5  OR voltage > 0.3 V", known_observables());
  ASSERT_EQ(conditions.size(), 2u);
  EXPECT_EQ(conditions[0].text(), "time > 1 h and contact < 0.5");
  EXPECT_EQ(conditions[1].text(), "voltage > 0.3 V");
  EXPECT_FALSE(conditions[0].only_clocks());
  const Observables early = {{"step_time", hour / 2}, {"contact", 0.4}, {"voltage", 0.}};
  const Observables late  = {{"step_time", hour}, {"contact", 0.4}, {"voltage", 0.}};
  const Observables whole = {{"step_time", hour}, {"contact", 0.6}, {"voltage", 0.}};
  EXPECT_FALSE(conditions[0].met(early, 1e-10));
  EXPECT_TRUE(conditions[0].met(late, 1e-10));
  EXPECT_FALSE(conditions[0].met(whole, 1e-10));
  for (const char *text : {"time > 1 h, contact < 0.5", "time > 1 h; contact < 0.5",
                           "time > 1 h && contact < 0.5", "|voltage| > 1 V || time > 1 h"})
    try
    {
      parse_end_conditions(text, known_observables());
      ADD_FAILURE() << "'" << text << "' was accepted";
    }
    catch (const std::invalid_argument &error)
    {
      EXPECT_NE(std::string(error.what()).find("joined by the words 'or' and 'and'"),
                std::string::npos)
        << error.what();
    }
}


TEST(EndCondition, ResidualIsRelativeAndNegativeUntilMet)
{
  const auto &known = known_observables();
  const EndCondition contact("contact < 0.5", known), voltage("|voltage| > 0.2 V", known),
    rest("voltage < 0 V", known), drift("drift < 0 um/h", known);
  EXPECT_DOUBLE_EQ(contact.residual({{"contact", 0.75}}), -0.5);
  EXPECT_DOUBLE_EQ(contact.residual({{"contact", 0.25}}), 0.5);
  EXPECT_DOUBLE_EQ(voltage.residual({{"voltage", -0.3}}), 0.5);
  EXPECT_DOUBLE_EQ(voltage.residual({{"voltage", 0.1}}), -0.5);
  EXPECT_DOUBLE_EQ(rest.residual({{"voltage", 0.1}}), -0.1);
  EXPECT_DOUBLE_EQ(drift.residual({{"drift", 2e-6 / hour}}), -2) << "in its own unit";
  EXPECT_THROW(contact.residual({{"voltage", 0.1}}), std::logic_error);
}


TEST(EndCondition, RefusesWhatCannotBeMeant)
{
  const std::vector<std::pair<std::string, std::string>> mistakes = {
    {"contat < 0.5", "contact"},
    {"contact < 5 MPa", "contact"},
    {"time > 5", "unit"},
    {"voltage > 0.3 A", "voltage"},
    {"time < 1 h", "only grows"},
    {"time > 0 h", "from the start"},
    {"capacity > -1 mAh/cm^2", "from the start"},
    {"contact < 0", "never"},
    {"contact > 1", "never"},
    {"contact < 1.5", "always holds: contact is at most 1"},
    {"void_volume < -1 um", "never hold: void_volume is at least 0 um"},
    {"void_volume > -1 um", "always"},
    {"metal_error > 1e-9", "ends nothing"},
    {"cycle > 2", "ends nothing"},
    {"contact_2 < 0.5", "only cells with Cell/Kind = symmetric have contact_2"},
    {"|voltage| < 0 V", "never"},
    {"|voltage| > -1 V", "always"},
    {"|voltage > 1 V", "no end condition"},
    {"contact", "no end condition"},
    {"contact = 0.5", "no end condition"},
    {"", "no end condition"}};
  for (const auto &[text, expected] : mistakes)
    try
    {
      EndCondition condition(text, known_observables());
      ADD_FAILURE() << "'" << text << "' was accepted";
    }
    catch (const std::invalid_argument &error)
    {
      EXPECT_NE(std::string(error.what()).find(expected), std::string::npos)
        << "'" << text << "': " << error.what();
    }
}


// A sign that an observable can have is one that a step can wait for.
TEST(EndCondition, TakesTheSignsThatThereAre)
{
  for (const char *text : {"drift < -1 um/h", "voltage < -0.1 V", "current_density > -1 mA/cm^2",
                           "|drift| < 1 um/h", "contact < 1", "void_volume > 0 um"})
    EXPECT_NO_THROW(EndCondition(text, known_observables())) << text;
}


TEST(Protocol, WalksThroughStepsAndCycles)
{
  Protocol protocol =
    read_protocol("set Cycles = 2\n" +
                  step(1, "set Kind = strip\nset Current density = 2 mA/cm^2\n"
                          "set Until = capacity > 1 mAh/cm^2 or contact < 0.5\n") +
                  step(2, "set Kind = rest\nset Until = time > 10 min\n") +
                  step(3, "set Kind = plate\nset Current density = 1 mA/cm^2\n"
                          "set Until = capacity > 1 mAh/cm^2 or |voltage| > 0.3 V\n"));
  const double currents[]   = {20, 0, -10};
  const double durations[]  = {0.5 * hour, 600, hour};
  const Observables healthy = {{"contact", 1}, {"voltage", 0.01}};

  // Round-off of sums of a few times of 1e4 s.
  const double round_off = 1e-8;
  EXPECT_NEAR(protocol.time_left_at_most(), 2 * (1.5 * hour + 600), round_off);
  for (unsigned int cycle = 0; cycle < 2; ++cycle)
    for (unsigned int k = 0; k < 3; ++k)
    {
      ASSERT_FALSE(protocol.finished());
      EXPECT_EQ(protocol.position().cycle, cycle);
      EXPECT_EQ(protocol.position().step, k);
      EXPECT_NEAR(protocol.current_density(), currents[k], 1e-12);
      EXPECT_NEAR(protocol.time_to_end(), durations[k], round_off);
      protocol.advance(0.3 * durations[k]);
      EXPECT_FALSE(protocol.check(healthy));
      protocol.advance(protocol.time_to_end());
      EXPECT_TRUE(protocol.check(healthy));
      protocol.next_step();
    }
  EXPECT_TRUE(protocol.finished());
  EXPECT_EQ(protocol.current_density(), 0);
  EXPECT_EQ(protocol.time_to_end(), 0);
  EXPECT_NEAR(protocol.position().run_time, 2 * (1.5 * hour + 600), round_off);
}


TEST(Protocol, EndsOnObservables)
{
  Protocol protocol =
    read_protocol(step(1, "set Kind = strip\nset Current density = 2 mA/cm^2\n"
                          "set Until = time > 1 h or contact < 0.5 or |voltage| > 0.3 V\n"));
  const Observables before = {{"contact", 0.6}, {"voltage", 0.1}};
  const Observables after  = {{"contact", 0.4}, {"voltage", 0.1}};
  EXPECT_FALSE(protocol.check(before));
  EXPECT_EQ(protocol.check(after).value(), "contact < 0.5");
  EXPECT_EQ(protocol.check({{"contact", 1}, {"voltage", -0.31}}).value(), "|voltage| > 0.3 V");
  const auto events = protocol.residuals(before, after);
  ASSERT_EQ(events.size(), 2u); // the clock is left to time_to_end
  EXPECT_NEAR(events[0].before, -0.2, 1e-15);
  EXPECT_NEAR(events[0].after, 0.2, 1e-15);
}


TEST(Protocol, WaitsForAllOfJointConditions)
{
  Protocol protocol =
    read_protocol(step(1, "set Kind = strip\nset Current density = 2 mA/cm^2\n"
                          "set Until = time > 1 h and contact < 0.5 or run_time > 3 h\n"));
  const Observables whole = {{"contact", 0.6}}, lost = {{"contact", 0.4}};
  // the step may take three hours, but one is where it has to be looked at
  EXPECT_DOUBLE_EQ(protocol.time_left_at_most(), 3 * hour);
  EXPECT_DOUBLE_EQ(protocol.time_to_end(), hour);
  EXPECT_TRUE(protocol.residuals(whole, lost).empty()) << "before the clock has come";
  protocol.advance(hour);
  EXPECT_EQ(protocol.check(lost).value(), "time > 1 h and contact < 0.5");
  EXPECT_FALSE(protocol.check(whole));
  EXPECT_DOUBLE_EQ(protocol.time_to_end(), 2 * hour);
  const auto events = protocol.residuals(whole, lost);
  ASSERT_EQ(events.size(), 1u);
  EXPECT_NEAR(events[0].before, -0.2, 1e-15);
  EXPECT_NEAR(events[0].after, 0.2, 1e-15);
}


TEST(Protocol, LongestStepEndsWhatWouldNeverEnd)
{
  Protocol protocol = read_protocol("set Longest step = 2 h\n" +
                                    step(1, "set Kind = strip\nset Current density = 1 uA/cm^2\n"
                                            "set Until = contact < 0.5\n"));
  protocol.advance(protocol.time_to_end());
  EXPECT_DOUBLE_EQ(protocol.position().run_time, 2 * hour);
  const auto cause = protocol.check({{"contact", 1}});
  ASSERT_TRUE(cause);
  EXPECT_NE(cause->find("longest step"), std::string::npos);
}


namespace
{
// A step whose contact and change of the state are given as functions of the step's time, in time
// steps that double up to ten minutes. Returns when it ends; 0 if it still lasts after @p longest.
template <class Contact, class Change>
double end_of(const std::string &line, const Contact &contact, const Change &change,
              const double longest, const double current = 10)
{
  Protocol protocol = read_protocol("set Step 1 = " + line + "\n");
  double t          = 0;
  const auto at     = [&](const double time) -> Observables
  {
    return {{"contact", contact(time)},
            {"voltage", 0.1},
            {"current_density", current},
            {"void_volume", 1e-9 * time}};
  };
  for (double step = 1; t < longest; t += step, step = std::min(2 * step, 600.))
  {
    if (protocol.check(at(t)))
      return t;
    step = std::min(step, protocol.time_to_end());
    protocol.watch(at(t), at(t + step), step, current * step, change(t, t + step));
    protocol.advance(step, current * step);
  }
  return 0;
}

double settled(double)
{
  return 0.6;
}

double no_change(double, double)
{
  return 0;
}
} // namespace


TEST(Protocol, ASteadyStepEndsWhereItsConditionWouldNotCome)
{
  // half an hour, and what the last time step is longer
  for (const char *line : {"strip at 1 mA/cm^2 until contact < 0.3", "rest until contact > 0.99",
                           "hold at 0.1 V until current_density < 0.1 mA/cm^2",
                           "strip at 1 mA/cm^2 up to 0.2 V until contact < 0.3"})
  {
    const double end = end_of(line, settled, no_change, 2 * hour);
    EXPECT_GE(end, hour / 2) << line;
    EXPECT_LE(end, hour / 2 + 600) << line;
  }
  // at 0 V nothing passes
  EXPECT_GT(end_of("hold at 0 V for 1 mAh/cm^2", settled, no_change, 2 * hour, 0), 0);
  Protocol protocol = read_protocol("set Step 1 = strip at 1 mA/cm^2 until contact < 0.3 or time > "
                                    "1 min and voltage > 0.2 V\n");
  EXPECT_EQ(protocol.missed({{"contact", 0.6}, {"voltage", 0.1}}),
            "contact < 0.3 (contact is 0.6), time > 1 min (time is 0 s) and voltage > 0.2 V "
            "(voltage is 0.1 V)");
  EXPECT_EQ(protocol.missed({{"contact", 0.2}, {"voltage", 0.1}}), "");
}


TEST(Protocol, WhatMovesOrHasALimitIsNotCut)
{
  const double days = 500 * hour;
  for (const char *line : {"strip at 1 mA/cm^2 until contact < 0.3 or time > 700 h",
                           "strip at 1 mA/cm^2 until contact < 0.3 or capacity > 700 mAh/cm^2",
                           "strip at 1 mA/cm^2 until contact > 0.5 and time > 700 h",
                           "ramp from 0 to 1 mA/cm^2 over 700 h",
                           // reached in 800 h at its present rate
                           "strip at 1 mA/cm^2 until void_volume > 2880 um",
                           // at 1 mA/cm^2
                           "hold at 0.1 V for 700 mAh/cm^2"})
    EXPECT_EQ(end_of(line, settled, no_change, days), 0) << line;
  const std::string line = "strip at 1 mA/cm^2 until contact < 0.3";
  // voids that grow by the root of time, or its logarithm
  EXPECT_EQ(end_of(
              line, [](const double t) { return 1 - 1e-4 * std::sqrt(t / hour); },
              [](const double t, const double next) { return 1 - std::sqrt(t / next); }, days),
            0);
  EXPECT_EQ(end_of(
              line, [](const double t) { return 1 - 1e-3 * std::log(1 + t); },
              [](const double t, const double next)
              { return std::log((1 + next) / (1 + t)) / std::log(1 + next); },
              days),
            0);
  // what settles within 10 h is cut once it has
  const double tau = 10 * hour;
  const double end = end_of(
    line, [&](const double t) { return 0.6 + 0.4 * std::exp(-t / tau); },
    [&](const double t, const double next) { return std::exp(-t / tau) - std::exp(-next / tau); },
    days);
  EXPECT_GT(end, 5 * tau);
  EXPECT_LT(end, 10 * tau);
}


TEST(Protocol, RunTimeGoesOnOverSteps)
{
  const std::string rest = "set Kind = rest\nset Until = time > 1 h or run_time > 90 min\n";
  Protocol protocol      = read_protocol(step(1, rest) + step(2, rest));
  protocol.advance(protocol.time_to_end());
  EXPECT_EQ(protocol.check({}).value(), "time > 1 h");
  protocol.next_step();
  EXPECT_NEAR(protocol.time_to_end(), hour / 2, 1e-9);
  protocol.advance(hour / 2);
  EXPECT_EQ(protocol.check({}).value(), "run_time > 90 min");
}


TEST(Protocol, PositionSurvivesSerialization)
{
  Protocol protocol =
    read_protocol("set Cycles = 3\n" + step(1, "set Kind = rest\nset Until = time > 1 h\n") +
                  step(2, "set Kind = rest\nset Until = time > 2 h\n"));
  for (unsigned int k = 0; k < 3; ++k)
    protocol.next_step();
  protocol.advance(0.1 + 0.2);
  std::stringstream archive;
  boost::archive::text_oarchive(archive) << protocol.position();
  ProtocolPosition position;
  boost::archive::text_iarchive(archive) >> position;
  EXPECT_EQ(position.cycle, 1u);
  EXPECT_EQ(position.step, 1u);
  EXPECT_EQ(position.step_time, 0.1 + 0.2);
  EXPECT_EQ(position.run_time, 0.1 + 0.2);
}


TEST(EndCondition, AStrictOneDoesNotHoldAtItsLimit)
{
  const auto holds = [](const std::string &text, const double contact) {
    return parse_end_conditions(text, known_observables()).front().met({{"contact", contact}}, 0);
  };
  EXPECT_FALSE(holds("contact < 1", 1));
  EXPECT_TRUE(holds("contact < 1", 0.999));
  EXPECT_TRUE(holds("contact <= 0.5", 0.5));
  EXPECT_FALSE(holds("contact > 0.5", 0.5));
  EXPECT_TRUE(holds("contact >= 0.5", 0.5));
  EXPECT_FALSE(holds("contact > 0", 0));
  EXPECT_THROW(holds("contact >= 0", 0), std::invalid_argument) << "always";
  EXPECT_THROW(holds("contact > 1", 0), std::invalid_argument) << "never";
  EXPECT_TRUE(holds("contact >= 1", 1));
}


TEST(EndCondition, ABlankForAnUnderscoreIsUnderstood)
{
  try
  {
    parse_end_conditions("void volume > 1 um", known_observables());
    FAIL() << "it is taken";
  }
  catch (const std::invalid_argument &error)
  {
    EXPECT_NE(std::string(error.what()).find("did you mean 'void_volume'?"), std::string::npos)
      << error.what();
  }
}


TEST(Protocol, AFailureIsOfEitherElectrode)
{
  Observable contact{"contact", "1", "", Range::fraction()}, margin = contact;
  margin.name               = "dendrite_margin";
  contact.of_each_electrode = margin.of_each_electrode = true;
  Observable contact_2 = contact, margin_2 = margin;
  contact_2.name += "_2";
  margin_2.name += "_2";
  const std::vector<Observable> half = {contact, margin},
                                both = {contact, margin, contact_2, margin_2};
  const auto failures = [](const std::string &text, const std::vector<Observable> &known)
  {
    std::string texts;
    for (const JointCondition &joint : parse_end_conditions(text, known))
      for (const JointCondition &one : joint.of_either_electrode())
        texts += (texts.empty() ? "" : " or ") + one.text();
    return texts;
  };
  EXPECT_EQ(failures("contact < 0.3", half), "contact < 0.3");
  EXPECT_EQ(failures("contact < 0.3", both), "contact < 0.3 at the electrode above or "
                                             "contact_2 < 0.3 at the electrode below");
  EXPECT_EQ(failures("|contact| < 0.3 and dendrite_margin > 0", both),
            "|contact| < 0.3 and dendrite_margin > 0 at the electrode above or "
            "|contact_2| < 0.3 and dendrite_margin_2 > 0 at the electrode below");
  EXPECT_EQ(failures("contact_2 < 0.3", both), "contact_2 < 0.3");
  EXPECT_EQ(failures("contact < 0.3 and contact_2 < 0.3", both),
            "contact < 0.3 and contact_2 < 0.3");
  const auto below = parse_end_conditions("contact < 0.3", both).front().of_either_electrode()[1];
  EXPECT_TRUE(below.met({{"contact", 1}, {"contact_2", 0.2}}, 0));
  EXPECT_FALSE(below.met({{"contact", 0.2}, {"contact_2", 1}}, 0));
}


// Three steps of an hour, of which a contact that falls ends the first sooner.
TEST(Protocol, TimeLeftIsThatOfConditionsThatComeNearer)
{
  Protocol protocol = read_protocol(
    "set Cycles = 3\n" + step(1, "set Kind = rest\nset Until = time > 1 h or contact < 0.4\n"));
  protocol.advance(600);
  EXPECT_EQ(protocol.time_left_at_most(), 2 * hour + 3000);
  // from 0.7 to 0.6 in 600 s: 1200 s to 0.4
  EXPECT_NEAR(protocol.time_left({{"contact", 0.7}}, {{"contact", 0.6}}, 600), 2 * hour + 1200,
              1e-9);
  EXPECT_EQ(protocol.time_left({{"contact", 0.6}}, {{"contact", 0.7}}, 600), 2 * hour + 3000);
  EXPECT_EQ(protocol.time_left({{"contact", 0.6}}, {{"contact", 0.599}}, 600), 2 * hour + 3000);
}

TEST(Protocol, EndsWhereTheCellFails)
{
  Protocol protocol =
    read_protocol("set Cycles = 3\nset Failure = contact < 0.3 or |voltage| > 1 V and contact < "
                  "0.6\n" +
                  step(1, "set Kind = rest\nset Until = time > 1 h or contact < 0.4\n"));
  ASSERT_TRUE(protocol.can_fail());
  const Observables before = {{"contact", 0.5}, {"voltage", 0.2}},
                    after  = {{"contact", 0.35}, {"voltage", 0.2}},
                    failed = {{"contact", 0.2}, {"voltage", 0.2}};
  EXPECT_FALSE(protocol.check(before));
  EXPECT_EQ(protocol.residuals(before, after).size(), 3u); // two of failure, one of the step
  // a step that ends is no failure
  EXPECT_EQ(protocol.check(after).value(), "contact < 0.4");
  protocol.go_on(after);
  EXPECT_FALSE(protocol.finished());
  EXPECT_EQ(protocol.position().cycle, 1u);
  // a failure comes first, and leaves the cycle in which it happened
  EXPECT_EQ(protocol.check(failed).value(), "the cell fails: contact < 0.3 (contact is 0.2)");
  EXPECT_EQ(protocol.check({{"contact", 0.5}, {"voltage", -1.5}}).value(),
            "the cell fails: |voltage| > 1 V and contact < 0.6 (|voltage| is 1.5 V and contact is "
            "0.5)");
  protocol.go_on(failed);
  EXPECT_TRUE(protocol.finished() && protocol.position().failed);
  EXPECT_EQ(protocol.position().cycle, 1u);
  EXPECT_FALSE(protocol.check(failed));
}


TEST(Protocol, ImpossibleProtocolsAreInputErrors)
{
  const std::string strip = "set Kind = strip\nset Current density = 2 mA/cm^2\n";
  const std::vector<std::pair<std::string, std::string>> mistakes = {
    {"", "at least one step"},
    {step(1, strip), "no end condition"},
    {step(1, strip + "set Until = contat < 0.5\n"), "contact"},
    {step(1, strip + "set Until = contact < 0.5 or\n"), "no end condition"},
    {step(1, strip + "set Until = time > 5 MPa\n"), "MPa"},
    {step(1, "set Kind = strip\nset Until = time > 1 h\n"), "Current density"},
    {step(1, "set Kind = strip\nset Current density = -2 mA/cm^2\nset Until = time > 1 h\n"),
     "Current density"},
    {step(1, "set Kind = rest\nset Current density = 2 mA/cm^2\nset Until = time > 1 h\n"),
     "no current flows"},
    {step(1, "set Kind = rest\nset Until = capacity > 1 mAh/cm^2\n"), "never hold during a rest"},
    {step(1, "set Kind = stripp\nset Current density = 2 mA/cm^2\nset Until = time > 1 h\n"),
     "strip"},
    {step(1, strip + "set Until = time > 1 h\n") + step(3, strip + "set Until = time > 1 h\n"),
     "Step 2"}};
  for (const auto &[text, expected] : mistakes)
  {
    const std::string errors = input_errors(text);
    EXPECT_NE(errors.find(expected), std::string::npos) << text << "\nsays: " << errors;
  }
}


TEST(Protocol, DescribesItselfForTheManual)
{
  Parameters p;
  Protocol protocol;
  protocol.declare(p, known_observables());
  std::ostringstream manual;
  p.print(manual, "md");
  EXPECT_NE(manual.str().find("Until"), std::string::npos);
}
