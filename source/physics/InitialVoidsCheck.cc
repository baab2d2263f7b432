#include "kavity/core/Parameters.h"
#include "kavity/core/Quantity.h"
#include "kavity/laws/PhaseField.h"
#include "kavity/physics/InitialVoids.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

namespace kavity
{
namespace
{
// The surface must be narrower than the metal by this factor: else there is nothing but surface.
constexpr double surfaces_within_metal = 4;

// Places along an edge of the cell at which an image and the voids together are looked at.
constexpr unsigned int n_places_2d = 200, n_places_3d = 40;

std::string in_um(const double length)
{
  return quantity_text(length, "um", 4);
}

std::string section_of(const InitialVoids::Cap &cap)
{
  return cap.number > 0 ? "Void " + std::to_string(cap.number) : "Random voids";
}
} // namespace

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
