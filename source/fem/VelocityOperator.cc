#include "kavity/fem/VelocityOperator.h"

#include <deal.II/matrix_free/tools.h>

namespace kavity
{
using namespace dealii;

template <int dim, typename Number>
void VelocityOperator<dim, Number>::reinit_level(const Field<dim> &field,
                                                 const Field<dim> &coefficients,
                                                 const unsigned int level)
{
  auto settings                                = matrix_free_settings<dim, Number>();
  settings.mapping_update_flags_boundary_faces = update_default;
  const auto &dofs                             = field.level_dof_handler(level);
  matrix_free_.reinit(
    field.body.mapping,
    std::vector<const DoFHandler<dim> *>{&dofs, &coefficients.level_dof_handler(level)},
    std::vector<const AffineConstraints<double> *>{&field.levels[level].constraints,
                                                   &coefficients.levels[level].constraints},
    QGauss<1>(dofs.get_fe().degree + 1), settings);
  axisymmetric_ = field.body.axisymmetric();
}

template <int dim, typename Number>
void VelocityOperator<dim, Number>::set_viscosity(PointData<Number> viscosity)
{
  viscosity_ = std::move(viscosity);
}

template <int dim, typename Number>
void VelocityOperator<dim, Number>::set_viscosity_from(const VectorType &nodal)
{
  FEEvaluation<dim, -1, 0, 1, Number> eta(matrix_free_, 1);
  viscosity_.reinit(matrix_free_.n_cell_batches(), eta.n_q_points);
  VectorType values; // with the ghosts MatrixFree wants
  matrix_free_.initialize_dof_vector(values, 1);
  values.copy_locally_owned_data_from(nodal);
  values.update_ghost_values();
  for (unsigned int batch = 0; batch < matrix_free_.n_cell_batches(); ++batch)
  {
    eta.reinit(batch);
    eta.gather_evaluate(values, EvaluationFlags::values);
    for (unsigned int q = 0; q < eta.n_q_points; ++q)
      viscosity_(batch, q) = eta.get_value(q);
  }
}

template <int dim, typename Number>
void VelocityOperator<dim, Number>::cell_term(Cell &v, const unsigned int batch) const
{
  const auto flags = EvaluationFlags::gradients |
                     (axisymmetric_ ? EvaluationFlags::values : EvaluationFlags::nothing);
  v.evaluate(flags);
  for (unsigned int q = 0; q < v.n_q_points; ++q)
    submit_stress<Lanes>(
      v, Number(2) * viscosity_(batch, q) * deviatoric(strain_rate<Lanes>(v, q, axisymmetric_)), q,
      axisymmetric_);
  v.integrate(flags);
}

template <int dim, typename Number>
void VelocityOperator<dim, Number>::vmult(VectorType &dst, const VectorType &src) const
{
  using Range = std::pair<unsigned int, unsigned int>;
  const auto run =
    [&](const MatrixFree<dim, Number> &mf, VectorType &d, const VectorType &s, const Range &range)
  {
    Cell v(mf);
    for (unsigned int batch = range.first; batch < range.second; ++batch)
    {
      v.reinit(batch);
      v.read_dof_values(s);
      cell_term(v, batch);
      v.distribute_local_to_global(d);
    }
  };
  matrix_free_.template cell_loop<VectorType, VectorType>(run, dst, src, true);
  for (const unsigned int dof : matrix_free_.get_constrained_dofs())
    dst.local_element(dof) = src.local_element(dof);
}

template <int dim, typename Number>
void VelocityOperator<dim, Number>::compute_diagonal()
{
  inverse_diagonal_    = std::make_shared<DiagonalMatrix<VectorType>>();
  VectorType &diagonal = inverse_diagonal_->get_vector();
  initialize_dof_vector(diagonal);
  MatrixFreeTools::compute_diagonal<dim, -1, 0, dim, Number, Lanes>(
    matrix_free_, diagonal, [&](Cell &v) { cell_term(v, v.get_current_cell_index()); });
  for (const unsigned int dof : matrix_free_.get_constrained_dofs())
    diagonal.local_element(dof) = Number(1);
  for (unsigned int i = 0; i < diagonal.locally_owned_size(); ++i)
  {
    Number &entry = diagonal.local_element(i);
    entry         = entry > Number(0) ? Number(1) / entry : Number(1);
  }
}

template <int dim, typename Number>
types::global_dof_index VelocityOperator<dim, Number>::m() const
{
  return matrix_free_.get_dof_handler(0).n_dofs();
}

template <int dim, typename Number>
Number VelocityOperator<dim, Number>::el(unsigned int, unsigned int) const
{
  AssertThrow(false, ExcMessage("matrix-free operators have no entries"));
  return Number();
}

template <int dim, typename Number>
void VelocityOperator<dim, Number>::initialize_dof_vector(VectorType &vector) const
{
  matrix_free_.initialize_dof_vector(vector, 0);
}

template class VelocityOperator<2, double>;
template class VelocityOperator<2, float>;
template class VelocityOperator<3, double>;
template class VelocityOperator<3, float>;
} // namespace kavity
