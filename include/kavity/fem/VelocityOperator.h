#ifndef kavity_fem_VelocityOperator_h
#define kavity_fem_VelocityOperator_h

#include "kavity/fem/BodyOperator.h"

#include <deal.II/base/symmetric_tensor.h>

namespace kavity
{
template <typename Lanes>
using Tensor3D = dealii::SymmetricTensor<2, 3, Lanes>;

/// Strain rate at a quadrature point as a three-dimensional tensor: plane strain (D_33 = 0) or
/// axisymmetric (D_33 = v_r/r) in 2D. The evaluator must hold gradients, and values if
/// axisymmetric.
template <typename Lanes, typename Evaluation>
DEAL_II_ALWAYS_INLINE inline Tensor3D<Lanes> strain_rate(const Evaluation &v, const unsigned int q,
                                                         const bool axisymmetric)
{
  constexpr int dim = Evaluation::dimension;
  const auto d      = v.get_symmetric_gradient(q);
  Tensor3D<Lanes> result;
  for (unsigned int i = 0; i < dim; ++i)
    for (unsigned int j = i; j < dim; ++j)
      result[i][j] = d[i][j];
  if (dim == 2 && axisymmetric)
    result[2][2] = v.get_value(q)[0] / v.quadrature_point(q)[0];
  return result;
}

/// The deviator of a three-dimensional tensor.
template <typename Lanes>
DEAL_II_ALWAYS_INLINE inline Tensor3D<Lanes> deviatoric(Tensor3D<Lanes> tensor)
{
  const Lanes mean = dealii::trace(tensor) * Lanes(typename Lanes::value_type(1. / 3));
  for (unsigned int d = 0; d < 3; ++d)
    tensor[d][d] -= mean;
  return tensor;
}

/// How many components of a flow's deviator are independent: the third of the diagonal follows from
/// the first two, and in 2D nothing shears out of the plane.
constexpr unsigned int n_deviator_components(const int dim)
{
  return dim == 2 ? 3 : 5;
}
/// Where component number @p c of them is in the tensor; those of 2D are the first of 3D.
inline dealii::TableIndices<2> deviator_component(const unsigned int c)
{
  static constexpr unsigned int at[5][2] = {{0, 0}, {1, 1}, {0, 1}, {0, 2}, {1, 2}};
  return {at[c][0], at[c][1]};
}

/// Test the stress with the strain rate of the test function, volume weight included.
template <typename Lanes, typename Evaluation>
DEAL_II_ALWAYS_INLINE inline void submit_stress(Evaluation &v, const Tensor3D<Lanes> &stress,
                                                const unsigned int q, const bool axisymmetric)
{
  constexpr int dim  = Evaluation::dimension;
  const Lanes weight = radius_weight(v, q, axisymmetric);
  dealii::SymmetricTensor<2, dim, Lanes> planar;
  for (unsigned int i = 0; i < dim; ++i)
    for (unsigned int j = i; j < dim; ++j)
      planar[i][j] = weight * stress[i][j];
  v.submit_symmetric_gradient(planar, q);
  if (dim == 2 && axisymmetric)
  {
    dealii::Tensor<1, dim, Lanes> hoop;
    hoop[0] = stress[2][2]; // weight / r = 1
    v.submit_value(hoop, q);
  }
}

/// int [2 eta dev D(u) - (W : D(u)) W] : dev D(v) + int_Gamma resistance (u.n)(v.n): the viscous
/// block of the flow, on multigrid levels with coefficients interpolated from nodal values.
template <int dim, typename Number>
class VelocityOperator : public BodyOperator<dim, dim, Number>
{
public:
  using Base = BodyOperator<dim, dim, Number>;
  using typename Base::Cell;
  using typename Base::Face;
  using typename Base::Lanes;
  using typename Base::VectorType;

  /// Set up on one multigrid level (the finest one included), `with_interface` for a resistance.
  void reinit_level(const Field<dim> &, const Field<dim> &coefficient, unsigned int level,
                    bool with_interface = false);
  void set_viscosity(PointData<Number> viscosity);
  void set_viscosity_from(const VectorType &nodal);
  void set_resistance_from(const VectorType &nodal);
  /// The independent components (deviator_component) of a deviator W, with which the stress is
  /// 2 eta dev D - (W : D) W: the tangent of a creep law. Positive as long as W : W <= 2 eta, at
  /// the nodes if it comes from there.
  void set_softening(const std::vector<PointData<Number>> &components);
  void set_softening_from(const std::vector<VectorType> &nodal);

private:
  void cell_term(Cell &, unsigned int batch) const override;
  void face_term(Face &, unsigned int batch) const override;
  bool acts_on_interface() const override
  {
    return with_interface_;
  }

  PointData<Number> viscosity_;
  dealii::Table<2, Tensor3D<Lanes>> softening_; // empty: none
  bool with_interface_ = false; // the same on all ranks, also on those without faces
  PointData<Number> resistance_;
};
} // namespace kavity

#endif
