#include "kavity/models/VoidField.h"

#include <algorithm>
#include <cmath>

namespace kavity
{
using namespace dealii;

// Sum over the body of term(m, c, q), evaluators with values and gradients.
template <int dim>
template <typename CellTerm>
double VoidField<dim>::integrate(const CellTerm &term) const
{
  const auto &mf = equations.matrix_free();
  FEEvaluation<dim, -1, 0, 1, double> m(mf, MetalOperator<dim>::m_space),
    c(mf, MetalOperator<dim>::m_space);
  double sum = 0;
  solution_.update_ghost_values();
  const auto flags = EvaluationFlags::values | EvaluationFlags::gradients;
  for (unsigned int batch = 0; batch < mf.n_cell_batches(); ++batch)
  {
    m.reinit(batch);
    c.reinit(batch);
    m.gather_evaluate(scaled_potential(), flags);
    c.gather_evaluate(fraction(), flags);
    for (unsigned int q = 0; q < m.n_q_points; ++q)
    {
      const auto density = term(m, c, q) * m.JxW(q) * radius_weight(m, q, body.axisymmetric());
      for (unsigned int lane = 0; lane < mf.n_active_entries_per_cell_batch(batch); ++lane)
        sum += density[lane];
    }
  }
  solution_.zero_out_ghost_values();
  return Utilities::MPI::sum(sum, body.triangulation.get_communicator()) *
         (body.axisymmetric() ? 2 * pi : 1.);
}

template <int dim>
double VoidField<dim>::metal_volume() const
{
  return integrate([](const auto &, const auto &c, const unsigned int q)
                   { return c.get_value(q); });
}

template <int dim>
double VoidField<dim>::void_volume() const
{
  return integrate([](const auto &, const auto &c, const unsigned int q)
                   { return 1. - PhaseField::metal(PhaseField::metal(clip(c.get_value(q)))); });
}

template <int dim>
double VoidField<dim>::atom_inflow() const
{
  const auto &mf = equations.matrix_free();
  FEFaceEvaluation<dim, -1, 0, dim, double> v(mf, true, MetalOperator<dim>::v_plain_space);
  FEFaceEvaluation<dim, -1, 0, 1, double> c(mf, true, MetalOperator<dim>::m_space);
  const unsigned int first = mf.n_inner_face_batches();
  double sum               = 0;
  solution_.update_ghost_values();
  flow.velocity().update_ghost_values();
  for (unsigned int b = first; b < first + mf.n_boundary_face_batches(); ++b)
    if (mf.get_boundary_id(b) == boundary::platen)
    {
      v.reinit(b);
      c.reinit(b);
      v.read_dof_values_plain(flow.velocity());
      v.evaluate(EvaluationFlags::values);
      c.gather_evaluate(fraction(), EvaluationFlags::values);
      for (unsigned int q = 0; q < v.n_q_points; ++q)
      {
        const auto volume = -v.get_value(q)[dim - 1] * c.get_value(q) * v.JxW(q) *
                            radius_weight(v, q, body.axisymmetric());
        for (unsigned int lane = 0; lane < mf.n_active_entries_per_face_batch(b); ++lane)
          sum += volume[lane];
      }
    }
  flow.velocity().zero_out_ghost_values();
  solution_.zero_out_ghost_values();
  return Utilities::MPI::sum(sum, body.triangulation.get_communicator()) * flow.velocity_unit() *
         (body.axisymmetric() ? 2 * pi : 1.);
}

// (M_G Omega W) |grad_G m|^2 over Gamma.
template <int dim>
double VoidField<dim>::dissipation_along_gamma() const
{
  if (!(metal.interface_diffusivity > 0))
    return 0;
  const auto &mf = equations.matrix_free();
  FEFaceEvaluation<dim, -1, 0, 1, double> m(mf, true, MetalOperator<dim>::m_space),
    c(mf, true, MetalOperator<dim>::m_space);
  const unsigned int first = mf.n_inner_face_batches();
  double sum               = 0;
  solution_.update_ghost_values();
  for (unsigned int b = first; b < first + mf.n_boundary_face_batches(); ++b)
    if (mf.get_boundary_id(b) == boundary::interface)
    {
      m.reinit(b);
      c.reinit(b);
      m.gather_evaluate(scaled_potential(), EvaluationFlags::gradients);
      c.gather_evaluate(fraction(), EvaluationFlags::values);
      for (unsigned int q = 0; q < m.n_q_points; ++q)
      {
        auto gradient     = m.get_gradient(q);
        gradient[dim - 1] = 0.;
        const auto power =
          phase_field.interface_mobility(clip(c.get_value(q)), metal, temperature) *
          (gradient * gradient) * m.JxW(q) * radius_weight(m, q, body.axisymmetric());
        for (unsigned int lane = 0; lane < mf.n_active_entries_per_face_batch(b); ++lane)
          sum += power[lane];
      }
    }
  solution_.zero_out_ghost_values();
  return Utilities::MPI::sum(sum, body.triangulation.get_communicator()) *
         (body.axisymmetric() ? 2 * pi : 1.);
}

template <int dim>
typename VoidField<dim>::Energy VoidField<dim>::energy(const InterfaceValues &stripping) const
{
  const double W = phase_field.barrier, kappa = phase_field.gradient_length_squared();
  Energy result;
  result.free = W * integrate(
                      [&](const auto &, const auto &c, const unsigned int q)
                      {
                        return phase_field.energy(c.get_value(q)) +
                               0.5 * kappa * (c.get_gradient(q) * c.get_gradient(q));
                      });
  // (M/Omega) |grad mu|^2 = (M Omega W) W |grad m|^2
  result.dissipation =
    W * integrate(
          [&](const auto &m, const auto &c, const unsigned int q)
          {
            return phase_field.mobility(clip(c.get_value(q)), metal, temperature) *
                   (m.get_gradient(q) * m.get_gradient(q));
          });
  result.dissipation += W * dissipation_along_gamma();
  InterfaceValues power(mu.size()), wall(mu.size());
  for (unsigned int k = 0; k < mu.size(); ++k)
  {
    power[k] = -mu[k] / metal.molar_volume * stripping[k];
    wall[k]  = W * phase_field.wall_energy(contact[k]);
  }
  result.current = interface.integral(power, body.side);
  result.free += interface.integral(wall, body.side);
  return result;
}

template <int dim>
double VoidField<dim>::largest_excess() const
{
  const auto &mf = equations.matrix_free();
  FEEvaluation<dim, -1, 0, 1, double> c(mf, MetalOperator<dim>::m_space);
  double largest = 0;
  solution_.update_ghost_values();
  for (unsigned int batch = 0; batch < mf.n_cell_batches(); ++batch)
  {
    c.reinit(batch);
    c.gather_evaluate(fraction(), EvaluationFlags::values | EvaluationFlags::gradients);
    for (unsigned int q = 0; q < c.n_q_points; ++q)
    {
      const auto value = c.get_value(q);
      const auto slope = phase_field.width * c.get_gradient(q).norm();
      for (unsigned int lane = 0; lane < mf.n_active_entries_per_cell_batch(batch); ++lane)
        if (value[lane] > 0.5 && slope[lane] < 0.01)
          largest = std::max(largest, std::abs(value[lane] - 1));
    }
  }
  solution_.zero_out_ghost_values();
  return Utilities::MPI::max(largest, body.triangulation.get_communicator());
}

template double VoidField<2>::metal_volume() const;
template double VoidField<2>::void_volume() const;
template double VoidField<2>::atom_inflow() const;
template VoidField<2>::Energy VoidField<2>::energy(const InterfaceValues &) const;
template double VoidField<2>::largest_excess() const;
template double VoidField<3>::metal_volume() const;
template double VoidField<3>::void_volume() const;
template double VoidField<3>::atom_inflow() const;
template VoidField<3>::Energy VoidField<3>::energy(const InterfaceValues &) const;
template double VoidField<3>::largest_excess() const;
} // namespace kavity
