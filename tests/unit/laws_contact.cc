#include "kavity/laws/Constants.h"
#include "kavity/laws/Contact.h"

#include "laws_input.h"
#include <gtest/gtest.h>

#include <cmath>

using namespace kavity;
using namespace kavity_tests;

namespace
{
constexpr double T = 293.15;
constexpr double N = 1e9; // spacing 32 um
constexpr double a = 2e-6;

std::unique_ptr<ContactLaw> contact_law(const std::string &entries = "",
                                        const std::string &name    = "vacancy_sink")
{
  return law_of<ContactLaw>(name, entries);
}

InterfaceState voids(const ContactLaw &law, const double radius, const double population = N)
{
  return {law.void_volume(radius, population), population, 1.};
}

// The void volume w of N voids per area, and one that varies at the rate w_dot.
InterfaceState voids_of(const double w)
{
  return {w, N, 1.};
}

InterfaceStateOf<Dual<double>> varied(const double w, const double w_dot)
{
  return {{w, w_dot}, N, 1.};
}
} // namespace


TEST(Contact, CapsHaveTheirVolumeAndRadius)
{
  for (const double degrees : {20., 60., 90., 135., 165.})
  {
    const auto law = contact_law("set Contact angle = " + std::to_string(degrees) + " degree\n");
    // Spherical cap of the base radius a and the height h = a tan(psi/2), psi seen from the void.
    const double h = a * std::tan(0.5 * (pi - degrees * pi / 180.));
    EXPECT_NEAR(law->void_volume(a, N) / (N * pi * h * (3 * a * a + h * h) / 6.), 1., 1e-12);
    EXPECT_NEAR(law->base_radius(voids(*law, a)) / a, 1., 1e-14);
    EXPECT_NEAR(law->contact_fraction(voids(*law, a)), 1. - N * pi * a * a, 1e-14);
  }
  EXPECT_NEAR(contact_law()->void_volume(a, 1.) / (2. * pi / 3. * a * a * a), 1., 1e-14);
}


TEST(Contact, WithoutVoidsContactIsFull)
{
  const auto law = contact_law();
  for (const double population : {0., N})
  {
    const InterfaceState none = law->initial_state(population);
    EXPECT_EQ(law->contact_fraction(none), 1.);
    EXPECT_EQ(law->base_radius(none), 0.);
    EXPECT_EQ(law->constriction_resistance(none, 0.1), 0.);
    EXPECT_EQ(law->closure(none, 1e7, potassium(), T), 0.);
  }
  EXPECT_EQ(law->contact_fraction({1., N, 0.5}), 0.5e-3);
}


TEST(Contact, ConstrictionHasItsDiluteAndDenseLimits)
{
  const auto law     = contact_law();
  const double sigma = 0.1;
  const double b     = 1. / std::sqrt(pi * N);
  // What the dense form adds to insulating discs is of relative order (a/b)^2.
  const double small = 1e-3 * b;
  EXPECT_NEAR(law->constriction_resistance(voids(*law, small), sigma) /
                (4. / 3. * N * small * small * small / sigma),
              1., 1e-5);
  // One contact spot of the radius c per area 1/N: 1/(4 sigma c N), less by (1 - c/b)^1.5 and by
  // the weight 1 - chi.
  const double chi = 2e-3, c = b * std::sqrt(chi);
  const double covered = b * std::sqrt(1. - chi);
  EXPECT_NEAR(law->constriction_resistance(voids(*law, covered), sigma) * 4. * sigma * c * N, 1.,
              1.6 * c / b + 2. * chi);
  // Finite, and increasing until contact is at its minimum.
  double previous = 0;
  for (double radius = 0.01 * b; radius < 0.99 * b; radius += 0.01 * b)
  {
    const double R = law->constriction_resistance(voids(*law, radius), sigma);
    EXPECT_GT(R, previous);
    previous = R;
  }
  EXPECT_TRUE(std::isfinite(law->constriction_resistance(voids(*law, 10. * b), sigma)));
}


