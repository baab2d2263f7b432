// Axes, designs and distributions of studies.

#include "core_parameter_helpers.h"

#include "kavity/analysis/Samples.h"
#include "kavity/analysis/StudySettings.h"
#include "kavity/core/Quantity.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <random>
#include <set>

using namespace kavity;

namespace
{
using Texts = std::vector<std::string>;

// Quantiles are solved for by Boost to round-off of a few digits.
constexpr double round_off = 1e-12;

const double nine_in_ten = 1.6448536269514722; // quantile 0.95 of the normal distribution

const std::vector<Observable> known = {{"contact", "1", "", {}, Observable::Role::state},
                                       {"voltage", "V", "", {}, Observable::Role::state}};

std::string complaint(const std::function<void()> &action)
{
  try
  {
    action();
  }
  catch (const std::runtime_error &error)
  {
    return error.what();
  }
  return "";
}

testing::AssertionResult says(const std::string &text, const std::string &part)
{
  if (!text.empty() && text.find(part) != std::string::npos)
    return testing::AssertionSuccess();
  return testing::AssertionFailure() << "said '" << text << "' without '" << part << "'";
}

/// A section Study read from lines; `errors` has what is wrong with it.
struct Read
{
  explicit Read(const std::string &lines)
  {
    const core_test::Files files;
    const std::string path = files.write(
      "a.prm", "subsection Cell\n  set Width = 3 um\nend\nsubsection Study\n" + lines + "end\n");
    auto parameters = Parameters::from_file(path);
    settings.declare(parameters, known, {"void_inf"});
    errors = complaint([&] { parameters.finish("Study"); });
  }

  StudySettings settings;
  std::string errors;
};

std::string axis(const unsigned int number, const std::string &parameter, const std::string &entry)
{
  return "subsection Axis " + std::to_string(number) + "\n set Parameter = " + parameter +
         "\n set " + entry + "\nend\n";
}
} // namespace


TEST(StudyAxes, ListsAndRanges)
{
  EXPECT_EQ(axis_values("0.1 MPa, 5 MPa"), (Texts{"0.1 MPa", "5 MPa"}));
  EXPECT_EQ(axis_values("0 degC to 40 degC in 3"), (Texts{"0 degC", "20 degC", "40 degC"}));
  EXPECT_EQ(axis_values("0.1 MPa to 10 MPa in 3 logarithmic, 20 MPa"),
            (Texts{"0.1 MPa", "1 MPa", "10 MPa", "20 MPa"}));
  EXPECT_EQ(axis_values("2, 3"), (Texts{"2", "3"}));
  EXPECT_EQ(axis_values("vacancy_sink, creep_closure"), (Texts{"vacancy_sink", "creep_closure"}));
  // the unit of the first holds for all
  EXPECT_EQ(axis_values("1 mm to 4000 um in 4"), (Texts{"1 mm", "2 mm", "3 mm", "4 mm"}));
  // lines of a protocol look like ranges, and may hold commas
  EXPECT_EQ(axis_values("strip from 1 to 2 mA/cm^2 in 2 steps of 1 h, rest for 1 h"),
            (Texts{"strip from 1 to 2 mA/cm^2 in 2 steps of 1 h", "rest for 1 h"}));
  EXPECT_EQ(axis_values("a, b; c"), (Texts{"a, b", "c"}));
}


TEST(StudyAxes, WhatIsWrongIsSaid)
{
  const auto said = [](const std::string &text) { return complaint([&] { axis_values(text); }); };
  EXPECT_TRUE(says(said("1 MPa, , 2 MPa"), "empty value"));
  EXPECT_TRUE(says(said("1 MPa to 5 MPa"), "FIRST to LAST in NUMBER OF VALUES"));
  EXPECT_TRUE(says(said("1 MPa to 5 um in 3"), "'5 um' is not a pressure"));
  EXPECT_TRUE(says(said("0 MPa to 5 MPa in 3 logarithmic"), "above 0"));
  EXPECT_TRUE(says(said("1 MPa to 5 MPa in 3 logaritmic"), "did you mean 'logarithmic'?"));
}


