// A void that shrinks at rest by diffusion through the metal, against the sharp interface of Gibbs
// and Thomson (docs/model.md, section 6).

#include "verification_voids.h"

using namespace kavity;
using namespace dealii;
using verification::VoidBox;

namespace
{
// Radial diffusion of the vacancies w = 1 - c around a hole of the radius R(t) in a closed cylinder
// (k = 1) or ball (k = 2) of the radius b. Lengths in units of delta, time in delta^2/(M Omega W).
// A uniform state has mu/(Omega W) = f''(1)/W (c - 1) = -2 w, so that w diffuses twice as fast as
// M Omega W says, and is k/(24 R) at the hole.
class SharpVoid
{
public:
  SharpVoid(const unsigned int k, const double radius, const double outer)
    : k(k)
    , outer(outer)
    , radius(radius)
    , w(n + 1, 0.)
  {
    w[0] = k / (24 * radius);
  }

  // Explicit steps at nodes that follow the hole.
  void advance(const double time)
  {
    double left = time;
    while (left > 0)
    {
      const double h = (outer - radius) / n, step = std::min(left, 0.2 * h * h);
      const double slope = (4 * w[1] - 3 * w[0] - w[2]) / (2 * h), speed = 2 * slope / (1 - w[0]);
      std::vector<double> next(w);
      for (unsigned int i = 1; i <= n; ++i)
      {
        const double r = radius + i * h, right = i < n ? w[i + 1] : w[n - 1];
        const double outward = std::pow(1 + 0.5 * h / r, k), inward = std::pow(1 - 0.5 * h / r, k);
        next[i] += step * (2 * (outward * (right - w[i]) - inward * (w[i] - w[i - 1])) / (h * h) +
                           (1 - double(i) / n) * speed * (right - w[i - 1]) / (2 * h));
      }
      radius += step * speed;
      next[0] = k / (24 * radius);
      w       = next;
      left -= step;
    }
  }

  const unsigned int k;
  const double outer;
  double radius;

private:
  static constexpr unsigned int n = 200;
  std::vector<double> w;
};

double mean_radius(const VoidBox<2> &box)
{
  const auto points = verification::contour(box);
  double sum        = 0;
  for (const auto &x : points)
    sum += x.norm() / VoidBox<2>::delta;
  return sum / points.size();
}

// An L-stable step of the second order, of two stages.
void advance(VoidBox<2> &box, const double step)
{
  const double a              = 1 - std::sqrt(0.5);
  const kavity::Vector before = box.voids.fraction();
  box.voids.solve({before, a * step}, box.at_rest, 1e-8);
  kavity::Vector base(before);
  base *= 1 - (1 - a) / a;
  base.add((1 - a) / a, box.voids.fraction());
  box.voids.solve({base, a * step}, box.at_rest, 1e-8);
}

// Error of what the radius loses, 4 radii from the walls. At first the profile finds its shape;
// then from r^2/4 to r^2 delta^2/(M Omega W) diffusion reaches the walls.
double error_of_loss(const unsigned int k, const double start)
{
  const double size = 4 * start;
  VoidBox<2> box(size, size, 2, pi / 2, k == 1 ? Coordinates::plane : Coordinates::axisymmetric);
  box.set([&](const Point<2> &x) { return x.norm() - start; });
  // the square and the cylinder of the box as a disc and a ball
  SharpVoid sharp(k, start, size * (k == 1 ? std::sqrt(4 / pi) : std::cbrt(1.5)));
  const double unit =
    box.delta * box.delta / box.law.mobility(1., box.metal, verification::room_temperature);
  const auto steps = [&](const unsigned int n, const double time)
  {
    for (unsigned int i = 0; i < n; ++i)
      advance(box, time / n * unit);
    sharp.advance(time);
  };
  steps(5, 0.25 * start * start);
  const double before = mean_radius(box), sharp_before = sharp.radius;
  steps(8, start * start);
  const double loss = before - mean_radius(box), sharp_loss = sharp_before - sharp.radius;
  std::cout << (k == 1 ? "cylinder" : "ball") << " of " << start << " delta loses " << loss
            << " delta, with a sharp surface " << sharp_loss << '\n';
  return loss / sharp_loss - 1;
}

void check(const unsigned int k)
{
  const double coarse = error_of_loss(k, 4), fine = error_of_loss(k, 8);
  std::cout << "error " << coarse << ", " << fine << '\n';
  EXPECT_LT(std::abs(fine), 0.02);
  // an error of the width of the surface, of the first order in delta/r
  EXPECT_LT(std::abs(fine), 0.6 * std::abs(coarse));
}

TEST(ShrinkingVoid, Cylinder)
{
  check(1);
}

TEST(ShrinkingVoid, Ball)
{
  check(2);
}
} // namespace
