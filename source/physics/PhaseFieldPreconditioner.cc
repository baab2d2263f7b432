#include "kavity/physics/PhaseFieldPreconditioner.h"

#include <cmath>

namespace kavity
{
using namespace dealii;

namespace
{
// f''/W is 2 in metal and in voids and falls to -1 within a surface, whose stiffness against its
// own motion is nearly none. Measured: 0.1 to 1 differ by a third in iterations, 0.3 is best.
constexpr double least_curvature = 0.3;
} // namespace

template <int dim>
PhaseFieldPreconditioner<dim>::PhaseFieldPreconditioner(const PhaseFieldOperator<dim> &equations,
                                                        const Field<dim> &field,
                                                        const CoefficientSpace<dim> &coefficients,
                                                        const unsigned int smoother_degree)
  : equations(equations)
  , coefficients(coefficients)
  , transport(field, smoother_degree)
  , profile(field, smoother_degree)
{
  const double scale = 1. / equations.row_scale();
  Tensor<2, dim> unit;
  for (unsigned int d = 0; d < dim; ++d)
    unit[d][d] = scale;
  for (auto *factor : {&transport, &profile})
    for (unsigned int level = field.levels.min_level(); level <= field.levels.max_level(); ++level)
    {
      factor->operators[level].reinit_level(field, coefficients.field, level);
      factor->operators[level].set_conductivity(unit);
    }
  mass.reinit(field, coefficients.field);
  PointData<double> ones(mass.matrix_free().n_cell_batches(),
                         equations.matrix_free().get_quadrature().size());
  ones.fill(VectorizedArray<double>(scale));
  mass.set_mass(ones);
  mass.compute_diagonal();
  typename decltype(mass_solver)::AdditionalData data;
  data.degree              = 5;
  data.smoothing_range     = 20;
  data.eig_cg_n_iterations = 12;
  data.preconditioner      = mass.inverse_diagonal();
  mass_solver.initialize(mass, data);
  mass.initialize_dof_vector(first);
  mass.initialize_dof_vector(second);
  mass.initialize_dof_vector(root);
}

template <int dim>
void PhaseFieldPreconditioner<dim>::update_factors(const Vector &c)
{
  for (unsigned int i = 0; i < root.locally_owned_size(); ++i)
    root.local_element(i) = std::sqrt(equations.law().content_slope(c.local_element(i)));
  const auto &mobility         = equations.mobility();
  const auto &curvature        = equations.curvature();
  const auto &content_slope    = equations.content_slope();
  const double kappa           = equations.law().gradient_length_squared();
  const double scale           = 1. / equations.row_scale();
  const unsigned int n_batches = mobility.size(0), n_points = mobility.size(1);
  PointData<double> slope(n_batches, n_points), inverse_slope(slope), spread(slope),
    gradient(slope);
  for (unsigned int batch = 0; batch < n_batches; ++batch)
    for (unsigned int q = 0; q < n_points; ++q)
    {
      const auto f = std::max(curvature(batch, q), VectorizedArray<double>(least_curvature));
      const auto b = mobility(batch, q), s = content_slope(batch, q);
      const auto alike        = std::sqrt(kappa * b);
      slope(batch, q)         = scale * f;
      inverse_slope(batch, q) = scale * s * s / f;
      spread(batch, q)        = std::max(b, alike * s / f);
      gradient(batch, q)      = std::min(VectorizedArray<double>(kappa), alike * f / s);
    }
  const auto on_levels = [&](const PointData<double> &values)
  {
    return coefficients.on_levels(
      coefficients.average(equations.matrix_free(), FlowOperator<dim>::coefficient_space, values));
  };
  const auto set = [&](Multigrid<dim, DiffusionOperator<dim, float>> &factor,
                       const PointData<double> &conductivity, const PointData<double> &mass)
  {
    const auto k = on_levels(conductivity), m = on_levels(mass);
    for (unsigned int l = factor.operators.min_level(); l <= factor.operators.max_level(); ++l)
    {
      factor.operators[l].set_conductivity_factor_from(k[l]);
      factor.operators[l].set_mass_from(m[l]);
    }
    factor.update();
  };
  set(transport, spread, inverse_slope);
  set(profile, gradient, slope);
}

template <int dim>
void PhaseFieldPreconditioner<dim>::update_amount()
{
  equations.amount(amount);
  whole = amount.mean_value() * amount.size();
}

template <int dim>
void PhaseFieldPreconditioner<dim>::balance(Vector &c, const Vector &src) const
{
  c.add((src.mean_value() * src.size() - amount * c) / whole);
  for (const unsigned int dof :
       equations.matrix_free().get_constrained_dofs(FlowOperator<dim>::m_space))
    c.local_element(dof) = src.local_element(dof);
}

// [M_s, -J; ., S]: S c = r_c by the two factors and the shift, then M_s m = r_m + J c.
template <int dim>
void PhaseFieldPreconditioner<dim>::vmult(BlockVector &dst, const BlockVector &src) const
{
  constexpr auto m = PhaseFieldOperator<dim>::potential, c = PhaseFieldOperator<dim>::fraction;
  second.copy_locally_owned_data_from(src.block(c));
  transport.vmult(first, second);
  first.scale(root);
  mass.vmult(second, first);
  second.scale(root);
  profile.vmult(first, second);
  dst.block(c).copy_locally_owned_data_from(first);
  balance(dst.block(c), src.block(c));
  equations.stiffness(dst.block(m), dst.block(c));
  dst.block(m) += src.block(m);
  first.copy_locally_owned_data_from(dst.block(m));
  for (unsigned int i = 0; i < first.locally_owned_size(); ++i)
    first.local_element(i) /= root.local_element(i);
  mass_solver.vmult(second, first);
  for (unsigned int i = 0; i < first.locally_owned_size(); ++i)
    second.local_element(i) /= root.local_element(i);
  dst.block(m).copy_locally_owned_data_from(second);
}

template class PhaseFieldPreconditioner<2>;
template class PhaseFieldPreconditioner<3>;
} // namespace kavity
