#include "kavity/models/PhaseFieldPreconditioner.h"

#include <cmath>

namespace kavity
{
using namespace dealii;

template <int dim>
PhaseFieldPreconditioner<dim>::PhaseFieldPreconditioner(const PhaseFieldOperator<dim> &equations,
                                                        const Field<dim> &field,
                                                        const CoefficientSpace<dim> &coefficients,
                                                        const unsigned int smoother_degree)
  : equations(equations)
  , coefficients(coefficients)
  , factor(field, smoother_degree)
{
  const double scale = 1. / equations.row_scale();
  Tensor<2, dim> unit;
  for (unsigned int d = 0; d < dim; ++d)
    unit[d][d] = scale;
  for (unsigned int level = field.levels.min_level(); level <= field.levels.max_level(); ++level)
  {
    auto &on_level = factor.operators[level];
    on_level.reinit_level(field, coefficients.field, level);
    on_level.set_conductivity(unit);
    PointData<float> ones(on_level.matrix_free().n_cell_batches(),
                          equations.matrix_free().get_quadrature().size());
    ones.fill(VectorizedArray<float>(static_cast<float>(scale)));
    on_level.set_mass(ones);
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
}

template <int dim>
void PhaseFieldPreconditioner<dim>::update()
{
  const auto &mobility = equations.mobility();
  const VectorizedArray<double> kappa(equations.law().gradient_length_squared());
  PointData<double> root(mobility.size(0), mobility.size(1));
  for (unsigned int batch = 0; batch < root.size(0); ++batch)
    for (unsigned int q = 0; q < root.size(1); ++q)
      root(batch, q) = std::sqrt(kappa * mobility(batch, q));
  const auto nodal =
    coefficients.average(equations.matrix_free(), MetalOperator<dim>::coefficient_space, root);
  const auto level = coefficients.on_levels(nodal);
  for (unsigned int l = factor.operators.min_level(); l <= factor.operators.max_level(); ++l)
    factor.operators[l].set_conductivity_factor_from(level[l]);
  factor.update();
}

// [M, -J; ., S]: S c = r_c by the two factors, then M m = r_m + J c.
template <int dim>
void PhaseFieldPreconditioner<dim>::vmult(BlockVector &dst, const BlockVector &src) const
{
  constexpr auto m = PhaseFieldOperator<dim>::potential, c = PhaseFieldOperator<dim>::fraction;
  second.copy_locally_owned_data_from(src.block(c));
  factor.vmult(first, second);
  mass.vmult(second, first);
  factor.vmult(first, second);
  dst.block(c).copy_locally_owned_data_from(first);
  equations.stiffness(dst.block(m), dst.block(c));
  dst.block(m) += src.block(m);
  first.copy_locally_owned_data_from(dst.block(m));
  mass_solver.vmult(second, first);
  dst.block(m).copy_locally_owned_data_from(second);
}

template class PhaseFieldPreconditioner<2>;
template class PhaseFieldPreconditioner<3>;
} // namespace kavity
