#ifndef kavity_fem_DiffusionOperator_h
#define kavity_fem_DiffusionOperator_h

#include "kavity/fem/Field.h"
#include "kavity/fem/LocalMatrices.h"
#include "kavity/fem/PointData.h"

#include <deal.II/base/subscriptor.h>
#include <deal.II/lac/diagonal_matrix.h>
#include <deal.II/matrix_free/fe_evaluation.h>
#include <deal.II/matrix_free/matrix_free.h>

namespace kavity
{
/// The symmetric scalar operator int k K grad u . grad v + int m u v + int_Gamma r u v,
/// matrix-free. Serves the potential (K conductivity, r from Butler-Volmer), the vacancies (m
/// sinks, r exchange with voids) and weighted mass matrices (K = 0). `Number` is double on the
/// mesh, float on multigrid levels.
template <int dim, typename Number>
class DiffusionOperator : public dealii::Subscriptor
{
public:
  using value_type = Number;
  using VectorType = dealii::LinearAlgebra::distributed::Vector<Number>;
  using Lanes      = dealii::VectorizedArray<Number>;
  using Cell       = dealii::FEEvaluation<dim, -1, 0, 1, Number>;
  using Face       = dealii::FEFaceEvaluation<dim, -1, 0, 1, Number>;

  /// Set up on the finest mesh of a field, for residuals (add_plain) as well as for solves.
  void reinit(const Field<dim> &, const Field<dim> &coefficient);
  /// Set up on one multigrid level.
  void reinit_level(const Field<dim> &, const Field<dim> &coefficient, unsigned int level);

  void set_conductivity(const dealii::Tensor<2, dim> &);
  /// m and r given at quadrature points (empty tables: the term is absent)
  void set_mass(PointData<Number> mass);
  void set_robin(PointData<Number> robin);
  /// k, m and r interpolated from nodal values on the coefficient space
  void set_conductivity_factor_from(const VectorType &nodal);
  void set_mass_from(const VectorType &nodal);
  void set_robin_from(const VectorType &nodal);

  void vmult(VectorType &dst, const VectorType &src) const;
  void Tvmult(VectorType &dst, const VectorType &src) const
  {
    vmult(dst, src);
  }
  /// dst += (A without the term on Gamma) src, src taken with its boundary values and dst complete
  /// with the reactions at essential conditions. Vectors by initialize_plain_vector().
  void add_plain(VectorType &dst, const VectorType &src) const;

  void compute_diagonal();
  const std::shared_ptr<dealii::DiagonalMatrix<VectorType>> &inverse_diagonal() const
  {
    return inverse_diagonal_;
  }

  dealii::types::global_dof_index m() const;
  Number el(unsigned int, unsigned int) const;
  void initialize_dof_vector(VectorType &) const;
  void initialize_plain_vector(VectorType &) const;
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
    if (!(!robin_.empty()))
      return;
    Face on_gamma(matrix_free_, true);
    const unsigned int first = matrix_free_.n_inner_face_batches();
    for (unsigned int b = 0; b < matrix_free_.n_boundary_face_batches(); ++b)
      if (body_->is_interface(matrix_free_.get_boundary_id(first + b)))
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
  void reinit(const Body<dim> &, const std::vector<const dealii::DoFHandler<dim> *> &,
              const std::vector<const dealii::AffineConstraints<double> *> &);
  PointData<Number> interpolate(const VectorType &nodal) const;
  void cell_term(Cell &, unsigned int batch) const;
  void face_term(Face &, unsigned int batch) const;
  /// adds the diagonal of the term on Gamma, without the exchange between ranks
  void add_face_diagonal(VectorType &) const;

  dealii::MatrixFree<dim, Number> matrix_free_;
  const Body<dim> *body_ = nullptr;
  bool axisymmetric_     = false;
  bool diffusion_        = false;
  dealii::Tensor<2, dim, Lanes> conductivity_;
  PointData<Number> factor_, mass_, robin_;
  std::shared_ptr<dealii::DiagonalMatrix<VectorType>> inverse_diagonal_;
};
} // namespace kavity

#endif
