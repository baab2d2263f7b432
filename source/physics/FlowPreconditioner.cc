#include "kavity/physics/FlowPreconditioner.h"

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
FlowPreconditioner<dim>::FlowPreconditioner(const FlowOperator<dim> &equations,
                                            const Field<dim> &velocity, const Field<dim> &pressure,
                                            const CoefficientSpace<dim> &coefficients,
                                            const unsigned int smoother_degree,
                                            const bool interface_moves)
  : coefficients(coefficients)
  , interface_moves(interface_moves)
  , equations(equations)
  , viscous(velocity, smoother_degree)
{
  for (unsigned int level = velocity.levels.min_level(); level <= velocity.levels.max_level();
       ++level)
    viscous.operators[level].reinit_level(velocity, coefficients.field, level, interface_moves);
  mass.reinit(pressure, coefficients.field);
  mass.initialize_dof_vector(mass_source);
  mass.initialize_dof_vector(mass_result);
  equations.matrix_free().initialize_dof_vector(whole_force, FlowOperator<dim>::v_space);
}

template <int dim>
bool FlowPreconditioner<dim>::differs(const PointData<double> &old,
                                      const PointData<double> &now) const
{
  const MPI_Comm comm           = equations.matrix_free().get_dof_handler(0).get_communicator();
  const auto [difference, size] = change_of(old, now);
  return Utilities::MPI::sum(difference, comm) > 0.3 * Utilities::MPI::sum(size, comm);
}

// Largest ratio for the viscosity, relative mean change on Gamma: the same answer on all ranks,
// also on those without cells.
template <int dim>
bool FlowPreconditioner<dim>::changed() const
{
  if (!built || soft != equations.is_soft())
    return true;
  double ratio = 1;
  for (unsigned int b = 0; b < viscosity.size(0); ++b)
    for (unsigned int q = 0; q < viscosity.size(1); ++q)
      for (unsigned int lane = 0; lane < VectorizedArray<double>::size(); ++lane)
      {
        const double r = equations.creep().viscosity()(b, q)[lane] / viscosity(b, q)[lane];
        ratio          = std::max(ratio, std::max(r, 1 / r));
      }
  const MPI_Comm comm = equations.matrix_free().get_dof_handler(0).get_communicator();
  return Utilities::MPI::max(ratio, comm) > 2 || differs(resistance, equations.resistance()) ||
         differs(softness, equations.softness());
}

template <int dim>
void FlowPreconditioner<dim>::update()
{
  if (changed())
    rebuild();
}

template <int dim>
void FlowPreconditioner<dim>::rebuild()
{
  viscosity  = equations.creep().viscosity();
  resistance = equations.resistance();
  softness   = equations.softness();
  soft       = equations.is_soft();
  built      = true;
  set_tangent();
  if (interface_moves)
  {
    const auto on_gamma = coefficients.on_levels(coefficients.average_on_interface(
      equations.matrix_free(), FlowOperator<dim>::coefficient_space, resistance));
    for (unsigned int l = viscous.operators.min_level(); l <= viscous.operators.max_level(); ++l)
      viscous.operators[l].set_resistance_from(on_gamma[l]);
  }
  viscous.update();
  rebuild_mass();
}

// A mesh that resolves a stiff inclusion with few elements wants the values at the points: averages
// smear its surface. On coarser meshes averages do, and keep W : W <= 2 eta.
template <int dim>
void FlowPreconditioner<dim>::set_tangent()
{
  const unsigned int min = viscous.operators.min_level(), max = viscous.operators.max_level();
  const auto on_levels = [&](const PointData<double> &data)
  {
    return coefficients.on_levels(
      coefficients.average(equations.matrix_free(), FlowOperator<dim>::coefficient_space, data));
  };
  const auto eta       = on_levels(viscosity);
  const auto softening = equations.creep().softening();
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
                                              equations.matrix_free());
  std::vector<PointData<float>> components;
  for (const auto &component : softening)
    components.push_back(at_points(component));
  viscous.operators[max].set_viscosity(at_points(viscosity));
  viscous.operators[max].set_softening(components);
}

template <int dim>
void FlowPreconditioner<dim>::rebuild_mass()
{
  constexpr unsigned int space = FlowOperator<dim>::coefficient_space;
  const auto &mf               = equations.matrix_free();
  const double coupling        = equations.coupling();
  PointData<double> of_p(viscosity);
  for (unsigned int b = 0; b < viscosity.size(0); ++b)
    for (unsigned int q = 0; q < viscosity.size(1); ++q)
      of_p(b, q) = equations.sinks()(b, q) + 0.75 * coupling * coupling / viscosity(b, q);
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
void FlowPreconditioner<dim>::solve_pressure(Vector &p, const Vector &rate) const
{
  mass_source.copy_locally_owned_data_from(rate);
  mass_solver.vmult(mass_result, mass_source);
  p.copy_locally_owned_data_from(mass_result);
}

template <int dim>
void FlowPreconditioner<dim>::solve_velocity(Vector &v, const Vector &force, const Vector &p) const
{
  equations.pressure_force(whole_force, p);
  whole_force += force;
  viscous.vmult(v, whole_force);
}

template <int dim>
void FlowPreconditioner<dim>::vmult(BlockVector &dst, const BlockVector &src) const
{
  auto &p = dst.block(FlowOperator<dim>::pressure);
  solve_pressure(p, src.block(FlowOperator<dim>::pressure));
  p *= -1.;
  solve_velocity(dst.block(FlowOperator<dim>::velocity), src.block(FlowOperator<dim>::velocity), p);
}

template class FlowPreconditioner<2>;
template class FlowPreconditioner<3>;
} // namespace kavity
