#include "kavity/laws/Kinetics.h"

#include "laws_input.h"
#include <gtest/gtest.h>

#include <cmath>

using namespace kavity;
using namespace kavity_tests;

namespace
{
constexpr double T = 293.15;

ButlerVolmer kinetics(const double alpha_a = 0.5, const double alpha_c = 0.5,
                      const double R_film = 0)
{
  ButlerVolmer law;
  law.exchange_current_reference = 50.; // R_ct about 5 ohm cm^2
  law.reference_temperature      = T;
  law.alpha_a                    = alpha_a;
  law.alpha_c                    = alpha_c;
  law.R_film                     = R_film;
  return law;
}
} // namespace


TEST(Kinetics, PointSatisfiesItsEquation)
{
  for (const double R_film : {0., 1e-12, 1e-4, 1., 1e6})
    for (const double chi : {1., 0.3, 1e-6})
      for (const auto &[alpha_a, alpha_c] :
           {std::pair{0.5, 0.5}, {0.3, 0.7}, {1.6, 0.2}, {0.05, 1.9}})
        for (const double drive : {-2., -0.5, -1e-2, -1e-9, 1e-9, 3e-3, 0.1, 0.5, 2.})
        {
          const ButlerVolmer law = kinetics(alpha_a, alpha_c, R_film);
          const double R_con     = 1e-4;
          const auto point       = law.current(drive, chi, R_con, T);
          const double i_loc     = law.local_current(point.overpotential, T);
          EXPECT_NEAR(point.current / (chi * i_loc), 1., 1e-14);
          // Round-off of eta is amplified by R di/deta, which the solution divides by again.
          const double slope =
            law.local_current(Dual<double>(point.overpotential, 1.), T).derivative;
          EXPECT_NEAR(point.overpotential + (R_film + R_con * chi) * i_loc, drive,
                      1e-14 * std::abs(drive) * (1. + (R_film + R_con * chi) * slope));
        }
}


TEST(Kinetics, DerivativeAgreesWithFiniteDifferences)
{
  for (const double R_film : {0., 1e-3, 10.})
    for (const double chi : {1., 1e-6})
      for (const double drive : {-2., -0.05, 0., 0.02, 0.4, 2.})
      {
        const ButlerVolmer law = kinetics(0.3, 0.7, R_film);
        const double step      = 1e-5;
        const auto at = [&](const double d) { return law.current(d, chi, 1e-4, T).current; };
        const double difference = (at(drive + step) - at(drive - step)) / (2 * step);
        // Central difference of exp(alpha F eta/RT): error (28 step)^2/6 = 1.3e-8, and round-off.
        EXPECT_NEAR(law.current(drive, chi, 1e-4, T).derivative / difference, 1., 1e-7) << drive;
      }
}


TEST(Kinetics, SymmetricFormIsAHyperbolicSine)
{
  const ButlerVolmer law = kinetics();
  for (const double drive : {-1., -0.01, 0.03, 1.5})
    EXPECT_NEAR(law.current(drive, 0.5, 0., T).current /
                  (0.5 * 2. * 50. * std::sinh(0.5 * faraday * drive / (gas_constant * T))),
                1., 1e-12);
  // Inverse: eta = (2RT/F) asinh(i/2 i0) at a large current through a film.
  const ButlerVolmer film = kinetics(0.5, 0.5, 1e-3);
  const auto point        = film.current(2., 1., 0., T);
  EXPECT_NEAR(point.overpotential,
              2. * gas_constant * T / faraday * std::asinh(point.current / 100.), 1e-13);
  EXPECT_NEAR(point.current, (2. - point.overpotential) / 1e-3, 1e-9);
}


TEST(Kinetics, FiniteAndIncreasingForAnyDrive)
{
  for (const double R : {0., 1e-9, 1e-3, 1e3})
    for (const double alpha : {0.5, 1.5})
      for (const double chi : {1., 1e-6})
      {
        const ButlerVolmer law = kinetics(alpha, 0.5, R);
        double previous        = -INFINITY;
        for (double drive = -20.; drive <= 20.; drive += 0.01)
        {
          const auto point = law.current(drive, chi, R, 250.);
          ASSERT_TRUE(std::isfinite(point.current) && std::isfinite(point.derivative) &&
                      std::isfinite(point.overpotential));
          ASSERT_GT(point.current, previous);
          ASSERT_GT(point.derivative, 0.);
          previous = point.current;
        }
      }
}


TEST(Kinetics, WithoutContactNoCurrentAndAFiniteOverpotential)
{
  const auto point = kinetics(0.5, 0.5, 1e-4).current(0.3, 0., 1e-3, T);
  EXPECT_EQ(point.current, 0.);
  EXPECT_EQ(point.derivative, 0.);
  EXPECT_TRUE(std::isfinite(point.overpotential) && point.overpotential > 0);
  EXPECT_EQ(kinetics().current(0., 1., 0., T).current, 0.);
}


TEST(Kinetics, FactorsScaleFilmAndExchangeCurrent)
{
  ButlerVolmer scaled = kinetics(0.5, 0.5, 3e-4);
  scaled.exchange_current_reference *= 0.2;
  const auto expected = scaled.current(0.1, 0.7, 0., T);
  const auto point    = kinetics(0.5, 0.5, 1e-4).current(0.1, 0.7, 0., T, 3., 0.2);
  EXPECT_NEAR(point.current / expected.current, 1., 1e-13);
  EXPECT_NEAR(point.derivative / expected.derivative, 1., 1e-13);
}


TEST(Kinetics, ChargeTransferResistanceGivesTheExchangeCurrent)
{
  const auto law = declared<ButlerVolmer>("subsection Kinetics\n"
                                          "set Charge-transfer resistance = 5 ohm cm^2\n"
                                          "set Reference temperature = 20 degC\n"
                                          "set Anodic transfer coefficient = 0.3\n"
                                          "set Activation energy = 0.3 eV\nend\n",
                                          "Kinetics");
  EXPECT_NEAR(law.charge_transfer_resistance(T), 5e-4, 1e-16);
  EXPECT_NEAR(1. / law.current(1e-9, 1., 0., T).derivative, 5e-4, 1e-11);
  EXPECT_NEAR(law.exchange_current_density(313.15) / law.exchange_current_density(T),
              std::exp(-0.3 * faraday / gas_constant * (1 / 313.15 - 1 / T)), 1e-6);
}


TEST(Kinetics, ExactlyOneOfResistanceAndExchangeCurrent)
{
  const auto declare = [](Parameters &parameters)
  {
    ButlerVolmer law;
    law.declare(parameters);
  };
  const std::string R = "set Charge-transfer resistance = 5 ohm cm^2\n";
  EXPECT_EQ(complaint(R, declare), "");
  EXPECT_NE(complaint(R + "set Exchange current density = 5 mA/cm^2\n", declare).find("one of"),
            std::string::npos);
  EXPECT_NE(complaint("", declare).find("missing"), std::string::npos);
}
