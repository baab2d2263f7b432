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
void VelocityOperator<dim, Number>::set_softening(const std::vector<PointData<Number>> &components)
{
  softening_.reinit(components[0].size(0), components[0].size(1));
  for (unsigned int batch = 0; batch < softening_.size(0); ++batch)
    for (unsigned int q = 0; q < softening_.size(1); ++q)
    {
      auto &W = softening_(batch, q);
      for (unsigned int c = 0; c < components.size(); ++c)
        W[deviator_component(c)] = components[c](batch, q);
      W[2][2] = -W[0][0] - W[1][1];
    }
}

template <int dim, typename Number>
void VelocityOperator<dim, Number>::set_softening_from(const std::vector<VectorType> &nodal)
{
  std::vector<PointData<Number>> components;
  for (const auto &values : nodal)
    components.push_back(this->in_cells(values));
  set_softening(components);
}

template <int dim, typename Number>
void VelocityOperator<dim, Number>::cell_term(Cell &v, const unsigned int batch) const
{
  const bool axisymmetric = this->axisymmetric();
  const auto flags        = EvaluationFlags::gradients |
                     (axisymmetric ? EvaluationFlags::values : EvaluationFlags::nothing);
  const bool softens = !softening_.empty();
  v.evaluate(flags);
  for (unsigned int q = 0; q < v.n_q_points; ++q)
  {
    const auto rate = deviatoric(strain_rate<Lanes>(v, q, axisymmetric));
    auto stress     = Number(2) * viscosity_(batch, q) * rate;
    if (softens)
    {
      const auto &W = softening_(batch, q);
      stress -= (W * rate) * W;
    }
    submit_stress<Lanes>(v, stress, q, axisymmetric);
  }
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
