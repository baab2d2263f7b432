// Orders of convergence of the metal equations by manufactured solutions: velocity and potential of
// degree 2, pressure of degree 1, a viscosity that varies with the strain rate, sinks and exchange
// with Gamma that vary (docs/model.md, sections 4 and 11). Everything of order one.

#include <deal.II/fe/fe_q.h>
#include <deal.II/fe/fe_system.h>
#include <deal.II/numerics/vector_tools.h>

#include "verification_flow.h"
#include "verification_newton.h"
#include "verification_orders.h"

using namespace kavity;
using namespace dealii;
using verification::Orders;

namespace
{
template <int dim>
class Problem
{
public:
  Problem(const Coordinates coordinates, const unsigned int refinements)
    : geometry{1, 1, 1.5, 1.5, coordinates}
    , body(MPI_COMM_WORLD, Body<dim>::Side::metal, geometry, {0.25, 1, refinements})
    , electrolyte(MPI_COMM_WORLD, Body<dim>::Side::electrolyte, geometry, {0.25, 1, refinements})
    , interface(body, electrolyte, 3)
    , coefficients(body)
    , velocity(body, FESystem<dim>(FE_Q<dim>(2), dim),
               [this](const auto &dofs, auto &constraints)
               {
                 for (const auto &[face, mask] : normals())
                   DoFTools::make_zero_boundary_constraints(dofs, face, constraints, mask);
               })
    , pressure(body, FE_Q<dim>(1))
    , potential(body, FE_Q<dim>(2))
    , equations(velocity, pressure, potential, coefficients.field, interface)
    , preconditioner(velocity, pressure, potential, coefficients, 4)
    , metal{{{&velocity, &pressure, &potential}}, equations, preconditioner}
  {
    exact.axisymmetric = body.axisymmetric();
    equations.initialize_plain_vector(solution);
    set_coefficients();
    set_boundary_values();
  }

  void solve()
  {
    kavity::BlockVector load(solution), at_rest(solution);
    load    = 0;
    at_rest = 0;
    verification::assemble_load({{&velocity, &pressure, &potential}}, exact, load);
    // first the metal of constant viscosity: lifted boundary values alone shear without bounds;
    // the tolerance is far below the discretisation error, 1e-6
    metal.solve(solution, load, at_rest, creep, 1e-9);
  }

  void add_errors(std::array<Orders, 6> &orders)
  {
    solution.update_ghost_values();
    const auto add =
      [&](const Field<dim> &field, const unsigned int block, const unsigned int n, const auto &f)
    {
      const auto error = verification::errors<dim>(field, solution.block(block), 0, n, f);
      orders[2 * block].add(error.first);
      orders[2 * block + 1].add(error.second);
    };
    add(velocity, 0, dim,
        [this](const Point<dim> &x, auto &u, auto &gradient)
        {
          exact.evaluate(x);
          for (unsigned int d = 0; d < dim; ++d)
          {
            u[d]        = exact.v[d];
            gradient[d] = exact.grad_v[d];
          }
        });
    add(pressure, 1, 1,
        [this](const Point<dim> &x, auto &u, auto &)
        {
          exact.evaluate(x);
          u[0] = exact.p;
        });
    add(potential, 2, 1,
        [this](const Point<dim> &x, auto &u, auto &gradient)
        {
          exact.evaluate(x);
          u[0]        = exact.m;
          gradient[0] = exact.grad_m;
        });
  }

private:
  // normal velocities are given on the sides and on Gamma
  std::map<types::boundary_id, ComponentMask> normals() const
  {
    std::map<types::boundary_id, ComponentMask> result;
    for (unsigned int d = 0; d < dim; ++d)
    {
      ComponentMask mask(dim, false);
      mask.set(d, true);
      result[d + 1 < dim ? boundary::side + d : boundary::interface] = mask;
    }
    return result;
  }

  void set_coefficients()
  {
    const auto &mf = equations.matrix_free();
    FEEvaluation<dim, -1, 0, 1, double> cell(mf, MetalOperator<dim>::p_space);
    PointData<double> inverse_zeta(mf.n_cell_batches(), equations.points_per_cell());
    for (unsigned int b = 0; b < mf.n_cell_batches(); ++b)
    {
      cell.reinit(b);
      for (unsigned int q = 0; q < cell.n_q_points; ++q)
        for (unsigned int lane = 0; lane < VectorizedArray<double>::size(); ++lane)
        {
          Point<dim> x;
          for (unsigned int d = 0; d < dim; ++d)
            x[d] = cell.quadrature_point(q)[d][lane];
          inverse_zeta(b, q)[lane] = verification::sinks(x);
        }
    }
    equations.set_coefficients({1, 1, 1}, verification::mobility, std::move(inverse_zeta));
    typename MetalOperator<dim>::InterfaceTerms terms;
    for (const auto &x : interface.faces(body.side).points)
      terms.supply_m.push_back(verification::exchange(x));
    equations.set_interface(terms);
  }

  void set_boundary_values()
  {
    const verification::Velocity<dim> v(exact);
    std::map<types::global_dof_index, double> values;
    for (const auto &[face, mask] : normals())
      VectorTools::interpolate_boundary_values(body.mapping, velocity.dof_handler, face, v, values,
                                               mask);
    for (const auto &[dof, value] : values)
      if (velocity.dof_handler.locally_owned_dofs().is_element(dof))
        solution.block(0)(dof) = value;
    metal.complete(solution);
  }

  const CellGeometry geometry;
  Body<dim> body, electrolyte;
  Interface<dim> interface;
  CoefficientSpace<dim> coefficients;
  Field<dim> velocity, pressure, potential;
  MetalOperator<dim> equations;
  MetalPreconditioner<dim> preconditioner;
  const verification::MetalEquations<dim> metal;
  const verification::CubicCreep creep;
  verification::ManufacturedFlow<dim> exact;
  kavity::BlockVector solution;
};

template <int dim>
void check_flow(const Coordinates coordinates, const unsigned int first, const unsigned int last)
{
  std::array<Orders, 6> orders;
  for (unsigned int refinements = first; refinements <= last; ++refinements)
  {
    Problem<dim> problem(coordinates, refinements);
    problem.solve();
    problem.add_errors(orders);
  }
  const std::string d = std::to_string(dim) + "D ";
  orders[0].expect(d + "velocity L2", 3);
  orders[1].expect(d + "velocity H1", 2);
  orders[2].expect(d + "pressure L2", 2);
  orders[4].expect(d + "potential L2", 3);
  orders[5].expect(d + "potential H1", 2);
}

TEST(FlowOrders, Plane)
{
  check_flow<2>(Coordinates::plane, 1, 3);
}

TEST(FlowOrders, Axisymmetric)
{
  check_flow<2>(Coordinates::axisymmetric, 1, 3);
}

TEST(FlowOrders, ThreeDimensional)
{
  check_flow<3>(Coordinates::plane, 0, 1);
}
} // namespace
