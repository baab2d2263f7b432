#include "kavity/fem/CellMap.h"

#include <deal.II/numerics/vector_tools.h>
#include <gtest/gtest.h>

#include <cmath>

#include "verification_operators.h"

// The tangent of a creep law on the multigrid levels against that of the metal's equations.
namespace
{
using namespace dealii;
using namespace kavity;
using kavity::BlockVector;
using kavity::Vector;

struct PowerLaw : CreepLawFor<PowerLaw>
{
  template <class N>
  N rate(const N &s, double) const
  {
    using std::pow;
    return pow(s, 5.);
  }
};

/// No normal velocity on the walls: x (width - x) along Gamma, y across it, with a wave on top.
template <int dim>
class Flow : public Function<dim>
{
public:
  explicit Flow(const double wave)
    : Function<dim>(dim)
    , wave(wave)
  {
  }
  double value(const Point<dim> &x, const unsigned int d) const override
  {
    double phase = 0.3;
    for (unsigned int e = 0; e < dim; ++e)
      phase += (2 + e) * x[e];
    return (d + 1 == dim ? x[d] : x[d] * (1 - x[d])) * (1 + d) * (1 + wave * std::sin(phase));
  }

private:
  const double wave;
};

/// A uniform strain rate: shear and stretch.
template <int dim>
class Stretch : public Function<dim>
{
public:
  Stretch()
    : Function<dim>(dim)
  {
  }
  double value(const Point<dim> &x, const unsigned int d) const override
  {
    return d == 0 ? x[0] + 0.7 * x[dim - 1] : d + 1 == dim ? -x[d] : 0.;
  }
};

template <int dim>
class Tangent
{
public:
  explicit Tangent(const Coordinates coordinates)
    : metal({1, 1, 1, 1, coordinates}, {dim == 2 ? 1. / 16 : 1. / 8, 0, 0})
  {
    metal.set_coefficients([](const Point<dim> &) { return 1.; }, 1);
  }

  void linearise(const Function<dim> &at)
  {
    BlockVector state;
    metal.equations.initialize_plain_vector(state);
    VectorTools::interpolate(metal.body.mapping, metal.velocity.dof_handler, at, state.block(0));
    metal.equations.linearise(state, PowerLaw(), 300, 1);
  }

  /// Largest difference of the forces, relative to the largest force.
  double difference_at_points() const
  {
    VelocityOperator<dim, double> on_mesh;
    on_mesh.reinit_level(metal.velocity, metal.coefficients.field,
                         metal.velocity.levels.max_level());
    const CellMap<dim, double, double> at_points(on_mesh.matrix_free(),
                                                 metal.equations.matrix_free());
    std::vector<PointData<double>> softening;
    for (const auto &component : metal.equations.creep().softening())
      softening.push_back(at_points(component));
    on_mesh.set_viscosity(at_points(metal.equations.creep().viscosity()));
    on_mesh.set_softening(softening);
    BlockVector u, forces;
    metal.equations.initialize_vector(u);
    metal.equations.initialize_vector(forces);
    u.block(0) = verification::rough_load(metal.velocity, u.block(0));
    metal.equations.vmult(forces, u);
    Vector on_level, result;
    on_mesh.initialize_dof_vector(on_level);
    on_mesh.initialize_dof_vector(result);
    on_level.copy_locally_owned_data_from(u.block(0));
    on_mesh.vmult(result, on_level);
    const double largest = result.linfty_norm();
    for (unsigned int i = 0; i < result.locally_owned_size(); ++i)
      result.local_element(i) -= forces.block(0).local_element(i);
    return result.linfty_norm() / largest;
  }

  /// Power of a flow that all levels resolve, with the nodal averages of the tangent.
  std::vector<double> power_on_levels() const
  {
    const auto on_levels = [&](const PointData<double> &data)
    {
      return metal.coefficients.on_levels(metal.coefficients.average(
        metal.equations.matrix_free(), MetalOperator<dim>::coefficient_space, data));
    };
    const auto eta = on_levels(metal.equations.creep().viscosity());
    std::vector<MGLevelObject<LevelVector>> W;
    for (const auto &component : metal.equations.creep().softening())
      W.push_back(on_levels(component));
    std::vector<double> result;
    for (unsigned int l = metal.velocity.levels.min_level(); l <= metal.velocity.levels.max_level();
         ++l)
    {
      VelocityOperator<dim, float> viscous;
      viscous.reinit_level(metal.velocity, metal.coefficients.field, l);
      viscous.set_viscosity_from(eta[l]);
      std::vector<LevelVector> components;
      for (const auto &component : W)
        components.push_back(component[l]);
      viscous.set_softening_from(components);
      LevelVector u, force;
      viscous.initialize_dof_vector(u);
      viscous.initialize_dof_vector(force);
      Vector flow(u.get_partitioner());
      VectorTools::interpolate(metal.body.mapping, metal.velocity.level_dof_handler(l),
                               Flow<dim>(0.), flow);
      u.copy_locally_owned_data_from(flow);
      viscous.vmult(force, u);
      metal.velocity.levels[l].constraints_float.set_zero(force);
      result.push_back(force * u);
    }
    return result;
  }

private:
  verification::MetalBox<dim> metal;
};

template <int dim>
void check(const Coordinates coordinates)
{
  Tangent<dim> tangent(coordinates);
  tangent.linearise(Flow<dim>(1.));
  EXPECT_LT(tangent.difference_at_points(), 1e-13); // round-off
  if (coordinates != Coordinates::plane)
    return; // a uniform strain rate is none with its hoop
  tangent.linearise(Stretch<dim>());
  const auto power = tangent.power_on_levels();
  ASSERT_GT(power.size(), 1u);
  for (const double on_level : power)
    EXPECT_NEAR(on_level, power.back(), 1e-5 * power.back()); // single precision
}

TEST(Tangent, Plane)
{
  check<2>(Coordinates::plane);
}

TEST(Tangent, Axisymmetric)
{
  check<2>(Coordinates::axisymmetric);
}

TEST(Tangent, ThreeDimensional)
{
  check<3>(Coordinates::plane);
}
} // namespace
