#ifndef kavity_fem_CoefficientSpace_h
#define kavity_fem_CoefficientSpace_h

#include "kavity/fem/Multigrid.h"
#include "kavity/fem/PointData.h"

namespace kavity
{
/// Continuous Q1 functions on a body that carry coefficients known at quadrature points of the
/// finest mesh (viscosity, exchange with voids) to the coarser multigrid meshes.
template <int dim>
class CoefficientSpace
{
public:
  explicit CoefficientSpace(const Body<dim> &);

  /// Nodal averages of point data, weighted by the (positive) Q1 functions, so that the average
  /// stays within the range of the data. `space` is the index of this space in `matrix_free`.
  Vector average(const dealii::MatrixFree<dim, double> &matrix_free, unsigned int space,
                 const PointData<double> &) const;

  /// The same for data on Gamma; zero at nodes off Gamma.
  Vector average_on_interface(const dealii::MatrixFree<dim, double> &matrix_free,
                              unsigned int space, const PointData<double> &) const;

  /// A nodal function on every level.
  dealii::MGLevelObject<LevelVector> on_levels(const Vector &) const;

  Field<dim> field;

private:
  template <typename Accumulate>
  Vector ratio(const dealii::MatrixFree<dim, double> &matrix_free, unsigned int space,
               const Accumulate &) const;

  LevelTransfer<dim> transfer;
};
} // namespace kavity

#endif
