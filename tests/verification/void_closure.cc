// A void that creep closes, its surface resolved by the phase field, against hollow cylinder and
// hollow sphere of Newtonian metal (docs/model.md, sections 6 and 11).

#include <deal.II/numerics/vector_tools.h>

#include "verification_voids.h"

using namespace kavity;
using namespace dealii;
using verification::VoidBox;

namespace
{
constexpr double pressure = 1e6, viscosity = 1e9; // Pa, Pa s

// Volume per time that flows inwards through the circle (sphere) of the radius r (m), over the
// volume of a void of the radius a: -V'/V where the metal is incompressible.
double closure_rate(const VoidBox<2> &box, const unsigned int k, const double r, const double a)
{
  constexpr unsigned int n = 16; // the speed varies with 4 times the angle at most
  double speed = 0, weights = 0;
  box.flow.velocity().update_ghost_values();
  for (unsigned int i = 0; i < n; ++i)
  {
    const double angle = (i + 0.5) / n * pi / 2, weight = k == 1 ? 1. : std::cos(angle);
    const Point<2> normal(std::cos(angle), std::sin(angle));
    dealii::Vector<double> v(2);
    VectorTools::point_value(box.flow.velocity_space().dof_handler, box.flow.velocity(),
                             Point<2>(r * normal), v);
    speed -= weight * (v[0] * normal[0] + v[1] * normal[1]) * box.flow.velocity_unit();
    weights += weight;
  }
  return (k + 1) * speed / weights * std::pow(r / a, k) / a;
}

// A quarter of a cylinder (k = 1) or half a ball (k = 2) of the radius a = `radius` delta between
// planes of symmetry, the one on top pushed down. With the volume fraction f of the void such a
// cell resists the strain e upwards by (K + G) e or (K + 4/3 G) e, K = eta (1-f)/f and
// G = eta (1-2f), or K = (4/3) eta (1-f)/f and G = eta (1-(5/3)f), and V'/V = -e/f.
double error_of_rate(const unsigned int k, const double radius)
{
  const double size = 4 * radius;
  // sinks are kept so weak that the metal hardly gives way to them, and what fills the void so soft
  // that it hardly bears: a thousandth each
  const double floor = 1e-6, stiffness = 1e3; // the latter zeta/eta
  const Metal known = verification::potassium();
  const double distance =
    known.sink_distance *
    std::sqrt(stiffness * viscosity / known.sink_viscosity(verification::room_temperature));
  VoidBox<2> box(
    size, size, 2, pi / 2, k == 1 ? Coordinates::plane : Coordinates::axisymmetric, 0,
    verification::potassium({"Metal/Sink distance=" + std::to_string(distance * 1e6) + " um",
                             "Metal/Creep law=linear",
                             "Metal/linear/Viscosity=" + std::to_string(viscosity) + " Pa s"}));
  box.set([&](const Point<2> &x) { return x.norm() - radius; });
  PhaseField law      = box.law;
  law.viscosity_floor = floor;
  // mu = 0: no capillarity
  box.flow.solve(pressure, {&box.voids.fraction(), &box.voids.scaled_potential(), &law}, 0, 1e-4);
  const double a = radius * box.delta, rate = closure_rate(box, k, 1.5 * a, a);
  const double f =
    k == 1 ? pi / 4 * std::pow(radius / size, 2) : 2. / 3 * std::pow(radius / size, 3);
  const double expected = k == 1 ? pressure / (viscosity * (1 - 2 * f * f)) :
                                   0.75 * pressure / (viscosity * (1 - 5. / 3 * f * f));
  return rate / expected - 1;
}

void check_closure(const unsigned int k)
{
  const double coarse = error_of_rate(k, 4), fine = error_of_rate(k, 8);
  const double limit = fine + (fine - coarse) / 3;
  std::cout << (k == 1 ? "cylinder" : "ball") << ": error for radius/delta = 4 and 8 " << coarse
            << ", " << fine << ", beyond " << limit << '\n';
  EXPECT_LT(std::abs(fine), 0.01);
  // h - 1/2 is odd about the surface: errors of the order (delta/a)^2; beyond it what is left of
  // the next one, and the thousandths of sinks and filling
  EXPECT_GT(coarse / fine, 3);
  EXPECT_LT(std::abs(limit), 0.005);
}

TEST(VoidClosure, Cylinder)
{
  check_closure(1);
}

TEST(VoidClosure, Ball)
{
  check_closure(2);
}
} // namespace
