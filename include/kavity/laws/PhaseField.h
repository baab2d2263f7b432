#ifndef kavity_laws_PhaseField_h
#define kavity_laws_PhaseField_h

#include "kavity/laws/Constants.h"
#include "kavity/laws/Metal.h"

namespace kavity
{
class Parameters;

/// Voids as a phase field: the metal fraction c, 1 in metal and 0 in a void (docs/model.md, section
/// 6). Free energy W c^2 (1-c)^2 + (K/2) e^2 + (kappa/2) |grad c|^2 per volume, where e is what c
/// is above 1; surfaces have the profile c = (1 + tanh(2x/delta))/2 and the energy gamma
/// = W delta/12. Point functions are templates on their number type.
struct PhaseField
{
  /// Declares and reads the entries in the current section.
  void declare(Parameters &);

  double width               = 0; ///< delta, m
  double barrier             = 0; ///< W, Pa
  double compression_modulus = 0; ///< K, Pa: stiffness above c = 1
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

  /// c - 1 above 1, else 0
  template <typename N>
  static N compression(const N &c)
  {
    using std::max;
    return max(N(c - 1.), N(0.));
  }

  /// f/W, the energy per volume of a uniform state over W
  template <typename N>
  N energy(const N &c) const
  {
    const N e = compression(c);
    return well(c) + (0.5 * compression_modulus / barrier) * e * e;
  }

  /// f'/W, mu/(Omega W) of a uniform state
  template <typename N>
  N slope(const N &c) const
  {
    return 2. * c * (1. - c) * (1. - 2. * c) + (compression_modulus / barrier) * compression(c);
  }

  /// c of metal at rest under the pressure P (Pa): mu = Omega P. Above -0.19 W, where it comes
  /// apart.
  double fraction_under(double P) const;

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
    return unit * metal_.diffusivity(T) * metal(c) +
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
  double wetting_strength() const;
};
} // namespace kavity

#endif
