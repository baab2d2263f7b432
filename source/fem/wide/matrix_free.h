// Templates of deal.II for wide vectors: the mesh and mapping data of MatrixFree.
// KAVITY_DIMENSION and KAVITY_NUMBER are given by the file that includes this
// (cmake/WideSimd.cmake).
#include <deal.II/lac/la_parallel_vector.h>
#include <deal.II/matrix_free/dof_info.templates.h>
#include <deal.II/matrix_free/mapping_info.templates.h>
#include <deal.II/matrix_free/mapping_info_storage.templates.h>
#include <deal.II/matrix_free/matrix_free.templates.h>
#include <deal.II/matrix_free/shape_info.templates.h>

namespace dealii
{
namespace internal
{
namespace MatrixFreeFunctions
{
using Lanes = VectorizedArray<KAVITY_NUMBER>;

template class MappingInfo<KAVITY_DIMENSION, KAVITY_NUMBER, Lanes>;
template struct MappingInfoStorage<KAVITY_DIMENSION, KAVITY_DIMENSION, Lanes>;
template struct MappingInfoStorage<KAVITY_DIMENSION - 1, KAVITY_DIMENSION, Lanes>;
#if KAVITY_DIMENSION == 3
template struct ShapeInfo<Lanes>;
template struct UnivariateShapeData<Lanes>;
#endif
} // namespace MatrixFreeFunctions
} // namespace internal

using Lanes = VectorizedArray<KAVITY_NUMBER>;

template class MatrixFree<KAVITY_DIMENSION, KAVITY_NUMBER, Lanes>;
template void
MatrixFree<KAVITY_DIMENSION, KAVITY_NUMBER, Lanes>::internal_reinit<double, KAVITY_DIMENSION>(
  const std::shared_ptr<hp::MappingCollection<KAVITY_DIMENSION>> &,
  const std::vector<const DoFHandler<KAVITY_DIMENSION> *> &,
  const std::vector<const AffineConstraints<double> *> &, const std::vector<IndexSet> &,
  const std::vector<hp::QCollection<KAVITY_DIMENSION>> &, const AdditionalData &);
} // namespace dealii
