#ifndef kavity_physics_MetalOperator_h
#define kavity_physics_MetalOperator_h

#include "kavity/fem/Field.h"
#include "kavity/fem/Interface.h"
#include "kavity/fem/PointData.h"
#include "kavity/fem/VelocityOperator.h"
#include "kavity/laws/PhaseField.h"
#include "kavity/physics/CreepTangent.h"

namespace kavity
{
/// The coupled equations of the metal (docs/model.md, section 4) in the scaled unknowns
/// v/velocity, p/pressure, mu/(Omega pressure), rows scaled so that the matrix is symmetric:
///   2 eta dev D(v) : D(w) - p div w                        = -P int_top w.n
///   -q div v - (p - m)/zeta q                              = 0
///   (p - m)/zeta r - Omega M grad m . grad r               = flux r|Gamma
/// On Gamma, with u = v.n (n out of the metal) and InterfaceTerms, the first row has
/// (traction_u u + traction_m m + traction_p p) w.n and the third (supply_u u - supply_m m +
/// supply_p p) r on the left; what does not depend on the unknowns is in the loads. The terms with
/// p, of voids that creep closes in soft metal, are the only ones that are not symmetric.
/// Where the potential is given (section 6) the third unknown and row are absent, p is that of the
/// flow alone, -zeta div v, and both viscosities are reduced to the metal fraction.
template <int dim>
class MetalOperator
{
public:
  using Lanes = dealii::VectorizedArray<double>;

  /// Magnitudes that make the unknowns and entries of order one.
  struct Scales
  {
    double pressure = 1; ///< Pa
    double velocity = 1; ///< m/s
    double power    = 1; ///< pressure x velocity x area: divides every row
  };

  /// blocks of a solution
  enum Block : unsigned int
  {
    velocity,
    pressure,
    potential
  };
  /// spaces within matrix_free()
  enum Space : unsigned int
  {
    v_space,
    p_space,
    m_space,
    coefficient_space,
    v_plain_space
  };

  /// `with_potential`: mu is an unknown
  MetalOperator(const Field<dim> &velocity, const Field<dim> &pressure, const Field<dim> &potential,
                const Field<dim> &coefficient, const Interface<dim> &, bool with_potential = true);

  /// How Gamma answers to the metal, at its points on the metal's side. An empty array is 0
  /// everywhere.
  struct InterfaceTerms
  {
    InterfaceValues traction_u; ///< Pa s/m
    InterfaceValues traction_m; ///< 1
    InterfaceValues supply_u;   ///< 1
    InterfaceValues supply_m;   ///< m/(Pa s)
    InterfaceValues traction_p; ///< 1
    InterfaceValues supply_p;   ///< m/(Pa s)
  };

  /// scales and constant coefficients: Omega M in m^2/(Pa s), 1/zeta at the points in 1/(Pa s)
  void set_coefficients(const Scales &, double mobility, PointData<double> inverse_sink_viscosity);

  /// What fills voids, Pa s: its viscosity against change of shape, and against change of volume
  /// where the metal's own is infinite (0: only h zeta).
  struct VoidFluid
  {
    double shear = 0, bulk = 0;
  };
  /// Metal fraction h > 0 at the points, the fluid in voids, and a bulk viscosity `support` (Pa s)
  /// that acts on the change of div v from the solution x on: viscosities h eta + (1 - h) shear and
  /// zeta_h, 1/zeta_h = 1/(h zeta) + (1 - h)^2/bulk; p = -zeta_h div v - support (div v - div
  /// v(x)).
  void set_filling(PointData<double> fraction, const VoidFluid &, PointData<double> support,
                   const BlockVector &x);

  /// Effective viscosity and tangent of the creep law at the strain rates of x.
  void linearise(const BlockVector &x, const CreepLaw &, double temperature, double size_factor);

  void set_interface(const InterfaceTerms &);

  /// Tangent at the last linearise().
  void vmult(BlockVector &dst, const BlockVector &src) const;

  /// dst = F(x) of the equations' left sides; x carries boundary values (plain vector).
  void apply(BlockVector &dst, const BlockVector &x) const;

  /// Right sides: platen traction P (Pa); on Gamma what of i Omega/F is not supplied there (m/s),
  /// and the pressure that does not depend on the metal (Pa; empty: 0).
  void load(BlockVector &dst, double stack_pressure, const InterfaceValues &flux,
            const InterfaceValues &traction = {}) const;

