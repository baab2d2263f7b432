#ifndef kavity_fem_LocalMatrices_h
#define kavity_fem_LocalMatrices_h

#include <deal.II/lac/full_matrix.h>

namespace kavity
{
/// Hands the matrix of each lane of a batch of cells or faces to @p visit, after @p term has been
/// applied to unit vectors: visit(lane, matrix), degrees of freedom as the evaluation counts them.
template <typename Evaluation, typename Term, typename Visit>
void visit_local_matrices(Evaluation &evaluation, const unsigned int n_lanes, const Term &term,
                          const Visit &visit)
{
  using Lanes          = std::decay_t<decltype(evaluation.begin_dof_values()[0])>;
  const unsigned int n = evaluation.dofs_per_cell;
  std::vector<dealii::FullMatrix<double>> matrices(n_lanes, dealii::FullMatrix<double>(n, n));
  for (unsigned int j = 0; j < n; ++j)
  {
    for (unsigned int k = 0; k < n; ++k)
      evaluation.begin_dof_values()[k] = Lanes(k == j ? 1 : 0);
    term(evaluation);
    for (unsigned int lane = 0; lane < n_lanes; ++lane)
      for (unsigned int i = 0; i < n; ++i)
        matrices[lane](i, j) = evaluation.begin_dof_values()[i][lane];
  }
  for (unsigned int lane = 0; lane < n_lanes; ++lane)
    visit(lane, matrices[lane]);
}
} // namespace kavity

#endif
