#include "kavity/laws/Constants.h"

#include "laws_input.h"
#include <gtest/gtest.h>

#include <cmath>
#include <map>

using namespace kavity;
using namespace kavity_tests;

namespace
{
constexpr double T        = 293.15;
constexpr double infinity = std::numeric_limits<double>::infinity();

// Entries for every law there is; a new law without entries here fails the tests below.
const std::map<std::string, std::string> &samples()
{
  static const std::map<std::string, std::string> all = {
    {"power_law", power_law_entries(all_branches)},
    {"linear", "set Viscosity = 1e8 Pa s\nset Size effect length = 10 um\n"}};
  return all;
}

std::unique_ptr<CreepLaw> power_law(const std::string &more)
{
  return law_of<CreepLaw>("power_law", power_law_entries(more));
}

// Pressure that closes a sphere with the rate e_a at its surface: integral of 2 s(e_a (a/r)^3) dr/r
// from a to infinity, by the trapezoidal rule in log r.
double closing_pressure(const CreepLaw &creep, const double e_a, const double S)
{
  constexpr unsigned int n = 4000;
  const double length      = std::log(1e9); // the rest of the integral is < 1e-4 even for n = 20
  double sum               = 0;
  for (unsigned int k = 0; k <= n; ++k)
    sum += (k == 0 || k == n ? 0.5 : 1.) * 2. *
           creep.stress(e_a * std::exp(-3. * length * k / n), T, S).stress;
  return sum * length / n;
}
} // namespace


TEST(Creep, DualDerivativeOfEveryLawAgreesWithFiniteDifferences)
{
  for (const auto &[name, doc] : Registry<CreepLaw>::names_and_docs())
  {
    ASSERT_EQ(samples().count(name), 1u) << "no sample entries for " << name;
    const auto creep = law_of<CreepLaw>(name, samples().at(name));
    for (const double s : {1e3, 3e4, 1e5, 4e5, 2e6, -1e5})
      for (const double S : {1., 12.})
      {
        const Dual<double> dual = creep->strain_rate(Dual<double>(s, 1.), T, S);
        const double step       = 1e-5 * std::abs(s);
        const double difference =
          (creep->strain_rate(s + step, T, S) - creep->strain_rate(s - step, T, S)) / (2 * step);
        EXPECT_DOUBLE_EQ(dual.value, creep->strain_rate(s, T, S));
        // Central difference: error (step/s)^2 times (stress exponent)^2 < 2e-8.
        EXPECT_NEAR(dual.derivative / difference, 1., 2e-8) << name << " at " << s << " Pa";
      }
  }
}


TEST(Creep, StressInvertsStrainRateOverThirtyDecades)
{
  for (const auto &[name, entries] : samples())
  {
    const auto creep = law_of<CreepLaw>(name, entries);
    for (double edot = 1e-20; edot < 2e10; edot *= 10)
      for (const double S : {1., 70.})
      {
        const auto [s, tangent] = creep->stress(edot, T, S);
        // The inverse is exact to round-off in log s; the rate multiplies it by the local exponent.
        EXPECT_NEAR(creep->strain_rate(s, T, S) / edot, 1., 1e-12) << name << " at " << edot;
        EXPECT_NEAR(tangent * creep->strain_rate(Dual<double>(s, 1.), T, S).derivative, 1., 1e-12);
      }
  }
}


TEST(Creep, StressAtRestIsThatOfTheLinearBranch)
{
  const auto creep = power_law(all_branches);
  const double eta = 0.075e6 / (3 * 63. * std::pow(0.075, 5));
  EXPECT_EQ(creep->stress(0., T).stress, 0.);
  EXPECT_NEAR(creep->stress(0., T).tangent / (3 * eta), 1., 1e-12);
  EXPECT_NEAR(creep->stress(0., T, 7.).tangent / (3 * eta * 7), 1., 1e-12);
  EXPECT_EQ(creep->stress(-1e-4, T).stress, -creep->stress(1e-4, T).stress);

  const auto rigid = power_law(pure_power)->stress(0., T);
  EXPECT_EQ(rigid.stress, 0.);
  EXPECT_TRUE(std::isfinite(rigid.tangent) && rigid.tangent > 1e20);
}


