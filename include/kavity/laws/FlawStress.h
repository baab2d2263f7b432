#ifndef kavity_laws_FlawStress_h
#define kavity_laws_FlawStress_h

#include <functional>
#include <vector>

namespace kavity
{
/// A crack that ends at the surface of a half-space, or the half of one inside a body that is
/// loaded alike on both sides.
enum class CrackShape
{
  edge,
  internal
};

/// K_I over p sqrt(pi a) of an edge crack of the length a under a uniform pressure.
constexpr double edge_crack_factor = 1.1215;

/// K_I = int_0^l p m dx in Pa sqrt(m) of a crack of the (half) length @p length (m) whose flanks
/// are pressed apart over 0 < x < @p loaded <= length, x from the mouth (the middle), with the
/// weight m = 2 g(x/a)/sqrt(pi a (1 - x^2/a^2)) (docs/model.md, section 7): g = 1 inside a body,
/// for an edge crack that of Hartranft and Sih.
/// @param pressure p(x) in Pa, smooth but for a bend at @p bend (m)
double stress_intensity(const std::function<double(double)> &pressure, double length, double loaded,
                        CrackShape shape = CrackShape::edge, double bend = 0);

/// The same of an edge crack under pressures (Pa) at depths (m, from 0 on, increasing) and linear
/// in between.
double stress_intensity(const std::vector<double> &depths, const std::vector<double> &pressures,
                        double length);
} // namespace kavity

#endif
