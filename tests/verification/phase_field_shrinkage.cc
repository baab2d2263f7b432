// A void that shrinks at rest by diffusion through the metal, against the sharp interface of Gibbs
// and Thomson (docs/model.md, section 6).

#include "verification_voids.h"

using namespace kavity;
using namespace dealii;
using verification::VoidBox;

namespace
{
// Radial diffusion of the vacancies w = 1 - g around a hole of the radius R(t) in a closed cylinder
// (k = 1) or ball (k = 2) of the radius b. Lengths in units of delta, time in delta^2/(M Omega W).
// A uniform state has mu/(Omega W) = -w (2 + K/W), so that w diffuses so many times as fast as
// M Omega W says, and is k/(12 R)/(2 + K/W) at the hole.
class SharpVoid
{
public:
  SharpVoid(const unsigned int k, const double radius, const double outer, const double stiffness)
    : k(k)
    , outer(outer)
    , stiffness(stiffness)
    , radius(radius)
    , w(n + 1, 0.)
  {
    w[0] = k / (12 * stiffness * radius);
  }

  // Explicit steps at nodes that follow the hole.
  void advance(const double time)
  {
    double left = time;
    while (left > 0)
    {
      const double h = (outer - radius) / n, step = std::min(left, 0.4 / stiffness * h * h);
      const double slope = (4 * w[1] - 3 * w[0] - w[2]) / (2 * h),
                   speed = stiffness * slope / (1 - w[0]);
      std::vector<double> next(w);
      for (unsigned int i = 1; i <= n; ++i)
      {
        const double r = radius + i * h, right = i < n ? w[i + 1] : w[n - 1];
        const double outward = std::pow(1 + 0.5 * h / r, k), inward = std::pow(1 - 0.5 * h / r, k);
        next[i] +=
          step * (stiffness * (outward * (right - w[i]) - inward * (w[i] - w[i - 1])) / (h * h) +
                  (1 - double(i) / n) * speed * (right - w[i - 1]) / (2 * h));
      }
      radius += step * speed;
      next[0] = k / (12 * stiffness * radius);
      w       = next;
      left -= step;
    }
  }

  const unsigned int k;
  const double outer, stiffness; ///< 2 + K/W
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
  const double a      = 1 - std::sqrt(0.5);
  kavity::Vector base = box.voids.content(box.voids.fraction());
  box.voids.solve({base, a * step}, box.at_rest, 1e-8);
  base.sadd(1 - (1 - a) / a, (1 - a) / a, box.voids.content(box.voids.fraction()));
  box.voids.solve({base, a * step}, box.at_rest, 1e-8);
}

// Error of what the radius loses, 4 radii from the walls. At first the profile finds its shape;
// then from r^2/4 to r^2 times delta^2/(M Omega W), 2/(2 + K/W) of that in stiff metal, diffusion
// reaches the walls.
double error_of_loss(const unsigned int k, const double start, const double modulus,
                     const double across)
{
  const double size = 4 * start;
  VoidBox<2> box(size, size, across, pi / 2,
                 k == 1 ? Coordinates::plane : Coordinates::axisymmetric, 0,
                 verification::potassium(), 1e-9, modulus);
  box.set([&](const Point<2> &x) { return x.norm() - start; });
  // the square and the cylinder of the box as a disc and a ball
  SharpVoid sharp(k, start, size * (k == 1 ? std::sqrt(4 / pi) : std::cbrt(1.5)),
                  2 + modulus / box.barrier);
  const double unit =
    box.delta * box.delta / box.law.mobility(1., box.metal, verification::room_temperature);
  const auto steps = [&](const unsigned int n, const double time)
  {
    for (unsigned int i = 0; i < n; ++i)
      advance(box, time / n * unit);
    sharp.advance(time);
  };
  const double reach = start * start * 2 / sharp.stiffness;
  steps(5, 0.25 * reach);
  const double before = mean_radius(box), sharp_before = sharp.radius;
  steps(8, reach);
  const double loss = before - mean_radius(box), sharp_loss = sharp_before - sharp.radius;
  std::cout << (k == 1 ? "cylinder" : "ball") << " of " << start << " delta loses " << loss
            << " delta, with a sharp surface " << sharp_loss << '\n';
  return loss / sharp_loss - 1;
}

void check(const unsigned int k, const double largest, const double modulus = 0,
           const double across = 2)
{
  const double coarse = error_of_loss(k, 4, modulus, across),
               fine   = error_of_loss(k, 8, modulus, across);
  std::cout << "error " << coarse << ", " << fine << '\n';
  EXPECT_LT(std::abs(fine), largest);
  // an error of the width of the surface, of the first order in delta/r
  EXPECT_LT(std::abs(fine), 0.6 * std::abs(coarse));
}

TEST(ShrinkingVoid, Cylinder)
{
  check(1, 0.02);
}

TEST(ShrinkingVoid, Ball)
{
  check(2, 0.02);
}

// The metal around is under tension: what it takes up is as little as its stiffness says. The void
// loses half as much, which wants a finer mesh to be seen; the error, of the same order, is twice
// as large.
TEST(ShrinkingVoid, InStiffMetal)
{
  check(1, 0.03, 2 * VoidBox<2>::barrier, 4);
}
} // namespace
