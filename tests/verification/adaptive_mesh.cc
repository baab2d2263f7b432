// The mesh follows what varies on Gamma: flags of both bodies, and a whole cell whose contact has
// an edge.

#include "kavity/cell/Cell.h"
#include "kavity/core/Parameters.h"
#include "kavity/fem/Refinement.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <fstream>
#include <functional>

using namespace kavity;
using namespace dealii;

namespace
{
template <int dim>
struct Bodies
{
  Bodies()
    : metal(MPI_COMM_WORLD, Body<dim>::Side::metal, geometry, grading)
    , electrolyte(MPI_COMM_WORLD, Body<dim>::Side::electrolyte, geometry, grading)
    , interface(metal, electrolyte, 3)
  {
  }

  InterfaceValues values(const std::function<double(const Point<dim> &)> &f) const
  {
    InterfaceValues result;
    for (const auto &x : interface.faces(metal.side).points)
      result.push_back(f(x));
    return result;
  }

  void follow(const std::function<double(const Point<dim> &)> &f)
  {
    // each pass changes a cell by one level; neighbours follow, which may take a few passes more
    for (unsigned int pass = 0;; ++pass)
    {
      ASSERT_LT(pass, 20u) << "the mesh does not settle";
      flag_variations(metal, interface, values(f), 0.1, levels);
      flag_for_graded_mesh(electrolyte);
      synchronise_flags<dim>(electrolyte, {&metal}, {&interface});
      const bool above = any_flag(metal), below = any_flag(electrolyte);
      if (!above && !below)
        return;
      metal.triangulation.execute_coarsening_and_refinement();
      electrolyte.triangulation.execute_coarsening_and_refinement();
      interface.update(); // throws if the meshes do not match
    }
  }

  static constexpr unsigned int levels = 2;
  const CellGeometry geometry          = {4, 2, 2, 3, Coordinates::plane};
  const MeshGrading grading            = {0.5, 0.5, 1};
  Body<dim> metal, electrolyte;
  Interface<dim> interface;
};

// How a body was built.
template <int dim>
struct Built
{
  explicit Built(const Body<dim> &body)
    : body(body)
    , n_levels(body.triangulation.n_global_levels())
    , n_cells(body.triangulation.n_global_active_cells())
  {
  }

  void expect_no_coarser(const unsigned int levels) const
  {
    for (const auto &cell : body.triangulation.active_cell_iterators())
      if (cell->is_locally_owned())
      {
        EXPECT_GE(cell->level(), body.graded_level(cell));
      }
    EXPECT_GT(body.triangulation.n_global_active_cells(), n_cells);
    EXPECT_EQ(body.triangulation.n_global_levels(), n_levels + levels);
  }

  void expect_the_same() const
  {
    for (const auto &cell : body.triangulation.active_cell_iterators())
      if (cell->is_locally_owned())
      {
        EXPECT_EQ(cell->level(), body.graded_level(cell));
      }
    EXPECT_EQ(body.triangulation.n_global_active_cells(), n_cells);
  }

  const Body<dim> &body;
  const unsigned int n_levels, n_cells;
};

// An edge that moves: faces beside it are as fine as allowed, some elsewhere as they were built;
// without an edge both meshes are again as they were built.
template <int dim>
void follow_an_edge()
{
  Bodies<dim> cell;
  const Built<dim> metal(cell.metal), electrolyte(cell.electrolyte);
  metal.expect_the_same();
  for (const double edge : {0.3, 2.1, 3.6})
  {
    const auto distance = [edge](const Point<dim> &x)
    { return x[0] + (dim == 3 ? 0.1 * x[1] : 0.) - edge; };
    cell.follow([&](const Point<dim> &x) { return distance(x) < 0 ? 0.9 : 0.2; });
    metal.expect_no_coarser(cell.levels);
    electrolyte.expect_no_coarser(cell.levels);
    bool somewhere_as_built = false;
    for (const auto &face : cell.interface.faces(cell.metal.side).cells)
    {
      auto x     = face->center();
      x[dim - 1] = 0;
      if (std::abs(distance(x)) < 0.5 * face->extent_in_direction(0))
      {
        EXPECT_EQ(face->level(), cell.metal.graded_level(face) + static_cast<int>(cell.levels));
      }
      somewhere_as_built = somewhere_as_built || face->level() == cell.metal.graded_level(face);
    }
    EXPECT_TRUE(Utilities::MPI::max(static_cast<int>(somewhere_as_built), MPI_COMM_WORLD));
  }
  cell.follow([](const Point<dim> &) { return 0.5; });
  metal.expect_the_same();
  electrolyte.expect_the_same();
}

TEST(AdaptiveMesh, follows_an_edge_in_2D)
{
  follow_an_edge<2>();
}

TEST(AdaptiveMesh, follows_an_edge_in_3D)
{
  follow_an_edge<3>();
}

// Voids cover most of one part of Gamma and little of the rest.
CellParameters half_covered(const std::vector<std::string> &mesh)
{
  int rank = 0;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  char name[80];
  std::snprintf(name, sizeof(name), "adaptive_mesh_%d_%d.prm", static_cast<int>(getpid()), rank);
  std::ofstream(name) << R"(
include materials/K-bulk-sinks.prm
include materials/K-BASE.prm
subsection Cell
  set Width                 = 20 um
  set Metal thickness       = 20 um
  set Electrolyte thickness = 20 um
end
subsection Mesh
  set Element size at interface = 5 um
end
subsection Voids
  set Population  = 1e11 1/m^2
  set Base radius = 1 um
  subsection Radius variation
    set Kind       = expression
    set Expression = if(x < 7.3, 1.65, 0.5)
  end
end
subsection Solver
  set Coupling tolerance = 1e-8
end
)";
  auto parameters = Parameters::from_file(name, mesh);
  std::remove(name);
  CellParameters result;
  result.declare(parameters);
  parameters.finish();
  return result;
}

