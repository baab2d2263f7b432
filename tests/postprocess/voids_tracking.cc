#include "analytic_bodies.h"

#include "../unit/temporary_folder.h"

#include "RunFiles.h"
#include "Tracking.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace kavity;

namespace
{
struct Followed
{
  std::vector<std::vector<unsigned int>> numbers; // by time
  std::vector<VoidEvents> events;
  std::vector<VoidField> fields;
};

// Also checks what holds whatever happens: the number changes by the events counted.
Followed follow(const Box &box, const std::vector<Distance> &times, const unsigned int pieces = 2)
{
  const TemporaryFolder folder;
  write_run(".", box, times, 0.4, pieces);
  Followed result;
  Tracking tracking;
  for (const StoredTime &stored : read_collection("solution.pvd"))
  {
    result.fields.push_back(
      find_voids(read_body(stored, "metal_fraction"), "metal_fraction", false));
    result.events.push_back(tracking.next(result.fields.back()));
    result.numbers.push_back(tracking.numbers());
    const std::size_t k = result.numbers.size() - 1;
    const VoidEvents &e = result.events.back();
    if (k > 0)
    {
      EXPECT_EQ(int(result.numbers[k].size()) - int(result.numbers[k - 1].size()),
                int(e.births + e.splits) - int(e.deaths + e.merges));
    }
  }
  return result;
}

using Numbers = std::vector<unsigned int>;

const Box square = {{0., 0., 0.}, {12., 6., 0.}, {120, 60, 0}};

Distance disc(const double x, const double y, const double radius)
{
  return sphere({x, y, 0.}, radius);
}
} // namespace


TEST(Tracking, TwoSpheresGrowTogether)
{
  const Box box   = {{0., 0., 0.}, {8., 4., 4.}, {40, 20, 20}};
  const auto pair = [](const double gap, const double small)
  {
    return nearest(
      {sphere({2.5, 2., 0.}, 1.2 + small), sphere({2.5 + 2.4 + 2. * small + gap, 2., 0.}, 1.2)});
  };
  const Followed run = follow(box, {pair(0.8, 0.1), pair(0.6, 0.1), pair(-0.8, 0.1)});
  EXPECT_EQ(run.numbers, (std::vector<Numbers>{{1, 2}, {1, 2}, {1}}));
  EXPECT_EQ(run.events[0].births, 0u); // were there before the first time
  EXPECT_EQ(run.events[1].merges, 0u);
  EXPECT_EQ(run.events[2].merges, 1u);
  EXPECT_EQ(run.events[2].deaths, 0u); // part of another is not gone
  EXPECT_EQ(run.events[2].splits, 0u);
}


TEST(Tracking, SplitsAndTheLargerPartKeepsTheNumber)
{
  const Distance neck  = nearest({disc(4., 0., 1.8), disc(6., 0., 1.), disc(7.5, 0., 1.2)});
  const Distance apart = nearest({disc(4., 0., 1.8), disc(7.5, 0., 1.2)});
  const Followed run   = follow(square, {neck, apart});
  EXPECT_EQ(run.numbers, (std::vector<Numbers>{{1}, {1, 2}}));
  EXPECT_EQ(run.events[1].splits, 1u);
  EXPECT_EQ(run.events[1].births, 0u);
}


TEST(Tracking, BirthsAndDeathsAndAVoidThatMoves)
{
  // the largest is numbered first; the small one shrinks away, another one nucleates
  const Followed run = follow(square, {nearest({disc(3., 0., 1.5), disc(9., 0., 0.5)}),
                                       nearest({disc(3.6, 0., 1.2), disc(7., 0., 0.7)})});
  EXPECT_EQ(run.numbers, (std::vector<Numbers>{{1, 2}, {1, 3}}));
  EXPECT_EQ(run.events[1].births, 1u);
  EXPECT_EQ(run.events[1].deaths, 1u);
}


TEST(Tracking, AVoidWithinASingleCellOfTheOtherMeshIsFound)
{
  const TemporaryFolder folder;
  Tracking tracking;
  // the void of the coarse mesh covers a corner, that of the fine mesh lies inside one of its cells
  for (const unsigned int n : {8, 160})
  {
    const Box box = {{0., 0., 0.}, {8., 8., 0.}, {n, n, 0}};
    write_run(".", box, {disc(4.2, 4.2, n == 8 ? 0.8 : 0.1)}, 0.2);
    const auto metal = read_body(read_collection("solution.pvd").front(), "metal_fraction");
    tracking.next(find_voids(metal, "metal_fraction", false));
    EXPECT_EQ(tracking.numbers(), Numbers{1});
  }
}


TEST(Tracking, AllMergeAndSplitAtOnce)
{
  // of two strips along Gamma to two across it: each new one overlaps both, and the other way round
  const auto strip = [](const unsigned int axis, const double at)
  { return [=](const std::array<double, 3> &x) { return std::abs(x[axis] - at) - 0.6; }; };
  const Followed run =
    follow(square, {nearest({strip(1, 1.5), strip(1, 4.5)}),
                    nearest({strip(0, 3.), strip(0, 9.)}), // both split, both join
                    nearest({strip(0, 3.), strip(0, 9.)})});
  EXPECT_EQ(run.events[1].merges, 2u);
  EXPECT_EQ(run.events[1].splits, 2u);
  EXPECT_EQ(run.events[2].merges + run.events[2].splits, 0u);
  EXPECT_EQ(run.numbers[1], run.numbers[2]);
}


TEST(Tracking, NoVoidsThenVoidsThenNone)
{
  const Distance none = [](const std::array<double, 3> &) { return 1.; };
  const Followed run  = follow(square, {none, disc(5., 0., 1.), none});
  EXPECT_EQ(run.numbers, (std::vector<Numbers>{{}, {1}, {}}));
  EXPECT_EQ(run.events[1].births, 1u);
  EXPECT_EQ(run.events[2].deaths, 1u);
  EXPECT_EQ(run.fields[0].contact, 1.);
}
