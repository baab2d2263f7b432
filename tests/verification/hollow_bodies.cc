// A hole in creeping metal without sinks, closed by a pressure from outside: hollow cylinder and
// hollow sphere in power-law creep (docs/model.md, sections 5 and 11). Tests the equations of the
// metal, their tangent and their preconditioner on curved meshes.

#include <deal.II/fe/fe_q.h>
#include <deal.II/fe/fe_system.h>
#include <deal.II/grid/grid_generator.h>
#include <deal.II/numerics/vector_tools.h>

#include <iostream>

#include "verification_metal.h"
#include "verification_newton.h"
#include "verification_orders.h"

using namespace kavity;
using namespace dealii;
using verification::Orders;

namespace
{
constexpr double reference_stress = 1e6, reference_rate = 1e-3; // s_0 in Pa, e_0 in 1/s

// The hole has the radius 1 m; creep without a size effect knows no length.
struct Hollow
{
  unsigned int k;        ///< 2 cylinder, 3 sphere
  double outer_radius;   ///< m
  unsigned int exponent; ///< n
  double pressure;       ///< outside, Pa

  // Incompressible radial flow v = -c/r^(k-1) has edot = edot_a/r^k, edot_a = 2 c/sqrt(3) or 2 c,
  // and sigma_rr - sigma_tt = q s(edot), q = 2/sqrt(3) or 1. Equilibrium, d sigma_rr/dr =
  // -(k-1) q s/r between 0 at the hole and -p outside, gives the stress s_a at the hole.
  double flow() const
  {
    const double n = exponent, f = std::pow(outer_radius, -double(k));
    const double q   = k == 2 ? 2 / std::sqrt(3.) : 1.;
    const double s_a = k * pressure / ((k - 1) * q * n * (1 - std::pow(f, 1 / n)));
    const double c   = reference_rate * std::pow(s_a / reference_stress, n) / 2;
    return k == 2 ? std::sqrt(3.) * c : c;
  }
  /// V'/V = -k c
  double closed_form() const
  {
    return -(k * flow());
  }
};

// The formulas as docs/model.md, section 11, has them.
TEST(HollowBodies, ClosedForms)
{
  for (const unsigned int n : {3u, 5u})
  {
    const double p = 0.8e6, f = 0.25, root = 1 - std::pow(f, 1. / n);
    const Hollow cylinder{2, std::pow(f, -1. / 2), n, p}, sphere{3, std::pow(f, -1. / 3), n, p};
    const double of_cylinder = -std::sqrt(3.) * reference_rate *
                               std::pow(std::sqrt(3.) * p / (n * reference_stress * root), n);
    const double of_sphere =
      -1.5 * reference_rate * std::pow(3 * p / (2 * n * reference_stress * root), n);
    // round-off, n times that of the root
    EXPECT_NEAR(cylinder.closed_form(), of_cylinder, 1e-13 * std::abs(of_cylinder));
    EXPECT_NEAR(sphere.closed_form(), of_sphere, 1e-13 * std::abs(of_sphere));
  }
}

Metal power_law_metal(const unsigned int exponent)
{
  return verification::potassium(
    {"Metal/power_law/Reference rate=1e-3 1/s", "Metal/power_law/Activation energy=0 kJ/mol",
     "Metal/power_law/Stress exponent=" + std::to_string(exponent),
     "Metal/power_law/Breakdown=false", "Metal/power_law/Linear branch=false"});
}

// -x c b^(m-k)/r^m, with m = k the exact flow; all have the same values at the outer radius b.
template <int dim>
class RadialFlow : public Function<dim>
{
public:
  RadialFlow(const Hollow &hollow, const double m)
    : Function<dim>(dim)
    , m(m)
    , factor(-hollow.flow() / reference_rate * std::pow(hollow.outer_radius, m - hollow.k))
  {
  }
  double value(const Point<dim> &x, const unsigned int d) const override
  {
    return factor * x[d] / std::pow(x.norm(), m);
  }

private:
  const double m, factor;
};

// A quadrant or an octant, between planes of symmetry. The velocity outside is given and the
// pressure is asked for: under a given pressure the viscous block of the preconditioner alone would
// not resist dilation of the sphere, which in a cell its walls do.
template <int dim>
class HollowProblem
{
public:
  HollowProblem(const Hollow &hollow, const unsigned int refinements)
    : hollow(hollow)
    , metal(power_law_metal(hollow.exponent))
    , body(MPI_COMM_WORLD, Body<dim>::Side::metal,
           {1, 1, 1, 1, dim == 2 && hollow.k == 3 ? Coordinates::axisymmetric : Coordinates::plane},
           {1, 1, 0})
    , interface(shaped(body, hollow.outer_radius, refinements), body, 3)
    , coefficients(body)
    , velocity(body, FESystem<dim>(FE_Q<dim>(2), dim),
               [](const auto &dofs, auto &constraints)
               {
                 for (unsigned int d = 0; d < dim; ++d)
                 {
                   ComponentMask normal(dim, false);
                   normal.set(d, true);
                   DoFTools::make_zero_boundary_constraints(dofs, plane + d, constraints, normal);
                   DoFTools::make_zero_boundary_constraints(dofs, outside, constraints, normal);
                 }
               })
    , pressure(body, FE_Q<dim>(1))
    , potential(body, FE_Q<dim>(2),
                [](const auto &dofs, auto &constraints)
                { DoFTools::make_zero_boundary_constraints(dofs, outside, constraints); })
    , equations(velocity, pressure, potential, coefficients.field, interface)
    , preconditioner(equations, velocity, pressure, potential, coefficients, 4)
  {
    PointData<double> no_sinks(equations.matrix_free().n_cell_batches(),
                               equations.points_per_cell());
    no_sinks.fill(VectorizedArray<double>(0.));
    const double power = reference_stress * reference_rate;
    equations.set_coefficients({reference_stress, reference_rate, power},
                               power / std::pow(reference_stress, 2), std::move(no_sinks));
    equations.set_interface({});
  }

