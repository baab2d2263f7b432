#include "kavity/models/MetalOperator.h"

#include <deal.II/base/mpi.h>

#include <cmath>

namespace kavity
{
using namespace dealii;

// With S = stress/(2 eta) in place of D in one factor, d(2 eta D) = 2 eta (dD + D - S) + d(2 eta)
// S.
template <int dim>
void MetalOperator<dim>::predict_stress(const BlockVector &step)
{
  stress_.reinit(matrix_free_.n_cell_batches(), n_q_points);
  stress_change_.reinit(matrix_free_.n_cell_batches(), n_q_points);
  VelocityCell v(matrix_free_, v_space);
  step.block(velocity).update_ghost_values();
  for (unsigned int batch = 0; batch < matrix_free_.n_cell_batches(); ++batch)
  {
    v.reinit(batch);
    v.gather_evaluate(step.block(velocity), EvaluationFlags::gradients | EvaluationFlags::values);
    for (unsigned int q = 0; q < n_q_points; ++q)
    {
      const auto change = deviatoric(strain_rate<Lanes>(v, q, body.axisymmetric()));
      const Lanes rate = equivalent_rate_(batch, q), twice = 2. * viscosity_(batch, q);
      const auto &of_rate = direction_(batch, q), &of_stress = stress_direction_(batch, q);
      stress_(batch, q)        = (twice * rate) * of_stress;
      stress_change_(batch, q) = twice * (change + rate * (of_rate - of_stress)) +
                                 (tangent_(batch, q) * (of_rate * change)) * of_stress;
    }
  }
  step.block(velocity).zero_out_ghost_values();
}

// No longer than the strain rate, so that the tangent stays positive.
template <int dim>
void MetalOperator<dim>::adopt_stress(const double factor)
{
  const Lanes longest(std::sqrt(1.5)), tiny(1e-300);
  for (unsigned int batch = 0; batch < matrix_free_.n_cell_batches(); ++batch)
    for (unsigned int q = 0; q < n_q_points; ++q)
    {
      const auto stress  = stress_(batch, q) + Lanes(factor) * stress_change_(batch, q);
      const Lanes unit   = std::max(2. * viscosity_(batch, q) * equivalent_rate_(batch, q), tiny);
      const Lanes length = std::sqrt(stress * stress);
      stress_direction_(batch, q) = std::min(1. / unit, longest / std::max(length, tiny)) * stress;
    }
}

template <int dim>
PointData<double> MetalOperator<dim>::on_faces(const InterfaceValues &values,
                                               const double unit) const
{
  PointData<double> result(matrix_free_.n_boundary_face_batches(), batches.n_points);
  if (values.empty())
    return result;
  for (const auto &batch : batches.batches)
    for (unsigned int q = 0; q < batches.n_points; ++q)
      result(batch.face_batch - matrix_free_.n_inner_face_batches(), q) =
        unit * batches.gather(values, batch, q);
  return result;
}

template <int dim>
void MetalOperator<dim>::set_interface(const InterfaceTerms &terms)
{
  traction_u_ = on_faces(terms.traction_u, scales_.velocity * scales_.velocity / scales_.power);
  traction_m_ = on_faces(terms.traction_m, coupling_);
  supply_u_   = on_faces(terms.supply_u, coupling_);
  supply_m_   = on_faces(terms.supply_m, scales_.pressure * scales_.pressure / scales_.power);
  exchange_   = supply_m_;
  for (unsigned int b = 0; b < exchange_.size(0); ++b)
    for (unsigned int q = 0; q < exchange_.size(1); ++q)
      for (unsigned int lane = 0; lane < Lanes::size(); ++lane)
        if (traction_u_(b, q)[lane] > 0)
          exchange_(b, q)[lane] +=
            supply_u_(b, q)[lane] * traction_m_(b, q)[lane] / traction_u_(b, q)[lane];
  // the same answer on all ranks, also on those without faces on Gamma
  soft_     = Utilities::MPI::max(static_cast<int>(!terms.traction_p.empty()),
                                  matrix_free_.get_dof_handler(0).get_communicator()) > 0;
  softness_ = PointData<double>();
  if (!soft_)
    return;
  traction_p_ = on_faces(terms.traction_p, coupling_);
  supply_p_   = on_faces(terms.supply_p, scales_.pressure * scales_.pressure / scales_.power);
  softness_   = traction_p_;
  for (unsigned int b = 0; b < softness_.size(0); ++b)
    for (unsigned int q = 0; q < softness_.size(1); ++q)
      for (unsigned int lane = 0; lane < Lanes::size(); ++lane)
        if (traction_u_(b, q)[lane] > 0)
          softness_(b, q)[lane] *= -coupling_ / traction_u_(b, q)[lane];
}

template <int dim>
void MetalOperator<dim>::sink_product(Vector &dst, const Vector &src, const Space from,
                                      const Space to) const
{
  const auto on_cells = [&](const MatrixFree<dim, double> &mf, Vector &d, const Vector &s,
                            const std::pair<unsigned int, unsigned int> &range)
  {
    ScalarCell source(mf, from), test(mf, to);
    for (unsigned int batch = range.first; batch < range.second; ++batch)
    {
      source.reinit(batch);
      test.reinit(batch);
      source.read_dof_values(s);
      source.evaluate(EvaluationFlags::values);
      for (unsigned int q = 0; q < n_q_points; ++q)
        test.submit_value(radius_weight(source, q, body.axisymmetric()) * sinks_(batch, q) *
                            source.get_value(q),
                          q);
      test.integrate(EvaluationFlags::values);
      test.distribute_local_to_global(d);
    }
  };
  matrix_free_.template cell_loop<Vector, Vector>(on_cells, dst, src, true);
}

template <int dim>
void MetalOperator<dim>::pressure_force(Vector &dst, const Vector &p_source) const
{
  const bool axisymmetric = body.axisymmetric();
  const auto flags        = axisymmetric ? EvaluationFlags::values | EvaluationFlags::gradients :
                                           EvaluationFlags::gradients;
  const auto on_cells     = [&](const MatrixFree<dim, double> &mf, Vector &d, const Vector &s,
                            const std::pair<unsigned int, unsigned int> &range)
  {
    VelocityCell v(mf, v_space);
    ScalarCell p(mf, p_space);
    for (unsigned int batch = range.first; batch < range.second; ++batch)
    {
      v.reinit(batch);
      p.reinit(batch);
      p.read_dof_values(s);
      p.evaluate(EvaluationFlags::values);
      for (unsigned int q = 0; q < n_q_points; ++q)
      {
        Tensor3D<Lanes> stress;
        for (unsigned int e = 0; e < 3; ++e)
          stress[e][e] = coupling_ * p.get_value(q);
        submit_stress<Lanes>(v, stress, q, axisymmetric);
      }
      v.integrate(flags);
      v.distribute_local_to_global(d);
    }
  };
  matrix_free_.template cell_loop<Vector, Vector>(on_cells, dst, p_source, true);
}

template <int dim>
void MetalOperator<dim>::interface_force(Vector &dst, const Vector &m_source,
                                         const Vector &p_source) const
{
  VelocityFace v(matrix_free_, true, v_space);
  ScalarFace p(matrix_free_, true, p_space), m(matrix_free_, true, m_space);
  const unsigned int first = matrix_free_.n_inner_face_batches();
  m_source.update_ghost_values();
  if (soft_)
    p_source.update_ghost_values();
  for (const auto &batch : batches.batches)
  {
    v.reinit(batch.face_batch);
    m.reinit(batch.face_batch);
    m.gather_evaluate(m_source, EvaluationFlags::values);
    if (soft_)
    {
      p.reinit(batch.face_batch);
      p.gather_evaluate(p_source, EvaluationFlags::values);
    }
    for (unsigned int q = 0; q < m.n_q_points; ++q)
    {
      Lanes traction = traction_m_(batch.face_batch - first, q) * m.get_value(q);
      if (soft_)
        traction += traction_p_(batch.face_batch - first, q) * p.get_value(q);
      v.submit_value((radius_weight(v, q, body.axisymmetric()) * traction) * v.get_normal_vector(q),
                     q);
    }
    v.integrate_scatter(EvaluationFlags::values, dst);
  }
  dst.compress(VectorOperation::add);
  m_source.zero_out_ghost_values();
  if (soft_)
    p_source.zero_out_ghost_values();
}

template <int dim>
void MetalOperator<dim>::load(BlockVector &dst, const double stack_pressure,
                              const InterfaceValues &flux, const InterfaceValues &given) const
{
  dst = 0;
  VelocityFace v(matrix_free_, true, v_plain_space);
  ScalarFace m(matrix_free_, true, m_space);
  const unsigned int first = matrix_free_.n_inner_face_batches();
  Tensor<1, dim, Lanes> traction;
  for (unsigned int b = first; b < first + matrix_free_.n_boundary_face_batches(); ++b)
    if (matrix_free_.get_boundary_id(b) == boundary::platen)
    {
      v.reinit(b);
      for (unsigned int q = 0; q < v.n_q_points; ++q)
      {
        traction[dim - 1] = -stack_pressure * scales_.velocity / scales_.power *
                            radius_weight(v, q, body.axisymmetric());
        v.submit_value(traction, q);
      }
      v.integrate_scatter(EvaluationFlags::values, dst.block(velocity));
    }
  for (const auto &batch : batches.batches)
  {
    if (!given.empty())
    {
      v.reinit(batch.face_batch);
      for (unsigned int q = 0; q < v.n_q_points; ++q)
        v.submit_value((-scales_.velocity / scales_.power * batches.gather(given, batch, q) *
                        radius_weight(v, q, body.axisymmetric())) *
                         v.get_normal_vector(q),
                       q);
      v.integrate_scatter(EvaluationFlags::values, dst.block(velocity));
    }
    if (!with_potential_)
      continue;
    m.reinit(batch.face_batch);
    for (unsigned int q = 0; q < m.n_q_points; ++q)
      m.submit_value(scales_.pressure / scales_.power * batches.gather(flux, batch, q) *
                       radius_weight(m, q, body.axisymmetric()),
                     q);
    m.integrate_scatter(EvaluationFlags::values, dst.block(potential));
  }
  dst.compress(VectorOperation::add);
}

template <int dim>
void MetalOperator<dim>::add_potential_force(BlockVector &dst, const Vector &c, const Vector &m,
                                             const double barrier) const
{
  const double unit = barrier * scales_.velocity / scales_.power;
  VelocityCell v(matrix_free_, v_plain_space);
  ScalarCell c_cell(matrix_free_, m_space), m_cell(matrix_free_, m_space), p(matrix_free_, p_space);
  c.update_ghost_values();
  m.update_ghost_values();
  for (unsigned int batch = 0; batch < matrix_free_.n_cell_batches(); ++batch)
  {
    v.reinit(batch);
    c_cell.reinit(batch);
    m_cell.reinit(batch);
    c_cell.gather_evaluate(c, EvaluationFlags::values);
    m_cell.gather_evaluate(m, EvaluationFlags::gradients);
    for (unsigned int q = 0; q < n_q_points; ++q)
      v.submit_value((-unit * radius_weight(v, q, body.axisymmetric()) * c_cell.get_value(q)) *
                       m_cell.get_gradient(q),
                     q);
    v.integrate_scatter(EvaluationFlags::values, dst.block(velocity));
    p.reinit(batch);
    for (unsigned int q = 0; q < n_q_points; ++q)
      p.submit_value(
        -radius_weight(p, q, body.axisymmetric()) * sinks_(batch, q) * known_(batch, q), q);
    p.integrate_scatter(EvaluationFlags::values, dst.block(pressure));
  }
  FEFaceEvaluation<dim, -1, 0, dim, double> v_face(matrix_free_, true, v_plain_space);
  ScalarFace c_face(matrix_free_, true, m_space), m_face(matrix_free_, true, m_space);
  const unsigned int first = matrix_free_.n_inner_face_batches();
  Tensor<1, dim, Lanes> traction;
  for (unsigned int b = first; b < first + matrix_free_.n_boundary_face_batches(); ++b)
    if (matrix_free_.get_boundary_id(b) == boundary::platen)
    {
      v_face.reinit(b);
      c_face.reinit(b);
      m_face.reinit(b);
      c_face.gather_evaluate(c, EvaluationFlags::values);
      m_face.gather_evaluate(m, EvaluationFlags::values);
      for (unsigned int q = 0; q < v_face.n_q_points; ++q)
      {
        traction[dim - 1] = unit * radius_weight(v_face, q, body.axisymmetric()) *
                            c_face.get_value(q) * m_face.get_value(q);
        v_face.submit_value(traction, q);
      }
      v_face.integrate_scatter(EvaluationFlags::values, dst.block(velocity));
    }
  dst.compress(VectorOperation::add);
  c.zero_out_ghost_values();
  m.zero_out_ghost_values();
}

template class MetalOperator<2>;
template class MetalOperator<3>;
} // namespace kavity
