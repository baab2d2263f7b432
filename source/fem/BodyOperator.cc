#include "kavity/fem/BodyOperator.h"

#include <deal.II/matrix_free/tools.h>

namespace kavity
{
using namespace dealii;

template <int dim, int n_components, typename Number>
void BodyOperator<dim, n_components, Number>::reinit(
  const Body<dim> &body, const std::vector<const DoFHandler<dim> *> &dofs,
  const std::vector<const AffineConstraints<double> *> &constraints, const bool with_faces)
{
  auto settings = matrix_free_settings<dim, Number>();
  if (!with_faces)
    settings.mapping_update_flags_boundary_faces = update_default;
  matrix_free_.reinit(body.mapping, dofs, constraints, QGauss<1>(dofs[0]->get_fe().degree + 1),
                      settings);
  body_         = &body;
  axisymmetric_ = body.axisymmetric();
}

template <int dim, int n_components, typename Number>
void BodyOperator<dim, n_components, Number>::reinit(const Field<dim> &field,
                                                     const Field<dim> &coefficients,
                                                     const unsigned int level,
                                                     const bool with_faces)
{
  reinit(field.body, {&field.level_dof_handler(level), &coefficients.level_dof_handler(level)},
         {&field.levels[level].constraints, &coefficients.levels[level].constraints}, with_faces);
}

template <int dim, int n_components, typename Number>
typename BodyOperator<dim, n_components, Number>::VectorType
BodyOperator<dim, n_components, Number>::with_ghosts(const VectorType &nodal) const
{
  VectorType values;
  initialize_coefficient_vector(values);
  values.copy_locally_owned_data_from(nodal);
  values.update_ghost_values();
  return values;
}

template <int dim, int n_components, typename Number>
PointData<Number> BodyOperator<dim, n_components, Number>::in_cells(const VectorType &nodal) const
{
  FEEvaluation<dim, -1, 0, 1, Number> evaluation(matrix_free_, coefficient);
  PointData<Number> result(matrix_free_.n_cell_batches(), evaluation.n_q_points);
  const VectorType values = with_ghosts(nodal);
  for (unsigned int batch = 0; batch < matrix_free_.n_cell_batches(); ++batch)
  {
    evaluation.reinit(batch);
    evaluation.gather_evaluate(values, EvaluationFlags::values);
    for (unsigned int q = 0; q < evaluation.n_q_points; ++q)
      result(batch, q) = evaluation.get_value(q);
  }
  return result;
}

template <int dim, int n_components, typename Number>
PointData<Number>
BodyOperator<dim, n_components, Number>::on_interface(const VectorType &nodal) const
{
  FEFaceEvaluation<dim, -1, 0, 1, Number> evaluation(matrix_free_, true, coefficient);
  PointData<Number> result(matrix_free_.n_boundary_face_batches(), evaluation.n_q_points);
  const VectorType values = with_ghosts(nodal);
  for_interface_batches(
    [&](const unsigned int batch)
    {
      evaluation.reinit(matrix_free_.n_inner_face_batches() + batch);
      evaluation.gather_evaluate(values, EvaluationFlags::values);
      for (unsigned int q = 0; q < evaluation.n_q_points; ++q)
        result(batch, q) = evaluation.get_value(q);
    });
  return result;
}

template <int dim, int n_components, typename Number>
void BodyOperator<dim, n_components, Number>::vmult(VectorType &dst, const VectorType &src) const
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
  if (acts_on_interface())
    matrix_free_.template loop<VectorType, VectorType>(on_cells, inside, on_gamma, dst, src, true);
  else
    matrix_free_.template cell_loop<VectorType, VectorType>(on_cells, dst, src, true);
  for (const unsigned int dof : matrix_free_.get_constrained_dofs(constrained))
    dst.local_element(dof) = src.local_element(dof);
}

template <int dim, int n_components, typename Number>
void BodyOperator<dim, n_components, Number>::add_face_diagonal(VectorType &diagonal) const
{
  Face u(matrix_free_, true);
  AlignedVector<Lanes> local(u.dofs_per_cell);
  for_interface_batches(
    [&](const unsigned int batch)
    {
      u.reinit(matrix_free_.n_inner_face_batches() + batch);
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
    });
}

template <int dim, int n_components, typename Number>
void BodyOperator<dim, n_components, Number>::compute_diagonal()
{
  inverse_diagonal_    = std::make_shared<DiagonalMatrix<VectorType>>();
  VectorType &diagonal = inverse_diagonal_->get_vector();
  initialize_dof_vector(diagonal);
  MatrixFreeTools::compute_diagonal<dim, -1, 0, n_components, Number, Lanes>(
    matrix_free_, diagonal, [&](Cell &u) { cell_term(u, u.get_current_cell_index()); });
  // also on ranks without faces, which may own unknowns of their neighbours' faces
  VectorType on_gamma;
  initialize_dof_vector(on_gamma);
  if (acts_on_interface())
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

template <int dim, int n_components, typename Number>
types::global_dof_index BodyOperator<dim, n_components, Number>::m() const
{
  return matrix_free_.get_dof_handler(constrained).n_dofs();
}

template <int dim, int n_components, typename Number>
Number BodyOperator<dim, n_components, Number>::el(unsigned int, unsigned int) const
{
  AssertThrow(false, ExcMessage("matrix-free operators have no entries"));
  return Number();
}

template <int dim, int n_components, typename Number>
void BodyOperator<dim, n_components, Number>::initialize_dof_vector(VectorType &vector) const
{
  matrix_free_.initialize_dof_vector(vector, constrained);
}

template <int dim, int n_components, typename Number>
void BodyOperator<dim, n_components, Number>::initialize_coefficient_vector(
  VectorType &vector) const
{
  matrix_free_.initialize_dof_vector(vector, coefficient);
}

template class BodyOperator<2, 1, double>;
template class BodyOperator<2, 1, float>;
template class BodyOperator<2, 2, double>;
template class BodyOperator<2, 2, float>;
template class BodyOperator<3, 1, double>;
template class BodyOperator<3, 1, float>;
template class BodyOperator<3, 3, double>;
template class BodyOperator<3, 3, float>;
} // namespace kavity
