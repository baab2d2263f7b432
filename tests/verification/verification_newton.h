#ifndef kavity_tests_verification_newton_h
#define kavity_tests_verification_newton_h

#include "kavity/physics/MetalPreconditioner.h"

#include <deal.II/lac/solver_gmres.h>
#include <gtest/gtest.h>

#include <array>

// Newton's method on the metal's equations as they are, without what MetalFlow adds to them.
namespace verification
{
/// The metal's equations on one body, and the fields they are for: velocity, pressure, potential.
template <int dim>
struct MetalEquations
{
  const std::array<const kavity::Field<dim> *, 3> fields;
  kavity::MetalOperator<dim> &equations;
  kavity::MetalPreconditioner<dim> &preconditioner;

  /// Values at hanging nodes from their neighbours.
  void complete(kavity::BlockVector &x) const
  {
    x.update_ghost_values();
    for (unsigned int b = 0; b < 3; ++b)
      fields[b]->hanging_nodes.distribute(x.block(b));
    x.zero_out_ghost_values();
  }

  /// Solve for @p load from @p x, which has the boundary values, until the residual is below
  /// @p tolerance times its first value. The first tangent is taken at @p first.
  void solve(kavity::BlockVector &x, const kavity::BlockVector &load,
             const kavity::BlockVector &first, const kavity::CreepLaw &creep,
             const double tolerance) const
  {
    kavity::BlockVector full(x), r, step;
    equations.initialize_vector(r);
    equations.initialize_vector(step);
    double largest = 0;
    for (unsigned int iteration = 0; iteration < 15; ++iteration)
    {
      equations.linearise(iteration == 0 ? first : x, creep, 300, 1);
      equations.apply(full, x);
      full.sadd(-1., 1., load);
      for (unsigned int b = 0; b < 3; ++b)
      {
        r.block(b).copy_locally_owned_data_from(full.block(b));
        fields[b]->constraints.set_zero(r.block(b));
      }
      const double norm = r.l2_norm();
      largest           = std::max(largest, norm);
      if (norm < tolerance * largest)
        return;
      preconditioner.update();
      dealii::SolverControl control(200, 1e-3 * norm);
      dealii::SolverFGMRES<kavity::BlockVector> solver(control);
      step = 0;
      solver.solve(equations, step, r, preconditioner);
      for (unsigned int b = 0; b < 3; ++b)
        for (unsigned int i = 0; i < step.block(b).locally_owned_size(); ++i)
          x.block(b).local_element(i) += step.block(b).local_element(i);
      complete(x);
    }
    FAIL() << "Newton's method did not converge";
  }
};
} // namespace verification

#endif
