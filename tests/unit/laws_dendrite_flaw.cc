#include "kavity/laws/CreepChannel.h"
#include "kavity/laws/FlawPressure.h"
#include "kavity/laws/FlawStress.h"

#include "laws_dendrite.h"
#include <gtest/gtest.h>

#include <cmath>

using namespace kavity;
using namespace kavity_tests;

namespace
{
constexpr double T = 293.15;

double edge(const double power, const double loaded = 1)
{
  return stress_intensity([=](const double x) { return std::pow(x, power); }, 1, loaded) /
         std::sqrt(pi);
}

// B of power_law_entries() with the reference stress of 1 MPa.
double prefactor(const double n)
{
  return 63. / std::pow(1e6, n);
}

std::unique_ptr<CreepLaw> power_law(const std::string &more)
{
  return law_of<CreepLaw>("power_law", power_law_entries(more));
}
} // namespace


// To the digits of a singular integral equation with 300 nodes; the weight is good to 1e-4.
TEST(FlawStress, EdgeCrackUnderPowers)
{
  const double exact[] = {1.1215, 0.6829, 0.5255, 0.4410};
  for (int power = 0; power < 4; ++power)
    EXPECT_NEAR(edge(power), exact[power], 1.5e-4) << power;
  EXPECT_NEAR(edge(0), edge_crack_factor, 5e-5);
}


TEST(FlawStress, EdgeCrackFilledInPart)
{
  EXPECT_NEAR(edge(0, 0.8), 0.7028, 6e-4); // the weight's own error, as above, to five times that
  EXPECT_NEAR(edge(0, 0.5), 0.4151, 6e-4);
  EXPECT_NEAR(edge(0, 0.2), 0.1650, 3e-4);
}


TEST(FlawStress, InternalCrackFilledInPart)
{
  const double a = 3e-5, p = 4e7;
  for (const double share : {1., 0.8, 0.5, 0.2, 0.05})
    EXPECT_NEAR(stress_intensity([=](double) { return p; }, a, share * a, CrackShape::internal) /
                  (2 * p * std::sqrt(a / pi) * std::asin(share)),
                1, 1e-12)
      << share;
}


// The bend is between the points of the table as well: both are exact.
TEST(FlawStress, PressureOfATable)
{
  const double bend    = 0.3;
  const auto pressure  = [=](const double x) { return 1 + std::max(0., x - bend); };
  const double whole   = stress_intensity(pressure, 1, 0.9, CrackShape::edge, bend);
  const double divided = stress_intensity({0, bend, 0.6, 0.9}, {1, 1, 1.3, 1.6}, 1);
  EXPECT_NEAR(divided / whole, 1, 1e-9); // of a quadrature with seven points a part
}


TEST(CreepChannel, PowerLaw)
{
  const double n = 5, h = 2e-7, G = 3e13;
  const auto law = power_law(pure_power + "set Size effect length = 140 um\n");
  const double S = 1 + 140e-6 / (2 * h);
  const double C = std::pow(3., (n + 1) / 2) * prefactor(n) / std::pow(S, n);
  const CreepChannel slit(*law, CreepChannel::Shape::slit, h, T);
  EXPECT_NEAR(slit.size_factor(), S, 1e-10 * S);
  EXPECT_NEAR(slit.flow(G).flux / (2 * C * std::pow(G, n) * std::pow(h, n + 2) / (n + 2)), 1,
              1e-12);
  EXPECT_NEAR(slit.flow(G).slope / (n * slit.flow(G).flux / G), 1, 1e-12);
  const CreepChannel tube(*law, CreepChannel::Shape::tube, h, T);
  EXPECT_NEAR(tube.flow(G).flux / (pi * C * std::pow(G / 2, n) * std::pow(h, n + 3) / (n + 3)), 1,
              1e-12);
  EXPECT_NEAR(tube.flow(G).slope / (n * tube.flow(G).flux / G), 1, 1e-12);
  EXPECT_EQ(tube.flow(-G).flux, -tube.flow(G).flux);
  EXPECT_EQ(tube.flow(-G).slope, tube.flow(G).slope);
}


TEST(CreepChannel, NewtonianMetal)
{
  const double eta = 1e8, h = 2e-7, G = 3e13;
  const auto law = law_of<CreepLaw>("linear", "set Viscosity = 1e8 Pa s\n");
  const CreepChannel slit(*law, CreepChannel::Shape::slit, h, T);
  const CreepChannel tube(*law, CreepChannel::Shape::tube, h, T);
  const double of_slit = 2 * h * h * h / (3 * eta), of_tube = pi * h * h * h * h / (8 * eta);
  EXPECT_NEAR(slit.flow(G).flux / (of_slit * G), 1, 1e-12);
  EXPECT_NEAR(tube.flow(G).flux / (of_tube * G), 1, 1e-12);
  for (const double gradient : {0., G})
  {
    EXPECT_NEAR(slit.flow(gradient).slope / of_slit, 1, 1e-12);
    EXPECT_NEAR(tube.flow(gradient).slope / of_tube, 1, 1e-12);
  }
}


