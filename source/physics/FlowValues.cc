#include "kavity/physics/FlowValues.h"

#include "kavity/fem/Integrals.h"

#include <cmath>

namespace kavity
{
using namespace dealii;

template <int dim>
FlowValues<dim>::FlowValues(const FlowOperator<dim> &equations, const BlockVector &solution,
                            const double molar_volume)
  : equations(equations)
  , solution(solution)
  , molar_volume(molar_volume)
{
}

template <int dim>
void FlowValues<dim>::fill_output(Vector &velocity, Vector &p, Vector &potential) const
{
  velocity = solution.block(FlowOperator<dim>::velocity);
  p        = solution.block(FlowOperator<dim>::pressure);
  velocity *= equations.scales().velocity;
  p *= equations.scales().pressure;
  velocity.update_ghost_values();
  p.update_ghost_values();
  if (!has_potential())
    return;
  potential = solution.block(FlowOperator<dim>::potential);
  potential *= equations.scales().pressure * molar_volume;
  potential.update_ghost_values();
}

template <int dim>
InterfaceValues FlowValues<dim>::on_interface(const typename FlowOperator<dim>::Block block,
                                              const typename FlowOperator<dim>::Space space,
                                              const double unit) const
{
  const auto &map = equations.interface_batches();
  InterfaceValues result(equations.interface.faces(Side::metal).points.size());
  FEFaceEvaluation<dim, -1, 0, 1, double> u(equations.matrix_free(), true, space);
  solution.block(block).update_ghost_values();
  for (const auto &batch : map.batches)
  {
    u.reinit(batch.face_batch);
    u.gather_evaluate(solution.block(block), EvaluationFlags::values);
    for (unsigned int q = 0; q < u.n_q_points; ++q)
      map.scatter(unit * u.get_value(q), result, batch, q);
  }
  solution.block(block).zero_out_ghost_values();
  return result;
}

template <int dim>
InterfaceValues FlowValues<dim>::pressure() const
{
  return on_interface(FlowOperator<dim>::pressure, FlowOperator<dim>::p_space,
                      equations.scales().pressure);
}

template <int dim>
InterfaceValues FlowValues<dim>::potential() const
{
  return on_interface(FlowOperator<dim>::potential, FlowOperator<dim>::m_space,
                      equations.scales().pressure * molar_volume);
}

template <int dim>
template <typename Value>
InterfaceValues FlowValues<dim>::of_velocity(const EvaluationFlags::EvaluationFlags flags,
                                             const Value &value) const
{
  const auto &map = equations.interface_batches();
  VelocityFace v(equations.matrix_free(), true, FlowOperator<dim>::v_plain_space);
  InterfaceValues result(equations.interface.faces(Side::metal).points.size());
  velocity().update_ghost_values();
  for (const auto &batch : map.batches)
  {
    v.reinit(batch.face_batch);
    v.read_dof_values_plain(velocity());
    v.evaluate(flags);
    for (unsigned int q = 0; q < v.n_q_points; ++q)
      map.scatter(value(v, q, batch.faces.size()), result, batch, q);
  }
  velocity().zero_out_ghost_values();
  return result;
}

template <int dim>
InterfaceValues FlowValues<dim>::approach() const
{
  return of_velocity(
    EvaluationFlags::values, [&](const VelocityFace &v, const unsigned int q, const unsigned int)
    { return equations.scales().velocity * (v.get_value(q) * v.get_normal_vector(q)); });
}

template <int dim>
InterfaceValues FlowValues<dim>::creep_stress(const CreepLaw &creep, const double temperature,
                                              const double size_factor) const
{
  const bool axisymmetric = equations.body.axisymmetric();
  const auto stress = [&](const VelocityFace &v, const unsigned int q, const unsigned int n_lanes)
  {
    const auto rate   = deviatoric(strain_rate<VectorizedArray<double>>(v, q, axisymmetric));
    const auto normal = v.get_normal_vector(q);
    VectorizedArray<double> along(0.), equivalent = std::sqrt(2. / 3 * (rate * rate));
    for (unsigned int i = 0; i < dim; ++i)
      for (unsigned int j = 0; j < dim; ++j)
        along += normal[i] * rate[i][j] * normal[j];
    for (unsigned int lane = 0; lane < n_lanes; ++lane)
      if (const double edot = equations.scales().velocity * equivalent[lane]; edot > 0)
        along[lane] *=
          2. / 3 / equivalent[lane] * creep.flow_stress(edot, temperature, size_factor);
    return along;
  };
  return of_velocity(EvaluationFlags::values | EvaluationFlags::gradients, stress);
}

template <int dim>
double FlowValues<dim>::over_all_ranks(const double own) const
{
  return Utilities::MPI::sum(own, equations.body.triangulation.get_communicator());
}

template <int dim>
double FlowValues<dim>::inflow_through(const boundary::boundary_id id) const
{
  const auto &mf = equations.matrix_free();
  VelocityFace v(mf, true, FlowOperator<dim>::v_plain_space);
  double sum = 0;
  velocity().update_ghost_values();
  for (const unsigned int b : faces_on(id, mf))
  {
    v.reinit(b);
    v.read_dof_values_plain(velocity());
    v.evaluate(EvaluationFlags::values);
    add_integral(sum, v, mf.n_active_entries_per_face_batch(b), equations.body.axisymmetric(),
                 [&](const unsigned int q) { return -(v.get_value(q) * v.get_normal_vector(q)); });
  }
  velocity().zero_out_ghost_values();
  return over_all_ranks(sum) * equations.scales().velocity * equations.body.angle();
}

template <int dim>
double FlowValues<dim>::sink_contraction() const
{
  const auto &mf = equations.matrix_free();
  FEEvaluation<dim, -1, 0, 1, double> p(mf, FlowOperator<dim>::p_space),
    m(mf, FlowOperator<dim>::m_space);
  double sum = 0;
  solution.update_ghost_values();
  for (unsigned int b = 0; b < mf.n_cell_batches(); ++b)
  {
    p.reinit(b);
    p.gather_evaluate(solution.block(FlowOperator<dim>::pressure), EvaluationFlags::values);
    if (has_potential())
    {
      m.reinit(b);
      m.gather_evaluate(solution.block(FlowOperator<dim>::potential), EvaluationFlags::values);
    }
    add_integral(sum, p, mf.n_active_entries_per_cell_batch(b), equations.body.axisymmetric(),
                 [&](const unsigned int q)
                 {
                   const auto excess =
                     has_potential() ? p.get_value(q) - m.get_value(q) : p.get_value(q);
                   return equations.contraction(b, q, excess);
                 });
  }
  solution.zero_out_ghost_values();
  const auto &scales = equations.scales();
  return over_all_ranks(sum) * scales.power / scales.pressure * equations.body.angle();
}

// At the solution the viscous stress is the secant one: 2 eta |dev D|^2 from the effective
// viscosity, zeta (div v)^2 = p^2/zeta.
template <int dim>
double FlowValues<dim>::dissipation() const
{
  const auto &mf          = equations.matrix_free();
  const bool axisymmetric = equations.body.axisymmetric();
  FEEvaluation<dim, -1, 0, dim, double> v(mf, FlowOperator<dim>::v_plain_space);
  FEEvaluation<dim, -1, 0, 1, double> p(mf, FlowOperator<dim>::p_space);
  double sum = 0;
  solution.update_ghost_values();
  for (unsigned int b = 0; b < mf.n_cell_batches(); ++b)
  {
    v.reinit(b);
    p.reinit(b);
    v.read_dof_values_plain(velocity());
    v.evaluate(EvaluationFlags::values | EvaluationFlags::gradients);
    p.gather_evaluate(solution.block(FlowOperator<dim>::pressure), EvaluationFlags::values);
    add_integral(sum, p, mf.n_active_entries_per_cell_batch(b), axisymmetric,
                 [&](const unsigned int q)
                 {
                   const auto rate =
                     deviatoric(strain_rate<VectorizedArray<double>>(v, q, axisymmetric));
                   return 2. * equations.creep().viscosity()(b, q) * (rate * rate) +
                          equations.contraction(b, q, p.get_value(q)) * p.get_value(q);
                 });
  }
  solution.zero_out_ghost_values();
  return over_all_ranks(sum) * equations.scales().power * equations.body.angle();
}

template class FlowValues<2>;
template class FlowValues<3>;
} // namespace kavity
