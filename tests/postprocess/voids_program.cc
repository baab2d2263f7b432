#include "Pictures.h"
#include "analytic_bodies.h"

#include "../unit/temporary_folder.h"

#include "kavity/io/Files.h"

#include <vtkImageData.h>
#include <vtkNew.h>
#include <vtkPNGReader.h>

#include <gtest/gtest.h>

#include <sys/wait.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace
{
/// Exit code of a command in the present folder; its output goes to output.txt.
int run(const std::string &command)
{
  const int status = std::system((command + " >output.txt 2>&1").c_str());
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

const std::string program = KAVITY_VOIDS_PROGRAM, no_display = "env -u DISPLAY ",
                  display = "xvfb-run -a ";

/// How many pixels have a colour, up to the smoothing of edges.
unsigned int pixels(const std::string &path, const int red, const int green, const int blue)
{
  vtkNew<vtkPNGReader> reader;
  reader->SetFileName(path.c_str());
  reader->Update();
  vtkImageData *image  = reader->GetOutput();
  const auto *data     = static_cast<const unsigned char *>(image->GetScalarPointer());
  const int components = image->GetNumberOfScalarComponents();
  const vtkIdType n    = image->GetNumberOfPoints();
  unsigned int count   = 0;
  for (vtkIdType p = 0; p < n; ++p, data += components)
    count +=
      std::abs(data[0] - red) < 3 && std::abs(data[1] - green) < 3 && std::abs(data[2] - blue) < 3;
  return count;
}

/// A run whose potential of atoms is 1 at the start and from 0.51 to 0.63 along x at later times.
void write_transient(const std::string &folder)
{
  const Distance later = [](const std::array<double, 3> &x) { return 0.05 * (1. + x[0]); };
  write_run(folder, {{0., 0., 0.}, {10., 5., 0.}, {100, 50, 0}},
            {[](const std::array<double, 3> &) { return 100.; }, later, later}, 4.);
  for (const auto &entry : std::filesystem::directory_iterator(folder + "/fields"))
  {
    std::string content    = kavity::read_file(entry.path().string());
    const std::string name = "metal_fraction";
    if (const auto at = content.find(name); at != std::string::npos)
      std::ofstream(entry.path()) << content.replace(at, name.size(), "potential_of_atoms");
  }
}
} // namespace


TEST(VoidsProgram, WritesTablesWithoutADisplay)
{
  const TemporaryFolder folder;
  write_run("run", {{0., 0., 0.}, {4., 2., 0.}, {40, 20, 0}},
            {sphere({2., 0., 0.}, 1.), sphere({2., 0., 0.}, 1.2)}, 0.4);
  ASSERT_EQ(run(no_display + program + " run --output here"), 0) << kavity::read_file("output.txt");
  EXPECT_TRUE(std::filesystem::exists("here/voids.csv"));
  EXPECT_TRUE(std::filesystem::exists("here/void_statistics.csv"));
  EXPECT_FALSE(std::filesystem::exists("here/voids_0000.png"));
}


TEST(VoidsProgram, PicturesWithoutADisplayAreRefusedWithTheRemedy)
{
  const TemporaryFolder folder;
  write_run("run", {{0., 0., 0.}, {4., 2., 0.}, {8, 4, 0}}, {sphere({2., 0., 0.}, 1.)}, 0.4);
  EXPECT_EQ(run(no_display + program + " run --pictures"), 2);
  EXPECT_NE(kavity::read_file("output.txt").find("xvfb-run -a kavity-voids RUN --pictures"),
            std::string::npos);
}


TEST(VoidsProgram, MistakesEndWithCode2AndDamageWithCode1)
{
  const TemporaryFolder folder;
  write_run("run", {{0., 0., 0.}, {4., 2., 0.}, {8, 4, 0}}, {sphere({2., 0., 0.}, 1.)}, 0.4);
  EXPECT_EQ(run(program + " run --field fraction"), 2);
  const std::string output = kavity::read_file("output.txt");
  EXPECT_NE(output.find("metal_fraction, potential"), std::string::npos) << output;
  EXPECT_EQ(run(program + " lost"), 2);
  std::filesystem::remove("run/fields/metal_0.0.vtu");
  EXPECT_EQ(run(program + " run"), 1);
}


// One test, because two xvfb-run at once may choose the same display.
TEST(VoidsProgram, DrawsVoidsWhereTheyAre)
{
  const TemporaryFolder folder;
  const Cap cap = {2., M_PI / 2.};
  write_run("run", {{0., 0., 0.}, {10., 5., 0.}, {100, 50, 0}},
            {cap.at(5., 0., false), cap.at(5., 0., false)}, 0.4);
  ASSERT_EQ(run(display + program + " run --pictures --tiles 2"), 0)
    << kavity::read_file("output.txt");
  EXPECT_TRUE(std::filesystem::exists("run/voids_0001.png"));
  // metal is grey where no field colours it. The tile is 1228 pixels for 10 um and shows the metal
  // up to 0.35 of the width. 2 %: outline and smoothed edges.
  const double scale = 122.8;
  const double grey  = (10. * 3.5 - cap.section()) * scale * scale;
  EXPECT_NEAR(pixels("run/voids_0000.png", 204, 204, 199), grey, 0.02 * grey);
  // two tiles half as wide
  EXPECT_NEAR(pixels("run/voids_film.png", 204, 204, 199), grey / 2., 0.05 * grey / 2.);

  write_run("space", {{0., 0., 0.}, {6., 6., 3.}, {30, 30, 15}}, {sphere({3., 3., 0.}, 1.5)}, 0.6);
  ASSERT_EQ(run(display + program + " space --pictures"), 0) << kavity::read_file("output.txt");
  // the interface as a parallelogram: sin(0.6) of its area is seen; the void hides less than a
  // fourth
  const double width = 1.06 * 6. * (std::cos(0.5) + std::sin(0.5)),
               seen  = 36. * std::sin(0.6) * std::pow(1228. / width, 2);
  const double shown = pixels("space/voids_0000.png", 204, 204, 199);
  EXPECT_LT(shown, 0.97 * seen);
  EXPECT_GT(shown, 0.7 * seen);
  EXPECT_FALSE(std::filesystem::exists("space/voids_film.png")); // a single time is no film

  // the end of the scale is what later times reach, and all of the initial state is beyond
  write_transient("transient");
  ASSERT_EQ(run(display + program + " transient --pictures --field potential_of_atoms"), 0)
    << kavity::read_file("output.txt");
  EXPECT_GT(pixels("transient/voids_0002.png", 181, 5, 38), 2000u);
  EXPECT_NEAR(pixels("transient/voids_0000.png", 181, 5, 38), 35. * scale * scale,
              0.02 * 35. * scale * scale);
}


TEST(VoidsProgram, AFilmIsSpreadOverTime)
{
  using Times       = std::vector<double>;
  using Events      = std::vector<std::size_t>;
  const auto chosen = [](const Times &times, const unsigned int tiles, const Events &events = {})
  {
    Times shown;
    for (const std::size_t k : kavity::times_of_film(times, events, tiles))
      shown.push_back(times[k]);
    return shown;
  };
  // the last two are nearly the same
  const Times ends_twice = {0., 2.9, 21.6, 46.4, 70.1, 89.5, 90.2};
  EXPECT_EQ(chosen(ends_twice, 6), (Times{0., 2.9, 21.6, 46.4, 70.1, 90.2}));
  EXPECT_EQ(chosen(ends_twice, 9), ends_twice);
  EXPECT_EQ(chosen(ends_twice, 2), (Times{0., 90.2}));
  EXPECT_EQ(chosen(ends_twice, 1), (Times{90.2}));
  EXPECT_EQ(chosen({0.}, 6), (Times{0.}));
  // dense at the start of two steps
  EXPECT_EQ(chosen({0.,   0.0139, 0.16, 0.9,  3.,   7.7,  12.,  12.0005, 12.03, 12.5, 15.4, 20.6,
                    27.6, 35.6,   45.6, 53.9, 65.6, 83.4, 112., 151.,    188.,  199., 210., 216.},
                   6),
            (Times{0., 15.4, 45.6, 83.4, 151., 216.}));
  Times dense;
  for (int k = 0; k < 100; ++k)
    dense.push_back(0.01 * k);
  dense.insert(dense.end(), {20., 40., 60., 80., 100.});
  EXPECT_EQ(chosen(dense, 6), (Times{0., 20., 40., 60., 80., 100.}));
  // the number of voids changes at 0.5 and 60 s; at all of the dense times; there is hardly room
  EXPECT_EQ(chosen(dense, 6, {50, 102}), (Times{0., 0.5, 20., 60., 80., 100.}));
  Events many;
  for (std::size_t k = 1; k < 100; ++k)
    many.push_back(k);
  const Times some = chosen(dense, 6, many);
  EXPECT_EQ(some.size(), 6u);
  EXPECT_EQ(std::count_if(some.begin(), some.end(), [](const double t) { return t < 1.; }), 4);
  EXPECT_EQ(chosen(dense, 3, many).size(), 3u);
  EXPECT_EQ(chosen(dense, 2, many), (Times{0., 100.}));
  EXPECT_EQ(chosen(dense, 1, many), (Times{100.}));
}