TEST(StudyAxes, CellsHaveTheUnitOfTheFirstValue)
{
  StudyAxis axis;
  axis.values = {"1 MPa", "500 kPa"};
  EXPECT_EQ(axis.unit(), "MPa");
  EXPECT_EQ(cell_text("500 kPa", axis.unit()), "0.5");
  axis.values = {"2", "3"};
  EXPECT_EQ(axis.unit(), "1");
  axis.values = {"1 MPa", "1 um"};
  EXPECT_FALSE(axis.unit());
  axis.values = {"a, \"b\""};
  EXPECT_FALSE(axis.unit());
  EXPECT_EQ(cell_text("a, \"b\"", axis.unit()), "\"a, \"\"b\"\"\"");
}


TEST(Distributions, QuantilesAreThoseOfTheirClosedForms)
{
  const auto uniform = Distribution::parse("uniform from 2 MPa to 4000 kPa", "");
  EXPECT_EQ(uniform.unit(), "MPa");
  EXPECT_NEAR(uniform.quantile(0.25), 2.5, round_off);
  const auto logarithmic = Distribution::parse("loguniform from 0.1 um to 10 um", "");
  EXPECT_NEAR(logarithmic.quantile(0.5), 1, round_off);
  EXPECT_NEAR(logarithmic.quantile(0.75), std::sqrt(10), round_off);
  const auto normal = Distribution::parse("normal with mean 20 degC and deviation 2 K", "");
  EXPECT_NEAR(normal.quantile(0.5), 20, round_off);
  EXPECT_NEAR(normal.quantile(0.95), 20 + 2 * nine_in_ten, 20 * round_off);
  // nine in ten are within the factor
  const auto lognormal = Distribution::parse("lognormal with median 3 1/s and factor 15", "");
  EXPECT_NEAR(lognormal.quantile(0.5), 3, round_off);
  EXPECT_NEAR(lognormal.quantile(0.95), 45, 45 * round_off);
  EXPECT_NEAR(lognormal.quantile(0.05), 0.2, round_off);
  EXPECT_EQ(lognormal.value(0.5), "3 1/s");
}


TEST(Distributions, AreAroundTheValueOfTheFile)
{
  EXPECT_NEAR(Distribution::parse("lognormal with factor 2", "5 um").quantile(0.95), 10, 1e-11);
  EXPECT_NEAR(Distribution::parse("normal with deviation 1 um", "5 um").quantile(0.5), 5, 1e-12);
  const Read read("set Design = sobol\n" +
                  axis(1, "Cell/Width", "Distribution = lognormal with factor 2"));
  EXPECT_EQ(read.errors, "");
  EXPECT_NEAR(read.settings.axes.at(0).distribution->quantile(0.5), 3, round_off);
}


TEST(Distributions, WhatIsWrongIsSaid)
{
  const auto said = [](const std::string &text)
  { return complaint([&] { Distribution::parse(text, ""); }); };
  EXPECT_TRUE(says(said("unifrom from 1 to 2"), "did you mean 'uniform'"));
  EXPECT_TRUE(says(said("uniform 1 to 2"), "expected 'uniform from FIRST to LAST'"));
  EXPECT_TRUE(says(said("uniform from 2 m to 1 m"), "not above '2 m'"));
  EXPECT_TRUE(says(said("uniform from 2 m to 3 s"), "not a length"));
  EXPECT_TRUE(says(said("loguniform from 0 to 1"), "above 0"));
  EXPECT_TRUE(says(said("lognormal with factor 3"), "around which value"));
  EXPECT_TRUE(says(said("lognormal with median 1 and factor 0.5"), "factor above 1"));
  EXPECT_TRUE(says(said("normal with mean 1 m and deviation 1 s"), "is not a length"));
  EXPECT_TRUE(says(said("normal with mean 1 m and deviation -1 m"), "deviation above 0"));
}


TEST(Designs, GridHasAllWithAllAndPairedOneByOne)
{
  const std::string axes = axis(1, "Cell/A", "Values = 1, 2") + axis(2, "Cell/B", "Values = x, y");
  EXPECT_EQ(Read(axes).settings.rows(),
            (std::vector<Texts>{{"1", "x"}, {"1", "y"}, {"2", "x"}, {"2", "y"}}));
  EXPECT_EQ(Read("set Design = paired\n" + axes).settings.rows(),
            (std::vector<Texts>{{"1", "x"}, {"2", "y"}}));
}


