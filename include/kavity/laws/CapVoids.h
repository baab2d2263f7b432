#ifndef kavity_laws_CapVoids_h
#define kavity_laws_CapVoids_h

#include "kavity/laws/Contact.h"

namespace kavity
{
/// Voids as spherical caps on Gamma, and how they exchange atoms with the metal and are closed by
/// creep (docs/model.md, section 5). What the contact laws with voids have in common; they differ
/// in where vacancies may go, and so in when voids grow.
///
/// A cap of the base radius a and the contact angle theta, measured through the metal, has the
/// radius of curvature a/sin(theta) and the volume g(theta) a^3.
class CapVoids : public ContactLawFor<CapVoids>
{
public:
  void declare(Parameters &parameters) override;

  InterfaceState initial_state(double population) const override;

  template <class N>
  N void_contact_of(const InterfaceStateOf<N> &) const;

  bool at_floor(const InterfaceState &) const override;

  double base_radius(const InterfaceState &) const override;

  double void_volume(double radius, double population) const override;

  /// The residual radius where voids have been larger, or the retained fraction of the largest
  /// volume.
  double kept_void_volume(const InterfaceState &) const override;

  double void_height(double radius) const override;

  double constriction_resistance(const InterfaceState &, double sigma) const override;

  /// Smaller voids than those that nucleate count as nuclei: they exchange as if they had the
  /// radius a_nuc, which makes vanishing and nucleating continuous.
  template <class N>
  ExchangeOf<N> exchange_of(const InterfaceStateOf<N> &, const Metal &, double T) const;

  template <class N>
  N closure_of(const InterfaceStateOf<N> &, const N &p, const Metal &, double T) const;

  double nucleation_radius(const Metal &, double T) const override;

  double nucleation_potential(double T) const override;

  /// chi_r becomes min(1, p/(3 s_f)) if that is more than pressure has ever made: contact is not
  /// lost on unloading.
  void touch(InterfaceState &, double p, const Metal &, double T) const override;

private:
  void declare_memory(Parameters &);

  /// a in m; 0 where there are no voids, whatever they depend on.
  template <class N>
  N base_radius_of(const InterfaceStateOf<N> &) const;

  double contact_angle             = 1.5707963267948966; ///< theta through the metal, rad
  double minimum_contact           = 1e-3;
  double initial_roughness_contact = 1;
  double asperity_size             = 1;    ///< m
  double nucleation_barrier        = 0.05; ///< mu_nuc/RT
  double crowding_exponent         = 2.2;
  double residual_radius           = 0; ///< m
  double retained_fraction         = 0;
  bool capillarity = true, with_closure = true;
};

/// min(1, p/(3 s_f)): contact of a rough surface whose asperities of the size @p asperity_size (m)
/// yield at three times the flow stress at 1e-3/s.
double pressed_contact(double p, double asperity_size, const Metal &metal, double T);
} // namespace kavity

#endif
