// The size of a mesh that is told before it is built.
#include "kavity/fem/Body.h"

#include <deal.II/dofs/dof_handler.h>
#include <deal.II/fe/fe_q.h>

#include <gtest/gtest.h>

#include <algorithm>

using namespace kavity;

namespace
{
constexpr double um = 1e-6;

template <int dim>
void compare(const CellGeometry &box, const MeshGrading &grading)
{
  for (const auto side : {Body<dim>::Side::metal, Body<dim>::Side::electrolyte})
  {
    const auto expected = Body<dim>::expected_size(side, box, grading);
    const Body<dim> body(MPI_COMM_SELF, side, box, grading);
    const auto nodes = [&body](const unsigned int degree)
    {
      dealii::DoFHandler<dim> dofs(body.triangulation);
      dofs.distribute_dofs(dealii::FE_Q<dim>(degree));
      return static_cast<double>(dofs.n_dofs());
    };
    // what fits neighbours of different sizes to each other is left out
    const double cells = body.triangulation.n_global_active_cells();
    EXPECT_LE(expected.cells, cells);
    EXPECT_GE(expected.cells, 0.6 * cells);
    // at coarse cells beside fine ones some nodes count twice, others not at all
    EXPECT_NEAR(expected.nodes_1, nodes(1), 0.4 * nodes(1));
    EXPECT_NEAR(expected.nodes_2, nodes(2), 0.4 * nodes(2));
  }
}

MeshGrading grading(const double size, const double growth, const unsigned int refinements = 0)
{
  MeshGrading result;
  result.size_at_interface  = size;
  result.growth             = growth;
  result.global_refinements = refinements;
  return result;
}
} // namespace


TEST(ExpectedSize, OfPlaneBodies)
{
  compare<2>({100 * um, 0, 100 * um, 500 * um, Coordinates::plane}, grading(5 * um, 0.5));
  compare<2>({10 * um, 0, 50 * um, 100 * um, Coordinates::plane}, grading(0.3 * um, 0.5));
  compare<2>({10 * um, 0, 50 * um, 100 * um, Coordinates::plane}, grading(0.3 * um, 1, 2));
  compare<2>({20 * um, 0, 0.5 * um, 30 * um, Coordinates::plane}, grading(0.25 * um, 0.5));
}


TEST(ExpectedSize, OfBodiesInSpace)
{
  compare<3>({48 * um, 30 * um, 20 * um, 60 * um, Coordinates::plane}, grading(3 * um, 1));
  compare<3>({20 * um, 20 * um, 40 * um, 10 * um, Coordinates::plane}, grading(2 * um, 0.5));
}
