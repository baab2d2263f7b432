#ifndef kavity_physics_VoidField_h
#define kavity_physics_VoidField_h

#include "kavity/physics/MetalFlow.h"
#include "kavity/physics/PhaseFieldFactor.h"
#include "kavity/physics/PhaseFieldPreconditioner.h"
#include "kavity/physics/SolverSettings.h"

#include <functional>
#include <limits>
#include <memory>

namespace kavity
{
/// Resolved voids: the metal fraction c and the potential of atoms mu on the metal body
/// (docs/model.md, section 6), moved by the lattice velocity and by the current on Gamma. Values on
/// Gamma live on the metal's side. Volumes and energies are for the full 2 pi if axisymmetric, per
/// metre of depth if plane.
template <int dim>
class VoidField
{
public:
  /// Shares mesh, quadrature and spaces with the flow. References must outlive the object.
  VoidField(const MetalFlow<dim> &, const Body<dim> &, const Interface<dim> &, const PhaseField &,
            const Metal &, double temperature, const SolverSettings &);

  /// c by place, mu = 0; on Gamma as well.
  void set(const std::function<double(const dealii::Point<dim> &)> &metal_fraction);

  /// One implicit stage: content = base + interval times its rate.
  struct Stage
  {
    Vector base;     ///< rows of metal, as content() says them
    double interval; ///< s
  };

  /// int g(c) r, the metal there is at c, by rows (over the rows' scale).
  Vector content(const Vector &c) const;

  /// Mean residual in c and mu/(Omega W) that `solve` would begin with.
  double residual(const Stage &, const InterfaceValues &stripping);

  /// Solves a stage under the flow's velocity and i Omega/F (m/s) at the points of Gamma, from the
  /// last solution on, which is left as it is where the mean residual in c and mu/(Omega W) is
  /// within the tolerance and no more than @p most_missing of the metal (m^3, m^2) is missing.
  /// Throws NoConvergence.
  SolverReport solve(const Stage &, const InterfaceValues &stripping, double tolerance,
                     double most_missing = std::numeric_limits<double>::max());

  /// Takes out of c the roughness that a new mesh leaves: c relaxes, at rest, for the time
  /// length^4/(delta^2 M Omega W) in which surface energy evens out waves of this length (m), but
  /// the gradients of mu that the solution has now, which are those of the state before, drive
  /// nothing (docs/model.md, section 6, Numerics). The amount of metal stays but for @p
  /// most_missing; the tolerances and what is thrown are those of solve().
  void smooth(double length, double tolerance,
              double most_missing = std::numeric_limits<double>::max());

  /// Numbering of c, and of mu.
  const dealii::DoFHandler<dim> &dof_handler() const
  {
    return flow.potential_space().dof_handler;
  }
  /// c and mu/(Omega W)
  const Vector &fraction() const
  {
    return solution_.block(PhaseFieldOperator<dim>::fraction);
  }
  const Vector &scaled_potential() const
  {
    return solution_.block(PhaseFieldOperator<dim>::potential);
  }
  /// mu/(Omega W) and c
  const BlockVector &solution() const
  {
    return solution_;
  }
  BlockVector &solution()
  {
    return solution_;
  }
  /// Adds to c on the surfaces of voids what is missing of the volume of metal (m^3, m^2), and
  /// returns it.
  double restore_volume(double volume);

  /// Fill mu and contact from the solution.
  void read_interface();

  InterfaceValues mu;                    ///< at Gamma, J/mol
  InterfaceValues contact;               ///< h(c) at Gamma
  InterfaceValues fraction_at_interface; ///< c at Gamma

  /// int g(c), m^3 (m^2)
  double metal_volume() const;
  /// int 1 - h(h(c)), m^3 (m^2): metal that is merely compressed (c > 1) or under tension (c < 1,
  /// much of it) does not count
  double void_volume() const;
  /// int h(h(c)) - g(c), m^3 (m^2): volume of the vacancies in the metal beside voids, negative
  /// where it is compressed, but for a constant that the curvature of surfaces makes
  double vacancies_in_metal() const;
  /// volume of atoms that enters through the top per time, -int g(c) v.n, m^3/s (m^2/s)
  double atom_inflow() const;

  /// Parts of the dissipation identity of section 6.
  struct Energy
  {
    double free        = 0; ///< F, J (J/m)
    double dissipation = 0; ///< (M/Omega) |grad mu|^2 by diffusion, W (W/m)
    double current     = 0; ///< -int mu i/F: what stripping adds, W (W/m)
  };
  Energy energy(const InterfaceValues &stripping) const;

  /// Root mean square, over the surfaces of voids, of a change of c by way of their displacement:
  /// that of c in their middle if all are displaced alike. Infinite or not a number without voids.
  double mean_on_surfaces(const Vector &change) const;

  /// largest |g(c) - 1| where c varies by less than 0.01 over the surface width: compressed metal
  double largest_excess() const;

private:
  double norm(const BlockVector &residual) const;
  /// Solves the linearised equations for a step, to this norm of the residual r. Returns the number
  /// of iterations.
  unsigned int solve_linear(BlockVector &step, const BlockVector &r, double tolerance);
  /// Follows the linearised equations of a stage of this length (s).
  void update_preconditioner(double interval);
  /// What the sum of the residual's rows of c says, m^3 (m^2).
  double missing_metal(const BlockVector &residual) const;
  template <typename CellTerm>
  double integrate(const CellTerm &) const;
  template <typename CellTerm>
  double integrate(const Vector &field, const CellTerm &) const;
  double dissipation_along_gamma() const;

  const MetalFlow<dim> &flow;
  const Body<dim> &body;
  const Interface<dim> &interface;
  const PhaseField &phase_field;
  const Metal &metal;
  const double temperature;
  const SolverSettings settings;
  PhaseFieldOperator<dim> equations;
  PhaseFieldPreconditioner<dim> preconditioner;
  Stage of_factors = {{}, -1.}; ///< c and interval that the preconditioner's factors were made for
  std::unique_ptr<PhaseFieldFactor<dim>>
    factor;                         ///< in place of the preconditioner, if there is one
  unsigned int last_iterations = 0; ///< of the linear solve before
  BlockVector solution_;
  /// Makes of rows what they are per volume, so that fine elements on the surfaces of voids count
  /// by the part of the volume they fill, and its inverse; that of a residual of 1 all over is 1.
  BlockVector row_weight, inverse_row_weight;
};
} // namespace kavity

#endif
