// The matrix-free solves against assembled matrices of the same equations: MUMPS in 2D, CG with
// algebraic multigrid in 3D. Graded meshes with hanging nodes, coefficients that vary, all lanes of
// whatever width the program was compiled for.

#include <deal.II/fe/fe_q.h>
#include <deal.II/fe/fe_system.h>

#include <gtest/gtest.h>

#include <iostream>

#include "verification_assembled.h"

using namespace kavity;
using namespace dealii;
using namespace verification;

namespace
{
// Both are solved to 1e-13 of the load; the matrices' condition numbers are some 1e3.
constexpr double reduction = 1e-13, tolerance = 1e-9;

template <int dim>
MeshGrading grading()
{
  return {dim == 2 ? 1. / 32 : 1. / 8, 0.5, 0};
}

template <int dim>
void expect_equal(const kavity::Vector &one, const kavity::Vector &other, const char *name)
{
  kavity::Vector difference(one);
  difference -= other;
  const double relative = difference.linfty_norm() / other.linfty_norm();
  if (Utilities::MPI::this_mpi_process(MPI_COMM_WORLD) == 0)
    std::cout << name << ' ' << dim << "D, " << other.size() << " unknowns, "
              << VectorizedArray<double>::size() << " lanes: " << relative << '\n';
  EXPECT_LT(relative, tolerance) << name;
}

// x of the assembled equations
template <int dim, typename Terms>
kavity::Vector solve_assembled(const Field<dim> &field, Terms &&terms, const kavity::Vector &b)
{
  kavity::Vector x(b);
  x = 0;
  if (dim == 2)
  {
    PETScWrappers::MPI::SparseMatrix matrix;
    assemble(field, terms, matrix);
    AssembledDirect(matrix).solve(x, b);
  }
  else
  {
    TrilinosWrappers::SparseMatrix matrix;
    assemble(field, terms, matrix);
    TrilinosWrappers::PreconditionAMG ml;
    initialize_ml(ml, matrix, field);
    conjugate_gradients(matrix, x, b, ml, reduction);
  }
  return x;
}

template <int dim>
void check_potential(const unsigned int degree, const Coordinates coordinates)
{
  const Body<dim> body(MPI_COMM_WORLD, Body<dim>::Side::electrolyte, {1, 1, 1, 1, coordinates},
                       grading<dim>());
  const CoefficientSpace<dim> coefficients(body);
  const Field<dim> field(body, FE_Q<dim>(degree), counter_face(body));
  Tensor<2, dim> K;
  for (unsigned int i = 0; i < dim; ++i)
    for (unsigned int j = 0; j < dim; ++j)
      K[i][j] = i == j ? 1 + 0.5 * i : body.axisymmetric() ? 0. : 0.3;
  const Coefficient<dim> robin = [](const Point<dim> &x) { return 1.5 + std::cos(7 * x[0]); };

  const DiffusionSolver<dim> solver(field, coefficients, K, robin);
  kavity::Vector x;
  solver.matrix.initialize_dof_vector(x);
  ASSERT_GT(Utilities::MPI::sum(field.hanging_nodes.n_constraints(), MPI_COMM_WORLD), 0u);
  const auto b = rough_load(field, x);
  conjugate_gradients(solver.matrix, x, b, solver.multigrid, reduction);
  expect_equal<dim>(x, solve_assembled(field, DiffusionTerms<dim>(field, K, robin), b),
                    "potential");
}

template <int dim>
void check_viscous(const unsigned int degree, const Coordinates coordinates)
{
  const Body<dim> body(MPI_COMM_WORLD, Body<dim>::Side::metal, {1, 1, 1, 1, coordinates},
                       grading<dim>());
  const CoefficientSpace<dim> coefficients(body);
  const Field<dim> field(body, FESystem<dim>(FE_Q<dim>(degree), dim), walls<dim>());
  const Coefficient<dim> viscosity = [](const Point<dim> &x)
  { return std::exp(2 * std::sin(3 * x[0] + 2 * x[dim - 1])); };

  const ViscousSolver<dim> solver(field, coefficients, viscosity);
  kavity::Vector x;
  solver.matrix.initialize_dof_vector(x);
  ASSERT_GT(Utilities::MPI::sum(field.hanging_nodes.n_constraints(), MPI_COMM_WORLD), 0u);
  const auto b = rough_load(field, x);
  conjugate_gradients(solver.matrix, x, b, solver.multigrid, reduction);
  expect_equal<dim>(x, solve_assembled(field, ViscousTerms<dim>(field, viscosity), b), "viscous");
}

TEST(Assembled, Potential)
{
  for (const unsigned int degree : {1, 2})
    for (const auto coordinates : {Coordinates::plane, Coordinates::axisymmetric})
      check_potential<2>(degree, coordinates);
}

TEST(Assembled, Potential3D)
{
  for (const unsigned int degree : {1, 2})
    check_potential<3>(degree, Coordinates::plane);
}

TEST(Assembled, Viscous)
{
  for (const unsigned int degree : {1, 2})
    for (const auto coordinates : {Coordinates::plane, Coordinates::axisymmetric})
      check_viscous<2>(degree, coordinates);
}

TEST(Assembled, Viscous3D)
{
  for (const unsigned int degree : {1, 2})
    check_viscous<3>(degree, Coordinates::plane);
}
} // namespace
