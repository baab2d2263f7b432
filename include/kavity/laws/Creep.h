#ifndef kavity_laws_Creep_h
#define kavity_laws_Creep_h

#include "kavity/core/Dual.h"

namespace kavity
{
class Parameters;

/// How fast a metal creeps: the equivalent strain rate edot = sqrt(2/3 dev D : dev D) in 1/s under
/// the equivalent (von Mises) stress s in Pa, at the temperature T in K (docs/model.md, section 4).
/// In a small volume the metal is S times stronger: a law depends on s/S, so that all its branches
/// are strengthened alike; S = 1 in bulk (see size_factor()).
///
/// A law derives from CreepLawFor and writes its rate once, for all number types.
class CreepLaw
{
public:
  virtual ~CreepLaw() = default;

  /// Declares and reads the entries of the law in the current section.
  virtual void declare(Parameters &parameters);

  /// edot(s, T) in 1/s for the size factor @p S; odd in s, increasing.
  virtual double strain_rate(double s, double T, double S = 1) const = 0;

  /// The same with the derivative with respect to whatever s depends on.
  virtual Dual<double> strain_rate(Dual<double> s, double T, double S = 1) const = 0;

  /// d log edot / d log s, the local stress exponent; at s = 0 its limit.
  double stress_exponent(double s, double T, double S = 1) const;

  struct Stress
  {
    double stress;  ///< s in Pa
    double tangent; ///< ds/dedot in Pa s
  };

  /// The stress under which the metal creeps at @p edot (1/s): the inverse of strain_rate(), to
  /// round-off. At edot = 0 the tangent is that of the law's linear branch (3 eta S); a law
  /// without one (infinite viscosity at rest) gives its secant at 1e-30/s. Odd in edot. Throws
  /// NoConvergence if no stress up to 1e100 Pa gives the rate.
  Stress stress(double edot, double T, double S = 1) const;

  double flow_stress(double edot, double T, double S = 1) const
  {
    return stress(edot, T, S).stress;
  }

  /// Rate k_c (1/s) at which creep closes a hemispherical void: dV/dt = -k_c V. Exact for a sphere
  /// in an infinite body, for any law: the pressure that drives the flow is (2/3) times the
  /// integral of the local stress exponent over s from 0 to the stress s_a at the void's surface,
  /// and k_c = (3/2) edot(s_a). A power law gives (3/2) B (3 q/(2 n S))^n (docs/model.md, section
  /// 5). The driving pressure is q = p + 2 gamma/R; the void opens (k_c < 0) where q < 0.
  /// @param p pressure in the metal far from the void, Pa, compression positive
  /// @param curvature_radius R of the void's surface, m; infinity leaves out capillarity
  /// @param gamma surface energy, J/m^2
  template <class N>
  N closure_rate(const N &p, const N &curvature_radius, const double gamma, const double T,
                 const N &S = N(1.)) const
  {
    return bulk_closure_rate(N((p + 2. * gamma / curvature_radius) / S), T);
  }

  /// S = 1 + (l_0/l)^q for a volume of the size @p length (m); 1 for an infinite length.
  template <class N>
  N size_factor(const N &length) const
  {
    using std::pow;
    return size_effect_length > 0 ?
             N(1. + pow(N(size_effect_length / length), size_effect_exponent)) :
             N(1.);
  }

protected:
  /// Where stress() starts to search: a stress (Pa) of bulk metal, best from above, that gives
  /// about the rate @p edot.
  virtual double first_guess(double edot, double T) const;

  /// Stress (Pa) of bulk metal around which the stress exponent first leaves its value at rest; 0
  /// if it never does. Only the accuracy of closure_rate() depends on it.
  virtual double first_transition(double T) const;

private:
  /// k_c (1/s) in bulk metal where @p q (Pa) drives the flow. That of metal S times stronger is one
  /// of q/S.
  Dual<double> bulk_closure_rate(const Dual<double> &q, double T) const;
  double bulk_closure_rate(const double q, const double T) const
  {
    return bulk_closure_rate(Dual<double>(q), T).value;
  }

  double size_effect_length   = 0; ///< l_0, m
  double size_effect_exponent = 1; ///< q
};

/// Both forms of strain_rate() from Concrete::rate<N>(N s >= 0, T), the law of bulk metal.
template <class Concrete>
class CreepLawFor : public CreepLaw
{
public:
  double strain_rate(const double s, const double T, const double S = 1) const override
  {
    return odd(s, T, S);
  }

  Dual<double> strain_rate(const Dual<double> s, const double T, const double S = 1) const override
  {
    return odd(s, T, S);
  }

private:
  template <class N>
  N odd(const N &s, const double T, const double S) const
  {
    const Concrete &law = static_cast<const Concrete &>(*this);
    return s < N(0.) ? N(-law.rate(N(-s / S), T)) : N(law.rate(N(s / S), T));
  }
};
} // namespace kavity

#endif
