#include "kavity/app/CriticalCurrent.h"
#include "kavity/app/CriticalCurrentSearch.h"
#include "kavity/app/CriticalCurrentTable.h"
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
  EXPECT_NE(strong.cause.find("upper bound"), std::string::npos);

  const SearchResult weak = search([](double) { return 1; });
  EXPECT_FALSE(weak.current);
  EXPECT_FALSE(weak.lower);
  EXPECT_EQ(*weak.upper, range.lower);
  EXPECT_NE(weak.cause.find("lower bound"), std::string::npos);
  EXPECT_NE(weak.cause.find("grows"), std::string::npos);
}


TEST(CriticalCurrentSearch, NoAnswerIsNoNumber)
{
  const SearchResult nowhere =
    search([](double) -> double { throw std::runtime_error("diverged"); });
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
        throw std::runtime_error("diverged");
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
        throw std::runtime_error("diverged");
      return i - 6;
    },
    {2, false});
  expect_root(result, 6);
}


TEST(CriticalCurrentSearch, InputErrorsAreNotSwallowed)
{
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
  const ProtocolOutcome early = settings.judge_half_cycle(0.25 * Q, 0.9, -settings.voltage_limit);
  EXPECT_DOUBLE_EQ(early.margin, -0.75);
  EXPECT_NE(early.cause.find("voltage"), std::string::npos);
  EXPECT_GT(settings.judge_half_cycle(Q, 0.9, 0.1).margin, 0);
}


TEST(CriticalCurrentSettings, HalfCycleEndsAtItsCapacity)
{
  CriticalCurrentSettings settings;
  Protocol protocol = settings.half_cycle(10);
  EXPECT_DOUBLE_EQ(protocol.time_to_end(), 3600);
  EXPECT_EQ(protocol.current_density(), 10);
  const Observables failing = {{"contact", settings.contact_limit - 1e-9}, {"voltage", 0}};
  EXPECT_TRUE(protocol.check(failing));
  EXPECT_FALSE(protocol.check({{"contact", settings.contact_limit + 1e-9}, {"voltage", 0.2}}));
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
            {1e6, 293.15, "void_protocol", {}, 1000., {}, "says \"no\",\n twice"});
  table.set(table.index(0, 0, 1), {2.5e6, 293.15, "void_inf", 20., 19.99, 20.01, "void grows"});

  const std::string csv = table.csv();
  EXPECT_EQ(csv, "stack_pressure [MPa],temperature [degC],kind,critical_current [mA/cm^2],"
                 "lower [mA/cm^2],upper [mA/cm^2],cause\n"
                 "2.5,20,void_inf,2,1.999,2.001,\"void grows\"\n"
                 "1,20,void_protocol,,100,,\"says \"\"no\"\", twice\"\n");

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
