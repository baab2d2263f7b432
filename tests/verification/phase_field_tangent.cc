// The tangent of a stage of the phase field against differences of its residual, and its factor
// against itself, with all its terms: transport, outflow, wetting, diffusion along Gamma.

#include "kavity/physics/PhaseFieldFactor.h"
#include "verification_operators.h"
#include "verification_voids.h"

namespace
{
using namespace kavity;
using namespace dealii;
using kavity::BlockVector;
using kavity::Vector;

constexpr double interval = 0.3;

Metal with_diffusion_along_gamma()
{
  Metal metal                 = verification::potassium();
  metal.interface_diffusivity = 1e-19;
  return metal;
}

template <int dim>
struct Stage
{
  explicit Stage(const Coordinates coordinates)
    : box(4, 4, dim == 2 ? 2 : 1, pi / 3, coordinates, 0, with_diffusion_along_gamma(), 2.,
          box.barrier)
    , equations(box.flow.equations(), box.body, box.law, box.metal, verification::room_temperature)
    , field(box.flow.potential_space())
  {
    box.set([](const Point<dim> &x) { return x.norm() - 2; });
    Vector velocity(box.flow.velocity());
    velocity = verification::rough_load(box.flow.velocity_space(), velocity);
    equations.set_velocity(velocity, 1e-7);
    state                                           = box.voids.solution();
    state.block(PhaseFieldOperator<dim>::potential) = rough(state.block(0), 1.3);
    state.block(PhaseFieldOperator<dim>::potential) *= 0.05;
    // nowhere at the ends of 0 to 1, where laws have kinks
    for (double &c : state.block(PhaseFieldOperator<dim>::fraction))
      c = 0.1 + 0.8 * c;
    equations.linearise(state, interval);
  }

  /// With values on hanging nodes.
  Vector rough(const Vector &like, const double wave) const
  {
    Vector values(like);
    const auto &own = field.dof_handler.locally_owned_dofs();
    for (unsigned int i = 0; i < values.locally_owned_size(); ++i)
      values.local_element(i) = std::sin(wave * own.nth_index_in_set(i));
    field.complete(values);
    return values;
  }

  BlockVector rough_direction() const
  {
    BlockVector result(state);
    result.block(0) = rough(state.block(0), 1.7);
    result.block(1) = rough(state.block(1), 2.3);
    return result;
  }

  /// Neither has a meaning where nodes hang.
  void clear_constrained(BlockVector &rows) const
  {
    for (unsigned int b = 0; b < 2; ++b)
      for (const unsigned int dof :
           equations.matrix_free().get_constrained_dofs(FlowOperator<dim>::m_space))
        rows.block(b).local_element(dof) = 0;
  }

  /// Largest difference of a tangent's rows, relative to the largest of them.
  double against_differences() const
  {
    const BlockVector direction = rough_direction();
    BlockVector tangent(state), ahead(state), behind(state), difference(state), after(state);
    equations.vmult(tangent, direction);
    constexpr double step = 1e-5;
    ahead.add(step, direction);
    behind.add(-step, direction);
    const Vector base = box.voids.content(state.block(PhaseFieldOperator<dim>::fraction));
    equations.residual(difference, ahead, base, interval, box.at_rest);
    equations.residual(after, behind, base, interval, box.at_rest);
    difference -= after;
    difference *= 0.5 / step;
    clear_constrained(tangent);
    clear_constrained(difference);
    const double size = tangent.linfty_norm();
    difference -= tangent;
    return difference.linfty_norm() / size;
  }

  double factor_against_tangent() const
  {
    PhaseFieldFactor<dim> factor(equations, field);
    factor.update();
    BlockVector rows = rough_direction(), solution(state), product(state);
    factor.vmult(solution, rows);
    equations.vmult(product, solution);
    const double size = rows.linfty_norm();
    product -= rows;
    return product.linfty_norm() / size;
  }

  verification::VoidBox<dim> box;
  PhaseFieldOperator<dim> equations;
  const Field<dim> &field;
  BlockVector state;
};

template <int dim>
void check(const Coordinates coordinates)
{
  const Stage<dim> stage(coordinates);
  // the mesh has hanging nodes
  EXPECT_GT(Utilities::MPI::sum(stage.field.hanging_nodes.n_constraints(), MPI_COMM_WORLD), 0u);
  // central differences, of numbers of order 1
  EXPECT_LT(stage.against_differences(), 1e-8);
  EXPECT_LT(stage.factor_against_tangent(), 1e-9); // round-off times the condition
}
TEST(PhaseFieldTangent, Plane)
{
  check<2>(Coordinates::plane);
}

TEST(PhaseFieldTangent, Axisymmetric)
{
  check<2>(Coordinates::axisymmetric);
}

TEST(PhaseFieldTangent, ThreeDimensional)
{
  check<3>(Coordinates::plane);
}
} // namespace
