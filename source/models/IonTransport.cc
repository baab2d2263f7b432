#include "kavity/models/IonTransport.h"

#include <deal.II/dofs/dof_tools.h>
#include <deal.II/fe/fe_q.h>
#include <deal.II/lac/solver_cg.h>
#include <deal.II/numerics/vector_tools.h>

#include <cmath>
#include <limits>

namespace kavity
{
using namespace dealii;

namespace
{
// More than this of the current is not round-off.
constexpr double most_noise = 1e-8;

// V: an exponential overshoots no more than it can take back.
constexpr double longest_overpotential_step = 0.1;

// What conjugate gradients reach before round-off.
constexpr double least_reduction = 1e-12;
} // namespace

template <int dim>
IonTransport<dim>::IonTransport(const Body<dim> &body, const Interface<dim> &interface,
                                const ButlerVolmer &kinetics, const Tensor<2, dim> &sigma,
                                const double temperature, const CounterElectrode counter,
                                const SolverSettings &settings)
  : body(body)
  , interface(interface)
  , kinetics(kinetics)
  , sigma(sigma)
  , temperature(temperature)
  , counter(counter)
  , settings(settings)
  , coefficients(body)
  , field(body, FE_Q<dim>(interface.points_1d() - 1),
          [&body, counter](const DoFHandler<dim> &dofs, AffineConstraints<double> &constraints)
          {
            if (counter == CounterElectrode::ideal)
              DoFTools::make_zero_boundary_constraints(dofs, body.far_id(), constraints);
          })
  , multigrid(field, settings.smoother_degree)
{
  jacobian.reinit(field, coefficients.field);
  jacobian.set_conductivity(sigma);
  jacobian.compute_diagonal();
  for (unsigned int level = field.levels.min_level(); level <= field.levels.max_level(); ++level)
  {
    multigrid.operators[level].reinit_level(field, coefficients.field, level);
    multigrid.operators[level].set_conductivity(sigma);
  }
  jacobian.initialize_plain_vector(phi);
  batches.reinit(jacobian.matrix_free(), interface, body);
  if (counter == CounterElectrode::ideal)
    set_lift();
}

// The response of phi to phi_m is the lift, one on Gamma, plus a correction. Solved as a whole it
// would be the small difference of large terms where kinetics are fast.
template <int dim>
void IonTransport<dim>::set_lift()
{
  Vector plain_lift(phi), plain_load(phi);
  VectorTools::interpolate(
    body.mapping, field.dof_handler,
    ScalarFunctionFromFunctionObject<dim>([this](const Point<dim> &x)
                                          { return 1 + x[dim - 1] / body.thickness(); }),
    plain_lift);
  plain_lift.zero_out_ghost_values();
  jacobian.add_plain(plain_load, plain_lift);
  jacobian.initialize_dof_vector(lift);
  jacobian.initialize_dof_vector(lift_load);
  lift.copy_locally_owned_data_from(plain_lift);
  lift_load.copy_locally_owned_data_from(plain_load);
  lift_load *= -1;
  field.constraints.set_zero(lift_load);
}

template <int dim>
double IonTransport<dim>::angle() const
{
  return body.axisymmetric() ? 2 * numbers::PI : 1.;
}

// The uniform solution at the mean contact: exact where Gamma is homogeneous, and far closer to
// any other solution than rest is, so that Newton's exponential overshoots do not occur.
template <int dim>
void IonTransport<dim>::start(const double mean_current, const Contact &contact)
{
  const auto side  = Body<dim>::Side::electrolyte;
  const double chi = interface.mean(contact.fraction, side), mu = interface.mean(contact.mu, side);
  const double R_con = interface.mean(contact.constriction, side);
  double drive       = 0;
  for (unsigned int iteration = 0; iteration < 200; ++iteration)
  {
    const auto point  = kinetics.current(drive, chi, R_con, temperature);
    const double step = (mean_current - point.current) / point.derivative;
    // above the solution the convex law makes Newton safe; below it steps are limited
    const double limit = longest_overpotential_step / point.share;
    drive += std::max(-limit, std::min(limit, step));
    if (std::abs(step) < 1e-10)
      break;
  }
  const double normal = sigma[dim - 1][dim - 1], thickness = body.thickness();
  const bool ideal = counter == CounterElectrode::ideal;
  VectorTools::interpolate(
    body.mapping, field.dof_handler,
    ScalarFunctionFromFunctionObject<dim>(
      [=](const Point<dim> &x)
      { return mean_current / normal * (x[dim - 1] + (ideal ? thickness : 0)); }),
    phi);
  phi.zero_out_ghost_values();
  phi_m   = drive - mu / faraday + (ideal ? mean_current * thickness / normal : 0.);
  started = true;
}

// phi_m for about the right total current at the present phi (a change of phi_m is a change of the
// constant in phi): a current far off saturates the measure of the residual that steers Newton.
template <int dim>
void IonTransport<dim>::settle(const double goal, const Contact &contact, Vector &load,
                               Vector &slope_load)
{
  const double thermal = gas_constant * temperature / faraday;
  for (unsigned int iteration = 0; iteration < 200; ++iteration)
  {
    evaluate_interface(contact, load, slope_load);
    const double missing = goal - total_current;
    if (std::abs(missing) <= 0.1 * std::abs(goal) + 1e-3 * thermal * total_slope)
      break;
    const double limit = longest_overpotential_step / largest_share;
    phi_m += std::max(-limit, std::min(limit, missing / total_slope));
  }
}

template <int dim>
void IonTransport<dim>::update_preconditioner()
{
  const MPI_Comm comm = body.triangulation.get_communicator();
  double change = 0, size = 0;
  // where a rank has no faces its table is always empty
  const bool fresh = Utilities::MPI::min(static_cast<int>(preconditioned_slopes.empty()), comm);
  for (const auto &batch : batches.batches)
    for (unsigned int q = 0; q < batches.n_points; ++q)
      for (unsigned int lane = 0; lane < batch.faces.size(); ++lane)
      {
        const unsigned int b = batch.face_batch - jacobian.matrix_free().n_inner_face_batches();
        size += slopes(b, q)[lane];
        change += fresh ? 0. : std::abs(slopes(b, q)[lane] - preconditioned_slopes(b, q)[lane]);
      }
  change = Utilities::MPI::sum(change, comm);
  size   = Utilities::MPI::sum(size, comm);
  // eigenvalue estimates cost as much as a few iterations, which a similar operator does not need
  if (!fresh && change < 0.3 * size)
    return;
  const auto nodal =
    coefficients.on_levels(coefficients.average_on_interface(jacobian.matrix_free(), 1, slopes));
  for (unsigned int level = field.levels.min_level(); level <= field.levels.max_level(); ++level)
    multigrid.operators[level].set_robin_from(nodal[level]);
  multigrid.update();
  preconditioned_slopes = slopes;
}

template <int dim>
void IonTransport<dim>::shift(const double factor, const Vector &direction, const double phi_m_step)
{
  for (unsigned int i = 0; i < phi.locally_owned_size(); ++i)
    phi.local_element(i) += factor * direction.local_element(i);
  phi.update_ghost_values();
  field.hanging_nodes.distribute(phi);
  phi.zero_out_ghost_values();
  phi_m += factor * phi_m_step;
}

// Every row adds numbers of the size of its diagonal entry times phi. A million small elements
// leave more of the residual than balances need. The overpotential is a difference of potentials,
// whose last digits a small current shows.
template <int dim>
double IonTransport<dim>::round_off() const
{
  Vector inverse(jacobian.inverse_diagonal()->get_vector());
  field.constraints.set_zero(inverse);
  double sum = 0;
  for (unsigned int i = 0; i < inverse.locally_owned_size(); ++i)
    if (inverse.local_element(i) > 0)
      sum += std::abs(phi.local_element(i)) / inverse.local_element(i);
  return std::numeric_limits<double>::epsilon() *
         (Utilities::MPI::sum(sum, inverse.get_mpi_communicator()) + std::abs(phi_m) * total_slope);
}

// Of phi and, for an ideal counter electrode, of phi_m, so that the current is the one that was
// asked for. `rows` holds the residual. A residual of the response to phi_m counts as often as
// phi_m changes: by volts where a film takes them.
template <int dim>
double IonTransport<dim>::newton_step(Vector &step, Vector &rows, const Vector &slope_load,
                                      const double goal, const double reduction,
                                      SolverReport &report)
{
  const auto linear = [&](Vector &x, const double residual)
  {
    SolverControl control(settings.max_linear_iterations, residual);
    SolverCG<Vector> cg(control);
    cg.solve(jacobian, x, rows, multigrid);
    report.linear_iterations += control.last_step();
  };
  const double missing = goal - total_current;
  const double allowed =
    reduction * (rows.l2_norm() + std::abs(missing) / std::sqrt(static_cast<double>(rows.size())));
  double phi_m_step = 0;
  step              = 0;
  try
  {
    linear(step, reduction * rows.l2_norm());
    if (counter == CounterElectrode::ideal)
    {
      Vector of_phi_m(step), slopes_of_rows(rows);
      of_phi_m = 0;
      slopes_of_rows.copy_locally_owned_data_from(slope_load);
      rows.copy_locally_owned_data_from(lift_load);
      const double least = least_reduction * rows.l2_norm();
      double residual    = reduction * rows.l2_norm();
      for (bool again = true; again;)
      {
        linear(of_phi_m, residual);
        phi_m_step = -(missing + slopes_of_rows * step) / (slopes_of_rows * of_phi_m);
        again      = residual > least && std::abs(phi_m_step) * residual > allowed;
        residual   = std::max(least, 0.5 * allowed / std::abs(phi_m_step));
      }
      of_phi_m += lift;
      step.add(phi_m_step, of_phi_m);
    }
  }
  catch (const SolverControl::NoConvergence &)
  {
    throw NoConvergence("the linear solver of the potential did not converge");
  }
  return phi_m_step;
}

template <int dim>
SolverReport IonTransport<dim>::solve(const double mean_current, const Contact &contact,
                                      const double wanted)
{
  if (!started)
    start(mean_current, contact);
  const bool ideal  = counter == CounterElectrode::ideal;
  const double goal = mean_current * interface.area() / angle();
  Vector load(phi), slope_load(phi), residual(phi), free_part, step;
  for (Vector *vector : {&free_part, &step})
    jacobian.initialize_dof_vector(*vector);
  SolverReport report;
  double norm        = 0;
  scale              = 0;
  const auto measure = [&]()
  {
    evaluate_interface(contact, load, slope_load);
    assemble_residual(mean_current, residual, load);
    free_part.copy_locally_owned_data_from(residual);
    field.constraints.set_zero(free_part);
    const double thermal = gas_constant * temperature / faraday;
    // fixed over the iterations: a scale that fell with the residual would hide its decrease. At
    // rest what the kinetics could exchange stands for the current.
    if (scale == 0)
      scale = std::abs(goal) + (goal == 0 ? 1e-3 : 1e-9) * thermal * total_slope;
    return (free_part.l1_norm() + (ideal ? std::abs(goal - total_current) : 0.)) / scale;
  };
  settle(goal, contact, load, slope_load);
  norm = measure();
  for (;; ++report.newton_iterations)
  {
    const double noise      = std::min(round_off() / scale, most_noise);
    const double tolerance  = std::max(wanted > 0 ? wanted : settings.tolerance, noise);
    const double acceptable = std::max(settings.acceptable, 4 * noise);
    report.residual         = norm;
    if (norm <= tolerance)
      break;
    if (report.newton_iterations == settings.max_newton_iterations || !std::isfinite(norm))
      throw no_convergence("the potential", report);
    jacobian.set_robin(slopes);
    update_preconditioner();
    const double phi_m_step = newton_step(step, free_part, slope_load, goal,
                                          std::max(0.1 * tolerance / norm, 1e-5), report);
    double factor = 1, previous = norm;
    shift(factor, step, phi_m_step);
    for (norm = measure(); !(norm < previous) && previous > acceptable && factor > 1e-3;
         norm = measure())
    {
      shift(-0.5 * factor, step, phi_m_step);
      factor *= 0.5;
    }
    if (!(norm < previous) && previous <= acceptable)
      break;
  }
  if (ideal)
  {
    // what the solved equations leave at the nodes of the counter face
    double reaction = 0;
    for (unsigned int i = 0; i < residual.locally_owned_size(); ++i)
      reaction += residual.local_element(i) - free_part.local_element(i);
    far_current = Utilities::MPI::sum(reaction, residual.get_mpi_communicator()) * angle();
  }
  return report;
}

template class IonTransport<2>;
template class IonTransport<3>;
} // namespace kavity
