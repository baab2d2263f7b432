#ifndef kavity_physics_FlowOperator_h
#define kavity_physics_FlowOperator_h

#include "kavity/fem/Field.h"
#include "kavity/fem/Interface.h"
#include "kavity/fem/PointData.h"
#include "kavity/fem/VelocityOperator.h"
#include "kavity/laws/PhaseField.h"
#include "kavity/physics/CreepTangent.h"

namespace kavity
{
/// Flow of metal with sinks (docs/model.md, section 4) in the scaled unknowns v/velocity and
/// p/pressure, rows scaled so that the matrix is symmetric:
///   2 eta dev D(v) : D(w) - p div w                        = -P int_top w.n
///   -q div v - p/zeta q                                    = 0
/// On Gamma, with u = v.n (n out of the metal), the first row has (traction_u u + traction_p p) w.n
/// on the left; what does not depend on the unknowns is in the loads. Alone these are the equations
/// where the potential is given (section 6): p is that of the flow, -zeta div v, and both
/// viscosities are reduced to the metal fraction. MetalOperator adds the potential as an unknown.
template <int dim>
class FlowOperator
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

  /// blocks of a solution; the potential where it is an unknown
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

  FlowOperator(const Field<dim> &velocity, const Field<dim> &pressure, const Field<dim> &potential,
               const Field<dim> &coefficient, const Interface<dim> &);
  virtual ~FlowOperator() = default;

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

  /// How Gamma answers to the metal, at its points on the metal's side: pressure on it per u,
  /// Pa s/m, and per p. An empty array is 0 everywhere.
  void set_tractions(const InterfaceValues &by_velocity, const InterfaceValues &by_pressure = {});

  /// Tangent at the last linearise().
  virtual void vmult(BlockVector &dst, const BlockVector &src) const;

  /// dst = F(x) of the equations' left sides; x carries boundary values (plain vector).
  virtual void apply(BlockVector &dst, const BlockVector &x) const;

  /// Right sides: platen traction P (Pa); on Gamma the pressure that does not depend on the metal
  /// (Pa; empty: 0).
  void load(BlockVector &dst, double stack_pressure, const InterfaceValues &traction = {}) const;

  /// dst += the force -(g(c)/Omega) grad mu of section 6 and its part on the platen, with
  /// mu = Omega W m, and what set_filling() knows of div v(x)
  void add_potential_force(BlockVector &dst, const Vector &c, const Vector &m,
                           const PhaseField &) const;

  /// dst = int p div w, scaled
  void pressure_force(Vector &dst, const Vector &p) const;

  virtual void initialize_vector(BlockVector &) const;
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
  /// scaled -div v at a point where the solution is p, or p - mu if mu is an unknown
  Lanes contraction(const unsigned int batch, const unsigned int q, const Lanes &p) const
  {
    return sinks_(batch, q) * (known_.empty() ? p : p - known_(batch, q));
  }
  /// scaled, on Gamma: resistance to u
  const PointData<double> &resistance() const
  {
    return traction_u_;
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
  /// scaled factor of the pressure-divergence terms
  double coupling() const
  {
    return coupling_;
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

protected:
  using VelocityCell = dealii::FEEvaluation<dim, -1, 0, dim, double>;
  using ScalarCell   = dealii::FEEvaluation<dim, -1, 0, 1, double>;
  using ScalarFace   = dealii::FEFaceEvaluation<dim, -1, 0, 1, double>;
  using VelocityFace = dealii::FEFaceEvaluation<dim, -1, 0, dim, double>;

  using Range = std::pair<unsigned int, unsigned int>;

  /// `plain`: as the vector has it, with its boundary values
  template <bool plain, typename Evaluation, typename VectorType>
  static void read(Evaluation &u, const VectorType &vector)
  {
    if (plain)
      u.read_dof_values_plain(vector);
    else
      u.read_dof_values(vector);
  }
  PointData<double> on_faces(const InterfaceValues &, double unit) const;

  dealii::MatrixFree<dim, double> matrix_free_;
  InterfaceBatches<dim, Side::metal> batches;
  unsigned int n_q_points = 0;
  double mobility_ = 0, coupling_ = 0;
  PointData<double> sinks_;
  PointData<double> traction_u_, traction_p_, softness_; ///< on Gamma; the last two if soft_
  bool soft_ = false;

private:
  template <bool plain>
  void submit(VelocityCell &, ScalarCell &, unsigned int batch, unsigned int q) const;
  template <bool plain>
  void face_loop(BlockVector &dst, const BlockVector &src,
                 const std::pair<unsigned int, unsigned int> &range) const;
  template <bool plain>
  void loop(BlockVector &dst, const BlockVector &src) const;

  Scales scales_;
  CreepTangent<dim> creep_;
  PointData<double> full_sinks_;
  PointData<double> fraction_; ///< empty: 1
  PointData<double> known_;    ///< support div v(x), scaled as p; empty: 0
  double void_viscosity_ = 0;  ///< against change of shape, Pa s
};
} // namespace kavity

#endif
