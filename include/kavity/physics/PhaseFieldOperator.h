#ifndef kavity_physics_PhaseFieldOperator_h
#define kavity_physics_PhaseFieldOperator_h

#include "kavity/fem/Interface.h"
#include "kavity/fem/PointData.h"
#include "kavity/laws/PhaseField.h"
#include "kavity/physics/FlowOperator.h"

#include <deal.II/lac/full_matrix.h>

#include <functional>

namespace kavity
{
/// One implicit stage of the phase field (docs/model.md, section 6) for the metal fraction c and
/// m = mu/(Omega W), tested with s and r; a stage advances the content g(c) from the rows `base` by
/// the time `interval`:
///   g' m s - f'(c)/W s - (kappa/W) grad c . grad s + wetting(c) s|Gamma                    = 0
///   g r - base + interval (M Omega W grad m . grad r - g v . grad r
///          + g v.n r|top + (i Omega/F) r|Gamma + M_G Omega W grad_G m . grad_G r|Gamma)   = 0
/// with the gradient along Gamma, which is normal to the last axis.
/// Rows are divided by the volume delta^dim, which keeps numbers in range for single precision.
/// Shares the MatrixFree object of the metal's flow, and with it the quadrature: the power of the
/// capillary force is exactly what transport by the flow takes.
template <int dim>
class PhaseFieldOperator
{
public:
  using Lanes = dealii::VectorizedArray<double>;

  /// blocks of a solution
  enum Block : unsigned int
  {
    potential, ///< m = mu/(Omega W)
    fraction   ///< c
  };

  /// References must outlive the object.
  PhaseFieldOperator(const FlowOperator<dim> &, const Body<dim> &, const PhaseField &,
                     const Metal &, double temperature);

  /// Lattice velocity at the points, from the nodal velocity in units of `unit` (m/s).
  void set_velocity(const Vector &velocity, double unit);

  /// Coefficients of the tangent at x for a stage of the length `interval` (s).
  void linearise(const BlockVector &x, double interval);

  /// Tangent at the last linearise().
  void vmult(BlockVector &dst, const BlockVector &src) const;

  /// dst = left sides at x; `stripping` is i Omega/F at the points of Gamma, m/s.
  void residual(BlockVector &dst, const BlockVector &x, const Vector &base, double interval,
                const InterfaceValues &stripping) const;

  /// dst = int g(c) r, the rows of the metal there is.
  void content(Vector &dst, const Vector &c) const;

  /// dst = int (f''/W - m g'') c s + (kappa/W) grad c . grad s, the tangent's upper right block but
  /// for its sign and the small term on Gamma: for preconditioners
  void stiffness(Vector &dst, const Vector &c) const;

  /// The tangent's rows of c add up to dst times c: the metal that c has and takes out at the top
  /// in the interval of the last linearise(), over the rows' scale.
  void amount(Vector &dst) const;

  /// Calls visit(cell, matrix) with what every cell and boundary face of this rank adds to the
  /// tangent at the last linearise(): first the unknowns m of the cell, then those of c, in
  /// lexicographic order.
  using Visit = std::function<void(const typename dealii::DoFHandler<dim>::cell_iterator &,
                                   const dealii::FullMatrix<double> &)>;
  void visit_terms(const Visit &) const;

  void initialize_vector(BlockVector &) const;

  /// interval M Omega W at the points, m^2, of the last linearise()
  const PointData<double> &mobility() const
  {
    return mobility_;
  }
  /// f''/W - m g'' at the points, of the last linearise()
  const PointData<double> &curvature() const
  {
    return curvature_;
  }
  /// g' at the points, of the last linearise()
  const PointData<double> &content_slope() const
  {
    return content_slope_;
  }
  const dealii::MatrixFree<dim, double> &matrix_free() const
  {
    return equations.matrix_free();
  }
  const PhaseField &law() const
  {
    return phase_field;
  }
  /// what divides the rows, m^dim
  double row_scale() const
  {
    return row_scale_;
  }

private:
  using ScalarCell = dealii::FEEvaluation<dim, -1, 0, 1, double>;
  using ScalarFace = dealii::FEFaceEvaluation<dim, -1, 0, 1, double>;

  void linearise_gamma(const BlockVector &x);
  void linearise_top(const BlockVector &x);
  /// The tangent's rows of m and c of a batch, from the values of m and c in their places.
  void cell_term(ScalarCell &m, ScalarCell &c, unsigned int batch) const;
  void face_term(ScalarFace &m, ScalarFace &c, unsigned int batch) const;
  void apply_on_boundary(BlockVector &dst, const BlockVector &src,
                         const std::pair<unsigned int, unsigned int> &faces) const;
  void residual_on_boundary(BlockVector &dst, const BlockVector &x, double interval,
                            const InterfaceValues &stripping) const;
  bool is_on_gamma(const unsigned int face_batch) const
  {
    return matrix_free().get_boundary_id(face_batch) == boundary::interface;
  }
  bool has_face_term(const unsigned int face_batch) const
  {
    return is_on_gamma(face_batch) || matrix_free().get_boundary_id(face_batch) == boundary::platen;
  }
  bool diffuses_along_gamma() const
  {
    return metal.interface_diffusivity > 0;
  }

  static constexpr unsigned int space = FlowOperator<dim>::m_space;

  const FlowOperator<dim> &equations;
  const Body<dim> &body;
  const PhaseField &phase_field;
  const Metal &metal;
  const double temperature, row_scale_;
  dealii::Table<2, dealii::Tensor<1, dim, Lanes>> velocity_; ///< at points, m/s
  PointData<double> outflow_;                                ///< v.n on boundary faces, m/s
  PointData<double> content_outflow_;                        ///< interval g' v.n on them
  double interval_ = 0;
  PointData<double> mobility_, curvature_, content_slope_; ///< interval M Omega W; of f and g
  PointData<double> wetting_;                              ///< slope of wetting(c) on Gamma, m
  dealii::Table<2, dealii::Tensor<1, dim, Lanes>> drift_;
  /// interval M_G Omega W on Gamma, m^3, and its slope times grad_G m; unused without diffusion
  /// there
  PointData<double> along_;
  dealii::Table<2, dealii::Tensor<1, dim, Lanes>> drift_along_;
};
} // namespace kavity

#endif
