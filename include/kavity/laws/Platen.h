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

  /// Radius of a foil that is squeezed out at its rim, m; 0: the metal is confined.
  virtual double foil_radius() const
  {
    return 0;
  }
  /// m, the shear stress between foil and plates over what the metal can bear, 0 to 1.
  virtual double friction_factor() const
  {
    return 0;
  }
};

/// Velocity in m/s at which a foil of the radius R and the thickness H (m) becomes thinner because
/// the pressure @p P (Pa) squeezes it out at its rim; @p S is the size factor of its creep. A
/// squeeze film: P is the stress that compresses the foil uniformly plus m times what drives the
/// metal outwards between plates that it sticks to (docs/model.md, section 4, Platens). For a power
/// law it is H edot(P/f) with f = 1 + m k_n (R/H)^(1+1/n) and
/// k_n = (2n/(3n+1)) [(n+2)/3^((n+1)/2)]^(1/n). 0 where R is 0 or P is not above 0.
double squeeze_velocity(double P, double radius, double thickness, double friction_factor,
                        const CreepLaw &, double T, double S);
} // namespace kavity

#endif
