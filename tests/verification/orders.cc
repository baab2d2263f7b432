// Orders of convergence of the scalar operator by manufactured solutions: p + 1 in L2, p in H1 on
// meshes with hanging nodes, with a constant tensor, a mass term that varies, exchange on Gamma
// that varies, and an essential condition on the far face (docs/model.md, section 11).

#include "kavity/fem/DiffusionOperator.h"

#include <deal.II/base/quadrature_lib.h>
#include <deal.II/dofs/dof_tools.h>
#include <deal.II/fe/fe_q.h>
#include <deal.II/fe/fe_values.h>
#include <deal.II/lac/solver_cg.h>
#include <gtest/gtest.h>

#include <iostream>

#include "verification_orders.h"

using namespace kavity;
using namespace dealii;
using verification::Orders;

namespace
{
// u = (1 + y/L) cos(theta), zero on the far face y = -L; theta is linear, and even in r if
// axisymmetric. Lengths of order one.
template <int dim>
struct Manufactured
{
  double L;
  bool axisymmetric;

  double u;
  Tensor<1, dim> gradient;
  Tensor<2, dim> hessian;

  void evaluate(const Point<dim> &x)
  {
    double theta = 0.4;
    Tensor<1, dim> t, of_slope;
    Tensor<2, dim> tt;
    for (unsigned int d = 0; d < dim; ++d)
    {
      const double k = 1.1 + 0.4 * d;
      if (axisymmetric && d == 0)
      {
        theta += k * x[0] * x[0];
        t[0]     = 2 * k * x[0];
        tt[0][0] = 2 * k;
      }
      else
      {
        theta += k * x[d];
        t[d] = k;
      }
    }
    const double slope = 1 + x[dim - 1] / L, c = std::cos(theta), s = std::sin(theta);
    of_slope[dim - 1] = 1 / L;
    u                 = slope * c;
    gradient          = -slope * s * t + c * of_slope;
    hessian           = -slope * (c * outer_product(t, t) + s * tt) -
              s * (outer_product(t, of_slope) + outer_product(of_slope, t));
  }
};

template <int dim>
struct Coefficients
{
  Tensor<2, dim> K;
  static double mass(const Point<dim> &x)
  {
    return 1 + std::sin(2 * x[0]) * x[dim - 1];
  }
  static double exchange(const Point<dim> &x)
  {
    return 2 + std::cos(3 * x[0]);
  }

