#include "kavity/fem/CoefficientSpace.h"

#include <deal.II/dofs/dof_tools.h>
#include <deal.II/fe/fe_q.h>

namespace kavity
{
using namespace dealii;

template <int dim>
CoefficientSpace<dim>::CoefficientSpace(const Body<dim> &body)
  : field(body, FE_Q<dim>(1))
  , transfer(field)
{
}

template <int dim>
template <typename Accumulate>
Vector CoefficientSpace<dim>::ratio(const MatrixFree<dim, double> &matrix_free,
                                    const unsigned int space, const Accumulate &accumulate) const
{
  Vector sum, weight;
  matrix_free.initialize_dof_vector(sum, space);
  matrix_free.initialize_dof_vector(weight, space);
  accumulate(sum, weight);
  sum.compress(VectorOperation::add);
  weight.compress(VectorOperation::add);
  for (unsigned int i = 0; i < sum.locally_owned_size(); ++i)
    sum.local_element(i) =
      weight.local_element(i) > 0 ? sum.local_element(i) / weight.local_element(i) : 0.;
  sum.update_ghost_values();
  field.constraints.distribute(sum);
  sum.zero_out_ghost_values();
  return sum;
}

template <int dim>
Vector CoefficientSpace<dim>::average(const MatrixFree<dim, double> &matrix_free,
                                      const unsigned int space, const PointData<double> &data) const
{
  return ratio(matrix_free, space,
               [&](Vector &sum, Vector &weight)
               {
                 FEEvaluation<dim, -1, 0, 1, double> u(matrix_free, space);
                 for (unsigned int batch = 0; batch < matrix_free.n_cell_batches(); ++batch)
                 {
                   u.reinit(batch);
                   for (unsigned int q = 0; q < u.n_q_points; ++q)
                     u.submit_value(data(batch, q), q);
                   u.integrate_scatter(EvaluationFlags::values, sum);
                   for (unsigned int q = 0; q < u.n_q_points; ++q)
                     u.submit_value(VectorizedArray<double>(1.), q);
                   u.integrate_scatter(EvaluationFlags::values, weight);
                 }
               });
}

template <int dim>
Vector CoefficientSpace<dim>::average_on_interface(const MatrixFree<dim, double> &matrix_free,
                                                   const unsigned int space,
                                                   const PointData<double> &data) const
{
  return ratio(matrix_free, space,
               [&](Vector &sum, Vector &weight)
               {
                 FEFaceEvaluation<dim, -1, 0, 1, double> u(matrix_free, true, space);
                 const unsigned int first = matrix_free.n_inner_face_batches();
                 for (unsigned int batch = 0; batch < matrix_free.n_boundary_face_batches();
                      ++batch)
                   if (field.body.is_interface(matrix_free.get_boundary_id(first + batch)))
                   {
                     u.reinit(first + batch);
                     for (unsigned int q = 0; q < u.n_q_points; ++q)
                       u.submit_value(data(batch, q), q);
                     u.integrate_scatter(EvaluationFlags::values, sum);
                     for (unsigned int q = 0; q < u.n_q_points; ++q)
                       u.submit_value(VectorizedArray<double>(1.), q);
                     u.integrate_scatter(EvaluationFlags::values, weight);
                   }
               });
}

template <int dim>
MGLevelObject<LevelVector> CoefficientSpace<dim>::on_levels(const Vector &nodal) const
{
  return transfer.restrict_function(nodal);
}

template class CoefficientSpace<2>;
template class CoefficientSpace<3>;
} // namespace kavity
