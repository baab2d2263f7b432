#ifndef kavity_physics_VoidField_h
#define kavity_physics_VoidField_h

#include "kavity/physics/PhaseFieldFactor.h"
#include "kavity/physics/PhaseFieldPreconditioner.h"
#include "kavity/physics/SolverSettings.h"
#include "kavity/physics/VoidState.h"

#include <limits>
#include <memory>

namespace kavity
{
/// Resolved voids, moved by the lattice velocity and by the current on Gamma (docs/model.md,
/// section 6).
template <int dim>
class VoidField : public VoidState<dim>
{
public:
  /// Shares mesh, quadrature and spaces with the flow. References must outlive the object.
  VoidField(const MetalFlow<dim> &, const Body<dim> &, const Interface<dim> &, const PhaseField &,
            const Metal &, double temperature, const SolverSettings &);

  using VoidState<dim>::fraction;

  /// One implicit stage: content = base + interval times its rate.
  struct Stage
  {
    Vector base;     ///< rows of metal, as content() says them
    double interval; ///< s
  };

  /// int g(c) r, the metal there is at c, by rows (over the rows' scale).
  Vector content(const Vector &c) const;

  /// Mean residual in c and mu/(Omega W) that `solve` would begin with.
  double residual(const Stage &, const InterfaceValues &stripping);

  /// Solves a stage under the flow's velocity and i Omega/F (m/s) at the points of Gamma, from the
  /// last solution on, which is left as it is where the mean residual in c and mu/(Omega W) is
  /// within the tolerance and no more than @p most_missing of the metal (m^3, m^2) is missing.
  /// Throws NoConvergence.
  SolverReport solve(const Stage &, const InterfaceValues &stripping, double tolerance,
                     double most_missing = std::numeric_limits<double>::max());

  /// Takes out of c the roughness that a new mesh leaves: c relaxes, at rest, for the time
  /// length^4/(delta^2 M Omega W) in which surface energy evens out waves of this length (m), but
  /// the gradients of mu that the solution has now, which are those of the state before, drive
  /// nothing (docs/model.md, section 6, Numerics). The amount of metal stays but for @p
  /// most_missing; the tolerances and what is thrown are those of solve().
  void smooth(double length, double tolerance,
              double most_missing = std::numeric_limits<double>::max());

private:
  using VoidState<dim>::flow;
  using VoidState<dim>::body;
  using VoidState<dim>::phase_field;
  using VoidState<dim>::metal;
  using VoidState<dim>::temperature;
  using VoidState<dim>::solution_;

  double norm(const BlockVector &residual) const;
  /// Solves the linearised equations for a step, to this norm of the residual r. Returns the number
  /// of iterations.
  unsigned int solve_linear(BlockVector &step, const BlockVector &r, double tolerance);
  /// Follows the linearised equations of a stage of this length (s).
  void update_preconditioner(double interval);
  /// What the sum of the residual's rows of c says, m^3 (m^2).
  double missing_metal(const BlockVector &residual) const;

  const SolverSettings settings;
  PhaseFieldOperator<dim> equations;
  PhaseFieldPreconditioner<dim> preconditioner;
  Stage of_factors = {{}, -1.}; ///< c and interval that the preconditioner's factors were made for
  std::unique_ptr<PhaseFieldFactor<dim>>
    factor;                         ///< in place of the preconditioner, if there is one
  unsigned int last_iterations = 0; ///< of the linear solve before
  /// Makes of rows what they are per volume, so that fine elements on the surfaces of voids count
  /// by the part of the volume they fill, and its inverse; that of a residual of 1 all over is 1.
  BlockVector row_weight, inverse_row_weight;
};
} // namespace kavity

#endif
