#include "kavity/models/MetalFlow.h"

#include <deal.II/dofs/dof_tools.h>
#include <deal.II/fe/fe_q.h>
#include <deal.II/fe/fe_system.h>

#include <set>

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
{
  interface_mass.reinit(potential_field, coefficients.field);
  PointData<double> ones(interface_mass.matrix_free().n_boundary_face_batches(),
                         interface.points_per_face());
  ones.fill(VectorizedArray<double>(1.));
  interface_mass.set_robin(ones);
  interface_mass.compute_diagonal();
  equations_.initialize_plain_vector(solution_);
  set_sinks(sink_factor);
  find_boundary_dofs();
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
void MetalFlow<dim>::fill_output(Vector &velocity, Vector &p, Vector &potential) const
{
  velocity = solution_.block(MetalOperator<dim>::velocity);
  p        = solution_.block(MetalOperator<dim>::pressure);
  velocity *= equations_.scales().velocity;
  p *= equations_.scales().pressure;
  velocity.update_ghost_values();
  p.update_ghost_values();
  if (!options.with_potential)
    return;
  potential = solution_.block(MetalOperator<dim>::potential);
  potential *= equations_.scales().pressure * metal.molar_volume;
  potential.update_ghost_values();
}

template class MetalFlow<2>;
template class MetalFlow<3>;
} // namespace kavity
