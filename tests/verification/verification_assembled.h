#ifndef kavity_tests_verification_assembled_h
#define kavity_tests_verification_assembled_h

#include <deal.II/base/quadrature_lib.h>
#include <deal.II/fe/fe_values.h>
#include <deal.II/lac/petsc_solver.h>
#include <deal.II/lac/petsc_sparse_matrix.h>
#include <deal.II/lac/sparsity_tools.h>
#include <deal.II/lac/trilinos_precondition.h>
#include <deal.II/lac/trilinos_sparse_matrix.h>

#include "verification_box.h"
#include "verification_operators.h"

// The operators of the potential and of viscosity as matrices, assembled cell by cell from shape
// functions, nothing of the matrix-free operators in it; and solvers for them.
namespace verification
{
/// int K grad u . grad v + int_Gamma r u v, the local matrix.
template <int dim>
class DiffusionTerms
{
public:
  DiffusionTerms(const kavity::Field<dim> &field, const dealii::Tensor<2, dim> &K,
                 Coefficient<dim> robin)
    : K(K)
    , robin(std::move(robin))
    , body(field.body)
    , inside(body.mapping, field.dof_handler.get_fe(),
             dealii::QGauss<dim>(field.dof_handler.get_fe().degree + 1), flags())
    , on_gamma(body.mapping, field.dof_handler.get_fe(),
               dealii::QGauss<dim - 1>(field.dof_handler.get_fe().degree + 1), flags())
  {
  }

  template <typename Cell>
  void operator()(const Cell &cell, dealii::FullMatrix<double> &local)
  {
    inside.reinit(cell);
    for (const unsigned int q : inside.quadrature_point_indices())
    {
      const double weight = inside.JxW(q) * radius(inside.quadrature_point(q));
      for (unsigned int i = 0; i < local.m(); ++i)
        for (unsigned int j = 0; j < local.n(); ++j)
          local(i, j) += weight * (inside.shape_grad(i, q) * (K * inside.shape_grad(j, q)));
    }
    if (!robin || !cell->face(face_at_interface(body))->at_boundary())
      return;
    on_gamma.reinit(cell, face_at_interface(body));
    for (const unsigned int q : on_gamma.quadrature_point_indices())
    {
      const dealii::Point<dim> x = on_gamma.quadrature_point(q);
      const double weight        = on_gamma.JxW(q) * radius(x) * robin(x);
      for (unsigned int i = 0; i < local.m(); ++i)
        for (unsigned int j = 0; j < local.n(); ++j)
          local(i, j) += weight * on_gamma.shape_value(i, q) * on_gamma.shape_value(j, q);
    }
  }

private:
  static dealii::UpdateFlags flags()
  {
    return dealii::update_values | dealii::update_gradients | dealii::update_JxW_values |
           dealii::update_quadrature_points;
  }
  double radius(const dealii::Point<dim> &x) const
  {
    return body.axisymmetric() ? x[0] : 1.;
  }

  const dealii::Tensor<2, dim> K;
  const Coefficient<dim> robin;
  const kavity::Body<dim> &body;
  dealii::FEValues<dim> inside;
  dealii::FEFaceValues<dim> on_gamma;
};

/// int 2 eta dev D(u) : dev D(v), the local matrix.
template <int dim>
class ViscousTerms
{
public:
  ViscousTerms(const kavity::Field<dim> &field, Coefficient<dim> viscosity)
    : viscosity(std::move(viscosity))
    , body(field.body)
    , inside(body.mapping, field.dof_handler.get_fe(),
             dealii::QGauss<dim>(field.dof_handler.get_fe().degree + 1),
             dealii::update_values | dealii::update_gradients | dealii::update_JxW_values |
               dealii::update_quadrature_points)
  {
  }

