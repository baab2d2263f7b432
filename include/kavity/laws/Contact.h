#ifndef kavity_laws_Contact_h
#define kavity_laws_Contact_h

#include "kavity/laws/Metal.h"

namespace kavity
{
class Parameters;

/// What Gamma remembers at a point: voids below the mesh as caps, all of the same size, and the
/// contact that pressure has made (docs/model.md, section 5). With N = Dual<double> a state whose
/// void volume is varied.
template <class N>
struct InterfaceStateOf
{
  N void_volume              = N(0.); ///< w, volume of voids per area, m
  double population          = 0; ///< N, voids (or places where they can nucleate) per area, 1/m^2
  double roughness_contact   = 1; ///< chi_r
  double largest_void_volume = 0; ///< that w has ever had, m
};

using InterfaceState = InterfaceStateOf<double>;

/// How contact is lost and made again: a law of the interface state. What changes with the void
/// volume within a time step also comes with its derivative with respect to whatever the state
/// depends on; a law derives from ContactLawFor and writes that once, for all number types.
class ContactLaw
{
public:
  virtual ~ContactLaw() = default;

  /// Declares and reads the entries of the law in the current section.
  virtual void declare(Parameters &parameters) = 0;

  /// False if the law excludes sinks for vacancies, in the metal and on Gamma.
  virtual bool has_sinks() const
  {
    return true;
  }

  /// A fresh interface without voids, as assembled: chi_r at its initial value.
  virtual InterfaceState initial_state(double population) const = 0;

  /// chi_v, what voids leave of the contact, > 0.
  virtual double void_contact(const InterfaceState &) const                       = 0;
  virtual Dual<double> void_contact(const InterfaceStateOf<Dual<double>> &) const = 0;

  /// chi = chi_v chi_r, the fraction of Gamma where metal touches electrolyte, > 0.
  double contact_fraction(const InterfaceState &state) const
  {
    return void_contact(state) * state.roughness_contact;
  }

  /// True where the law keeps more contact than its state leaves: chi is a numerical floor there.
  virtual bool at_floor(const InterfaceState &) const = 0;

  /// Base radius a of the voids in m; 0 where there are none.
  virtual double base_radius(const InterfaceState &) const = 0;

  /// w in m of @p population voids per area of the base radius @p radius.
  virtual double void_volume(double radius, double population) const = 0;

  /// w in m below which voids that have been there do not shrink: they give up the atoms that creep
  /// and their roofs bring, and no more, until they grow again (section 5). 0: nothing stays.
  virtual double kept_void_volume(const InterfaceState &) const
  {
    return 0.;
  }

  /// How far voids of the base radius @p radius reach into the metal, m.
  virtual double void_height(const double /*radius*/) const
  {
    return 0.;
  }

  /// R_con in ohm m^2 of an electrolyte of the conductivity @p sigma (S/m).
  virtual double constriction_resistance(const InterfaceState &, double sigma) const = 0;

  /// Atoms that leave void surfaces for the metal, as a volume per area and time:
  /// w_d = coefficient (void_potential - mu).
  template <class N>
  struct ExchangeOf
  {
    N coefficient    = N(0.); ///< beta, m mol/(J s)
    N void_potential = N(0.); ///< mu_void, J/mol

    /// dw/dt by diffusion in m/s under the potential @p mu at Gamma.
    N growth(const double mu) const
    {
      return coefficient * (void_potential - mu);
    }
  };
  using Exchange = ExchangeOf<double>;

  /// The exchange at this state. Where w = 0 void_potential is -mu_nuc, and the exchange acts only
  /// where it would make voids, mu < void_potential (a complementarity: see is_active()).
  virtual Exchange exchange(const InterfaceState &, const Metal &, double T) const = 0;
  virtual ExchangeOf<Dual<double>> exchange(const InterfaceStateOf<Dual<double>> &, const Metal &,
                                            double T) const                        = 0;

  /// True if there are voids, or if mu (J/mol) is low enough to nucleate them.
  bool is_active(const InterfaceState &state, const Exchange &exchange, const double mu) const
  {
    return exchange.coefficient > 0 && (state.void_volume > 0 || mu < exchange.void_potential);
  }

  /// w_c, void volume that creep closes per area and time (m/s) under the pressure @p p (Pa,
  /// compression positive) in the metal; the metal moves into Gamma by as much. Negative where
  /// creep opens voids.
  virtual double closure(const InterfaceState &, double p, const Metal &, double T) const = 0;
  virtual Dual<double> closure(const InterfaceStateOf<Dual<double>> &, const Dual<double> &p,
                               const Metal &, double T) const                             = 0;

  /// a_nuc in m, base radius of the voids that nucleate.
  virtual double nucleation_radius(const Metal &, double T) const = 0;

  /// mu_nuc > 0 in J/mol: voids nucleate where mu < -mu_nuc.
  virtual double nucleation_potential(double T) const = 0;

  /// Lets the pressure @p p (Pa) make contact on a rough interface.
  virtual void touch(InterfaceState &, double p, const Metal &, double T) const = 0;

  /// What the metal offers at a point of Gamma.
  struct Surroundings
  {
    double current  = 0; ///< i in A/m^2, > 0 when stripping
    double pressure = 0; ///< p in the metal, Pa
    double mu       = 0; ///< potential of atoms, J/mol
    double sink_velocity =
      0; ///< at which the contact is consumed and roofs of voids come down, m/s
  };

  /// > 0 if the interface fails in the steady state, in A/m^2, continuous in i: the current density
  /// F w'/Omega that goes into growing voids of the base radius @p radius, of which there are
  /// @p population per area (1/m^2).
  virtual double steady_margin(const Surroundings &, double radius, double population,
                               const Metal &, double T) const = 0;

  /// R_a = (1 - chi_v) Omega/(F^2 beta) in ohm m^2: what the contact needs of driving force to take
  /// from the voids, per current, as many atoms as their roofs bring down (section 5). 0 without
  /// voids. Where it is not below R_s no current lets the voids grow.
  double roof_resistance(const InterfaceState &, const Metal &, double T) const;
};

/// Both forms of each function from Concrete's, which end in _of and take any number type.
template <class Concrete>
class ContactLawFor : public ContactLaw
{
public:
  double void_contact(const InterfaceState &state) const override
  {
    return law().void_contact_of(state);
  }
  Dual<double> void_contact(const InterfaceStateOf<Dual<double>> &state) const override
  {
    return law().void_contact_of(state);
  }

  Exchange exchange(const InterfaceState &state, const Metal &metal, const double T) const override
  {
    return law().exchange_of(state, metal, T);
  }
  ExchangeOf<Dual<double>> exchange(const InterfaceStateOf<Dual<double>> &state, const Metal &metal,
                                    const double T) const override
  {
    return law().exchange_of(state, metal, T);
  }

  double closure(const InterfaceState &state, const double p, const Metal &metal,
                 const double T) const override
  {
    return law().closure_of(state, p, metal, T);
  }
  Dual<double> closure(const InterfaceStateOf<Dual<double>> &state, const Dual<double> &p,
                       const Metal &metal, const double T) const override
  {
    return law().closure_of(state, p, metal, T);
  }

private:
  const Concrete &law() const
  {
    return static_cast<const Concrete &>(*this);
  }
};
} // namespace kavity

#endif
