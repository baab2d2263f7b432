#include "kavity/physics/MetalFlow.h"

#include <deal.II/dofs/dof_tools.h>
#include <deal.II/fe/fe_q.h>
#include <deal.II/fe/fe_system.h>
#include <deal.II/lac/solver_gmres.h>

namespace kavity
{
using namespace dealii;

namespace
{
// No flow through Gamma (inhomogeneous values are in the solution_) unless there are sinks on it,
// nor through the sides, which are planes of symmetry or the axis.
template <int dim>
typename Field<dim>::Constrain velocity_conditions(const bool stick, const bool moves_in)
{
  return [stick, moves_in](const DoFHandler<dim> &dofs, AffineConstraints<double> &constraints)
  {
    for (unsigned int d = 0; d < dim; ++d)
    {
      ComponentMask normal(dim, false);
      normal.set(d, true);
      if (d < dim - 1)
      {
        DoFTools::make_zero_boundary_constraints(dofs, boundary::side + d, constraints, normal);
      }
      if (d == dim - 1 ? !moves_in : stick)
        DoFTools::make_zero_boundary_constraints(dofs, boundary::interface, constraints, normal);
    }
  };
}
} // namespace

template <int dim>
MetalFlow<dim>::MetalFlow(const Body<dim> &body, const Interface<dim> &interface,
                          const Metal &metal, const double temperature, const Options &options,
                          const SolverSettings &settings)
  : body(body)
  , interface(interface)
  , metal(metal)
  , temperature(temperature)
  , options(options)
  , settings(settings)
  , sink_resistance(options.sinks ? metal.interface_sink_viscosity(temperature) : 0.)
  , coefficients(body)
  , velocity_field(body, FESystem<dim>(FE_Q<dim>(interface.points_1d() - 1), dim),
                   velocity_conditions<dim>(options.slip == Slip::stick, interface_moves()))
  , pressure_field(body, FE_Q<dim>(interface.points_1d() - 2))
  , potential_field(body, FE_Q<dim>(interface.points_1d() - 1))
  , normal_velocity(interface, velocity_field, potential_field, coefficients)
{
}

template <int dim>
void MetalFlow<dim>::set_sinks(const SinkFactor &sink_factor)
{
  rows().initialize_plain_vector(solution_);
  const auto &space = rows().matrix_free();
  inverse_sink_viscosity.reinit(space.n_cell_batches(), rows().points_per_cell());
  FEEvaluation<dim, -1, 0, 1, double> u(space, FlowOperator<dim>::p_space);
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
  const auto old        = rows().scales();
  const double pressure = std::max(std::abs(stack_pressure), 1e5);
  const bool fresh      = old.power == 1;
  if (!fresh && pressure < 3 * old.pressure && pressure > old.pressure / 3)
    return;
  const double M    = metal.mobility(temperature) * metal.molar_volume;
  const double cell = body.geometry.width;
  typename FlowOperator<dim>::Scales scales;
  scales.pressure = pressure;
  scales.velocity = sink_speed(pressure);
  scales.power    = scales.pressure * scales.velocity * std::pow(cell, dim - 1.);
  if (!fresh)
  {
    solution_.block(FlowOperator<dim>::velocity) *= old.velocity / scales.velocity;
    for (unsigned int b = FlowOperator<dim>::pressure; b < solution_.n_blocks(); ++b)
      solution_.block(b) *= old.pressure / scales.pressure;
  }
  rows().set_coefficients(scales, M, inverse_sink_viscosity);
}

// At which metal would move towards sinks under a pressure.
template <int dim>
double MetalFlow<dim>::sink_speed(const double pressure) const
{
  const double L =
    options.sinks ? std::min(metal.sink_distance, body.thickness()) : body.thickness();
  const double in_metal = metal.mobility(temperature) * metal.molar_volume * pressure / L;
  return in_metal + (has_interface_sinks() ? pressure / sink_resistance : 0.);
}

template <int dim>
void MetalFlow<dim>::flatten(Vector &velocity) const
{
  if (options.platen == Platen::rigid_pressure)
    normal_velocity.flatten_at_platen(velocity);
}

template <int dim>
void MetalFlow<dim>::read_interface()
{
  pressure = values().pressure();
  approach = values().approach();
}

template <int dim>
void MetalFlow<dim>::add_to_solution(const double factor, const BlockVector &step)
{
  for (unsigned int b = 0; b < solution_.n_blocks(); ++b)
  {
    auto &x       = solution_.block(b);
    const auto &d = step.block(b);
    for (unsigned int i = 0; i < x.locally_owned_size(); ++i)
      x.local_element(i) += factor * d.local_element(i);
    const auto &field = b == FlowOperator<dim>::velocity ? velocity_field :
                        b == FlowOperator<dim>::pressure ? pressure_field :
                                                           potential_field;
    field.complete(x);
  }
}

template <int dim>
double MetalFlow<dim>::residual(BlockVector &r, const BlockVector &loads)
{
  rows().linearise(solution_, *metal.creep, temperature, options.size_factor);
  BlockVector full(solution_);
  rows().apply(full, solution_);
  full.sadd(-1., 1., loads);
  for (unsigned int b = 0; b < solution_.n_blocks(); ++b)
    r.block(b).copy_locally_owned_data_from(full.block(b));
  velocity_field.constraints.set_zero(r.block(FlowOperator<dim>::velocity));
  flatten(r.block(FlowOperator<dim>::velocity));
  const auto &scales    = rows().scales();
  const double flux     = flux_scale * scales.pressure / scales.power;
  const double momentum = r.block(FlowOperator<dim>::velocity).l2_norm();
  double conservation   = 0;
  for (unsigned int b = FlowOperator<dim>::pressure; b < r.n_blocks(); ++b)
    conservation += r.block(b).l1_norm();
  // the balance wants the sums of the conservation rows, the stress only a good direction: 1e-3
  // weighs its two-norm so that both reach what they need at the same tolerance
  return conservation / flux + (load_size > 0 ? 1e-3 * momentum / load_size : 0.);
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
      flow.equations().vmult(dst, src);
      flow.flatten(dst.block(FlowOperator<dim>::velocity));
    }
  } matrix{*this};
  struct
  {
    MetalFlow &flow;
    void vmult(BlockVector &dst, const BlockVector &src) const
    {
      flow.preconditioner().vmult(dst, src);
      flow.flatten(dst.block(FlowOperator<dim>::velocity));
    }
  } inverse{*this};
  SolverControl control(settings.max_linear_iterations, reduction * r.l2_norm());
  typename SolverFGMRES<BlockVector>::AdditionalData data;
  data.max_basis_size = 100;
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

