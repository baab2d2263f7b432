#include "analysis_protocol_helpers.h"
#include "kavity/analysis/CriticalCurrent.h"
#include "kavity/analysis/CriticalCurrentSearch.h"
#include "kavity/analysis/CriticalCurrentTable.h"
#include "kavity/core/NoConvergence.h"
#include "kavity/core/Parameters.h"

#include <gtest/gtest.h>

#include <cmath>
#include <sstream>
#include <stdexcept>

using namespace kavity;

namespace
{
const SearchRange range = {1e-2, 1e3, 1e-3};

SearchResult search(const std::function<double(double)> &excess,
                    const SearchStart &start = {3, false})
{
  return search_critical_current(
    [&](double i) -> Failure {
      return {excess(i), "grows"};
    },
    start, range);
}

void expect_root(const SearchResult &result, const double root)
{
  ASSERT_TRUE(result.current) << result.cause;
  ASSERT_TRUE(result.lower && result.upper);
  EXPECT_LE(*result.lower, root);
  EXPECT_GE(*result.upper, root);
  EXPECT_LE(*result.upper - *result.lower, range.tolerance * root);
  EXPECT_GE(*result.current, *result.lower);
  EXPECT_LE(*result.current, *result.upper);
  EXPECT_EQ(result.cause, "grows");
}
} // namespace


TEST(CriticalCurrentSearch, FindsKnownRootsFromNearAndFar)
{
  for (const double root : {0.011, 0.5, 20., 999.})
    for (const SearchStart &start :
         {SearchStart{3, false}, {1.01 * root, true}, {0.4 * root, true}})
    {
      expect_root(search([root](double i) { return i - root; }, start), root);
      expect_root(search([root](double i) { return std::sinh(i / root - 1); }, start), root);
      expect_root(search([root](double i) { return std::cbrt(i - root); }, start), root);
    }
}


TEST(CriticalCurrentSearch, ACloseStartIsCheap)
{
  const auto margin        = [](double i) { return i * i - 400; };
  const SearchResult cold  = search(margin, {1, false});
  const SearchResult close = search(margin, {20.3, true});
  EXPECT_LT(close.evaluations, cold.evaluations);
  // Two for the bracket, then a secant or two and one to close the other side.
  EXPECT_LE(close.evaluations, 6u);
}


TEST(CriticalCurrentSearch, AnExactRootIsABracketOfNoWidth)
{
  const SearchResult result = search([](double i) { return i - 3; });
  expect_root(result, 3);
  EXPECT_EQ(*result.current, 3);
}


TEST(CriticalCurrentSearch, AJumpIsBracketedToo)
{
  expect_root(search([](double i) { return i < 7 ? -1. : 10.; }), 7);
}


TEST(CriticalCurrentSearch, NoRootWithinTheBoundsIsNoNumber)
{
  const SearchResult strong = search([](double) { return -1; });
  EXPECT_FALSE(strong.current);
  EXPECT_TRUE(strong.answered);
  EXPECT_EQ(*strong.lower, range.upper);
  EXPECT_FALSE(strong.upper);
  EXPECT_NE(strong.cause.find("none up to 100 mA/cm^2"), std::string::npos) << strong.cause;

  const SearchResult weak = search([](double) { return 1; });
  EXPECT_FALSE(weak.current);
  EXPECT_FALSE(weak.lower);
  EXPECT_EQ(*weak.upper, range.lower);
  EXPECT_EQ(weak.cause, "already below 0.001 mA/cm^2: grows");
}


TEST(CriticalCurrentSearch, NoAnswerIsNoNumber)
{
  const SearchResult nowhere = search([](double) -> double { throw NoConvergence("diverged"); });
  EXPECT_FALSE(nowhere.current);
  EXPECT_FALSE(nowhere.answered);
  EXPECT_NE(nowhere.cause.find("diverged"), std::string::npos);

  const SearchResult nan = search([](double) { return std::nan(""); });
  EXPECT_FALSE(nan.current);
  EXPECT_FALSE(nan.answered);

  // Diverges just where the root would be.
  const SearchResult hidden = search(
    [](double i) -> double
    {
      if (std::abs(i - 20) < 0.5)
        throw NoConvergence("diverged");
      return i - 20;
    });
  EXPECT_FALSE(hidden.current);
  EXPECT_FALSE(hidden.answered);
  EXPECT_LT(*hidden.lower, 20);
  EXPECT_GT(*hidden.upper, 20);
}


TEST(CriticalCurrentSearch, ApproachesInShorterStepsWhereHighCurrentsDiverge)
{
  const SearchResult result = search(
    [](double i) -> double
    {
      if (i > 6.5)
        throw NoConvergence("diverged");
      return i - 6;
    },
    {2, false});
  expect_root(result, 6);
}


