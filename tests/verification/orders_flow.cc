// Orders of convergence of the metal equations by manufactured solutions: velocity and potential of
// degree 2, pressure of degree 1, a viscosity that varies with the strain rate, sinks and exchange
// with Gamma that vary (docs/model.md, sections 4 and 11). Everything of order one.

#include <deal.II/numerics/vector_tools.h>

#include "verification_flow.h"
#include "verification_newton.h"
#include "verification_operators.h"
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
    : box({1, 1, 1.5, 1.5, coordinates}, {0.25, 1, refinements})
    , preconditioner(box.equations, box.velocity, box.pressure, box.potential, box.coefficients, 4)
    , metal{{{&box.velocity, &box.pressure, &box.potential}}, box.equations, preconditioner}
  {
    exact.axisymmetric = box.body.axisymmetric();
    box.equations.initialize_plain_vector(solution);
    set_coefficients();
    set_boundary_values();
  }

  void solve()
  {
    kavity::BlockVector load(solution), at_rest(solution);
    load    = 0;
    at_rest = 0;
    verification::assemble_load(metal.fields, exact, load);
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
    add(box.velocity, 0, dim,
        [this](const Point<dim> &x, auto &u, auto &gradient)
        {
          exact.evaluate(x);
          for (unsigned int d = 0; d < dim; ++d)
          {
            u[d]        = exact.v[d];
            gradient[d] = exact.grad_v[d];
          }
        });
    add(box.pressure, 1, 1,
        [this](const Point<dim> &x, auto &u, auto &)
        {
          exact.evaluate(x);
          u[0] = exact.p;
        });
    add(box.potential, 2, 1,
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
    box.set_coefficients(verification::sinks<dim>, verification::mobility);
    typename MetalOperator<dim>::InterfaceTerms terms;
    for (const auto &x : box.interface.faces(Side::metal).points)
      terms.supply_m.push_back(verification::exchange(x));
    box.equations.set_interface(terms);
  }

  void set_boundary_values()
  {
    const verification::Velocity<dim> v(exact);
    std::map<types::global_dof_index, double> values;
    for (const auto &[face, mask] : normals())
      VectorTools::interpolate_boundary_values(box.body.mapping, box.velocity.dof_handler, face, v,
                                               values, mask);
    for (const auto &[dof, value] : values)
      if (box.velocity.dof_handler.locally_owned_dofs().is_element(dof))
        solution.block(0)(dof) = value;
    metal.complete(solution);
  }

  verification::MetalBox<dim> box;
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
