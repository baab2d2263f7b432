#include "kavity/fem/DiffusionOperator.h"

#include <deal.II/matrix_free/tools.h>

namespace kavity
{
using namespace dealii;

template <int dim, typename Number>
void DiffusionOperator<dim, Number>::reinit(
  const Body<dim> &body, const std::vector<const DoFHandler<dim> *> &dofs,
  const std::vector<const AffineConstraints<double> *> &constraints)
{
  matrix_free_.reinit(body.mapping, dofs, constraints, QGauss<1>(dofs[0]->get_fe().degree + 1),
                      matrix_free_settings<dim, Number>());
  body_         = &body;
  axisymmetric_ = body.axisymmetric();
}

template <int dim, typename Number>
void DiffusionOperator<dim, Number>::reinit(const Field<dim> &field, const Field<dim> &coefficients)
{
  reinit(field.body, {&field.dof_handler, &coefficients.dof_handler, &field.dof_handler},
         {&field.constraints, &coefficients.constraints, &field.hanging_nodes});
}

template <int dim, typename Number>
void DiffusionOperator<dim, Number>::reinit_level(const Field<dim> &field,
                                                  const Field<dim> &coefficients,
                                                  const unsigned int level)
{
  reinit(field.body, {&field.level_dof_handler(level), &coefficients.level_dof_handler(level)},
         {&field.levels[level].constraints, &coefficients.levels[level].constraints});
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
PointData<Number> DiffusionOperator<dim, Number>::interpolate(const VectorType &nodal) const
{
  Cell evaluation(matrix_free_, coefficient);
  PointData<Number> result(matrix_free_.n_cell_batches(), evaluation.n_q_points);
  VectorType values; // with the ghosts MatrixFree wants
  initialize_coefficient_vector(values);
  values.copy_locally_owned_data_from(nodal);
  values.update_ghost_values();
  for (unsigned int batch = 0; batch < matrix_free_.n_cell_batches(); ++batch)
  {
    evaluation.reinit(batch);
    evaluation.gather_evaluate(values, EvaluationFlags::values);
    for (unsigned int q = 0; q < evaluation.n_q_points; ++q)
      result(batch, q) = evaluation.get_value(q);
  }
  return result;
}

template <int dim, typename Number>
void DiffusionOperator<dim, Number>::set_conductivity_factor_from(const VectorType &nodal)
{
  factor_ = interpolate(nodal);
}

template <int dim, typename Number>
void DiffusionOperator<dim, Number>::set_mass_from(const VectorType &nodal)
{
  mass_ = interpolate(nodal);
}

template <int dim, typename Number>
void DiffusionOperator<dim, Number>::set_robin_from(const VectorType &nodal)
{
  Face evaluation(matrix_free_, true, coefficient);
  const unsigned int first = matrix_free_.n_inner_face_batches();
  robin_.reinit(matrix_free_.n_boundary_face_batches(), evaluation.n_q_points);
  VectorType values;
  initialize_coefficient_vector(values);
  values.copy_locally_owned_data_from(nodal);
  values.update_ghost_values();
  for (unsigned int batch = 0; batch < matrix_free_.n_boundary_face_batches(); ++batch)
    if (body_->is_interface(matrix_free_.get_boundary_id(first + batch)))
    {
      evaluation.reinit(first + batch);
      evaluation.gather_evaluate(values, EvaluationFlags::values);
      for (unsigned int q = 0; q < evaluation.n_q_points; ++q)
        robin_(batch, q) = evaluation.get_value(q);
    }
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
    const Lanes weight = radius_weight(u, q, axisymmetric_);
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
    u.submit_value(radius_weight(u, q, axisymmetric_) * robin_(batch, q) * u.get_value(q), q);
  u.integrate(EvaluationFlags::values);
}

template <int dim, typename Number>
void DiffusionOperator<dim, Number>::vmult(VectorType &dst, const VectorType &src) const
{
  using Range         = std::pair<unsigned int, unsigned int>;
  using MF            = MatrixFree<dim, Number>;
  const auto on_cells = [&](const MF &mf, VectorType &d, const VectorType &s, const Range &range)
  {
    Cell u(mf);
    for (unsigned int batch = range.first; batch < range.second; ++batch)
    {
      u.reinit(batch);
      u.read_dof_values(s);
      cell_term(u, batch);
      u.distribute_local_to_global(d);
    }
  };
  const auto inside   = [](const MF &, VectorType &, const VectorType &, const Range &) {};
  const auto on_gamma = [&](const MF &mf, VectorType &d, const VectorType &s, const Range &range)
  {
    Face u(mf, true);
    for (unsigned int batch = range.first; batch < range.second; ++batch)
      if (body_->is_interface(mf.get_boundary_id(batch)))
      {
        u.reinit(batch);
        u.read_dof_values(s);
        face_term(u, batch - mf.n_inner_face_batches());
        u.distribute_local_to_global(d);
      }
  };
  if (robin_.empty())
    matrix_free_.template cell_loop<VectorType, VectorType>(on_cells, dst, src, true);
  else
    matrix_free_.template loop<VectorType, VectorType>(on_cells, inside, on_gamma, dst, src, true);
  for (const unsigned int dof : matrix_free_.get_constrained_dofs(constrained))
    dst.local_element(dof) = src.local_element(dof);
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
  matrix_free_.template cell_loop<VectorType, VectorType>(on_cells, dst, src, false);
}

template <int dim, typename Number>
void DiffusionOperator<dim, Number>::add_face_diagonal(VectorType &diagonal) const
{
  Face u(matrix_free_, true);
  AlignedVector<Lanes> local(u.dofs_per_cell);
  const unsigned int first = matrix_free_.n_inner_face_batches();
  for (unsigned int batch = 0; batch < matrix_free_.n_boundary_face_batches(); ++batch)
    if (body_->is_interface(matrix_free_.get_boundary_id(first + batch)))
    {
      u.reinit(first + batch);
      for (unsigned int j = 0; j < u.dofs_per_cell; ++j)
      {
        for (unsigned int k = 0; k < u.dofs_per_cell; ++k)
          u.begin_dof_values()[k] = Lanes(Number(k == j ? 1 : 0));
        face_term(u, batch);
        local[j] = u.begin_dof_values()[j];
      }
      for (unsigned int j = 0; j < u.dofs_per_cell; ++j)
        u.begin_dof_values()[j] = local[j];
      u.distribute_local_to_global(diagonal);
    }
}

template <int dim, typename Number>
void DiffusionOperator<dim, Number>::compute_diagonal()
{
  inverse_diagonal_    = std::make_shared<DiagonalMatrix<VectorType>>();
  VectorType &diagonal = inverse_diagonal_->get_vector();
  initialize_dof_vector(diagonal);
  MatrixFreeTools::compute_diagonal<dim, -1, 0, 1, Number, Lanes>(
    matrix_free_, diagonal, [&](Cell &u) { cell_term(u, u.get_current_cell_index()); });
  // also on ranks without faces, which may own unknowns of their neighbours' faces
  VectorType on_gamma;
  initialize_dof_vector(on_gamma);
  if (!robin_.empty())
    add_face_diagonal(on_gamma);
  on_gamma.compress(VectorOperation::add);
  diagonal += on_gamma;
  for (const unsigned int dof : matrix_free_.get_constrained_dofs(constrained))
    diagonal.local_element(dof) = Number(1);
  for (unsigned int i = 0; i < diagonal.locally_owned_size(); ++i)
  {
    Number &entry = diagonal.local_element(i);
    entry         = entry > Number(0) ? Number(1) / entry : Number(1);
  }
}

template <int dim, typename Number>
types::global_dof_index DiffusionOperator<dim, Number>::m() const
{
  return matrix_free_.get_dof_handler(0).n_dofs();
}

template <int dim, typename Number>
Number DiffusionOperator<dim, Number>::el(unsigned int, unsigned int) const
{
  AssertThrow(false, ExcMessage("matrix-free operators have no entries"));
  return Number();
}

template <int dim, typename Number>
void DiffusionOperator<dim, Number>::initialize_dof_vector(VectorType &vector) const
{
  matrix_free_.initialize_dof_vector(vector, 0);
}

template <int dim, typename Number>
void DiffusionOperator<dim, Number>::initialize_plain_vector(VectorType &vector) const
{
  matrix_free_.initialize_dof_vector(vector, plain);
}

template <int dim, typename Number>
void DiffusionOperator<dim, Number>::initialize_coefficient_vector(VectorType &vector) const
{
  matrix_free_.initialize_dof_vector(vector, coefficient);
}

template class DiffusionOperator<2, double>;
template class DiffusionOperator<2, float>;
template class DiffusionOperator<3, double>;
template class DiffusionOperator<3, float>;
} // namespace kavity
