#ifndef kavity_physics_InitialVoids_h
#define kavity_physics_InitialVoids_h

#include <functional>
#include <string>
#include <vector>

namespace kavity
{
class Parameters;
struct PhaseField;

/// The voids a resolved run begins with: spherical (in the plane: circular) caps on Gamma, from a
/// list and from a seeded random population, and those of an image. Lengths in m.
class InitialVoids
{
public:
  struct Cap
  {
    unsigned int number = 0; ///< of its section, 0: random
    double x = 0, z = 0;     ///< centre on Gamma; z = 0 in 2D
    double radius = 0;       ///< base radius
  };

  /// Of the metal; depth 0: two-dimensional.
  struct Extent
  {
    double width, depth, thickness;
  };

  /// Declares and reads the subsections `Void 1`, `Void 2` ..., `Random voids` and `Void image` of
  /// the current section.
  void declare(Parameters &, const Extent &);

  /// Reports, in the current section, that of declare(), voids that do not fit: wider than the
  /// cell, higher than the metal, thinner than their surface, within another one, or over all of
  /// Gamma.
  void check(Parameters &, const Extent &, const PhaseField &) const;

  /// Signed distance of the point x, z on Gamma and y above it to the nearest surface, > 0 in the
  /// metal, for caps that meet Gamma at the contact angle @p theta (rad, through the metal).
  double distance(double x, double y, double z, double theta) const;

  /// Area of their surfaces within the metal, about, in m^2 (m in two dimensions).
  double surface(const Extent &metal, double theta) const;

  std::vector<Cap> caps;

  /// Whether there is a void at the start.
  bool any() const
  {
    return image_distance || !caps.empty();
  }

private:
  void declare_caps(Parameters &, double width, double depth);
  void declare_image(Parameters &, const Extent &);
  /// Why the cap does not fit; empty if it does.
  std::string misfit(const Cap &, const Extent &, const PhaseField &) const;
  void check_together(Parameters &, const Extent &, const PhaseField &) const;
  void place_at_random(Parameters &, unsigned int number, double mean, double deviation,
                       unsigned int seed, double width, double depth);

  std::function<double(double x, double y, double z)> image_distance; // empty: no image
  double image_height = 0, image_surface = 0;
};
} // namespace kavity

#endif
