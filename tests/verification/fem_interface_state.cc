#include "kavity/fem/Refinement.h"

#include <deal.II/distributed/solution_transfer.h>
#include <deal.II/dofs/dof_handler.h>
#include <deal.II/dofs/dof_tools.h>
#include <deal.II/fe/fe_q.h>
#include <deal.II/lac/la_parallel_vector.h>
#include <deal.II/numerics/vector_tools.h>

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <string>
#include <type_traits>
#include <vector>

using namespace kavity;
using namespace dealii;

namespace
{
template <int dim>
struct TwoBodies
{
  static constexpr int dimension = dim;

  static CellGeometry box()
  {
    CellGeometry geometry;
    geometry.width                 = 4;
    geometry.depth                 = 2;
    geometry.metal_thickness       = 1;
    geometry.electrolyte_thickness = 2;
    return geometry;
  }
  static MeshGrading grading()
  {
    MeshGrading result;
    result.size_at_interface = 10; // the coarse mesh
    return result;
  }

  TwoBodies()
    : metal(MPI_COMM_WORLD, Body<dim>::Side::metal, box(), grading())
    , electrolyte(MPI_COMM_WORLD, Body<dim>::Side::electrolyte, box(), grading())
    , interface(metal, electrolyte, 2)
  {
  }