TEST(CriticalCurrentSearch, WhatIsNoWantOfConvergenceIsNotSwallowed)
{
  EXPECT_THROW(search([](double) -> double { throw std::logic_error("a fault of the program"); }),
               std::logic_error);
  // also where the search tries again with a shorter step
  EXPECT_THROW(search(
                 [](double i) -> double
                 {
                   if (i > 6.5)
                     throw std::runtime_error("cannot write");
                   return i - 6;
                 },
                 {2, false}),
               std::runtime_error);
  EXPECT_THROW(
    search([](double) -> double { throw InputError("no conductivity at this temperature"); }),
    InputError);
}


TEST(CriticalCurrentSettings, HalfCycleMarginIsContinuousThroughZero)
{
  CriticalCurrentSettings settings;
  const double Q = settings.capacity, tiny = 1e-6;
  EXPECT_NEAR(settings.judge_half_cycle(Q, settings.contact_limit * (1 + tiny), 0.1).margin, 0,
              2 * tiny);
  EXPECT_NEAR(settings.judge_half_cycle(Q, 0.9, settings.voltage_limit * (1 - tiny)).margin, 0,
              2 * tiny);
  const ProtocolOutcome late =
    settings.judge_half_cycle(Q * (1 - tiny), settings.contact_limit, 0.1);
  EXPECT_NEAR(late.margin, -tiny, 1e-12);
  EXPECT_NE(late.cause.find("contact"), std::string::npos);
  const ProtocolOutcome early = settings.judge_half_cycle(0.25 * Q, 0.9, settings.voltage_limit);
  EXPECT_DOUBLE_EQ(early.margin, -0.75);
  EXPECT_NE(early.cause.find("voltage 0.3 V above"), std::string::npos) << early.cause;
  EXPECT_GT(settings.judge_half_cycle(Q, 0.9, 0.1).margin, 0);
}


TEST(CriticalCurrentSettings, TheCauseOfAFailureIsWhatFails)
{
  CriticalCurrentSettings settings;
  const double Q = settings.capacity, V = settings.voltage_limit, chi = settings.contact_limit;
  // a limit met or passed just at the end fails too, and not by what stays
  for (const double over : {0., 1e-4})
  {
    const ProtocolOutcome voltage = settings.judge_half_cycle(Q, 0.9, V * (1 + over));
    EXPECT_LE(voltage.margin, 0);
    EXPECT_NE(voltage.cause.find("above that of the fresh cell"), std::string::npos)
      << voltage.cause;
    EXPECT_EQ(voltage.cause.find("stays"), std::string::npos) << voltage.cause;
    const ProtocolOutcome contact = settings.judge_half_cycle(Q, chi * (1 - over), 0.1);
    EXPECT_LE(contact.margin, 0);
    EXPECT_NE(contact.cause.find("contact below 0.5"), std::string::npos) << contact.cause;
  }
}


TEST(CriticalCurrentSettings, HalfCycleEndsAtItsCapacity)
{
  CriticalCurrentSettings settings;
  constexpr double fresh = 0.4; // V; its ohmic drop does not count
  Protocol protocol      = settings.half_cycle(10, settings.capacity, fresh, known_observables());
  EXPECT_DOUBLE_EQ(protocol.time_to_end(), 3600);
  EXPECT_EQ(protocol.current_density(), 10);
  const Observables failing = {{"contact", settings.contact_limit - 1e-9}, {"voltage", fresh}};
  EXPECT_TRUE(protocol.check(failing));
  const double whole = settings.contact_limit + 1e-9, rise = settings.voltage_limit;
  EXPECT_FALSE(protocol.check({{"contact", whole}, {"voltage", fresh + 0.99 * rise}}));
  EXPECT_TRUE(protocol.check({{"contact", whole}, {"voltage", fresh + 1.01 * rise}}));
}


TEST(CriticalCurrentSettings, AxesDefaultToTheCell)
{
  Parameters p;
  CriticalCurrentSettings settings;
  settings.declare(p, 2.5e6, 293.15);
  EXPECT_EQ(settings.stack_pressures, std::vector<double>({2.5e6}));
  EXPECT_EQ(settings.temperatures, std::vector<double>({293.15}));
  EXPECT_EQ(settings.kinds, std::vector<std::string>({"void_inf"}));
  EXPECT_NEAR(settings.reference_radius, 2e-6, 1e-18);
}


