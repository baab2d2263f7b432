#ifndef kavity_models_SolverSettings_h
#define kavity_models_SolverSettings_h

#include <cstdio>
#include <stdexcept>

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

/// A solve that did not reach its tolerance.
class NoConvergence : public std::runtime_error
{
  using std::runtime_error::runtime_error;
};

/// "NAME did not converge: ..." with the residual it stopped at.
inline NoConvergence no_convergence(const char *name, const SolverReport &report)
{
  char text[200];
  std::snprintf(text, sizeof(text),
                "%s did not converge: relative residual %.2e after %u Newton iterations", name,
                report.residual, report.newton_iterations);
  return NoConvergence(text);
}
} // namespace kavity

#endif