struct Stripping
{
  std::map<std::string, double> first, last;
  double unknowns           = 0;
  unsigned int mesh_changes = 0;
  double lost_void_volume   = 0; ///< relative, largest over the changes
  double worst_balance      = 0;
};

double total(const std::map<std::string, double> &sizes)
{
  double result = 0;
  for (const auto &[name, number] : sizes)
    result += number;
  return result;
}

// Seconds of stripping in steps of one.
Stripping strip(const CellParameters &parameters, MPI_Comm comm, const unsigned int steps)
{
  const double current = 40;
  const auto cell =
    Cell::create(comm, parameters, parameters.stack_pressure, parameters.temperature);
  cell->solve(current);
  Stripping run;
  run.first = cell->observables();
  for (unsigned int step = 0; step < steps; ++step)
  {
    cell->advance(1., current);
    const auto before = cell->observables();
    const auto sizes  = cell->sizes();
    cell->accept();
    run.last           = cell->observables();
    const auto balance = cell->balances().front();
    run.worst_balance  = std::max(
       {run.worst_balance, balance.charge_error(), balance.metal_error(), balance.sink_error()});
    if (cell->sizes() != sizes)
    {
      ++run.mesh_changes;
      run.lost_void_volume = std::max(
        run.lost_void_volume, std::abs(run.last.at("void_volume") / before.at("void_volume") - 1));
    }
    run.unknowns = std::max(run.unknowns, total(cell->sizes()));
  }
  return run;
}

// The fine mesh has everywhere what the adaptive one has at the edge of contact.
TEST(AdaptiveMesh, is_as_good_as_a_fine_mesh_where_contact_has_an_edge)
{
  const unsigned int steps = 4;
  const Stripping coarse   = strip(half_covered({}), MPI_COMM_WORLD, steps);
  const Stripping fine = strip(half_covered({"Mesh/Global refinements=2"}), MPI_COMM_WORLD, steps);
  const Stripping adaptive =
    strip(half_covered({"Mesh/Adaptive refinements=2", "Mesh/Time steps between adaptions=1"}),
          MPI_COMM_WORLD, steps);
  EXPECT_EQ(coarse.mesh_changes, 0u);
  EXPECT_GE(adaptive.mesh_changes, 1u);
  EXPECT_LT(adaptive.unknowns, 0.5 * fine.unknowns);
  EXPECT_LT(adaptive.lost_void_volume, 1e-12); // round-off of sums
  EXPECT_LT(adaptive.worst_balance, 1e-10);    // as without changes of the mesh
  for (const auto &observed : {&Stripping::first, &Stripping::last})
    for (const std::string name : {"contact", "voltage", "void_volume", "current_max"})
    {
      const double exact = (fine.*observed).at(name);
      const double error = std::abs((adaptive.*observed).at(name) - exact);
      std::cout << name << ' ' << exact << ": off by " << (coarse.*observed).at(name) - exact
                << " on the coarse mesh, " << (adaptive.*observed).at(name) - exact
                << " on the adaptive one\n";
      // no more than a tenth of what the coarse mesh lacks
      EXPECT_LT(error, 0.1 * std::abs((coarse.*observed).at(name) - exact)) << name;
    }
  std::cout << coarse.unknowns << ", " << adaptive.unknowns << ", " << fine.unknowns
            << " unknowns on the coarse, adaptive, fine mesh\n";
}

TEST(AdaptiveMesh, begins_anew_after_a_reset)
{
  const auto parameters =
    half_covered({"Mesh/Adaptive refinements=2", "Mesh/Time steps between adaptions=1"});
  const auto cell =
    Cell::create(MPI_COMM_WORLD, parameters, parameters.stack_pressure, parameters.temperature);
  const auto sizes = cell->sizes();
  const auto look  = [&]()
  {
    cell->solve(40);
    return cell->observables();
  };
  const auto first = look();
  for (unsigned int step = 0; step < 3; ++step)
  {
    cell->advance(1., 40);
    cell->accept();
  }
  EXPECT_NE(cell->sizes(), sizes);
  cell->reset(0.);
  EXPECT_EQ(cell->sizes(), sizes);
  const auto again = look();
  for (const auto &[name, value] : first)
    EXPECT_NEAR(again.at(name), value, 1e-7 * std::abs(value)) << name; // coupled to 1e-8
}

TEST(Ranks, AdaptiveMesh)
{
  if (Utilities::MPI::n_mpi_processes(MPI_COMM_WORLD) == 1)
    GTEST_SKIP() << "needs several ranks";
  const auto parameters =
    half_covered({"Mesh/Adaptive refinements=2", "Mesh/Time steps between adaptions=1"});
  const Stripping one = strip(parameters, MPI_COMM_SELF, 3),
                  all = strip(parameters, MPI_COMM_WORLD, 3);
  EXPECT_EQ(all.unknowns, one.unknowns);
  EXPECT_GE(all.mesh_changes, 1u);
  EXPECT_EQ(all.mesh_changes, one.mesh_changes);
  EXPECT_LT(all.lost_void_volume, 1e-12); // round-off of sums
  EXPECT_LT(all.worst_balance, 1e-10);    // as without changes of the mesh
  for (const auto &[name, value] : one.last)
    // coupled to 1e-8 in every stage
    EXPECT_NEAR(all.last.at(name), value, 1e-6 * std::abs(value)) << name;
}
} // namespace
