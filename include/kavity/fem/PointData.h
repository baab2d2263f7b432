#ifndef kavity_fem_PointData_h
#define kavity_fem_PointData_h

#include <deal.II/base/table.h>
#include <deal.II/base/vectorization.h>
#include <deal.II/matrix_free/fe_evaluation.h>
#include <deal.II/matrix_free/matrix_free.h>

namespace dealii
{
/// For kavity::Dual of lanes, which finds it here by its arguments.
template <typename Number, std::size_t width>
inline VectorizedArray<Number, width> select_if_less(const VectorizedArray<Number, width> &a,
                                                     const VectorizedArray<Number, width> &b,
                                                     const VectorizedArray<Number, width> &if_true,
                                                     const VectorizedArray<Number, width> &if_false)
{
  return compare_and_apply_mask<SIMDComparison::less_than>(a, b, if_true, if_false);
}
} // namespace dealii

namespace kavity
{
/// A number at every quadrature point: (batch of cells or of boundary faces, point), several
/// cells a batch in the lanes.
template <typename Number>
using PointData = dealii::Table<2, dealii::VectorizedArray<Number>>;

/// Values within [0, 1].
template <typename Number>
inline dealii::VectorizedArray<Number> clip(const dealii::VectorizedArray<Number> &x)
{
  using Lanes = dealii::VectorizedArray<Number>;
  return std::min(std::max(x, Lanes(Number(0))), Lanes(Number(1)));
}

/// What the volume element needs beside JxW: r in axisymmetric coordinates (the 2 pi is left to
/// whoever prints a total), 1 otherwise. Works for cell and face evaluators.
template <typename Evaluation>
inline auto radius_weight(const Evaluation &evaluation, const unsigned int q,
                          const bool axisymmetric)
{
  using Lanes = std::decay_t<decltype(evaluation.JxW(q))>;
  return axisymmetric ? evaluation.quadrature_point(q)[0] : Lanes(1.);
}

/// The settings every MatrixFree object of the program shares.
template <int dim, typename Number>
typename dealii::MatrixFree<dim, Number>::AdditionalData matrix_free_settings()
{
  using namespace dealii;
  typename MatrixFree<dim, Number>::AdditionalData data;
  data.tasks_parallel_scheme = MatrixFree<dim, Number>::AdditionalData::none;
  data.mapping_update_flags  = update_gradients | update_JxW_values | update_quadrature_points;
  data.mapping_update_flags_boundary_faces = update_values | update_gradients | update_JxW_values |
                                             update_quadrature_points | update_normal_vectors;
  return data;
}
} // namespace kavity

#endif
