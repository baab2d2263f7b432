#ifndef kavity_voids_gamma_h
#define kavity_voids_gamma_h

#include "Voids.h"

#include <vtkDataArray.h>

#include <functional>

namespace kavity
{
/// Gamma as the part of a body's boundary that lies on y = 0 (in space z = 0). Lengths in the unit
/// of the mesh, micrometres for read_body().
class Gamma
{
public:
  /// Throws UsageError if no face of the body lies on Gamma or the mesh is neither 2D nor 3D.
  Gamma(vtkUnstructuredGrid *body, bool axisymmetric);

  Geometry geometry() const
  {
    return geometry_;
  }

  /// 1 in 2D, 2 in space: the coordinate normal to Gamma.
  int normal() const
  {
    return geometry_ == Geometry::space ? 2 : 1;
  }

  /// Whether a point lies on Gamma, up to the rounding of files in single precision.
  bool holds(const double *point) const
  {
    return std::abs(point[normal()]) < tolerance_;
  }

  double tolerance() const
  {
    return tolerance_;
  }

  /// Integral over Gamma of a function of a field that is linear along each side of a face. Exact
  /// for polynomials of the field up to the third degree.
  double integral(vtkDataArray *field, const std::function<double(double)> &) const;

  /// Adds `slope`, the gradient of @p field on Gamma from the cells that touch it, to the points of
  /// the body; zero at the other points.
  void add_slope(vtkDataArray *field) const;

private:
  vtkUnstructuredGrid *body_;
  Geometry geometry_;
  double tolerance_;
  std::vector<vtkIdType> cells_;              ///< those with a point on Gamma
  std::vector<std::vector<vtkIdType>> faces_; ///< points of the faces on Gamma, in cyclic order
};
} // namespace kavity

#endif