TEST(Designs, EverySampleMeetsAllValuesThatAreListed)
{
  const Read read("set Design = latin_hypercube\nset Samples = 3\n" +
                  axis(1, "Cell/A", "Values = 1, 2") +
                  axis(2, "Cell/B", "Distribution = uniform from 0 to 1"));
  EXPECT_EQ(read.errors, "");
  const auto rows = read.settings.rows();
  ASSERT_EQ(rows.size(), 6u);
  EXPECT_EQ(read.settings.n_rows(), 6);
  for (unsigned int k = 0; k < 6; k += 2)
  {
    EXPECT_EQ(rows[k][0], "1");
    EXPECT_EQ(rows[k + 1][0], "2");
    EXPECT_EQ(rows[k][1], rows[k + 1][1]);
  }
}


TEST(Designs, SaltellisHasBothSetsAndTheirMixtures)
{
  const Read read("set Design = sobol_indices\nset Samples = 4\n" +
                  axis(1, "Cell/A", "Distribution = uniform from 0 to 1") +
                  axis(2, "Cell/B", "Distribution = uniform from 0 to 1"));
  const auto rows = read.settings.rows();
  ASSERT_EQ(rows.size(), 16u);
  for (unsigned int s = 0; s < 16; s += 4)
  {
    EXPECT_EQ(rows[s + 2], (Texts{rows[s + 1][0], rows[s][1]}));
    EXPECT_EQ(rows[s + 3], (Texts{rows[s][0], rows[s + 1][1]}));
  }
  EXPECT_NE(rows[4], rows[5]);
}


TEST(Samples, AHypercubeHasOnePointInEveryPart)
{
  constexpr unsigned int n = 50;
  for (const unsigned int seed : {0, 7})
  {
    const Samples samples = latin_hypercube(n, 3, seed);
    for (unsigned int d = 0; d < 3; ++d)
    {
      std::set<unsigned int> parts;
      for (const auto &sample : samples)
        parts.insert(static_cast<unsigned int>(sample[d] * n));
      EXPECT_EQ(parts.size(), n);
      EXPECT_EQ(*parts.rbegin(), n - 1);
    }
  }
  EXPECT_EQ(latin_hypercube(n, 3, 7), latin_hypercube(n, 3, 7));
  EXPECT_NE(latin_hypercube(n, 3, 7), latin_hypercube(n, 3, 8));
}


TEST(Samples, SobolsSequenceBeginsAsPublished)
{
  // Joe and Kuo's directions; the origin, which would be the first point, is left out
  const Samples expected = {{0.5, 0.5, 0.5},       {0.75, 0.25, 0.25},    {0.25, 0.75, 0.75},
                            {0.375, 0.375, 0.625}, {0.875, 0.875, 0.125}, {0.625, 0.125, 0.875},
                            {0.125, 0.625, 0.375}};
  const Samples samples  = sobol_points(7, 3, 0);
  for (unsigned int k = 0; k < 7; ++k)
    for (unsigned int d = 0; d < 3; ++d)
      EXPECT_NEAR(samples[k][d], expected[k][d], 1e-15); // half of the last digit
}


TEST(Samples, FlippedDigitsLeaveSobolsSequenceAsEvenlySpread)
{
  // 1 to 127, with the origin 128 points: all but one of as many equal parts hold one
  for (const unsigned int seed : {0, 1, 2})
    for (unsigned int d = 0; d < 4; ++d)
    {
      std::set<unsigned int> parts;
      for (const auto &sample : sobol_points(127, 4, seed))
        parts.insert(static_cast<unsigned int>(sample[d] * 128));
      EXPECT_EQ(parts.size(), 127u);
    }
  EXPECT_NE(sobol_points(5, 2, 1), sobol_points(5, 2, 2));
}