  void solve()
  {
    kavity::BlockVector none;
    equations.initialize_plain_vector(x);
    none = x;
    // a start that is compressible, with the boundary values
    VectorTools::interpolate(body.mapping, velocity.dof_handler,
                             RadialFlow<dim>(hollow, hollow.k - 0.5), x.block(0));
    const verification::MetalEquations<dim> flow{
      {{&velocity, &pressure, &potential}}, equations, preconditioner};
    flow.complete(x);
    // the finest mesh is 1e-7 off
    flow.solve(x, none, x, *metal.creep, 1e-11);
    // the power of all nodal forces is that of the outer boundary: the others are free or at rest
    equations.apply(none, x);
    power = none.block(0) * x.block(0) * reference_stress * reference_rate;
    x.update_ghost_values();
  }

  struct Surface
  {
    double flux   = 0; ///< of metal out of the body, m^3/s (m^2/s for the cylinder)
    double volume = 0; ///< within the surface, m^3 (m^2)
  };
  Surface surface(const types::boundary_id id) const
  {
    const auto &fe = velocity.dof_handler.get_fe();
    FEFaceValues<dim> v(body.mapping, fe, QGauss<dim - 1>(4),
                        update_values | update_JxW_values | update_normal_vectors |
                          update_quadrature_points);
    std::vector<dealii::Vector<double>> values(v.n_quadrature_points, dealii::Vector<double>(dim));
    Surface result;
    for (const auto &cell : velocity.dof_handler.active_cell_iterators())
      if (cell->is_locally_owned())
        for (const unsigned int face : cell->face_indices())
          if (cell->face(face)->at_boundary() && cell->face(face)->boundary_id() == id)
          {
            v.reinit(cell, face);
            v.get_function_values(x.block(0), values);
            for (const unsigned int q : v.quadrature_point_indices())
            {
              const Point<dim> at = v.quadrature_point(q);
              const double weight = v.JxW(q) * (body.axisymmetric() ? at[0] : 1.);
              for (unsigned int d = 0; d < dim; ++d)
              {
                result.flux += reference_rate * weight * v.normal_vector(q)[d] * values[q][d];
                result.volume += weight * std::abs(v.normal_vector(q)[d] * at[d]) / hollow.k;
              }
            }
          }
    const MPI_Comm comm = body.triangulation.get_communicator();
    return {Utilities::MPI::sum(result.flux, comm), Utilities::MPI::sum(result.volume, comm)};
  }

