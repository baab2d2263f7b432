// Elasticity of the electrolyte (docs/model.md, section 8): orders of convergence by manufactured
// solutions, closed forms, multigrid, ranks.

#include "kavity/physics/Elasticity.h"

#include <deal.II/base/quadrature_lib.h>
#include <deal.II/fe/fe_values.h>
#include <deal.II/numerics/vector_tools_point_gradient.h>
#include <deal.II/numerics/vector_tools_point_value.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <iostream>

#include "verification_box.h"
#include "verification_orders.h"

using namespace kavity;
using namespace dealii;
using verification::Orders;

namespace
{
constexpr double P = 2.5e6, E = 200e9, nu = 0.27;

template <int dim>
struct Ceramic
{
  using Side   = typename Body<dim>::Side;
  using Refine = std::function<bool(const Point<dim> &)>;

  Ceramic(const CellGeometry &geometry, const MeshGrading &grading, const Fixture fixture,
          MPI_Comm comm = MPI_COMM_WORLD, const Refine &refine = {}, const double modulus = E)
    : metal(comm, Side::metal, geometry, grading)
    , body(comm, Side::electrolyte, geometry, grading)
    , interface(refined(metal, refine), refined(body, refine), 3)
    , elasticity(body, {&interface}, modulus, nu, fixture, SolverSettings())
  {
  }

  // Cells on Gamma where asked, halved once.
  static Body<dim> &refined(Body<dim> &body, const Refine &refine)
  {
    if (!refine)
      return body;
    for (const auto &cell : body.triangulation.active_cell_iterators())
      if (cell->is_locally_owned() &&
          cell->face(verification::face_at_interface(body))->at_boundary() &&
          refine(cell->center()))
        cell->set_refine_flag();
    body.triangulation.execute_coarsening_and_refinement();
    body.update_levels();
    return body;
  }

  SolverReport press(const std::function<double(const Point<dim> &)> &pressure)
  {
    kavity::Vector forces;
    elasticity.initialize_forces(forces);
    ElectrolyteValues values;
    for (const auto &x : interface.faces(Side::electrolyte).points)
      values.push_back(pressure(x));
    elasticity.add_pressure(forces, 0, values);
    return elasticity.solve(forces);
  }

  SymmetricTensor<2, 3> stress(const Point<dim> &x) const
  {
    dealii::Vector<double> u(dim);
    std::vector<Tensor<1, dim>> rows(dim);
    const auto &dofs = elasticity.space().dof_handler;
    VectorTools::point_value(body.mapping, dofs, elasticity.displacement, x, u);
    VectorTools::point_gradient(body.mapping, dofs, elasticity.displacement, x, rows);
    Tensor<1, dim> value;
    Tensor<2, dim> gradient;
    for (unsigned int d = 0; d < dim; ++d)
    {
      value[d]    = u[d];
      gradient[d] = rows[d];
    }
    return elasticity.stress(x, value, gradient);
  }

  Body<dim> metal, body;
  Interface<dim> interface;
  Elasticity<dim> elasticity;
};

// ------------------------------------------------------------------------------------------ orders

// u_c is a product of sines, which meets the conditions of a flat support on a box of the width 1.
template <int dim>
class ManufacturedElasticity
{
public:
  ManufacturedElasticity(const double thickness, const bool axisymmetric)
    : axisymmetric(axisymmetric)
  {
    for (unsigned int c = 0; c < dim; ++c)
      for (unsigned int d = 0; d < dim; ++d)
        wave[c][d] = c != d ? std::pair<double, double>{1.1 + 0.4 * c + 0.3 * d, 0.4 + 0.2 * d} :
                     d + 1 < dim ? std::pair<double, double>{numbers::PI, 0.} :
                                   std::pair<double, double>{1.3, 1.3 * thickness};
    if (axisymmetric) // even in r
      wave[1][0].second = numbers::PI / 2;
  }

  void evaluate(const Point<dim> &x)
  {
    for (unsigned int c = 0; c < dim; ++c)
    {
      std::array<std::array<double, 3>, dim> f; // and derivatives
      for (unsigned int d = 0; d < dim; ++d)
      {
        const auto [k, phase] = wave[c][d];
        f[d]                  = {std::sin(k * x[d] + phase), k * std::cos(k * x[d] + phase),
                                 -k * k * std::sin(k * x[d] + phase)};
      }
      const auto product = [&](const int i, const int j)
      {
        double result = 1;
        for (int d = 0; d < dim; ++d)
          result *= f[d][(d == i) + (d == j)];
        return result;
      };
      u[c] = product(-1, -1);
      for (int i = 0; i < dim; ++i)
      {
        gradient[c][i] = product(i, -1);
        for (int j = 0; j < dim; ++j)
          hessian[c][i][j] = product(i, j);
      }
    }
    apply(x);
  }

