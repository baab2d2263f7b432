// The phase field at rest against docs/model.md, section 6: surface energy and profile, Young's
// angle, Gibbs-Thomson, decay of the energy, conservation of metal.

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

// A void at rest on Gamma: its angle from the circle through its volume and base, mu from its
// curvature.
template <int dim>
void check_cap(const double angle, const Coordinates coordinates)
{
  VoidBox<dim> box(8, 6, 3, angle, coordinates);
  // a cap of an angle that is 10 degrees larger, with a base of four widths
  const double other = angle + pi / 18;
  box.set([&](const Point<dim> &x)
          { return (x - Point<dim>(0, 4 / std::tan(other))).norm() - 4 / std::sin(other); });
  box.relax(60);
  const double delta = VoidBox<dim>::delta;
  InterfaceValues covered(box.voids.contact);
  for (double &h : covered)
    h = 1 - h;
  const double base_measure = box.interface.integral(covered, box.body.side);
  const double whole        = coordinates == Coordinates::axisymmetric ?
                                pi * std::pow(box.geometry.width, 2) * box.geometry.metal_thickness :
                                box.geometry.width * box.geometry.metal_thickness;
  const double volume       = whole - box.voids.metal_volume();
  const bool round          = coordinates == Coordinates::axisymmetric;
  const double base         = round ? std::sqrt(base_measure / pi) : base_measure;
  // angle of the void inside: of a segment (half of it: a plane of symmetry) or a cap
  const auto volume_of = [&](const double inside)
  {
    const double R = base / std::sin(inside), c = std::cos(inside);
    return round ? pi * std::pow(R, 3) * (2 - 3 * c + c * c * c) / 3 :
                   0.5 * R * R * (inside - std::sin(inside) * c);
  };
  boost::uintmax_t iterations = 100;
  const double inside         = boost::math::tools::toms748_solve(
                          [&](const double t) { return volume_of(t) - volume; }, 0.05, pi - 0.05,
                          boost::math::tools::eps_tolerance<double>(40), iterations)
                          .first;
  std::cout << "angle " << (pi - inside) * 180 / pi << " degrees, base " << base / delta
            << " widths\n";
  EXPECT_NEAR(pi - inside, angle, 2 * pi / 180); // what is asked of the model
  const double curvature = (round ? 2 : 1) * std::sin(inside) / base;
  const double expected  = -box.law.surface_energy() * box.metal.molar_volume * curvature;
  double mean            = 0;
  for (const double mu : box.voids.mu)
    mean += mu / box.voids.mu.size();
  std::cout << "mu " << mean << ", Gibbs-Thomson " << expected << " J/mol\n";
  // corrections are of the order of (width/radius)^2, 1/20, times a small number
  EXPECT_NEAR(mean, expected, 0.03 * std::abs(expected));
}

TEST(PhaseField, CapAtRest)
{
  check_cap<2>(pi / 3, Coordinates::plane);
}
