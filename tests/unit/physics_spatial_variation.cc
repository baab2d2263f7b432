#include "kavity/physics/SpatialVariation.h"

#include "laws_input.h"
#include "temporary_folder.h"
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <iostream>
#include <sstream>
#include <vector>

using namespace kavity;
using namespace kavity_tests;

namespace
{
constexpr double um = 1e-6;

SpatialVariation variation(const std::string &entries)
{
  Parameters parameters = parameters_of(entries);
  SpatialVariation result("Voids/Radius variation");
  result.declare(parameters);
  parameters.finish();
  return result;
}

std::string complaint_about(const std::string &entries)
{
  return complaint(entries, [](Parameters &parameters) { SpatialVariation().declare(parameters); });
}

std::string expression(const std::string &text)
{
  return "set Kind = expression\nset Expression = " + text + "\n";
}

SpatialVariation random_field(const unsigned int seed, const double deviation)
{
  std::ostringstream entries;
  entries << "set Kind = random\nset Standard deviation = " << deviation
          << "\nset Correlation length = 10 um\nset Seed = " << seed << "\n";
  return variation(entries.str());
}

SpatialVariation table(const std::string &text, const std::string &more = "")
{
  std::ofstream("table.csv") << text;
  return variation("set Kind = file\nset File = table.csv\n" + more);
}

std::string complaint_about_table(const std::string &text)
{
  std::ofstream("table.csv") << text;
  return complaint_about("set Kind = file\nset File = table.csv\n");
}

bool contains(const std::string &text, const std::string &part)
{
  return text.find(part) != std::string::npos;
}
} // namespace


TEST(SpatialVariation, IsOneByDefault)
{
  EXPECT_FALSE(variation("").varies());
  EXPECT_EQ(variation("set Kind = none\n")(3., 4.), 1.);
}


TEST(SpatialVariation, ExpressionCountsInMicrometres)
{
  const auto factor = variation(expression("1 + 0.3*cos(2*pi*x/50) + 0.01*max(z, 1)"));
  EXPECT_TRUE(factor.varies());
  for (const double x : {0., 7., 25., 113.})
    for (const double z : {0., 20.})
      // round-off of the argument, 2 pi 113/50
      EXPECT_NEAR(factor(x * um, z * um),
                  1 + 0.3 * std::cos(2 * M_PI * x / 50) + 0.01 * std::max(z, 1.), 1e-14);
}


TEST(SpatialVariation, WrongExpressionsAreErrorsOfTheirEntry)
{
  testing::internal::CaptureStderr();
  for (const std::string text : {"1 + (", "1 + y", "1 + 0,3*cos(x)", "1; 2", "", "rand()"})
  {
    const std::string message = complaint_about(expression(text));
    EXPECT_TRUE(contains(message, ":2: [Expression]")) << text << "\n" << message;
    EXPECT_EQ(message.find('\n'), std::string::npos) << message;
  }
  EXPECT_TRUE(contains(complaint_about(expression("1 + (")),
                       "'1 + (' is no expression in x and z: Unexpected end"));
  EXPECT_TRUE(contains(complaint_about("set Kind = expression\n"), "[Expression] is missing"));
  std::cerr << "still there";
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "still there");
}