TEST(CriticalCurrentTable, CsvHasTheAgreedColumnsAndReadsBack)
{
  CriticalCurrentSettings settings;
  settings.stack_pressures = {1e6, 2.5e6};
  settings.temperatures    = {293.15};
  settings.kinds           = {"void_inf", "void_protocol"};
  CriticalCurrentTable table(settings);
  table.set(table.index(0, 1, 0),
            {1e6, 293.15, "void_protocol", {}, 1000., {}, "says \"no\",\n twice", "far off"});
  table.set(table.index(0, 0, 1), {2.5e6, 293.15, "void_inf", 20., 19.99, 20.01, "void grows"});

  const std::string csv = table.csv();
  EXPECT_EQ(csv, "stack_pressure [MPa],temperature [degC],kind,critical_current [mA/cm^2],"
                 "lower [mA/cm^2],upper [mA/cm^2],cause,warning\n"
                 "2.5,20,void_inf,2,1.999,2.001,\"void grows\",\"\"\n"
                 "1,20,void_protocol,,100,,\"says \"\"no\"\", twice\",\"far off\"\n");

  CriticalCurrentTable copy(settings);
  copy.read_csv(csv + "1,20,void_inf,2"); // a line cut by a kill
  EXPECT_EQ(copy.n_done(), 2u);
  EXPECT_EQ(copy.csv(), csv);
  EXPECT_FALSE(copy.row(copy.index(0, 0, 0)));
  EXPECT_NEAR(*copy.row(copy.index(0, 0, 1))->lower, 19.99, 1e-10);

  // Another axis: only what is asked for is taken over.
  settings.stack_pressures = {2.5e6, 5e6};
  CriticalCurrentTable other(settings);
  other.read_csv(csv);
  EXPECT_EQ(other.n_done(), 1u);
}


TEST(CriticalCurrentTable, ANumberThatNoSearchHasLeftIsNoticed)
{
  CriticalCurrentSettings settings;
  settings.stack_pressures = {1e6, 2.5e6};
  settings.temperatures    = {293.15};
  settings.kinds           = {"void_inf"};
  CriticalCurrentTable table(settings);
  table.set(0, {1e6, 293.15, "void_inf", {}, 1000., {}, "none up to"});
  table.set(1, {2.5e6, 293.15, "void_inf", 20., 19.99, 20.01, "void grows"});
  const std::string csv = table.csv();
  for (const auto &[edited, said] : std::vector<std::pair<std::string, std::string>>{
         {"2.5,20,void_inf,3,1.999,2.001", "3 is not within its bracket, 1.999 to 2.001 mA/cm^2"},
         {"2.5,20,void_inf,1.9,1.999,2.001", "1.9 is not within its bracket"},
         {"2.5,20,void_inf,,2.001,1.999", "none is not within its bracket"},
         {"2.5,20,void_inf,2 mA,1.999,2.001", "'2 mA' is not a number"},
         {"2.5,20,void_inf,two,1.999,2.001", "'two' does not start with a number"}})
  {
    std::string text      = csv;
    const std::string old = "2.5,20,void_inf,2,1.999,2.001";
    text.replace(text.find(old), old.size(), edited);
    CriticalCurrentTable copy(settings);
    try
    {
      copy.read_csv(text);
      ADD_FAILURE() << edited << " is taken";
    }
    catch (const InputError &error)
    {
      const std::string message = error.what();
      EXPECT_NE(message.find("line 3: "), std::string::npos) << message;
      EXPECT_NE(message.find(said), std::string::npos) << message;
    }
  }
}


TEST(CriticalCurrentTable, ReadBackNumbersAreTheSameBitForBit)
{
  CriticalCurrentSettings settings;
  settings.stack_pressures = {1e6};
  settings.temperatures    = {293.15};
  settings.kinds           = {"void_inf"};
  // numbers whose conversion to mA/cm^2 and back rounds one way or the other
  double current = 3.3333333333333335;
  for (unsigned int k = 0; k < 1000; ++k, current *= 1.0078125001)
  {
    CriticalCurrentTable table(settings), copy(settings);
    table.set(0, {1e6, 293.15, "void_inf", current, current / 3, current * 7, "void grows"});
    copy.read_csv(table.csv());
    ASSERT_EQ(*copy.row(0)->current, *table.row(0)->current);
    ASSERT_EQ(*copy.row(0)->lower, *table.row(0)->lower);
    ASSERT_EQ(*copy.row(0)->upper, *table.row(0)->upper);
    ASSERT_EQ(copy.csv(), table.csv());
    // 12 digits are left
    ASSERT_NEAR(*table.row(0)->current / current, 1, 1e-11);
  }
}


TEST(CriticalCurrentTable, PrintsDefinitionBracketAndCause)
{
  CriticalCurrentSettings settings;
  std::ostringstream text;
  print_critical_currents(text, settings,
                          {{2.5e6, 293.15, "void_inf", 20.04, 20.03, 20.05, "void grows"},
                           {5e6, 293.15, "void_inf", {}, 1000., {}, "survives"}});
  for (const char *part : {"2 um", "2.5 MPa", "20 degC", "2.004 mA/cm^2", "[2.003, 2.005]",
                           "void grows", "none", "> 100"})
    EXPECT_NE(text.str().find(part), std::string::npos) << part << " is not in\n" << text.str();
}
