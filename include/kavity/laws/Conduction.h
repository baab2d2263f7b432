#ifndef kavity_laws_Conduction_h
#define kavity_laws_Conduction_h

#include <array>
#include <string>
#include <vector>

namespace kavity
{
class Parameters;

/// Ionic conductivity of a single-ion conductor (docs/model.md, section 2): a tensor
/// R diag(s_1, s_2, s_3) R^T with s_k(T) T = A_k exp(-E_k/RT), each s_k given at one temperature
/// with its activation energy. Without activation energy it is known at that temperature alone.
struct Conduction
{
  using Tensor = std::array<std::array<double, 3>, 3>;

  std::string name;

  std::vector<double> conductivity;      ///< s_k at the reference temperature, S/m; one or three
  std::vector<double> activation_energy; ///< E_k, J/mol; none, one or three
  double reference_temperature = 298.15; ///< K
  std::vector<double> euler_angles;      ///< rotation R about z, x', z'', rad; none or three

  double young_modulus      = 0; ///< E, Pa; 0 if not known
  double poisson_ratio      = 0; ///< nu
  double fracture_toughness = 0; ///< K_IC, Pa sqrt(m); 0 if not known

  /// Declares and reads the entries in the current section ("Electrolyte").
  void declare(Parameters &parameters);

  /// True if the conductivity is known at the temperature T (K).
  bool known_at(double T) const;

  /// Reports an input error on @p entry of the current section if the conductivity is not known at
  /// T. Every temperature a run uses passes through here.
  void check_temperature(double T, Parameters &parameters,
                         const std::string &entry = "Temperature") const;

  /// The tensor in S/m, in the axes of the cell (x along Gamma, y normal to it, z the third).
  /// Throws std::domain_error where the conductivity is not known.
  Tensor tensor(double T) const;

  /// The component normal to Gamma (along y), S/m: what a planar cell feels, and what the
  /// constriction around voids is reckoned with.
  double normal_conductivity(double T) const;
};
} // namespace kavity

#endif
