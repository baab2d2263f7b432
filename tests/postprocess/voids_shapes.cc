#include "analytic_bodies.h"

#include "../unit/temporary_folder.h"

#include "RunFiles.h"
#include "Voids.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace kavity;

namespace
{
constexpr double degree = M_PI / 180., um = 1e-6;

VoidField voids_of(const Box &box, const Distance &distance, const double width,
                   const bool axisymmetric = false, const unsigned int pieces = 1)
{
  const TemporaryFolder folder;
  write_run(".", box, {distance}, width, pieces);
  const auto metal = read_body(read_collection("solution.pvd").front(), "metal_fraction");
  return find_voids(metal, "metal_fraction", axisymmetric);
}

class CapAngle : public testing::TestWithParam<double>
{
protected:
  const Cap cap = {2., GetParam() * degree};
};
} // namespace


// Tolerances: cutting cells of the size h along straight lines loses h^2 / (8 R^2) and less of each
// length, in space with h = R / 20 some 0.3 % of the volume. The slope of the metal fraction on
// Gamma comes from the cells above it, half a cell up, where the angle is larger by up to h / (2 R)
// rad: 0.7 degrees in 2D, 1.4 in space.

TEST_P(CapAngle, InThePlane)
{
  const VoidField field =
    voids_of({{0., 0., 0.}, {10., 5., 0.}, {200, 100, 0}}, cap.at(5., 0., false), 0.25);
  ASSERT_EQ(field.voids.size(), 1u);
  const Void &v = field.voids.front();
  EXPECT_NEAR(v.volume / (um * um), cap.section(), 1e-3 * cap.section());
  EXPECT_NEAR(v.base_area / um, 2. * cap.base_radius(), 1e-3 * cap.radius);
  EXPECT_NEAR(v.base_radius / um, cap.base_radius(), 1e-3 * cap.radius);
  EXPECT_NEAR(v.height / um, cap.height(), 1e-3 * cap.radius);
  EXPECT_NEAR(v.aspect(), cap.height() / cap.base_radius(), 2e-3);
  EXPECT_NEAR(v.contact_angle / degree, GetParam(), 1.2);
  EXPECT_NEAR(v.centre[0] / um, 5., 1e-3);
  EXPECT_EQ(v.sides, 0u);
  EXPECT_NEAR(field.contact, 1. - cap.base_radius() / 5., 1e-3);
  EXPECT_NEAR(field.contact_smooth, field.contact, 1e-2); // the smooth edge is 0.25 of 10 um wide
}


TEST_P(CapAngle, Axisymmetric)
{
  const VoidField field =
    voids_of({{0., 0., 0.}, {5., 5., 0.}, {100, 100, 0}}, cap.at(0., 0., false), 0.25, true);
  ASSERT_EQ(field.voids.size(), 1u);
  const Void &v     = field.voids.front();
  const double base = M_PI * cap.base_radius() * cap.base_radius();
  EXPECT_NEAR(v.volume / std::pow(um, 3), cap.volume(), 1e-3 * cap.volume());
  EXPECT_NEAR(v.base_area / (um * um), base, 2e-3 * base);
  EXPECT_NEAR(v.base_radius / um, cap.base_radius(), 1e-3 * cap.radius);
  EXPECT_NEAR(v.height / um, cap.height(), 1e-3 * cap.radius);
  EXPECT_NEAR(v.contact_angle / degree, GetParam(), 1.2);
  EXPECT_NEAR(field.contact, 1. - base / (M_PI * 25.), 1e-3);
}


TEST_P(CapAngle, InSpaceOnPieces)
{
  const VoidField field =
    voids_of({{0., 0., 0.}, {6., 6., 5.}, {60, 60, 50}}, cap.at(3., 3., true), 0.5, false, 3);
  ASSERT_EQ(field.voids.size(), 1u);
  const Void &v     = field.voids.front();
  const double base = M_PI * cap.base_radius() * cap.base_radius();
  EXPECT_NEAR(v.volume / std::pow(um, 3), cap.volume(), 4e-3 * cap.volume());
  EXPECT_NEAR(v.base_area / (um * um), base, 4e-3 * base);
  EXPECT_NEAR(v.height / um, cap.height(), 1e-3 * cap.radius);
  EXPECT_NEAR(v.contact_angle / degree, GetParam(), 2.);
  EXPECT_NEAR(v.centre[1] / um, 3., 1e-3);
  EXPECT_NEAR(field.contact, 1. - base / 36., 1e-3);
}


TEST(Voids, ADetachedOneHasNoAngle)
{
  const VoidField field =
    voids_of({{0., 0., 0.}, {4., 4., 4.}, {40, 40, 40}}, sphere({2., 2., 2.}, 1.), 0.4);
  ASSERT_EQ(field.voids.size(), 1u);
  const Void &v = field.voids.front();
  // inscribed polyhedra: h = R / 10 loses 1 %
  EXPECT_NEAR(v.volume / std::pow(um, 3), 4. / 3. * M_PI, 0.01 * 4. / 3. * M_PI);
  EXPECT_EQ(v.base_area, 0.);
  EXPECT_NEAR(v.height / um, 3., 1e-3);
  EXPECT_TRUE(std::isnan(v.contact_angle));
  EXPECT_TRUE(std::isnan(v.aspect()));
  EXPECT_EQ(field.contact, 1.);
}


