#include "kavity/laws/CreepChannel.h"
#include "kavity/laws/FlawStress.h"

#include "laws_dendrite.h"
#include <gtest/gtest.h>

#include <cmath>

using namespace kavity;
using namespace kavity_tests;

namespace
{
constexpr double T = 293.15, mA = 10;

std::unique_ptr<DendriteCriterion> criterion(const std::string &name,
                                             const std::string &entries = "")
{
  return law_of<DendriteCriterion>(name, entries);
}

double number(const DendriteVerdict &verdict, const std::string &name)
{
  for (const auto &each : verdict.numbers)
    if (each.name == name)
      return each.value;
  ADD_FAILURE() << "no number '" << name << "'";
  return 0;
}

UniformPlating potassium_on_base()
{
  return UniformPlating::of("K", "K-BASE");
}
} // namespace


TEST(DendriteCriterion, NoneIsSafe)
{
  const auto cell = potassium_on_base();
  const auto none = criterion("none");
  EXPECT_FALSE(none->is_any());
  EXPECT_EQ(none->judge(cell.site(1e5)).margin, -1);
}


// The calibration: all of them say 4.8 mA/cm^2 for K on K-beta''-alumina at 20 degC and 2.5 MPa.
TEST(DendriteCriterion, CalibratedOnPotassium)
{
  const auto cell = potassium_on_base();
  for (const auto &[name, doc] : Registry<DendriteCriterion>::names_and_docs())
    if (name != "none")
    {
      // digits of the flaw lengths and of the toughness in the defaults
      EXPECT_NEAR(cell.critical_current(*criterion(name)) / mA, 4.8, 4.8e-3) << name;
    }
}


// K_I = sqrt(pi a) {1.1215 [P + (F/Omega)(eta + R_s i)] + 0.6829 F i a/(Omega sigma)}
TEST(CrackPropagation, SealedUnderUniformCurrent)
{
  auto cell            = potassium_on_base();
  cell.kinetics.R_film = 2e-4;
  const double a = 5e-5, i = 30, factor = faraday / cell.metal.molar_volume;
  const auto verdict =
    criterion("crack_propagation", "set Flaw length = 50 um\n")->judge(cell.site(i));
  const double at_mouth =
    cell.stack_pressure + factor * (cell.loss(i) + cell.metal.interface_sink_resistance(T) * i);
  const double K_I = std::sqrt(pi * a) * (1.1215 * at_mouth + 0.6829 * factor * i * a / 0.1);
  EXPECT_NEAR(verdict.stress_intensity / K_I, 1, 2e-4); // of the rounded factors
  EXPECT_NEAR(verdict.margin, K_I / 2e6 - 1, 2e-4);
  EXPECT_NEAR(verdict.pressure / (at_mouth + factor * i * a / 0.1), 1, 1e-12);
  EXPECT_NEAR(number(verdict, "largest pressure at the mouth") / at_mouth, 1, 1e-12);
}


// Linear, p_n = 0: j = K_IC Omega/(F sqrt(pi a) [1.1215 R_i + 0.6829 a/sigma]),
// R_i = R_ct + R_film + R_s.
TEST(CrackPropagation, LinearClosedForm)
{
  auto cell            = potassium_on_base();
  cell.stack_pressure  = 0;
  cell.kinetics.R_film = 3e-4;
  cell.electrolyte.fracture_toughness *= 1e-4; // a small current is all it takes
  const double a = 83.04e-6;
  const double R_i =
    cell.kinetics.charge_transfer_resistance(T) + 3e-4 + cell.metal.interface_sink_resistance(T);
  const double j = 2e2 * cell.metal.molar_volume /
                   (faraday * std::sqrt(pi * a) * (1.1215 * R_i + 0.6829 * a / 0.1));
  EXPECT_NEAR(cell.critical_current(*criterion("crack_propagation")) / j, 1, 2e-4);
}


// The activation energies of K-BASE.prm are those of sigma T and i_0. Prototype in another
// language, sinks on the interface; with R_ct ~ exp(E/RT) it gives 2.33 and 8.95 at 0 and 40 degC.
TEST(CrackPropagation, PotassiumOverTemperatureAndPressure)
{
  const auto law = criterion("crack_propagation");
  auto cell      = potassium_on_base();
  for (const auto &[celsius, j] : {std::pair(0., 2.40), std::pair(20., 4.80), std::pair(40., 8.70)})
  {
    cell.temperature = 273.15 + celsius;
    EXPECT_NEAR(cell.critical_current(*law) / mA, j, 0.006) << celsius;
  }
  cell.temperature = T;
  for (const auto &[MPa, j] :
       {std::pair(0.1, 4.91), std::pair(2.5, 4.80), std::pair(10., 4.46), std::pair(20., 4.00)})
  {
    cell.stack_pressure = 1e6 * MPa;
    EXPECT_NEAR(cell.critical_current(*law) / mA, j, 0.006) << MPa;
  }
}