TEST(Sensitivity, RankCorrelation)
{
  EXPECT_NEAR(spearman({1, 2, 3, 4}, {1, 8, 27, 64}), 1, round_off);
  EXPECT_NEAR(spearman({1, 2, 3, 4}, {4, 1, 0.5, -2}), -1, round_off);
  // 1 - 6 sum d^2/(n (n^2 - 1)) = 1 - 6*2/(5*24)
  EXPECT_NEAR(spearman({1, 2, 3, 4, 5}, {2, 1, 3, 4, 5}), 0.9, round_off);
  // ties share their rank: (1, 2.5, 2.5, 4) against (1, 2, 3, 4)
  EXPECT_NEAR(spearman({1, 2, 2, 3}, {1, 2, 3, 4}), 4.5 / std::sqrt(4.5 * 5), round_off);
  EXPECT_TRUE(std::isnan(spearman({1, 1}, {1, 2})));
}


TEST(Sensitivity, SobolIndicesOfAFunctionWithClosedForms)
{
  // Ishigami: sin x + 7 sin^2 y + 0.1 z^4 sin x on (-pi, pi)^3
  const auto f = [](const std::vector<double> &u)
  {
    std::vector<double> x;
    for (const double share : u)
      x.push_back(M_PI * (2 * share - 1));
    return std::sin(x[0]) * (1 + 0.1 * std::pow(x[2], 4)) + 7 * std::pow(std::sin(x[1]), 2);
  };
  const double first[] = {0.3139, 0.4424, 0}, total[] = {0.5576, 0.4424, 0.2437};
  const Samples points = sobol_points(4096, 6, 0);
  for (unsigned int axis = 0; axis < 3; ++axis)
  {
    std::vector<double> a, b, mixed;
    for (const auto &point : points)
    {
      const std::vector<double> one(point.begin(), point.begin() + 3),
        two(point.begin() + 3, point.end());
      std::vector<double> both = one;
      both[axis]               = two[axis];
      a.push_back(f(one));
      b.push_back(f(two));
      mixed.push_back(f(both));
    }
    const SobolIndices indices = sobol_indices(a, b, mixed);
    // of a mean over 4096 points of Sobol's sequence
    EXPECT_NEAR(indices.first, first[axis], 0.01);
    EXPECT_NEAR(indices.total, total[axis], 0.01);
  }
}


TEST(StudySection, WhatIsWrongIsSaidWithItsPlace)
{
  const std::string good = axis(1, "Cell/A", "Values = 1, 2");
  EXPECT_EQ(Read(good).errors, "");
  EXPECT_TRUE(says(Read("").errors, "[Study/Axis 1] is missing"));
  EXPECT_TRUE(says(Read("set Desing = grid\n" + good).errors, "did you mean 'Design'?"));
  EXPECT_TRUE(says(Read("set Design = lattice\n" + good).errors, "possible: grid, paired"));
  EXPECT_TRUE(says(Read("set Samples = 5\n" + good).errors, "[Study/Samples] has no effect"));
  EXPECT_TRUE(
    says(Read("set Design = sobol\n" + good).errors, "no axis has an entry Distribution"));
  EXPECT_TRUE(says(Read(axis(1, "Cell/A", "Distribution = uniform from 0 to 1")).errors,
                   "a.prm:7: [Study/Axis 1/Distribution] is not sampled"));
  EXPECT_TRUE(says(Read(axis(2, "Cell/A", "Values = 1")).errors, "not numbered 1, 2, 3"));
  EXPECT_TRUE(says(Read(good + axis(2, "Cell/A", "Values = 3")).errors, "of another axis, too"));
  EXPECT_TRUE(says(Read("set Design = paired\n" + good + axis(2, "Cell/B", "Values = 3")).errors,
                   "[Study/Axis 2/Values] are 1, but Axis 1 has 2"));
  EXPECT_TRUE(
    says(Read("set Response = run\nset Observables = contact, max voltag\n" + good).errors,
         "[Study/Observables] 'voltag' is not known; did you mean 'voltage'?"));
  EXPECT_TRUE(
    says(Read("set Observables = contact\n" + good).errors, "has no effect because Response"));
  EXPECT_TRUE(
    says(Read(axis(1, "Cell/A", "Value = 1")).errors, "[Study/Axis 1/Values] is not given"));
  EXPECT_TRUE(says(Read(axis(1, "Cell/A", "Values = 1 to 1000 in 1000") +
                        axis(2, "Cell/B", "Values = 1 to 1000 in 1000"))
                     .errors,
                   "1000000 rows; at most 10000"));
}
