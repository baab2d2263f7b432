#ifndef kavity_models_InitialVoids_h
#define kavity_models_InitialVoids_h

#include <functional>
#include <vector>

namespace kavity
{
class Parameters;

/// The voids a resolved run begins with: spherical (in the plane: circular) caps on Gamma, from a
/// list and from a seeded random population, and those of an image. Lengths in m.
class InitialVoids
{
public:
  struct Cap
  {
    double x = 0, z = 0; ///< centre on Gamma; z = 0 in 2D
    double radius = 0;   ///< base radius
  };

  /// Declares and reads the subsections `Void 1`, `Void 2` ..., `Random voids` and `Void image` of
  /// the current section for metal of this extent (depth 0: two-dimensional).
  void declare(Parameters &, double width, double depth, double metal_thickness);

  /// Signed distance of the point x, z on Gamma and y above it to the nearest surface, > 0 in the
  /// metal, for caps that meet Gamma at the contact angle @p theta (rad, through the metal).
  double distance(double x, double y, double z, double theta) const;

  std::vector<Cap> caps;

private:
  void declare_caps(Parameters &, double width, double depth);
  void declare_image(Parameters &, double width, double depth, double metal_thickness);
  void place_at_random(Parameters &, unsigned int number, double mean, double deviation,
                       unsigned int seed, double width, double depth);

  std::function<double(double x, double y, double z)> image_distance; // empty: no image
};
} // namespace kavity

#endif
