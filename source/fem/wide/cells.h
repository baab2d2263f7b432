// Templates of deal.II for wide vectors: evaluation in cells (cmake/WideSimd.cmake).
#include <deal.II/matrix_free/evaluation_template_factory.templates.h>
#include <deal.II/matrix_free/evaluation_template_factory_hanging_nodes.templates.h>

namespace dealii
{
namespace internal
{
using Lanes = VectorizedArray<KAVITY_NUMBER>;

template struct FEEvaluationFactory<KAVITY_DIMENSION, Lanes>;
template struct CellwiseInverseMassFactory<KAVITY_DIMENSION, Lanes>;
template struct FEEvaluationHangingNodesFactory<KAVITY_DIMENSION, KAVITY_NUMBER, Lanes>;
} // namespace internal
} // namespace dealii
