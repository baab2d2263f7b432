#ifndef kavity_tests_verification_voids_h
#define kavity_tests_verification_voids_h

#include "kavity/models/VoidField.h"
#include "verification_metal.h"

#include <gtest/gtest.h>

#include <cmath>

namespace verification
{
constexpr double room_temperature = 293.15;

/// Metal with voids in a box, at rest: no flow, no current. Lengths in units of the surface width.
template <int dim>
struct VoidBox
{
  VoidBox(const double width, const double height, const double cells_across, const double angle,
          const kavity::Coordinates coordinates = kavity::Coordinates::plane)
    : metal(potassium())
    , geometry{width * delta, width * delta, height * delta, height * delta, coordinates}
    , grading{1.001 * delta / cells_across, 1e-9, 0}
    , body(MPI_COMM_WORLD, kavity::Body<dim>::Side::metal, geometry, grading)
    , electrolyte(MPI_COMM_WORLD, kavity::Body<dim>::Side::electrolyte, geometry, grading)
    , interface(body, electrolyte, 3)
    , flow(body, interface, metal, room_temperature, options(), {}, kavity::SolverSettings())
    , law{delta, barrier, angle, 0., 1e-4}
    , voids(flow, body, interface, law, metal, room_temperature, kavity::SolverSettings())
    , at_rest(interface.faces(body.side).points.size(), 0.)
  {
  }

  /// c = (1 + tanh(2 distance/delta))/2 for a distance in units of delta from a point in them.
  void set(const std::function<double(const dealii::Point<dim> &)> &distance)
  {
    voids.set([&](const dealii::Point<dim> &x)
              { return 0.5 * (1 + std::tanh(2 * distance(x / delta))); });
  }

  /// Implicit Euler steps, the first as given (s), each longer than the last by the growth; the
  /// free energy must not rise in any of them.
  void relax(double step, const double growth, const unsigned int n_steps)
  {
    double energy = voids.energy(at_rest).free;
    for (unsigned int n = 0; n < n_steps; ++n, step *= growth)
    {
      voids.solve({voids.fraction(), step}, at_rest, 1e-10);
      const double now = voids.energy(at_rest).free;
      // round-off of a sum over the body
      EXPECT_LE(now, energy + 1e-10 * std::abs(energy)) << "step " << n;
      energy = now;
    }
  }

  static typename kavity::MetalFlow<dim>::Options options()
  {
    typename kavity::MetalFlow<dim>::Options result;
    result.with_potential = false;
    return result;
  }

  static constexpr double delta = 0.5e-6, barrier = 25e6;
  kavity::Metal metal;
  const kavity::BoxGeometry geometry;
  const kavity::MeshGrading grading;
  kavity::Body<dim> body, electrolyte;
  kavity::Interface<dim> interface;
  kavity::MetalFlow<dim> flow;
  const kavity::PhaseField law;
  kavity::VoidField<dim> voids;
  const kavity::InterfaceValues at_rest;
};
} // namespace verification

#endif
