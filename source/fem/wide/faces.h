// Templates of deal.II for wide vectors: evaluation on faces (cmake/WideSimd.cmake). Apart from
// cells.h because the two headers of deal.II 9.4 share one include guard.
#include <deal.II/matrix_free/evaluation_template_face_factory.templates.h>

namespace dealii
{
namespace internal
{
using Lanes = VectorizedArray<KAVITY_NUMBER>;

template struct FEFaceEvaluationFactory<KAVITY_DIMENSION, Lanes>;
template struct FEFaceEvaluationGatherFactory<KAVITY_DIMENSION, KAVITY_NUMBER, Lanes>;
} // namespace internal
} // namespace dealii
