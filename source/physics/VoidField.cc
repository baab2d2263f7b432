#include "kavity/physics/VoidField.h"

#include "kavity/fem/Integrals.h"
#include "kavity/fem/NoProgress.h"

#include <deal.II/lac/solver_gmres.h>
#include <deal.II/numerics/vector_tools.h>

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

template <int dim>
class Fraction : public Function<dim>
{
public:
  explicit Fraction(const std::function<double(const Point<dim> &)> &function)
    : function(function)
  {
  }
  double value(const Point<dim> &x, unsigned int) const override
  {
    return function(x);
  }

private:
  const std::function<double(const Point<dim> &)> &function;
};
} // namespace

template <int dim>
VoidField<dim>::VoidField(const MetalFlow<dim> &flow, const Body<dim> &body,
                          const Interface<dim> &interface, const PhaseField &phase_field,
                          const Metal &metal, const double temperature,
                          const SolverSettings &settings)
  : flow(flow)
  , body(body)
  , interface(interface)
  , phase_field(phase_field)
  , metal(metal)
  , temperature(temperature)
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
void VoidField<dim>::set(const std::function<double(const Point<dim> &)> &metal_fraction)
{
  VectorTools::interpolate(body.mapping, flow.potential_space().dof_handler,
                           Fraction<dim>(metal_fraction),
                           solution_.block(PhaseFieldOperator<dim>::fraction));
  auto &c = solution_.block(PhaseFieldOperator<dim>::fraction);
  flow.potential_space().complete(c);
  solution_.block(PhaseFieldOperator<dim>::potential) = 0;
  read_interface();
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
  read_interface();
  return report;
}

