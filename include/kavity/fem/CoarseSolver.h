#ifndef kavity_fem_CoarseSolver_h
#define kavity_fem_CoarseSolver_h

#include <deal.II/base/mpi.h>
#include <deal.II/dofs/dof_tools.h>
#include <deal.II/fe/component_mask.h>
#include <deal.II/lac/affine_constraints.h>
#include <deal.II/lac/dynamic_sparsity_pattern.h>
#include <deal.II/lac/full_matrix.h>
#include <deal.II/lac/la_parallel_vector.h>
#include <deal.II/lac/sparsity_tools.h>
#include <deal.II/lac/trilinos_precondition.h>
#include <deal.II/lac/trilinos_solver.h>
#include <deal.II/lac/trilinos_sparse_matrix.h>
#include <deal.II/multigrid/mg_base.h>

#include <memory>
#include <vector>

namespace kavity
{
using LevelVector = dealii::LinearAlgebra::distributed::Vector<float>;

/// Solver on the coarsest mesh of a multigrid sequence: the assembled matrix is factorised (KLU) in
/// 2D and where it is small; where a mesh of 3D comes from a file, with thousands of elements, it
/// takes a cycle of Trilinos' algebraic multigrid (ML).
template <int dim, typename LevelOperator>
class CoarseSolver : public dealii::MGCoarseGridBase<LevelVector>
{
public:
  /// The matrix of the operator, whose terms are those of vmult(). Collective.
  void assemble(const LevelOperator &level_operator, const dealii::DoFHandler<dim> &dofs,
                const dealii::AffineConstraints<double> &constraints)
  {
    using namespace dealii;
    if (matrix.m() != dofs.n_dofs())
    {
      IndexSet relevant;
      DoFTools::extract_locally_relevant_dofs(dofs, relevant);
      for (const auto &line : constraints.get_lines())
        for (const auto &entry : line.entries)
          relevant.add_index(entry.first); // where a whole boundary has one value
      DynamicSparsityPattern pattern(relevant);
      DoFTools::make_sparsity_pattern(dofs, pattern, constraints, true);
      SparsityTools::distribute_sparsity_pattern(pattern, dofs.locally_owned_dofs(),
                                                 dofs.get_communicator(), relevant);
      matrix.reinit(dofs.locally_owned_dofs(), pattern, dofs.get_communicator());
    }
    matrix = 0;
    std::vector<types::global_dof_index> on_cell(dofs.get_fe().dofs_per_cell),
      ordered(on_cell.size());
    const auto &order = level_operator.matrix_free().get_shape_info().lexicographic_numbering;
    level_operator.visit_terms(
      [&](const auto &cell, const FullMatrix<double> &local)
      {
        cell->get_dof_indices(on_cell);
        for (unsigned int i = 0; i < ordered.size(); ++i)
          ordered[i] = on_cell[order[i]];
        constraints.distribute_local_to_global(local, ordered, matrix);
      });
    matrix.compress(VectorOperation::add);
    if (dim == 2 || matrix.m() <= most_factorised)
    {
      direct = std::make_unique<TrilinosWrappers::SolverDirect>(control);
      direct->initialize(matrix);
    }
    else
    {
      TrilinosWrappers::PreconditionAMG::AdditionalData data;
      data.higher_order_elements = dofs.get_fe().degree > 1;
      if (dofs.get_fe().n_components() > 1)
        DoFTools::extract_constant_modes(dofs, ComponentMask(), data.constant_modes);
      amg.initialize(matrix, data);
    }
  }

  void operator()(unsigned int, LevelVector &dst, const LevelVector &src) const override
  {
    using namespace dealii;
    x.reinit(matrix.locally_owned_domain_indices(), src.get_mpi_communicator());
    b.reinit(x);
    b.copy_locally_owned_data_from(src);
    if (direct)
      direct->solve(x, b);
    else
      amg.vmult(x, b);
    dst.copy_locally_owned_data_from(x);
  }

private:
  /// Unknowns up to which a factor of 3D is small.
  static constexpr unsigned int most_factorised = 3000;

  dealii::TrilinosWrappers::SparseMatrix matrix;
  dealii::SolverControl control;
  std::unique_ptr<dealii::TrilinosWrappers::SolverDirect> direct;
  dealii::TrilinosWrappers::PreconditionAMG amg;
  mutable dealii::LinearAlgebra::distributed::Vector<double> x, b;
};
} // namespace kavity

#endif
