#include "kavity/fem/DiffusionOperator.h"

namespace kavity
{
using namespace dealii;

template <int dim, typename Number>
void DiffusionOperator<dim, Number>::reinit(const Field<dim> &field, const Field<dim> &coefficients)
{
  Base::reinit(field.body, {&field.dof_handler, &coefficients.dof_handler, &field.dof_handler},
               {&field.constraints, &coefficients.constraints, &field.hanging_nodes});
}

template <int dim, typename Number>
void DiffusionOperator<dim, Number>::reinit_level(const Field<dim> &field,
                                                  const Field<dim> &coefficients,
                                                  const unsigned int level)
{
  Base::reinit(field, coefficients, level);
}

template <int dim, typename Number>
void DiffusionOperator<dim, Number>::set_conductivity(const Tensor<2, dim> &conductivity)
{
  diffusion_ = conductivity.norm() > 0;
  for (unsigned int i = 0; i < dim; ++i)
    for (unsigned int j = 0; j < dim; ++j)
      conductivity_[i][j] = Lanes(static_cast<Number>(conductivity[i][j]));
}

template <int dim, typename Number>
void DiffusionOperator<dim, Number>::set_mass(PointData<Number> mass)
{
  mass_ = std::move(mass);
}

template <int dim, typename Number>
void DiffusionOperator<dim, Number>::set_robin(PointData<Number> robin)
{
  robin_ = std::move(robin);
}

template <int dim, typename Number>
void DiffusionOperator<dim, Number>::set_conductivity_factor_from(const VectorType &nodal)
{
  factor_ = this->in_cells(nodal);
}

template <int dim, typename Number>
void DiffusionOperator<dim, Number>::set_mass_from(const VectorType &nodal)
{
  mass_ = this->in_cells(nodal);
}

template <int dim, typename Number>
void DiffusionOperator<dim, Number>::set_robin_from(const VectorType &nodal)
{
  robin_ = this->on_interface(nodal);
}

template <int dim, typename Number>
void DiffusionOperator<dim, Number>::cell_term(Cell &u, const unsigned int batch) const
{
  const bool mass  = !mass_.empty();
  const auto flags = (diffusion_ ? EvaluationFlags::gradients : EvaluationFlags::nothing) |
                     (mass ? EvaluationFlags::values : EvaluationFlags::nothing);
  if (flags == EvaluationFlags::nothing)
  {
    for (unsigned int i = 0; i < u.dofs_per_cell; ++i)
      u.begin_dof_values()[i] = Lanes(Number(0));
    return;
  }
  u.evaluate(flags);
  for (unsigned int q = 0; q < u.n_q_points; ++q)
  {
    const Lanes weight = radius_weight(u, q, this->axisymmetric());
    if (diffusion_)
    {
      const Lanes factor = factor_.empty() ? weight : weight * factor_(batch, q);
      u.submit_gradient(factor * (conductivity_ * u.get_gradient(q)), q);
    }
    if (mass)
      u.submit_value(weight * mass_(batch, q) * u.get_value(q), q);
  }
  u.integrate(flags);
}

template <int dim, typename Number>
void DiffusionOperator<dim, Number>::face_term(Face &u, const unsigned int batch) const
{
  u.evaluate(EvaluationFlags::values);
  for (unsigned int q = 0; q < u.n_q_points; ++q)
    u.submit_value(radius_weight(u, q, this->axisymmetric()) * robin_(batch, q) * u.get_value(q),
                   q);
  u.integrate(EvaluationFlags::values);
}

template <int dim, typename Number>
void DiffusionOperator<dim, Number>::add_plain(VectorType &dst, const VectorType &src) const
{
  const auto on_cells = [&](const MatrixFree<dim, Number> &mf, VectorType &d, const VectorType &s,
                            const std::pair<unsigned int, unsigned int> &range)
  {
    Cell u(mf, plain);
    for (unsigned int batch = range.first; batch < range.second; ++batch)
    {
      u.reinit(batch);
      u.read_dof_values_plain(s);
      cell_term(u, batch);
      u.distribute_local_to_global(d);
    }
  };
  this->matrix_free().template cell_loop<VectorType, VectorType>(on_cells, dst, src, false);
}

template <int dim, typename Number>
void DiffusionOperator<dim, Number>::initialize_plain_vector(VectorType &vector) const
{
  this->matrix_free().initialize_dof_vector(vector, plain);
}

template class DiffusionOperator<2, double>;
template class DiffusionOperator<2, float>;
template class DiffusionOperator<3, double>;
template class DiffusionOperator<3, float>;
} // namespace kavity
