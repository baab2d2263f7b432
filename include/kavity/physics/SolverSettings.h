#ifndef kavity_physics_SolverSettings_h
#define kavity_physics_SolverSettings_h

#include "kavity/fem/Newton.h"

namespace kavity
{
/// Numbers that steer a nonlinear solve.
struct SolverSettings
{
  /// sum of the absolute residuals, relative to the current (or flux) through Gamma
  double tolerance = 1e-11;
  /// good enough where round-off lets the residual fall no further: what the balances need
  double acceptable                  = 1e-10;
  unsigned int max_newton_iterations = 40;
  unsigned int max_linear_iterations = 300;
  unsigned int smoother_degree       = 4;
};
} // namespace kavity

#endif
