#include "kavity/fem/VelocityOperator.h"

namespace kavity
{
using namespace dealii;

template <int dim, typename Number>
void VelocityOperator<dim, Number>::reinit_level(const Field<dim> &field,
                                                 const Field<dim> &coefficients,
                                                 const unsigned int level,
                                                 const bool with_interface)
{
  Base::reinit(field, coefficients, level, with_interface);
  with_interface_ = with_interface;
}

template <int dim, typename Number>
void VelocityOperator<dim, Number>::set_viscosity(PointData<Number> viscosity)
{
  viscosity_ = std::move(viscosity);
}

template <int dim, typename Number>
void VelocityOperator<dim, Number>::set_viscosity_from(const VectorType &nodal)
{
  viscosity_ = this->in_cells(nodal);
}

template <int dim, typename Number>
void VelocityOperator<dim, Number>::set_resistance_from(const VectorType &nodal)
{
  resistance_ = this->on_interface(nodal);
}

template <int dim, typename Number>
void VelocityOperator<dim, Number>::cell_term(Cell &v, const unsigned int batch) const
{
  const bool axisymmetric = this->axisymmetric();
  const auto flags        = EvaluationFlags::gradients |
                     (axisymmetric ? EvaluationFlags::values : EvaluationFlags::nothing);
  v.evaluate(flags);
  for (unsigned int q = 0; q < v.n_q_points; ++q)
    submit_stress<Lanes>(
      v, Number(2) * viscosity_(batch, q) * deviatoric(strain_rate<Lanes>(v, q, axisymmetric)), q,
      axisymmetric);
  v.integrate(flags);
}

template <int dim, typename Number>
void VelocityOperator<dim, Number>::face_term(Face &v, const unsigned int batch) const
{
  const bool axisymmetric = this->axisymmetric();
  v.evaluate(EvaluationFlags::values);
  for (unsigned int q = 0; q < v.n_q_points; ++q)
  {
    const auto n = v.get_normal_vector(q);
    v.submit_value(
      (radius_weight(v, q, axisymmetric) * resistance_(batch, q) * (v.get_value(q) * n)) * n, q);
  }
  v.integrate(EvaluationFlags::values);
}

template class VelocityOperator<2, double>;
template class VelocityOperator<2, float>;
template class VelocityOperator<3, double>;
template class VelocityOperator<3, float>;
} // namespace kavity