// Voids: the local current density raises eta; R_con i belongs to what lies beyond 1/sqrt(pi N).
TEST(CrackPropagation, ConstrictionBelowVoids)
{
  const auto cell   = potassium_on_base();
  auto site         = cell.site(48);
  site.population   = 1 / (pi * 1e-10); // 10 um
  site.constriction = 1e-4;
  site.drive        = [](const double) { return -0.03; }; // of the potential beyond the voids
  EXPECT_NEAR(site.drive_below_contact(0), -0.03 + 48e-4, 1e-15);
  EXPECT_NEAR(site.drive_below_contact(5e-6), -0.03 + 24e-4, 1e-15);
  EXPECT_EQ(site.drive_below_contact(2e-5), -0.03);
  const auto verdict = criterion("crack_propagation", "set Flaw length = 20 um\n")->judge(site);
  const double a = 2e-5, factor = faraday / cell.metal.molar_volume;
  // by a table with the same bend
  const double p0  = site.potential / cell.metal.molar_volume;
  const double K_I = stress_intensity(
    {0, 1e-5, 2e-5}, {p0 + factor * 0.0252, p0 + factor * 0.03, p0 + factor * 0.03}, a);
  EXPECT_NEAR(verdict.stress_intensity / K_I, 1, 1e-6);
}


// Metal that creeps out relieves the mouth alone: K_I over that of the sealed flaw is near 1 for
// narrow gaps and falls with their width.
TEST(CrackPropagation, LeakyApproachesSealed)
{
  const auto cell = potassium_on_base();
  const auto site = cell.site(48);
  const double sealed =
    criterion("crack_propagation", "set Flaw length = 5 um\n")->judge(site).stress_intensity;
  double last = 1;
  for (const auto &[gap, share] :
       {std::pair("0.2", 0.99), std::pair("0.5", 0.92), std::pair("1", 0.62)})
  {
    const double now =
      criterion("crack_propagation",
                std::string("set Flaw length = 5 um\nset Half-gap = ") + gap + " um\n")
        ->judge(site)
        .stress_intensity /
      sealed;
    EXPECT_NEAR(now, share, 0.04) << gap; // shares of linear kinetics and other sinks
    EXPECT_LT(now, last) << gap;
    last = now;
  }
}


TEST(CrackPropagation, IsTheGriffithCriterionWithoutOhmicDrop)
{
  auto cell                     = potassium_on_base();
  cell.electrolyte.conductivity = {1e9};
  const std::string a           = "set Flaw length = 40 um\n";
  EXPECT_NEAR(criterion("crack_propagation", a)->judge(cell.site(40)).stress_intensity /
                criterion("overpotential_griffith", a)->judge(cell.site(40)).stress_intensity,
              1, 5e-5); // 1.1215 is rounded
}


// Between the pressure of the metal and the largest one; what is plated creeps out.
TEST(PoreExtrusion, BackPressureBalancesPlating)
{
  const auto cell    = potassium_on_base();
  const auto site    = cell.site(48);
  const double depth = 6e-6, radius = 1e-6;
  double last = site.largest_pressure(depth);
  EXPECT_NEAR(criterion("pore_extrusion", "set Half-gap = 0 um\n")->judge(site).pressure / last, 1,
              1e-12);
  for (const double gap : {0.2, 0.9, 1.5})
  {
    const auto verdict =
      criterion("pore_extrusion", "set Half-gap = " + std::to_string(gap) + " um\n")->judge(site);
    const double p = verdict.pressure;
    EXPECT_LT(p, last);
    EXPECT_GT(p, site.pressure);
    last = p;
    const CreepChannel slit(*cell.metal.creep, CreepChannel::Shape::slit, gap * 1e-6, T);
    const double flux = 2 * radius * slit.flow((p - site.pressure) / 5e-6).flux;
    const double plated =
      4 * pi * radius * radius * cell.metal.molar_volume / faraday * site.plating(depth, p).current;
    const double empty = 4 * pi * radius * radius * cell.metal.molar_volume / faraday *
                         site.plating(depth, site.pressure).current;
    EXPECT_NEAR(plated / empty, flux / empty, 1e-9) << gap;
    EXPECT_NEAR(verdict.margin, edge_crack_factor * p * std::sqrt(pi * 5e-6) / 0.2885e6 - 1, 1e-12);
    // V_p F/(A_p Omega i_p)
    EXPECT_NEAR(number(verdict, "time to fill the pore") * empty / (4 * pi / 3 * 1e-18), 1, 1e-12);
  }
}


