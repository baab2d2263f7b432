#ifndef kavity_fem_Multigrid_h
#define kavity_fem_Multigrid_h

#include "kavity/fem/CoarseSolver.h"
#include "kavity/fem/Field.h"

#include <deal.II/base/mg_level_object.h>
#include <deal.II/lac/precondition.h>
#include <deal.II/multigrid/mg_coarse.h>
#include <deal.II/multigrid/mg_matrix.h>
#include <deal.II/multigrid/mg_smoother.h>
#include <deal.II/multigrid/mg_transfer_global_coarsening.h>
#include <deal.II/multigrid/multigrid.h>

namespace kavity
{
/// Transfers between the meshes of a field's multigrid sequence (globally coarsened).
template <int dim>
class LevelTransfer
{
public:
  /// Sets up a vector of a level.
  using Initialize = std::function<void(unsigned int, LevelVector &)>;

  /// Level vectors know all relevant degrees of freedom, or are set up by `initialize`.
  explicit LevelTransfer(const Field<dim> &field, const Initialize &initialize = {})
    : two_level(field.levels.min_level(), field.levels.max_level())
    , partitioners(two_level.min_level(), two_level.max_level())
  {
    using namespace dealii;
    for (unsigned int level = two_level.min_level(); level <= two_level.max_level(); ++level)
    {
      const auto &dofs = field.level_dof_handler(level);
      IndexSet relevant;
      DoFTools::extract_locally_relevant_dofs(dofs, relevant);
      partitioners[level] = std::make_shared<Utilities::MPI::Partitioner>(
        dofs.locally_owned_dofs(), relevant, dofs.get_communicator());
      if (level > two_level.min_level())
        two_level[level].reinit_geometric_transfer(dofs, field.level_dof_handler(level - 1),
                                                   field.levels[level].constraints_float,
                                                   field.levels[level - 1].constraints_float);
    }
    const Initialize relevant = [this](const unsigned int level, LevelVector &vector)
    { vector.reinit(partitioners[level]); };
    transfer = std::make_unique<Transfer>(two_level, initialize ? initialize : relevant);
  }

  using Transfer = dealii::MGTransferGlobalCoarsening<dim, LevelVector>;

  /// Values of a nodal function on every level (finest first computed, coarser ones sampled).
  dealii::MGLevelObject<LevelVector> restrict_function(const Vector &fine) const
  {
    dealii::MGLevelObject<LevelVector> result(two_level.min_level(), two_level.max_level());
    transfer->interpolate_to_mg(result, fine);
    return result;
  }

  dealii::MGLevelObject<dealii::MGTwoLevelTransfer<dim, LevelVector>> two_level;
  dealii::MGLevelObject<std::shared_ptr<const dealii::Utilities::MPI::Partitioner>> partitioners;
  std::unique_ptr<Transfer> transfer;
};

/// One multigrid V-cycle in single precision as a preconditioner: Chebyshev smoothing with the
/// point diagonal, and a CoarseSolver on the coarsest mesh. The owner fills `operators` and calls
/// update() whenever coefficients changed.
template <int dim, typename LevelOperator>
class Multigrid
{
public:
  using Smoother = dealii::PreconditionChebyshev<LevelOperator, LevelVector>;

  explicit Multigrid(const Field<dim> &field, const unsigned int smoother_degree = 4)
    : operators(field.levels.min_level(), field.levels.max_level())
    , field(field)
    , smoother_degree(smoother_degree)
  {
  }

  /// New diagonals and eigenvalue estimates after the level operators changed.
  void update()
  {
    using namespace dealii;
    const unsigned int min = operators.min_level(), max = operators.max_level();
    // MatrixFree takes no vectors but its own on several ranks
    if (!transfer)
      transfer = std::make_unique<LevelTransfer<dim>>(
        field, [this](const unsigned int level, LevelVector &vector)
        { operators[level].initialize_dof_vector(vector); });
    MGLevelObject<typename Smoother::AdditionalData> data(min, max);
    for (unsigned int level = min; level <= max; ++level)
    {
      data[level].smoothing_range     = 20.;
      data[level].degree              = smoother_degree;
      data[level].eig_cg_n_iterations = 12;
      operators[level].compute_diagonal();
      data[level].preconditioner = operators[level].inverse_diagonal();
    }
    preconditioner.reset();
    multigrid.reset();
    smoother.clear();
    smoother.initialize(operators, data);
    coarse_solver.assemble(operators[min], field.level_dof_handler(min),
                           field.levels[min].constraints);
    matrix.initialize(operators);
    multigrid = std::make_unique<dealii::Multigrid<LevelVector>>(
      matrix, coarse_solver, *transfer->transfer, smoother, smoother, min, max);
    preconditioner =
      std::make_unique<Preconditioner>(field.dof_handler, *multigrid, *transfer->transfer);
  }

  void vmult(Vector &dst, const Vector &src) const
  {
    preconditioner->vmult(dst, src);
  }

  dealii::MGLevelObject<LevelOperator> operators;

private:
  using Preconditioner =
    dealii::PreconditionMG<dim, LevelVector, typename LevelTransfer<dim>::Transfer>;

  const Field<dim> &field;
  const unsigned int smoother_degree;
  std::unique_ptr<LevelTransfer<dim>> transfer;
  dealii::mg::SmootherRelaxation<Smoother, LevelVector> smoother;
  CoarseSolver<dim, LevelOperator> coarse_solver;
  dealii::mg::Matrix<LevelVector> matrix;
  std::unique_ptr<dealii::Multigrid<LevelVector>> multigrid;
  std::unique_ptr<Preconditioner> preconditioner;
};
} // namespace kavity

#endif
