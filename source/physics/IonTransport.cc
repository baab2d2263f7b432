#include "kavity/physics/IonTransport.h"

#include "kavity/fem/Integrals.h"

#include <deal.II/dofs/dof_tools.h>
#include <deal.II/fe/fe_q.h>
#include <deal.II/fe/fe_values.h>
#include <deal.II/lac/solver_cg.h>
#include <deal.II/numerics/vector_tools.h>

#include <boost/math/tools/toms748_solve.hpp>

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

// V: an exponential overshoots no more than it can take back.
constexpr double longest_overpotential_step = 0.1;

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
  faces.resize(terminals.size());
  for (unsigned int k = 0; k < terminals.size(); ++k)
    faces[k].batches.reinit(jacobian.matrix_free(), *terminals[k].interface);
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

template <int dim>
double IonTransport<dim>::angle() const
{
  return body.axisymmetric() ? 2 * numbers::PI : 1.;
}

template <int dim>
double IonTransport<dim>::uniform_drive(const unsigned int terminal, const double mean_current,
                                        const Contact &contact) const
{
  const auto &place  = *terminals[terminal].interface;
  const double chi   = place.mean(contact.fraction);
  const double R_con = place.mean(contact.constriction);
  double drive       = 0;
  for (unsigned int iteration = 0; iteration < 200; ++iteration)
  {
    const auto point  = terminals[terminal].kinetics->current(drive, chi, R_con, temperature);
    const double step = (mean_current - point.current) / point.derivative;
    // above the solution the convex law makes Newton safe; below it steps are limited
    const double limit = longest_overpotential_step / point.share;
    drive += std::max(-limit, std::min(limit, step));
    if (std::abs(step) < 1e-10)
      break;
  }
  return drive;
}

template <int dim>
typename IonTransport<dim>::Uniform IonTransport<dim>::uniform(const double mean_current,
                                                               const Contacts &contacts) const
{
  const auto mu_of = [&](const unsigned int k)
  { return terminals[k].interface->mean(contacts[k]->mu) / faraday; };
  const double drop = counter == CounterElectrode::prescribed_current ?
                        0. :
                        body.thickness() / sigma[dim - 1][dim - 1];
  const double below =
    terminals.size() == 1 ? 0. : mu_of(1) - uniform_drive(1, -mean_current, *contacts[1]);
  return {below,
          uniform_drive(0, mean_current, *contacts[0]) - mu_of(0) + below + mean_current * drop};
}

// Interfaces and a source take voltage, too: the current is less than that of the ceramic alone.
template <int dim>
double IonTransport<dim>::uniform_current(const Contacts &contacts) const
{
  const auto excess = [&](const double current)
  {
    return uniform(current, contacts).phi_m - kept_phi_m() +
           applied.resistance * (current - applied.at);
  };
  const double at_rest = excess(0), ohmic = -at_rest * sigma[dim - 1][dim - 1] / body.thickness();
  const double at_ohmic = excess(ohmic);
  if (at_rest * at_ohmic >= 0)
    return at_rest == 0 ? 0 : ohmic;
  std::uintmax_t iterations = 200;
  const boost::math::tools::eps_tolerance<double> bits(30); // for a start
  const auto root =
    ohmic > 0 ?
      boost::math::tools::toms748_solve(excess, 0., ohmic, at_rest, at_ohmic, bits, iterations) :
      boost::math::tools::toms748_solve(excess, ohmic, 0., at_ohmic, at_rest, bits, iterations);
  return 0.5 * (root.first + root.second);
}

// The uniform solution at the mean contact: exact where the interfaces are homogeneous, and far
// closer to any other solution than rest is, so that Newton's exponential overshoots do not occur.
template <int dim>
void IonTransport<dim>::start(const Contacts &contacts)
{
  const double current        = applied.is_voltage ? uniform_current(contacts) : applied.value;
  const double field_strength = current / sigma[dim - 1][dim - 1];
  const double zero      = counter == CounterElectrode::prescribed_current ? 0. : body.lowest();
  const Uniform solution = uniform(current, contacts);
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
    evaluate_interfaces(contacts, load, slope_load);
    const double missing = goal() - total_current;
    if (std::abs(missing) <= 0.1 * std::abs(goal()) + 1e-3 * thermal * total_slope)
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
  for (const Faces &own : faces)
    for (const auto &batch : own.batches.batches)
      for (unsigned int q = 0; q < own.batches.n_points; ++q)
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
         (Utilities::MPI::sum(sum, inverse.get_mpi_communicator()) + std::abs(phi_m) * total_slope);
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
  const double missing = goal() - total_current;
  const double given = applied.resistance > 0 ? interface.area() / angle() / applied.resistance : 0;
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
  return 1e-3 * gas_constant * temperature / faraday * total_slope;
}

