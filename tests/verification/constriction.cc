// Current forced through parts of Gamma: the closed forms of docs/model.md, section 11, for ideal
// contacts. Ideal means a charge-transfer resistance 1e-5 of the electrolyte's and no current
// elsewhere; the overpotentials stay far below RT/F, so that the cell is linear.

#include <gtest/gtest.h>

#include <iostream>

#include "verification_potential.h"

using namespace kavity;
using dealii::Point;
using verification::PotentialCell;

namespace
{
constexpr double i_mean = 10, leak = 1e-12; // A/m^2, chi where there is no contact

template <int dim>
struct Solved
{
  Solved(const typename PotentialCell<dim>::Setup &setup, const double R_ct,
         const std::function<bool(const Point<dim> &)> &in_contact)
    : cell(to_round_off(setup), verification::kinetics(R_ct))
  {
    const auto contact =
      cell.contact([&](const Point<dim> &x) { return in_contact(x) ? 1. : leak; });
    cell.transport.solve(i_mean, contact);
    resistance = cell.extra_resistance(i_mean);
    area       = cell.interface.integral(contact.fraction);
    EXPECT_LT(cell.imbalance(i_mean, cell.transport.current()), 1e-10);
  }

  // residuals are measured against what the kinetics would carry at RT/F, here far above i_mean
  static typename PotentialCell<dim>::Setup to_round_off(typename PotentialCell<dim>::Setup setup)
  {
    setup.tolerance = 1e-16;
    return setup;
  }