TEST(Voids, TheSidesOfTheCellAreMirrors)
{
  const Cap cap = {2., M_PI / 2.};
  const VoidField plane =
    voids_of({{0., 0., 0.}, {5., 5., 0.}, {100, 100, 0}}, cap.at(0., 0., false), 0.25);
  ASSERT_EQ(plane.voids.size(), 1u);
  EXPECT_EQ(plane.voids[0].sides, 1u);
  EXPECT_NEAR(plane.voids[0].volume / (um * um), cap.section() / 2., 1e-3 * cap.section());
  EXPECT_NEAR(plane.voids[0].base_radius / um, 2., 1e-3);
  // a quarter of the base in a corner
  const VoidField space =
    voids_of({{0., 0., 0.}, {4., 4., 3.}, {40, 40, 30}}, cap.at(4., 0., true), 0.5);
  ASSERT_EQ(space.voids.size(), 1u);
  EXPECT_EQ(space.voids[0].sides, 2u);
  EXPECT_NEAR(space.voids[0].base_radius / um, 2., 4e-3);
  EXPECT_NEAR(space.voids[0].contact_angle / degree, 90., 2.); // rim only, not the cuts
}


TEST(Voids, FromSideToSideNoneIsLargerThanItsPeriod)
{
  // all below y = 1 um: the base is the cell, and with its mirror image a period
  const auto layer      = [](const std::array<double, 3> &x) { return x[1] - 1.; };
  const VoidField plane = voids_of({{0., 0., 0.}, {5., 5., 0.}, {50, 50, 0}}, layer, 0.25);
  ASSERT_EQ(plane.voids.size(), 1u);
  EXPECT_EQ(plane.voids[0].sides, 2u);
  EXPECT_NEAR(plane.voids[0].base_radius / um, 5., 1e-5); // single precision
  // a channel of 3 um along x, cut at one of its long sides as well, in a cell of 4 um x 4 um
  const auto channel = [](const std::array<double, 3> &x)
  { return std::max(x[1] - 3., x[2] - 1.); };
  const VoidField space = voids_of({{0., 0., 0.}, {4., 4., 3.}, {40, 40, 30}}, channel, 0.5);
  ASSERT_EQ(space.voids.size(), 1u);
  EXPECT_EQ(space.voids[0].sides, 3u);
  const double base = 8. * 6.; // um^2, of 8 um x 8 um
  EXPECT_NEAR(space.voids[0].base_radius / um, std::sqrt(base / M_PI), 1e-5);
}


TEST(Voids, CellsOfDifferentSizesAndPiecesAreOneBody)
{
  // a void across the middle, where cells of 0.1 um meet such of 0.05 um: points without a partner
  const TemporaryFolder folder;
  std::filesystem::create_directories("fields");
  const Cap cap = {1., M_PI / 2.};
  const auto at = cap.at(2., 0., false);
  const auto coarse =
    write_body(".", "coarse", {{0., 0., 0.}, {2., 2., 0.}, {20, 20, 0}}, at, 0.3, 3);
  const auto fine  = write_body(".", "fine", {{2., 0., 0.}, {4., 2., 0.}, {40, 40, 0}}, at, 0.3, 2);
  const auto metal = read_body({0., {coarse, fine}}, "metal_fraction");
  const VoidField field = find_voids(metal, "metal_fraction", false);
  ASSERT_EQ(field.voids.size(), 1u);
  EXPECT_NEAR(field.voids[0].volume / (um * um), cap.section(), 3e-3 * cap.section());
  EXPECT_NEAR(field.voids[0].base_radius / um, 1., 2e-3);
  // as many points as the meshes have, those of the line between them once
  EXPECT_EQ(metal->GetNumberOfPoints(), 21 * 21 + 41 * 41 - 21);
}


TEST(Voids, SmoothContactIsExactForAFieldLinearAlongGamma)
{
  // c = (1 + tanh(2 x / 4)) / 2 on cells of 0.02 um is close to the integral of h(c) over x
  const auto ramp       = [](const std::array<double, 3> &x) { return x[0] - 2.; };
  const VoidField field = voids_of({{0., 0., 0.}, {4., 1., 0.}, {200, 4, 0}}, ramp, 4.);
  double sum            = 0;
  for (unsigned int k = 0; k < 4000; ++k) // midpoint rule: h^2 / 24 = 4e-8
  {
    const double c = 0.5 * (1. + std::tanh((4. * (k + 0.5) / 4000 - 2.) / 2.));
    sum += c * c * (3. - 2. * c) / 4000;
  }
  EXPECT_NEAR(field.contact_smooth, sum, 1e-4); // interpolation: (0.02 / 4)^2 and less
  EXPECT_NEAR(field.contact, 0.5, 1e-6);        // single precision
}


INSTANTIATE_TEST_SUITE_P(Degrees, CapAngle, testing::Values(60., 90., 120.));
