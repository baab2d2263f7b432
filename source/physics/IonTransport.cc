#include "kavity/physics/IonTransport.h"

#include "kavity/fem/Integrals.h"
#include "kavity/fem/Means.h"
#include "kavity/physics/UniformTransport.h"

#include <deal.II/dofs/dof_tools.h>
#include <deal.II/fe/fe_q.h>
#include <deal.II/lac/solver_cg.h>
#include <deal.II/numerics/vector_tools.h>

#include <cmath>
#include <limits>
#include <map>
#include <stdexcept>

namespace kavity
{
using namespace dealii;

namespace
{
// More than this of the current is not round-off.
constexpr double most_noise = 1e-8;

// What conjugate gradients reach before round-off.
constexpr double least_reduction = 1e-12;
} // namespace

template <int dim>
IonTransport<dim>::IonTransport(const Body<dim> &body, const std::vector<Terminal> &terminals,
                                const Tensor<2, dim> &sigma, const double temperature,
                                const CounterElectrode counter, const SolverSettings &settings)
  : body(body)
  , terminals(terminals)
  , interface(*terminals[0].interface)
  , sigma(sigma)
  , temperature(temperature)
  , counter(counter)
  , settings(settings)
  , coefficients(body)
  , field(
      body, FE_Q<dim>(interface.points_1d() - 1),
      [&body, counter](const DoFHandler<dim> &dofs, AffineConstraints<double> &constraints)
      {
        if (counter == CounterElectrode::ideal)
          DoFTools::make_zero_boundary_constraints(dofs, body.far_id(), constraints);
      },
      Field<dim>::OnReference::one_value)
  , multigrid(field, settings.smoother_degree)
  , counter_area(body.area(boundary::counter))
  , reactions(terminals, temperature)
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
  reactions.reinit(jacobian.matrix_free(), DiffusionOperator<dim, double>::plain);
  if (counter != CounterElectrode::prescribed_current)
    set_lift();
}

// The response of phi to phi_m is the lift, one on Gamma, plus a correction. Solved as a whole it
// would be the small difference of large terms where kinetics are fast.
template <int dim>
void IonTransport<dim>::set_lift()
{
  Vector plain_lift(phi), plain_load(phi);
  const double low = body.lowest(), height = body.thickness();
  VectorTools::interpolate(
    body.mapping, field.dof_handler,
    ScalarFunctionFromFunctionObject<dim>([low, height](const Point<dim> &x)
                                          { return (x[dim - 1] - low) / height; }),
    plain_lift);
  if (!body.geometry.is_box())
    set_on_boundaries(plain_lift);
  plain_lift.zero_out_ghost_values();
  jacobian.add_plain(plain_load, plain_lift);
  jacobian.initialize_dof_vector(lift);
  jacobian.initialize_dof_vector(lift_load);
  lift.copy_locally_owned_data_from(plain_lift);
  lift_load.copy_locally_owned_data_from(plain_load);
  lift_load *= -1;
  field.constraints.set_zero(lift_load);
}

// One on Gamma, zero on what faces it.
template <int dim>
void IonTransport<dim>::set_on_boundaries(Vector &lift) const
{
  std::map<types::global_dof_index, double> values;
  const Functions::ConstantFunction<dim> one(1.), zero(0.);
  VectorTools::interpolate_boundary_values(body.mapping, field.dof_handler,
                                           std::map<types::boundary_id, const Function<dim> *>{
                                             {boundary::interface, &one}, {body.far_id(), &zero}},
                                           values);
  for (const auto &[dof, value] : values)
    if (lift.in_local_range(dof))
      lift(dof) = value;
  lift.update_ghost_values();
  field.hanging_nodes.distribute(lift);
}

// The uniform solution at the mean contact: exact where the interfaces are homogeneous, and far
// closer to any other solution than rest is, so that Newton's exponential overshoots do not occur.
template <int dim>
void IonTransport<dim>::start(const Contacts &contacts)
{
  const bool from_gamma     = counter == CounterElectrode::prescribed_current;
  const double zero         = from_gamma ? 0. : body.lowest();
  const double conductivity = sigma[dim - 1][dim - 1];
  const UniformTransport<dim> uniform(terminals, temperature, from_gamma ? 0. : body.thickness(),
                                      conductivity);
  const double current =
    applied.is_voltage ? uniform.current(applied, kept_phi_m(), contacts) : applied.value;
  const double field_strength = current / conductivity;
  const auto solution         = uniform.potentials(current, contacts);
  VectorTools::interpolate(body.mapping, field.dof_handler,
                           ScalarFunctionFromFunctionObject<dim>(
                             [=](const Point<dim> &x)
                             { return solution.below + field_strength * (x[dim - 1] - zero); }),
                           phi);
  phi.zero_out_ghost_values();
  phi_m = solution.phi_m;
}

