#ifndef kavity_fem_Newton_h
#define kavity_fem_Newton_h

#include "kavity/core/NoConvergence.h"

#include <cmath>
#include <cstdio>
#include <string>

namespace kavity
{
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

/// Newton's method: takes steps until accepts(), which sets the residual of the report, is true or
/// a step() says that it is as good as round-off lets it be. Throws NoConvergence after `most`
/// steps, or where the residual is not a number.
template <typename Accepts, typename Step>
void iterate_newton(const char *name, const unsigned int most, SolverReport &report,
                    const Accepts &accepts, const Step &step)
{
  for (; !accepts(); ++report.newton_iterations)
  {
    if (report.newton_iterations == most || !std::isfinite(report.residual))
      throw no_convergence(name, report);
    if (!step())
      return;
  }
}

/// Moves by a step, move(1), and back by halves of it until improved() says that what is left of it
/// is a gain; not where halves are of no use. Returns the factor that is left.
template <typename Move, typename Improved>
double take_step(const bool halves, const Move &move, const Improved &improved)
{
  double factor = 1;
  move(factor);
  while (!improved() && halves && factor > 1e-3)
  {
    move(-0.5 * factor);
    factor *= 0.5;
  }
  return factor;
}
} // namespace kavity

#endif
