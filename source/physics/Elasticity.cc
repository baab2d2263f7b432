#include "kavity/physics/Elasticity.h"

#include <deal.II/fe/fe_q.h>
#include <deal.II/fe/fe_system.h>
#include <deal.II/lac/solver_cg.h>

#include <array>
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
      low = mesh->low;
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
    bool outer = true;
    for (unsigned int d = 0; d + 1 < dim; ++d)
    {
      const double place = face->vertex(0)[d];
      bool plane         = true;
      for (unsigned int v = 1; v < face->n_vertices(); ++v)
        plane = plane && std::abs(face->vertex(v)[d] - place) < tolerance;
      const bool inner = plane && std::abs(place - low[d]) < tolerance;
      outer            = outer && !inner;
      result[d]        = inner || (plane && fixture == Fixture::flat_support);
    }
    if (outer && fixture == Fixture::rim_support)
      result[dim - 1] = true;
    return result;
  }

private:
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
      throw NoConvergence("the linear solver of the electrolyte's elasticity did not converge");
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

template class Elasticity<2>;
template class Elasticity<3>;
} // namespace kavity
