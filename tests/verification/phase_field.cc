// The phase field at rest against docs/model.md, section 6: surface energy, decay of the energy,
// conservation of metal.

#include "verification_voids.h"

using namespace kavity;
using namespace dealii;
using verification::VoidBox;

namespace
{
constexpr double right_angle = pi / 2;

// Energy per area of a flat surface parallel to Gamma, relative to gamma, minus 1.
double surface_energy_error(const double cells_across)
{
  VoidBox<2> box(1, 8, cells_across, right_angle);
  box.set([](const Point<2> &x) { return x[1] - 4; });
  box.relax(2);
  return box.voids.energy(box.at_rest).free / (box.law.surface_energy() * VoidBox<2>::delta) - 1;
}
} // namespace

TEST(PhaseField, SurfaceEnergy)
{
  const double coarse = surface_energy_error(2), fine = surface_energy_error(4);
  std::cout << "error of gamma with 2 and 4 cells over the width: " << coarse << ", " << fine
            << '\n';
  EXPECT_LT(std::abs(fine), 2e-3); // far below the per cent that counts
  // the energy of quadratic elements is of the fourth order; two cells over the width are not yet
  // where that shows in full, but more than the second order is left
  EXPECT_GT(std::abs(coarse / fine), 6);
}

TEST(PhaseField, KeepsMetal)
{
  VoidBox<2> box(6, 5, 3, pi / 3);
  box.set([](const Point<2> &x) { return x.norm() - 3; });
  const double before = box.voids.metal_volume();
  box.relax(3);
  // round-off of a sum over some 1e4 points
  EXPECT_NEAR(box.voids.metal_volume(), before, 1e-12 * before);
}

// A void that is still changing, a moment after its start: what mu drives is not to happen.
TEST(PhaseField, SmoothingTakesRoughnessAlone)
{
  constexpr double tolerance = 1e-9;
  // content is not linear in c
  VoidBox<2> box(6, 5, 3, pi / 3, Coordinates::plane, 0, verification::potassium(), 1e-9,
                 6 * VoidBox<2>::barrier);
  box.set([](const Point<2> &x) { return x.norm() - 3; });
  box.relax(0.02);
  // how far c goes in a time in which surfaces hardly move
  const auto decay = [&]()
  {
    const auto before = box.voids.solution();
    box.advance(1e-4, tolerance);
    kavity::Vector change(box.voids.fraction());
    change -= before.block(1);
    box.voids.solution() = before;
    return change.linfty_norm();
  };
  const double smooth            = decay();
  const kavity::Vector as_it_was = box.voids.fraction();
  // the state already solves the equations of its own mu
  box.voids.smooth(box.law.width, tolerance);
  kavity::Vector moved(box.voids.fraction());
  moved -= as_it_was;
  EXPECT_LT(moved.linfty_norm(), 1e-7);

  // a hundredth of roughness on the surface, of another sign from one node to the next
  auto &c = box.voids.solution().block(PhaseFieldOperator<2>::fraction);
  for (unsigned int i = 0; i < c.locally_owned_size(); ++i)
  {
    const double u = c.local_element(i);
    c.local_element(i) += (i % 2 == 0 ? 4e-2 : -4e-2) * std::max(u * (1 - u), 0.);
  }
  const double before = box.voids.metal_volume();
  EXPECT_GT(decay(), 20 * smooth);
  box.voids.smooth(box.law.width, 1e-5);                         // no tolerance costs metal
  EXPECT_NEAR(box.voids.metal_volume(), before, 1e-12 * before); // round-off
  EXPECT_LT(decay(), 2 * smooth);
}

// Voids of three and two widths, as parts of a circle; one or both grow by a hundredth.
TEST(PhaseField, MeanOnSurfaces)
{
  VoidBox<2> box(9, 5, 4, right_angle);
  const auto voids = [&](const double first, const double second)
  {
    box.set([=](const Point<2> &x)
            { return std::min(x.norm() - first, x.distance(Point<2>(9, 0)) - second); });
    return box.voids.fraction();
  };
  constexpr double growth = 0.01;
  const auto mean_of      = [&](const double first, const double second)
  {
    auto change = voids(3 + first * growth, 2 + second * growth);
    change -= voids(3, 2);
    return box.voids.mean_on_surfaces(change);
  };
  // the slope of c in the middle is 1/width; curvature of the smaller one counts by the square of
  // its width over its radius, a per cent
  EXPECT_NEAR(mean_of(1, 1), growth, 1e-2 * growth);
  EXPECT_NEAR(mean_of(1, 0), growth * std::sqrt(3. / 5), 1e-2 * growth);
  EXPECT_NEAR(mean_of(0, 1), growth * std::sqrt(2. / 5), 1e-2 * growth);
}