TEST(Contact, ADiluteHemisphereTakesTwoPiAM)
{
  const auto law      = contact_law();
  const Metal metal   = potassium();
  const double few    = 1e3; // per m^2: no crowding
  const auto exchange = law->exchange(voids(*law, a, few), metal, T);
  // Crowding adds 2.2 a/b = 2.5e-4.
  EXPECT_NEAR(exchange.coefficient / (2 * pi * a * few * metal.mobility(T)), 1., 3e-4);
  EXPECT_NEAR(exchange.void_potential, -2 * 0.13 * 45.36e-6 / a, 1e-9);
  EXPECT_NEAR(exchange.growth(exchange.void_potential - 3.), 3. * exchange.coefficient, 1e-25);
  EXPECT_GT(law->exchange(voids(*law, a, 1e10), metal, T).coefficient,
            1.5 * 1e10 / few * exchange.coefficient);
}


TEST(Contact, CapsOfOtherAnglesHaveTheirCurvatureAndCapacity)
{
  const Metal metal                 = potassium();
  const double few                  = 1e3;
  const auto capacity_and_potential = [&](const std::string &angle)
  {
    const auto law      = contact_law("set Contact angle = " + angle + "\n");
    const auto exchange = law->exchange(voids(*law, a, few), metal, T);
    return std::pair{exchange.coefficient / (2 * pi * a * few * metal.mobility(T)),
                     exchange.void_potential * a / (-2 * 0.13 * 45.36e-6)};
  };
  // theta = 10 degree: nearly the sphere of the radius a/sin(theta) that touches its image, 2 ln 2
  // (1.386) of a hemisphere's capacity; the fit is good to 1 %.
  const double s             = std::sin(10. * pi / 180.);
  const auto [round, curved] = capacity_and_potential("10 degree");
  EXPECT_NEAR(round * s, 2 * std::log(2.), 0.01 * 1.386 + 0.03);
  EXPECT_NEAR(curved, s, 1e-12);
  // theta = 170 degree: nearly a flat disc, 2/pi; the lens is 3 % more.
  EXPECT_NEAR(capacity_and_potential("170 degree").first, 2 / pi * 1.025, 0.02);
}


TEST(Contact, NucleationIsAComplementarity)
{
  const auto law            = contact_law();
  const Metal metal         = potassium();
  const double mu_nuc       = law->nucleation_potential(T);
  const double a_nuc        = law->nucleation_radius(metal, T);
  const InterfaceState none = law->initial_state(N);
  const auto exchange       = law->exchange(none, metal, T);
  EXPECT_NEAR(mu_nuc, 0.05 * gas_constant * T, 1e-12);
  EXPECT_NEAR(a_nuc, 2 * 0.13 * 45.36e-6 / mu_nuc, 1e-18);
  EXPECT_EQ(exchange.void_potential, -mu_nuc);
  EXPECT_GT(exchange.coefficient, 0.);
  EXPECT_FALSE(law->is_active(none, exchange, -0.99 * mu_nuc));
  EXPECT_TRUE(law->is_active(none, exchange, -1.01 * mu_nuc));
  EXPECT_TRUE(law->is_active(voids(*law, a), law->exchange(voids(*law, a), metal, T), 0.));
  EXPECT_FALSE(law->is_active({}, law->exchange(InterfaceState(), metal, T),
                              -10 * mu_nuc)); // nowhere to nucleate

  // From nothing through nuclei to voids nothing jumps.
  for (const double factor : {1e-3, 0.999, 1.001})
  {
    const auto nucleus = law->exchange(voids(*law, factor * a_nuc), metal, T);
    EXPECT_NEAR(nucleus.void_potential / -mu_nuc, 1., 2e-3);
    EXPECT_NEAR(nucleus.coefficient / exchange.coefficient, 1., 2e-2);
  }
}


TEST(Contact, ClosureIsTheCreepLawsAtTheStrengthOfItsSize)
{
  const auto law             = contact_law();
  const Metal metal          = potassium();
  const InterfaceState state = voids(*law, a);
  const double S             = metal.creep->size_factor(a);
  EXPECT_NEAR(law->closure(state, 2.5e6, metal, T) /
                (state.void_volume * metal.creep->closure_rate(2.5e6, a, 0.13, T, S)),
              1., 1e-12);
  EXPECT_LT(law->closure(state, -1e6, metal, T), 0.); // pulled open
  EXPECT_GT(law->closure(state, -1e5, metal, T), 0.); // surface tension still closes it
  EXPECT_EQ(contact_law("set Closure = false\n")->closure(state, 2.5e6, metal, T), 0.);
  // Ten times larger voids close faster by far: less strong.
  const Metal pure = potassium(pure_power + "set Size effect length = 140 um\n");
  EXPECT_GT(law->closure(voids(*law, 10 * a, 1e7), 2.5e6, pure, T) / law->void_volume(10 * a, 1e7),
            1e3 * law->closure(state, 2.5e6, pure, T) / state.void_volume);
}