template <int dim>
void VoidField<dim>::smooth(const double length, const double tolerance, const double most_missing)
{
  const double interval =
    std::pow(length * length / phase_field.width, 2) / phase_field.mobility(1., metal, temperature);
  const InterfaceValues none(mu.size(), 0.);
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

// Newton's method for the part of the nodal c (1 - c) to add.
template <int dim>
double VoidField<dim>::restore_volume(const double volume)
{
  Vector &c = solution_.block(PhaseFieldOperator<dim>::fraction);
  Vector surface(c);
  for (unsigned int i = 0; i < c.locally_owned_size(); ++i)
    surface.local_element(i) = std::max(c.local_element(i) * (1 - c.local_element(i)), 0.);
  const auto growth = [&](const bool everywhere)
  {
    return integrate(
      [&](const auto &, const auto &of, const unsigned int q)
      {
        const auto u = clip(of.get_value(q));
        return (everywhere ? 1. : u * (1. - u)) * phase_field.content_slope(u);
      });
  };
  const bool everywhere = growth(false) <= 1e-6 * volume; // no voids
  if (everywhere)
    surface = 1.;
  const double missing = volume - metal_volume();
  double left          = missing;
  for (unsigned int k = 0; k < 4 && std::abs(left) > 1e-15 * volume; ++k)
  {
    c.add(left / growth(everywhere), surface);
    flow.potential_space().complete(c);
    left = volume - metal_volume();
  }
  return missing;
}

template <int dim>
void VoidField<dim>::read_interface()
{
  const auto &mf  = equations.matrix_free();
  const auto &map = flow.equations().interface_batches();
  mu.resize(interface.faces(body.side).points.size());
  contact.resize(mu.size());
  fraction_at_interface.resize(mu.size());
  FEFaceEvaluation<dim, -1, 0, 1, double> m(mf, true, MetalOperator<dim>::m_space),
    c(mf, true, MetalOperator<dim>::m_space);
  solution_.update_ghost_values();
  const double unit = metal.molar_volume * phase_field.barrier;
  for (const auto &batch : map.batches)
  {
    m.reinit(batch.face_batch);
    c.reinit(batch.face_batch);
    m.gather_evaluate(scaled_potential(), EvaluationFlags::values);
    c.gather_evaluate(fraction(), EvaluationFlags::values);
    for (unsigned int q = 0; q < m.n_q_points; ++q)
    {
      map.scatter(unit * m.get_value(q), mu, batch, q);
      map.scatter(c.get_value(q), fraction_at_interface, batch, q);
      map.scatter(PhaseField::metal(clip(c.get_value(q))), contact, batch, q);
    }
  }
  solution_.zero_out_ghost_values();
}

// Sum over the body of term(m, c, q), evaluators with values and gradients.
template <int dim>
template <typename CellTerm>
double VoidField<dim>::integrate(const CellTerm &term) const
{
  return integrate(scaled_potential(), term);
}

// As above with another field in place of m.
template <int dim>
template <typename CellTerm>
double VoidField<dim>::integrate(const Vector &field, const CellTerm &term) const
{
  const auto &mf = equations.matrix_free();
  FEEvaluation<dim, -1, 0, 1, double> m(mf, MetalOperator<dim>::m_space),
    c(mf, MetalOperator<dim>::m_space);
  double sum = 0;
  field.update_ghost_values();
  fraction().update_ghost_values();
  const auto flags = EvaluationFlags::values | EvaluationFlags::gradients;
  for (unsigned int batch = 0; batch < mf.n_cell_batches(); ++batch)
  {
    m.reinit(batch);
    c.reinit(batch);
    m.gather_evaluate(field, flags);
    c.gather_evaluate(fraction(), flags);
    add_integral(sum, m, mf.n_active_entries_per_cell_batch(batch), body.axisymmetric(),
                 [&](const unsigned int q) { return term(m, c, q); });
  }
  field.zero_out_ghost_values();
  fraction().zero_out_ghost_values();
  return Utilities::MPI::sum(sum, body.triangulation.get_communicator()) * body.angle();
}

template <int dim>
double VoidField<dim>::metal_volume() const
{
  return integrate([&](const auto &, const auto &c, const unsigned int q)
                   { return phase_field.content(c.get_value(q)); });
}

template <int dim>
double VoidField<dim>::void_volume() const
{
  return integrate([](const auto &, const auto &c, const unsigned int q)
                   { return 1. - PhaseField::metal(PhaseField::metal(clip(c.get_value(q)))); });
}

template <int dim>
double VoidField<dim>::vacancies_in_metal() const
{
  return integrate(
    [&](const auto &, const auto &c, const unsigned int q)
    {
      const auto u = c.get_value(q);
      return PhaseField::metal(PhaseField::metal(clip(u))) - phase_field.content(u);
    });
}

// On a surface 4 c (1 - c) is the slope of c over that in the middle.
template <int dim>
double VoidField<dim>::mean_on_surfaces(const Vector &change) const
{
  const double squares  = integrate(change, [](const auto &e, const auto &, const unsigned int q)
                                    { return e.get_value(q) * e.get_value(q); });
  const double surfaces = integrate(
    [](const auto &, const auto &c, const unsigned int q)
    {
      const auto u     = clip(c.get_value(q));
      const auto slope = 4. * u * (1. - u);
      return slope * slope;
    });
  return std::sqrt(squares / surfaces);
}

template <int dim>
double VoidField<dim>::atom_inflow() const
{
  const auto &mf = equations.matrix_free();
  FEFaceEvaluation<dim, -1, 0, dim, double> v(mf, true, MetalOperator<dim>::v_plain_space);
  FEFaceEvaluation<dim, -1, 0, 1, double> c(mf, true, MetalOperator<dim>::m_space);
  double sum = 0;
  solution_.update_ghost_values();
  flow.velocity().update_ghost_values();
  for (const unsigned int b : faces_on(boundary::platen, mf))
  {
    v.reinit(b);
    c.reinit(b);
    v.read_dof_values_plain(flow.velocity());
    v.evaluate(EvaluationFlags::values);
    c.gather_evaluate(fraction(), EvaluationFlags::values);
    add_integral(sum, v, mf.n_active_entries_per_face_batch(b), body.axisymmetric(),
                 [&](const unsigned int q)
                 { return -v.get_value(q)[dim - 1] * phase_field.content(c.get_value(q)); });
  }
  flow.velocity().zero_out_ghost_values();
  solution_.zero_out_ghost_values();
  return Utilities::MPI::sum(sum, body.triangulation.get_communicator()) * flow.velocity_unit() *
         body.angle();
}

// (M_G Omega W) |grad_G m|^2 over Gamma.
template <int dim>
double VoidField<dim>::dissipation_along_gamma() const
{
  if (!(metal.interface_diffusivity > 0))
    return 0;
  const auto &mf = equations.matrix_free();
  FEFaceEvaluation<dim, -1, 0, 1, double> m(mf, true, MetalOperator<dim>::m_space),
    c(mf, true, MetalOperator<dim>::m_space);
  double sum = 0;
  solution_.update_ghost_values();
  for (const unsigned int b : faces_on(boundary::interface, mf))
  {
    m.reinit(b);
    c.reinit(b);
    m.gather_evaluate(scaled_potential(), EvaluationFlags::gradients);
    c.gather_evaluate(fraction(), EvaluationFlags::values);
    add_integral(sum, m, mf.n_active_entries_per_face_batch(b), body.axisymmetric(),
                 [&](const unsigned int q)
                 {
                   auto gradient     = m.get_gradient(q);
                   gradient[dim - 1] = 0.;
                   return phase_field.interface_mobility(clip(c.get_value(q)), metal, temperature) *
                          (gradient * gradient);
                 });
  }
  solution_.zero_out_ghost_values();
  return Utilities::MPI::sum(sum, body.triangulation.get_communicator()) * body.angle();
}

template <int dim>
typename VoidField<dim>::Energy VoidField<dim>::energy(const InterfaceValues &stripping) const
{
  const double W = phase_field.barrier, kappa = phase_field.gradient_length_squared();
  Energy result;
  result.free = W * integrate(
                      [&](const auto &, const auto &c, const unsigned int q)
                      {
                        return PhaseField::well(c.get_value(q)) +
                               0.5 * kappa * (c.get_gradient(q) * c.get_gradient(q));
                      });
  // (M/Omega) |grad mu|^2 = (M Omega W) W |grad m|^2
  result.dissipation =
    W * integrate(
          [&](const auto &m, const auto &c, const unsigned int q)
          {
            return phase_field.mobility(clip(c.get_value(q)), metal, temperature) *
                   (m.get_gradient(q) * m.get_gradient(q));
          });
  result.dissipation += W * dissipation_along_gamma();
  InterfaceValues power(mu.size()), wall(mu.size());
  for (unsigned int k = 0; k < mu.size(); ++k)
  {
    power[k] = -mu[k] / metal.molar_volume * stripping[k];
    wall[k]  = W * phase_field.wall_energy(contact[k]);
  }
  result.current = interface.integral(power);
  result.free += interface.integral(wall);
  return result;
}

template <int dim>
double VoidField<dim>::largest_excess() const
{
  const auto &mf = equations.matrix_free();
  FEEvaluation<dim, -1, 0, 1, double> c(mf, MetalOperator<dim>::m_space);
  double largest = 0;
  solution_.update_ghost_values();
  for (unsigned int batch = 0; batch < mf.n_cell_batches(); ++batch)
  {
    c.reinit(batch);
    c.gather_evaluate(fraction(), EvaluationFlags::values | EvaluationFlags::gradients);
    for (unsigned int q = 0; q < c.n_q_points; ++q)
    {
      const auto value = phase_field.content(c.get_value(q));
      const auto slope = phase_field.width * c.get_gradient(q).norm();
      for (unsigned int lane = 0; lane < mf.n_active_entries_per_cell_batch(batch); ++lane)
        if (value[lane] > 0.5 && slope[lane] < 0.01)
          largest = std::max(largest, std::abs(value[lane] - 1));
    }
  }
  solution_.zero_out_ghost_values();
  return Utilities::MPI::max(largest, body.triangulation.get_communicator());
}

template class VoidField<2>;
template class VoidField<3>;
} // namespace kavity
