#ifndef kavity_fem_VelocityOperator_h
#define kavity_fem_VelocityOperator_h

#include "kavity/fem/Field.h"
#include "kavity/fem/LocalMatrices.h"
#include "kavity/fem/PointData.h"

#include <deal.II/base/subscriptor.h>
#include <deal.II/base/symmetric_tensor.h>
#include <deal.II/lac/diagonal_matrix.h>

namespace kavity
{
template <typename Lanes>
using Tensor3D = dealii::SymmetricTensor<2, 3, Lanes>;

/// Strain rate at a quadrature point as a three-dimensional tensor: plane strain (D_33 = 0) or
/// axisymmetric (D_33 = v_r/r) in 2D. The evaluator must hold gradients, and values if
/// axisymmetric.
template <typename Lanes, typename Evaluation>
DEAL_II_ALWAYS_INLINE inline Tensor3D<Lanes> strain_rate(const Evaluation &v, const unsigned int q,
                                                         const bool axisymmetric)
{
  constexpr int dim = Evaluation::dimension;
  const auto d      = v.get_symmetric_gradient(q);
  Tensor3D<Lanes> result;
  for (unsigned int i = 0; i < dim; ++i)
    for (unsigned int j = i; j < dim; ++j)
      result[i][j] = d[i][j];
  if (dim == 2 && axisymmetric)
    result[2][2] = v.get_value(q)[0] / v.quadrature_point(q)[0];
  return result;
}

/// The deviator of a three-dimensional tensor.
template <typename Lanes>
DEAL_II_ALWAYS_INLINE inline Tensor3D<Lanes> deviatoric(Tensor3D<Lanes> tensor)
{
  const Lanes mean = dealii::trace(tensor) * Lanes(typename Lanes::value_type(1. / 3));
  for (unsigned int d = 0; d < 3; ++d)
    tensor[d][d] -= mean;
  return tensor;
}

/// Test the stress with the strain rate of the test function, volume weight included.
template <typename Lanes, typename Evaluation>
DEAL_II_ALWAYS_INLINE inline void submit_stress(Evaluation &v, const Tensor3D<Lanes> &stress,
                                                const unsigned int q, const bool axisymmetric)
{
  constexpr int dim  = Evaluation::dimension;
  const Lanes weight = radius_weight(v, q, axisymmetric);
  dealii::SymmetricTensor<2, dim, Lanes> planar;
  for (unsigned int i = 0; i < dim; ++i)
    for (unsigned int j = i; j < dim; ++j)
      planar[i][j] = weight * stress[i][j];
  v.submit_symmetric_gradient(planar, q);
  if (dim == 2 && axisymmetric)
  {
    dealii::Tensor<1, dim, Lanes> hoop;
    hoop[0] = stress[2][2]; // weight / r = 1
    v.submit_value(hoop, q);
  }
}

/// int 2 eta dev D(u) : dev D(v) + int_Gamma resistance (u.n)(v.n), matrix-free: the viscous block
/// of the flow, on multigrid levels in float with coefficients interpolated from nodal values.
template <int dim, typename Number>
class VelocityOperator : public dealii::Subscriptor
{
public:
  using value_type = Number;
  using VectorType = dealii::LinearAlgebra::distributed::Vector<Number>;
  using Lanes      = dealii::VectorizedArray<Number>;
  using Cell       = dealii::FEEvaluation<dim, -1, 0, dim, Number>;
  using Face       = dealii::FEFaceEvaluation<dim, -1, 0, dim, Number>;

  /// Set up on one multigrid level (the finest one included), `with_interface` for a resistance.
  void reinit_level(const Field<dim> &, const Field<dim> &coefficient, unsigned int level,
                    bool with_interface = false);
  void set_viscosity(PointData<Number> viscosity);
  void set_viscosity_from(const VectorType &nodal);
  void set_resistance_from(const VectorType &nodal);

  void vmult(VectorType &dst, const VectorType &src) const;
  void Tvmult(VectorType &dst, const VectorType &src) const
  {
    vmult(dst, src);
  }
  void compute_diagonal();
  const std::shared_ptr<dealii::DiagonalMatrix<VectorType>> &inverse_diagonal() const
  {
    return inverse_diagonal_;
  }
  dealii::types::global_dof_index m() const;
  Number el(unsigned int, unsigned int) const;
  void initialize_dof_vector(VectorType &) const;

  const dealii::MatrixFree<dim, Number> &matrix_free() const
  {
    return matrix_free_;
  }

  /// Calls visit(cell, matrix) with the contribution of every cell and face on Gamma of this rank.
  template <typename Visit>
  void visit_terms(const Visit &visit) const
  {
    Cell u(matrix_free_);
    for (unsigned int b = 0; b < matrix_free_.n_cell_batches(); ++b)
    {
      u.reinit(b);
      visit_local_matrices(
        u, matrix_free_.n_active_entries_per_cell_batch(b), [&](Cell &on) { cell_term(on, b); },
        [&](const unsigned int lane, const auto &matrix)
        { visit(matrix_free_.get_cell_iterator(b, lane), matrix); });
    }
    if (!(with_interface_))
      return;
    Face on_gamma(matrix_free_, true);
    const unsigned int first = matrix_free_.n_inner_face_batches();
    for (unsigned int b = 0; b < matrix_free_.n_boundary_face_batches(); ++b)
      if (matrix_free_.get_boundary_id(first + b) == boundary::interface)
      {
        on_gamma.reinit(first + b);
        visit_local_matrices(
          on_gamma, matrix_free_.n_active_entries_per_face_batch(first + b),
          [&](Face &on) { face_term(on, b); },
          [&](const unsigned int lane, const auto &matrix)
          { visit(matrix_free_.get_face_iterator(first + b, lane).first, matrix); });
      }
  }

private:
  void cell_term(Cell &, unsigned int batch) const;
  void face_term(Face &, unsigned int batch) const;
  void add_face_diagonal(VectorType &) const;
  VectorType coefficient(const VectorType &nodal) const;

  dealii::MatrixFree<dim, Number> matrix_free_;
  bool axisymmetric_ = false;
  PointData<Number> viscosity_;
  bool with_interface_ = false; // the same on all ranks, also on those without faces
  PointData<Number> resistance_;
  std::shared_ptr<dealii::DiagonalMatrix<VectorType>> inverse_diagonal_;
};
} // namespace kavity

#endif
