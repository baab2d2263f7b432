#ifndef kavity_laws_PhaseField_h
#define kavity_laws_PhaseField_h

#include "kavity/laws/Constants.h"
#include "kavity/laws/Metal.h"

#include <cmath>

namespace kavity
{
class Parameters;

/// Voids as a phase field: the metal fraction c, 1 in metal and 0 in a void (docs/model.md, section
/// 6). Free energy W c^2 (1-c)^2 + (kappa/2) |grad c|^2 per volume; surfaces have the profile
/// c = (1 + tanh(2x/delta))/2 and the energy gamma = W delta/12. A volume holds g(c) of metal, its
/// content, whose slope is small at c = 1: metal is stiff. Point functions are templates on their
/// number type.
struct PhaseField
{
  /// Declares and reads the entries in the current section.
  void declare(Parameters &);

  double width               = 0; ///< delta, m
  double barrier             = 0; ///< W, Pa
  double compression_modulus = 0; ///< K, Pa: what the content adds to the stiffness 2 W of metal
  double contact_angle       = 0; ///< theta at Gamma, measured through the metal, rad
  double surface_diffusivity = 0; ///< D_surf d_s, m^3/s: diffusivity of surfaces x their thickness
  double viscosity_floor     = 0; ///< fraction of the viscosities that voids keep

  /// gamma = W delta/12, J/m^2
  double surface_energy() const
  {
    return barrier * width / 12;
  }
  /// kappa/W = delta^2/8, m^2
  double gradient_length_squared() const
  {
    return width * width / 8;
  }

  /// c^2 (1-c)^2, the double well over W
  template <typename N>
  static N well(const N &c)
  {
    return c * c * (1. - c) * (1. - c);
  }

  /// f'/W, the slope of the double well over W
  template <typename N>
  static N slope(const N &c)
  {
    return 2. * c * (1. - c) * (1. - 2. * c);
  }

  /// g = s c + (1 - s) (3c + 11c^3 - 9c^4)/5, carried on straight beyond 0 and 1: volume of metal
  /// per volume. With s = 1/sqrt(1 + K/(2W)), its slope in metal, that has the stiffness 2 W + K,
  /// compressed or under tension.
  template <typename N>
  N content(const N &c) const
  {
    using std::min;
    const double s = slope_of_metal();
    const N u      = within(c);
    return s * c + (1. - s) * (0.6 * min(c, N(1.)) + u * u * u * (2.2 - 1.8 * u));
  }

  /// g'
  template <typename N>
  N content_slope(const N &c) const
  {
    const double s = slope_of_metal();
    const N u      = within(c);
    return s + (1. - s) * (0.6 + u * u * (6.6 - 7.2 * u));
  }

  /// f'/(W g'), mu/(Omega W) of a uniform state
  template <typename N>
  N potential(const N &c) const
  {
    return slope(c) / content_slope(c);
  }

  /// c of metal at rest under the pressure P (Pa): mu = Omega P. Under more tension than metal
  /// bears it is that at which metal comes apart, where its potential is least.
  double fraction_under(double P) const;

  /// Pa, the tension -mu/Omega beyond which metal comes apart: a property of W and K
  double tensile_strength() const
  {
    return -barrier * potential(fraction_coming_apart());
  }

  /// h = c^2 (3 - 2c), the metal that conducts, flows and makes contact; c within [0, 1]
  template <typename N>
  static N metal(const N &c)
  {
    return c * c * (3. - 2. * c);
  }

  /// M(c) Omega W in m^2/s, the mobility for mu/(Omega W); c within [0, 1]
  template <typename N>
  N mobility(const N &c, const Metal &metal_, const double T) const
  {
    const double unit = metal_.molar_volume * barrier / (gas_constant * T);
    const N h         = metal(c);
    return unit * metal_.diffusivity(T) * (h + void_mobility * (1. - h)) +
           unit * 24. * surface_diffusivity / width * well(c);
  }

  /// The same of Gamma for its atoms, times their thickness, in m^3/s: none where a void lies on it
  template <typename N>
  N interface_mobility(const N &c, const Metal &metal_, const double T) const
  {
    return metal_.molar_volume * barrier / (gas_constant * T) * metal_.interface_diffusivity *
           metal(c);
  }

  /// (kappa/W) dc/dn on Gamma, n outward from the metal, in m: (delta/2) cos(theta) c (1-c)
  template <typename N>
  N wetting(const N &c) const
  {
    return wetting_strength() * c * (1. - c);
  }

  /// energy of Gamma per area over W in m, up to a constant, where the metal fraction is h:
  /// -(delta/12) cos(theta) h
  double wall_energy(const double h) const
  {
    return -wetting_strength() / 6 * h;
  }

private:
  /// Mobility that voids keep, of that of metal: enough to hold mu in them to what their surfaces
  /// have while these move.
  static constexpr double void_mobility = 1e-4;

  template <typename N>
  static N within(const N &c)
  {
    using std::max;
    using std::min;
    return min(max(c, N(0.)), N(1.));
  }
  /// s
  double slope_of_metal() const
  {
    return 1 / std::sqrt(1 + compression_modulus / (2 * barrier));
  }
  double fraction_coming_apart() const;
  double wetting_strength() const;
};
} // namespace kavity

#endif
