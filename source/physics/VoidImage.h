#ifndef kavity_physics_VoidImage_h
#define kavity_physics_VoidImage_h

#include <functional>
#include <string>
#include <vector>

namespace kavity
{
/// Images of cross-sections of the metal above Gamma, with dark voids. A pixel is a rectangle whose
/// grey value belongs to its centre; the bottom of the lowest row lies on Gamma. Lengths in m.
struct VoidImage
{
  std::vector<std::string> files;    ///< names of PNG; several at equal distances over the depth
  std::vector<std::string> contents; ///< of these files
  double width = 0, height = 0;      ///< of the image, from x = 0 and y = 0
  double depth         = 0;          ///< of the cell, 0: two-dimensional
  double threshold     = 0.5;        ///< grey value (0 to 1) below which a pixel is void
  bool as_wide_as_cell = true;       ///< its right side is a plane of symmetry, else there is metal
};

/// What an image shows.
struct ImageVoids
{
  std::function<double(double x, double y, double z)> distance;
  double surface = 0; ///< about, m^2 (m in two dimensions)
};

/// With the signed distance at x, z along Gamma and y above it from the surfaces of the voids in an
/// image, > 0 in the metal. The surface is where the grey values, linear between the centres of
/// pixels, cross the threshold: with it the distance is exact for plane surfaces, and off by a
/// fraction of a pixel for others. Above the image there is metal. Throws std::runtime_error if
/// they are no images, differ in size, or show no metal or no void.
ImageVoids voids_of_image(const VoidImage &);
} // namespace kavity

#endif