// phi_m for about the right total current at the present phi (a change of phi_m is a change of the
// constant in phi): a current far off saturates the measure of the residual that steers Newton.
template <int dim>
void IonTransport<dim>::settle(const Contacts &contacts, Vector &load, Vector &slope_load)
{
  const double thermal = gas_constant * temperature / faraday;
  for (unsigned int iteration = 0; iteration < 200; ++iteration)
  {
    react(contacts, load, slope_load);
    const double missing = goal() - reactions.total_current();
    if (std::abs(missing) <= 0.1 * std::abs(goal()) + 1e-3 * thermal * reactions.total_slope())
      break;
    const double limit = longest_overpotential_step / reactions.largest_share();
    phi_m += std::max(-limit, std::min(limit, missing / reactions.total_slope()));
  }
}

template <int dim>
void IonTransport<dim>::update_preconditioner()
{
  const MPI_Comm comm = body.triangulation.get_communicator();
  const auto &slopes  = reactions.slopes();
  double change = 0, size = 0;
  // where a rank has no faces its table is always empty
  const bool fresh = Utilities::MPI::min(static_cast<int>(preconditioned_slopes.empty()), comm);
  for (unsigned int b = 0; b < slopes.size(0); ++b)
    for (unsigned int q = 0; q < slopes.size(1); ++q)
      for (unsigned int lane = 0; lane < VectorizedArray<double>::size(); ++lane)
      {
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
  field.complete(phi);
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
         (Utilities::MPI::sum(sum, inverse.get_mpi_communicator()) +
          std::abs(phi_m) * reactions.total_slope());
}

// Of phi and, unless the current at the far face is given, of phi_m, so that the current is the one
// that was asked for. `rows` holds the residual. A residual of the response to phi_m counts as
// often as phi_m changes: by volts where a film takes them.
template <int dim>
double IonTransport<dim>::newton_step(Vector &step, Vector &rows, const Vector &slope_load,
                                      const double reduction, SolverReport &report)
{
  const auto linear = [&](Vector &x, const double residual)
  {
    SolverControl control(settings.max_linear_iterations, residual);
    SolverCG<Vector> cg(control);
    cg.solve(jacobian, x, rows, multigrid);
    report.linear_iterations += control.last_step();
  };
  const double missing = goal() - reactions.total_current();
  const double given =
    applied.resistance > 0 ? interface.area() / body.angle() / applied.resistance : 0;
  const double allowed =
    reduction * (rows.l2_norm() + std::abs(missing) / std::sqrt(static_cast<double>(rows.size())));
  double phi_m_step = 0;
  step              = 0;
  try
  {
    linear(step, reduction * rows.l2_norm());
    if (bordered())
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
        phi_m_step = -(missing + slopes_of_rows * step) / (slopes_of_rows * of_phi_m - given);
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
double IonTransport<dim>::least_current() const
{
  return 1e-3 * gas_constant * temperature / faraday * reactions.total_slope();
}

// At rest what the kinetics could exchange stands for the current. Of a current that is a result no
// more digits are asked for than round-off leaves.
template <int dim>
double IonTransport<dim>::size_of_current() const
{
  if (applied.is_voltage)
    return std::abs(reactions.total_current()) +
           std::max(1e-6 * least_current(), round_off() / most_noise);
  return std::abs(goal()) + (applied.value == 0 ? 1 : 1e-6) * least_current();
}

template <int dim>
double IonTransport<dim>::kept_phi_m() const
{
  return applied.value + zero_of_voltage() - terminals[0].kinetics->U0;
}

template <int dim>
double IonTransport<dim>::goal() const
{
  const double area = interface.area() / body.angle();
  if (!applied.is_voltage)
    return applied.value * area;
  if (applied.resistance == 0)
    return reactions.total_current();
  return (applied.at + (kept_phi_m() - phi_m) / applied.resistance) * area;
}

template <int dim>
void IonTransport<dim>::measure_far_current(const Vector &residual, const Vector &free_part)
{
  if (counter == CounterElectrode::metal)
    far_current = -terminals[1].interface->integral(reactions.current(1));
  if (counter == CounterElectrode::ideal)
  {
    // what the solved equations leave at the nodes of the counter face
    double reaction = 0;
    for (unsigned int i = 0; i < residual.locally_owned_size(); ++i)
      reaction += residual.local_element(i) - free_part.local_element(i);
    far_current = Utilities::MPI::sum(reaction, residual.get_mpi_communicator()) * body.angle();
  }
}

template <int dim>
void IonTransport<dim>::begin(const Applied &now, const Contacts &contacts)
{
  if (now.is_voltage && counter == CounterElectrode::prescribed_current)
    throw std::logic_error("no voltage can be applied where the current at the far face is given");
  const double thermal = gas_constant * temperature / faraday;
  const bool far_off   = now.is_voltage && std::abs(now.value - voltage()) > thermal;
  applied              = now;
  if (!solved || far_off)
    start(contacts);
  if (applied.is_voltage && !bordered())
    phi_m = kept_phi_m();
  solved = false;
  scale  = 0;
}

template <int dim>
SolverReport IonTransport<dim>::solve(const Applied &now, const Contacts &contacts,
                                      const double wanted)
{
  begin(now, contacts);
  Vector load(phi), slope_load(phi), residual(phi), free_part, step;
  for (Vector *vector : {&free_part, &step})
    jacobian.initialize_dof_vector(*vector);
  SolverReport report;
  const auto measure = [&]()
  {
    react(contacts, load, slope_load);
    assemble_residual(residual, load);
    free_part.copy_locally_owned_data_from(residual);
    field.constraints.set_zero(free_part);
    // fixed over an iteration: a scale that fell with the residual would hide its decrease
    if (scale == 0)
      scale = size_of_current();
    return (free_part.l1_norm() +
            (bordered() ? std::abs(goal() - reactions.total_current()) : 0.)) /
           scale;
  };
  if (!applied.is_voltage)
    settle(contacts, load, slope_load);
  double norm = measure(), tolerance = 0, acceptable = 0;
  const auto accepts = [&]()
  {
    if (applied.is_voltage) // the current is known better by now
    {
      norm *= scale / size_of_current();
      scale = size_of_current();
    }
    const double noise = std::min(round_off() / scale, most_noise);
    tolerance          = std::max(wanted > 0 ? wanted : settings.tolerance, noise);
    acceptable         = std::max(settings.acceptable, 4 * noise);
    report.residual    = norm;
    return norm <= tolerance;
  };
  const auto next = [&]()
  {
    jacobian.set_robin(reactions.slopes());
    update_preconditioner();
    const double phi_m_step =
      newton_step(step, free_part, slope_load, std::max(0.1 * tolerance / norm, 1e-5), report);
    const double previous = norm;
    const auto improved   = [&]()
    {
      norm = measure();
      return norm < previous;
    };
    take_step(
      previous > acceptable, [&](const double factor) { shift(factor, step, phi_m_step); },
      improved);
    return norm < previous || previous > acceptable;
  };
  iterate_newton("the potential", settings.max_newton_iterations, report, accepts, next);
  measure_far_current(residual, free_part);
  solved = true;
  return report;
}

template <int dim>
void IonTransport<dim>::react(const Contacts &contacts, Vector &load, Vector &slope_load)
{
  std::vector<double> metals;
  for (unsigned int k = 0; k < terminals.size(); ++k)
    metals.push_back(own_potential(k));
  reactions.evaluate(contacts, phi, metals, load, slope_load);
}

template <int dim>
void IonTransport<dim>::assemble_residual(Vector &residual, const Vector &load)
{
  // int sigma grad phi . grad psi over all test functions; what it leaves at the Dirichlet nodes
  // of the counter face is the current through them
  residual = 0;
  jacobian.add_plain(residual, phi);
  residual *= -1;
  residual += load;
  if (counter == CounterElectrode::prescribed_current)
  {
    const auto &mf = jacobian.matrix_free();
    FEFaceEvaluation<dim, -1, 0, 1, double> u(mf, true, DiffusionOperator<dim, double>::plain);
    Vector far(residual);
    far = 0;
    // the same current through another area
    const double density = applied.value * interface.area() / body.angle() / counter_area;
    for (const unsigned int b : faces_on(body.far_id(), mf))
    {
      u.reinit(b);
      for (unsigned int q = 0; q < u.n_q_points; ++q)
        u.submit_value(-density * radius_weight(u, q, body.axisymmetric()), q);
      u.integrate_scatter(EvaluationFlags::values, far);
    }
    far.compress(VectorOperation::add);
    far_current = -far.mean_value() * far.size() * body.angle();
    residual += far;
  }
}

template <int dim>
double IonTransport<dim>::voltage() const
{
  if (counter == CounterElectrode::prescribed_current)
    return metal_potential() - mean_on(field, phi, boundary::counter);
  return metal_potential() - zero_of_voltage();
}

// Of the potential at the counter face, or of the second metal.
template <int dim>
double IonTransport<dim>::zero_of_voltage() const
{
  return terminals.size() == 2 ? terminals[1].kinetics->U0 : 0.;
}

// The reference is at phi + U_0 of the first metal.
template <int dim>
double IonTransport<dim>::potential_against_reference(const unsigned int terminal,
                                                      const double depth) const
{
  const double at_reference = body.geometry.is_box() ? mean_at_depth(field, phi, depth) :
                                                       mean_on(field, phi, boundary::reference);
  return terminal == 0 ? phi_m - at_reference :
                         terminals[1].kinetics->U0 - terminals[0].kinetics->U0 - at_reference;
}

template class IonTransport<2>;
template class IonTransport<3>;
} // namespace kavity
