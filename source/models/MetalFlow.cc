#include "kavity/models/MetalFlow.h"

#include <deal.II/dofs/dof_tools.h>
#include <deal.II/fe/fe_q.h>
#include <deal.II/fe/fe_system.h>
#include <deal.II/lac/solver_cg.h>
#include <deal.II/lac/solver_gmres.h>

#include <set>

namespace kavity
{
using namespace dealii;

namespace
{
// Where a law excludes sinks they are weakened by this factor instead, which makes the sink
// distance a thousand times longer: mu stays determined when no void exchanges atoms.
constexpr double negligible_sinks = 1e-6;

// No flow through Gamma (inhomogeneous values are in the solution), nor through the sides, which
// are planes of symmetry or the axis.
template <int dim>
typename Field<dim>::Constrain velocity_conditions(const Body<dim> &body, const bool stick)
{
  return [&body, stick](const DoFHandler<dim> &dofs, AffineConstraints<double> &constraints)
  {
    for (unsigned int d = 0; d < dim; ++d)
    {
      ComponentMask normal(dim, false);
      normal.set(d, true);
      if (d < dim - 1)
      {
        DoFTools::make_zero_boundary_constraints(dofs, 2 * d, constraints, normal);
        DoFTools::make_zero_boundary_constraints(dofs, 2 * d + 1, constraints, normal);
      }
      if (d == dim - 1 || stick)
        DoFTools::make_zero_boundary_constraints(dofs, body.gamma_id(), constraints, normal);
    }
  };
}
} // namespace

template <int dim>
MetalFlow<dim>::MetalFlow(const Body<dim> &body, const Interface<dim> &interface,
                          const Metal &metal, const double temperature, const Options &options,
                          const std::function<double(const Point<dim> &)> &sink_factor,
                          const SolverSettings &settings)
  : body(body)
  , interface(interface)
  , metal(metal)
  , temperature(temperature)
  , options(options)
  , settings(settings)
  , coefficients(body)
  , velocity_field(body, FESystem<dim>(FE_Q<dim>(interface.points_1d() - 1), dim),
                   velocity_conditions(body, options.slip == Slip::stick))
  , pressure_field(body, FE_Q<dim>(interface.points_1d() - 2))
  , potential_field(body, FE_Q<dim>(interface.points_1d() - 1))
  , equations(velocity_field, pressure_field, potential_field, coefficients.field, interface)
  , preconditioner(velocity_field, pressure_field, potential_field, coefficients,
                   settings.smoother_degree)
{
  interface_mass.reinit(potential_field, coefficients.field);
  PointData<double> ones(interface_mass.matrix_free().n_boundary_face_batches(),
                         interface.points_per_face());
  ones.fill(VectorizedArray<double>(1.));
  interface_mass.set_robin(ones);
  interface_mass.compute_diagonal();
  equations.initialize_plain_vector(solution);
  set_sinks(sink_factor);
  find_boundary_dofs();
}

template <int dim>
void MetalFlow<dim>::set_sinks(const std::function<double(const Point<dim> &)> &sink_factor)
{
  const auto &space = equations.matrix_free();
  inverse_sink_viscosity.reinit(space.n_cell_batches(), equations.points_per_cell());
  FEEvaluation<dim, -1, 0, 1, double> u(space, MetalOperator<dim>::p_space);
  const double zeta = metal.sink_viscosity(temperature);
  for (unsigned int batch = 0; batch < space.n_cell_batches(); ++batch)
  {
    u.reinit(batch);
    for (unsigned int q = 0; q < u.n_q_points; ++q)
      for (unsigned int lane = 0; lane < VectorizedArray<double>::size(); ++lane)
      {
        Point<dim> x;
        for (unsigned int d = 0; d < dim; ++d)
          x[d] = u.quadrature_point(q)[d][lane];
        const double factor                    = sink_factor ? sink_factor(x) : 1.;
        inverse_sink_viscosity(batch, q)[lane] = options.sinks ? 1. / (zeta * factor * factor) : 0.;
      }
  }
}

// Scales stay as they are while the pressure keeps its magnitude: the preconditioner is built in
// scaled units.
template <int dim>
void MetalFlow<dim>::choose_scales(const double stack_pressure)
{
  const auto old        = equations.scales();
  const double pressure = std::max(std::abs(stack_pressure), 1e5);
  const bool fresh      = old.power == 1;
  if (!fresh && pressure < 3 * old.pressure && pressure > old.pressure / 3)
    return;
  const double M = metal.mobility(temperature) * metal.molar_volume;
  const double L =
    options.sinks ? std::min(metal.sink_distance, body.thickness()) : body.thickness();
  const double cell = body.geometry.width;
  typename MetalOperator<dim>::Scales scales;
  scales.pressure = pressure;
  scales.velocity = M * scales.pressure / L;
  scales.power    = scales.pressure * scales.velocity * std::pow(cell, dim - 1.);
  if (!fresh)
  {
    solution.block(MetalOperator<dim>::velocity) *= old.velocity / scales.velocity;
    solution.block(MetalOperator<dim>::pressure) *= old.pressure / scales.pressure;
    solution.block(MetalOperator<dim>::potential) *= old.pressure / scales.pressure;
  }
  equations.set_coefficients(scales, M, inverse_sink_viscosity);
}

template <int dim>
void MetalFlow<dim>::add_to_solution(const double factor, const BlockVector &step)
{
  for (unsigned int b = 0; b < 3; ++b)
  {
    auto &x       = solution.block(b);
    const auto &d = step.block(b);
    for (unsigned int i = 0; i < x.locally_owned_size(); ++i)
      x.local_element(i) += factor * d.local_element(i);
    const auto &field = b == MetalOperator<dim>::velocity ? velocity_field :
                        b == MetalOperator<dim>::pressure ? pressure_field :
                                                            potential_field;
    x.update_ghost_values();
    field.hanging_nodes.distribute(x);
    x.zero_out_ghost_values();
  }
}

template <int dim>
double MetalFlow<dim>::residual(BlockVector &r, const BlockVector &loads, const double flux)
{
  equations.linearise(solution, *metal.creep, temperature, options.size_factor);
  BlockVector full(solution);
  equations.apply(full, solution);
  full.sadd(-1., 1., loads);
  for (unsigned int b = 0; b < 3; ++b)
    r.block(b).copy_locally_owned_data_from(full.block(b));
  velocity_field.constraints.set_zero(r.block(MetalOperator<dim>::velocity));
  flatten(r.block(MetalOperator<dim>::velocity));
  const auto &scales        = equations.scales();
  const double flux_scale   = flux * scales.pressure / scales.power;
  const double load_size    = loads.block(MetalOperator<dim>::velocity).l2_norm();
  const double momentum     = r.block(MetalOperator<dim>::velocity).l2_norm();
  const double conservation = r.block(MetalOperator<dim>::pressure).l1_norm() +
                              r.block(MetalOperator<dim>::potential).l1_norm();
  // the balance wants the sums of the conservation rows, the stress only a good direction: 1e-3
  // weighs its two-norm so that both reach what they need at the same tolerance
  return conservation / flux_scale + (load_size > 0 ? 1e-3 * momentum / load_size : 0.);
}

template <int dim>
void MetalFlow<dim>::solve_linear(BlockVector &step, const BlockVector &r, const double reduction,
                                  SolverReport &report)
{
  struct
  {
    const MetalFlow &flow;
    void vmult(BlockVector &dst, const BlockVector &src) const
    {
      flow.equations.vmult(dst, src);
      flow.flatten(dst.block(MetalOperator<dim>::velocity));
    }
  } matrix{*this};
  struct
  {
    const MetalFlow &flow;
    void vmult(BlockVector &dst, const BlockVector &src) const
    {
      flow.preconditioner.vmult(dst, src);
      flow.flatten(dst.block(MetalOperator<dim>::velocity));
    }
  } inverse{*this};
  SolverControl control(settings.max_linear_iterations, reduction * r.l2_norm());
  typename SolverFGMRES<BlockVector>::AdditionalData data;
  data.max_basis_size = 60;
  SolverFGMRES<BlockVector> solver(control, data);
  step = 0;
  try
  {
    solver.solve(matrix, step, r, inverse);
  }
  catch (const SolverControl::NoConvergence &)
  {
    throw NoConvergence("the linear solver of the metal flow did not converge in " +
                        std::to_string(control.last_step()) + " iterations");
  }
  report.linear_iterations += control.last_step();
}

template <int dim>
SolverReport MetalFlow<dim>::solve(const double stack_pressure, const Exchange &exchange,
                                   const double wanted)
{
  choose_scales(stack_pressure);
  const unsigned int n = interface.faces(body.side).points.size();
  InterfaceValues flux(n), coefficient(n), magnitude(n);
  for (unsigned int k = 0; k < n; ++k)
  {
    coefficient[k] = exchange.coefficient[k] * metal.molar_volume;
    flux[k]        = exchange.current[k] * metal.molar_volume / faraday - exchange.supply[k] -
              exchange.coefficient[k] * exchange.void_potential[k];
    magnitude[k] = std::abs(exchange.current[k]) * metal.molar_volume / faraday +
                   std::abs(exchange.supply[k]) +
                   std::abs(exchange.coefficient[k] * exchange.void_potential[k]);
  }
  // metal at rest under pressure still exchanges with sinks: their capacity sets a floor
  const double floor = 1e-2 * metal.mobility(temperature) * metal.molar_volume *
                       std::max(std::abs(stack_pressure), 1e5) /
                       std::min(metal.sink_distance, body.thickness());
  const double scale =
    interface.integral(magnitude, body.side) / angle() + floor * interface.area() / angle();
  flux_scale = scale;
  equations.set_exchange(coefficient);
  set_closure(exchange.closure);
  BlockVector loads(solution), r, step;
  equations.load(loads, stack_pressure, flux);
  equations.initialize_vector(r);
  equations.initialize_vector(step);

  const double tolerance = wanted > 0 ? wanted : settings.tolerance;
  SolverReport report;
  double norm = residual(r, loads, scale);
  for (;; ++report.newton_iterations)
  {
    report.residual = norm;
    if (norm <= tolerance)
      break;
    if (report.newton_iterations == settings.max_newton_iterations || !std::isfinite(norm))
      throw no_convergence("the metal flow", report);
    preconditioner.update(equations);
    solve_linear(step, r, std::clamp(0.1 * tolerance / norm, 1e-4, 1e-3), report);
    const double previous = norm;
    double factor         = 1;
    add_to_solution(factor, step);
    for (norm = residual(r, loads, scale);
         !(norm < previous) && previous > settings.acceptable && factor > 1e-3;
         norm = residual(r, loads, scale))
    {
      add_to_solution(-0.5 * factor, step);
      factor *= 0.5;
    }
    if (!(norm < previous) && previous <= settings.acceptable)
      break;
  }
  read_interface();
  return report;
}

template <int dim>
InterfaceValues MetalFlow<dim>::void_supply(const Exchange &exchange) const
{
  InterfaceValues result(exchange.supply);
  for (unsigned int k = 0; k < result.size(); ++k)
    result[k] += exchange.coefficient[k] * (exchange.void_potential[k] - mu[k]);
  return result;
}

template <int dim>
void MetalFlow<dim>::fill_output(Vector &velocity, Vector &p, Vector &potential) const
{
  velocity  = solution.block(MetalOperator<dim>::velocity);
  p         = solution.block(MetalOperator<dim>::pressure);
  potential = solution.block(MetalOperator<dim>::potential);
  velocity *= equations.scales().velocity;
  p *= equations.scales().pressure;
  potential *= equations.scales().pressure * metal.molar_volume;
  for (Vector *vector : {&velocity, &p, &potential})
    vector->update_ghost_values();
}

template class MetalFlow<2>;
template class MetalFlow<3>;
} // namespace kavity
