#include "kavity/fem/Refinement.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <string>

using namespace kavity;
using namespace dealii;

namespace
{
// Metal 1 thick and electrolyte 2 thick over a width of 4 (and depth of 2): the metal's coarse
// cells are unit cubes.
CellGeometry box(const Coordinates coordinates)
{
  CellGeometry geometry;
  geometry.width                 = 4;
  geometry.depth                 = 2;
  geometry.metal_thickness       = 1;
  geometry.electrolyte_thickness = 2;
  geometry.coordinates           = coordinates;
  return geometry;
}

MeshGrading grading(const double size)
{
  MeshGrading result;
  result.size_at_interface = size;
  return result;
}

// Between 0 and 1, a function of the position alone: the same on any number of ranks.
template <int dim>
double noise(const Point<dim> &x, const double seed)
{
  double sum = seed;
  for (unsigned int d = 0; d < dim; ++d)
    sum += std::round(1e6 * x[d]) * (0.618033988749895 + 0.1 * d);
  const double s = 43758.5453 * std::sin(sum);
  return s - std::floor(s);
}

template <int dim>
struct TwoRefinedBodies
{
  TwoRefinedBodies(MPI_Comm comm, const Coordinates coordinates, const unsigned int points_1d,
                   const double size = 0.5)
    : metal(comm, Body<dim>::Side::metal, box(coordinates), grading(size))
    , electrolyte(comm, Body<dim>::Side::electrolyte, box(coordinates), grading(size))
    , interface(metal, electrolyte, points_1d)
  {
  }

  InterfaceValues values(const std::function<double(const Point<dim> &)> &f) const
  {
    InterfaceValues result;
    for (const auto &point : interface.faces(Body<dim>::Side::metal).points)
      result.push_back(f(point));
    return result;
  }

  // Integrals over the unit cells of the coarse mesh, which no change of the mesh divides.
  std::vector<double> cell_integrals(const InterfaceValues &state) const
  {
    const auto &faces = interface.faces(Body<dim>::Side::metal);
    std::vector<double> result(8, 0.);
    for (unsigned int i = 0; i < state.size(); ++i)
      result[static_cast<int>(faces.points[i][0]) + (dim == 3 && faces.points[i][1] > 1 ? 4 : 0)] +=
        faces.weights[i] * state[i];
    Utilities::MPI::sum(result, metal.triangulation.get_communicator(), result);
    return result;
  }

  unsigned int n_faces() const
  {
    return Utilities::MPI::sum(interface.faces(Body<dim>::Side::metal).cells.size(),
                               metal.triangulation.get_communicator());
  }

  void execute()
  {
    metal.triangulation.execute_coarsening_and_refinement();
    electrolyte.triangulation.execute_coarsening_and_refinement();
    interface.update();
  }