// Metal at rest under pressure still exchanges with sinks: a hundredth of what they could absorb
// sets a floor to what residuals are relative to.
template <int dim>
double MetalFlow<dim>::sink_capacity(const double stack_pressure) const
{
  return 1e-2 * sink_speed(std::max(std::abs(stack_pressure), 1e5)) * interface.area() /
         body.angle();
}

template <int dim>
SolverReport MetalFlow<dim>::newton(const BlockVector &loads, const double wanted,
                                    const double loose)
{
  BlockVector r, step;
  rows().initialize_vector(r);
  rows().initialize_vector(step);
  SolverReport report;
  double norm = residual(r, loads), forcing = 1e-2;
  const double tolerance = std::max(wanted, std::min(loose, 0.1 * norm));
  const auto accepts     = [&]()
  {
    report.residual = norm;
    return norm <= tolerance;
  };
  const auto newton_step = [&]()
  {
    preconditioner().update();
    solve_linear(step, r, std::clamp(0.1 * tolerance / norm, 1e-4, forcing), report);
    const double previous = norm, size = r.l2_norm();
    rows().creep().predict_stress(step.block(FlowOperator<dim>::velocity));
    // steps are judged by the norm that the linear solver reduces: the measure of convergence
    // weighs the stress little and would reject what mends it
    const auto improved = [&]()
    {
      norm = residual(r, loads);
      return r.l2_norm() < size;
    };
    rows().creep().adopt_stress(take_step(
      previous > settings.acceptable, [&](const double factor) { add_to_solution(factor, step); },
      improved));
    // what a power law does not let a step gain is not worth a linear solve (Eisenstat and Walker)
    const double gained = r.l2_norm() / size;
    forcing             = std::clamp(0.5 * gained * gained, 1e-3, 5e-2);
    return norm < previous || previous > settings.acceptable;
  };
  iterate_newton("the metal flow", settings.max_newton_iterations, report, accepts, newton_step);
  return report;
}

template class MetalFlow<2>;
template class MetalFlow<3>;
} // namespace kavity
