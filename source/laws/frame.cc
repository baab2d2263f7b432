#include "kavity/core/Parameters.h"
#include "kavity/core/Registry.h"
#include "kavity/laws/Platen.h"

#include <limits>

namespace kavity
{
namespace
{
// A rigid plate in a frame: the pressure follows from how far frame and stack are compressed.
class Frame : public PlatenLaw
{
public:
  void declare(Parameters &parameters) override
  {
    parameters.add("Foil radius", radius, "none", "mm", Range::between(1e-3, 1e3),
                   "Radius of the metal foil, whose rim is free; it is squeezed out there. "
                   "Default: none, the metal is confined.");
    parameters.add("Friction factor", friction, "0.3", "1", Range::between(0, 1),
                   "Shear stress between foil and plates over what the metal can bear: 0 "
                   "lubricated, 1 bonded.",
                   "[lit] Na between beta''-alumina (Wang et al. 2020)");
    if (!parameters.given("Foil radius"))
    {
      radius = 0;
      parameters.unused("Friction factor", "there is no Foil radius: the metal is confined");
    }
  }
  bool is_flat() const override
  {
    return true;
  }
  bool keeps_pressure() const override
  {
    return false;
  }

  double foil_radius() const override
  {
    return radius;
  }
  double friction_factor() const override
  {
    return friction;
  }

private:
  double radius = 0, friction = 0;
};

class Spring : public Frame
{
public:
  void declare(Parameters &parameters) override
  {
    parameters.add("Compliance", compliance_, "", "um/MPa", Range::between(1e-9, 1e6),
                   "By how much what holds the stack gives way, springs and frame together.");
    Frame::declare(parameters);
  }
  double compliance() const override
  {
    return compliance_;
  }

private:
  double compliance_ = std::numeric_limits<double>::quiet_NaN(); // not given is no gap
};

const Registered<PlatenLaw, Spring>
  spring("spring", "a rigid plate on a spring: the pressure follows from what is stripped, from "
                   "voids and from squeezing");
const Registered<PlatenLaw, Frame> gap("gap", "a rigid frame: plates at a fixed distance");
} // namespace
} // namespace kavity
