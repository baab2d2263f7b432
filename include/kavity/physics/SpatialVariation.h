#ifndef kavity_physics_SpatialVariation_h
#define kavity_physics_SpatialVariation_h

#include <deal.II/base/point.h>

#include <functional>
#include <string>

namespace kavity
{
class Parameters;

/// A dimensionless factor over Gamma that multiplies a mean value (docs/model.md, end of section
/// 5): an expression, a seeded random field or a table. It is a function of the place alone, hence
/// the same on any mesh and any number of processes.
///
/// The random field is lognormal with mean 1: exp(s G - s^2/2), G a Gaussian field of variance 1
/// with the covariance exp(-r^2/(2 l_c^2)), by random Fourier modes. Mean and covariance are those
/// over many seeds; one field on an interface of few l_c deviates from them. The same seed gives
/// the same G whatever it multiplies.
class SpatialVariation
{
public:
  /// @p section is the name of the section declare() is called in, for messages. Factors must be
  /// > 0, or may be 0 somewhere.
  explicit SpatialVariation(const std::string &section = "", bool may_be_zero = false);

  /// Declares the entries in the current section of the parameters. Reads the table of Kind = file.
  void declare(Parameters &);

  /// Reports a factor that is not permitted somewhere, or 0 everywhere, on an interface of this
  /// extent (m; depth 0 in two dimensions), in the current section of the parameters: that of
  /// declare().
  void check(Parameters &, double width, double depth) const;

  /// False if the factor is 1 everywhere.
  bool varies() const;

  /// The factor at x, z in metres; z = 0 in two dimensions. Throws std::runtime_error with entry
  /// and place if an expression has no permitted value there.
  double operator()(double x, double z) const;
  /// The same at a point of the mesh.
  template <int dim>
  double operator()(const dealii::Point<dim> &x) const
  {
    return (*this)(x[0], dim == 3 ? x[1] : 0.);
  }

private:
  std::string section_, entry_;
  bool may_be_zero_;
  std::function<double(double, double)> factor_; // empty: 1
};
} // namespace kavity

#endif