TEST(Creep, PowerLawHasItsThreeBranches)
{
  const auto all  = power_law(all_branches);
  const auto pure = power_law(pure_power);
  EXPECT_NEAR(pure->strain_rate(1e6, T), 63., 1e-9);
  EXPECT_NEAR(pure->strain_rate(2e6, 310., 2.) / (63. * arrhenius(39200., 310., T)), 1., 1e-12);
  // Between its transitions the sum is close to the power law, at both of them well above it.
  EXPECT_NEAR(all->strain_rate(0.2e6, T) / pure->strain_rate(0.2e6, T), 1., 0.1);
  EXPECT_NEAR(all->stress_exponent(1e2, T), 1., 1e-6);
  EXPECT_NEAR(all->strain_rate(0.075e6, T) / pure->strain_rate(0.075e6, T), 2., 0.01);
  EXPECT_NEAR(pure->stress_exponent(3e5, T), 5., 1e-12);
  EXPECT_GT(all->stress_exponent(3e6, T), 15.);
}


TEST(Creep, SizeEffectMultipliesTheStressAtAnyRate)
{
  const auto creep = power_law(all_branches);
  EXPECT_EQ(creep->size_factor(std::numeric_limits<double>::infinity()), 1.);
  EXPECT_NEAR(creep->size_factor(2e-6), 71., 1e-9);
  EXPECT_EQ(power_law(pure_power)->size_factor(1e-9), 1.);
  for (const double edot : {1e-12, 1e-3, 1e3})
    EXPECT_NEAR(creep->flow_stress(edot, T, 71.) / creep->flow_stress(edot, T), 71., 71e-12);
}


TEST(Creep, ClosureOfAPowerLawIsTheHollowSphere)
{
  const auto creep = power_law(pure_power);
  const double p   = 2.5e6;
  const double k_c = creep->closure_rate(p, infinity, 0.13, T, 3.);
  EXPECT_NEAR(k_c / (1.5 * 63. * std::pow(3 * 2.5 / (2 * 5 * 3.), 5)), 1., 1e-12);
  // Capillarity adds to the pressure; its sign decides.
  EXPECT_NEAR(creep->closure_rate(p - 2 * 0.13 / 2e-6, 2e-6, 0.13, T, 3.) / k_c, 1., 1e-12);
  EXPECT_NEAR(creep->closure_rate(-p, infinity, 0.13, T, 3.), -k_c, 1e-12 * k_c);
  EXPECT_GT(creep->closure_rate(-1e5, 2e-6, 0.13, T, 3.), 0.);
  EXPECT_EQ(creep->closure_rate(0., infinity, 0.13, T, 3.), 0.);
}


TEST(Creep, ClosureOfALinearMetalIsThreePressuresOverFourViscosities)
{
  const auto creep = law_of<CreepLaw>("linear", "set Viscosity = 1e8 Pa s\n");
  EXPECT_NEAR(creep->closure_rate(2e6, infinity, 0., T) / (3 * 2e6 / (4 * 1e8)), 1., 1e-12);
}


TEST(Creep, ClosureOfTheFullLawIsTheIntegralOverTheMetalAroundTheVoid)
{
  const auto creep = power_law(all_branches);
  for (const double S : {1., 20.})
    for (const double e_a : {1e-9, 1e-5, 1e-2, 1e1, 1e4})
    {
      const double p = closing_pressure(*creep, e_a, S);
      // The trapezoidal rule is good to 1e-5 in p; the rate multiplies that by its exponent.
      EXPECT_NEAR(creep->closure_rate(p, infinity, 0., T, S) / (1.5 * e_a), 1., 5e-4) << e_a;
    }
}


TEST(Creep, SwitchedOffBranchesRefuseTheirEntries)
{
  const auto declare = [](Parameters &parameters)
  {
    std::unique_ptr<CreepLaw> law;
    parameters.law("Law", law, "power_law", "");
  };
  const std::string text = complaint("subsection power_law\n" + power_law_entries(pure_power) +
                                       "set Breakdown stress = 1 MPa\nend\n",
                                     declare);
  EXPECT_NE(text.find("Breakdown = false"), std::string::npos) << text;
}
