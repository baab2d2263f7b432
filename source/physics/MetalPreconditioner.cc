#include "kavity/physics/MetalPreconditioner.h"

namespace kavity
{
using namespace dealii;

template <int dim>
MetalPreconditioner<dim>::MetalPreconditioner(
  const MetalOperator<dim> &equations, const Field<dim> &velocity, const Field<dim> &pressure,
  const Field<dim> &potential, const CoefficientSpace<dim> &coefficients,
  const unsigned int smoother_degree, const bool interface_moves)
  : FlowPreconditioner<dim>(equations, velocity, pressure, coefficients, smoother_degree,
                            interface_moves)
  , equations(equations)
  , vacancies(potential, smoother_degree)
{
  for (unsigned int level = potential.levels.min_level(); level <= potential.levels.max_level();
       ++level)
    vacancies.operators[level].reinit_level(potential, coefficients.field, level);
  equations.matrix_free().initialize_dof_vector(supply, MetalOperator<dim>::m_space);
  equations.matrix_free().initialize_dof_vector(rate, MetalOperator<dim>::p_space);
  equations.matrix_free().initialize_dof_vector(force, MetalOperator<dim>::v_space);
}

template <int dim>
bool MetalPreconditioner<dim>::changed() const
{
  return FlowPreconditioner<dim>::changed() || diffusivity != equations.diffusivity() ||
         this->differs(exchange, equations.exchange());
}

template <int dim>
void MetalPreconditioner<dim>::rebuild()
{
  FlowPreconditioner<dim>::rebuild();
  constexpr unsigned int space = MetalOperator<dim>::coefficient_space;
  exchange                     = equations.exchange();
  diffusivity                  = equations.diffusivity();
  PointData<double> of_mu(equations.sinks());
  const double coupling = equations.coupling();
  for (unsigned int b = 0; b < of_mu.size(0); ++b)
    for (unsigned int q = 0; q < of_mu.size(1); ++q)
    {
      const auto sinks = equations.sinks()(b, q);
      const auto shear = 0.75 * coupling * coupling / equations.creep().viscosity()(b, q);
      of_mu(b, q)      = sinks * shear / (sinks + shear);
    }
  const auto &coefficients = this->coefficients;
  const auto &mf           = equations.matrix_free();
  const auto sink          = coefficients.on_levels(coefficients.average(mf, space, of_mu));
  const auto transfer =
    coefficients.on_levels(coefficients.average_on_interface(mf, space, exchange));
  Tensor<2, dim> conductivity;
  for (unsigned int d = 0; d < dim; ++d)
    conductivity[d][d] = diffusivity;
  for (unsigned int l = vacancies.operators.min_level(); l <= vacancies.operators.max_level(); ++l)
  {
    vacancies.operators[l].set_conductivity(conductivity);
    vacancies.operators[l].set_mass_from(sink[l]);
    vacancies.operators[l].set_robin_from(transfer[l]);
  }
  vacancies.update();
}

template <int dim>
void MetalPreconditioner<dim>::vmult(BlockVector &dst, const BlockVector &src) const
{
  using Rows = MetalOperator<dim>;
  auto &v = dst.block(Rows::velocity), &p = dst.block(Rows::pressure),
       &m = dst.block(Rows::potential);
  // mu: -(K + ...) m = r_m + C M_p^-1 r_p
  this->solve_pressure(p, src.block(Rows::pressure));
  equations.sink_product(supply, p, Rows::p_space, Rows::m_space);
  supply += src.block(Rows::potential);
  vacancies.vmult(m, supply);
  m *= -1.;
  // p: M_p p = C m - r_p
  equations.sink_product(rate, m, Rows::m_space, Rows::p_space);
  rate -= src.block(Rows::pressure);
  this->solve_pressure(p, rate);
  // v: A v = r_v + B^T p - C_Gamma m
  force = 0;
  if (this->interface_moves)
  {
    equations.interface_force(force, m, p);
    force *= -1.;
  }
  force += src.block(Rows::velocity);
  this->solve_velocity(v, force, p);
}

template class MetalPreconditioner<2>;
template class MetalPreconditioner<3>;
} // namespace kavity
