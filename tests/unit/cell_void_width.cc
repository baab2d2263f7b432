#include "kavity/cell/VoidWidth.h"

#include <gtest/gtest.h>

#include <string>

using namespace kavity;

namespace
{
// Points of 1 um each, of voids ('o'), half contact ('-') and contact.
double half_width(const std::string &interface)
{
  std::vector<ContactPoint> points;
  for (const char c : interface)
  {
    const double position = 1e-6 * (static_cast<double>(points.size()) + 0.5);
    points.push_back({position, c == 'o' ? 0. : c == '-' ? 0.5 : 1., 1e-6});
  }
  return 1e6 * largest_half_width(points, 0.5);
}
} // namespace

TEST(VoidWidth, OfTheWidestVoid)
{
  // sums of a few multiples of 1 um
  constexpr double round_off = 1e-12;
  EXPECT_EQ(half_width("........"), 0);
  EXPECT_EQ(half_width(""), 0);
  EXPECT_NEAR(half_width("...oo..."), 1, round_off);
  EXPECT_NEAR(half_width("..-oo-.."), 1.5, round_off);
  EXPECT_NEAR(half_width(".o..oooo..oo.."), 2, round_off);
  // the other half of a void at a plane of symmetry is beyond it
  EXPECT_NEAR(half_width("oo......"), 2, round_off);
  EXPECT_NEAR(half_width("oo-.....-oo"), 2.5, round_off);
  EXPECT_NEAR(half_width("oooo"), 4, round_off);
  // what lies between two voids belongs to the nearer one
  EXPECT_NEAR(half_width(".oo-..ooo-."), 1.75, round_off);
}
