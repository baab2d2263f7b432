#include "kavity/physics/MetalFlow.h"

#include "kavity/core/Dual.h"

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
                          const std::function<double(const Point<dim> &)> &sink_factor,
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
  , equations_(velocity_field, pressure_field, potential_field, coefficients.field, interface,
               options.with_potential)
  , preconditioner(velocity_field, pressure_field, potential_field, coefficients,
                   settings.smoother_degree, options.with_potential, interface_moves())
  , normal_velocity(interface, velocity_field, potential_field, coefficients)
  , values(equations_, solution_, metal.molar_volume)
{
  equations_.initialize_plain_vector(solution_);
  set_sinks(sink_factor);
}

template <int dim>
void MetalFlow<dim>::set_sinks(const std::function<double(const Point<dim> &)> &sink_factor)
{
  const auto &space = equations_.matrix_free();
  inverse_sink_viscosity.reinit(space.n_cell_batches(), equations_.points_per_cell());
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
  const auto old        = equations_.scales();
  const double pressure = std::max(std::abs(stack_pressure), 1e5);
  const bool fresh      = old.power == 1;
  if (!fresh && pressure < 3 * old.pressure && pressure > old.pressure / 3)
    return;
  const double M    = metal.mobility(temperature) * metal.molar_volume;
  const double cell = body.geometry.width;
  typename MetalOperator<dim>::Scales scales;
  scales.pressure = pressure;
  scales.velocity = sink_speed(pressure);
  scales.power    = scales.pressure * scales.velocity * std::pow(cell, dim - 1.);
  if (!fresh)
  {
    solution_.block(MetalOperator<dim>::velocity) *= old.velocity / scales.velocity;
    for (unsigned int b = MetalOperator<dim>::pressure; b < solution_.n_blocks(); ++b)
      solution_.block(b) *= old.pressure / scales.pressure;
  }
  equations_.set_coefficients(scales, M, inverse_sink_viscosity);
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
InterfaceValues MetalFlow<dim>::void_growth(const Exchange &exchange) const
{
  InterfaceValues result(exchange.supply);
  for (unsigned int k = 0; k < result.size(); ++k)
  {
    result[k] -= exchange.coefficient[k] * mu[k] + approach[k];
    if (interface_moves())
      result[k] += exchange.supply_by_velocity[k] * approach[k];
    if (interface_moves() && !exchange.supply_by_pressure.empty())
      result[k] += exchange.supply_by_pressure[k] * pressure[k];
  }
  return result;
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
  pressure = values.pressure();
  approach = values.approach();
  if (options.with_potential)
    mu = values.potential();
}

namespace
{
// Least h(c) that shares the resistance of sinks on Gamma.
constexpr double least_contact = 2e-3;
} // namespace

template <int dim>
void MetalFlow<dim>::add_to_solution(const double factor, const BlockVector &step)
{
  for (unsigned int b = 0; b < solution_.n_blocks(); ++b)
  {
    auto &x       = solution_.block(b);
    const auto &d = step.block(b);
    for (unsigned int i = 0; i < x.locally_owned_size(); ++i)
      x.local_element(i) += factor * d.local_element(i);
    const auto &field = b == MetalOperator<dim>::velocity ? velocity_field :
                        b == MetalOperator<dim>::pressure ? pressure_field :
                                                            potential_field;
    field.complete(x);
  }
}

template <int dim>
double MetalFlow<dim>::residual(BlockVector &r, const BlockVector &loads)
{
  equations_.linearise(solution_, *metal.creep, temperature, options.size_factor);
  BlockVector full(solution_);
  equations_.apply(full, solution_);
  full.sadd(-1., 1., loads);
  for (unsigned int b = 0; b < solution_.n_blocks(); ++b)
    r.block(b).copy_locally_owned_data_from(full.block(b));
  velocity_field.constraints.set_zero(r.block(MetalOperator<dim>::velocity));
  flatten(r.block(MetalOperator<dim>::velocity));
  const auto &scales    = equations_.scales();
  const double flux     = flux_scale * scales.pressure / scales.power;
  const double momentum = r.block(MetalOperator<dim>::velocity).l2_norm();
  double conservation   = 0;
  for (unsigned int b = MetalOperator<dim>::pressure; b < r.n_blocks(); ++b)
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
      flow.equations_.vmult(dst, src);
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

template <int dim>
SolverReport MetalFlow<dim>::solve(const double stack_pressure, const Exchange &exchange,
                                   const double wanted)
{
  choose_scales(stack_pressure);
  const unsigned int n = interface.faces(body.side).points.size();
  InterfaceValues flux(n), magnitude(n);
  typename MetalOperator<dim>::InterfaceTerms terms;
  terms.supply_m = exchange.coefficient;
  for (unsigned int k = 0; k < n; ++k)
  {
    terms.supply_m[k] *= metal.molar_volume;
    flux[k]       = exchange.current[k] * metal.molar_volume / faraday - exchange.supply[k];
    double supply = exchange.supply[k];
    if (!exchange.supply_by_pressure.empty())
      supply += exchange.supply_by_pressure[k] * pressure[k];
    magnitude[k] = std::abs(exchange.current[k]) * metal.molar_volume / faraday + std::abs(supply);
  }
  if (interface_moves())
  {
    terms.traction_u = exchange.traction_by_velocity;
    terms.supply_u   = exchange.supply_by_velocity;
    terms.traction_m = exchange.traction_by_potential;
    for (double &value : terms.traction_m)
      value *= metal.molar_volume;
    terms.traction_p = exchange.traction_by_pressure;
    terms.supply_p   = exchange.supply_by_pressure;
  }
  else
    normal_velocity.set_on_interface(solution_.block(MetalOperator<dim>::velocity),
                                     exchange.closure, velocity_unit());
  flux_scale = interface.integral(magnitude) / body.angle() + sink_capacity(stack_pressure);
  equations_.set_interface(terms);
  BlockVector loads(solution_);
  // what closure by creep takes from the traction may be far more than any pressure in the metal
  equations_.load(loads, std::max(std::abs(stack_pressure), 1e5), flux);
  load_size = loads.block(MetalOperator<dim>::velocity).l2_norm();
  equations_.load(loads, stack_pressure, flux, exchange.traction);
  const SolverReport report = newton(loads, wanted > 0 ? wanted : settings.tolerance);
  read_interface();
  if (!interface_moves())
    approach = exchange.closure;
  return report;
}

// c on Gamma, made h(c) and kept off 0: under a void the metal does not move in.
template <int dim>
InterfaceValues MetalFlow<dim>::interface_fraction(const Filling &filling) const
{
  const auto &map = equations_.interface_batches();
  InterfaceValues result(interface.faces(body.side).points.size());
  FEFaceEvaluation<dim, -1, 0, 1, double> c(equations_.matrix_free(), true,
                                            MetalOperator<dim>::m_space);
  filling.fraction->update_ghost_values();
  for (const auto &batch : map.batches)
  {
    c.reinit(batch.face_batch);
    c.gather_evaluate(*filling.fraction, EvaluationFlags::values);
    for (unsigned int q = 0; q < c.n_q_points; ++q)
      map.scatter(PhaseField::metal(clip(c.get_value(q))), result, batch, q);
  }
  filling.fraction->zero_out_ghost_values();
  for (double &h : result)
    h = std::max(h, least_contact);
  return result;
}

// Metal that flow compresses answers with f'' (g/g')^2 per strain, unless sinks and diffusion undo
// it, which over the sink distance takes zeta over that. Without this support, flow and voids in
// turn overshoot each other as soon as a step is longer. Without sinks in the metal it cannot be
// compressed, and there is nothing to support.
template <int dim>
void MetalFlow<dim>::fill(const Filling &filling, const double stack_pressure)
{
  using Lanes           = VectorizedArray<double>;
  const auto &law       = *filling.law;
  const auto &mf        = equations_.matrix_free();
  const double zeta     = metal.sink_viscosity(temperature);
  const bool bulk_sinks = std::isfinite(zeta);
  PointData<double> metal_fraction(mf.n_cell_batches(), equations_.points_per_cell()),
    support(mf.n_cell_batches(), equations_.points_per_cell());
  FEEvaluation<dim, -1, 0, 1, double> c_cell(mf, MetalOperator<dim>::m_space);
  filling.fraction->update_ghost_values();
  for (unsigned int batch = 0; batch < mf.n_cell_batches(); ++batch)
  {
    c_cell.reinit(batch);
    c_cell.gather_evaluate(*filling.fraction, EvaluationFlags::values);
    for (unsigned int q = 0; q < c_cell.n_q_points; ++q)
    {
      const Lanes c            = c_cell.get_value(q);
      metal_fraction(batch, q) = std::max(PhaseField::metal(clip(c)), Lanes(law.viscosity_floor));
      const Lanes curvature    = law.slope(Dual<Lanes>(c, Lanes(1.))).derivative;
      const Lanes ratio        = law.content(c) / law.content_slope(c);
      const Lanes stiffness =
        (filling.interval * law.barrier) * std::max(curvature, Lanes(0.)) * ratio * ratio;
      support(batch, q) = bulk_sinks ? stiffness * zeta / (stiffness + zeta) : Lanes(0.);
    }
  }
  filling.fraction->zero_out_ghost_values();
  // what fills voids is Newtonian: thinned like metal it would be much thinner than the floor says
  const double pressure = std::max(std::abs(stack_pressure), 1e5);
  const double rate     = pressure / (bulk_sinks ? zeta : sink_resistance * filling.void_size);
  typename MetalOperator<dim>::VoidFluid fluid;
  fluid.shear = law.viscosity_floor *
                metal.creep->flow_stress(rate, temperature, options.size_factor) / (3 * rate);
  fluid.bulk = bulk_sinks ? 0. : law.viscosity_floor * pressure / rate;
  equations_.set_filling(std::move(metal_fraction), fluid, std::move(support), solution_);
  resistance.clear();
  if (has_interface_sinks())
    for (const double h : interface_fraction(filling))
      resistance.push_back(sink_resistance / h);
  typename MetalOperator<dim>::InterfaceTerms terms;
  terms.traction_u = resistance;
  equations_.set_interface(terms);
}

template <int dim>
SolverReport MetalFlow<dim>::solve(const double stack_pressure, const Filling &filling,
                                   const double stripping, const double wanted, const double loose)
{
  choose_scales(stack_pressure);
  fill(filling, stack_pressure);
  flux_scale = stripping / body.angle() + sink_capacity(stack_pressure);
  BlockVector loads(solution_);
  equations_.load(loads, stack_pressure, {});
  equations_.add_potential_force(loads, *filling.fraction, *filling.potential, *filling.law);
  load_size                 = loads.block(MetalOperator<dim>::velocity).l2_norm();
  const SolverReport report = newton(loads, wanted > 0 ? wanted : settings.tolerance, loose);
  read_interface();
  return report;
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
  equations_.initialize_vector(r);
  equations_.initialize_vector(step);
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
    preconditioner.update(equations_);
    solve_linear(step, r, std::clamp(0.1 * tolerance / norm, 1e-4, forcing), report);
    const double previous = norm, size = r.l2_norm();
    equations_.creep().predict_stress(step.block(MetalOperator<dim>::velocity));
    // steps are judged by the norm that the linear solver reduces: the measure of convergence
    // weighs the stress little and would reject what mends it
    const auto improved = [&]()
    {
      norm = residual(r, loads);
      return r.l2_norm() < size;
    };
    equations_.creep().adopt_stress(take_step(
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

template <int dim>
double MetalFlow<dim>::dissipation() const
{
  InterfaceValues on_gamma(approach.size(), 0.);
  for (unsigned int k = 0; k < resistance.size(); ++k)
    on_gamma[k] = resistance[k] * approach[k] * approach[k];
  return values.dissipation() + interface.integral(on_gamma);
}

template class MetalFlow<2>;
template class MetalFlow<3>;
} // namespace kavity
