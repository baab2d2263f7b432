#ifndef kavity_laws_Kinetics_h
#define kavity_laws_Kinetics_h

#include "kavity/core/Dual.h"
#include "kavity/laws/Constants.h"

namespace kavity
{
class Parameters;

/// exp(x), continued by its tangent above x = 500, so that it stays finite and increasing for any
/// drive a solver may try; no exchange current reaches that far.
template <class N>
N limited_exp(const N &x)
{
  using std::exp;
  const N limit(500.), top(1.4035922178528375e217); // exp(500)
  return select_if_less(limit, x, N(top * (x - limit + N(1.))),
                        N(exp(select_if_less(limit, x, limit, x))));
}

/// exp(a) - exp(-c) for a and c of the same sign, without cancellation where both are small.
template <class N>
N difference_of_exponentials(const N &a, const N &c)
{
  const N half   = N(0.5) * (a + c);
  const N square = half * half, limit(0.25);
  // 2 exp((a-c)/2) sinh((a+c)/2), the series of sinh good to round-off below 1/2.
  const N x = select_if_less(square, limit, square, limit);
  N series(1.);
  for (int k = 14; k >= 2; k -= 2)
    series = N(1.) + x * series * N(1. / (k * (k + 1.)));
  const N difference = limited_exp(a) - limited_exp(N(-c));
  const N small      = N(2.) * half * series * limited_exp(N(N(0.5) * (a - c)));
  return select_if_less(square, limit, small, difference);
}

/// Charge transfer on Gamma (docs/model.md, section 3). i > 0 strips the metal.
struct ButlerVolmer
{
  double exchange_current_reference = 0;      ///< i_0 at the reference temperature, A/m^2
  double reference_temperature      = 298.15; ///< K
  double activation_energy          = 0;      ///< of i_0, J/mol; 0: the same at all temperatures
  double alpha_a                    = 0.5;    ///< anodic transfer coefficient
  double alpha_c                    = 0.5;    ///< cathodic transfer coefficient
  double R_film                     = 0;      ///< resistance of a film on the contact, ohm m^2
  double U0                         = 0;      ///< equilibrium voltage of the metal, V

  /// Declares and reads the entries in the current section ("Kinetics"). The exchange current is
  /// given directly or by the charge-transfer resistance R_ct = RT/(F i_0 (alpha_a + alpha_c)).
  void declare(Parameters &parameters);

  /// i_0(T) in A/m^2.
  double exchange_current_density(double T) const;

  /// R_ct(T) in ohm m^2, of unit contact area at small overpotential.
  double charge_transfer_resistance(double T) const;

  /// i_0 {exp[alpha_a F eta/RT] - exp[-alpha_c F eta/RT]} in A/m^2 of contact for the
  /// overpotential @p eta in V.
  template <class N>
  N local_current(const N &eta, const double T) const
  {
    const N f(faraday / (gas_constant * T));
    return N(exchange_current_density(T)) *
           difference_of_exponentials(N(N(alpha_a) * f * eta), N(N(alpha_c) * f * eta));
  }

  struct Point
  {
    double current;       ///< i per total area of Gamma, A/m^2
    double derivative;    ///< di/d drive >= 0, A/(V m^2)
    double overpotential; ///< eta, V; finite also where chi = 0
    double share;         ///< d eta/d drive: the rest is spent on film and constriction
  };

  /// Solves eta(i_loc) + R_film i_loc + R_con i = drive with i = chi i_loc. Never divides by chi;
  /// finite and increasing in the drive for |drive| <= 20 V and far beyond.
  /// @param drive phi_m - phi_e - U0 + mu/F, V
  /// @param chi contact fraction, 0 to 1
  /// @param R_con constriction resistance of the electrolyte around voids, ohm m^2
  /// @param film_factor, exchange_factor multiply R_film and i_0 at this place
  Point current(double drive, double chi, double R_con, double T, double film_factor = 1,
                double exchange_factor = 1) const;
};
} // namespace kavity

#endif