  /// dst += the force -(g(c)/Omega) grad mu of section 6 and its part on the platen, with
  /// mu = Omega W m, and what set_filling() knows of div v(x)
  void add_potential_force(BlockVector &dst, const Vector &c, const Vector &m,
                           const PhaseField &) const;

  /// dst = int (1/zeta) src test between the spaces of p and mu, scaled: for preconditioners
  void sink_product(Vector &dst, const Vector &src, Space from, Space to) const;
  /// dst = int p div w, scaled
  void pressure_force(Vector &dst, const Vector &p) const;

  void initialize_vector(BlockVector &) const;
  void initialize_plain_vector(BlockVector &) const;

  const dealii::MatrixFree<dim, double> &matrix_free() const
  {
    return matrix_free_;
  }
  /// scaled, as of the last linearise()
  const CreepTangent<dim> &creep() const
  {
    return creep_;
  }
  CreepTangent<dim> &creep()
  {
    return creep_;
  }
  /// scaled sink coefficient at the points, for preconditioners
  const PointData<double> &sinks() const
  {
    return sinks_;
  }
  /// scaled -div v at a point where the solution is p, or where it is p - mu if mu is an unknown
  Lanes contraction(const unsigned int batch, const unsigned int q, const Lanes &p) const
  {
    return sinks_(batch, q) * (known_.empty() ? p : p - known_(batch, q));
  }
  /// scaled, on Gamma: resistance to u, and supply against m with u as the traction leaves it
  const PointData<double> &resistance() const
  {
    return traction_u_;
  }
  const PointData<double> &exchange() const
  {
    return exchange_;
  }
  /// True if p acts on Gamma, on all ranks alike.
  bool is_soft() const
  {
    return soft_;
  }
  /// scaled, on Gamma: what u gains with p where the traction stays, if is_soft()
  const PointData<double> &softness() const
  {
    return softness_;
  }
  /// dst += int_Gamma (traction_m m + traction_p p) (w.n), scaled: for preconditioners
  void interface_force(Vector &dst, const Vector &m, const Vector &p) const;
  double diffusivity() const
  {
    return mobility_;
  }
  /// scaled factor of the pressure-divergence terms
  double coupling() const
  {
    return coupling_;
  }
  bool with_potential() const
  {
    return with_potential_;
  }
  const Scales &scales() const
  {
    return scales_;
  }
  unsigned int points_per_cell() const
  {
    return n_q_points;
  }
  const InterfaceBatches<dim, Side::metal> &interface_batches() const
  {
    return batches;
  }

  const Body<dim> &body;
  const Interface<dim> &interface;

private:
  using VelocityCell = dealii::FEEvaluation<dim, -1, 0, dim, double>;
  using ScalarCell   = dealii::FEEvaluation<dim, -1, 0, 1, double>;
  using ScalarFace   = dealii::FEFaceEvaluation<dim, -1, 0, 1, double>;
  using VelocityFace = dealii::FEFaceEvaluation<dim, -1, 0, dim, double>;

  PointData<double> on_faces(const InterfaceValues &, double unit) const;
  void submit_on_interface(VelocityFace &, ScalarFace &p, ScalarFace &m, unsigned int face,
                           unsigned int q) const;
  template <bool plain>
  void submit(VelocityCell &, ScalarCell &, ScalarCell &, unsigned int batch, unsigned int q) const;
  template <bool plain>
  void face_loop(BlockVector &dst, const BlockVector &src,
                 const std::pair<unsigned int, unsigned int> &range) const;
  template <bool plain>
  void loop(BlockVector &dst, const BlockVector &src) const;

  const bool with_potential_;
  dealii::MatrixFree<dim, double> matrix_free_;
  InterfaceBatches<dim, Side::metal> batches;
  Scales scales_;
  unsigned int n_q_points = 0;
  double mobility_ = 0, coupling_ = 0;
  CreepTangent<dim> creep_;
  PointData<double> full_sinks_, sinks_;
  PointData<double> traction_u_, traction_m_, supply_u_, supply_m_, exchange_; ///< on Gamma
  PointData<double> traction_p_, supply_p_, softness_; ///< on Gamma, if soft_
  bool soft_ = false;
  PointData<double> fraction_; ///< empty: 1
  PointData<double> known_;    ///< support div v(x), scaled as p; empty: 0
  double void_viscosity_ = 0;  ///< against change of shape, Pa s
};
} // namespace kavity

#endif
