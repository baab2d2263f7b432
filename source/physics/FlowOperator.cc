#include "kavity/physics/FlowOperator.h"

#include "kavity/fem/Integrals.h"

#include <deal.II/base/mpi.h>

#include <cmath>

namespace kavity
{
using namespace dealii;

template <int dim>
FlowOperator<dim>::FlowOperator(const Field<dim> &velocity, const Field<dim> &pressure,
                                const Field<dim> &potential, const Field<dim> &coefficient,
                                const Interface<dim> &interface)
  : body(velocity.body)
  , interface(interface)
  , creep_(matrix_free_, v_space, v_plain_space, body.axisymmetric())
{
  matrix_free_.reinit(body.mapping,
                      std::vector<const DoFHandler<dim> *>{
                        &velocity.dof_handler, &pressure.dof_handler, &potential.dof_handler,
                        &coefficient.dof_handler, &velocity.dof_handler},
                      std::vector<const AffineConstraints<double> *>{
                        &velocity.constraints, &pressure.constraints, &potential.constraints,
                        &coefficient.constraints, &velocity.hanging_nodes},
                      QGauss<1>(interface.points_1d()), matrix_free_settings<dim, double>());
  batches.reinit(matrix_free_, interface);
  n_q_points = ScalarCell(matrix_free_, p_space).n_q_points;
}

template <int dim>
void FlowOperator<dim>::set_coefficients(const Scales &scales, const double mobility,
                                         PointData<double> inverse_sink_viscosity)
{
  scales_   = scales;
  coupling_ = scales.pressure * scales.velocity / scales.power;
  mobility_ = mobility * scales.pressure * scales.pressure / scales.power;
  sinks_    = std::move(inverse_sink_viscosity);
  for (unsigned int batch = 0; batch < sinks_.size(0); ++batch)
    for (unsigned int q = 0; q < sinks_.size(1); ++q)
      sinks_(batch, q) *= scales.pressure * scales.pressure / scales.power;
  full_sinks_ = sinks_;
}

template <int dim>
void FlowOperator<dim>::set_filling(PointData<double> fraction, const VoidFluid &fluid,
                                    PointData<double> support, const BlockVector &x)
{
  fraction_               = std::move(fraction);
  known_                  = std::move(support);
  void_viscosity_         = fluid.shear;
  const double unit       = scales_.power / (scales_.pressure * scales_.pressure);
  const double void_sinks = fluid.bulk > 0 ? 1 / (unit * fluid.bulk) : 0.;
  VelocityCell v(matrix_free_, v_plain_space);
  x.block(velocity).update_ghost_values();
  for (unsigned int batch = 0; batch < matrix_free_.n_cell_batches(); ++batch)
  {
    v.reinit(batch);
    v.read_dof_values_plain(x.block(velocity));
    v.evaluate(EvaluationFlags::values | EvaluationFlags::gradients);
    for (unsigned int q = 0; q < n_q_points; ++q)
    {
      const Lanes h = fraction_(batch, q), more = unit * known_(batch, q);
      const Lanes own  = full_sinks_(batch, q) / h + void_sinks * (1. - h) * (1. - h);
      sinks_(batch, q) = own / (1. + own * more);
      known_(batch, q) = more * coupling_ * trace(strain_rate<Lanes>(v, q, body.axisymmetric()));
    }
  }
  x.block(velocity).zero_out_ghost_values();
}

template <int dim>
void FlowOperator<dim>::linearise(const BlockVector &x, const CreepLaw &creep,
                                  const double temperature, const double size_factor)
{
  const double scale = scales_.velocity * scales_.velocity / scales_.power;
  creep_.linearise(x.block(velocity), creep, temperature, size_factor, {scales_.velocity, scale});
  if (!fraction_.empty())
    creep_.mix(fraction_, scale * void_viscosity_);
}

// Stress and balance of volume at a point.
template <int dim>
template <bool plain>
void FlowOperator<dim>::submit(VelocityCell &v, ScalarCell &p, const unsigned int batch,
                               const unsigned int q) const
{
  const bool axisymmetric = body.axisymmetric();
  const Lanes weight      = radius_weight(p, q, axisymmetric);
  const auto rate         = strain_rate<Lanes>(v, q, axisymmetric);
  const auto shear        = deviatoric(rate);
  const Lanes p_q         = p.get_value(q);
  auto stress             = plain ? creep_.stress(shear, batch, q) : creep_.change(shear, batch, q);
  for (unsigned int e = 0; e < 3; ++e)
    stress[e][e] -= coupling_ * p_q;
  submit_stress<Lanes>(v, stress, q, axisymmetric);
  p.submit_value(-weight * (coupling_ * trace(rate) + sinks_(batch, q) * p_q), q);
}

template <int dim>
template <bool plain>
void FlowOperator<dim>::face_loop(BlockVector &dst, const BlockVector &src,
                                  const Range &range) const
{
  VelocityFace v(matrix_free_, true, plain ? v_plain_space : v_space);
  ScalarFace p(matrix_free_, true, p_space);
  for (unsigned int batch = range.first; batch < range.second; ++batch)
    if (matrix_free_.get_boundary_id(batch) == boundary::interface)
    {
      const unsigned int face = batch - matrix_free_.n_inner_face_batches();
      v.reinit(batch);
      read<plain>(v, src.block(velocity));
      v.evaluate(EvaluationFlags::values);
      if (soft_)
      {
        p.reinit(batch);
        p.gather_evaluate(src.block(pressure), EvaluationFlags::values);
      }
      for (unsigned int q = 0; q < v.n_q_points; ++q)
      {
        const auto n   = v.get_normal_vector(q);
        Lanes traction = traction_u_(face, q) * (v.get_value(q) * n);
        if (soft_)
          traction += traction_p_(face, q) * p.get_value(q);
        v.submit_value((radius_weight(v, q, body.axisymmetric()) * traction) * n, q);
      }
      v.integrate_scatter(EvaluationFlags::values, dst.block(velocity));
    }
}

template <int dim>
template <bool plain>
void FlowOperator<dim>::loop(BlockVector &dst, const BlockVector &src) const
{
  using MF            = MatrixFree<dim, double>;
  const auto v_flags  = body.axisymmetric() ? EvaluationFlags::values | EvaluationFlags::gradients :
                                              EvaluationFlags::gradients;
  const auto on_cells = [&](const MF &mf, BlockVector &d, const BlockVector &s, const Range &range)
  {
    VelocityCell v(mf, plain ? v_plain_space : v_space);
    ScalarCell p(mf, p_space);
    for (unsigned int batch = range.first; batch < range.second; ++batch)
    {
      v.reinit(batch);
      p.reinit(batch);
      read<plain>(v, s.block(velocity));
      read<plain>(p, s.block(pressure));
      v.evaluate(v_flags);
      p.evaluate(EvaluationFlags::values);
      for (unsigned int q = 0; q < n_q_points; ++q)
        submit<plain>(v, p, batch, q);
      v.integrate(v_flags);
      p.integrate(EvaluationFlags::values);
      v.distribute_local_to_global(d.block(velocity));
      p.distribute_local_to_global(d.block(pressure));
    }
  };
  const auto inside   = [](const MF &, BlockVector &, const BlockVector &, const Range &) {};
  const auto on_gamma = [&](const MF &, BlockVector &d, const BlockVector &s, const Range &range)
  { face_loop<plain>(d, s, range); };
  matrix_free_.template loop<BlockVector, BlockVector>(on_cells, inside, on_gamma, dst, src, true);
}

template <int dim>
void FlowOperator<dim>::vmult(BlockVector &dst, const BlockVector &src) const
{
  loop<false>(dst, src);
  for (const auto &[block, space] : {std::pair{velocity, v_space}, std::pair{pressure, p_space}})
    for (const unsigned int dof : matrix_free_.get_constrained_dofs(space))
      dst.block(block).local_element(dof) = src.block(block).local_element(dof);
}

template <int dim>
void FlowOperator<dim>::apply(BlockVector &dst, const BlockVector &x) const
{
  loop<true>(dst, x);
}

template <int dim>
void FlowOperator<dim>::initialize_vector(BlockVector &vector) const
{
  vector.reinit(2);
  matrix_free_.initialize_dof_vector(vector.block(velocity), v_space);
  matrix_free_.initialize_dof_vector(vector.block(pressure), p_space);
  vector.collect_sizes();
}

template <int dim>
void FlowOperator<dim>::initialize_plain_vector(BlockVector &vector) const
{
  initialize_vector(vector);
  matrix_free_.initialize_dof_vector(vector.block(velocity), v_plain_space);
  vector.collect_sizes();
}

template <int dim>
PointData<double> FlowOperator<dim>::on_faces(const InterfaceValues &values,
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
void FlowOperator<dim>::set_tractions(const InterfaceValues &by_velocity,
                                      const InterfaceValues &by_pressure)
{
  traction_u_ = on_faces(by_velocity, scales_.velocity * scales_.velocity / scales_.power);
  // the same answer on all ranks, also on those without faces on Gamma
  soft_     = Utilities::MPI::max(static_cast<int>(!by_pressure.empty()),
                                  matrix_free_.get_dof_handler(0).get_communicator()) > 0;
  softness_ = PointData<double>();
  if (!soft_)
    return;
  traction_p_ = on_faces(by_pressure, coupling_);
  softness_   = traction_p_;
  for (unsigned int b = 0; b < softness_.size(0); ++b)
    for (unsigned int q = 0; q < softness_.size(1); ++q)
      for (unsigned int lane = 0; lane < Lanes::size(); ++lane)
        if (traction_u_(b, q)[lane] > 0)
          softness_(b, q)[lane] *= -coupling_ / traction_u_(b, q)[lane];
}

template <int dim>
void FlowOperator<dim>::pressure_force(Vector &dst, const Vector &p_source) const
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
void FlowOperator<dim>::load(BlockVector &dst, const double stack_pressure,
                             const InterfaceValues &given) const
{
  dst = 0;
  VelocityFace v(matrix_free_, true, v_plain_space);
  Tensor<1, dim, Lanes> traction;
  for (const unsigned int b : faces_on(boundary::platen, matrix_free_))
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
  if (!given.empty())
    for (const auto &batch : batches.batches)
    {
      v.reinit(batch.face_batch);
      for (unsigned int q = 0; q < v.n_q_points; ++q)
        v.submit_value((-scales_.velocity / scales_.power * batches.gather(given, batch, q) *
                        radius_weight(v, q, body.axisymmetric())) *
                         v.get_normal_vector(q),
                       q);
      v.integrate_scatter(EvaluationFlags::values, dst.block(velocity));
    }
  dst.compress(VectorOperation::add);
}

template <int dim>
void FlowOperator<dim>::add_potential_force(BlockVector &dst, const Vector &c, const Vector &m,
                                            const PhaseField &law) const
{
  const double unit = law.barrier * scales_.velocity / scales_.power;
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
      v.submit_value(
        (-unit * radius_weight(v, q, body.axisymmetric()) * law.content(c_cell.get_value(q))) *
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
  Tensor<1, dim, Lanes> traction;
  for (const unsigned int b : faces_on(boundary::platen, matrix_free_))
  {
    v_face.reinit(b);
    c_face.reinit(b);
    m_face.reinit(b);
    c_face.gather_evaluate(c, EvaluationFlags::values);
    m_face.gather_evaluate(m, EvaluationFlags::values);
    for (unsigned int q = 0; q < v_face.n_q_points; ++q)
    {
      traction[dim - 1] = unit * radius_weight(v_face, q, body.axisymmetric()) *
                          law.content(c_face.get_value(q)) * m_face.get_value(q);
      v_face.submit_value(traction, q);
    }
    v_face.integrate_scatter(EvaluationFlags::values, dst.block(velocity));
  }
  dst.compress(VectorOperation::add);
  c.zero_out_ghost_values();
  m.zero_out_ghost_values();
}

template class FlowOperator<2>;
template class FlowOperator<3>;
} // namespace kavity
