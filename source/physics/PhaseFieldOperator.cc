#include "kavity/physics/PhaseFieldOperator.h"

#include "kavity/core/Dual.h"
#include "kavity/fem/Integrals.h"

#include <cmath>

namespace kavity
{
using namespace dealii;

namespace
{
const auto values_gradients = EvaluationFlags::values | EvaluationFlags::gradients;
using CellRange             = std::pair<unsigned int, unsigned int>;

// A law's value and slope at c, c as it is.
template <typename Lanes, typename Law>
Dual<Lanes> with_slope(const Lanes &c, const Law &law)
{
  return law(Dual<Lanes>(c, Lanes(1.)));
}

// The part of a gradient along Gamma.
template <int dim>
Tensor<1, dim, VectorizedArray<double>> along(Tensor<1, dim, VectorizedArray<double>> gradient)
{
  gradient[dim - 1] = 0.;
  return gradient;
}
} // namespace

template <int dim>
PhaseFieldOperator<dim>::PhaseFieldOperator(const FlowOperator<dim> &equations,
                                            const Body<dim> &body, const PhaseField &phase_field,
                                            const Metal &metal, const double temperature)
  : equations(equations)
  , body(body)
  , phase_field(phase_field)
  , metal(metal)
  , temperature(temperature)
  , row_scale_(std::pow(phase_field.width, dim))
{
  const auto &mf              = matrix_free();
  const unsigned int n_points = equations.points_per_cell();
  velocity_.reinit(mf.n_cell_batches(), n_points);
  outflow_.reinit(mf.n_boundary_face_batches(), equations.interface_batches().n_points);
}

template <int dim>
void PhaseFieldOperator<dim>::set_velocity(const Vector &velocity, const double unit)
{
  const auto &mf = matrix_free();
  FEEvaluation<dim, -1, 0, dim, double> v(mf, FlowOperator<dim>::v_plain_space);
  velocity.update_ghost_values();
  for (unsigned int batch = 0; batch < mf.n_cell_batches(); ++batch)
  {
    v.reinit(batch);
    v.read_dof_values_plain(velocity);
    v.evaluate(EvaluationFlags::values);
    for (unsigned int q = 0; q < v.n_q_points; ++q)
      velocity_(batch, q) = Lanes(unit) * v.get_value(q);
  }
  FEFaceEvaluation<dim, -1, 0, dim, double> v_face(mf, true, FlowOperator<dim>::v_plain_space);
  const unsigned int first = mf.n_inner_face_batches();
  for (const unsigned int b : faces_on(boundary::platen, mf))
  {
    v_face.reinit(b);
    v_face.read_dof_values_plain(velocity);
    v_face.evaluate(EvaluationFlags::values);
    for (unsigned int q = 0; q < v_face.n_q_points; ++q)
      outflow_(b - first, q) = unit * v_face.get_value(q)[dim - 1];
  }
  velocity.zero_out_ghost_values();
}

template <int dim>
void PhaseFieldOperator<dim>::linearise(const BlockVector &x, const double interval)
{
  const auto &mf              = matrix_free();
  const unsigned int n_points = equations.points_per_cell();
  interval_                   = interval;
  mobility_.reinit(mf.n_cell_batches(), n_points);
  curvature_.reinit(mf.n_cell_batches(), n_points);
  content_slope_.reinit(mf.n_cell_batches(), n_points);
  drift_.reinit(mf.n_cell_batches(), n_points);
  ScalarCell m(mf, space), c(mf, space);
  x.update_ghost_values();
  for (unsigned int batch = 0; batch < mf.n_cell_batches(); ++batch)
  {
    m.reinit(batch);
    c.reinit(batch);
    m.gather_evaluate(x.block(potential), values_gradients);
    c.gather_evaluate(x.block(fraction), EvaluationFlags::values);
    for (unsigned int q = 0; q < n_points; ++q)
    {
      const auto slope =
        with_slope(c.get_value(q), [&](const auto &u) { return phase_field.slope(u); });
      const auto content =
        with_slope(c.get_value(q), [&](const auto &u) { return phase_field.content_slope(u); });
      const auto M             = with_slope(clip(c.get_value(q)), [&](const auto &u)
                                            { return phase_field.mobility(u, metal, temperature); });
      mobility_(batch, q)      = interval * M.value;
      curvature_(batch, q)     = slope.derivative - m.get_value(q) * content.derivative;
      content_slope_(batch, q) = content.value;
      drift_(batch, q) =
        Lanes(interval) * (M.derivative * m.get_gradient(q) - content.value * velocity_(batch, q));
    }
  }
  linearise_gamma(x);
  linearise_top(x);
  x.zero_out_ghost_values();
}

template <int dim>
void PhaseFieldOperator<dim>::linearise_gamma(const BlockVector &x)
{
  const auto &mf              = matrix_free();
  const unsigned int n_points = equations.interface_batches().n_points;
  wetting_.reinit(mf.n_boundary_face_batches(), n_points);
  along_.reinit(mf.n_boundary_face_batches(), n_points);
  drift_along_.reinit(mf.n_boundary_face_batches(), n_points);
  ScalarFace c_face(mf, true, space), m_face(mf, true, space);
  const unsigned int first = mf.n_inner_face_batches();
  for (const unsigned int b : faces_on(boundary::interface, mf))
  {
    c_face.reinit(b);
    c_face.gather_evaluate(x.block(fraction), EvaluationFlags::values);
    for (unsigned int q = 0; q < c_face.n_q_points; ++q)
      wetting_(b - first, q) =
        with_slope(c_face.get_value(q), [&](const auto &u) { return phase_field.wetting(u); })
          .derivative;
    if (!diffuses_along_gamma())
      continue;
    m_face.reinit(b);
    m_face.gather_evaluate(x.block(potential), EvaluationFlags::gradients);
    for (unsigned int q = 0; q < c_face.n_q_points; ++q)
    {
      const auto M               = with_slope(clip(c_face.get_value(q)), [&](const auto &u)
                                              { return phase_field.interface_mobility(u, metal, temperature); });
      along_(b - first, q)       = interval_ * M.value;
      drift_along_(b - first, q) = (interval_ * M.derivative) * along<dim>(m_face.get_gradient(q));
    }
  }
}

template <int dim>
void PhaseFieldOperator<dim>::linearise_top(const BlockVector &x)
{
  const auto &mf = matrix_free();
  content_outflow_.reinit(outflow_.size(0), outflow_.size(1));
  ScalarFace c(mf, true, space);
  const unsigned int first = mf.n_inner_face_batches();
  for (const unsigned int b : faces_on(boundary::platen, mf))
  {
    c.reinit(b);
    c.gather_evaluate(x.block(fraction), EvaluationFlags::values);
    for (unsigned int q = 0; q < c.n_q_points; ++q)
      content_outflow_(b - first, q) =
        interval_ * phase_field.content_slope(c.get_value(q)) * outflow_(b - first, q);
  }
}

template <int dim>
void PhaseFieldOperator<dim>::cell_term(ScalarCell &m, ScalarCell &c,
                                        const unsigned int batch) const
{
  const bool axisymmetric = body.axisymmetric();
  const Lanes kappa(phase_field.gradient_length_squared()), scale(1. / row_scale_);
  m.evaluate(values_gradients);
  c.evaluate(values_gradients);
  for (unsigned int q = 0; q < m.n_q_points; ++q)
  {
    const Lanes weight = scale * radius_weight(m, q, axisymmetric);
    const Lanes m_q = m.get_value(q), c_q = c.get_value(q);
    const auto grad_m = m.get_gradient(q), grad_c = c.get_gradient(q);
    const Lanes slope = weight * content_slope_(batch, q);
    m.submit_value(slope * m_q - weight * curvature_(batch, q) * c_q, q);
    m.submit_gradient((-weight * kappa) * grad_c, q);
    c.submit_value(slope * c_q, q);
    c.submit_gradient(weight * (mobility_(batch, q) * grad_m + c_q * drift_(batch, q)), q);
  }
  m.integrate(values_gradients);
  c.integrate(values_gradients);
}

// On Gamma rows of m have the wetting, and those of c what goes along it; at the top rows of c have
// what leaves.
template <int dim>
void PhaseFieldOperator<dim>::face_term(ScalarFace &m, ScalarFace &c,
                                        const unsigned int batch) const
{
  const bool axisymmetric = body.axisymmetric(), gamma = is_on_gamma(batch);
  const Lanes scale(1. / row_scale_);
  const unsigned int b = batch - matrix_free().n_inner_face_batches();
  m.evaluate(EvaluationFlags::gradients);
  c.evaluate(EvaluationFlags::values);
  for (unsigned int q = 0; q < c.n_q_points; ++q)
  {
    const Lanes weight = scale * radius_weight(c, q, axisymmetric), c_q = c.get_value(q);
    const auto grad_m = m.get_gradient(q);
    m.submit_value(gamma ? weight * wetting_(b, q) * c_q : Lanes(0.), q);
    c.submit_value(gamma ? Lanes(0.) : weight * content_outflow_(b, q) * c_q, q);
    c.submit_gradient(gamma && diffuses_along_gamma() ?
                        weight * (along_(b, q) * along<dim>(grad_m) + c_q * drift_along_(b, q)) :
                        Tensor<1, dim, Lanes>(),
                      q);
  }
  m.integrate(EvaluationFlags::values);
  c.integrate(values_gradients);
}

template <int dim>
void PhaseFieldOperator<dim>::apply_on_boundary(BlockVector &d, const BlockVector &s,
                                                const CellRange &range) const
{
  ScalarFace m(matrix_free(), true, space), c(matrix_free(), true, space);
  for (unsigned int batch = range.first; batch < range.second; ++batch)
  {
    if (!has_face_term(batch))
      continue;
    m.reinit(batch);
    c.reinit(batch);
    m.read_dof_values(s.block(potential));
    c.read_dof_values(s.block(fraction));
    face_term(m, c, batch);
    m.distribute_local_to_global(d.block(potential));
    c.distribute_local_to_global(d.block(fraction));
  }
}

template <int dim>
void PhaseFieldOperator<dim>::vmult(BlockVector &dst, const BlockVector &src) const
{
  using MF = MatrixFree<dim, double>;
  const auto on_cells =
    [&](const MF &mf, BlockVector &d, const BlockVector &s, const CellRange &range)
  {
    ScalarCell m(mf, space), c(mf, space);
    for (unsigned int batch = range.first; batch < range.second; ++batch)
    {
      m.reinit(batch);
      c.reinit(batch);
      m.read_dof_values(s.block(potential));
      c.read_dof_values(s.block(fraction));
      cell_term(m, c, batch);
      m.distribute_local_to_global(d.block(potential));
      c.distribute_local_to_global(d.block(fraction));
    }
  };
  const auto inside      = [](const MF &, BlockVector &, const BlockVector &, const CellRange &) {};
  const auto on_boundary = [&](const MF &, BlockVector &d, const BlockVector &s,
                               const CellRange &range) { apply_on_boundary(d, s, range); };
  matrix_free().template loop<BlockVector, BlockVector>(on_cells, inside, on_boundary, dst, src,
                                                        true);
  for (unsigned int b = 0; b < 2; ++b)
    for (const unsigned int dof : matrix_free().get_constrained_dofs(space))
      dst.block(b).local_element(dof) = src.block(b).local_element(dof);
}

namespace
{
// Applies a term to unit vectors of both unknowns and hands on the matrix of each lane.
template <typename Evaluation, typename Term, typename VisitLane>
void visit_matrices_of_two(Evaluation &m, Evaluation &c, const unsigned int n_lanes,
                           const Term &term, const VisitLane &visit)
{
  using Lanes          = VectorizedArray<double>;
  const unsigned int n = m.dofs_per_cell;
  std::vector<FullMatrix<double>> matrices(n_lanes, FullMatrix<double>(2 * n, 2 * n));
  const auto entry = [&](const unsigned int i) -> Lanes &
  { return i < n ? m.begin_dof_values()[i] : c.begin_dof_values()[i - n]; };
  for (unsigned int j = 0; j < 2 * n; ++j)
  {
    for (unsigned int k = 0; k < 2 * n; ++k)
      entry(k) = Lanes(k == j ? 1. : 0.);
    term();
    for (unsigned int lane = 0; lane < n_lanes; ++lane)
      for (unsigned int i = 0; i < 2 * n; ++i)
        matrices[lane](i, j) = entry(i)[lane];
  }
  for (unsigned int lane = 0; lane < n_lanes; ++lane)
    visit(lane, matrices[lane]);
}
} // namespace

template <int dim>
void PhaseFieldOperator<dim>::visit_terms(const Visit &visit) const
{
  const auto &mf = matrix_free();
  ScalarCell m(mf, space), c(mf, space);
  for (unsigned int b = 0; b < mf.n_cell_batches(); ++b)
  {
    m.reinit(b);
    c.reinit(b);
    visit_matrices_of_two(
      m, c, mf.n_active_entries_per_cell_batch(b), [&]() { cell_term(m, c, b); },
      [&](const unsigned int lane, const auto &matrix)
      { visit(mf.get_cell_iterator(b, lane, space), matrix); });
  }
  ScalarFace m_face(mf, true, space), c_face(mf, true, space);
  const unsigned int first = mf.n_inner_face_batches();
  for (unsigned int b = first; b < first + mf.n_boundary_face_batches(); ++b)
  {
    if (!has_face_term(b))
      continue;
    m_face.reinit(b);
    c_face.reinit(b);
    visit_matrices_of_two(
      m_face, c_face, mf.n_active_entries_per_face_batch(b),
      [&]() { face_term(m_face, c_face, b); },
      [&](const unsigned int lane, const auto &matrix)
      { visit(mf.get_face_iterator(b, lane, true, space).first, matrix); });
  }
}

template <int dim>
void PhaseFieldOperator<dim>::residual_on_boundary(BlockVector &dst, const BlockVector &x,
                                                   const double interval,
                                                   const InterfaceValues &stripping) const
{
  const auto &mf          = matrix_free();
  const bool axisymmetric = body.axisymmetric();
  const Lanes scale(1. / row_scale_), tau(interval);
  ScalarFace c_face(mf, true, space), m_face(mf, true, space);
  const unsigned int first = mf.n_inner_face_batches();
  const auto &map          = equations.interface_batches();
  for (const auto &batch : map.batches)
  {
    c_face.reinit(batch.face_batch);
    m_face.reinit(batch.face_batch);
    c_face.gather_evaluate(x.block(fraction), EvaluationFlags::values);
    for (unsigned int q = 0; q < c_face.n_q_points; ++q)
    {
      const Lanes weight = scale * radius_weight(c_face, q, axisymmetric);
      m_face.submit_value(weight * phase_field.wetting(c_face.get_value(q)), q);
      c_face.submit_value(weight * tau * map.gather(stripping, batch, q), q);
    }
    m_face.integrate_scatter(EvaluationFlags::values, dst.block(potential));
    c_face.integrate_scatter(EvaluationFlags::values, dst.block(fraction));
    if (!diffuses_along_gamma())
      continue;
    m_face.gather_evaluate(x.block(potential), EvaluationFlags::gradients);
    c_face.gather_evaluate(x.block(fraction), EvaluationFlags::values);
    for (unsigned int q = 0; q < c_face.n_q_points; ++q)
      m_face.submit_gradient(
        (scale * radius_weight(c_face, q, axisymmetric) * tau *
         phase_field.interface_mobility(clip(c_face.get_value(q)), metal, temperature)) *
          along<dim>(m_face.get_gradient(q)),
        q);
    m_face.integrate_scatter(EvaluationFlags::gradients, dst.block(fraction));
  }
  for (const unsigned int b : faces_on(boundary::platen, mf))
  {
    c_face.reinit(b);
    c_face.gather_evaluate(x.block(fraction), EvaluationFlags::values);
    for (unsigned int q = 0; q < c_face.n_q_points; ++q)
      c_face.submit_value(scale * radius_weight(c_face, q, axisymmetric) * tau *
                            outflow_(b - first, q) * phase_field.content(c_face.get_value(q)),
                          q);
    c_face.integrate_scatter(EvaluationFlags::values, dst.block(fraction));
  }
}

template <int dim>
void PhaseFieldOperator<dim>::residual(BlockVector &dst, const BlockVector &x, const Vector &base,
                                       const double interval,
                                       const InterfaceValues &stripping) const
{
  const auto &mf          = matrix_free();
  const bool axisymmetric = body.axisymmetric();
  const Lanes kappa(phase_field.gradient_length_squared()), scale(1. / row_scale_), tau(interval);
  dst                 = 0;
  dst.block(fraction) = base;
  dst.block(fraction) *= -1.;
  x.update_ghost_values();
  ScalarCell m(mf, space), c(mf, space);
  for (unsigned int batch = 0; batch < mf.n_cell_batches(); ++batch)
  {
    m.reinit(batch);
    c.reinit(batch);
    m.gather_evaluate(x.block(potential), values_gradients);
    c.gather_evaluate(x.block(fraction), values_gradients);
    for (unsigned int q = 0; q < m.n_q_points; ++q)
    {
      const Lanes weight = scale * radius_weight(m, q, axisymmetric), c_q = c.get_value(q);
      const auto grad_m = m.get_gradient(q), grad_c = c.get_gradient(q);
      const Lanes M = phase_field.mobility(clip(c_q), metal, temperature);
      const Lanes g = phase_field.content(c_q);
      m.submit_value(
        weight * (phase_field.content_slope(c_q) * m.get_value(q) - phase_field.slope(c_q)), q);
      m.submit_gradient((-weight * kappa) * grad_c, q);
      c.submit_value(weight * g, q);
      c.submit_gradient((weight * tau) * (M * grad_m - g * velocity_(batch, q)), q);
    }
    m.integrate_scatter(values_gradients, dst.block(potential));
    c.integrate_scatter(values_gradients, dst.block(fraction));
  }
  residual_on_boundary(dst, x, interval, stripping);
  dst.compress(VectorOperation::add);
  x.zero_out_ghost_values();
}

template <int dim>
void PhaseFieldOperator<dim>::content(Vector &dst, const Vector &x) const
{
  const auto &mf          = matrix_free();
  const bool axisymmetric = body.axisymmetric();
  const Lanes scale(1. / row_scale_);
  mf.initialize_dof_vector(dst, space);
  ScalarCell c(mf, space);
  x.update_ghost_values();
  for (unsigned int batch = 0; batch < mf.n_cell_batches(); ++batch)
  {
    c.reinit(batch);
    c.gather_evaluate(x, EvaluationFlags::values);
    for (unsigned int q = 0; q < c.n_q_points; ++q)
      c.submit_value(
        scale * radius_weight(c, q, axisymmetric) * phase_field.content(c.get_value(q)), q);
    c.integrate_scatter(EvaluationFlags::values, dst);
  }
  dst.compress(VectorOperation::add);
  x.zero_out_ghost_values();
}

template <int dim>
void PhaseFieldOperator<dim>::stiffness(Vector &dst, const Vector &src) const
{
  using MF                = MatrixFree<dim, double>;
  const bool axisymmetric = body.axisymmetric();
  const Lanes kappa(phase_field.gradient_length_squared()), scale(1. / row_scale_);
  const auto on_cells = [&](const MF &mf, Vector &d, const Vector &s, const CellRange &range)
  {
    ScalarCell c(mf, space);
    for (unsigned int batch = range.first; batch < range.second; ++batch)
    {
      c.reinit(batch);
      c.gather_evaluate(s, values_gradients);
      for (unsigned int q = 0; q < c.n_q_points; ++q)
      {
        const Lanes weight = scale * radius_weight(c, q, axisymmetric);
        c.submit_value(weight * curvature_(batch, q) * c.get_value(q), q);
        c.submit_gradient((weight * kappa) * c.get_gradient(q), q);
      }
      c.integrate_scatter(values_gradients, d);
    }
  };
  matrix_free().template cell_loop<Vector, Vector>(on_cells, dst, src, true);
}

template <int dim>
void PhaseFieldOperator<dim>::amount(Vector &dst) const
{
  const auto &mf          = matrix_free();
  const bool axisymmetric = body.axisymmetric();
  const Lanes scale(1. / row_scale_);
  mf.initialize_dof_vector(dst, space);
  ScalarCell c(mf, space);
  for (unsigned int batch = 0; batch < mf.n_cell_batches(); ++batch)
  {
    c.reinit(batch);
    for (unsigned int q = 0; q < c.n_q_points; ++q)
      c.submit_value(scale * radius_weight(c, q, axisymmetric) * content_slope_(batch, q), q);
    c.integrate_scatter(EvaluationFlags::values, dst);
  }
  ScalarFace c_face(mf, true, space);
  const unsigned int first = mf.n_inner_face_batches();
  for (const unsigned int b : faces_on(boundary::platen, mf))
  {
    c_face.reinit(b);
    for (unsigned int q = 0; q < c_face.n_q_points; ++q)
      c_face.submit_value(
        scale * radius_weight(c_face, q, axisymmetric) * content_outflow_(b - first, q), q);
    c_face.integrate_scatter(EvaluationFlags::values, dst);
  }
  dst.compress(VectorOperation::add);
}

template <int dim>
void PhaseFieldOperator<dim>::initialize_vector(BlockVector &vector) const
{
  vector.reinit(2);
  for (unsigned int b = 0; b < 2; ++b)
    matrix_free().initialize_dof_vector(vector.block(b), space);
  vector.collect_sizes();
}

template class PhaseFieldOperator<2>;
template class PhaseFieldOperator<3>;
} // namespace kavity