  Body<dim> metal, electrolyte;
  Interface<dim> interface;
};

// Refine where a spot has arrived (each body has its own), coarsen where there is none, and a
// few cells at random; every cell changes its computational weight, so that cells migrate.
template <int dim>
void set_flags(Body<dim> &body, const unsigned int cycle, const bool randomly, const int max_level)
{
  Point<dim> spot;
  spot[0] = 0.4 + 0.6 * cycle + (body.side == Body<dim>::Side::metal ? 0. : 0.7);
  spot[1] = dim == 3 ? 0.3 * cycle : 0.;
  for (const auto &cell : body.triangulation.active_cell_iterators())
    if (cell->is_locally_owned())
    {
      const double distance = cell->center().distance(spot);
      const bool chance     = randomly && noise(cell->center(), cycle) < 0.1;
      if ((distance < 0.5 || chance) && cell->level() < max_level)
        cell->set_refine_flag();
      else if (distance > 0.8)
        cell->set_coarsen_flag();
    }
}

template <int dim>
void migrate(Body<dim> &body, const unsigned int &cycle)
{
  body.triangulation.signals.cell_weight.connect(
    [&cycle](const auto &cell, auto) -> unsigned int
    { return 5000 * (1 + std::sin(2. * cycle + cell->center()[0])); });
}

struct Case
{
  unsigned int dim;
  Coordinates coordinates;
  unsigned int points_1d;
};
class Refinement : public testing::TestWithParam<Case>
{
};

template <int dim>
unsigned int finest_mismatch(const TwoRefinedBodies<dim> &cell)
{
  ElectrolyteValues levels;
  for (const auto &face : cell.interface.faces(Body<dim>::Side::electrolyte).cells)
    levels.insert(levels.end(), cell.interface.points_per_face(), face->level());
  const auto on_metal = cell.interface.to_metal(levels);
  const auto &faces   = cell.interface.faces(Body<dim>::Side::metal).cells;
  unsigned int wrong  = 0;
  for (unsigned int i = 0; i < on_metal.size(); ++i)
    wrong += on_metal[i] != faces[i / cell.interface.points_per_face()]->level();
  return Utilities::MPI::sum(wrong, MPI_COMM_WORLD);
}

// Carries states through several cycles; returns what does not depend on the number of ranks.
template <int dim>
std::vector<double> conserve(MPI_Comm comm, const Case &c)
{
  unsigned int cycle = 0;
  TwoRefinedBodies<dim> cell(comm, c.coordinates, c.points_1d);
  migrate(cell.metal, cycle);
  migrate(cell.electrolyte, cycle);
  // smooth, and rough: zeros beside peaks over ten orders of magnitude
  std::vector<InterfaceValues> states = {
    cell.values([](const auto &x) { return 1.1 + std::sin(3 * x[0]) * std::cos(x[1]); }),
    cell.values([](const auto &x)
                { return noise(x, 1.) < 0.5 ? 0. : std::pow(10., 10 * noise(x, 2.)); })};
  InterfaceValues history = cell.values([](const auto &x) { return noise(x, 3.); });
  const double maximum    = cell.interface.maximum(history);

  std::vector<double> fingerprint;
  bool coarsened = false, refined = false;
  for (cycle = 0; cycle < 6; ++cycle)
  {
    std::vector<std::vector<double>> before;
    InterfaceStateTransfer<dim> transfer(cell.metal, cell.interface);
    for (auto &state : states)
    {
      before.push_back(cell.cell_integrals(state));
      transfer.add(state, transfer.conserved);
    }
    transfer.add(history, transfer.history);
    const unsigned int faces = cell.n_faces();
    set_flags(cell.metal, cycle, false, 4);
    set_flags(cell.electrolyte, cycle, cycle % 2 == 0, 4);
    synchronise_flags<dim>(cell.electrolyte, {&cell.metal}, {&cell.interface});
    transfer.attach();
    cell.execute();
    transfer.restore();
    refined |= cell.n_faces() > faces;
    coarsened |= cell.n_faces() < faces;
    EXPECT_EQ(finest_mismatch(cell), 0u);

    for (unsigned int s = 0; s < states.size(); ++s)
    {
      const auto after = cell.cell_integrals(states[s]);
      for (unsigned int i = 0; i < after.size(); ++i)
        // round-off of sums over some hundred points
        EXPECT_NEAR(after[i], before[s][i], 1e-13 * before[s][i]) << "state " << s;
      EXPECT_GE(cell.interface.minimum(states[s]), 0.);
      fingerprint.insert(fingerprint.end(), after.begin(), after.end());
      // also what is inside the coarse cells
      auto moment = states[s];
      for (unsigned int i = 0; i < moment.size(); ++i)
        moment[i] *= cell.interface.faces(Body<dim>::Side::metal).points[i][0];
      fingerprint.push_back(cell.interface.integral(moment));
    }
    EXPECT_EQ(cell.interface.maximum(history), maximum);
    fingerprint.push_back(cell.interface.integral(history));
    fingerprint.push_back(cell.metal.triangulation.n_global_active_cells());
    fingerprint.push_back(cell.electrolyte.triangulation.n_global_active_cells());
  }
  EXPECT_TRUE(refined && coarsened);
  return fingerprint;
}

TEST_P(Refinement, conserves_integrals_on_any_number_of_ranks)
{
  const auto run = [](MPI_Comm comm)
  { return GetParam().dim == 2 ? conserve<2>(comm, GetParam()) : conserve<3>(comm, GetParam()); };
  const auto together = run(MPI_COMM_WORLD), alone = run(MPI_COMM_SELF);
  ASSERT_EQ(together.size(), alone.size());
  for (unsigned int i = 0; i < alone.size(); ++i)
    EXPECT_NEAR(together[i], alone[i], 1e-12 * alone[i]); // round-off of six cycles
}

// Refined at random and coarsened again, a polynomial remains itself at the new points.
template <int dim>
void carry_polynomial(const Case &c)
{
  const auto polynomial = [&c](const Point<dim> &x)
  {
    double result = 1;
    for (unsigned int d = 0; d < dim - 1; ++d)
      result *= 1 + std::pow(0.3 + (d + 1) * x[d] / 4, c.points_1d - 1);
    return result;
  };
  TwoRefinedBodies<dim> cell(MPI_COMM_WORLD, c.coordinates, c.points_1d);
  InterfaceValues state    = cell.values(polynomial),
                  constant = cell.values([](auto &) { return 0.7; });
  for (unsigned int cycle = 0; cycle < 5; ++cycle)
  {
    InterfaceStateTransfer<dim> transfer(cell.metal, cell.interface);
    transfer.add(state, transfer.conserved);
    transfer.add(constant, transfer.history);
    set_flags(cell.metal, cycle, cycle < 3, 4);
    set_flags(cell.electrolyte, cycle, false, 4);
    synchronise_flags<dim>(cell.electrolyte, {&cell.metal}, {&cell.interface});
    transfer.attach();
    cell.execute();
    transfer.restore();
    const auto exact = cell.values(polynomial);
    ASSERT_EQ(state.size(), exact.size());
    for (unsigned int i = 0; i < exact.size(); ++i)
    {
      EXPECT_NEAR(state[i], exact[i], 1e-12 * exact[i]); // round-off of interpolation
      EXPECT_EQ(constant[i], 0.7);
    }
  }
}

TEST_P(Refinement, carries_polynomials_exactly)
{
  if (GetParam().dim == 2)
    carry_polynomial<2>(GetParam());
  else
    carry_polynomial<3>(GetParam());
}

INSTANTIATE_TEST_SUITE_P(
  Interface, Refinement,
  testing::Values(Case{2, Coordinates::plane, 2}, Case{2, Coordinates::plane, 3},
                  Case{2, Coordinates::axisymmetric, 1}, Case{2, Coordinates::axisymmetric, 2},
                  Case{2, Coordinates::axisymmetric, 4}, Case{3, Coordinates::plane, 2},
                  Case{3, Coordinates::plane, 3}),
  [](const auto &info)
  {
    return std::to_string(info.param.dim) + "D_" +
           (info.param.coordinates == Coordinates::plane ? "plane_" : "axisymmetric_") +
           std::to_string(info.param.points_1d) + "_points";
  });
} // namespace
