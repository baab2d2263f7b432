#include "kavity/physics/ResolvedFlow.h"

#include "kavity/core/Dual.h"

namespace kavity
{
using namespace dealii;

namespace
{
// Least h(c) that shares the resistance of sinks on Gamma.
constexpr double least_contact = 2e-3;
} // namespace

template <int dim>
ResolvedFlow<dim>::ResolvedFlow(const Body<dim> &body, const Interface<dim> &interface,
                                const Metal &metal, const double temperature,
                                const Options &options, const SinkFactor &sink_factor,
                                const SolverSettings &settings)
  : MetalFlow<dim>(body, interface, metal, temperature, options, settings)
  , equations_(this->velocity_field, this->pressure_field, this->potential_field,
               this->coefficients.field, interface)
  , preconditioner_(equations_, this->velocity_field, this->pressure_field, this->coefficients,
                    settings.smoother_degree, this->interface_moves())
{
  this->set_sinks(sink_factor);
}

// c on Gamma, made h(c) and kept off 0: under a void the metal does not move in.
template <int dim>
InterfaceValues ResolvedFlow<dim>::interface_fraction(const Filling &filling) const
{
  const auto &map = equations_.interface_batches();
  InterfaceValues result(this->interface.faces(this->body.side).points.size());
  FEFaceEvaluation<dim, -1, 0, 1, double> c(equations_.matrix_free(), true,
                                            FlowOperator<dim>::m_space);
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
void ResolvedFlow<dim>::fill(const Filling &filling, const double stack_pressure)
{
  using Lanes           = VectorizedArray<double>;
  const auto &law       = *filling.law;
  const auto &mf        = equations_.matrix_free();
  const double zeta     = this->metal.sink_viscosity(this->temperature);
  const bool bulk_sinks = std::isfinite(zeta);
  PointData<double> metal_fraction(mf.n_cell_batches(), equations_.points_per_cell()),
    support(mf.n_cell_batches(), equations_.points_per_cell());
  FEEvaluation<dim, -1, 0, 1, double> c_cell(mf, FlowOperator<dim>::m_space);
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
  const double rate = pressure / (bulk_sinks ? zeta : this->sink_resistance * filling.void_size);
  typename FlowOperator<dim>::VoidFluid fluid;
  fluid.shear = law.viscosity_floor *
                this->metal.creep->flow_stress(rate, this->temperature, this->options.size_factor) /
                (3 * rate);
  fluid.bulk = bulk_sinks ? 0. : law.viscosity_floor * pressure / rate;
  equations_.set_filling(std::move(metal_fraction), fluid, std::move(support), this->solution_);
  resistance.clear();
  if (this->has_interface_sinks())
    for (const double h : interface_fraction(filling))
      resistance.push_back(this->sink_resistance / h);
  equations_.set_tractions(resistance);
}

template <int dim>
SolverReport ResolvedFlow<dim>::solve(const double stack_pressure, const Filling &filling,
                                      const double stripping, const double wanted,
                                      const double loose)
{
  this->choose_scales(stack_pressure);
  fill(filling, stack_pressure);
  this->flux_scale = stripping / this->body.angle() + this->sink_capacity(stack_pressure);
  BlockVector loads(this->solution_);
  equations_.load(loads, stack_pressure);
  equations_.add_potential_force(loads, *filling.fraction, *filling.potential, *filling.law);
  this->load_size = loads.block(FlowOperator<dim>::velocity).l2_norm();
  const SolverReport report =
    this->newton(loads, wanted > 0 ? wanted : this->settings.tolerance, loose);
  this->read_interface();
  return report;
}

template <int dim>
double ResolvedFlow<dim>::dissipation() const
{
  InterfaceValues on_gamma(this->approach.size(), 0.);
  for (unsigned int k = 0; k < resistance.size(); ++k)
    on_gamma[k] = resistance[k] * this->approach[k] * this->approach[k];
  return this->values().dissipation() + this->interface.integral(on_gamma);
}

template class ResolvedFlow<2>;
template class ResolvedFlow<3>;
} // namespace kavity
