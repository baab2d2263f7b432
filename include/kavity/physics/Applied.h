#ifndef kavity_physics_Applied_h
#define kavity_physics_Applied_h

namespace kavity
{
/// What is applied to a cell: a mean current density (A/m^2 of Gamma, > 0 strips it), or a cell
/// voltage (V), with the current as a result.
struct Applied
{
  /// A mean current density, as nearly everywhere.
  Applied(const double current_density)
    : value(current_density)
  {
  }
  static Applied voltage(const double voltage)
  {
    Applied applied(voltage);
    applied.is_voltage = true;
    return applied;
  }

  /// A source of voltage: the voltage at a mean current density, less where more current flows, by
  /// a resistance (Omega m^2).
  static Applied source(const double voltage, const double resistance, const double at)
  {
    Applied applied    = Applied::voltage(voltage);
    applied.resistance = resistance;
    applied.at         = at;
    return applied;
  }

  bool operator!=(const Applied &other) const
  {
    return value != other.value || is_voltage != other.is_voltage;
  }

  double value;
  bool is_voltage   = false;
  double resistance = 0, at = 0;
};
} // namespace kavity

#endif
