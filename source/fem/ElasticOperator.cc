#include "kavity/fem/ElasticOperator.h"

namespace kavity
{
using namespace dealii;

template <int dim, typename Number>
void ElasticOperator<dim, Number>::reinit_level(const Field<dim> &field, const unsigned int level,
                                                const bool with_faces)
{
  Base::reinit(field.body, {&field.level_dof_handler(level)}, {&field.levels[level].constraints},
               with_faces);
}

template <int dim, typename Number>
void ElasticOperator<dim, Number>::set_moduli(const double shear_modulus, const double lambda)
{
  shear_modulus_ = static_cast<Number>(shear_modulus);
  lambda_        = static_cast<Number>(lambda);
}

template <int dim, typename Number>
void ElasticOperator<dim, Number>::cell_term(Cell &u, const unsigned int) const
{
  const bool axisymmetric = this->axisymmetric();
  const auto flags        = EvaluationFlags::gradients |
                     (axisymmetric ? EvaluationFlags::values : EvaluationFlags::nothing);
  u.evaluate(flags);
  for (unsigned int q = 0; q < u.n_q_points; ++q)
  {
    const auto strain      = strain_rate<Lanes>(u, q, axisymmetric);
    const Lanes dilatation = lambda_ * trace(strain);
    auto stress            = (2 * shear_modulus_) * strain;
    for (unsigned int d = 0; d < 3; ++d)
      stress[d][d] += dilatation;
    submit_stress<Lanes>(u, stress, q, axisymmetric);
  }
  u.integrate(flags);
}

template class ElasticOperator<2, double>;
template class ElasticOperator<2, float>;
template class ElasticOperator<3, double>;
template class ElasticOperator<3, float>;
} // namespace kavity
