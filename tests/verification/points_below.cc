// The potential at depths below an interface: linear where the current is uniform, harmonic
// elsewhere.

#include "kavity/physics/PointsBelow.h"

#include <gtest/gtest.h>

#include "verification_potential.h"

using namespace kavity;
using dealii::Point;
using verification::PotentialCell;

namespace
{
constexpr double width = 100e-6, thickness = 150e-6, depth = 80e-6;

template <int dim>
typename PotentialCell<dim>::Setup wide_slab(const Coordinates coordinates = Coordinates::plane)
{
  typename PotentialCell<dim>::Setup setup;
  setup.geometry = {width, width, width, thickness, coordinates};
  setup.grading  = {12.5e-6, 0.5, 0};
  return setup;
}

// phi(x) = -i (L - x)/sigma, to the tolerance of the solver.
template <int dim>
void check_uniform(const Coordinates coordinates)
{
  const double i   = -48;
  const auto setup = wide_slab<dim>(coordinates);
  PotentialCell<dim> cell(setup, verification::kinetics(5e-4));
  cell.transport.solve(i, cell.contact([](const Point<dim> &) { return 1.; }));
  PotentialBelow<dim> below(cell.interface, depth);
  below.evaluate(cell.transport);
  EXPECT_EQ(below.depths().front(), 0.);
  EXPECT_DOUBLE_EQ(below.depths().back(), depth);
  const double whole = i * thickness / setup.sigma;
  for (unsigned int k = 0; k < cell.transport.current().size(); ++k)
    for (unsigned int j = 1; j < below.depths().size(); ++j)
      EXPECT_NEAR(below.value(k, j), whole * (1 - below.depths()[j] / thickness),
                  1e-9 * std::abs(whole));
}
} // namespace

TEST(InterfacePotential, UniformCurrent)
{
  check_uniform<2>(Coordinates::plane);
  check_uniform<2>(Coordinates::axisymmetric);
  check_uniform<3>(Coordinates::plane);
}

// A mode cos(q x) of the current decays as sinh(q (L - depth)); its mean goes on linearly.
TEST(InterfacePotential, ModeOfTheCurrentDecays)
{
  const double q = dealii::numbers::PI / width, i = -48;
  auto setup    = wide_slab<2>();
  setup.grading = {3e-6, 0.2, 0};
  PotentialCell<2> cell(setup, verification::kinetics(5e-4));
  cell.transport.solve(
    i, cell.contact([=](const Point<2> &x) { return 0.9 + 0.05 * std::cos(q * x[0]); }));
  PotentialBelow<2> below(cell.interface, depth);
  below.evaluate(cell.transport);
  const auto side    = Body<2>::Side::electrolyte;
  const auto &points = cell.interface.faces(side).points;
  const auto moment  = [&](const unsigned int j, const bool mode)
  {
    ElectrolyteValues values(points.size());
    for (unsigned int k = 0; k < points.size(); ++k)
      values[k] = below.value(k, j) * (mode ? std::cos(q * points[k][0]) : 1.);
    return cell.interface.mean(values);
  };
  const unsigned int last = below.depths().size() - 1;
  for (unsigned int j = 1; j < last; ++j)
  {
    const double left = thickness - below.depths()[j], at_last = thickness - depth;
    // elements are some 16 um wide at the last depth, half of 1/q: 1.6e-3 there, of third order
    EXPECT_NEAR(moment(j, true) / moment(last, true) * std::sinh(q * at_last) / std::sinh(q * left),
                1, 3e-3)
      << below.depths()[j];
    EXPECT_NEAR(moment(j, false) / (i * left / setup.sigma), 1, 1e-6) << below.depths()[j];
  }
}
