#ifndef kavity_tests_postprocess_analytic_bodies_h
#define kavity_tests_postprocess_analytic_bodies_h

#include <array>
#include <functional>
#include <string>
#include <vector>

/// Distance to the void, negative inside, at a point in micrometres.
using Distance = std::function<double(const std::array<double, 3> &)>;

/// A box of metal above Gamma in micrometres, of equal cells.
struct Box
{
  std::array<double, 3> low, high;
  std::array<unsigned int, 3> cells; ///< third 0: two-dimensional
};

/// Writes the file of a body as deal.II does, metres in single precision and every cell with
/// corners of its own, with the points' `metal_fraction` = (1 + tanh(2 distance / width)) / 2, in
/// pieces of which piece k of n has the cells k, k + n, ... Returns the name of the file, relative
/// to the folder that it is in.
std::string write_body(const std::string &folder, const std::string &name, const Box &,
                       const Distance &, double width, unsigned int pieces = 1);

/// Writes a run: solution.pvd with a body for each distance, one second apart, and at every time an
/// electrolyte below.
void write_run(const std::string &folder, const Box &, const std::vector<Distance> &, double width,
               unsigned int pieces = 1);

/// The distance to a sphere (in 2D a disc).
Distance sphere(std::array<double, 3> centre, double radius);

/// The distance to the nearest of several voids.
Distance nearest(std::vector<Distance>);

/// A cap on Gamma with the contact angle through the metal: part of a sphere with its centre at
/// radius cos(angle) above Gamma.
struct Cap
{
  double radius, angle; ///< of the sphere, micrometres; rad

  double base_radius() const;
  double height() const;
  double volume() const;  ///< of the whole cap of revolution
  double section() const; ///< area of its section through the axis
  Distance at(double x, double y, bool space) const;
};

#endif