// At rest what the kinetics could exchange stands for the current. Of a current that is a result no
// more digits are asked for than round-off leaves.
template <int dim>
double IonTransport<dim>::size_of_current() const
{
  if (applied.is_voltage)
    return std::abs(total_current) + std::max(1e-6 * least_current(), round_off() / most_noise);
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
  const double area = interface.area() / angle();
  if (!applied.is_voltage)
    return applied.value * area;
  if (applied.resistance == 0)
    return total_current;
  return (applied.at + (kept_phi_m() - phi_m) / applied.resistance) * area;
}

template <int dim>
void IonTransport<dim>::measure_far_current(const Vector &residual, const Vector &free_part)
{
  if (counter == CounterElectrode::metal)
    far_current = -terminals[1].interface->integral(faces[1].current);
  if (counter == CounterElectrode::ideal)
  {
    // what the solved equations leave at the nodes of the counter face
    double reaction = 0;
    for (unsigned int i = 0; i < residual.locally_owned_size(); ++i)
      reaction += residual.local_element(i) - free_part.local_element(i);
    far_current = Utilities::MPI::sum(reaction, residual.get_mpi_communicator()) * angle();
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
    evaluate_interfaces(contacts, load, slope_load);
    assemble_residual(residual, load);
    free_part.copy_locally_owned_data_from(residual);
    field.constraints.set_zero(free_part);
    // fixed over an iteration: a scale that fell with the residual would hide its decrease
    if (scale == 0)
      scale = size_of_current();
    return (free_part.l1_norm() + (bordered() ? std::abs(goal() - total_current) : 0.)) / scale;
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
    jacobian.set_robin(slopes);
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
void IonTransport<dim>::evaluate_interfaces(const Contacts &contacts, Vector &load,
                                            Vector &slope_load)
{
  const auto &mf = jacobian.matrix_free();
  slopes.reinit(mf.n_boundary_face_batches(), interface.points_per_face());
  load          = 0;
  slope_load    = 0;
  largest_share = 0;
  phi.update_ghost_values();
  for (unsigned int k = 0; k < terminals.size(); ++k)
    evaluate(k, *contacts[k], load, k == 0 ? &slope_load : nullptr);
  phi.zero_out_ghost_values();
  load.compress(VectorOperation::add);
  slope_load.compress(VectorOperation::add);
  largest_share = Utilities::MPI::max(largest_share, body.triangulation.get_communicator());
}

template <int dim>
void IonTransport<dim>::evaluate(const unsigned int terminal, const Contact &contact, Vector &load,
                                 Vector *slope_load)
{
  const auto &mf             = jacobian.matrix_free();
  const auto &place          = *terminals[terminal].interface;
  const auto &law            = *terminals[terminal].kinetics;
  const auto &batches        = faces[terminal].batches;
  ElectrolyteValues &current = faces[terminal].current, &eta = faces[terminal].overpotential;
  const double metal   = own_potential(terminal);
  const unsigned int n = place.faces(body.side).points.size();
  current.resize(n);
  eta.resize(n);
  ElectrolyteValues slope(n);
  FEFaceEvaluation<dim, -1, 0, 1, double> u(mf, true, DiffusionOperator<dim, double>::plain),
    v(mf, true, DiffusionOperator<dim, double>::plain);
  for (const auto &batch : batches.batches)
  {
    u.reinit(batch.face_batch);
    v.reinit(batch.face_batch);
    u.read_dof_values_plain(phi);
    u.evaluate(EvaluationFlags::values);
    for (unsigned int q = 0; q < u.n_q_points; ++q)
    {
      const auto value = u.get_value(q);
      for (unsigned int lane = 0; lane < batch.faces.size(); ++lane)
      {
        const unsigned int k = batch.faces[lane] * batches.n_points + q;
        const double drive   = metal - value[lane] + contact.mu[k] / faraday;
        const auto point =
          law.current(drive, contact.fraction[k], contact.constriction[k], temperature,
                      contact.film_factor[k], contact.exchange_factor[k]);
        current[k] = point.current;
        eta[k]     = point.overpotential;
        slope[k]   = point.derivative;
        if (slope_load != nullptr)
          largest_share = std::max(largest_share, point.share);
      }
      const auto weight = radius_weight(u, q, body.axisymmetric());
      const auto di     = batches.gather(slope, batch, q);
      slopes(batch.face_batch - mf.n_inner_face_batches(), q) = di;
      u.submit_value(weight * batches.gather(current, batch, q), q);
      v.submit_value(weight * di, q);
    }
    u.integrate_scatter(EvaluationFlags::values, load);
    if (slope_load != nullptr)
      v.integrate_scatter(EvaluationFlags::values, *slope_load);
  }
  if (terminal > 0)
    return;
  total_current = place.integral(current) / angle();
  total_slope   = place.integral(slope) / angle();
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
    const double density = applied.value * interface.area() / angle() / counter_area;
    for (const unsigned int b : faces_on(body.far_id(), mf))
    {
      u.reinit(b);
      for (unsigned int q = 0; q < u.n_q_points; ++q)
        u.submit_value(-density * radius_weight(u, q, body.axisymmetric()), q);
      u.integrate_scatter(EvaluationFlags::values, far);
    }
    far.compress(VectorOperation::add);
    far_current = -far.mean_value() * far.size() * angle();
    residual += far;
  }
}

template <int dim>
double IonTransport<dim>::voltage() const
{
  if (counter == CounterElectrode::prescribed_current)
    return metal_potential() - mean_on(boundary::counter);
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
  const double at_reference =
    body.geometry.is_box() ? mean_at_depth(depth) : mean_on(boundary::reference);
  return terminal == 0 ? phi_m - at_reference :
                         terminals[1].kinetics->U0 - terminals[0].kinetics->U0 - at_reference;
}

template <int dim>
double IonTransport<dim>::mean_on(const boundary::boundary_id id) const
{
  FEFaceValues<dim> values(body.mapping, field.dof_handler.get_fe(),
                           QGauss<dim - 1>(interface.points_1d()),
                           update_values | update_JxW_values | update_quadrature_points);
  std::vector<double> at_points(values.n_quadrature_points);
  double sum = 0, area = 0;
  phi.update_ghost_values();
  for (const auto &cell : field.dof_handler.active_cell_iterators())
    if (cell->is_locally_owned())
      for (const unsigned int face : cell->face_indices())
        if (cell->face(face)->at_boundary() && cell->face(face)->boundary_id() == id)
        {
          values.reinit(cell, face);
          values.get_function_values(phi, at_points);
          for (const unsigned int q : values.quadrature_point_indices())
          {
            const double weight =
              values.JxW(q) * (body.axisymmetric() ? values.quadrature_point(q)[0] : 1.);
            sum += at_points[q] * weight;
            area += weight;
          }
        }
  phi.zero_out_ghost_values();
  const MPI_Comm comm = body.triangulation.get_communicator();
  return Utilities::MPI::sum(sum, comm) / Utilities::MPI::sum(area, comm);
}

// phi on the plane at this depth below Gamma.
template <int dim>
double IonTransport<dim>::mean_at_depth(const double depth) const
{
  const double plane = -std::min(depth, body.thickness() * (1 - 1e-12));
  const QGauss<dim - 1> on_plane(interface.points_1d());
  double sum = 0, area = 0;
  phi.update_ghost_values();
  for (const auto &cell : field.dof_handler.active_cell_iterators())
  {
    const double height = cell->extent_in_direction(dim - 1);
    const double at     = (plane - (cell->center()[dim - 1] - 0.5 * height)) / height;
    if (!cell->is_locally_owned() || at < 0 || at >= 1)
      continue;
    std::vector<Point<dim>> points;
    for (const auto &lateral : on_plane.get_points())
    {
      Point<dim> x;
      for (unsigned int d = 0; d + 1 < dim; ++d)
        x[d] = lateral[d];
      x[dim - 1] = at;
      points.push_back(x);
    }
    FEValues<dim> values(body.mapping, field.dof_handler.get_fe(), Quadrature<dim>(points),
                         update_values | update_quadrature_points);
    values.reinit(cell);
    std::vector<double> at_points(points.size());
    values.get_function_values(phi, at_points);
    for (unsigned int q = 0; q < points.size(); ++q)
    {
      double weight =
        on_plane.weight(q) * (body.axisymmetric() ? values.quadrature_point(q)[0] : 1.);
      for (unsigned int d = 0; d + 1 < dim; ++d)
        weight *= cell->extent_in_direction(d);
      sum += at_points[q] * weight;
      area += weight;
    }
  }
  phi.zero_out_ghost_values();
  const MPI_Comm comm = body.triangulation.get_communicator();
  return Utilities::MPI::sum(sum, comm) / Utilities::MPI::sum(area, comm);
}

template class IonTransport<2>;
template class IonTransport<3>;
} // namespace kavity
