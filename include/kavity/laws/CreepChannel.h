#ifndef kavity_laws_CreepChannel_h
#define kavity_laws_CreepChannel_h

#include "kavity/laws/Creep.h"

namespace kavity
{
/// Metal that creeps slowly through a slit or a tube, without slip (docs/model.md, section 7). Its
/// creep law is that of a volume of the width of the channel.
class CreepChannel
{
public:
  enum class Shape
  {
    slit, ///< of two half-gaps
    tube
  };

  /// @param half_width half-gap of the slit or radius of the tube, m > 0
  CreepChannel(const CreepLaw &, Shape, double half_width, double temperature);

  struct Flow
  {
    double flux;  ///< per time, m^3/s through a tube, m^2/s per width of a slit
    double slope; ///< what it changes by with the gradient
  };
  /// What a fall of the pressure of @p gradient (Pa/m) drives; odd in it, increasing. A power law
  /// gives 2 C G^n h^(n+2)/(n+2), C = 3^((n+1)/2) B/S^n, through a slit and
  /// pi C (G/2)^n r^(n+3)/(n+3) through a tube, to round-off. Infinite where the creep rate is too
  /// large for a number.
  Flow flow(double gradient) const;

  /// S, how much stronger than in bulk the metal is.
  double size_factor() const
  {
    return S;
  }

private:
  const CreepLaw &creep;
  const Shape shape;
  const double half_width, temperature, S;
};
} // namespace kavity

#endif