// The velocity is integrated over the profile, and once more for the flux.
TEST(CreepChannel, AllBranchesAgainstTheProfile)
{
  const double h = 5e-8, G = 2e13;
  const auto law = power_law("set Breakdown stress = 0.75 MPa\nset Linear stress = 0.075 MPa\n");
  const unsigned int n = 20000;
  double velocity = 0, slit = 0, tube = 0;
  for (unsigned int k = n; k-- > 0;)
  {
    const double y = h * (k + 0.5) / n, d = h / n;
    const double of_slit = std::sqrt(3.) * law->strain_rate(std::sqrt(3.) * G * y, T);
    slit += of_slit * y * d; // parts of the integral
    tube += std::sqrt(3.) * law->strain_rate(std::sqrt(3.) * G * y / 2, T) * pi * y * y * d;
    velocity += of_slit * d;
  }
  EXPECT_GT(velocity, 0);
  // of the midpoint rule, and of 30 points where two branches meet
  EXPECT_NEAR(CreepChannel(*law, CreepChannel::Shape::slit, h, T).flow(G).flux / (2 * slit), 1,
              1e-5);
  EXPECT_NEAR(CreepChannel(*law, CreepChannel::Shape::tube, h, T).flow(G).flux / tube, 1, 2e-5);
}


TEST(CreepChannel, WhatIsTooMuchIsInfinite)
{
  const auto law = power_law(all_branches);
  const CreepChannel slit(*law, CreepChannel::Shape::slit, 2e-7, T);
  EXPECT_EQ(slit.flow(1e30).flux, std::numeric_limits<double>::infinity());
}


namespace
{
// Kinetics are linear within round-off: 1e-9 of kT/e.
UniformPlating newtonian()
{
  auto cell        = UniformPlating::of("K", "K-BASE");
  cell.metal.creep = law_of<CreepLaw>("linear", "set Viscosity = 1e6 Pa s\n");
  return cell;
}
} // namespace


// p = p*(x) + A cosh kx + B sinh kx, k^2 = 3 eta Omega^2/(F^2 R h^3); errors of second order.
TEST(FlawPressure, NewtonianMetal)
{
  const auto cell = newtonian();
  const double h = 2e-7, l = 1e-5, small = 1e-6; // of a current: kinetics then are linear
  const double R = cell.kinetics.charge_transfer_resistance(T), i = 48 * small;
  auto site                 = cell.site(i);
  site.potential            = cell.metal.molar_volume * cell.stack_pressure;
  const double slope_of_cap = faraday * i / (0.1 * cell.metal.molar_volume);
  const double at_mouth     = site.largest_pressure(0);
  const double k = std::sqrt(3 * 1e6 / (R * h * h * h)) * cell.metal.molar_volume / faraday;
  const double A = cell.stack_pressure - at_mouth;
  const double B = -(slope_of_cap / k + A * std::sinh(k * l)) / std::cosh(k * l);
  double last    = 0;
  const CreepChannel slit(*cell.metal.creep, CreepChannel::Shape::slit, h, T);
  for (const unsigned int intervals : {50, 100, 200})
  {
    const FlawPressure pressure(site, slit, l, intervals);
    double worst = 0;
    for (unsigned int n = 0; n <= intervals; ++n)
    {
      const double x = pressure.depths()[n];
      const double exact =
        at_mouth + slope_of_cap * x + A * std::cosh(k * x) + B * std::sinh(k * x);
      worst = std::max(worst, std::abs(pressure.pressures()[n] - exact) / std::abs(A));
    }
    if (last > 0)
    {
      EXPECT_NEAR(last / worst, 4, 0.4);
    }
    last = worst;
  }
  EXPECT_LT(last, 1e-4); // 200 intervals are the default
}


// Currents far beyond what a little pressure can change: the flux is given.
TEST(FlawPressure, PowerLawAndGivenFlux)
{
  auto cell                     = UniformPlating::of("K", "K-BASE");
  cell.metal.creep              = power_law(pure_power + "set Size effect length = 140 um\n");
  cell.electrolyte.conductivity = {1e6}; // no ohmic drop
  // a film of high resistance makes the current what it is, however the pressure
  cell.kinetics.R_film = 1e3;
  const double n = 5, i = 48, h = 3e-7, l = 1e-5;
  const auto site = cell.site(i);
  const CreepChannel slit(*cell.metal.creep, CreepChannel::Shape::slit, h, T);
  const double C  = std::pow(3., (n + 1) / 2) * prefactor(n) / std::pow(slit.size_factor(), n);
  const double Q  = 2 * i * cell.metal.molar_volume * l / faraday;
  const double G0 = std::pow((n + 2) * Q / (2 * C * std::pow(h, n + 2)), 1 / n);
  const FlawPressure pressure(site, slit, l);
  for (const double share : {0.1, 0.5, 1.})
    EXPECT_NEAR((pressure(share * l) - cell.stack_pressure) /
                  (G0 * l * n / (n + 1) * (1 - std::pow(1 - share, 1 + 1 / n))),
                1, 1e-3) // 200 intervals; what the pressure takes off the current is 1e-6
      << share;
}
