#ifndef kavity_tests_verification_operators_h
#define kavity_tests_verification_operators_h

#include "kavity/fem/CoefficientSpace.h"
#include "kavity/fem/DiffusionOperator.h"
#include "kavity/fem/Multigrid.h"
#include "kavity/fem/VelocityOperator.h"
#include "kavity/physics/MetalOperator.h"

#include <deal.II/dofs/dof_tools.h>
#include <deal.II/fe/fe_q.h>
#include <deal.II/fe/fe_system.h>
#include <deal.II/lac/solver_cg.h>

#include <functional>

// The operators of the potential and of viscosity with multigrid as the program uses them, for
// coefficients by place; the metal's equations on a box.
namespace verification
{
template <int dim>
using Coefficient = std::function<double(const dealii::Point<dim> &)>;

/// The normal velocity is zero but at the platen.
template <int dim>
typename kavity::Field<dim>::Constrain walls()
{
  return [](const auto &dofs, auto &constraints)
  {
    for (unsigned int d = 0; d < dim; ++d)
    {
      dealii::ComponentMask normal(dim, false);
      normal.set(d, true);
      dealii::DoFTools::make_zero_boundary_constraints(
        dofs, d + 1 < dim ? kavity::boundary::side + d : kavity::boundary::interface, constraints,
        normal);
    }
  };
}

/// Zero at the far side of the body.
template <int dim>
typename kavity::Field<dim>::Constrain counter_face(const kavity::Body<dim> &body)
{
  return [&body](const auto &dofs, auto &constraints)
  { dealii::DoFTools::make_zero_boundary_constraints(dofs, body.far_id(), constraints); };
}

/// Some load on the free unknowns: all wave lengths, of order one.
template <int dim>
kavity::Vector rough_load(const kavity::Field<dim> &field, const kavity::Vector &like)
{
  kavity::Vector load(like);
  const auto &own = field.dof_handler.locally_owned_dofs();
  for (unsigned int i = 0; i < load.locally_owned_size(); ++i)
  {
    const auto dof        = own.nth_index_in_set(i);
    load.local_element(i) = field.constraints.is_constrained(dof) ? 0. : std::sin(1.7 * dof);
  }
  return load;
}

/// A coefficient at the points of an evaluator's batches first, first + 1, ...
template <int dim, typename Evaluation>
auto at_points(Evaluation &&u, const unsigned int first, const unsigned int n_batches,
               const Coefficient<dim> &coefficient)
{
  using Lanes = std::decay_t<decltype(u.JxW(0))>;
  dealii::Table<2, Lanes> result(n_batches, u.n_q_points);
  for (unsigned int b = 0; b < n_batches; ++b)
  {
    u.reinit(first + b);
    for (unsigned int q = 0; q < u.n_q_points; ++q)
      for (unsigned int lane = 0; lane < Lanes::size(); ++lane)
      {
        dealii::Point<dim> x;
        for (unsigned int d = 0; d < dim; ++d)
          x[d] = u.quadrature_point(q)[d][lane];
        result(b, q)[lane] = coefficient(x);
      }
  }
  return result;
}

/// CG with one multigrid cycle; returns the iterations.
template <typename Matrix, typename Preconditioner>
unsigned int conjugate_gradients(const Matrix &matrix, kavity::Vector &x, const kavity::Vector &b,
                                 const Preconditioner &preconditioner, const double reduction)
{
  dealii::SolverControl control(500, reduction * b.l2_norm());
  dealii::SolverCG<kavity::Vector> cg(control);
  x = 0;
  cg.solve(matrix, x, b, preconditioner);
  return control.last_step();
}

/// int K grad u . grad v + int_Gamma r u v.
template <int dim>
class DiffusionSolver
{
public:
  DiffusionSolver(const kavity::Field<dim> &field,
                  const kavity::CoefficientSpace<dim> &coefficients,
                  const dealii::Tensor<2, dim> &K, const Coefficient<dim> &robin)
    : multigrid(field)
  {
    using Operator = kavity::DiffusionOperator<dim, double>;
    matrix.reinit(field, coefficients.field);
    matrix.set_conductivity(K);
    const auto &mf    = matrix.matrix_free();
    const auto points = at_points<dim>(typename Operator::Face(mf, true), mf.n_inner_face_batches(),
                                       mf.n_boundary_face_batches(), robin);
    matrix.set_robin(points);
    const auto levels =
      coefficients.on_levels(coefficients.average_on_interface(mf, Operator::coefficient, points));
    for (unsigned int l = levels.min_level(); l <= levels.max_level(); ++l)
    {
      multigrid.operators[l].reinit_level(field, coefficients.field, l);
      multigrid.operators[l].set_conductivity(K);
      multigrid.operators[l].set_robin_from(levels[l]);
    }
    multigrid.update();
  }

