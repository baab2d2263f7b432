#include "kavity/physics/Elasticity.h"

#include <deal.II/base/quadrature_lib.h>
#include <deal.II/fe/fe_q.h>
#include <deal.II/fe/fe_system.h>
#include <deal.II/fe/fe_values.h>
#include <deal.II/lac/solver_cg.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace kavity
{
using namespace dealii;

namespace
{
// Of the residual over the forces. In a bent plate the terms of a row are a million times their
// sum.
constexpr double tolerance = 1e-9;

// Of coordinates, over the width.
constexpr double round_off = 1e-9;

// Stresses that differ by less, of the largest, count as equal: the solver leaves that much.
constexpr double same_stress = 1e-6;

// Which faces of the boundary do not move in which direction.
template <int dim>
class Held
{
public:
  Held(const Body<dim> &body, const Fixture fixture)
    : fixture(fixture)
    , far_id(body.far_id())
    , tolerance(round_off * body.geometry.width)
  {
    if (const auto *const mesh = body.geometry.template mesh<dim>())
      low = mesh->lowest(MeshFile<dim>::electrolyte);
  }

  template <typename Face>
  std::array<bool, dim> operator()(const Face &face) const
  {
    std::array<bool, dim> result{};
    const auto id = face->boundary_id();
    if (id == far_id)
      result[dim - 1] = fixture != Fixture::rim_support;
    if (id != boundary::insulated && id < boundary::side)
      return result;
    bool outer = !is_plane(face, dim - 1); // what is level beside a metal is free
    for (unsigned int d = 0; d + 1 < dim; ++d)
    {
      const bool plane = is_plane(face, d);
      const bool inner = plane && std::abs(face->vertex(0)[d] - low[d]) < tolerance;
      outer            = outer && !inner;
      result[d]        = inner || (plane && fixture == Fixture::flat_support);
    }
    if (outer && fixture == Fixture::rim_support)
      result[dim - 1] = true;
    return result;
  }

private:
  template <typename Face>
  bool is_plane(const Face &face, const unsigned int normal) const
  {
    for (unsigned int v = 1; v < face->n_vertices(); ++v)
      if (std::abs(face->vertex(v)[normal] - face->vertex(0)[normal]) > tolerance)
        return false;
    return true;
  }

  const Fixture fixture;
  const boundary::boundary_id far_id;
  const double tolerance;
  Point<dim> low;
};

template <int dim>
typename Field<dim>::Constrain conditions(const Body<dim> &body, const Fixture fixture)
{
  return [held = Held<dim>(body, fixture)](const DoFHandler<dim> &dofs,
                                           AffineConstraints<double> &constraints)
  {
    const auto &fe = dofs.get_fe();
    std::vector<types::global_dof_index> on_face(fe.dofs_per_face);
    for (const auto &cell : dofs.active_cell_iterators())
      for (const unsigned int number : cell->face_indices())
      {
        const auto face = cell->face(number);
        if (cell->is_artificial() || !face->at_boundary())
          continue;
        const auto fixed = held(face);
        face->get_dof_indices(on_face);
        for (unsigned int i = 0; i < on_face.size(); ++i)
          if (fixed[fe.face_system_to_component_index(i, number).first] &&
              constraints.can_store_line(on_face[i]) && !constraints.is_constrained(on_face[i]))
            constraints.add_line(on_face[i]);
      }
  };
}
} // namespace

template <int dim>
Elasticity<dim>::Elasticity(const Body<dim> &body,
                            const std::vector<const Interface<dim> *> &interfaces,
                            const double young_modulus, const double poisson_ratio,
                            const Fixture fixture, const SolverSettings &settings)
  : body(body)
  , interfaces(interfaces)
  , young_modulus(young_modulus)
  , shear_modulus(young_modulus / (2 * (1 + poisson_ratio)))
  , lambda(2 * shear_modulus * poisson_ratio / (1 - 2 * poisson_ratio))
  , settings(settings)
  , field(body, FESystem<dim>(FE_Q<dim>(interfaces[0]->points_1d() - 1), dim),
          conditions(body, fixture))
  , multigrid(field, settings.smoother_degree)
  , batches(interfaces.size())
{
  if (!(young_modulus > 0) || !(poisson_ratio < 0.5))
    throw std::logic_error("elasticity needs a Young modulus > 0 and a Poisson ratio < 1/2");
  const double G = shear_modulus / young_modulus, L = lambda / young_modulus;
  equations.reinit_level(field, field.levels.max_level(), true);
  equations.set_moduli(G, L);
  for (unsigned int level = field.levels.min_level(); level <= field.levels.max_level(); ++level)
  {
    multigrid.operators[level].reinit_level(field, level);
    multigrid.operators[level].set_moduli(G, L);
  }
  multigrid.update();
  for (unsigned int k = 0; k < interfaces.size(); ++k)
    batches[k].reinit(equations.matrix_free(), *interfaces[k]);
  equations.initialize_dof_vector(displacement);
}

template <int dim>
void Elasticity<dim>::add_pressure(Vector &forces, const unsigned int interface,
                                   const ElectrolyteValues &pressure) const
{
  FEFaceEvaluation<dim, -1, 0, dim, double> v(equations.matrix_free(), true);
  const auto &map = batches[interface];
  for (const auto &batch : map.batches)
  {
    v.reinit(batch.face_batch);
    for (unsigned int q = 0; q < v.n_q_points; ++q)
      v.submit_value((-radius_weight(v, q, body.axisymmetric()) * map.gather(pressure, batch, q)) *
                       v.get_normal_vector(q),
                     q);
    v.integrate_scatter(EvaluationFlags::values, forces);
  }
  forces.compress(VectorOperation::add);
}

// In units of the forces, so that single precision has them in range.
template <int dim>
SolverReport Elasticity<dim>::solve(const Vector &forces)
{
  SolverReport report;
  Vector load(forces);
  field.constraints.set_zero(load);
  const double size = load.l2_norm();
  displacement.zero_out_ghost_values();
  if (size == 0)
    displacement = 0;
  else
  {
    load /= size;
    displacement *= young_modulus / size;
    field.constraints.set_zero(displacement);
    SolverControl control(settings.max_linear_iterations, tolerance);
    SolverCG<Vector> cg(control);
    try
    {
      cg.solve(equations, displacement, load, multigrid);
    }
    catch (const SolverControl::NoConvergence &)
    {
      displacement = 0;
      throw NoConvergence("the linear solver of the electrolyte's elasticity did not converge in " +
                          std::to_string(control.last_step()) +
                          " iterations; elements much wider than high take many "
                          "(Solver/Largest number of linear iterations)");
    }
    report.linear_iterations = control.last_step();
    report.residual          = control.last_value();
    displacement *= size / young_modulus;
    field.constraints.distribute(displacement);
  }
  displacement.update_ghost_values();
  return report;
}

template <int dim>
SymmetricTensor<2, 3> Elasticity<dim>::stress(const Point<dim> &x, const Tensor<1, dim> &u,
                                              const Tensor<2, dim> &gradient) const
{
  SymmetricTensor<2, 3> strain;
  for (unsigned int i = 0; i < dim; ++i)
    for (unsigned int j = i; j < dim; ++j)
      strain[i][j] = 0.5 * (gradient[i][j] + gradient[j][i]);
  if (body.axisymmetric())
    strain[2][2] = x[0] > round_off * body.geometry.width ? u[0] / x[0] : gradient[0][0];
  return lambda * trace(strain) * unit_symmetric_tensor<3>() + 2 * shear_modulus * strain;
}

template <int dim>
SolverReport Elasticity<dim>::press(const std::vector<ElectrolyteValues> &pressures)
{
  Vector forces;
  initialize_forces(forces);
  for (unsigned int k = 0; k < pressures.size(); ++k)
    add_pressure(forces, k, pressures[k]);
  if (last_forces.size() > 0)
  {
    Vector change(forces);
    change -= last_forces;
    if (change.l2_norm() <= tolerance * forces.l2_norm())
      return {};
  }
  const SolverReport report = solve(forces);
  last_forces               = forces;
  find_peak();
  return report;
}

// In corners, on edges and in the middle of elements: a bent plate is strained most at its faces.
// Ranks agree on the largest stress, then on one coordinate after the other.
template <int dim>
void Elasticity<dim>::find_peak()
{
  const QGaussLobatto<dim> places(3);
  FEValues<dim> values(body.mapping, field.dof_handler.get_fe(), places,
                       update_values | update_gradients | update_quadrature_points);
  const FEValuesExtractors::Vector u(0);
  std::vector<Tensor<1, dim>> value(places.size());
  std::vector<Tensor<2, dim>> gradient(places.size());
  std::vector<Peak> all;
  double highest = std::numeric_limits<double>::lowest(), size = 0;
  for (const auto &cell : field.dof_handler.active_cell_iterators())
    if (cell->is_locally_owned())
    {
      values.reinit(cell);
      values[u].get_function_values(displacement, value);
      values[u].get_function_gradients(displacement, gradient);
      for (unsigned int q = 0; q < places.size(); ++q)
      {
        const auto &x    = values.quadrature_point(q);
        const auto sigma = stress(x, value[q], gradient[q]);
        all.push_back({first_principal_stress(sigma), x});
        highest = std::max(highest, all.back().stress);
        size    = std::max(size, sigma.norm());
      }
    }
  const auto comm    = body.triangulation.get_communicator();
  peak_.stress       = Utilities::MPI::max(highest, comm);
  const double alike = same_stress * Utilities::MPI::max(size, comm);
  const auto drop    = [&all](const auto &other)
  { all.erase(std::remove_if(all.begin(), all.end(), other), all.end()); };
  drop([&](const Peak &each) { return each.stress < peak_.stress - alike; });
  for (unsigned int d = 0; d < dim; ++d)
  {
    double lowest = std::numeric_limits<double>::max();
    for (const Peak &each : all)
      lowest = std::min(lowest, each.place[d]);
    peak_.place[d] = Utilities::MPI::min(lowest, comm);
    drop([&](const Peak &each)
         { return each.place[d] > peak_.place[d] + round_off * body.geometry.width; });
  }
}

double first_principal_stress(const SymmetricTensor<2, 3> &stress)
{
  return eigenvalues(stress)[0];
}

template class Elasticity<2>;
template class Elasticity<3>;
} // namespace kavity
