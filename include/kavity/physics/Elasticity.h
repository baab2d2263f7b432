#ifndef kavity_physics_Elasticity_h
#define kavity_physics_Elasticity_h

#include "kavity/fem/ElasticOperator.h"
#include "kavity/fem/Interface.h"
#include "kavity/fem/Multigrid.h"
#include "kavity/physics/SolverSettings.h"

namespace kavity
{
/// How the electrolyte is held (docs/model.md, section 8). Sides that are planes at its lowest x
/// (and y in 3D) are those of symmetry or the axis, whatever the fixture; the others are the outer
/// ones.
enum class Fixture
{
  flat_support, ///< slides on what faces Gamma; outer sides that are planes are those of symmetry
  free_sides,   ///< slides on what faces Gamma; outer sides are free
  rim_support   ///< outer sides move along themselves, but not up or down; nothing below
};

/// Linear elasticity of the electrolyte: div sigma = 0 with sigma = lambda tr(e) I + 2 G e, under
/// the pressure of the metals on it. Isotropic, small strains, at rest at every moment. Values on
/// an interface live on the electrolyte's side.
template <int dim>
class Elasticity
{
public:
  /// Young's modulus in Pa, Poisson's ratio below 1/2. What is referred to must outlive the object.
  Elasticity(const Body<dim> &, const std::vector<const Interface<dim> *> &, double young_modulus,
             double poisson_ratio, Fixture, const SolverSettings &);

  /// Solves under the pressures (Pa) on the interfaces; does nothing where they are those that the
  /// last solution is for. Collective. Throws NoConvergence.
  SolverReport press(const std::vector<ElectrolyteValues> &pressures);

  /// Where the first principal stress of the last press() is largest: its value in Pa, tension > 0,
  /// and the place; of places alike but for round-off that at the lowest x, then y, then z.
  struct Peak
  {
    double stress = 0;
    dealii::Point<dim> place;
  };
  const Peak &peak() const
  {
    return peak_;
  }

  /// Adds to nodal forces (N; per m of depth if plane, over 2 pi if axisymmetric) those of a
  /// pressure (Pa) on an interface. Collective.
  void add_pressure(Vector &forces, unsigned int interface,
                    const ElectrolyteValues &pressure) const;
  void initialize_forces(Vector &forces) const
  {
    equations.initialize_dof_vector(forces);
    forces = 0;
  }

  /// Solves for the displacement under these forces, from the last one on. Collective. Throws
  /// NoConvergence.
  SolverReport solve(const Vector &forces);

  /// u, m, with ghosts
  Vector displacement;

  /// sigma in Pa, tension > 0, at a place where u has this value and gradient. The third direction
  /// in 2D is out of the plane.
  dealii::SymmetricTensor<2, 3> stress(const dealii::Point<dim> &, const dealii::Tensor<1, dim> &u,
                                       const dealii::Tensor<2, dim> &gradient) const;

  const Field<dim> &space() const
  {
    return field;
  }

private:
  void find_peak();

  const Body<dim> &body;
  const std::vector<const Interface<dim> *> interfaces;
  const double young_modulus, shear_modulus, lambda; ///< Pa
  const SolverSettings settings;

  Field<dim> field;
  ElasticOperator<dim, double> equations; ///< in units of Young's modulus
  Multigrid<dim, ElasticOperator<dim, float>> multigrid;
  std::vector<InterfaceBatches<dim, Side::electrolyte>> batches;
  Vector last_forces; ///< of press()
  Peak peak_;
};

/// The largest of the principal stresses, Pa.
double first_principal_stress(const dealii::SymmetricTensor<2, 3> &stress);
} // namespace kavity

#endif
