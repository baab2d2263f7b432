#ifndef kavity_laws_Metal_h
#define kavity_laws_Metal_h

#include "kavity/laws/Creep.h"

#include <limits>
#include <memory>
#include <string>

namespace kavity
{
class Parameters;

/// An alkali metal: vacancies, sinks, creep, surface (docs/model.md, sections 4 and 12). SI.
struct Metal
{
  std::string name;

  double molar_volume        = 0; ///< Omega, m^3/mol
  double diffusion_prefactor = 0; ///< D_0, m^2/s
  double diffusion_energy    = 0; ///< Q_D, J/mol
  double surface_energy      = 0; ///< gamma, J/m^2
  double melting_temperature = 0; ///< T_m, K
  double shear_modulus       = 0; ///< G, Pa
  double young_modulus       = 0; ///< E, Pa
  double poisson_ratio       = 0; ///< nu

  /// f_sc D_sc, what dislocations and grain boundaries add to the self-diffusivity, m^2/s.
  double short_circuit_diffusivity = 0;

  /// L_s, m: vacancies are absorbed in the metal at the strength 1/L_s^2; infinite: not there
  double sink_distance = std::numeric_limits<double>::infinity();

  /// R_s at its reference temperature, ohm m^2 of contact: vacancies are absorbed where the metal
  /// touches the electrolyte (section 5); 0: not there.
  double interface_sink_resistance_reference = 0;
  double interface_sink_energy               = 0;      ///< E_s, J/mol
  double interface_sink_temperature          = 293.15; ///< T_0, K

  double interface_diffusivity = 0; ///< D_G d_G, m^3/s, of atoms along Gamma

  std::shared_ptr<CreepLaw> creep;

  /// Declares and reads the entries in the current section ("Metal").
  void declare(Parameters &parameters);

  /// Reports an input error on @p entry of the current section if T (K) is not below the melting
  /// point or not above 0 K. Every temperature a run uses passes through here.
  void check_temperature(double T, Parameters &parameters,
                         const std::string &entry = "Temperature") const;

  /// D_eff = D_0 exp(-Q_D/RT) + f_sc D_sc in m^2/s.
  double diffusivity(double T) const;

  /// M = D_eff/RT in m^2 mol/(J s): the volume flux of atoms is J = -M grad mu (m/s).
  double mobility(double T) const;

  /// zeta = R T L_s^2/(D_eff Omega) in Pa s: what the sinks in the metal oppose to volume change;
  /// infinite without them.
  double sink_viscosity(double T) const;

  bool has_interface_sinks() const
  {
    return interface_sink_resistance_reference > 0;
  }
  bool has_sinks() const
  {
    return has_interface_sinks() || sink_distance < std::numeric_limits<double>::infinity();
  }

  /// R_s(T) = R_s(T_0) exp[(E_s/R)(1/T - 1/T_0)] in ohm m^2 of contact; 0 without such sinks.
  double interface_sink_resistance(double T) const;

  /// r = F^2 R_s/Omega^2 in Pa s/m: the contact under the pressure p_c is consumed at the velocity
  /// (p_c - mu/Omega)/r. 0 without such sinks.
  double interface_sink_viscosity(double T) const;
};
} // namespace kavity

#endif