TEST(Contact, ClosureKnowsItsDerivatives)
{
  const auto law    = contact_law();
  const Metal metal = potassium();
  const double step =
    1e-4; // relative: errors of differences 1e-8 and, from the law's integral, 1e-6
  for (const double p : {1e5, 2.5e6, 2e7})
    for (const double radius : {0.02e-6, a, 10 * a}) // the first a nucleus
    {
      const auto at = [&](const double factor_p, const double factor_w)
      {
        InterfaceState state = voids(*law, radius);
        state.void_volume *= factor_w;
        return law->closure(state, factor_p * p, metal, T);
      };
      const double w         = voids(*law, radius).void_volume;
      const auto by_pressure = law->closure(varied(w, 0.), Dual<double>(p, 1.), metal, T);
      const auto by_volume   = law->closure(varied(w, 1.), Dual<double>(p), metal, T);
      EXPECT_EQ(by_pressure.value, at(1, 1));
      EXPECT_EQ(by_volume.value, at(1, 1));
      EXPECT_NEAR(by_pressure.derivative * p * 2 * step / (at(1 + step, 1) - at(1 - step, 1)), 1.,
                  1e-5);
      EXPECT_NEAR(by_volume.derivative * w * 2 * step / (at(1, 1 + step) - at(1, 1 - step)), 1.,
                  1e-5);
    }
  // where nothing drives it, what is left is the linear branch
  const double pull = -2 * 0.13 / a, w = voids(*law, a).void_volume;
  EXPECT_NEAR(law->closure(varied(w, 0.), Dual<double>(pull, 1.), metal, T).derivative * 1. /
                law->closure(voids(*law, a), pull + 1., metal, T),
              1., 1e-3);
}


TEST(Contact, ContactAndExchangeKnowTheirDerivatives)
{
  Metal metal                 = potassium();
  metal.interface_diffusivity = 1e-18; // a part of the exchange as large as that through the metal
  // Fourth-order differences: truncation is step^4 times the fifth derivative, 1e-11 of beta where
  // voids all but touch; round-off 1e-16/step = 1e-12 of it. A hundred times both.
  const double step = 1e-4, tolerance = 1e-9;
  for (const std::string name : {"vacancy_sink", "creep_closure"})
    for (const double radius : {0.02e-6, a, 6 * a, 8.5 * a}) // a nucleus to all but touching
    {
      const auto law = contact_law("set Contact angle = 70 degree\n", name);
      const double w = law->void_volume(radius, N);
      const auto at  = [&](const double factor) { return voids_of(w * factor); };
      const auto chi = law->void_contact(varied(w, 1.));
      EXPECT_EQ(chi.value, law->void_contact(at(1)));
      EXPECT_NEAR(chi.derivative * w, -2. / 3. * N * pi * radius * radius, 1e-14); // closed form

      const auto exchange = law->exchange(varied(w, 1.), metal, T);
      const auto slope    = [&](const auto &of)
      {
        const auto f = [&](const double x) { return of(law->exchange(at(1 + x), metal, T)); };
        return (8 * (f(step) - f(-step)) - (f(2 * step) - f(-2 * step))) / (12 * step);
      };
      EXPECT_EQ(exchange.coefficient.value, law->exchange(at(1), metal, T).coefficient);
      EXPECT_NEAR(exchange.coefficient.derivative * w,
                  slope([](const auto &there) { return there.coefficient; }),
                  tolerance * exchange.coefficient.value);
      const double mu = law->exchange(at(1), metal, T).void_potential;
      EXPECT_EQ(exchange.void_potential.value, mu);
      EXPECT_NEAR(exchange.void_potential.derivative * w, radius > a / 10 ? -mu / 3. : 0.,
                  -1e-14 * mu); // closed form; a nucleus has none
      EXPECT_NEAR(exchange.growth(-50.).derivative * w,
                  slope([](const auto &there) { return there.growth(-50.); }),
                  tolerance * exchange.coefficient.value * 50.);
    }
}