TEST(SpatialVariation, FactorThatIsNotPositiveNamesEntryAndPlace)
{
  const auto factor = variation(expression("1 - x/10"));
  EXPECT_NEAR(factor(5 * um, 0.), 0.5, 1e-15);
  const auto message_of = [](const SpatialVariation &factor, const double x)
  {
    try
    {
      factor(x, 3 * um);
    }
    catch (const std::runtime_error &error)
    {
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_EQ(message_of(factor, 20 * um),
            "[Voids/Radius variation/Expression] is -1 at x = 20 um, z = 3 um; a factor must be > "
            "0 and finite");
  EXPECT_TRUE(contains(message_of(variation(expression("x")), 0.), "is 0 at x = 0 um"));
  EXPECT_TRUE(contains(message_of(variation(expression("1/x")), 0.), "is inf"));
  EXPECT_TRUE(contains(message_of(variation(expression("sqrt(x - 1)")), 0.), "nan"));
}


TEST(SpatialVariation, EntriesOfAnotherKindAreErrors)
{
  const auto message = complaint_about(expression("1 + x") + "set Seed = 3\nset File = a\n");
  EXPECT_TRUE(contains(message, ":3: [Seed] has no effect because Kind = expression")) << message;
  EXPECT_TRUE(contains(message, ":4: [File] has no effect because Kind = expression")) << message;
  EXPECT_TRUE(contains(complaint_about("set Expression = 1 + x\n"),
                       "[Expression] has no effect because no Kind of variation is chosen"));
  EXPECT_EQ(complaint_about(expression("1 + x")), "");
}


TEST(SpatialVariation, RandomFieldNeedsDeviationAndLength)
{
  const auto message = complaint_about("set Kind = random\n");
  EXPECT_TRUE(contains(message, "[Standard deviation] is not given")) << message;
  EXPECT_TRUE(contains(message, "[Correlation length] is not given")) << message;
}


TEST(SpatialVariation, DescribesAllKinds)
{
  Parameters parameters;
  SpatialVariation().declare(parameters);
  parameters.finish();
  std::ostringstream manual;
  parameters.print(manual, "md");
  for (const std::string entry : {"Kind", "Expression", "Standard deviation", "Correlation length",
                                  "Seed", "File", "Interpolation"})
    EXPECT_TRUE(contains(manual.str(), entry)) << entry;
}


TEST(SpatialVariation, RandomFieldIsTheSameEverywhere)
{
  // Values of an independent program: mt19937_64 is fixed by the C++ standard, the rest is exp,
  // log, cos of the mathematical library, which differ by round-off that 400 modes hardly
  // accumulate.
  const auto field = random_field(7, 0.5);
  EXPECT_NEAR(field(0., 0.), 1.2792606131618633, 1e-12);
  EXPECT_NEAR(field(33 * um, 12 * um), 0.83108823424069211, 1e-12);
  EXPECT_GT(std::abs(random_field(8, 0.5)(0., 0.) - field(0., 0.)), 1e-3);
}


// Over n seeds: at one place G is exactly normal for each seed and the seeds are independent, so
// that all bounds are 4 standard errors of n samples. The seeds are fixed: no chance in the result.
TEST(SpatialVariation, RandomFieldHasItsMeanVarianceAndDistribution)
{
  const unsigned int n = 4000;
  const double s       = 0.5;
  double mean = 0, log_mean = 0, log_square = 0, within = 0;
  for (unsigned int seed = 0; seed < n; ++seed)
  {
    const double factor = random_field(seed, s)(40 * um, 15 * um);
    const double G      = (std::log(factor) + 0.5 * s * s) / s;
    mean += factor / n;
    log_mean += G / n;
    log_square += G * G / n;
    within += (std::abs(G) < 1 ? 1. : 0.) / n;
  }
  EXPECT_NEAR(mean, 1., 4 * std::sqrt((std::exp(s * s) - 1) / n));
  EXPECT_NEAR(log_mean, 0., 4 * std::sqrt(1. / n));
  EXPECT_NEAR(log_square, 1., 4 * std::sqrt(2. / n));
  const double p = std::erf(std::sqrt(0.5));
  EXPECT_NEAR(within, p, 4 * std::sqrt(p * (1 - p) / n));
}


TEST(SpatialVariation, RandomFieldHasItsCorrelation)
{
  const unsigned int n = 4000;
  const double s = 0.5, x = 40, z = 15;
  const std::vector<std::pair<double, double>> steps = {{1, 0},  {5, 0},  {0, 5},   {10, 0},
                                                        {0, 10}, {6, -8}, {12, 16}, {40, 0}};
  std::vector<double> products(steps.size());
  for (unsigned int seed = 0; seed < n; ++seed)
  {
    const auto field = random_field(seed, s);
    const auto G     = [&](const double x, const double z)
    { return (std::log(field(x * um, z * um)) + 0.5 * s * s) / s; };
    const double here = G(x, z);
    for (std::size_t k = 0; k < steps.size(); ++k)
      products[k] += here * G(x + steps[k].first, z + steps[k].second) / n;
  }
  for (std::size_t k = 0; k < steps.size(); ++k)
  {
    const double r   = std::hypot(steps[k].first, steps[k].second);
    const double rho = std::exp(-0.5 * r * r / 100);
    // 4 standard errors of the mean of a product of normal numbers: variance 1 + rho^2, and up to
    // 2/400 more because the modes differ between seeds
    EXPECT_NEAR(products[k], rho, 4 * std::sqrt((1 + rho * rho + 0.005) / n)) << r;
  }
}


TEST(SpatialVariation, TableIsBilinearOnItsGridAndConstantBeyond)
{
  const TemporaryFolder folder;
  std::ostringstream text;
  text << "factor, x [um], z [um]\r\n"; // any order of columns and rows
  const auto exact = [](const double x, const double z) { return 2 + 0.1 * x + z + 0.02 * x * z; };
  for (const double z : {5., 0.})
    for (const double x : {40., 0., 10.})
      text << exact(x, z) << ", " << x << ", " << z << "\r\n";
  const auto factor = table(text.str());
  for (const double x : {0., 3., 10., 22., 40.})
    for (const double z : {0., 1., 5.})
      EXPECT_NEAR(factor(x * um, z * um), exact(x, z), 1e-13); // round-off of values up to 15
  EXPECT_NEAR(factor(-9 * um, 99 * um), exact(0, 5), 1e-13);
  EXPECT_NEAR(factor(99 * um, -9 * um), exact(40, 0), 1e-13);
}


TEST(SpatialVariation, TableWithoutZ)
{
  const TemporaryFolder folder;
  const auto factor = table("x [um],factor\n0,1\n10,3\n");
  EXPECT_NEAR(factor(4 * um, 0.), 1.8, 1e-14);
  EXPECT_NEAR(factor(4 * um, 77 * um), 1.8, 1e-14);
  EXPECT_EQ(table("x [um],factor\n5,2.5\n")(0., 0.), 2.5);
}


TEST(SpatialVariation, NearestRowNeedsNoGrid)
{
  const TemporaryFolder folder;
  const std::string text = "x [um],z [um],factor\n0,0,1\n10,0,2\n3,8,4\n";
  const auto factor      = table(text, "set Interpolation = nearest\n");
  EXPECT_EQ(factor(4.9 * um, 0.), 1.);
  EXPECT_EQ(factor(5.1 * um, 0.), 2.);
  EXPECT_EQ(factor(3 * um, 5 * um), 4.);
  EXPECT_TRUE(contains(complaint_about_table(text), "use Interpolation = nearest"));
}


TEST(SpatialVariation, WrongTablesAreErrorsWithTheirLine)
{
  const TemporaryFolder folder;
  EXPECT_TRUE(contains(complaint_about("set Kind = file\nset File = missing.csv\n"),
                       ":2: [File] 'missing.csv' cannot be read"));
  EXPECT_TRUE(contains(complaint_about("set Kind = file\n"), "[File] is missing"));
  EXPECT_TRUE(contains(complaint_about_table("x,factor\n0,1\n"), "the columns must be"));
  EXPECT_TRUE(contains(complaint_about_table("x [um],factor,more\n0,1,2\n"), "columns must be"));
  EXPECT_TRUE(contains(complaint_about_table("x [um],factor\n"), "has no rows"));
  EXPECT_TRUE(contains(complaint_about_table("x [um],factor\n0,1\n1\n"), "line 3: expected 2"));
  EXPECT_TRUE(contains(complaint_about_table("x [um],factor\n0,1\n1,a\n"), "line 3: "));
  EXPECT_TRUE(contains(complaint_about_table("x [um],factor\n0,1\n\n1,0\n"), "line 4: a factor"));
  EXPECT_TRUE(contains(complaint_about_table("x [um],factor\n0,1\n0,2\n"), "are not one each"));
}
