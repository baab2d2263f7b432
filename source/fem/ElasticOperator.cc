#include "kavity/fem/ElasticOperator.h"

#include <deal.II/matrix_free/tools.h>

namespace kavity
{
using namespace dealii;

template <int dim, typename Number>
void ElasticOperator<dim, Number>::reinit_level(const Field<dim> &field, const unsigned int level,
                                                const bool with_faces)
{
  auto settings = matrix_free_settings<dim, Number>();
  if (!with_faces)
    settings.mapping_update_flags_boundary_faces = update_default;
  const auto &dofs = field.level_dof_handler(level);
  matrix_free_.reinit(field.body.mapping, dofs, field.levels[level].constraints,
                      QGauss<1>(dofs.get_fe().degree + 1), settings);
  axisymmetric_ = field.body.axisymmetric();
}

template <int dim, typename Number>
void ElasticOperator<dim, Number>::set_moduli(const double shear_modulus, const double lambda)
{
  shear_modulus_ = static_cast<Number>(shear_modulus);
  lambda_        = static_cast<Number>(lambda);
}

template <int dim, typename Number>
void ElasticOperator<dim, Number>::cell_term(Cell &u) const
{
  const auto flags = EvaluationFlags::gradients |
                     (axisymmetric_ ? EvaluationFlags::values : EvaluationFlags::nothing);
  u.evaluate(flags);
  for (unsigned int q = 0; q < u.n_q_points; ++q)
  {
    const auto strain      = strain_rate<Lanes>(u, q, axisymmetric_);
    const Lanes dilatation = lambda_ * trace(strain);
    auto stress            = (2 * shear_modulus_) * strain;
    for (unsigned int d = 0; d < 3; ++d)
      stress[d][d] += dilatation;
    submit_stress<Lanes>(u, stress, q, axisymmetric_);
  }
  u.integrate(flags);
}

template <int dim, typename Number>
void ElasticOperator<dim, Number>::vmult(VectorType &dst, const VectorType &src) const
{
  matrix_free_.template cell_loop<VectorType, VectorType>(
    [&](const MatrixFree<dim, Number> &mf, VectorType &d, const VectorType &s,
        const std::pair<unsigned int, unsigned int> &range)
    {
      Cell u(mf);
      for (unsigned int batch = range.first; batch < range.second; ++batch)
      {
        u.reinit(batch);
        u.read_dof_values(s);
        cell_term(u);
        u.distribute_local_to_global(d);
      }
    },
    dst, src, true);
  for (const unsigned int dof : matrix_free_.get_constrained_dofs())
    dst.local_element(dof) = src.local_element(dof);
}

template <int dim, typename Number>
void ElasticOperator<dim, Number>::compute_diagonal()
{
  inverse_diagonal_    = std::make_shared<DiagonalMatrix<VectorType>>();
  VectorType &diagonal = inverse_diagonal_->get_vector();
  initialize_dof_vector(diagonal);
  MatrixFreeTools::compute_diagonal<dim, -1, 0, dim, Number, Lanes>(matrix_free_, diagonal,
                                                                    [&](Cell &u) { cell_term(u); });
  for (const unsigned int dof : matrix_free_.get_constrained_dofs())
    diagonal.local_element(dof) = Number(1);
  for (unsigned int i = 0; i < diagonal.locally_owned_size(); ++i)
  {
    Number &entry = diagonal.local_element(i);
    entry         = entry > Number(0) ? Number(1) / entry : Number(1);
  }
}

template <int dim, typename Number>
types::global_dof_index ElasticOperator<dim, Number>::m() const
{
  return matrix_free_.get_dof_handler(0).n_dofs();
}

template <int dim, typename Number>
Number ElasticOperator<dim, Number>::el(unsigned int, unsigned int) const
{
  AssertThrow(false, ExcMessage("matrix-free operators have no entries"));
  return Number();
}

template <int dim, typename Number>
void ElasticOperator<dim, Number>::initialize_dof_vector(VectorType &vector) const
{
  matrix_free_.initialize_dof_vector(vector, 0);
}

template class ElasticOperator<2, double>;
template class ElasticOperator<2, float>;
template class ElasticOperator<3, double>;
template class ElasticOperator<3, float>;
} // namespace kavity
