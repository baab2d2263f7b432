#ifndef kavity_tests_verification_voids_h
#define kavity_tests_verification_voids_h

#include "kavity/physics/ResolvedFlow.h"
#include "kavity/physics/VoidField.h"
#include "verification_metal.h"

#include <gtest/gtest.h>

#include <cmath>
#include <iostream>

namespace verification
{
constexpr double room_temperature = 293.15;

/// Metal with voids in a box between planes of symmetry, at rest until its flow is solved; no
/// current. Lengths in units of the surface width.
template <int dim>
struct VoidBox
{
  VoidBox(const double width, const double height, const double cells_across, const double angle,
          const kavity::Coordinates coordinates = kavity::Coordinates::plane,
          const double surface_diffusivity = 0, kavity::Metal metal = potassium(),
          const double growth = 1e-9, const double compression_modulus = 0)
    : metal(std::move(metal))
    , geometry{width * delta, width * delta, height * delta, height * delta, coordinates}
    , grading{1.001 * delta / cells_across, growth, 0}
    , body(MPI_COMM_WORLD, kavity::Body<dim>::Side::metal, geometry, grading)
    , electrolyte(MPI_COMM_WORLD, kavity::Body<dim>::Side::electrolyte, geometry, grading)
    , interface(body, electrolyte, 3)
    , flow(body, interface, this->metal, room_temperature, options(), {}, flow_settings())
    , law{delta, barrier, compression_modulus, angle, surface_diffusivity, 1e-4}
    , voids(flow, body, interface, law, this->metal, room_temperature, kavity::SolverSettings())
    , at_rest(interface.faces(body.side).points.size(), 0.)
  {
  }

  /// c = (1 + tanh(2 distance/delta))/2 for a distance in units of delta from a point in them.
  void set(const std::function<double(const dealii::Point<dim> &)> &distance)
  {
    voids.set([&](const dealii::Point<dim> &x)
              { return 0.5 * (1 + std::tanh(2 * distance(x / delta))); });
  }

  /// An implicit Euler step (s) at rest.
  kavity::SolverReport advance(const double step, const double tolerance)
  {
    return voids.solve({voids.content(voids.fraction()), step}, at_rest, tolerance);
  }

  /// Implicit Euler steps over a time (s), as long as the solver and the change of c allow; the
  /// free energy must not rise in any of them.
  void relax(const double time)
  {
    double energy = voids.energy(at_rest).free, step = 0.02, done = 0;
    unsigned int n_steps = 0, n_iterations = 0;
    while (done < time && step > 1e-4)
    {
      step              = std::min(step, time - done);
      const auto before = voids.solution();
      double change     = 1;
      try
      {
        n_iterations += advance(step, 1e-9).linear_iterations;
        auto difference = voids.fraction();
        difference -= before.block(1);
        change = difference.linfty_norm();
      }
      catch (const kavity::NoConvergence &)
      {
      }
      if (change > 0.3)
      {
        voids.solution() = before;
        step *= 0.5;
        continue;
      }
      done += step;
      ++n_steps;
      const double now = voids.energy(at_rest).free;
      // the tolerance of a step
      EXPECT_LE(now, energy + 1e-8 * std::abs(energy)) << "after " << done << " s";
      energy = now;
      step *= change < 0.1 ? 1.5 : 1;
    }
    EXPECT_GE(done, 0.999 * time);
    std::cout << n_steps << " steps, " << n_iterations << " linear iterations, last step " << step
              << " s\n";
  }

  static typename kavity::ResolvedFlow<dim>::Options options()
  {
    typename kavity::ResolvedFlow<dim>::Options result;
    result.platen = kavity::ResolvedFlow<dim>::Platen::rigid_pressure;
    return result;
  }
  static kavity::SolverSettings flow_settings()
  {
    kavity::SolverSettings result;
    result.max_linear_iterations = 1000; // voids much thinner than the metal
    return result;
  }

  static constexpr double delta = 0.5e-6, barrier = 25e6;
  kavity::Metal metal;
  const kavity::CellGeometry geometry;
  const kavity::MeshGrading grading;
  kavity::Body<dim> body, electrolyte;
  kavity::Interface<dim> interface;
  kavity::ResolvedFlow<dim> flow;
  const kavity::PhaseField law;
  kavity::VoidField<dim> voids;
  const kavity::InterfaceValues at_rest;
};
/// Where c = 1/2 on the edges of the mesh, quadratic along each of them; m.
inline std::vector<dealii::Point<2>> contour(const VoidBox<2> &box)
{
  using namespace dealii;
  const auto &dofs = box.flow.potential_space().dof_handler;
  const auto &c    = box.voids.fraction();
  std::vector<types::global_dof_index> indices(dofs.get_fe().dofs_per_cell);
  std::vector<Point<2>> result;
  for (const auto &cell : dofs.active_cell_iterators())
  {
    cell->get_dof_indices(indices);
    for (unsigned int line = 0; line < GeometryInfo<2>::lines_per_cell; ++line)
    {
      const unsigned int ends[] = {GeometryInfo<2>::line_to_cell_vertices(line, 0),
                                   GeometryInfo<2>::line_to_cell_vertices(line, 1)};
      const double first = c(indices[ends[0]]) - 0.5, last = c(indices[ends[1]]) - 0.5;
      if ((first > 0) == (last > 0))
        continue;
      const double middle = c(indices[GeometryInfo<2>::vertices_per_cell + line]) - 0.5;
      // first + b t + a t^2
      const double a = 2 * (first + last - 2 * middle), b = last - first - a;
      const double root = std::sqrt(b * b - 4 * a * first);
      const double t    = 2 * first / (b > 0 ? -b - root : -b + root);
      result.push_back(cell->vertex(ends[0]) + t * (cell->vertex(ends[1]) - cell->vertex(ends[0])));
    }
  }
  return result;
}
} // namespace verification

#endif
