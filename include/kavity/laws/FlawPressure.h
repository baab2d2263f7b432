#ifndef kavity_laws_FlawPressure_h
#define kavity_laws_FlawPressure_h

#include "kavity/laws/CreepChannel.h"
#include "kavity/laws/Dendrite.h"

#include <vector>

namespace kavity
{
/// Metal in a flat flaw that is plated from both flanks and creeps out at the mouth: dp/dx =
/// G(Q'), dQ'/dx = -2 (Omega/F) i(x, p), p = p_n at the mouth, Q' = 0 at the end (docs/model.md,
/// section 7). Conservative differences of second order on points that are close where the pressure
/// rises at the mouth.
class FlawPressure
{
public:
  /// Solves for the pressure over a depth of @p length (m). Throws NoConvergence.
  FlawPressure(const DendriteSite &, const CreepChannel &, double length,
               unsigned int intervals = 200);

  /// Pressure at a depth (m), linear between the points, Pa.
  double operator()(double depth) const;

  const std::vector<double> &depths() const
  {
    return x;
  }
  const std::vector<double> &pressures() const
  {
    return p;
  }

private:
  /// One step of Newton's method from p; returns the largest change relative to the scale.
  double improve(double scale);
  void place_points(double length, unsigned int intervals);
  CreepChannel::Flow bounded_flow(double gradient) const;

  const DendriteSite &site;
  const CreepChannel &channel;
  std::vector<double> x, p;
  /// Where the flux is ten times all that is plated: beyond, its tangent does, which is finite.
  double steepest = 0;
  CreepChannel::Flow at_steepest{};
};
} // namespace kavity

#endif