// Uniform stress s on the plane of a crack adds 1.1215 s sqrt(pi a), one that grows with the depth
// 0.6829 of it at the end of the crack, also below where metal has filled it; of stresses that
// differ along the interface that across the worst direction counts. The quadrature is exact to
// 1e-4 (FlawStress).
TEST(CrackPropagation, StressOfTheElectrolyte)
{
  const auto cell = potassium_on_base();
  const double a = 50e-6, size = std::sqrt(pi * a), i = 48;
  const auto share = [&](const char *name, const std::string &entries,
                         const std::function<StressAlong(double)> &stress)
  {
    const auto law        = criterion(name, "set Flaw length = 50 um\n" + entries);
    auto site             = cell.site(i);
    const double of_metal = law->judge(site).stress_intensity;
    site.stress           = stress;
    const auto verdict    = law->judge(site);
    EXPECT_NEAR(verdict.margin, verdict.stress_intensity / site.toughness - 1, 1e-12);
    EXPECT_DOUBLE_EQ(law->stressed_depth(), a);
    const auto &own = verdict.numbers.back();
    EXPECT_STREQ(own.name, "stress intensity of the electrolyte's own stress");
    EXPECT_NEAR(verdict.stress_intensity, std::max(0., of_metal + own.value), 1e-6 * of_metal);
    return own.value / size;
  };
  const auto uniform = [](const StressAlong &stress) { return [=](double) { return stress; }; };
  for (const char *name : {"crack_propagation", "overpotential_griffith"})
  {
    EXPECT_NEAR(share(name, "", uniform({2e6, -1e6, 0})), 1.1215 * 2e6, 1e-3 * 2e6);
    EXPECT_NEAR(share(name, "", uniform({-2e6, -1e6, 0})), 1.1215 * -1e6, 1e-3 * 2e6);
    // principal stresses 5 and -5 MPa
    EXPECT_NEAR(share(name, "", uniform({3e6, -3e6, 4e6})), 1.1215 * 5e6, 1e-3 * 5e6);
    // more than the metal opens
    EXPECT_LT(share(name, "", uniform({-1e9, -1e9, 0})), 0);
  }
  EXPECT_NEAR(share("crack_propagation", "set Filled length = 10 um\n",
                    [=](const double x) {
                      return StressAlong{1e6 * x / a, 0, 0};
                    }),
              0.6829e6, 1e-3 * 1e6);
}

// Without a stress nothing changes: no number is added.
TEST(CrackPropagation, RigidElectrolyteSaysNothingOfStress)
{
  const auto verdict = criterion("crack_propagation")->judge(potassium_on_base().site(48));
  for (const auto &number : verdict.numbers)
    EXPECT_STRNE(number.name, "stress intensity of the electrolyte's own stress");
}

TEST(DendriteSite, RimOfADisc)
{
  // ring elements
  for (const auto &[Wa, f] :
       {std::pair(100., 1.00618), std::pair(25., 1.02347), std::pair(10., 1.05485),
        std::pair(2.5, 1.1827), std::pair(1., 1.37848), std::pair(0.3, 1.90486),
        std::pair(0.1, 2.85907), std::pair(0.03, 4.83825), std::pair(0.01, 8.12974)})
    EXPECT_NEAR(rim_factor(Wa) / f, 1, 0.025) << Wa;
  EXPECT_NEAR((rim_factor(1e5) - 1) * 1e5, 2 / pi, 1e-4);
  EXPECT_NEAR(rim_factor(1e-6) * std::sqrt(1e-6), std::sqrt(2 / pi), 1e-5);
}


TEST(LocalCurrent, CountsContactAndRims)
{
  auto cell    = potassium_on_base();
  cell.contact = 0.5;
  auto site    = cell.site(24);
  EXPECT_NEAR(criterion("local_current")->judge(site).margin, 0, 1e-12);
  site.void_radius = 2e-6; // Wa = 25
  EXPECT_NEAR(criterion("local_current")->judge(site).margin, rim_factor(25) - 1, 1e-12);
  EXPECT_NEAR(criterion("local_current", "set Rim factor = false\n")->judge(site).margin, 0, 1e-12);
  site.current = 24; // stripping
  EXPECT_EQ(criterion("local_current")->judge(site).margin, -1);
}


// More current is never safer, and nothing jumps.
TEST(DendriteCriterion, ContinuousInTheCurrent)
{
  const auto cell = potassium_on_base();
  for (const auto &[name, doc] : Registry<DendriteCriterion>::names_and_docs())
    if (name != "none")
    {
      const auto law =
        criterion(name, name == "crack_propagation" ? "set Half-gap = 0.5 um\n" : "");
      double last = law->judge(cell.site(1e-3)).margin;
      for (double i = 1e-3; i < 1e4; i *= 1.3)
      {
        const double now = law->judge(cell.site(i)).margin;
        EXPECT_GE(now, last - 1e-9) << name << " at " << i;
        EXPECT_LT(now + 1, 1.4 * (last + 1) + 1e-9) << name << " at " << i;
        last = now;
      }
    }
}