  double outer_pressure() const
  {
    return -power / surface(outside).flux;
  }

  // no boundary is Gamma or the platen of a cell
  enum : types::boundary_id
  {
    hole    = 10,
    outside = 11,
    plane   = 20 ///< + normal direction
  };

private:
  static Body<dim> &shaped(Body<dim> &body, const double radius, const unsigned int refinements)
  {
    auto &mesh = body.triangulation;
    mesh.clear();
    // square cells in 2D; in 3D there are three, whatever the radii
    const unsigned int around =
      dim == 2 ? std::lround(numbers::PI / 4 * (radius + 1) / (radius - 1)) : 3;
    GridGenerator::quarter_hyper_shell(mesh, Point<dim>(), 1., radius, around, true);
    for (const auto &cell : mesh.active_cell_iterators())
      for (const auto &face : cell->face_iterators())
        if (face->at_boundary())
        {
          const types::boundary_id id = face->boundary_id();
          face->set_boundary_id(id < 2 ? hole + id : plane + id - 2);
        }
    mesh.refine_global(refinements);
    body.update_levels();
    return body;
  }

  const Hollow hollow;
  const Metal metal;
  Body<dim> body;
  Interface<dim> interface; ///< without faces
  CoefficientSpace<dim> coefficients;
  Field<dim> velocity, pressure, potential;
  MetalOperator<dim> equations;
  MetalPreconditioner<dim> preconditioner;
  kavity::BlockVector x; ///< in units of the reference stress and rate
  double power = 0;      ///< W, W/m in 2D, without 2 pi if axisymmetric
};

// Power is stationary at the solution: its error is that of the fields, of order 2, squared.
// Polygons in place of circles shrink both radii alike, which changes nothing, but the velocity
// given on their edges is off by h^2 between the corners, which the outermost cells of width h must
// shear away: (h^2/h)^2 h.
template <int dim>
void check(const Hollow &hollow, const unsigned int first, const unsigned int last,
           const double tolerance)
{
  using Here = HollowProblem<dim>;
  Orders orders;
  double error = 0;
  for (unsigned int refinements = first; refinements <= last; ++refinements)
  {
    Here problem(hollow, refinements);
    problem.solve();
    const auto inside = problem.surface(Here::hole);
    // incompressible on every mesh, to the residual
    EXPECT_NEAR(-inside.flux / problem.surface(Here::outside).flux, 1, 1e-8);
    // the rate that the closed form gives under the pressure found
    Hollow found(hollow);
    found.pressure = problem.outer_pressure();
    error          = std::abs(-inside.flux / inside.volume / found.closed_form() - 1);
    orders.add(error);
  }
  orders.expect_between(std::to_string(dim) + "D k " + std::to_string(hollow.k) + " n " +
                          std::to_string(hollow.exponent) + " b " +
                          std::to_string(hollow.outer_radius),
                        3, 4);
  EXPECT_LT(error, tolerance);
}

TEST(HollowBodies, Cylinder)
{
  for (const unsigned int n : {3u, 5u})
    for (const double outer_radius : {2., 1.25})
      check<2>({2, outer_radius, n, 0.8e6}, 1, 3, 1e-4);
}

TEST(HollowBodies, SphereAxisymmetric)
{
  for (const unsigned int n : {3u, 5u})
    for (const double outer_radius : {2., 1.25})
      check<2>({3, outer_radius, n, 0.8e6}, 1, 3, 1e-4);
}

TEST(HollowBodies, SphereOctant)
{
  check<3>({3, 2., 3, 0.8e6}, 1, 2, 1e-3);
}
} // namespace
