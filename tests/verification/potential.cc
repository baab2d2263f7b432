// The potential with Butler-Volmer kinetics: closed forms of docs/model.md, sections 2 and 3,
// convergence from rest, and the balance of charge.

#include <gtest/gtest.h>

#include <iostream>

#include "verification_potential.h"

using namespace kavity;
using dealii::Point;
using verification::PotentialCell;

namespace
{
template <int dim>
using Counter = typename IonTransport<dim>::CounterElectrode;

constexpr double T = PotentialCell<2>::temperature;

// 100 um of K-beta''-alumina-like electrolyte, 10 mS/cm
template <int dim>
typename PotentialCell<dim>::Setup slab(const Coordinates coordinates = Coordinates::plane)
{
  typename PotentialCell<dim>::Setup setup;
  setup.geometry = {100e-6, 100e-6, 100e-6, 100e-6, coordinates};
  setup.grading  = {12.5e-6, 0.5, 0};
  return setup;
}

// V = i L/sigma + R_con i + R_film i/chi + eta(i/chi) + U0 - mu/F, alpha_a = alpha_c = 1/2
template <int dim>
void check_voltage(const Counter<dim> counter, const Coordinates coordinates)
{
  const double mu = 40, R_con = 3e-5, film_factor = 2, exchange_factor = 0.5;
  ButlerVolmer law = verification::kinetics(5e-4);
  law.U0           = 0.3;
  law.R_film       = 2e-4;
  auto setup       = slab<dim>(coordinates);
  setup.counter    = counter;
  for (const double chi : {1., 0.1})
    for (const double i : {-300., -1., 1., 100., 3000.})
    {
      PotentialCell<dim> cell(setup, law);
      auto contact = cell.contact([chi](const Point<dim> &) { return chi; });
      contact.mu.assign(contact.mu.size(), mu);
      contact.constriction.assign(contact.mu.size(), R_con);
      contact.film_factor.assign(contact.mu.size(), film_factor);
      contact.exchange_factor.assign(contact.mu.size(), exchange_factor);
      cell.transport.solve(i, contact);
      const double i0       = law.exchange_current_density(T) * exchange_factor;
      const double eta      = 2 * gas_constant * T / faraday * std::asinh(i / chi / (2 * i0));
      const double expected = i * cell.body.thickness() / setup.sigma + i * R_con +
                              i / chi * law.R_film * film_factor + eta + law.U0 - mu / faraday;
      // linear in y, so without discretisation error: what is left is the solver's tolerance
      EXPECT_NEAR(cell.transport.voltage(), expected, 1e-10 * std::abs(expected)) << i;
      for (const double local : cell.transport.current())
        EXPECT_NEAR(local, i, 1e-9 * std::abs(i));
      for (const double local : cell.transport.overpotential())
        EXPECT_NEAR(local, eta, 1e-9 * std::abs(eta));
      EXPECT_LT(cell.imbalance(i, cell.transport.current()), 1e-10);
    }
}

TEST(UniformPotential, IdealCounterElectrode)
{
  check_voltage<2>(Counter<2>::ideal, Coordinates::plane);
}

TEST(UniformPotential, PrescribedCurrent)
{
  check_voltage<2>(Counter<2>::prescribed_current, Coordinates::plane);
}

TEST(UniformPotential, Axisymmetric)
{
  check_voltage<2>(Counter<2>::ideal, Coordinates::axisymmetric);
  check_voltage<2>(Counter<2>::prescribed_current, Coordinates::axisymmetric);
}

TEST(UniformPotential, ThreeDimensional)
{
  check_voltage<3>(Counter<3>::ideal, Coordinates::plane);
}

// From rest straight to i, over kinetics from reversible to sluggish.
template <int dim>
void check_from_rest(const typename PotentialCell<dim>::Setup &setup, const double i,
                     const std::function<double(const Point<dim> &)> &fraction)
{
  for (const double R_ct : {1e-7, 1e-5, 5e-4, 0.1})
  {
    PotentialCell<dim> cell(setup, verification::kinetics(R_ct));
    const auto contact = cell.contact(fraction);
    cell.transport.solve(0., contact);
    const auto report = cell.transport.solve(i, contact);
    std::cout << "R_ct " << R_ct * 1e4 << " ohm cm^2, i " << i
              << " A/m^2: " << report.newton_iterations << " Newton, " << report.linear_iterations
              << " linear iterations, " << cell.transport.voltage() << " V, imbalance "
              << cell.imbalance(i, cell.transport.current()) << '\n';
    EXPECT_LT(cell.imbalance(i, cell.transport.current()), 1e-10);
    // the power spent, in the electrolyte and on i eta, convex in i, is least if all is uniform
    const double chi     = cell.interface.mean(contact.fraction);
    const double i0      = verification::kinetics(R_ct).exchange_current_reference;
    const double uniform = i * cell.body.thickness() / setup.sigma +
                           2 * gas_constant * T / faraday * std::asinh(i / chi / (2 * i0));
    EXPECT_GT(cell.transport.voltage() / uniform, 1 - 1e-9);
  }
}

TEST(PotentialFromRest, FullContact)
{
  check_from_rest<2>(slab<2>(), 100., [](const Point<2> &) { return 1.; });
}

TEST(PotentialFromRest, NinetyPercentLost)
{
  check_from_rest<2>(slab<2>(), 100., [](const Point<2> &) { return 0.1; });
  check_from_rest<2>(slab<2>(), -100., [](const Point<2> &) { return 0.1; });
}

// Two contacts of one cell each are left of sixteen.
double few_contacts(const double x, const double width)
{
  const double s = x / width;
  return (s > 3. / 16 && s < 4. / 16) || (s > 12. / 16 && s < 13. / 16) ? 1. : 1e-6;
}

TEST(PotentialFromRest, FewContacts)
{
  auto setup                      = slab<2>();
  setup.grading.size_at_interface = 100e-6 / 32;
  const auto fraction             = [](const Point<2> &x) { return few_contacts(x[0], 100e-6); };
  check_from_rest<2>(setup, 100., fraction);
  setup.counter = Counter<2>::prescribed_current;
  check_from_rest<2>(setup, 100., fraction);
}

TEST(PotentialFromRest, FewContacts3D)
{
  auto setup                      = slab<3>();
  setup.degree                    = 1;
  setup.grading.size_at_interface = 100e-6 / 16;
  check_from_rest<3>(
    setup, 100.,
    [](const Point<3> &x)
    { return std::max(1e-6, few_contacts(x[0], 100e-6) * few_contacts(x[1], 100e-6)); });
}

// The balance is a test only if it fails where the flux is wrong: one point of Gamma, 1e-6 too
// much.
TEST(ChargeBalance, NoticesAPerturbedFlux)
{
  auto setup                      = slab<2>();
  setup.grading.size_at_interface = 100e-6 / 32;
  PotentialCell<2> cell(setup, verification::kinetics(5e-4));
  const double i = 100;
  cell.transport.solve(i, cell.contact([](const Point<2> &x) { return 0.2 + x[0] / 200e-6; }));
  ElectrolyteValues current = cell.transport.current();
  EXPECT_LT(cell.imbalance(i, current), 1e-10);
  if (!current.empty())
    current.front() *= 1 + 1e-6;
  // at the edge, the point has 5/18 of a cell in 32 and half the mean current: 4e-9, 40 times what
  // is let pass above
  EXPECT_GT(cell.imbalance(i, current), 1e-9);
}

TEST(ChargeBalance, NoticesAnotherAppliedCurrent)
{
  PotentialCell<2> cell(slab<2>(), verification::kinetics(5e-4));
  cell.transport.solve(100., cell.contact([](const Point<2> &) { return 1.; }));
  EXPECT_GT(cell.imbalance(100. * (1 + 1e-8), cell.transport.current()), 0.9e-8);
}
} // namespace
