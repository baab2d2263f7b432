#include "kavity/models/MetalOperator.h"

#include <cmath>

namespace kavity
{
using namespace dealii;

template <int dim>
MetalOperator<dim>::MetalOperator(const Field<dim> &velocity, const Field<dim> &pressure,
                                  const Field<dim> &potential, const Field<dim> &coefficient,
                                  const Interface<dim> &interface, const bool with_potential)
  : body(velocity.body)
  , with_potential_(with_potential)
{
  matrix_free_.reinit(body.mapping,
                      std::vector<const DoFHandler<dim> *>{
                        &velocity.dof_handler, &pressure.dof_handler, &potential.dof_handler,
                        &coefficient.dof_handler, &velocity.dof_handler},
                      std::vector<const AffineConstraints<double> *>{
                        &velocity.constraints, &pressure.constraints, &potential.constraints,
                        &coefficient.constraints, &velocity.hanging_nodes},
                      QGauss<1>(interface.points_1d()), matrix_free_settings<dim, double>());
  batches.reinit(matrix_free_, interface, body);
  n_q_points = ScalarCell(matrix_free_, p_space).n_q_points;
}

template <int dim>
void MetalOperator<dim>::set_coefficients(const Scales &scales, const double mobility,
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
void MetalOperator<dim>::set_filling(PointData<double> fraction, const VoidFluid &fluid,
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
void MetalOperator<dim>::linearise(const BlockVector &x, const CreepLaw &creep,
                                   const double temperature, const double size_factor)
{
  viscosity_.reinit(matrix_free_.n_cell_batches(), n_q_points);
  tangent_.reinit(matrix_free_.n_cell_batches(), n_q_points);
  direction_.reinit(matrix_free_.n_cell_batches(), n_q_points);
  equivalent_rate_.reinit(matrix_free_.n_cell_batches(), n_q_points);
  const double scale = scales_.velocity * scales_.velocity / scales_.power;
  VelocityCell v(matrix_free_, v_plain_space);
  x.block(velocity).update_ghost_values();
  for (unsigned int batch = 0; batch < matrix_free_.n_cell_batches(); ++batch)
  {
    v.reinit(batch);
    v.read_dof_values_plain(x.block(velocity));
    v.evaluate(EvaluationFlags::gradients | EvaluationFlags::values);
    for (unsigned int q = 0; q < n_q_points; ++q)
    {
      const auto rate       = deviatoric(strain_rate<Lanes>(v, q, body.axisymmetric()));
      const auto equivalent = std::sqrt(Lanes(2. / 3) * (rate * rate));
      Lanes inverse(0.);
      viscosity_(batch, q) = Lanes(1.); // in lanes without a cell
      for (unsigned int lane = 0; lane < matrix_free_.n_active_entries_per_cell_batch(batch);
           ++lane)
      {
        const double edot          = equivalent[lane] * scales_.velocity;
        const auto stress          = creep.stress(edot, temperature, size_factor);
        const double eta           = edot > 0 ? stress.stress / (3 * edot) : stress.tangent / 3;
        viscosity_(batch, q)[lane] = eta * scale;
        // d(2 eta D) = 2 eta dD + tangent (G : dD) G with G = D/edot
        tangent_(batch, q)[lane] = 4. / 9 * (stress.tangent - 3 * eta) * scale;
        inverse[lane]            = edot > 0 ? 1 / equivalent[lane] : 0.;
      }
      direction_(batch, q)       = inverse * rate;
      equivalent_rate_(batch, q) = equivalent;
      if (!fraction_.empty())
      {
        const Lanes h        = fraction_(batch, q);
        viscosity_(batch, q) = h * viscosity_(batch, q) + (1. - h) * (scale * void_viscosity_);
        tangent_(batch, q) *= h;
      }
    }
  }
  x.block(velocity).zero_out_ghost_values();
  stress_direction_ = direction_;
}

// Stress, balance of volume and balance of atoms at a point.
template <int dim>
template <bool plain>
void MetalOperator<dim>::submit(VelocityCell &v, ScalarCell &p, ScalarCell &m,
                                const unsigned int batch, const unsigned int q) const
{
  const bool axisymmetric = body.axisymmetric();
  const Lanes weight      = radius_weight(p, q, axisymmetric);
  const auto rate         = strain_rate<Lanes>(v, q, axisymmetric);
  const auto shear        = deviatoric(rate);
  const Lanes p_q         = p.get_value(q);
  const Lanes excess      = sinks_(batch, q) * (with_potential_ ? p_q - m.get_value(q) : p_q);
  auto stress             = (2. * viscosity_(batch, q)) * shear;
  if (!plain)
  {
    const auto &rate_ = direction_(batch, q), &stress_ = stress_direction_(batch, q);
    stress += (0.5 * tangent_(batch, q)) * ((rate_ * shear) * stress_ + (stress_ * shear) * rate_);
  }
  for (unsigned int e = 0; e < 3; ++e)
    stress[e][e] -= coupling_ * p_q;
  submit_stress<Lanes>(v, stress, q, axisymmetric);
  p.submit_value(-weight * (coupling_ * trace(rate) + excess), q);
  if (with_potential_)
  {
    m.submit_value(weight * excess, q);
    m.submit_gradient(-weight * mobility_ * m.get_gradient(q), q);
  }
}

// Pressure on Gamma and its supply of atoms at a point.
template <int dim>
void MetalOperator<dim>::submit_on_interface(VelocityFace &v, ScalarFace &p, ScalarFace &m,
                                             const unsigned int face, const unsigned int q) const
{
  const Lanes weight = radius_weight(v, q, body.axisymmetric());
  const auto n       = v.get_normal_vector(q);
  const Lanes u      = v.get_value(q) * n;
  Lanes traction     = traction_u_(face, q) * u;
  if (with_potential_)
  {
    const Lanes m_q = m.get_value(q);
    traction += traction_m_(face, q) * m_q;
    Lanes supply = supply_u_(face, q) * u - supply_m_(face, q) * m_q;
    if (soft_)
    {
      traction += traction_p_(face, q) * p.get_value(q);
      supply += supply_p_(face, q) * p.get_value(q);
    }
    m.submit_value(weight * supply, q);
  }
  v.submit_value((weight * traction) * n, q);
}

template <int dim>
template <bool plain>
void MetalOperator<dim>::face_loop(BlockVector &dst, const BlockVector &src,
                                   const std::pair<unsigned int, unsigned int> &range) const
{
  const auto read = [](auto &u, const Vector &vector)
  {
    if (plain)
      u.read_dof_values_plain(vector);
    else
      u.read_dof_values(vector);
    u.evaluate(EvaluationFlags::values);
  };
  VelocityFace v(matrix_free_, true, plain ? v_plain_space : v_space);
  ScalarFace p(matrix_free_, true, p_space), m(matrix_free_, true, m_space);
  for (unsigned int batch = range.first; batch < range.second; ++batch)
    if (matrix_free_.get_boundary_id(batch) == boundary::interface)
    {
      v.reinit(batch);
      read(v, src.block(velocity));
      if (with_potential_)
      {
        m.reinit(batch);
        read(m, src.block(potential));
      }
      if (soft_)
      {
        p.reinit(batch);
        read(p, src.block(pressure));
      }
      for (unsigned int q = 0; q < v.n_q_points; ++q)
        submit_on_interface(v, p, m, batch - matrix_free_.n_inner_face_batches(), q);
      v.integrate_scatter(EvaluationFlags::values, dst.block(velocity));
      if (with_potential_)
        m.integrate_scatter(EvaluationFlags::values, dst.block(potential));
    }
}

template <int dim>
template <bool plain>
void MetalOperator<dim>::loop(BlockVector &dst, const BlockVector &src) const
{
  using Range     = std::pair<unsigned int, unsigned int>;
  using MF        = MatrixFree<dim, double>;
  const auto read = [](auto &u, const Vector &vector)
  {
    if (plain)
      u.read_dof_values_plain(vector);
    else
      u.read_dof_values(vector);
  };
  const auto v_flags  = body.axisymmetric() ? EvaluationFlags::values | EvaluationFlags::gradients :
                                              EvaluationFlags::gradients;
  const auto on_cells = [&](const MF &mf, BlockVector &d, const BlockVector &s, const Range &range)
  {
    VelocityCell v(mf, plain ? v_plain_space : v_space);
    ScalarCell p(mf, p_space), m(mf, m_space);
    for (unsigned int batch = range.first; batch < range.second; ++batch)
    {
      v.reinit(batch);
      p.reinit(batch);
      read(v, s.block(velocity));
      read(p, s.block(pressure));
      v.evaluate(v_flags);
      p.evaluate(EvaluationFlags::values);
      if (with_potential_)
      {
        m.reinit(batch);
        read(m, s.block(potential));
        m.evaluate(EvaluationFlags::values | EvaluationFlags::gradients);
      }
      for (unsigned int q = 0; q < n_q_points; ++q)
        submit<plain>(v, p, m, batch, q);
      v.integrate(v_flags);
      p.integrate(EvaluationFlags::values);
      v.distribute_local_to_global(d.block(velocity));
      p.distribute_local_to_global(d.block(pressure));
      if (with_potential_)
        m.integrate_scatter(EvaluationFlags::values | EvaluationFlags::gradients,
                            d.block(potential));
    }
  };
  const auto inside   = [](const MF &, BlockVector &, const BlockVector &, const Range &) {};
  const auto on_gamma = [&](const MF &, BlockVector &d, const BlockVector &s, const Range &range)
  { face_loop<plain>(d, s, range); };
  matrix_free_.template loop<BlockVector, BlockVector>(on_cells, inside, on_gamma, dst, src, true);
}

template <int dim>
void MetalOperator<dim>::vmult(BlockVector &dst, const BlockVector &src) const
{
  loop<false>(dst, src);
  const std::array<unsigned int, 3> spaces = {{v_space, p_space, m_space}};
  for (unsigned int b = 0; b < dst.n_blocks(); ++b)
    for (const unsigned int dof : matrix_free_.get_constrained_dofs(spaces[b]))
      dst.block(b).local_element(dof) = src.block(b).local_element(dof);
}

template <int dim>
void MetalOperator<dim>::apply(BlockVector &dst, const BlockVector &x) const
{
  loop<true>(dst, x);
}

template <int dim>
void MetalOperator<dim>::initialize_vector(BlockVector &vector) const
{
  vector.reinit(with_potential_ ? 3 : 2);
  matrix_free_.initialize_dof_vector(vector.block(velocity), v_space);
  matrix_free_.initialize_dof_vector(vector.block(pressure), p_space);
  if (with_potential_)
    matrix_free_.initialize_dof_vector(vector.block(potential), m_space);
  vector.collect_sizes();
}

template <int dim>
void MetalOperator<dim>::initialize_plain_vector(BlockVector &vector) const
{
  initialize_vector(vector);
  matrix_free_.initialize_dof_vector(vector.block(velocity), v_plain_space);
  vector.collect_sizes();
}

template class MetalOperator<2>;
template class MetalOperator<3>;
} // namespace kavity
