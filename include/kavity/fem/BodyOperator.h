#ifndef kavity_fem_BodyOperator_h
#define kavity_fem_BodyOperator_h

#include "kavity/fem/Field.h"
#include "kavity/fem/LocalMatrices.h"
#include "kavity/fem/PointData.h"

#include <deal.II/base/subscriptor.h>
#include <deal.II/lac/diagonal_matrix.h>
#include <deal.II/matrix_free/fe_evaluation.h>
#include <deal.II/matrix_free/matrix_free.h>

namespace kavity
{
/// A symmetric operator on a body, matrix-free, on the mesh or one of its multigrid levels: a term
/// in the cells and one on Gamma, which derived classes apply to one batch at a time. `Number` is
/// double on the mesh, float on multigrid levels.
template <int dim, int n_components, typename Number>
class BodyOperator : public dealii::Subscriptor
{
public:
  using value_type = Number;
  using VectorType = dealii::LinearAlgebra::distributed::Vector<Number>;
  using Lanes      = dealii::VectorizedArray<Number>;
  using Cell       = dealii::FEEvaluation<dim, -1, 0, n_components, Number>;
  using Face       = dealii::FEFaceEvaluation<dim, -1, 0, n_components, Number>;

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
  void initialize_coefficient_vector(VectorType &) const;
  /// spaces within matrix_free(): the field, the coefficients, the field without its essential
  /// conditions
  enum Space : unsigned int
  {
    constrained,
    coefficient,
    plain
  };

  const dealii::MatrixFree<dim, Number> &matrix_free() const
  {
    return matrix_free_;
  }
  bool axisymmetric() const
  {
    return axisymmetric_;
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
    if (!acts_on_interface())
      return;
    Face on_gamma(matrix_free_, true);
    for_interface_batches(
      [&](const unsigned int batch)
      {
        const unsigned int b = matrix_free_.n_inner_face_batches() + batch;
        on_gamma.reinit(b);
        visit_local_matrices(
          on_gamma, matrix_free_.n_active_entries_per_face_batch(b),
          [&](Face &on) { face_term(on, batch); },
          [&](const unsigned int lane, const auto &matrix)
          { visit(matrix_free_.get_face_iterator(b, lane).first, matrix); });
      });
  }

protected:
  /// Spaces in the order of `Space`; without faces there is no term on Gamma.
  void reinit(const Body<dim> &, const std::vector<const dealii::DoFHandler<dim> *> &,
              const std::vector<const dealii::AffineConstraints<double> *> &,
              bool with_faces = true);
  void reinit(const Field<dim> &, const Field<dim> &coefficient, unsigned int level,
              bool with_faces = true);

  /// Integrated contribution of a batch of cells, from the values read into the evaluation.
  virtual void cell_term(Cell &, unsigned int batch) const = 0;
  /// The same of a batch of faces on Gamma, counted among those of the boundary.
  virtual void face_term(Face &, unsigned int batch) const = 0;
  virtual bool acts_on_interface() const                   = 0;

  /// Nodal values on the coefficient space at the points of the cells, and at those of Gamma.
  PointData<Number> in_cells(const VectorType &nodal) const;
  PointData<Number> on_interface(const VectorType &nodal) const;

private:
  template <typename Visit>
  void for_interface_batches(const Visit &visit) const
  {
    const unsigned int first = matrix_free_.n_inner_face_batches();
    for (unsigned int batch = 0; batch < matrix_free_.n_boundary_face_batches(); ++batch)
      if (body_->is_interface(matrix_free_.get_boundary_id(first + batch)))
        visit(batch);
  }
  /// with the ghosts MatrixFree wants
  VectorType with_ghosts(const VectorType &nodal) const;
  /// adds the diagonal of the term on Gamma, without the exchange between ranks
  void add_face_diagonal(VectorType &) const;

  dealii::MatrixFree<dim, Number> matrix_free_;
  const Body<dim> *body_ = nullptr;
  bool axisymmetric_     = false;
  std::shared_ptr<dealii::DiagonalMatrix<VectorType>> inverse_diagonal_;
};
} // namespace kavity

#endif
