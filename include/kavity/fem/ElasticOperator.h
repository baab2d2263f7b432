#ifndef kavity_fem_ElasticOperator_h
#define kavity_fem_ElasticOperator_h

#include "kavity/fem/VelocityOperator.h"

namespace kavity
{
/// int 2 G e(u) : e(v) + lambda div u div v with constant moduli, matrix-free: the operator of
/// linear elasticity, in double on the mesh, in float on multigrid levels. e is the strain, of
/// which strain_rate() makes a three-dimensional tensor.
template <int dim, typename Number>
class ElasticOperator : public dealii::Subscriptor
{
public:
  using value_type = Number;
  using VectorType = dealii::LinearAlgebra::distributed::Vector<Number>;
  using Lanes      = dealii::VectorizedArray<Number>;
  using Cell       = dealii::FEEvaluation<dim, -1, 0, dim, Number>;

  /// Set up on one multigrid level (the finest one included), `with_faces` to integrate over those
  /// of the boundary.
  void reinit_level(const Field<dim> &, unsigned int level, bool with_faces = false);
  /// G and lambda, in any unit.
  void set_moduli(double shear_modulus, double lambda);

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

  /// Calls visit(cell, matrix) with the contribution of every cell of this rank.
  template <typename Visit>
  void visit_terms(const Visit &visit) const
  {
    Cell u(matrix_free_);
    for (unsigned int b = 0; b < matrix_free_.n_cell_batches(); ++b)
    {
      u.reinit(b);
      visit_local_matrices(
        u, matrix_free_.n_active_entries_per_cell_batch(b), [&](Cell &on) { cell_term(on); },
        [&](const unsigned int lane, const auto &matrix)
        { visit(matrix_free_.get_cell_iterator(b, lane), matrix); });
    }
  }

private:
  void cell_term(Cell &) const;

  dealii::MatrixFree<dim, Number> matrix_free_;
  bool axisymmetric_    = false;
  Number shear_modulus_ = 0, lambda_ = 0;
  std::shared_ptr<dealii::DiagonalMatrix<VectorType>> inverse_diagonal_;
};
} // namespace kavity

#endif
