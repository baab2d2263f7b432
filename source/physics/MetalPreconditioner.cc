#include "kavity/physics/MetalPreconditioner.h"

#include "kavity/fem/CellMap.h"

#include <deal.II/base/mpi.h>

namespace kavity
{
using namespace dealii;

namespace
{
// Sum of |difference| and of values over the lanes of this rank.
std::pair<double, double> change_of(const PointData<double> &old, const PointData<double> &now)
{
  std::pair<double, double> result(0., 0.);
  for (unsigned int b = 0; b < old.size(0); ++b)
    for (unsigned int q = 0; q < old.size(1); ++q)
      for (unsigned int lane = 0; lane < VectorizedArray<double>::size(); ++lane)
      {
        result.first += std::abs(old(b, q)[lane] - now(b, q)[lane]);
        result.second += old(b, q)[lane];
      }
  return result;
}
} // namespace

template <int dim>
MetalPreconditioner<dim>::MetalPreconditioner(const Field<dim> &velocity,
                                              const Field<dim> &pressure,
                                              const Field<dim> &potential,
                                              const CoefficientSpace<dim> &coefficients,
                                              const unsigned int smoother_degree,
                                              const bool with_potential, const bool interface_moves)
  : coefficients(coefficients)
  , with_potential(with_potential)
  , viscous(velocity, smoother_degree)
  , vacancies(potential, smoother_degree)
  , interface_moves(interface_moves)
{
  for (unsigned int level = velocity.levels.min_level(); level <= velocity.levels.max_level();
       ++level)
  {
    viscous.operators[level].reinit_level(velocity, coefficients.field, level, interface_moves);
    if (with_potential)
      vacancies.operators[level].reinit_level(potential, coefficients.field, level);
  }
  mass.reinit(pressure, coefficients.field);
  mass.initialize_dof_vector(mass_source);
  mass.initialize_dof_vector(mass_result);
}

// Largest ratio for the viscosity, relative mean change on Gamma.
template <int dim>
bool MetalPreconditioner<dim>::changed(const MetalOperator<dim> &current) const
{
  // the same answer on all ranks, also on those without cells; zero before the first rebuild
  if (diffusivity != current.diffusivity())
    return true;
  if (soft != current.is_soft())
    return true;
  double ratio = 1;
  for (unsigned int b = 0; b < viscosity.size(0); ++b)
    for (unsigned int q = 0; q < viscosity.size(1); ++q)
      for (unsigned int lane = 0; lane < VectorizedArray<double>::size(); ++lane)
      {
        const double r = current.creep().viscosity()(b, q)[lane] / viscosity(b, q)[lane];
        ratio          = std::max(ratio, std::max(r, 1 / r));
      }
  const MPI_Comm comm = current.matrix_free().get_dof_handler(0).get_communicator();
  bool result         = Utilities::MPI::max(ratio, comm) > 2;
  for (const auto &[difference, size] :
       {change_of(exchange, current.exchange()), change_of(resistance, current.resistance()),
        change_of(softness, current.softness())})
    result =
      Utilities::MPI::sum(difference, comm) > 0.3 * Utilities::MPI::sum(size, comm) || result;
  return result;
}

template <int dim>
void MetalPreconditioner<dim>::update(const MetalOperator<dim> &current)
{
  const bool first = equations == nullptr;
  equations        = &current;
  if (first)
  {
    current.initialize_vector(scratch);
    interface_source.reinit(scratch.block(MetalOperator<dim>::velocity));
  }
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
  viscosity                    = current.creep().viscosity();
  exchange                     = current.exchange();
  resistance                   = current.resistance();
  softness                     = current.softness();
  soft                         = current.is_soft();
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
  set_tangent(current);
  if (interface_moves)
  {
    const auto on_gamma =
      coefficients.on_levels(coefficients.average_on_interface(mf, space, resistance));
    for (unsigned int l = viscous.operators.min_level(); l <= viscous.operators.max_level(); ++l)
      viscous.operators[l].set_resistance_from(on_gamma[l]);
  }
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
  rebuild_mass(mf, of_p);
}

// A mesh that resolves a stiff inclusion with few elements wants the values at the points: averages
// smear its surface. On coarser meshes averages do, and keep W : W <= 2 eta.
template <int dim>
void MetalPreconditioner<dim>::set_tangent(const MetalOperator<dim> &current)
{
  const unsigned int min = viscous.operators.min_level(), max = viscous.operators.max_level();
  const auto on_levels = [&](const PointData<double> &data)
  {
    return coefficients.on_levels(
      coefficients.average(current.matrix_free(), MetalOperator<dim>::coefficient_space, data));
  };
  const auto eta       = on_levels(viscosity);
  const auto softening = current.creep().softening();
  std::vector<MGLevelObject<LevelVector>> W;
  for (const auto &component : softening)
    W.push_back(on_levels(component));
  for (unsigned int l = min; l < max; ++l)
  {
    viscous.operators[l].set_viscosity_from(eta[l]);
    std::vector<LevelVector> components;
    for (const auto &component : W)
      components.push_back(component[l]);
    viscous.operators[l].set_softening_from(components);
  }
  const CellMap<dim, float, double> at_points(viscous.operators[max].matrix_free(),
                                              current.matrix_free());
  std::vector<PointData<float>> components;
  for (const auto &component : softening)
    components.push_back(at_points(component));
  viscous.operators[max].set_viscosity(at_points(viscosity));
  viscous.operators[max].set_softening(components);
}

template <int dim>
void MetalPreconditioner<dim>::rebuild_mass(const MatrixFree<dim, double> &mf,
                                            const PointData<double> &of_p)
{
  constexpr unsigned int space = MetalOperator<dim>::coefficient_space;
  Vector nodal;
  mass.initialize_coefficient_vector(nodal);
  nodal.copy_locally_owned_data_from(coefficients.average(mf, space, of_p));
  mass.set_mass_from(nodal);
  if (!soft)
    mass.set_robin(PointData<double>());
  else
  {
    nodal.copy_locally_owned_data_from(coefficients.average_on_interface(mf, space, softness));
    mass.set_robin_from(nodal);
  }
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
  // v: A v = r_v + B^T p - C_Gamma m
  equations->pressure_force(dst.block(v), scratch.block(p));
  if (with_potential && interface_moves)
  {
    interface_source = 0;
    equations->interface_force(interface_source, scratch.block(m), scratch.block(p));
    dst.block(v) -= interface_source;
  }
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
