#include "kavity/physics/MetalOperator.h"

#include "kavity/fem/Integrals.h"

namespace kavity
{
using namespace dealii;

template <int dim>
void MetalOperator<dim>::set_interface(const InterfaceTerms &terms)
{
  this->set_tractions(terms.traction_u, terms.traction_p);
  const double unit = scales().pressure * scales().pressure / scales().power;
  traction_m_       = on_faces(terms.traction_m, coupling_);
  supply_u_         = on_faces(terms.supply_u, coupling_);
  supply_m_         = on_faces(terms.supply_m, unit);
  if (soft_)
    supply_p_ = on_faces(terms.supply_p, unit);
  exchange_ = supply_m_;
  for (unsigned int b = 0; b < exchange_.size(0); ++b)
    for (unsigned int q = 0; q < exchange_.size(1); ++q)
      for (unsigned int lane = 0; lane < Lanes::size(); ++lane)
        if (traction_u_(b, q)[lane] > 0)
          exchange_(b, q)[lane] +=
            supply_u_(b, q)[lane] * traction_m_(b, q)[lane] / traction_u_(b, q)[lane];
}

template <int dim>
template <bool plain>
void MetalOperator<dim>::cell_loop(BlockVector &dst, const BlockVector &src,
                                   const Range &range) const
{
  ScalarCell p(matrix_free_, Base::p_space), m(matrix_free_, Base::m_space);
  for (unsigned int batch = range.first; batch < range.second; ++batch)
  {
    p.reinit(batch);
    m.reinit(batch);
    Base::template read<plain>(p, src.block(Base::pressure));
    Base::template read<plain>(m, src.block(Base::potential));
    p.evaluate(EvaluationFlags::values);
    m.evaluate(EvaluationFlags::values | EvaluationFlags::gradients);
    for (unsigned int q = 0; q < n_q_points; ++q)
    {
      const Lanes weight = radius_weight(p, q, body.axisymmetric());
      const Lanes sinks = weight * sinks_(batch, q), m_q = m.get_value(q);
      m.submit_value(sinks * (p.get_value(q) - m_q), q);
      m.submit_gradient(-weight * mobility_ * m.get_gradient(q), q);
      p.submit_value(sinks * m_q, q);
    }
    p.integrate_scatter(EvaluationFlags::values, dst.block(Base::pressure));
    m.integrate_scatter(EvaluationFlags::values | EvaluationFlags::gradients,
                        dst.block(Base::potential));
  }
}

// Pressure on Gamma and its supply of atoms.
template <int dim>
template <bool plain>
void MetalOperator<dim>::face_loop(BlockVector &dst, const BlockVector &src,
                                   const Range &range) const
{
  VelocityFace v(matrix_free_, true, plain ? Base::v_plain_space : Base::v_space);
  ScalarFace p(matrix_free_, true, Base::p_space), m(matrix_free_, true, Base::m_space);
  for (unsigned int batch = range.first; batch < range.second; ++batch)
    if (matrix_free_.get_boundary_id(batch) == boundary::interface)
    {
      const unsigned int face = batch - matrix_free_.n_inner_face_batches();
      v.reinit(batch);
      Base::template read<plain>(v, src.block(Base::velocity));
      v.evaluate(EvaluationFlags::values);
      m.reinit(batch);
      m.gather_evaluate(src.block(Base::potential), EvaluationFlags::values);
      if (soft_)
      {
        p.reinit(batch);
        p.gather_evaluate(src.block(Base::pressure), EvaluationFlags::values);
      }
      for (unsigned int q = 0; q < v.n_q_points; ++q)
      {
        const Lanes weight = radius_weight(v, q, body.axisymmetric()), m_q = m.get_value(q);
        const auto n = v.get_normal_vector(q);
        Lanes supply = supply_u_(face, q) * (v.get_value(q) * n) - supply_m_(face, q) * m_q;
        if (soft_)
          supply += supply_p_(face, q) * p.get_value(q);
        m.submit_value(weight * supply, q);
        v.submit_value((weight * traction_m_(face, q) * m_q) * n, q);
      }
      v.integrate_scatter(EvaluationFlags::values, dst.block(Base::velocity));
      m.integrate_scatter(EvaluationFlags::values, dst.block(Base::potential));
    }
}

template <int dim>
template <bool plain>
void MetalOperator<dim>::add_potential(BlockVector &dst, const BlockVector &src) const
{
  using MF            = MatrixFree<dim, double>;
  const auto on_cells = [&](const MF &, BlockVector &d, const BlockVector &s, const Range &range)
  { cell_loop<plain>(d, s, range); };
  const auto inside   = [](const MF &, BlockVector &, const BlockVector &, const Range &) {};
  const auto on_gamma = [&](const MF &, BlockVector &d, const BlockVector &s, const Range &range)
  { face_loop<plain>(d, s, range); };
  matrix_free_.template loop<BlockVector, BlockVector>(on_cells, inside, on_gamma, dst, src);
}

template <int dim>
void MetalOperator<dim>::vmult(BlockVector &dst, const BlockVector &src) const
{
  Base::vmult(dst, src);
  add_potential<false>(dst, src);
  for (const unsigned int dof : matrix_free_.get_constrained_dofs(Base::m_space))
    dst.block(Base::potential).local_element(dof) = src.block(Base::potential).local_element(dof);
}

template <int dim>
void MetalOperator<dim>::apply(BlockVector &dst, const BlockVector &x) const
{
  Base::apply(dst, x);
  add_potential<true>(dst, x);
}

template <int dim>
void MetalOperator<dim>::initialize_vector(BlockVector &vector) const
{
  vector.reinit(3);
  matrix_free_.initialize_dof_vector(vector.block(Base::velocity), Base::v_space);
  matrix_free_.initialize_dof_vector(vector.block(Base::pressure), Base::p_space);
  matrix_free_.initialize_dof_vector(vector.block(Base::potential), Base::m_space);
  vector.collect_sizes();
}

template <int dim>
void MetalOperator<dim>::load(BlockVector &dst, const double stack_pressure,
                              const InterfaceValues &flux, const InterfaceValues &traction) const
{
  Base::load(dst, stack_pressure, traction);
  ScalarFace m(matrix_free_, true, Base::m_space);
  for (const auto &batch : batches.batches)
  {
    m.reinit(batch.face_batch);
    for (unsigned int q = 0; q < m.n_q_points; ++q)
      m.submit_value(scales().pressure / scales().power * batches.gather(flux, batch, q) *
                       radius_weight(m, q, body.axisymmetric()),
                     q);
    m.integrate_scatter(EvaluationFlags::values, dst.block(Base::potential));
  }
  dst.block(Base::potential).compress(VectorOperation::add);
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
void MetalOperator<dim>::interface_force(Vector &dst, const Vector &m_source,
                                         const Vector &p_source) const
{
  VelocityFace v(matrix_free_, true, Base::v_space);
  ScalarFace p(matrix_free_, true, Base::p_space), m(matrix_free_, true, Base::m_space);
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

template class MetalOperator<2>;
template class MetalOperator<3>;
} // namespace kavity
