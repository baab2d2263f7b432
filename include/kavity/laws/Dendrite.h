#ifndef kavity_laws_Dendrite_h
#define kavity_laws_Dendrite_h

#include "kavity/laws/Kinetics.h"
#include "kavity/laws/Metal.h"

#include <functional>
#include <vector>

namespace kavity
{
class Parameters;

/// Stress of the electrolyte on planes normal to Gamma, Pa, tension > 0: normal to two directions
/// along Gamma that are at right angles, and the shear between them.
struct StressAlong
{
  double first = 0, second = 0, shear = 0;
};

/// A point of Gamma as a dendrite criterion sees it (docs/model.md, section 7). SI; what is
/// referred to must outlive the object.
struct DendriteSite
{
  const Metal &metal;
  const ButlerVolmer &kinetics;
  double temperature;
  double conductivity; ///< of the electrolyte normal to Gamma, S/m
  double toughness;    ///< K_IC of the electrolyte, Pa sqrt(m)

  double current     = 0; ///< i per area of Gamma, A/m^2, < 0 on plating
  double contact     = 1; ///< chi > 0
  double void_radius = 0; ///< a of voids below the mesh, m; 0: none
  double population  = 0; ///< N of them, 1/m^2
  /// R_con of the electrolyte around them, ohm m^2: D holds beyond 1/sqrt(pi N)
  double constriction    = 0;
  double pressure        = 0; ///< p_n of the metal at Gamma, Pa
  double potential       = 0; ///< mu_G of its atoms, J/mol
  double film_factor     = 1; ///< multiplies R_film
  double exchange_factor = 1; ///< multiplies i_0
  /// D = phi_m - phi - U_0 + mu_G/F at a depth (m) below Gamma in the potential that is solved, V;
  /// < 0 on plating
  std::function<double(double)> drive = {};
  /// Stress of the electrolyte at a depth (m); empty where it is rigid
  std::function<StressAlong(double)> stress = {};

  /// D below a spot of contact: without R_con i at Gamma, all of it from 1/sqrt(pi N) on.
  double drive_below_contact(double depth) const;

  /// p* = mu_G/Omega + (F/Omega) max(0, -D) at a depth (m), Pa: metal in a flaw under more pressure
  /// takes no current.
  double largest_pressure(double depth) const;

  /// What metal under the pressure @p p (Pa) in a flaw at this depth (m) plates per area of its
  /// contact, A/m^2, > 0 below the largest pressure; and by what that changes with p, A/(m^2 Pa).
  struct Plating
  {
    double current, by_pressure;
  };
  Plating plating(double depth, double p) const;

  /// K_I (Pa sqrt(m)) by which the electrolyte's own stress opens (> 0) or closes (< 0) an edge
  /// crack of a length (m) normal to Gamma, in the direction in which that is most; 0 where it is
  /// rigid.
  double own_stress_intensity(double length) const;

  /// f = i_rim/i at the rim of one of the voids (rim_factor()), 1 without voids.
  double rim_factor() const;
};

/// Current density at the rim of one insulating disc over the mean one, for linear kinetics and
/// Wa = sigma R/a: sqrt(1 + 2/(pi Wa) (1 + Wa/(Wa + 1.4))), within 2.5 %.
double rim_factor(double wagner_number);

/// What a criterion says of a point.
struct DendriteVerdict
{
  double margin = -1; ///< what drives the dendrite over what resists it, less 1: < 0 safe, 0
                      ///< critical
  double stress_intensity = 0; ///< K_I, Pa sqrt(m); 0 if the criterion has none
  double pressure         = 0; ///< largest of the metal in the flaw, Pa; 0 if it has none

  /// Any other number that it took, for who checks: SI, with the unit of people.
  struct Number
  {
    const char *name, *unit;
    double value;
  };
  std::vector<Number> numbers;

  /// Compares K_I of the metal in a flaw of a length (m), with what the electrolyte's own stress
  /// adds, with the toughness of the site. A flaw that is pressed shut has K_I = 0.
  void compare(const DendriteSite &, double of_metal, double flaw_length);
};

/// When a dendrite enters the electrolyte on plating: a law of the state at one point of Gamma.
class DendriteCriterion
{
public:
  virtual ~DendriteCriterion() = default;

  /// Declares and reads the entries of the law in the current section.
  virtual void declare(Parameters &) {}

  /// Whether dendrites are looked for at all.
  virtual bool is_any() const
  {
    return true;
  }

  /// Whether it compares with the fracture toughness of the electrolyte.
  virtual bool needs_toughness() const
  {
    return false;
  }

  /// How deep below Gamma it looks at the potential, m.
  virtual double depth() const
  {
    return 0.;
  }

  /// How deep below Gamma it looks at the stress of the electrolyte, m.
  virtual double stressed_depth() const
  {
    return 0.;
  }

  /// The verdict on a point that is being plated, continuous in the current. Throws NoConvergence.
  virtual DendriteVerdict judge(const DendriteSite &) const = 0;
};
} // namespace kavity

#endif
