#include "kavity/physics/InitialVoids.h"

#include "VoidImage.h"

#include "kavity/core/Parameters.h"
#include "kavity/core/Quantity.h"
#include "kavity/laws/Constants.h"
#include "kavity/laws/PhaseField.h"

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

// The surface must be narrower than the metal by this factor: else there is nothing but surface.
constexpr double surfaces_within_metal = 4;

// Places along an edge of the cell at which an image and the voids together are looked at.
constexpr unsigned int n_places_2d = 200, n_places_3d = 40;

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

std::string in_um(const double length)
{
  return quantity_text(length, "um", 4);
}

std::string section_of(const InitialVoids::Cap &cap)
{
  return cap.number > 0 ? "Void " + std::to_string(cap.number) : "Random voids";
}
} // namespace

void InitialVoids::declare(Parameters &parameters, const Extent &metal)
{
  *this = {}; // a second electrode begins as a copy of the first
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

std::string InitialVoids::misfit(const Cap &cap, const Extent &metal, const PhaseField &field) const
{
  const double theta  = field.contact_angle;
  const double height = cap.radius * (1 + std::cos(theta)) / std::sin(theta);
  const double widest = theta < 0.5 * pi ? cap.radius / std::sin(theta) : cap.radius;
  const auto fills    = [widest](const double centre, const double extent)
  { return extent > 0 && centre - widest <= 0 && centre + widest >= extent; };
  const std::string it = "a void of the base radius " + in_um(cap.radius);
  for (const auto &[centre, extent] :
       {std::pair(cap.x, metal.width), std::pair(cap.z, metal.depth)})
    if (fills(centre, extent))
      return it + " there reaches from one side of the cell to the other; the cell is " +
             in_um(extent) + " wide";
  if (height + field.width >= metal.thickness)
    return it + " is " + in_um(height) + " high and does not fit into metal of " +
           in_um(metal.thickness);
  constexpr double round_off = 1e-6;
  if (std::min(cap.radius, height) < (1 - round_off) * field.width)
    return it +
           (height < (1 - round_off) * cap.radius ? " is " + in_um(height) + " high, which" : "") +
           " is less than the width of its surface, " + in_um(field.width) +
           "; make the void larger or 'Surface width' smaller";
  for (const Cap &other : caps)
  {
    const double reach = std::hypot(cap.x - other.x, cap.z - other.z) + cap.radius;
    // of two that are equal the later one is too much
    if (&other < &cap ? reach <= other.radius : &other != &cap && reach < other.radius)
      return it + " there lies within that of '" + section_of(other) + "' and has no effect";
  }
  return "";
}

double InitialVoids::surface(const Extent &metal, const double theta) const
{
  double sum = image_surface;
  for (const Cap &cap : caps)
  {
    const double radius = cap.radius / std::sin(theta);
    // what planes of symmetry leave of it
    const auto part = [radius](const double centre, const double extent)
    { return (std::min(centre + radius, extent) - std::max(centre - radius, 0.)) / (2 * radius); };
    const double x = part(cap.x, metal.width);
    sum += metal.depth > 0 ?
             x * part(cap.z, metal.depth) * 2 * pi * radius * radius * (1 + std::cos(theta)) :
             x * 2 * (pi - theta) * radius;
  }
  return sum;
}

void InitialVoids::check(Parameters &parameters, const Extent &metal, const PhaseField &field) const
{
  const double smallest =
    std::min({metal.width, metal.thickness,
              metal.depth > 0 ? metal.depth : std::numeric_limits<double>::max()});
  if (field.width * surfaces_within_metal > smallest)
    return parameters.error("Surface width",
                            in_um(field.width) +
                              " is not small against the metal, whose least extent is " +
                              in_um(smallest) + "; at most a quarter of it is possible");
  bool fit = true, random_fit = true;
  for (const Cap &cap : caps)
  {
    const bool random         = cap.number == 0;
    const std::string message = random && !random_fit ? "" : misfit(cap, metal, field);
    if (message.empty())
      continue;
    fit        = false;
    random_fit = random_fit && !random;
    parameters.enter(section_of(cap));
    parameters.error(random ? "Mean radius" : "Base radius", message);
    parameters.leave();
  }
  if (fit && any())
    check_together(parameters, metal, field);
}

// The distance changes by no more than the way: what is between the places looked at is known to
// half of their own distance.
void InitialVoids::check_together(Parameters &parameters, const Extent &metal,
                                  const PhaseField &field) const
{
  const unsigned int n_x = metal.depth > 0 ? n_places_3d : n_places_2d;
  const unsigned int n_z = metal.depth > 0 ? n_places_3d : 1;
  const double between   = std::hypot(metal.width / n_x, metal.depth / n_z) / 2;
  double contact = -metal.width, top = metal.thickness, deepest = 0;
  for (unsigned int i = 0; i < n_x; ++i)
    for (unsigned int k = 0; k < n_z; ++k)
    {
      const double x = metal.width * (i + 0.5) / n_x, z = metal.depth * (k + 0.5) / n_z;
      const auto at = [&](const double y) { return distance(x, y, z, field.contact_angle); };
      contact       = std::max(contact, at(0));
      top           = std::min(top, at(metal.thickness));
      for (unsigned int j = 0; image_distance && j < n_x; ++j)
        deepest = std::min(deepest, image_distance(x, image_height * (j + 0.5) / n_x, z));
    }
  parameters.enter(image_distance ? "Void image" : section_of(caps.front()));
  const std::string entry = image_distance          ? "File" :
                            caps.front().number > 0 ? "Base radius" :
                                                      "Mean radius";
  if (contact + between <= 0)
    parameters.error(entry, "the voids together leave no contact on the interface");
  else if (top < 0)
    parameters.error(entry, "the voids reach through the metal to the platen");
  else if (const double half_cell = std::hypot(between, image_height / n_x / 2);
           image_distance && 2 * (half_cell - deepest) < field.width)
    parameters.error(entry, "the voids of the image are thinner than their surface, " +
                              in_um(field.width) + "; make 'Surface width' smaller");
  parameters.leave();
}
} // namespace kavity