  PotentialCell<dim> cell;
  double resistance; // beyond the uniform electrolyte, ohm m^2
  double area;       // of contact, as the quadrature sees it, m^2
};

// Where contact ends the current density grows as the inverse root of the distance: the energy,
// and with it the resistance, converges with the first order in the mesh size for any degree. Two
// resistances of meshes h and h/2 extrapolate to second order.
double extrapolated(const double coarse, const double fine)
{
  return 2 * fine - coarse;
}

// Strip contacts of the width 2c, period 2b; half a period in a cell so deep that the current is
// uniform at the counter electrode to exp(-2 pi L/b) = 3e-6.
TEST(Constriction, StripContact)
{
  const double b = 10e-6;
  for (const double c : {b / 2, b / 4})
  {
    std::vector<double> resistances;
    for (unsigned int refinements = 0; refinements < 4; ++refinements)
    {
      PotentialCell<2>::Setup setup;
      setup.geometry = {b, b, b, 2 * b, Coordinates::plane};
      setup.grading  = {b / 16, 0.5, refinements};
      const Solved<2> solved(setup, 1e-5 * b, [c](const Point<2> &x) { return x[0] < c; });
      resistances.push_back(solved.resistance);
    }
    const double exact = 2 * b / (pi * 1.) * std::log(1 / std::sin(pi * c / (2 * b)));
    const double error = resistances[3] / exact - 1;
    const double order =
      std::log2((resistances[1] - resistances[2]) / (resistances[2] - resistances[3]));
    const double limit = extrapolated(resistances[2], resistances[3]);
    std::cout << "strip c/b " << c / b << ": error " << error << ", extrapolated "
              << limit / exact - 1 << ", order " << order << '\n';
    EXPECT_NEAR(order, 1, 0.2);
    EXPECT_LT(std::abs(error), 1e-2);
    EXPECT_NEAR(limit, exact, 1e-3 * exact);
  }
}

// A spot of the radius a in a cylinder of the radius b: R = 1/(4 sigma a) (1 - k a/b + O(a/b)^3),
// so that two cylinders extrapolate to the half-space.
TEST(Constriction, SpotAxisymmetric)
{
  const double a = 1e-6;
  std::vector<double> resistances;
  for (const double b : {8 * a, 16 * a})
  {
    std::vector<double> meshes;
    for (const unsigned int refinements : {0u, 1u})
    {
      PotentialCell<2>::Setup setup;
      setup.geometry = {b, b, b, 2 * b, Coordinates::axisymmetric};
      setup.grading  = {a / 8, 0.5, refinements};
      const Solved<2> solved(setup, 1e-5 * a, [a](const Point<2> &x) { return x[0] < a; });
      meshes.push_back(solved.resistance / (pi * b * b));
    }
    resistances.push_back(extrapolated(meshes[0], meshes[1]));
  }
  const double exact    = 1 / (4 * 1. * a);
  const double half     = 2 * resistances[1] - resistances[0];
  const double crowding = (1 - resistances[1] / exact) * 16;
  std::cout << "spot: error " << half / exact - 1 << ", coefficient of a/b " << crowding << '\n';
  // the cubic term that is left is of the order (1/8)^3 / 4 = 5e-4, the mesh leaves 1e-3
  EXPECT_NEAR(half, exact, 3e-3 * exact);
}

// The same in a square prism, with a disc made of whole quadrature points: to compare with, the
// cylinder of the same cross section (k = 1.41), which differs from the square by less than 1 % of
// the term in a/b. The radius is that of the area the quadrature sees.
TEST(Constriction, Spot3D)
{
  const double b = 8e-6, a = b / 4;
  std::vector<double> errors;
  for (const double size : {b / 32, b / 64})
  {
    PotentialCell<3>::Setup setup;
    setup.geometry = {b, b, b, 2 * b, Coordinates::plane};
    setup.grading  = {b / 8, 0.5, 0};
    setup.refine   = [=](const Point<3> &x, const double width)
    {
      const double r = std::hypot(x[0], x[1]);
      return width > 1.01 * b / 16 ? r < 1.8 * a : width > 1.01 * size && std::abs(r - a) < width;
    };
    const Solved<3> solved(setup, 1e-5 * b,
                           [a](const Point<3> &x) { return std::hypot(x[0], x[1]) < a; });
    // a quarter of the spot and of the prism
    const double radius     = std::sqrt(4 * solved.area / pi);
    const double cylinder   = std::sqrt(4 * b * b / pi);
    const double expected   = (1 - 1.41 * radius / cylinder) / (4 * 1. * radius);
    const double resistance = solved.resistance / (4 * b * b);
    errors.push_back(resistance / expected - 1);
    std::cout << "spot in 3D: radius " << radius / a << " a, error " << errors.back() << ", "
              << solved.cell.body.triangulation.n_global_active_cells() << " cells\n";
  }
  // first order in the mesh size at the edge, a/16, beside the steps of the disc's outline; the
  // next term, in (a/b)^3, is 0.4 % of R
  EXPECT_LT(std::abs(errors[1]), 0.5 * std::abs(errors[0]));
  EXPECT_NEAR(errors[1], 0, 0.02);
}

// An insulating disc in the middle of an axisymmetric unit cell, N = 1/(pi b^2): extra resistance
// (4/3) N a^3/sigma; between discs the interaction is of the order (a/b)^3.
TEST(Constriction, DiluteInsulatingDiscs)
{
  const double a = 1e-6, b = 8 * a;
  PotentialCell<2>::Setup setup;
  setup.geometry = {b, b, b, 2 * b, Coordinates::axisymmetric};
  std::vector<double> extra;
  for (const unsigned int refinements : {0u, 1u})
  {
    setup.grading     = {a / 8, 0.5, refinements};
    const double R_ct = 1e-5 * b;
    const Solved<2> voided(setup, R_ct, [a](const Point<2> &x) { return x[0] > a; });
    // the contact's own resistance is not the disc's
    extra.push_back(voided.resistance - R_ct);
    if (refinements == 0)
      continue;
    const auto &points = voided.cell.interface.faces(Body<2>::Side::electrolyte).points;
    for (unsigned int k = 0; k < points.size(); ++k)
    {
      const double s = points[k][0] / a;
      // closer to the edge the mesh errs more, farther away the cell's wall is felt
      if (s < 1.25 || s > 4)
        continue;
      const double profile = 1 + 2 / pi * (1 / std::sqrt(s * s - 1) - std::asin(1 / s));
      EXPECT_NEAR(voided.cell.transport.current()[k] / i_mean, profile, 0.01) << s;
    }
  }
  const double exact = 4. / 3 * a * a * a / (pi * b * b) / 1.;
  const double limit = extrapolated(extra[0], extra[1]);
  std::cout << "discs: error " << extra[1] / exact - 1 << ", extrapolated " << limit / exact - 1
            << '\n';
  EXPECT_NEAR(limit, exact, 0.01 * exact);
}
} // namespace
