#ifndef kavity_physics_SolverSettings_h
#define kavity_physics_SolverSettings_h

#include "kavity/core/NoConvergence.h"

#include <cmath>
#include <cstdio>

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

/// What a nonlinear solve took; `residual` is relative to the current or flux through Gamma.
struct SolverReport
{
  unsigned int newton_iterations = 0;
  unsigned int linear_iterations = 0;
  double residual                = 0;
};

/// "NAME did not converge: ..." with the residual it stopped at.
inline NoConvergence no_convergence(const char *name, const SolverReport &report)
{
  char text[200], residual[80] = "the residual is not a number";
  if (std::isfinite(report.residual))
    std::snprintf(residual, sizeof(residual), "relative residual %.2e", report.residual);
  std::snprintf(text, sizeof(text), "%s did not converge: %s %s", name, residual,
                report.newton_iterations == 0 ? "at the start" : "after");
  std::string message = text;
  if (report.newton_iterations > 0)
    message += " " + std::to_string(report.newton_iterations) +
               (report.newton_iterations == 1 ? " Newton iteration" : " Newton iterations");
  return NoConvergence(message);
}
} // namespace kavity

#endif
