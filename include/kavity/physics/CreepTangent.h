#ifndef kavity_physics_CreepTangent_h
#define kavity_physics_CreepTangent_h

#include "kavity/fem/Field.h"
#include "kavity/fem/PointData.h"
#include "kavity/fem/VelocityOperator.h"
#include "kavity/laws/Creep.h"

#include <vector>

namespace kavity
{
/// A creep law at the quadrature points of a flow: its effective viscosity, and the tangent that
/// Newton's method solves with (docs/model.md, sections 4 and 11). All of it scaled.
template <int dim>
class CreepTangent
{
public:
  using Lanes = dealii::VectorizedArray<double>;

  /// Spaces of the velocity within the MatrixFree object, with its essential conditions and with
  /// boundary values. It must outlive this one.
  CreepTangent(const dealii::MatrixFree<dim, double> &, unsigned int space,
               unsigned int plain_space, bool axisymmetric);

  struct Scales
  {
    double velocity;  ///< of the scaled one, m/s
    double viscosity; ///< scaled, of 1 Pa s
  };
  /// Effective viscosity and tangent at the strain rates of a velocity with its boundary values.
  void linearise(const Vector &velocity, const CreepLaw &, double temperature, double size_factor,
                 const Scales &);

  /// After linearise(): viscosities h eta + (1 - h) @p of_voids, with h at the points.
  void mix(const PointData<double> &h, double of_voids);

  /// Between linearise() at one iterate and the tangent at the next, which is further by `step`
  /// times `factor`: the first call comes before the second linearise(), the second one after it.
  /// The tangent then uses a stress that has followed Newton's method as an unknown of its own
  /// (Rudi, Shih and Stadler 2020) in place of the stress at the iterate; far from the solution of
  /// a power law that saves most of its steps.
  void predict_stress(const Vector &step);
  void adopt_stress(double factor);

  /// The stress for the deviator of a strain rate, and its change by the tangent for that of a
  /// change of it.
  DEAL_II_ALWAYS_INLINE Tensor3D<Lanes> stress(const Tensor3D<Lanes> &shear,
                                               const unsigned int batch, const unsigned int q) const
  {
    return (2. * viscosity_(batch, q)) * shear;
  }
  DEAL_II_ALWAYS_INLINE Tensor3D<Lanes> change(const Tensor3D<Lanes> &shear,
                                               const unsigned int batch, const unsigned int q) const
  {
    const auto &rate = direction_(batch, q), &of_stress = stress_direction_(batch, q);
    auto result = stress(shear, batch, q);
    result +=
      (0.5 * tangent_(batch, q)) * ((rate * shear) * of_stress + (of_stress * shear) * rate);
    return result;
  }

  const PointData<double> &viscosity() const
  {
    return viscosity_;
  }
  /// the independent components of W: the tangent is 2 eta dev D - (W : D) W, with W along the mean
  /// of the directions of strain rate and stress; W : W <= 2 eta
  std::vector<PointData<double>> softening() const;

private:
  using VelocityCell = dealii::FEEvaluation<dim, -1, 0, dim, double>;

  const dealii::MatrixFree<dim, double> &matrix_free;
  const unsigned int space, plain_space;
  const bool axisymmetric;
  PointData<double> viscosity_, tangent_, equivalent_rate_;
  /// strain rate over the equivalent one, and the same of the stress that Newton's method follows
  dealii::Table<2, Tensor3D<Lanes>> direction_, stress_direction_;
  dealii::Table<2, Tensor3D<Lanes>> stress_, stress_change_; ///< between the two calls
};
} // namespace kavity

#endif
