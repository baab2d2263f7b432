#ifndef kavity_physics_InterfaceExchange_h
#define kavity_physics_InterfaceExchange_h

#include "kavity/fem/Interface.h"

namespace kavity
{
/// What Gamma does to the metal at its quadrature points, linear in the velocity u at which the
/// metal moves into it (m/s), in mu and in the pressure p of the metal there. Contact and voids
/// supply the atoms
///   supply + supply_by_velocity u - coefficient mu + supply_by_pressure p;
/// with sinks on Gamma, or where it yields, its pressure on the metal is
///   traction + traction_by_velocity u + traction_by_potential mu + traction_by_pressure p,
/// without, u is the closure and the last six arrays are not used. The two by p may be empty.
struct InterfaceExchange
{
  InterfaceValues current;               ///< i, A/m^2
  InterfaceValues coefficient;           ///< beta, m mol/(J s)
  InterfaceValues supply;                ///< m/s
  InterfaceValues closure;               ///< w_c, m/s
  InterfaceValues supply_by_velocity;    ///< 1
  InterfaceValues traction;              ///< Pa
  InterfaceValues traction_by_velocity;  ///< Pa s/m
  InterfaceValues traction_by_potential; ///< 1/(m^3/mol)
  InterfaceValues supply_by_pressure;    ///< m/(Pa s)
  InterfaceValues traction_by_pressure;  ///< 1
};
} // namespace kavity

#endif