  // On the axis a constant tensor must be one of revolution.
  explicit Coefficients(const bool axisymmetric)
  {
    for (unsigned int i = 0; i < dim; ++i)
      for (unsigned int j = 0; j < dim; ++j)
        K[i][j] = i == j ? 1 + 0.5 * i : axisymmetric ? 0. : 0.3 / (i + j);
  }
};

template <int dim>
void set_coefficients(DiffusionOperator<dim, double> &equation)
{
  const auto &mf  = equation.matrix_free();
  const auto fill = [](auto &evaluation, const unsigned int batch, const unsigned int row,
                       PointData<double> &data, double (*f)(const Point<dim> &))
  {
    evaluation.reinit(batch);
    for (unsigned int q = 0; q < evaluation.n_q_points; ++q)
      for (unsigned int lane = 0; lane < VectorizedArray<double>::size(); ++lane)
      {
        Point<dim> x;
        for (unsigned int d = 0; d < dim; ++d)
          x[d] = evaluation.quadrature_point(q)[d][lane];
        data(row, q)[lane] = f(x);
      }
  };
  FEEvaluation<dim, -1, 0, 1, double> cell(mf);
  FEFaceEvaluation<dim, -1, 0, 1, double> face(mf, true);
  PointData<double> mass(mf.n_cell_batches(), cell.n_q_points),
    robin(mf.n_boundary_face_batches(), face.n_q_points);
  for (unsigned int b = 0; b < mf.n_cell_batches(); ++b)
    fill(cell, b, b, mass, &Coefficients<dim>::mass);
  for (unsigned int b = 0; b < mf.n_boundary_face_batches(); ++b)
    fill(face, mf.n_inner_face_batches() + b, b, robin, &Coefficients<dim>::exchange);
  equation.set_mass(std::move(mass));
  equation.set_robin(std::move(robin));
}

// The strong form tested: f = -div K grad u + m u inside, n.K grad u (+ r u on Gamma) around.
template <int dim>
void assemble_load(const Field<dim> &field, const Coefficients<dim> &given, Manufactured<dim> exact,
                   kavity::Vector &load)
{
  const auto &body = field.body;
  const auto &fe   = field.dof_handler.get_fe();
  const auto flags = update_values | update_JxW_values | update_quadrature_points;
  FEValues<dim> inside(body.mapping, fe, QGauss<dim>(fe.degree + 3), flags);
  FEFaceValues<dim> around(body.mapping, fe, QGauss<dim - 1>(fe.degree + 3),
                           flags | update_normal_vectors);
  dealii::Vector<double> local(fe.dofs_per_cell);
  std::vector<types::global_dof_index> dofs(fe.dofs_per_cell);
  const auto add = [&](const auto &values, const unsigned int q, const double density)
  {
    const double weight = values.JxW(q) * (exact.axisymmetric ? values.quadrature_point(q)[0] : 1.);
    for (unsigned int i = 0; i < fe.dofs_per_cell; ++i)
      local[i] += density * values.shape_value(i, q) * weight;
  };
  for (const auto &cell : field.dof_handler.active_cell_iterators())
    if (cell->is_locally_owned())
    {
      local = 0;
      inside.reinit(cell);
      for (const unsigned int q : inside.quadrature_point_indices())
      {
        const Point<dim> x = inside.quadrature_point(q);
        exact.evaluate(x);
        const double radial = exact.axisymmetric ? (given.K * exact.gradient)[0] / x[0] : 0.;
        add(inside, q, given.mass(x) * exact.u - scalar_product(given.K, exact.hessian) - radial);
      }
      for (const unsigned int face : cell->face_indices())
        if (cell->face(face)->at_boundary())
        {
          around.reinit(cell, face);
          for (const unsigned int q : around.quadrature_point_indices())
          {
            const Point<dim> x = around.quadrature_point(q);
            exact.evaluate(x);
            const bool gamma = cell->face(face)->boundary_id() == boundary::interface;
            add(around, q,
                around.normal_vector(q) * (given.K * exact.gradient) +
                  (gamma ? given.exchange(x) * exact.u : 0.));
          }
        }
      cell->get_dof_indices(dofs);
      field.constraints.distribute_local_to_global(local, dofs, load);
    }
  load.compress(VectorOperation::add);
}

template <int dim>
void check_scalar(const unsigned int degree, const Coordinates coordinates,
                  const unsigned int first, const unsigned int last)
{
  const bool axisymmetric = coordinates == Coordinates::axisymmetric;
  const Coefficients<dim> given(axisymmetric);
  Orders l2, h1;
  for (unsigned int refinements = first; refinements <= last; ++refinements)
  {
    const Body<dim> body(MPI_COMM_WORLD, Body<dim>::Side::electrolyte, {1, 1, 1, 1.5, coordinates},
                         {0.25, 0.5, refinements});
    const Field<dim> coefficient(body, FE_Q<dim>(1));
    const Field<dim> field(
      body, FE_Q<dim>(degree),
      [&body](const auto &dofs, auto &constraints)
      { DoFTools::make_zero_boundary_constraints(dofs, body.far_id(), constraints); });
    DiffusionOperator<dim, double> equation;
    equation.reinit(field, coefficient);
    equation.set_conductivity(given.K);
    set_coefficients(equation);
    equation.compute_diagonal();
    kavity::Vector u, load;
    equation.initialize_dof_vector(u);
    equation.initialize_dof_vector(load);
    Manufactured<dim> exact;
    exact.L            = body.thickness();
    exact.axisymmetric = axisymmetric;
    assemble_load(field, given, exact, load);
    // far below the discretisation error, 1e-7 at the finest
    SolverControl control(2000, 1e-11 * load.l2_norm());
    SolverCG<kavity::Vector> cg(control);
    cg.solve(equation, u, load, *equation.inverse_diagonal());
    field.constraints.distribute(u);
    u.update_ghost_values();
    const auto error = verification::errors<dim>(
      field, u, 0, 1,
      [&](const Point<dim> &x, dealii::Vector<double> &value, std::vector<Tensor<1, dim>> &gradient)
      {
        exact.evaluate(x);
        value[0]    = exact.u;
        gradient[0] = exact.gradient;
      });
    l2.add(error.first);
    h1.add(error.second);
  }
  const std::string name = "potential " + std::to_string(dim) + "D Q" + std::to_string(degree);
  l2.expect(name + " L2", degree + 1);
  h1.expect(name + " H1", degree);
}

TEST(ScalarOrders, Plane)
{
  check_scalar<2>(1, Coordinates::plane, 1, 3);
  check_scalar<2>(2, Coordinates::plane, 0, 2);
}

TEST(ScalarOrders, Axisymmetric)
{
  check_scalar<2>(1, Coordinates::axisymmetric, 1, 3);
  check_scalar<2>(2, Coordinates::axisymmetric, 0, 2);
}

TEST(ScalarOrders, ThreeDimensional)
{
  check_scalar<3>(1, Coordinates::plane, 0, 2);
  check_scalar<3>(2, Coordinates::plane, 0, 1);
}
} // namespace
