#include "kavity/models/MetalPreconditioner.h"

#include <deal.II/base/mpi.h>

namespace kavity
{
using namespace dealii;

template <int dim>
MetalPreconditioner<dim>::MetalPreconditioner(const Field<dim> &velocity,
                                              const Field<dim> &pressure,
                                              const Field<dim> &potential,
                                              const CoefficientSpace<dim> &coefficients,
                                              const unsigned int smoother_degree,
                                              const bool with_potential)
  : coefficients(coefficients)
  , with_potential(with_potential)
  , viscous(velocity, smoother_degree)
  , vacancies(potential, smoother_degree)
{
  for (unsigned int level = velocity.levels.min_level(); level <= velocity.levels.max_level();
       ++level)
  {
    viscous.operators[level].reinit_level(velocity, coefficients.field, level);
    if (with_potential)
      vacancies.operators[level].reinit_level(potential, coefficients.field, level);
  }
  mass.reinit(pressure, coefficients.field);
  mass.initialize_dof_vector(mass_source);
  mass.initialize_dof_vector(mass_result);
}

// Largest ratio for the viscosity, relative mean change for the exchange.
template <int dim>
bool MetalPreconditioner<dim>::changed(const MetalOperator<dim> &current) const
{
  // the same answer on all ranks, also on those without cells; zero before the first rebuild
  if (diffusivity != current.diffusivity())
    return true;
  double ratio = 1, difference = 0, size = 0;
  for (unsigned int b = 0; b < viscosity.size(0); ++b)
    for (unsigned int q = 0; q < viscosity.size(1); ++q)
      for (unsigned int lane = 0; lane < VectorizedArray<double>::size(); ++lane)
      {
        const double r = current.viscosity()(b, q)[lane] / viscosity(b, q)[lane];
        ratio          = std::max(ratio, std::max(r, 1 / r));
      }
  for (unsigned int b = 0; b < exchange.size(0); ++b)
    for (unsigned int q = 0; q < exchange.size(1); ++q)
      for (unsigned int lane = 0; lane < VectorizedArray<double>::size(); ++lane)
      {
        size += exchange(b, q)[lane];
        difference += std::abs(exchange(b, q)[lane] - current.exchange()(b, q)[lane]);
      }
  const MPI_Comm comm = current.matrix_free().get_dof_handler(0).get_communicator();
  return Utilities::MPI::max(ratio, comm) > 2 ||
         Utilities::MPI::sum(difference, comm) > 0.3 * Utilities::MPI::sum(size, comm);
}

template <int dim>
void MetalPreconditioner<dim>::update(const MetalOperator<dim> &current)
{
  const bool first = equations == nullptr;
  equations        = &current;
  if (first)
    current.initialize_vector(scratch);
  // every rank must take the same branch
  const MPI_Comm comm = current.matrix_free().get_dof_handler(0).get_communicator();
  if (Utilities::MPI::max(static_cast<int>(changed(current)), comm))
    rebuild(current);
}

template <int dim>
void MetalPreconditioner<dim>::rebuild(const MetalOperator<dim> &current)
{
  constexpr unsigned int space = MetalOperator<dim>::coefficient_space;
  const auto &mf               = current.matrix_free();
  viscosity                    = current.viscosity();
  exchange                     = current.exchange();
  diffusivity                  = current.diffusivity();
  PointData<double> of_p(viscosity), of_mu(viscosity);
  const double coupling = current.coupling();
  for (unsigned int b = 0; b < viscosity.size(0); ++b)
    for (unsigned int q = 0; q < viscosity.size(1); ++q)
    {
      const auto shear = 0.75 * coupling * coupling / viscosity(b, q);
      const auto sinks = current.sinks()(b, q);
      of_p(b, q)       = sinks + shear;
      of_mu(b, q)      = sinks * shear / (sinks + shear);
    }
  const auto eta = coefficients.on_levels(coefficients.average(mf, space, viscosity));
  for (unsigned int l = viscous.operators.min_level(); l <= viscous.operators.max_level(); ++l)
    viscous.operators[l].set_viscosity_from(eta[l]);
  viscous.update();
  if (with_potential)
  {
    const auto sink = coefficients.on_levels(coefficients.average(mf, space, of_mu));
    const auto transfer =
      coefficients.on_levels(coefficients.average_on_interface(mf, space, exchange));
    Tensor<2, dim> conductivity;
    for (unsigned int d = 0; d < dim; ++d)
      conductivity[d][d] = diffusivity;
    for (unsigned int l = viscous.operators.min_level(); l <= viscous.operators.max_level(); ++l)
    {
      vacancies.operators[l].set_conductivity(conductivity);
      vacancies.operators[l].set_mass_from(sink[l]);
      vacancies.operators[l].set_robin_from(transfer[l]);
    }
    vacancies.update();
  }

  Vector nodal;
  mass.initialize_coefficient_vector(nodal);
  nodal.copy_locally_owned_data_from(coefficients.average(mf, space, of_p));
  mass.set_mass_from(nodal);
  mass.compute_diagonal();
  typename MassSolver::AdditionalData data;
  data.degree              = 5;
  data.smoothing_range     = 20;
  data.eig_cg_n_iterations = 12;
  data.preconditioner      = mass.inverse_diagonal();
  mass_solver.initialize(mass, data);
}

template <int dim>
void MetalPreconditioner<dim>::vmult(BlockVector &dst, const BlockVector &src) const
{
  constexpr auto v = MetalOperator<dim>::velocity, p = MetalOperator<dim>::pressure,
                 m      = MetalOperator<dim>::potential;
  const auto solve_mass = [&](Vector &x, const Vector &b)
  {
    mass_source.copy_locally_owned_data_from(b);
    mass_solver.vmult(mass_result, mass_source);
    x.copy_locally_owned_data_from(mass_result);
  };
  scratch = 0;
  if (with_potential)
  {
    // mu: -(K + ...) m = r_m + C M_p^-1 r_p
    solve_mass(scratch.block(p), src.block(p));
    equations->sink_product(dst.block(m), scratch.block(p), MetalOperator<dim>::p_space,
                            MetalOperator<dim>::m_space);
    dst.block(m) += src.block(m);
    vacancies.vmult(scratch.block(m), dst.block(m));
    scratch.block(m) *= -1;
    // p: M_p p = C m - r_p
    equations->sink_product(dst.block(p), scratch.block(m), MetalOperator<dim>::m_space,
                            MetalOperator<dim>::p_space);
  }
  else
    dst.block(p) = 0;
  dst.block(p) -= src.block(p);
  solve_mass(scratch.block(p), dst.block(p));
  // v: A v = r_v + B^T p
  equations->pressure_force(dst.block(v), scratch.block(p));
  dst.block(v) += src.block(v);
  viscous.vmult(scratch.block(v), dst.block(v));
  dst.block(v) = scratch.block(v);
  dst.block(p) = scratch.block(p);
  if (with_potential)
    dst.block(m) = scratch.block(m);
}

template class MetalPreconditioner<2>;
template class MetalPreconditioner<3>;
} // namespace kavity