  kavity::DiffusionOperator<dim, double> matrix;
  kavity::Multigrid<dim, kavity::DiffusionOperator<dim, float>> multigrid;
};

/// int 2 eta dev D(u) : dev D(v).
template <int dim>
class ViscousSolver
{
public:
  ViscousSolver(const kavity::Field<dim> &field, const kavity::CoefficientSpace<dim> &coefficients,
                const Coefficient<dim> &viscosity)
    : multigrid(field)
  {
    matrix.reinit_level(field, coefficients.field, field.levels.max_level());
    const auto &mf    = matrix.matrix_free();
    const auto points = at_points<dim>(dealii::FEEvaluation<dim, -1, 0, 1, double>(mf, 1), 0,
                                       mf.n_cell_batches(), viscosity);
    matrix.set_viscosity(points);
    const auto levels = coefficients.on_levels(coefficients.average(mf, 1, points));
    for (unsigned int l = levels.min_level(); l <= levels.max_level(); ++l)
    {
      multigrid.operators[l].reinit_level(field, coefficients.field, l);
      multigrid.operators[l].set_viscosity_from(levels[l]);
    }
    multigrid.update();
  }

  kavity::VelocityOperator<dim, double> matrix;
  kavity::Multigrid<dim, kavity::VelocityOperator<dim, float>> multigrid;
};

/// The metal's equations on a box between walls, of degree 2, and what they are made of.
template <int dim>
struct MetalBox
{
  MetalBox(const kavity::CellGeometry &geometry, const kavity::MeshGrading &grading)
    : body(MPI_COMM_WORLD, kavity::Side::metal, geometry, grading)
    , electrolyte(MPI_COMM_WORLD, kavity::Side::electrolyte, geometry, grading)
    , interface(body, electrolyte, 3)
    , coefficients(body)
    , velocity(body, dealii::FESystem<dim>(dealii::FE_Q<dim>(2), dim), walls<dim>())
    , pressure(body, dealii::FE_Q<dim>(1))
    , potential(body, dealii::FE_Q<dim>(2))
    , equations(velocity, pressure, potential, coefficients.field, interface)
  {
  }

  /// Sinks (1/zeta) and a mobility, nothing on Gamma; scales of one.
  void set_coefficients(const Coefficient<dim> &sinks, const double mobility)
  {
    const auto &mf = equations.matrix_free();
    dealii::FEEvaluation<dim, -1, 0, 1, double> cell(mf, kavity::MetalOperator<dim>::p_space);
    equations.set_coefficients({1, 1, 1}, mobility,
                               at_points<dim>(cell, 0, mf.n_cell_batches(), sinks));
    equations.set_interface({});
  }

  kavity::Body<dim> body, electrolyte;
  kavity::Interface<dim> interface;
  kavity::CoefficientSpace<dim> coefficients;
  kavity::Field<dim> velocity, pressure, potential;
  kavity::MetalOperator<dim> equations;
};
} // namespace verification

#endif
