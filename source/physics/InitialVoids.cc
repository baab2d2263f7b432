#include "kavity/physics/InitialVoids.h"

#include "VoidImage.h"

#include "kavity/core/Parameters.h"
#include "kavity/laws/Constants.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <regex>
#include <stdexcept>
#include <string>
#include <utility>

namespace kavity
{
namespace
{
// Random voids keep this share of their radii between them, else they would begin merged.
constexpr double least_gap = 0.5;

// Draws for one void before the population counts as too dense.
constexpr unsigned int most_draws = 10000;

// In [0, 1); the distributions of the standard library differ between compilers.
double uniform(std::mt19937_64 &generator)
{
  return (generator() >> 11) * 0x1p-53;
}

double normal(std::mt19937_64 &generator)
{
  const double u = 1 - uniform(generator), v = uniform(generator);
  return std::sqrt(-2 * std::log(u)) * std::cos(2 * pi * v);
}
// The names of a series of images: "slice_%03d.png" is slice_001.png, slice_002.png ...
std::vector<std::string> slice_names(const std::string &pattern, const unsigned int slices)
{
  if (slices == 1)
    return {pattern};
  std::smatch parts;
  if (!std::regex_match(pattern, parts, std::regex("(.*)%0?([0-9]?)d(.*)")))
    throw std::runtime_error("'" + pattern +
                             "' has no place for the number of a slice; expected "
                             "for example voids_%03d.png");
  const std::size_t digits = parts[2].length() > 0 ? std::stoul(parts[2]) : 0;
  std::vector<std::string> names;
  for (unsigned int slice = 1; slice <= slices; ++slice)
  {
    const std::string number = std::to_string(slice);
    const std::string zeros(digits - std::min(digits, number.size()), '0');
    names.push_back(parts[1].str() + zeros + number + parts[3].str());
  }
  return names;
}
} // namespace

void InitialVoids::declare(Parameters &parameters, const Extent &metal)
{
  declare_caps(parameters, metal.width, metal.depth);
  declare_image(parameters, metal);
}

void InitialVoids::declare_caps(Parameters &parameters, const double width, const double depth)
{
  auto numbers = parameters.numbered_sections("Void");
  if (parameters.describing())
    numbers = {1};
  for (const unsigned int number : numbers)
  {
    const std::string name = "Void " + std::to_string(number);
    if (number > 1 && numbers.count(number - 1) == 0)
      parameters.error(name, "there is no 'Void " + std::to_string(number - 1) +
                               "': number the voids from 1");
    Cap cap;
    cap.number = number;
    parameters.enter(name, "A void on the interface at the start; more as `Void 2`, `Void 3` ...");
    parameters.add("Position", cap.x, "0 um", "um", Range::at_least(0),
                   "Its centre along the interface; 0 is a plane of symmetry (axisymmetric: the "
                   "axis).");
    parameters.add("Position z", cap.z, "0 um", "um", Range::at_least(0),
                   "The other coordinate of its centre in 3D.");
    parameters.add("Base radius", cap.radius, "", "um", Range::between(1e-4, 1e5),
                   "Radius of the contact it covers.");
    if (depth == 0)
      parameters.unused("Position z", "the cell is two-dimensional");
    if (cap.x > width)
      parameters.error("Position", "is outside the cell");
    if (depth > 0 && cap.z > depth)
      parameters.error("Position z", "is outside the cell");
    parameters.leave();
    caps.push_back(cap);
  }
  parameters.enter("Random voids", "A random population of voids at the start.");
  unsigned int number = 0, seed = 1;
  double mean = 0, deviation = 0;
  parameters.add("Number", number, 0, 0, 10000, "How many; 0: none.");
  parameters.add("Mean radius", mean, "2 um", "um", Range::between(1e-4, 1e5), "Mean base radius.");
  parameters.add("Standard deviation", deviation, "0", "1", Range::between(0, 1),
                 "Of the radii, relative to their mean; they are normally distributed and kept "
                 "within two deviations.");
  parameters.add("Seed", seed, 1, 0, 1000000000, "Another seed is another population.");
  if (number == 0)
    for (const char *entry : {"Mean radius", "Standard deviation", "Seed"})
      parameters.unused(entry, "Number = 0");
  else
    place_at_random(parameters, number, mean, deviation, seed, width, depth);
  parameters.leave();
}

void InitialVoids::place_at_random(Parameters &parameters, const unsigned int number,
                                   const double mean, const double deviation,
                                   const unsigned int seed, const double width, const double depth)
{
  std::mt19937_64 generator(seed);
  for (unsigned int n = 0; n < number; ++n)
  {
    Cap cap;
    cap.radius     = mean * (1 + deviation * std::clamp(normal(generator), -2., 2.));
    bool collides  = true;
    unsigned int k = 0;
    for (; collides && k < most_draws; ++k)
    {
      cap.x    = width * uniform(generator);
      cap.z    = depth * uniform(generator);
      collides = std::any_of(caps.begin(), caps.end(),
                             [&](const Cap &other)
                             {
                               return std::hypot(cap.x - other.x, cap.z - other.z) <
                                      (1 + least_gap) * (cap.radius + other.radius);
                             });
    }
    if (collides)
    {
      parameters.error("Number",
                       "so many voids of this radius do not find room on the interface: " +
                         std::to_string(n) + " were placed");
      return;
    }
    caps.push_back(cap);
  }
}

void InitialVoids::declare_image(Parameters &parameters, const Extent &metal)
{
  VoidImage image;
  image.width = metal.width;
  image.depth = metal.depth;
  std::string file;
  unsigned int slices = 1;
  parameters.enter("Void image",
                   "Voids at the start, dark on bright metal, from an image of a cross-section.");
  parameters.add_file("File", file,
                      "A PNG image, or a series numbered from 1 such as voids_%03d.png; beside the "
                      "parameter file.");
  parameters.add("Slices", slices, 1, 1, 100000,
                 "3D: number of images in the series, sections x-y at equal distances over the "
                 "depth; 1: the same all over the depth.");
  parameters.add("Width", image.width, "none", "um", Range::between(1e-2, 1e5),
                 "Width of the image, from x = 0; default: that of the cell.");
  parameters.add("Height", image.height, "none", "um", Range::between(1e-2, 1e5),
                 "Height of the image; its bottom lies on the interface, above it is metal.");
  parameters.add("Threshold", image.threshold, "0.5", "1", Range::fraction(),
                 "Grey value (0 black, 1 white) below which a pixel is void.");
  if (file.empty())
    for (const char *entry : {"Slices", "Width", "Height", "Threshold"})
      parameters.unused(entry, "no File is given");
  else if (metal.depth == 0)
    parameters.unused("Slices", "the cell is two-dimensional");
  if (image.width > metal.width)
    parameters.error("Width", "the image is wider than the cell");
  if (image.height > metal.thickness)
    parameters.error("Height", "the image is higher than the metal");
  if (!file.empty() && !parameters.given("Height"))
    parameters.error("Height", "is not given; expected a length such as '10 um'");
  else if (!file.empty() && image.height > 0)
    try
    {
      image.as_wide_as_cell = image.width >= metal.width;
      image.files           = slice_names(file, metal.depth > 0 ? slices : 1);
      for (const std::string &slice : image.files)
        image.contents.push_back(parameters.read_file("File", slice));
      auto voids     = voids_of_image(image);
      image_distance = std::move(voids.distance);
      image_surface  = voids.surface;
      image_height   = image.height;
    }
    catch (const std::runtime_error &error)
    {
      parameters.error("File", error.what());
    }
  parameters.leave();
}

double InitialVoids::distance(const double x, const double y, const double z,
                              const double theta) const
{
  double least = image_distance ? image_distance(x, y, z) : std::numeric_limits<double>::max();
  for (const Cap &cap : caps)
  {
    const double radius = cap.radius / std::sin(theta), height = radius * std::cos(theta);
    const double dx = x - cap.x, dy = y - height, dz = z - cap.z;
    least = std::min(least, std::sqrt(dx * dx + dy * dy + dz * dz) - radius);
  }
  return least;
}
} // namespace kavity
