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


INSTANTIATE_TEST_SUITE_P(Degrees, CapAngle, testing::Values(60., 90., 120.));