TEST(Contact, NothingChangesWhereThereAreNoVoidsOrNoneLeft)
{
  const auto law    = contact_law();
  const Metal metal = potassium();
  for (const double w : {0., 1e3 * law->void_volume(a, N)}) // no voids; contact at its floor
  {
    EXPECT_EQ(law->void_contact(varied(w, 1.)).derivative, 0.);
    EXPECT_TRUE(std::isfinite(law->exchange(varied(w, 1.), metal, T).coefficient.derivative));
  }
  EXPECT_EQ(law->exchange(varied(0., 1.), metal, T).coefficient.derivative, 0.);
  EXPECT_EQ(law->closure(varied(0., 1.), Dual<double>(1e6, 1.), metal, T).derivative, 0.);
  // so small that contact rounds to 1, and still it has a slope
  const double few = 1e-12 * law->void_volume(1e-9, N);
  EXPECT_TRUE(std::isfinite(law->exchange(varied(few, 1.), metal, T).coefficient.derivative));
}


TEST(Contact, PressureMakesContactAndUnloadingKeepsIt)
{
  const auto law       = contact_law("set Initial roughness contact = 0.05\n");
  const Metal metal    = potassium(pure_power);
  InterfaceState state = law->initial_state(N);
  EXPECT_EQ(law->contact_fraction(state), 0.05);
  const double s_f = 1e6 * std::pow(1e-3 / 63., 0.2);
  law->touch(state, 0.6 * s_f, metal, T);
  EXPECT_NEAR(law->contact_fraction(state), 0.2, 1e-12);
  law->touch(state, 0.1 * s_f, metal, T);
  EXPECT_NEAR(law->contact_fraction(state), 0.2, 1e-12);
  law->touch(state, 100. * s_f, metal, T);
  EXPECT_EQ(law->contact_fraction(state), 1.);
}


TEST(Contact, SteadyMarginOfVacancySinkVanishesWhereVoidsNeitherGrowNorShrink)
{
  const Metal metal = potassium();
  const auto margin = [&](const std::string &entries, const double mu) {
    return contact_law(entries)->steady_margin({20., 2.5e6, mu, 0.}, a, N, metal, T);
  };
  const double mu_void = -2 * 0.13 * 45.36e-6 / a;
  EXPECT_NEAR(margin("set Closure = false\n", mu_void), 0., 1e-9);
  EXPECT_NEAR(margin("set Closure = false\nset Capillarity = false\n", 0.), 0., 1e-9);
  EXPECT_GT(margin("set Closure = false\n", mu_void - 1.), 0.);
  EXPECT_LT(margin("set Closure = false\n", mu_void + 1.), 0.);
  EXPECT_LT(margin("", mu_void), 0.); // creep closes as well
}


TEST(Contact, CreepClosureGivesAllStrippedVolumeToVoids)
{
  const auto law    = contact_law("", "creep_closure");
  const Metal metal = potassium();
  EXPECT_FALSE(law->has_sinks());
  const double closing = faraday / 45.36e-6 * law->closure(voids(*law, a), 2.5e6, metal, T);
  EXPECT_NEAR(law->steady_margin({3. * closing, 2.5e6, -50., 0.}, a, N, metal, T), 2. * closing,
              1e-12 * closing);
}


TEST(Contact, PlasticContactFailsAtTheLocalLimit)
{
  const auto law       = contact_law("set Local limit = 3 mA/cm^2\n", "plastic_contact");
  const Metal metal    = potassium(pure_power);
  const double s_f     = 1e6 * std::pow(1e-3 / 63., 0.2);
  InterfaceState state = law->initial_state(N);
  law->touch(state, 1.5 * s_f, metal, T);
  EXPECT_NEAR(law->contact_fraction(state), 0.5, 1e-12);
  EXPECT_NEAR(law->steady_margin({15., 1.5 * s_f, 0., 0.}, a, N, metal, T), 0., 1e-9);
  EXPECT_NEAR(law->steady_margin({-20., 1.5 * s_f, 0., 0.}, a, N, metal, T), 10., 1e-9);
  EXPECT_FALSE(law->is_active(state, law->exchange(state, metal, T), -1e9));
  law->touch(state, 0.3 * s_f, metal, T);
  EXPECT_NEAR(law->contact_fraction(state), 0.1, 1e-12);
}
