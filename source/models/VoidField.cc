#include "kavity/models/VoidField.h"

#include <deal.II/lac/solver_gmres.h>
#include <deal.II/numerics/vector_tools.h>

#include <cmath>

namespace kavity
{
using namespace dealii;

namespace
{
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
  c.update_ghost_values();
  flow.potential_space().hanging_nodes.distribute(c);
  c.zero_out_ghost_values();
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
                                          const double tolerance) const
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
    throw NoConvergence("the linear solver of the phase field did not converge in " +
                        std::to_string(control.last_step()) + " iterations");
  }
  return control.last_step();
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
                                   const double tolerance)
{
  equations.set_velocity(flow.velocity(), flow.velocity_unit());
  BlockVector r, step;
  equations.initialize_vector(r);
  equations.initialize_vector(step);
  SolverReport report;
  const auto &hanging = flow.potential_space().hanging_nodes;
  for (;; ++report.newton_iterations)
  {
    equations.residual(r, solution_, stage.base, stage.interval, stripping);
    report.residual = norm(r);
    if (report.residual <= tolerance)
      break;
    if (report.newton_iterations == settings.max_newton_iterations ||
        !std::isfinite(report.residual))
      throw no_convergence("the phase field", report);
    equations.linearise(solution_, stage.interval);
    preconditioner.update();
    r *= -1.;
    step = 0;
    report.linear_iterations +=
      solve_linear(step, r, std::max(1e-3 * report.residual, 0.1 * tolerance));
    for (unsigned int b = 0; b < 2; ++b)
    {
      solution_.block(b) += step.block(b);
      solution_.block(b).update_ghost_values();
      hanging.distribute(solution_.block(b));
      solution_.block(b).zero_out_ghost_values();
    }
  }
  conserve(stage, stripping);
  read_interface();
  return report;
}

template <int dim>
double VoidField<dim>::volume_of(const Vector &nodal) const
{
  Vector source, rows;
  preconditioner.initialize_mass_vector(source);
  preconditioner.initialize_mass_vector(rows);
  source.copy_locally_owned_data_from(nodal);
  preconditioner.mass_product(rows, source);
  for (const unsigned int dof :
       equations.matrix_free().get_constrained_dofs(MetalOperator<dim>::m_space))
    rows.local_element(dof) = 0;
  double sum = 0;
  for (unsigned int i = 0; i < rows.locally_owned_size(); ++i)
    sum += rows.local_element(i);
  return Utilities::MPI::sum(sum, rows.get_mpi_communicator()) * equations.row_scale() *
         (body.axisymmetric() ? 2 * pi : 1.);
}

// What the solver's tolerance left of the sum of the rows of c is the metal that is missing; a
// uniform shift, far below the tolerance, puts it back. The second pass takes what the first one
// changed in the flow through the platen.
template <int dim>
void VoidField<dim>::conserve(const Stage &stage, const InterfaceValues &stripping)
{
  BlockVector r;
  equations.initialize_vector(r);
  Vector ones(solution_.block(0));
  ones                = 1.;
  const double volume = volume_of(ones);
  const double unit   = equations.row_scale() * (body.axisymmetric() ? 2 * pi : 1.);
  for (unsigned int pass = 0; pass < 2; ++pass)
  {
    equations.residual(r, solution_, stage.base, stage.interval, stripping);
    solution_.block(PhaseFieldOperator<dim>::fraction)
      .add(-unit * (r.block(PhaseFieldOperator<dim>::fraction) * ones) / volume);
  }
}

template <int dim>
void VoidField<dim>::restore_volume(const double volume)
{
  Vector &c = solution_.block(PhaseFieldOperator<dim>::fraction);
  Vector surface(c);
  for (unsigned int i = 0; i < c.locally_owned_size(); ++i)
    surface.local_element(i) = std::max(c.local_element(i) * (1 - c.local_element(i)), 0.);
  double of_surface = volume_of(surface);
  if (of_surface <= 1e-6 * volume) // no voids: everywhere
  {
    surface    = 1.;
    of_surface = volume_of(surface);
  }
  c.add((volume - metal_volume()) / of_surface, surface);
  c.update_ghost_values();
  flow.potential_space().hanging_nodes.distribute(c);
  c.zero_out_ghost_values();
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

template class VoidField<2>;
template class VoidField<3>;
} // namespace kavity