  Tensor<1, dim> u, force; // force: -div sigma
  Tensor<2, dim> gradient, stress;

private:
  // With Young's modulus 1.
  void apply(const Point<dim> &x)
  {
    const double G = 1 / (2 * (1 + nu)), lambda = 2 * G * nu / (1 - 2 * nu);
    const double hoop = axisymmetric ? u[0] / x[0] : 0.;
    double dilatation = hoop;
    for (unsigned int c = 0; c < dim; ++c)
      dilatation += gradient[c][c];
    stress =
      lambda * dilatation * unit_symmetric_tensor<dim>() + G * (gradient + transpose(gradient));
    force = 0;
    for (unsigned int i = 0; i < dim; ++i)
    {
      for (unsigned int j = 0; j < dim; ++j)
        force[i] -= (lambda + G) * hessian[j][j][i] + G * hessian[i][j][j];
      if (axisymmetric)
        force[i] -= lambda * (gradient[0][i] - (i == 0 ? hoop : 0.)) / x[0] +
                    (stress[i][0] - (i == 0 ? lambda * dilatation + 2 * G * hoop : 0.)) / x[0];
    }
  }

  const bool axisymmetric;
  std::array<std::array<std::pair<double, double>, dim>, dim> wave; // number and phase
  std::array<Tensor<2, dim>, dim> hessian;
};

// The strong form: forces in the volume, tractions all around.
template <int dim>
void assemble_load(const Field<dim> &field, ManufacturedElasticity<dim> &exact,
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
  const auto add = [&](const auto &values, const unsigned int q, const Tensor<1, dim> &density)
  {
    const double weight =
      values.JxW(q) * (body.axisymmetric() ? values.quadrature_point(q)[0] : 1.);
    for (unsigned int i = 0; i < fe.dofs_per_cell; ++i)
      local[i] +=
        density[fe.system_to_component_index(i).first] * values.shape_value(i, q) * weight;
  };
  for (const auto &cell : field.dof_handler.active_cell_iterators())
    if (cell->is_locally_owned())
    {
      local = 0;
      inside.reinit(cell);
      for (const unsigned int q : inside.quadrature_point_indices())
      {
        exact.evaluate(inside.quadrature_point(q));
        add(inside, q, exact.force);
      }
      for (const unsigned int face : cell->face_indices())
        if (cell->face(face)->at_boundary())
        {
          around.reinit(cell, face);
          for (const unsigned int q : around.quadrature_point_indices())
            if (around.JxW(q) > 0 &&
                (!body.axisymmetric() || around.quadrature_point(q)[0] > 1e-12)) // not on the axis
            {
              exact.evaluate(around.quadrature_point(q));
              add(around, q, exact.stress * around.normal_vector(q));
            }
        }
      cell->get_dof_indices(dofs);
      field.constraints.distribute_local_to_global(local, dofs, load);
    }
  load.compress(VectorOperation::add);
}

template <int dim>
void check_orders(const Coordinates coordinates, const unsigned int first, const unsigned int last)
{
  Orders l2, h1;
  for (unsigned int refinements = first; refinements <= last; ++refinements)
  {
    const CellGeometry geometry{1, 1, 1.5, 1.5, coordinates};
    Ceramic<dim> ceramic(geometry, {0.25, 0.5, refinements}, Fixture::flat_support, MPI_COMM_WORLD,
                         {}, 1.);
    ManufacturedElasticity<dim> exact(ceramic.body.thickness(), ceramic.body.axisymmetric());
    kavity::Vector load;
    ceramic.elasticity.initialize_forces(load);
    assemble_load(ceramic.elasticity.space(), exact, load);
    ceramic.elasticity.solve(load);
    const auto error = verification::errors<dim>(
      ceramic.elasticity.space(), ceramic.elasticity.displacement, 0, dim,
      [&](const Point<dim> &x, dealii::Vector<double> &value, std::vector<Tensor<1, dim>> &gradient)
      {
        exact.evaluate(x);
        for (unsigned int c = 0; c < dim; ++c)
        {
          value[c]    = exact.u[c];
          gradient[c] = exact.gradient[c];
        }
      });
    l2.add(error.first);
    h1.add(error.second);
  }
  l2.expect("displacement " + std::to_string(dim) + "D L2", 3);
  h1.expect("displacement " + std::to_string(dim) + "D H1", 2);
}

TEST(ElasticityOrders, Plane)
{
  check_orders<2>(Coordinates::plane, 0, 2);
}

TEST(ElasticityOrders, Axisymmetric)
{
  check_orders<2>(Coordinates::axisymmetric, 0, 2);
}

TEST(ElasticityOrders, ThreeDimensional)
{
  check_orders<3>(Coordinates::plane, 0, 1);
}

// ------------------------------------------------------------------------------------ closed forms

template <int dim>
Point<dim> somewhere(const CellGeometry &geometry)
{
  Point<dim> x;
  for (unsigned int d = 0; d + 1 < dim; ++d)
    x[d] = (0.37 + 0.2 * d) * geometry.width;
  x[dim - 1] = -0.41 * geometry.electrolyte_thickness;
  return x;
}

// Elements hold the linear displacement exactly; the solver leaves 1e-9 of the forces.
template <int dim>
void check_uniform(const Coordinates coordinates)
{
  const CellGeometry geometry{100e-6, 100e-6, 100e-6, 150e-6, coordinates};
  const MeshGrading grading{25e-6, 0.5, 0};
  const auto x           = somewhere<dim>(geometry);
  const auto with_refine = [](const Point<dim> &at) { return at[0] < 30e-6; };
  const auto expect      = [&](const Fixture fixture, const std::array<double, 3> &diagonal)
  {
    Ceramic<dim> ceramic(geometry, grading, fixture, MPI_COMM_WORLD, with_refine);
    ceramic.press([](const Point<dim> &) { return P; });
    const auto stress = ceramic.stress(x);
    for (unsigned int i = 0; i < 3; ++i)
      for (unsigned int j = 0; j < 3; ++j)
        EXPECT_NEAR(stress[i][j], i == j ? diagonal[i] : 0., 1e-8 * P) << i << j;
  };
  const double side           = -nu * P / (1 - nu);
  std::array<double, 3> fixed = {side, side, side}, free = {0, 0, 0};
  fixed[dim - 1] = free[dim - 1] = -P;
  if (dim == 2 && coordinates == Coordinates::plane)
    free[2] = -nu * P;
  expect(Fixture::flat_support, fixed);
  expect(Fixture::free_sides, free);
}

TEST(Elasticity, UniformCompressionBetweenFixedAndFreeSides)
{
  check_uniform<2>(Coordinates::plane);
  check_uniform<2>(Coordinates::axisymmetric);
  check_uniform<3>(Coordinates::plane);
}

// Stress under the middle of a pressed disc on a half-space (Boussinesq), and beside its rim at the
// surface, where it is under tension. The body is 16 times as wide and deep as the disc; the
// support adds what the half-space would have there, P (a/L)^2 times 1.5.
TEST(Elasticity, PressedDiscOnAHalfSpace)
{
  const double a = 10e-6, L = 16 * a;
  Ceramic<2> ceramic({L, L, L, L, Coordinates::axisymmetric}, {a / 16, 0.2, 0},
                     Fixture::flat_support);
  ceramic.press([=](const Point<2> &x) { return x[0] < a ? P : 0.; });
  const double far = 1.5 * std::pow(a / L, 2);
  for (const double z : {0.25 * a, 0.5 * a, a, 2 * a})
  {
    const double c = z / std::hypot(a, z);
    const auto s   = ceramic.stress({0, -z});
    std::cout << "depth " << z / a << ": " << s[0][0] / P << ' ' << s[1][1] / P << '\n';
    EXPECT_NEAR(s[1][1] / P, c * c * c - 1, far);
    EXPECT_NEAR(s[0][0] / P, -0.5 * ((1 + 2 * nu) - 2 * (1 + nu) * c + c * c * c), far);
    EXPECT_NEAR(s[2][2], s[0][0], 1e-3 * P); // alike on the axis
  }
  for (const double r : {1.5 * a, 2 * a, 3 * a})
  {
    const auto s = ceramic.stress({r, 0});
    std::cout << "beside, r " << r / a << ": " << s[0][0] / P << ' ' << s[2][2] / P << '\n';
    EXPECT_NEAR(s[0][0] / P, 0.5 * (1 - 2 * nu) * std::pow(a / r, 2), far);
    EXPECT_NEAR(s[2][2] / P, -0.5 * (1 - 2 * nu) * std::pow(a / r, 2), far);
  }
}

// A disc held at its rim only: tension in the middle of the far face. Thin plates have 3/8 (3 + nu)
// P (R/t)^2; shear and the thickness add terms of the order P, which is (t/R)^2 of it.
TEST(Elasticity, DiscBendsOnItsRim)
{
  const double t = 100e-6;
  for (const double slenderness : {5., 10., 20.})
  {
    const double R = slenderness * t;
    Ceramic<2> ceramic({R, R, t, t, Coordinates::axisymmetric}, {t / 4, 1, 0},
                       Fixture::rim_support);
    const auto report = ceramic.press([](const Point<2> &) { return P; });
    const double thin = 0.375 * (3 + nu) * P * std::pow(slenderness, 2);
    const auto below = ceramic.stress({0, -t}), above = ceramic.stress({0, 0});
    std::cout << "R/t " << slenderness << ": " << below[0][0] / thin << ' ' << above[0][0] / thin
              << ", " << report.linear_iterations << " iterations\n";
    EXPECT_NEAR(below[0][0] / thin, 1, 0.2 * std::pow(slenderness, -2));
    EXPECT_NEAR(above[0][0] / thin, -1, 0.2 * std::pow(slenderness, -2));
    EXPECT_NEAR(above[1][1] / thin, -P / thin, 0.2 * std::pow(slenderness, -2));
  }
}

// --------------------------------------------------------------------------- multigrid and ranks

template <int dim>
void check_iterations(const CellGeometry &geometry, const Fixture fixture, const unsigned int last)
{
  std::vector<unsigned int> iterations;
  // on fewer elements there is one mesh, which is solved exactly
  for (unsigned int refinements = dim == 2 ? 1 : 0; refinements <= last; ++refinements)
  {
    const double width = geometry.width;
    Ceramic<dim> ceramic(geometry, {width / 4, 0.5, refinements}, fixture, MPI_COMM_WORLD,
                         [=](const Point<dim> &x) { return x[0] < 0.3 * width; });
    iterations.push_back(
      ceramic.press([=](const Point<dim> &x) { return x[0] < 0.5 * width ? P : 0.; })
        .linear_iterations);
    std::cout << dim << "D: " << ceramic.elasticity.space().dof_handler.n_dofs() << " unknowns, "
              << iterations.back() << " iterations\n";
  }
  EXPECT_LE(iterations.back(), iterations.front() + 2);
}

TEST(Elasticity, IterationsDoNotGrow)
{
  const double width = 100e-6;
  for (const auto fixture : {Fixture::flat_support, Fixture::free_sides, Fixture::rim_support})
  {
    check_iterations<2>({width, width, width, width, Coordinates::plane}, fixture, 3);
    check_iterations<2>({width, width, width, width, Coordinates::axisymmetric}, fixture, 3);
  }
  check_iterations<3>({width, width, width, width}, Fixture::rim_support, 1);
}

template <int dim>
std::pair<double, double> size_of_solution(MPI_Comm comm, const Coordinates coordinates,
                                           const Fixture fixture)
{
  const double width = 100e-6;
  Ceramic<dim> ceramic({width, width, width, width, coordinates}, {width / 4, 0.5, 0}, fixture,
                       comm, [=](const Point<dim> &x) { return x[0] < 0.3 * width; });
  ceramic.press([=](const Point<dim> &x) { return P * (1 + std::sin(5 * x[0] / width)); });
  return {ceramic.elasticity.displacement.l2_norm(), ceramic.elasticity.displacement.linfty_norm()};
}

TEST(Ranks, Elasticity)
{
  if (Utilities::MPI::n_mpi_processes(MPI_COMM_WORLD) == 1)
    GTEST_SKIP() << "needs several ranks";
  const auto compare = [](const auto &run, const Coordinates coordinates, const Fixture fixture)
  {
    const auto one = run(MPI_COMM_SELF, coordinates, fixture),
               all = run(MPI_COMM_WORLD, coordinates, fixture);
    // both solve to a residual of 1e-9
    EXPECT_NEAR(all.first, one.first, 1e-7 * one.first);
    EXPECT_NEAR(all.second, one.second, 1e-7 * one.second);
  };
  compare(size_of_solution<2>, Coordinates::plane, Fixture::flat_support);
  compare(size_of_solution<2>, Coordinates::axisymmetric, Fixture::free_sides);
  compare(size_of_solution<3>, Coordinates::plane, Fixture::rim_support);
}
} // namespace