  template <typename Function>
  InterfaceValues values(const Function &f) const
  {
    InterfaceValues result;
    for (const auto &point : interface.faces(Body<dim>::Side::metal).points)
      result.push_back(f(point));
    return result;
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

// Refines the cells on this place of Gamma; bodies of one layer of cells.
template <int dim>
void flag(Body<dim> &body, const double x)
{
  for (const auto &cell : body.triangulation.active_cell_iterators())
    if (cell->is_locally_owned() && std::abs(cell->center()[0] - x) < 0.5)
      cell->set_refine_flag();
}

template <typename TestBodies>
class InterfaceState : public testing::Test
{
};
using Dimensions = testing::Types<TwoBodies<2>, TwoBodies<3>>;
TYPED_TEST_SUITE(InterfaceState, Dimensions);

// Values of one side are none of the other: nothing but the interface makes the ones of the others.
template <class To, class From>
constexpr bool mixes = std::is_constructible_v<To, From> || std::is_assignable_v<To &, From>;
static_assert(!mixes<InterfaceValues, ElectrolyteValues>);
static_assert(!mixes<ElectrolyteValues, InterfaceValues>);
static_assert(!mixes<InterfaceValues, std::vector<double>>, "of no side");
static_assert(mixes<InterfaceValues, InterfaceValues>, "else the above means nothing");

// Nor do the equations of a body take those of the other.
template <Side side, class Values>
constexpr bool gathers =
  std::is_invocable_v<decltype(&InterfaceBatches<2, side>::gather), InterfaceBatches<2, side>,
                      const Values &, typename InterfaceBatches<2, side>::Batch, unsigned int>;
static_assert(gathers<Side::metal, InterfaceValues>);
static_assert(gathers<Side::electrolyte, ElectrolyteValues>);
static_assert(!gathers<Side::metal, ElectrolyteValues>);
static_assert(!gathers<Side::electrolyte, InterfaceValues>);

TYPED_TEST(InterfaceState, update_refuses_meshes_that_do_not_match)
{
  TypeParam cell;
  cell.interface.update();
  flag(cell.metal, 1.5);
  cell.metal.triangulation.execute_coarsening_and_refinement();
  EXPECT_THROW(cell.interface.update(), std::logic_error);
  flag(cell.electrolyte, 1.5);
  cell.electrolyte.triangulation.execute_coarsening_and_refinement();
  EXPECT_NO_THROW(cell.interface.update());
  flag(cell.electrolyte, 3.5);
  cell.electrolyte.triangulation.execute_coarsening_and_refinement();
  EXPECT_THROW(cell.interface.update(), std::logic_error);
}

// Any change in one body draws the other along, also when only the rules for neighbouring cells
// bring it to Gamma; and what one body keeps the other cannot coarsen.
TYPED_TEST(InterfaceState, flags_follow_the_finer_body)
{
  constexpr int dim = TypeParam::dimension;
  TypeParam cell;
  const auto faces = [&cell]
  {
    return Utilities::MPI::sum(cell.interface.faces(Body<dim>::Side::metal).cells.size(),
                               MPI_COMM_WORLD);
  };
  const auto execute = [&cell]
  {
    synchronise_flags<dim>(cell.electrolyte, {&cell.metal}, {&cell.interface});
    cell.execute();
  };
  const auto coarsen_all = [](Body<dim> &body)
  {
    for (const auto &face : body.triangulation.active_cell_iterators())
      if (face->is_locally_owned())
        face->set_coarsen_flag();
  };
  cell.metal.triangulation.refine_global(1);
  cell.electrolyte.triangulation.refine_global(1);
  cell.interface.update();
  const auto start = faces();

  coarsen_all(cell.metal);
  execute();
  EXPECT_EQ(faces(), start);
  EXPECT_EQ(cell.metal.triangulation.n_global_levels(), 2u);

  for (unsigned int cycle = 0; cycle < 4; ++cycle)
  {
    for (const auto &deep : cell.electrolyte.triangulation.active_cell_iterators())
      if (deep->is_locally_owned() && deep->center()[0] < 0.5 && deep->center()[dim - 1] < -0.5)
        deep->set_refine_flag();
    execute();
  }
  EXPECT_GT(faces(), start);

  for (unsigned int cycle = 0; cycle < 6; ++cycle)
  {
    coarsen_all(cell.metal);
    coarsen_all(cell.electrolyte);
    execute();
  }
  EXPECT_EQ(faces(), std::pow(2, dim - 2) * 4);
}

// State beside a finite element solution on the same triangulation, from file to a new mesh.
TYPED_TEST(InterfaceState, survives_a_file_and_shares_the_cells_with_solutions)
{
  using FEVector    = LinearAlgebra::distributed::Vector<double>;
  constexpr int dim = TypeParam::dimension;
  const auto f      = [](const Point<dim> &x) { return 1 + 0.3 * x[0]; };
  const auto z      = [](const Point<dim> &x) { return x[dim - 1] - 2 * x[0]; };
  const FE_Q<dim> fe(1);
  const auto vector_on = [](const DoFHandler<dim> &dofs)
  {
    IndexSet relevant;
    DoFTools::extract_locally_relevant_dofs(dofs, relevant);
    return FEVector(dofs.locally_owned_dofs(), relevant, MPI_COMM_WORLD);
  };
  const ScalarFunctionFromFunctionObject<dim> linear(z);
  const std::string file = "interface_state_" + std::to_string(dim) + "_" +
                           std::to_string(Utilities::MPI::n_mpi_processes(MPI_COMM_WORLD));

  TypeParam cell;
  DoFHandler<dim> dofs(cell.metal.triangulation);
  dofs.distribute_dofs(fe);
  FEVector solution = vector_on(dofs);
  VectorTools::interpolate(dofs, linear, solution);
  solution.update_ghost_values();
  InterfaceValues state = cell.values(f), highest = cell.values([](auto &) { return 0.4; });
  InterfaceStateTransfer<dim> transfer(cell.metal, cell.interface);
  parallel::distributed::SolutionTransfer<dim, FEVector> solution_transfer(dofs);
  transfer.add(state, transfer.conserved);
  transfer.add(highest, transfer.history);

  flag(cell.metal, 1.5);
  synchronise_flags<dim>(cell.electrolyte, {&cell.metal}, {&cell.interface});
  solution_transfer.prepare_for_coarsening_and_refinement(solution);
  transfer.attach();
  cell.execute();
  dofs.distribute_dofs(fe);
  FEVector refined = vector_on(dofs), exact = vector_on(dofs);
  solution_transfer.interpolate(refined);
  transfer.restore();
  VectorTools::interpolate(dofs, linear, exact);
  refined -= exact;
  EXPECT_LT(refined.linfty_norm(), 1e-13); // round-off

  transfer.attach();
  cell.metal.triangulation.save(file + "_metal");
  cell.electrolyte.triangulation.save(file + "_electrolyte");

  TypeParam other;
  other.metal.triangulation.load(file + "_metal");
  other.electrolyte.triangulation.load(file + "_electrolyte");
  other.interface.update();
  InterfaceValues loaded, loaded_highest;
  InterfaceStateTransfer<dim> from_file(other.metal, other.interface);
  from_file.add(loaded, from_file.conserved);
  from_file.add(loaded_highest, from_file.history);
  from_file.restore_from_file();
  const auto expected = other.values(f);
  ASSERT_EQ(loaded.size(), expected.size());
  EXPECT_GT(Utilities::MPI::sum(expected.size(), MPI_COMM_WORLD), 4u * 2u);
  for (unsigned int i = 0; i < loaded.size(); ++i)
  {
    EXPECT_NEAR(loaded[i], expected[i], 1e-14 * expected[i]); // round-off of interpolation
    EXPECT_EQ(loaded_highest[i], 0.4);
  }
  MPI_Barrier(MPI_COMM_WORLD);
  if (Utilities::MPI::this_mpi_process(MPI_COMM_WORLD) == 0)
    for (const std::string body : {"_metal", "_electrolyte"})
      for (const std::string part : {"", ".info", "_fixed.data", "_variable.data"})
        std::remove((file + body + part).c_str());
}

// A face whose polynomial would become negative: nothing below a tenth of the smallest value,
// nothing lost; merged again, no extreme is added.
TYPED_TEST(InterfaceState, limits_towards_the_mean)
{
  constexpr int dim = TypeParam::dimension;
  TypeParam cell;
  // one point of each face is a peak: the straight line through it is negative at the other end
  InterfaceValues state(cell.interface.faces(Body<dim>::Side::metal).points.size());
  for (unsigned int i = 0; i < state.size(); ++i)
    state[i] = i % cell.interface.points_per_face() == 0 ? 1. : 1e-3;
  const double total = cell.interface.integral(state);
  const auto execute = [&](const bool refine)
  {
    for (Body<dim> *body : {&cell.metal, &cell.electrolyte})
      for (const auto &any : body->triangulation.active_cell_iterators())
        if (any->is_locally_owned())
          refine ? any->set_refine_flag() : any->set_coarsen_flag();
    InterfaceStateTransfer<dim> transfer(cell.metal, cell.interface);
    transfer.add(state, transfer.conserved);
    synchronise_flags<dim>(cell.electrolyte, {&cell.metal}, {&cell.interface});
    transfer.attach();
    cell.execute();
    transfer.restore();
    // round-off
    EXPECT_NEAR(cell.interface.integral(state), total, 1e-14 * total);
  };
  execute(true);
  EXPECT_NEAR(cell.interface.minimum(state), 1e-4, 1e-16); // round-off: the limiter is active
  const double highest = cell.interface.maximum(state);
  execute(false);
  EXPECT_GE(cell.interface.minimum(state), 1e-5);
  EXPECT_LE(cell.interface.maximum(state), highest);
}
} // namespace
