#include "kavity/physics/VoidField.h"

#include "kavity/fem/NoProgress.h"

#include <deal.II/lac/solver_gmres.h>

#include <algorithm>
#include <cmath>

namespace kavity
{
using namespace dealii;

namespace
{
// A Newton step reduces the residual by no more than this.
constexpr double least_forcing = 1e-2;

// Nor does it change c by more, which lies between a minimum of the double well and its point of
// inflexion: beyond, the tangent is that of another state.
constexpr double largest_step = 0.5 - 0.288675;

// Newton steps without progress that say that there will be none, if they still change c by so
// much: measured, solves that converge are without for three at most, once they have left the
// start, which may solve the equations better than the way to the solution; the others wander.
constexpr unsigned int patience = 6;
constexpr double wandering      = 1e-2;

// What a step this small of c leaves of the metal that is missing is round-off: its square.
constexpr double exact_step = 1e-8;

// The factors of the preconditioner stay where c is that close to what they were made for.
constexpr double change_of_factors = 0.02;

// In 2D the factorised tangent takes their place once a linear solve takes so many iterations, and
// is made anew where it takes so many itself. Making it costs some 50 of either, and more the more
// unknowns there are: measured, from 1e5 on it gains nothing.
constexpr unsigned int worth_a_factor = 20, worn_out = 15, most_factorised = 50000;
} // namespace

template <int dim>
VoidField<dim>::VoidField(const MetalFlow<dim> &flow, const Body<dim> &body,
                          const Interface<dim> &interface, const PhaseField &phase_field,
                          const Metal &metal, const double temperature,
                          const SolverSettings &settings)
  : VoidState<dim>(flow, body, interface, phase_field, metal, temperature)
  , settings(settings)
  , equations(flow.equations(), body, phase_field, metal, temperature)
  , preconditioner(equations, flow.potential_space(), flow.coefficient_space(),
                   settings.smoother_degree)
{
  equations.initialize_vector(solution_);
  row_weight = inverse_row_weight = solution_;
  Vector ones(solution_.block(0)), rows(solution_.block(0));
  ones = 1.;
  preconditioner.mass_product(rows, ones);
  const auto &diagonal = preconditioner.inverse_mass_diagonal();
  double whole         = 0;
  for (unsigned int i = 0; i < rows.locally_owned_size(); ++i)
    whole += rows.local_element(i) * rows.local_element(i) * diagonal.local_element(i);
  whole = 2 * Utilities::MPI::sum(whole, rows.get_mpi_communicator());
  for (unsigned int b = 0; b < 2; ++b)
    for (unsigned int i = 0; i < rows.locally_owned_size(); ++i)
    {
      row_weight.block(b).local_element(i)         = std::sqrt(diagonal.local_element(i) / whole);
      inverse_row_weight.block(b).local_element(i) = 1 / row_weight.block(b).local_element(i);
    }
}

template <int dim>
double VoidField<dim>::norm(const BlockVector &residual) const
{
  double sum = 0;
  for (unsigned int b = 0; b < 2; ++b)
    for (unsigned int i = 0; i < residual.block(b).locally_owned_size(); ++i)
      sum += std::pow(residual.block(b).local_element(i) * row_weight.block(b).local_element(i), 2);
  return std::sqrt(Utilities::MPI::sum(sum, residual.block(0).get_mpi_communicator()));
}

// The rows are scaled, so that the method makes that norm small.
template <int dim>
unsigned int VoidField<dim>::solve_linear(BlockVector &step, const BlockVector &r,
                                          const double tolerance)
{
  struct Equations
  {
    void vmult(BlockVector &dst, const BlockVector &src) const
    {
      voids.equations.vmult(dst, src);
      dst.scale(voids.row_weight);
    }
    const VoidField &voids;
  };
  struct Preconditioner
  {
    void vmult(BlockVector &dst, const BlockVector &src) const
    {
      rows = src;
      rows.scale(voids.inverse_row_weight);
      if (voids.factor)
      {
        voids.factor->vmult(dst, rows);
        voids.preconditioner.balance(dst.block(PhaseFieldOperator<dim>::fraction),
                                     rows.block(PhaseFieldOperator<dim>::fraction));
      }
      else
        voids.preconditioner.vmult(dst, rows);
    }
    const VoidField &voids;
    mutable BlockVector rows;
  };
  BlockVector rows(r);
  rows.scale(row_weight);
  SolverControl control(settings.max_linear_iterations, tolerance);
  typename SolverFGMRES<BlockVector>::AdditionalData data;
  data.max_basis_size = 80;
  try
  {
    SolverFGMRES<BlockVector>(control, data)
      .solve(Equations{*this}, step, rows, Preconditioner{*this, rows});
  }
  catch (const SolverControl::NoConvergence &)
  {
    last_iterations = control.last_step();
    throw NoConvergence("the linear solver of the phase field did not converge in " +
                        std::to_string(control.last_step()) + " iterations");
  }
  last_iterations = control.last_step();
  return last_iterations;
}

template <int dim>
void VoidField<dim>::update_preconditioner(const double interval)
{
  preconditioner.update_amount();
  if (!factor && dim == 2 && solution_.size() <= most_factorised &&
      last_iterations > worth_a_factor)
    factor = std::make_unique<PhaseFieldFactor<dim>>(equations, flow.potential_space());
  if (factor)
  {
    if (last_iterations > worn_out)
      factor->update();
    return;
  }
  bool stay = interval == of_factors.interval;
  if (stay)
  {
    Vector change(fraction());
    change -= of_factors.base;
    stay = change.linfty_norm() <= change_of_factors;
  }
  if (!stay)
  {
    preconditioner.update_factors(fraction());
    of_factors = {fraction(), interval};
  }
}

template <int dim>
double VoidField<dim>::residual(const Stage &stage, const InterfaceValues &stripping)
{
  equations.set_velocity(flow.velocity(), flow.velocity_unit());
  BlockVector r;
  equations.initialize_vector(r);
  equations.residual(r, solution_, stage.base, stage.interval, stripping);
  return norm(r);
}

template <int dim>
SolverReport VoidField<dim>::solve(const Stage &stage, const InterfaceValues &stripping,
                                   const double tolerance, const double most_missing)
{
  equations.set_velocity(flow.velocity(), flow.velocity_unit());
  BlockVector r, step;
  equations.initialize_vector(r);
  equations.initialize_vector(step);
  SolverReport report;
  double previous = 0;
  double size     = 1; // of the last step in c
  NoProgress no_progress(patience);
  const auto accepts = [&]()
  {
    equations.residual(r, solution_, stage.base, stage.interval, stripping);
    report.residual = norm(r);
    if (report.newton_iterations > 0 && no_progress(report.residual) && size > wandering &&
        report.residual > tolerance)
      throw no_convergence("the phase field", report);
    return report.residual <= tolerance &&
           (size <= exact_step || std::abs(missing_metal(r)) <= most_missing);
  };
  const auto newton_step = [&]()
  {
    equations.linearise(solution_, stage.interval);
    update_preconditioner(stage.interval);
    r *= -1.;
    step = 0;
    preconditioner.balance(step.block(PhaseFieldOperator<dim>::fraction),
                           r.block(PhaseFieldOperator<dim>::fraction));
    // what the double well does not let a step gain is not worth a linear solve (Eisenstat and
    // Walker), unless it may be the last one
    const double gained  = report.newton_iterations > 0 ? report.residual / previous : 0.3;
    const double wanted  = 0.3 * std::min(report.residual, tolerance);
    const double forcing = std::clamp(gained * gained, least_forcing, 0.3);
    previous             = report.residual;
    report.linear_iterations += solve_linear(
      step, r, wanted < least_forcing * report.residual ? forcing * report.residual : wanted);
    size = step.block(PhaseFieldOperator<dim>::fraction).linfty_norm();
    if (size > largest_step)
      step *= largest_step / size;
    for (unsigned int b = 0; b < 2; ++b)
    {
      solution_.block(b) += step.block(b);
      flow.potential_space().complete(solution_.block(b));
    }
    return true;
  };
  iterate_newton("the phase field", settings.max_newton_iterations, report, accepts, newton_step);
  this->read_interface();
  return report;
}

template <int dim>
void VoidField<dim>::smooth(const double length, const double tolerance, const double most_missing)
{
  const double interval =
    std::pow(length * length / phase_field.width, 2) / phase_field.mobility(1., metal, temperature);
  const InterfaceValues none(this->mu.size(), 0.);
  BlockVector r;
  equations.initialize_vector(r);
  equations.set_velocity(flow.velocity(), flow.velocity_unit());
  Stage stage{content(fraction()), interval};
  equations.residual(r, solution_, stage.base, interval, none);
  stage.base += r.block(PhaseFieldOperator<dim>::fraction);
  solve(stage, none, tolerance, most_missing);
}

template <int dim>
Vector VoidField<dim>::content(const Vector &c) const
{
  Vector rows;
  equations.content(rows, c);
  return rows;
}

template <int dim>
double VoidField<dim>::missing_metal(const BlockVector &residual) const
{
  const double unit = equations.row_scale() * body.angle();
  const auto &rows  = residual.block(PhaseFieldOperator<dim>::fraction);
  return -unit * rows.mean_value() * rows.size();
}

template class VoidField<2>;
template class VoidField<3>;
} // namespace kavity
