#ifndef kavity_laws_Platen_h
#define kavity_laws_Platen_h

#include "kavity/laws/Metal.h"

#include <limits>

namespace kavity
{
class Parameters;

/// How the stack is held (docs/model.md, section 4, Platens).
class PlatenLaw
{
public:
  virtual ~PlatenLaw() = default;

  /// Declares and reads the entries of the law in the current section.
  virtual void declare(Parameters &) {}

  /// Whether the platen moves as one; else it presses alike everywhere.
  virtual bool is_flat() const = 0;

  /// Whether the stack pressure stays what it is.
  virtual bool keeps_pressure() const = 0;

  /// C_fix in m/Pa, by which what holds the stack gives way; of no meaning where pressure is kept.
  virtual double compliance() const
  {
    return 0;
  }

  /// Velocity in m/s at which a foil of the thickness @p thickness (m) becomes thinner because the
  /// pressure @p P (Pa) squeezes it out at its rim: H edot(P/f), 0 where it cannot. @p S is the
  /// size factor of its creep.
  virtual double squeeze(const double /*P*/, const double /*thickness*/, const Metal &,
                         double /*T*/, double /*S*/) const
  {
    return 0;
  }
};

/// Friction on a foil of the radius R = @p radius and the thickness H (m), which the stress of a
/// squeeze film has to overcome: f = P/s = 1 + m k_n (R/H)^(1+1/n), with
/// k_n = (2n/(3n+1)) [(n+2)/3^((n+1)/2)]^(1/n), n the stress exponent and m the friction factor, 0
/// to 1 (docs/model.md, section 4, Platens).
double squeeze_film_factor(double stress_exponent, double radius, double thickness,
                           double friction_factor);
} // namespace kavity

#endif
