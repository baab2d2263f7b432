// Distances from the voids in images, through the section that reads them.
#include "kavity/physics/InitialVoids.h"

#include "laws_input.h"
#include "temporary_folder.h"
#include <gtest/gtest.h>
#include <png.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <vector>

using namespace kavity;
using namespace kavity_tests;

namespace
{
constexpr double um = 1e-6, theta = M_PI / 2;

// Grey values (0 to 1) as a function of the place in pixels from the lower left corner.
void write_png(const std::string &file, const unsigned int width, const unsigned int height,
               const std::function<double(double, double)> &grey)
{
  std::vector<std::uint8_t> values;
  for (unsigned int row = 0; row < height; ++row)
    for (unsigned int column = 0; column < width; ++column)
      values.push_back(static_cast<std::uint8_t>(
        std::lround(255 * std::clamp(grey(column + 0.5, height - row - 0.5), 0., 1.))));
  png_image png = {};
  png.version   = PNG_IMAGE_VERSION;
  png.width     = width;
  png.height    = height;
  png.format    = PNG_FORMAT_GRAY;
  ASSERT_TRUE(png_image_write_to_file(&png, file.c_str(), 0, values.data(), 0, nullptr));
}

// How an image is stored.
struct Kind
{
  int depth, type;
  double gamma; // 0: nothing is said
  unsigned int opacity;
};

// Samples of 8 bits by column and row from below, 16 x 8 pixels.
void write_kind(const char *file, const Kind &kind,
                const std::function<unsigned int(unsigned int, unsigned int)> &grey)
{
  FILE *const stream = std::fopen(file, "wb");
  png_structp png    = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
  png_infop info     = png_create_info_struct(png);
  png_init_io(png, stream);
  png_set_IHDR(png, info, 16, 8, kind.depth, kind.type, PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  if (kind.gamma > 0)
    png_set_gAMA(png, info, kind.gamma);
  png_write_info(png, info);
  for (unsigned int row = 0; row < 8; ++row)
  {
    std::vector<png_byte> bytes;
    const auto add = [&](const unsigned int sample)
    { bytes.insert(bytes.end(), kind.depth / 8, sample); };
    for (unsigned int column = 0; column < 16; ++column)
    {
      for (int channel = 0; channel < (kind.type & PNG_COLOR_MASK_COLOR ? 3 : 1); ++channel)
        add(grey(column, 7 - row));
      if (kind.type & PNG_COLOR_MASK_ALPHA)
        add(kind.opacity);
    }
    png_write_row(png, bytes.data());
  }
  png_write_end(png, info);
  png_destroy_write_struct(&png, &info);
  std::fclose(stream);
}

InitialVoids voids_of(const std::string &entries, const double width, const double depth)
{
  Parameters parameters = parameters_of(entries);
  InitialVoids voids;
  voids.declare(parameters, {width, depth, 20 * um});
  parameters.finish();
  return voids;
}

// Largest difference over the image of @p size um from exact(x, y), in um.
double largest_error(const InitialVoids &voids, const double width, const double height,
                     const std::function<double(double, double)> &exact)
{
  double largest = 0;
  for (double x = 0; x <= width; x += 0.07)
    for (double y = 0; y <= height; y += 0.07)
      largest =
        std::max(largest, std::abs(voids.distance(x * um, y * um, 0., theta) / um - exact(x, y)));
  return largest;
}
} // namespace


TEST(VoidImage, DistanceFromADisc)
{
  const TemporaryFolder folder;
  const double pixel = 0.25, R = 3.2;
  const auto exact = [=](const double x, const double y)
  { return std::hypot(x - 9.3, y - 6.1) - R; };
  const auto entries = [](const std::string &file)
  { return "subsection Void image\nset File = " + file + "\nset Height = 15 um\nend\n"; };
  // a pixel half covered is grey
  write_png("smooth.png", 80, 60,
            [&](const double i, const double j)
            { return 0.5 + exact(i * pixel, j * pixel) / pixel; });
  const double smooth = largest_error(voids_of(entries("smooth.png"), 20 * um, 0.), 20, 15, exact);
  write_png("sharp.png", 80, 60,
            [&](const double i, const double j)
            { return exact(i * pixel, j * pixel) < 0 ? 0. : 1.; });
  const double sharp = largest_error(voids_of(entries("sharp.png"), 20 * um, 0.), 20, 15, exact);
  // the ramp of one pixel is cut off at black and white, which the interpolation does not know
  EXPECT_LT(smooth, 0.25 * pixel);
  // stairs, off by half the diagonal of a pixel at most
  EXPECT_LT(sharp, std::sqrt(0.5) * pixel);
}


TEST(VoidImage, BallInASeries)
{
  const TemporaryFolder folder;
  // sections half as fine as the pixels
  const double pixel = 0.25, step = 0.5, R = 3.2;
  const auto exact = [=](const double x, const double y, const double z)
  { return std::sqrt(std::pow(x - 5, 2) + y * y + std::pow(z - 4.1, 2)) - R; };
  for (unsigned int k = 1; k <= 16; ++k)
    write_png("ball_" + std::string(k < 10 ? "0" : "") + std::to_string(k) + ".png", 40, 20,
              [&](const double i, const double j)
              { return 0.5 + exact(i * pixel, j * pixel, (k - 0.5) * step) / pixel; });
  const InitialVoids voids = voids_of("subsection Void image\nset File = ball_%02d.png\n"
                                      "set Slices = 16\nset Height = 5 um\nend\n",
                                      10 * um, 8 * um);
  double largest           = 0;
  for (double x = 0; x <= 10; x += 0.19)
    for (double y = 0; y <= 5; y += 0.19)
      for (double z = 0; z <= 8; z += 0.19)
        largest = std::max(
          largest, std::abs(voids.distance(x * um, y * um, z * um, theta) / um - exact(x, y, z)));
  // as in the plane, with sections for pixels where the surface is steep
  EXPECT_LT(largest, 0.35 * step);
}


TEST(VoidImage, PlaneSurfacesAreExactDownToTheInterface)
{
  const TemporaryFolder folder;
  // black below 3 um on the left, in an image of 8 x 6 um in a cell of 12 um
  write_png("step.png", 16, 12, [](const double i, const double j) { return i > 7 || j > 6; });
  const InitialVoids voids = voids_of("subsection Void image\nset File = step.png\n"
                                      "set Width = 8 um\nset Height = 6 um\nend\n",
                                      12 * um, 7 * um);
  for (const double s : {-1.3, -0.6, -0.1, 0.2, 0.7, 4.5, 8.})
  {
    // round-off
    EXPECT_NEAR(voids.distance((3.5 + s) * um, 0., 6 * um, theta), s * um, 1e-12 * um);
    EXPECT_NEAR(voids.distance(0., (3 + s) * um, 0., theta), s * um, 1e-12 * um);
  }
}


TEST(VoidImage, IsJoinedWithTheList)
{
  const TemporaryFolder folder;
  write_png("step.png", 16, 12, [](const double i, const double j) { return i > 7 || j > 6; });
  const InitialVoids voids =
    voids_of("subsection Void 1\nset Position = 9 um\nset Base radius = 2 um\nend\n"
             "subsection Void image\nset File = step.png\nset Threshold = 0.1\n"
             "set Width = 8 um\nset Height = 6 um\nend\n",
             12 * um, 0.);
  // the edge, at a tenth of the way between two pixels
  EXPECT_NEAR(voids.distance(3.2 * um, 0., 0., theta), -0.1 * um, 1e-12 * um);
  EXPECT_NEAR(voids.distance(9.3 * um, 0., 0., theta), -1.7 * um, 1e-12 * um);
  EXPECT_NEAR(voids.distance(6.5 * um, 0., 0., theta), 0.5 * um, 1e-12 * um);
}


TEST(VoidImage, EveryKindOfFileGivesTheSameVoids)
{
  const TemporaryFolder folder;
  // two voids, of which one is not much darker than the threshold, as stored samples of 8 bits
  const auto grey = [](const unsigned int i, const unsigned int j) -> unsigned int {
    return j < 4 && i < 6 ? 13 : j < 4 && i > 9 ? 90 : 235;
  };
  const auto contact = [&](const Kind &kind)
  {
    write_kind("kind.png", kind, grey);
    const InitialVoids voids =
      voids_of("subsection Void image\nset File = kind.png\nset Height = 8 um\nend\n", 16 * um, 0.);
    std::vector<double> distances;
    for (double x = 0; x <= 16; x += 0.13)
      for (double y = 0; y <= 8; y += 0.4)
        distances.push_back(voids.distance(x * um, y * um, 0., theta) / um);
    return distances;
  };
  const auto reference = contact({8, PNG_COLOR_TYPE_GRAY, 0, 255});
  EXPECT_LT(*std::min_element(reference.begin(), reference.end()), -1);
  for (const double gamma : {0., 1., 1 / 2.2})
    for (const int depth : {8, 16})
      for (const int type : {PNG_COLOR_TYPE_GRAY, PNG_COLOR_TYPE_RGB, PNG_COLOR_TYPE_GRAY_ALPHA,
                             PNG_COLOR_TYPE_RGB_ALPHA})
      {
        const auto distances = contact({depth, type, gamma, 255});
        for (std::size_t k = 0; k < distances.size(); ++k)
          // luminance of a grey colour: round-off of 16 bits in a ramp of a pixel
          ASSERT_NEAR(distances[k], reference[k], 1e-4) << depth << ' ' << type << ' ' << gamma;
      }
  for (const int type : {PNG_COLOR_TYPE_GRAY_ALPHA, PNG_COLOR_TYPE_RGB_ALPHA})
    try
    {
      contact({8, type, 0, 254});
      ADD_FAILURE() << "a transparent image is taken";
    }
    catch (const InputError &error)
    {
      EXPECT_NE(std::string(error.what()).find("transparent"), std::string::npos) << error.what();
    }
}


TEST(VoidImage, TornFilesAreRefused)
{
  const TemporaryFolder folder;
  write_png("whole.png", 16, 12, [](const double i, const double) { return i > 7; });
  std::ifstream file("whole.png", std::ios::binary);
  const std::string whole((std::istreambuf_iterator<char>(file)), {});
  for (std::size_t size = 0; size < whole.size(); ++size)
  {
    std::ofstream("torn.png", std::ios::binary) << whole.substr(0, size);
    EXPECT_THROW(
      voids_of("subsection Void image\nset File = torn.png\nset Height = 8 um\nend\n", 16 * um, 0.),
      InputError)
      << size;
  }
}
