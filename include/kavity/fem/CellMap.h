#ifndef kavity_fem_CellMap_h
#define kavity_fem_CellMap_h

#include "kavity/fem/PointData.h"

#include <vector>

namespace kavity
{
/// Where the cells in the lanes of one MatrixFree object are in another on the same mesh, whose
/// batches may differ in width and order.
template <int dim, typename To, typename From>
class CellMap
{
public:
  CellMap(const dealii::MatrixFree<dim, To> &to, const dealii::MatrixFree<dim, From> &from)
    : n_batches(to.n_cell_batches())
  {
    constexpr unsigned int width = dealii::VectorizedArray<From>::size();
    std::vector<unsigned int> place(from.get_dof_handler().get_triangulation().n_active_cells());
    for (unsigned int b = 0; b < from.n_cell_batches(); ++b)
      for (unsigned int lane = 0; lane < from.n_active_entries_per_cell_batch(b); ++lane)
        place[from.get_cell_iterator(b, lane)->active_cell_index()] = b * width + lane;
    for (unsigned int b = 0; b < n_batches; ++b)
      for (unsigned int lane = 0; lane < to.n_active_entries_per_cell_batch(b); ++lane)
        indices.push_back({b, lane, place[to.get_cell_iterator(b, lane)->active_cell_index()]});
  }

  /// Data of `from` for `to`; lanes without a cell have those of the first one of their batch.
  PointData<To> operator()(const PointData<From> &data) const
  {
    constexpr unsigned int width = dealii::VectorizedArray<From>::size();
    PointData<To> result(n_batches, data.size(1));
    for (const auto &[batch, lane, index] : indices)
      for (unsigned int q = 0; q < data.size(1); ++q)
      {
        const To value = data(index / width, q)[index % width];
        if (lane == 0)
          result(batch, q) = value;
        else
          result(batch, q)[lane] = value;
      }
    return result;
  }

private:
  struct Index
  {
    unsigned int batch, lane, other;
  };
  unsigned int n_batches;
  std::vector<Index> indices;
};
} // namespace kavity

#endif