  template <typename Cell>
  void operator()(const Cell &cell, dealii::FullMatrix<double> &local)
  {
    inside.reinit(cell);
    const dealii::FEValuesExtractors::Vector v(0);
    std::vector<dealii::SymmetricTensor<2, 3>> rate(local.m());
    for (const unsigned int q : inside.quadrature_point_indices())
    {
      const dealii::Point<dim> x = inside.quadrature_point(q);
      const double weight = 2 * viscosity(x) * inside.JxW(q) * (body.axisymmetric() ? x[0] : 1.);
      for (unsigned int i = 0; i < local.m(); ++i)
      {
        const auto d = inside[v].symmetric_gradient(i, q);
        rate[i]      = 0;
        for (unsigned int a = 0; a < dim; ++a)
          for (unsigned int b = a; b < dim; ++b)
            rate[i][a][b] = d[a][b];
        if (body.axisymmetric())
          rate[i][2][2] = inside[v].value(i, q)[0] / x[0];
        rate[i] = deviator(rate[i]);
      }
      for (unsigned int i = 0; i < local.m(); ++i)
        for (unsigned int j = 0; j < local.n(); ++j)
          local(i, j) += weight * (rate[i] * rate[j]);
    }
  }

private:
  const Coefficient<dim> viscosity;
  const kavity::Body<dim> &body;
  dealii::FEValues<dim> inside;
};

/// Fill @p matrix of either library; constrained rows hold one diagonal entry.
template <int dim, typename Matrix, typename Terms>
void assemble(const kavity::Field<dim> &field, Terms &&terms, Matrix &matrix)
{
  using namespace dealii;
  const auto &dofs    = field.dof_handler;
  const auto owned    = dofs.locally_owned_dofs();
  const MPI_Comm comm = dofs.get_communicator();
  IndexSet relevant;
  DoFTools::extract_locally_relevant_dofs(dofs, relevant);
  DynamicSparsityPattern pattern(relevant);
  DoFTools::make_sparsity_pattern(dofs, pattern, field.constraints, false);
  SparsityTools::distribute_sparsity_pattern(pattern, owned, comm, relevant);
  matrix.reinit(owned, owned, pattern, comm);
  const unsigned int n = dofs.get_fe().dofs_per_cell;
  FullMatrix<double> local(n, n);
  std::vector<types::global_dof_index> indices(n);
  for (const auto &cell : dofs.active_cell_iterators())
    if (cell->is_locally_owned())
    {
      local = 0;
      terms(cell, local);
      cell->get_dof_indices(indices);
      field.constraints.distribute_local_to_global(local, indices, matrix);
    }
  matrix.compress(VectorOperation::add);
}

/// Factorised by MUMPS. The right side has zeros in constrained rows.
class AssembledDirect
{
public:
  explicit AssembledDirect(const dealii::PETScWrappers::MPI::SparseMatrix &matrix)
    : matrix(matrix)
    , solver(control, matrix.get_mpi_communicator())
  {
  }
  template <typename Vector>
  void solve(Vector &x, const Vector &b)
  {
    dealii::PETScWrappers::MPI::Vector of_x(b.locally_owned_elements(), b.get_mpi_communicator()),
      of_b(of_x);
    for (const auto i : b.locally_owned_elements())
      of_b[i] = b[i];
    of_b.compress(dealii::VectorOperation::insert);
    solver.solve(matrix, of_x, of_b);
    for (const auto i : b.locally_owned_elements())
      x[i] = of_x[i];
  }

private:
  const dealii::PETScWrappers::MPI::SparseMatrix &matrix;
  dealii::SolverControl control;
  dealii::PETScWrappers::SparseDirectMUMPS solver;
};

/// Algebraic multigrid of Trilinos ML for a matrix; @p field tells it which component is which.
template <int dim>
void initialize_ml(dealii::TrilinosWrappers::PreconditionAMG &ml,
                   const dealii::TrilinosWrappers::SparseMatrix &matrix,
                   const kavity::Field<dim> &field)
{
  dealii::TrilinosWrappers::PreconditionAMG::AdditionalData data;
  data.higher_order_elements = field.dof_handler.get_fe().degree > 1;
  const unsigned int n       = field.dof_handler.get_fe().n_components();
  dealii::DoFTools::extract_constant_modes(field.dof_handler, dealii::ComponentMask(n, true),
                                           data.constant_modes);
  ml.initialize(matrix, data);
}
} // namespace verification

#endif
