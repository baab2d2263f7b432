#ifndef kavity_tests_verification_orders_h
#define kavity_tests_verification_orders_h

#include "kavity/fem/Field.h"

#include <deal.II/base/quadrature_lib.h>
#include <deal.II/fe/fe_values.h>
#include <gtest/gtest.h>

#include <cmath>
#include <iostream>
#include <string>
#include <vector>

// Errors against exact fields, and the order with which they fall.
namespace verification
{
/// L2 norm and H1 seminorm of the error of @p n components from @p first on; the exact fields fill
/// values and gradients at a point. Axisymmetric norms weigh with r.
template <int dim, typename Exact>
std::pair<double, double> errors(const kavity::Field<dim> &field, const kavity::Vector &solution,
                                 const unsigned int first, const unsigned int n, const Exact &exact)
{
  using namespace dealii;
  const auto &fe = field.dof_handler.get_fe();
  FEValues<dim> values(field.body.mapping, fe, QGauss<dim>(fe.degree + 3),
                       update_values | update_gradients | update_JxW_values |
                         update_quadrature_points);
  const unsigned int n_q = values.n_quadrature_points, all = fe.n_components();
  std::vector<dealii::Vector<double>> u(n_q, dealii::Vector<double>(all));
  std::vector<std::vector<Tensor<1, dim>>> grad(n_q, std::vector<Tensor<1, dim>>(all));
  dealii::Vector<double> u_exact(all);
  std::vector<Tensor<1, dim>> grad_exact(all);
  double l2 = 0, h1 = 0;
  for (const auto &cell : field.dof_handler.active_cell_iterators())
    if (cell->is_locally_owned())
    {
      values.reinit(cell);
      values.get_function_values(solution, u);
      values.get_function_gradients(solution, grad);
      for (unsigned int q = 0; q < n_q; ++q)
      {
        const Point<dim> x  = values.quadrature_point(q);
        const double weight = values.JxW(q) * (field.body.axisymmetric() ? x[0] : 1.);
        exact(x, u_exact, grad_exact);
        for (unsigned int c = first; c < first + n; ++c)
        {
          l2 += weight * std::pow(u[q][c] - u_exact[c], 2);
          h1 += weight * (grad[q][c] - grad_exact[c]).norm_square();
        }
      }
    }
  const MPI_Comm comm = field.body.triangulation.get_communicator();
  return {std::sqrt(Utilities::MPI::sum(l2, comm)), std::sqrt(Utilities::MPI::sum(h1, comm))};
}

/// Errors on meshes each half as wide as the one before.
class Orders
{
public:
  void add(const double error)
  {
    history.push_back(error);
  }

  /// The order on the finest pair, within 0.2 of theory: what is left of the next term there.
  void expect(const std::string &name, const double theory) const
  {
    expect_between(name, theory, theory);
  }

  /// Where errors of two orders compete.
  void expect_between(const std::string &name, const double lower, const double higher) const
  {
    ASSERT_GE(history.size(), 2u);
    const double order = std::log2(history[history.size() - 2] / history.back());
    int rank           = 0;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    if (rank == 0)
      std::cout << name << ": error " << history.back() << ", order " << order << '\n';
    EXPECT_GT(order, lower - 0.2) << name;
    EXPECT_LT(order, higher + 0.2) << name;
  }

private:
  std::vector<double> history;
};
} // namespace verification

#endif
