#include "kavity/fem/VelocityOperator.h"

#include <deal.II/matrix_free/tools.h>

namespace kavity
{
using namespace dealii;

template <int dim, typename Number>
void VelocityOperator<dim, Number>::reinit_level(const Field<dim> &field,
                                                 const Field<dim> &coefficients,
                                                 const unsigned int level,
                                                 const bool with_interface)
{
  auto settings = matrix_free_settings<dim, Number>();
  if (!with_interface)
    settings.mapping_update_flags_boundary_faces = update_default;
  const auto &dofs = field.level_dof_handler(level);
  matrix_free_.reinit(
    field.body.mapping,
    std::vector<const DoFHandler<dim> *>{&dofs, &coefficients.level_dof_handler(level)},
    std::vector<const AffineConstraints<double> *>{&field.levels[level].constraints,
                                                   &coefficients.levels[level].constraints},
    QGauss<1>(dofs.get_fe().degree + 1), settings);
  axisymmetric_   = field.body.axisymmetric();
  with_interface_ = with_interface;
}

template <int dim, typename Number>
void VelocityOperator<dim, Number>::set_viscosity(PointData<Number> viscosity)
{
  viscosity_ = std::move(viscosity);
}

// With the ghosts MatrixFree wants.
template <int dim, typename Number>
typename VelocityOperator<dim, Number>::VectorType
VelocityOperator<dim, Number>::coefficient(const VectorType &nodal) const
{
  VectorType values;
  matrix_free_.initialize_dof_vector(values, 1);
  values.copy_locally_owned_data_from(nodal);
  values.update_ghost_values();
  return values;
}

template <int dim, typename Number>
void VelocityOperator<dim, Number>::set_viscosity_from(const VectorType &nodal)
{
  FEEvaluation<dim, -1, 0, 1, Number> eta(matrix_free_, 1);
  viscosity_.reinit(matrix_free_.n_cell_batches(), eta.n_q_points);
  const VectorType values = coefficient(nodal);
  for (unsigned int batch = 0; batch < matrix_free_.n_cell_batches(); ++batch)
  {
    eta.reinit(batch);
    eta.gather_evaluate(values, EvaluationFlags::values);
    for (unsigned int q = 0; q < eta.n_q_points; ++q)
      viscosity_(batch, q) = eta.get_value(q);
  }
}

template <int dim, typename Number>
void VelocityOperator<dim, Number>::set_resistance_from(const VectorType &nodal)
{
  FEFaceEvaluation<dim, -1, 0, 1, Number> evaluation(matrix_free_, true, 1);
  const unsigned int first = matrix_free_.n_inner_face_batches();
  resistance_.reinit(matrix_free_.n_boundary_face_batches(), evaluation.n_q_points);
  const VectorType values = coefficient(nodal);
  for (unsigned int batch = 0; batch < matrix_free_.n_boundary_face_batches(); ++batch)
    if (matrix_free_.get_boundary_id(first + batch) == boundary::interface)
    {
      evaluation.reinit(first + batch);
      evaluation.gather_evaluate(values, EvaluationFlags::values);
      for (unsigned int q = 0; q < evaluation.n_q_points; ++q)
        resistance_(batch, q) = evaluation.get_value(q);
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
void VelocityOperator<dim, Number>::face_term(Face &v, const unsigned int batch) const
{
  v.evaluate(EvaluationFlags::values);
  for (unsigned int q = 0; q < v.n_q_points; ++q)
  {
    const auto n = v.get_normal_vector(q);
    v.submit_value(
      (radius_weight(v, q, axisymmetric_) * resistance_(batch, q) * (v.get_value(q) * n)) * n, q);
  }
  v.integrate(EvaluationFlags::values);
}

template <int dim, typename Number>
void VelocityOperator<dim, Number>::vmult(VectorType &dst, const VectorType &src) const
{
  using Range         = std::pair<unsigned int, unsigned int>;
  using MF            = MatrixFree<dim, Number>;
  const auto on_cells = [&](const MF &mf, VectorType &d, const VectorType &s, const Range &range)
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
  const auto inside   = [](const MF &, VectorType &, const VectorType &, const Range &) {};
  const auto on_gamma = [&](const MF &mf, VectorType &d, const VectorType &s, const Range &range)
  {
    Face v(mf, true);
    for (unsigned int batch = range.first; batch < range.second; ++batch)
      if (mf.get_boundary_id(batch) == boundary::interface)
      {
        v.reinit(batch);
        v.read_dof_values(s);
        face_term(v, batch - mf.n_inner_face_batches());
        v.distribute_local_to_global(d);
      }
  };
  if (!with_interface_)
    matrix_free_.template cell_loop<VectorType, VectorType>(on_cells, dst, src, true);
  else
    matrix_free_.template loop<VectorType, VectorType>(on_cells, inside, on_gamma, dst, src, true);
  for (const unsigned int dof : matrix_free_.get_constrained_dofs())
    dst.local_element(dof) = src.local_element(dof);
}

template <int dim, typename Number>
void VelocityOperator<dim, Number>::add_face_diagonal(VectorType &diagonal) const
{
  Face v(matrix_free_, true);
  AlignedVector<Lanes> local(v.dofs_per_cell);
  const unsigned int first = matrix_free_.n_inner_face_batches();
  for (unsigned int batch = 0; batch < matrix_free_.n_boundary_face_batches(); ++batch)
    if (matrix_free_.get_boundary_id(first + batch) == boundary::interface)
    {
      v.reinit(first + batch);
      for (unsigned int j = 0; j < v.dofs_per_cell; ++j)
      {
        for (unsigned int k = 0; k < v.dofs_per_cell; ++k)
          v.begin_dof_values()[k] = Lanes(Number(k == j ? 1 : 0));
        face_term(v, batch);
        local[j] = v.begin_dof_values()[j];
      }
      for (unsigned int j = 0; j < v.dofs_per_cell; ++j)
        v.begin_dof_values()[j] = local[j];
      v.distribute_local_to_global(diagonal);
    }
}

template <int dim, typename Number>
void VelocityOperator<dim, Number>::compute_diagonal()
{
  inverse_diagonal_    = std::make_shared<DiagonalMatrix<VectorType>>();
  VectorType &diagonal = inverse_diagonal_->get_vector();
  initialize_dof_vector(diagonal);
  MatrixFreeTools::compute_diagonal<dim, -1, 0, dim, Number, Lanes>(
    matrix_free_, diagonal, [&](Cell &v) { cell_term(v, v.get_current_cell_index()); });
  // also on ranks without faces, which may own unknowns of their neighbours' faces
  VectorType on_gamma;
  initialize_dof_vector(on_gamma);
  if (with_interface_)
    add_face_diagonal(on_gamma);
  on_gamma.compress(VectorOperation::add);
  diagonal += on_gamma;
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
