#include "kavity/physics/VoidState.h"

#include "kavity/fem/Integrals.h"

#include <deal.II/numerics/vector_tools.h>

#include <algorithm>
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
VoidState<dim>::VoidState(const MetalFlow<dim> &flow, const Body<dim> &body,
                          const Interface<dim> &interface, const PhaseField &phase_field,
                          const Metal &metal, const double temperature)
  : flow(flow)
  , body(body)
  , interface(interface)
  , phase_field(phase_field)
  , metal(metal)
  , temperature(temperature)
{
}

template <int dim>
void VoidState<dim>::set(const std::function<double(const Point<dim> &)> &metal_fraction)
{
  VectorTools::interpolate(body.mapping, flow.potential_space().dof_handler,
                           Fraction<dim>(metal_fraction),
                           solution_.block(PhaseFieldOperator<dim>::fraction));
  auto &c = solution_.block(PhaseFieldOperator<dim>::fraction);
  flow.potential_space().complete(c);
  solution_.block(PhaseFieldOperator<dim>::potential) = 0;
  read_interface();
}

// Newton's method for the part of the nodal c (1 - c) to add.
template <int dim>
double VoidState<dim>::restore_volume(const double volume)
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
void VoidState<dim>::read_interface()
{
  const auto &mf  = matrix_free();
  const auto &map = flow.equations().interface_batches();
  mu.resize(interface.faces(body.side).points.size());
  contact.resize(mu.size());
  fraction_at_interface.resize(mu.size());
  FEFaceEvaluation<dim, -1, 0, 1, double> m(mf, true, FlowOperator<dim>::m_space),
    c(mf, true, FlowOperator<dim>::m_space);
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
double VoidState<dim>::integrate(const CellTerm &term) const
{
  return integrate(scaled_potential(), term);
}

// As above with another field in place of m.
template <int dim>
template <typename CellTerm>
double VoidState<dim>::integrate(const Vector &field, const CellTerm &term) const
{
  const auto &mf = matrix_free();
  FEEvaluation<dim, -1, 0, 1, double> m(mf, FlowOperator<dim>::m_space),
    c(mf, FlowOperator<dim>::m_space);
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
double VoidState<dim>::metal_volume() const
{
  return integrate([&](const auto &, const auto &c, const unsigned int q)
                   { return phase_field.content(c.get_value(q)); });
}

template <int dim>
double VoidState<dim>::void_volume() const
{
  return integrate([](const auto &, const auto &c, const unsigned int q)
                   { return 1. - PhaseField::metal(PhaseField::metal(clip(c.get_value(q)))); });
}

template <int dim>
double VoidState<dim>::vacancies_in_metal() const
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
double VoidState<dim>::mean_on_surfaces(const Vector &change) const
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
double VoidState<dim>::atom_inflow() const
{
  const auto &mf = matrix_free();
  FEFaceEvaluation<dim, -1, 0, dim, double> v(mf, true, FlowOperator<dim>::v_plain_space);
  FEFaceEvaluation<dim, -1, 0, 1, double> c(mf, true, FlowOperator<dim>::m_space);
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
double VoidState<dim>::dissipation_along_gamma() const
{
  if (!(metal.interface_diffusivity > 0))
    return 0;
  const auto &mf = matrix_free();
  FEFaceEvaluation<dim, -1, 0, 1, double> m(mf, true, FlowOperator<dim>::m_space),
    c(mf, true, FlowOperator<dim>::m_space);
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
typename VoidState<dim>::Energy VoidState<dim>::energy(const InterfaceValues &stripping) const
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
double VoidState<dim>::largest_excess() const
{
  const auto &mf = matrix_free();
  FEEvaluation<dim, -1, 0, 1, double> c(mf, FlowOperator<dim>::m_space);
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

template class VoidState<2>;
template class VoidState<3>;
} // namespace kavity
