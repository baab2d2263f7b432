#ifndef kavity_physics_MetalOperator_h
#define kavity_physics_MetalOperator_h

#include "kavity/physics/FlowOperator.h"

namespace kavity
{
/// Flow of metal coupled to its vacancies (docs/model.md, section 4): beside v and p the potential
/// m = mu/(Omega pressure) is an unknown,
///   2 eta dev D(v) : D(w) - p div w                        = -P int_top w.n
///   -q div v - (p - m)/zeta q                              = 0
///   (p - m)/zeta r - Omega M grad m . grad r               = flux r|Gamma
/// On Gamma the first row has (traction_u u + traction_m m + traction_p p) w.n and the third
/// (supply_u u - supply_m m + supply_p p) r on the left, see InterfaceTerms. The terms with p, of
/// voids that creep closes in soft metal, are the only ones that are not symmetric.
template <int dim>
class MetalOperator : public FlowOperator<dim>
{
public:
  using Base = FlowOperator<dim>;
  using Base::FlowOperator;
  using typename Base::Lanes;
  using typename Base::Space;

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
  void set_interface(const InterfaceTerms &);

  void vmult(BlockVector &dst, const BlockVector &src) const override;
  void apply(BlockVector &dst, const BlockVector &x) const override;

  /// As FlowOperator::load(), and on Gamma what of i Omega/F is not supplied there (m/s).
  void load(BlockVector &dst, double stack_pressure, const InterfaceValues &flux,
            const InterfaceValues &traction = {}) const;

  void initialize_vector(BlockVector &) const override;

  /// dst = int (1/zeta) src test between the spaces of p and mu, scaled: for preconditioners
  void sink_product(Vector &dst, const Vector &src, Space from, Space to) const;
  /// dst += int_Gamma (traction_m m + traction_p p) (w.n), scaled: for preconditioners
  void interface_force(Vector &dst, const Vector &m, const Vector &p) const;
  /// scaled, on Gamma: supply against m with u as the traction leaves it
  const PointData<double> &exchange() const
  {
    return exchange_;
  }
  /// scaled Omega M
  double diffusivity() const
  {
    return mobility_;
  }

private:
  using Base::batches;
  using Base::body;
  using Base::coupling_;
  using Base::matrix_free_;
  using Base::mobility_;
  using Base::n_q_points;
  using Base::on_faces;
  using Base::scales;
  using Base::sinks_;
  using Base::soft_;
  using Base::traction_p_;
  using Base::traction_u_;
  using typename Base::Range;
  using typename Base::ScalarCell;
  using typename Base::ScalarFace;
  using typename Base::VelocityFace;

  /// dst += the third row, and what m adds to the others
  template <bool plain>
  void add_potential(BlockVector &dst, const BlockVector &src) const;
  template <bool plain>
  void cell_loop(BlockVector &dst, const BlockVector &src, const Range &) const;
  template <bool plain>
  void face_loop(BlockVector &dst, const BlockVector &src, const Range &) const;

  PointData<double> traction_m_, supply_u_, supply_m_, exchange_; ///< on Gamma
  PointData<double> supply_p_;                                    ///< on Gamma, if soft_
};
} // namespace kavity

#endif
