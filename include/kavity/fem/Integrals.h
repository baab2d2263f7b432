#ifndef kavity_fem_Integrals_h
#define kavity_fem_Integrals_h

#include "kavity/fem/MeshFile.h"
#include "kavity/fem/PointData.h"

#include <vector>

namespace kavity
{
/// The batches of faces on a boundary, as MatrixFree counts them.
template <int dim, typename Number>
std::vector<unsigned int> faces_on(const boundary::boundary_id id,
                                   const dealii::MatrixFree<dim, Number> &matrix_free)
{
  std::vector<unsigned int> result;
  const unsigned int first = matrix_free.n_inner_face_batches();
  for (unsigned int b = first; b < first + matrix_free.n_boundary_face_batches(); ++b)
    if (matrix_free.get_boundary_id(b) == id)
      result.push_back(b);
  return result;
}

/// Adds to the sum the integral of a density, by point, over the first lanes of a batch of cells or
/// faces.
template <typename Evaluation, typename Density>
void add_integral(double &sum, const Evaluation &at, const unsigned int n_lanes,
                  const bool axisymmetric, const Density &density)
{
  for (unsigned int q = 0; q < at.n_q_points; ++q)
  {
    const auto amount = density(q) * at.JxW(q) * radius_weight(at, q, axisymmetric);
    for (unsigned int lane = 0; lane < n_lanes; ++lane)
      sum += amount[lane];
  }
}
} // namespace kavity

#endif
