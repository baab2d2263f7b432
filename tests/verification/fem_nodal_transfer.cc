// Nodal values of a field on a mesh that changes and whose cells go to other ranks.

#include "kavity/fem/NodalTransfer.h"

#include <deal.II/base/quadrature_lib.h>
#include <deal.II/dofs/dof_tools.h>
#include <deal.II/fe/fe_q.h>
#include <deal.II/fe/fe_values.h>
#include <deal.II/numerics/vector_tools.h>

#include <gtest/gtest.h>

using namespace kavity;
using namespace dealii;

namespace
{
// Of values up to 100, carried twice.
constexpr double round_off_of_nodes = 1e-12;

// Held exactly by elements of degree 2.
template <int dim>
class Quadratic : public Function<dim>
{
public:
  explicit Quadratic(const double slope)
    : slope(slope)
  {
  }
  double value(const Point<dim> &x, unsigned int = 0) const override
  {
    return 1 + slope * x[0] - 3 * x[0] * x[dim - 1] + x[1] * x[1];
  }

private:
  const double slope;
};

// Nodes at which cells that this rank knows have another value than the function; counts the cells
// of other ranks.
template <int dim>
unsigned int wrong_nodes(const DoFHandler<dim> &dofs, const kavity::Vector &values,
                         const Function<dim> &function, unsigned int &n_ghost_cells)
{
  FEValues<dim> fe(dofs.get_fe(), Quadrature<dim>(dofs.get_fe().get_unit_support_points()),
                   update_quadrature_points);
  dealii::Vector<double> nodal(fe.dofs_per_cell);
  unsigned int wrong = 0;
  for (const auto &cell : dofs.active_cell_iterators())
    if (!cell->is_artificial())
    {
      n_ghost_cells += cell->is_ghost();
      fe.reinit(cell);
      cell->get_dof_values(values, nodal);
      for (const unsigned int i : fe.dof_indices())
        if (!(std::abs(nodal[i] - function.value(fe.quadrature_point(i))) <
              100 * round_off_of_nodes))
          ++wrong;
    }
  return wrong;
}

template <int dim>
kavity::Vector interpolated(const DoFHandler<dim> &dofs, const Function<dim> &function)
{
  IndexSet relevant;
  DoFTools::extract_locally_relevant_dofs(dofs, relevant);
  kavity::Vector values(dofs.locally_owned_dofs(), relevant, MPI_COMM_WORLD);
  VectorTools::interpolate(dofs, function, values);
  return values;
}

template <int dim>
void carry_quadratics()
{
  CellGeometry geometry;
  geometry.width = geometry.depth = 4;
  geometry.metal_thickness = geometry.electrolyte_thickness = 1;
  MeshGrading grading;
  grading.size_at_interface = 0.5;
  Body<dim> body(MPI_COMM_WORLD, Body<dim>::Side::metal, geometry, grading);
  const FE_Q<dim> element(2);
  const Quadratic<dim> first(2), second(-5);
  std::vector<kavity::Vector> values(2);
  const unsigned int n_ranks = Utilities::MPI::n_mpi_processes(MPI_COMM_WORLD);
  for (unsigned int cycle = 0; cycle < 3; ++cycle)
  {
    DoFHandler<dim> dofs(body.triangulation);
    dofs.distribute_dofs(element);
    unsigned int wrong = 0, n_ghost_cells = 0;
    for (unsigned int k = 0; k < 2; ++k)
    {
      const Quadratic<dim> &function = k == 0 ? first : second;
      if (cycle == 0)
      {
        values[k] = interpolated(dofs, function);
      }
      wrong +=
        wrong_nodes(dofs, NodalTransfer<dim>::ghosted(dofs, values[k]), function, n_ghost_cells);
    }
    EXPECT_EQ(wrong, 0u) << "in cycle " << cycle;
    EXPECT_EQ(n_ghost_cells > 0, n_ranks > 1) << "else ghosts are not asked";
    if (cycle == 2)
      break;
    // what is refined goes from one end to the other, and with it cells to other ranks
    for (const auto &cell : body.triangulation.active_cell_iterators())
      if (cell->is_locally_owned())
        (cell->center()[0] < 2) == (cycle % 2 == 0) ? cell->set_refine_flag() :
                                                      cell->set_coarsen_flag();
    NodalTransfer<dim> transfer(body.triangulation, element);
    transfer.leave({&values[0], &values[1]});
    const unsigned int n_before = body.triangulation.n_global_active_cells();
    body.triangulation.execute_coarsening_and_refinement();
    EXPECT_NE(body.triangulation.n_global_active_cells(), n_before);
    values = transfer.enter();
  }
}

double fourth_power(const double u)
{
  return u * u * u * u;
}

// By the rule of the element, over all ranks.
template <int dim>
double integral(const DoFHandler<dim> &dofs, const kavity::Vector &values)
{
  const QGauss<dim> rule(dofs.get_fe().degree + 1);
  FEValues<dim> fe(dofs.get_fe(), rule, update_values | update_JxW_values);
  std::vector<double> at_points(rule.size());
  double sum = 0;
  for (const auto &cell : dofs.active_cell_iterators())
    if (cell->is_locally_owned())
    {
      fe.reinit(cell);
      fe.get_function_values(values, at_points);
      for (const unsigned int q : fe.quadrature_point_indices())
        sum += fourth_power(at_points[q]) * fe.JxW(q);
    }
  return Utilities::MPI::sum(sum, MPI_COMM_WORLD);
}

// Of a quadratic the rule integrates the fourth power too small by a term of x^6 and one of x^8
// that have the same sign where all coefficients do: what refinement gains of all elements does not
// cancel.
template <int dim>
class Parabola : public Function<dim>
{
public:
  double value(const Point<dim> &x, unsigned int = 0) const override
  {
    return 1 + x[0] + x[0] * x[0];
  }
};
} // namespace

TEST(NodalTransferOnRanks, RefinesWhereTheRuleMissesMost)
{
  constexpr int dim = 2;
  CellGeometry geometry;
  geometry.width = geometry.depth = 4;
  geometry.metal_thickness = geometry.electrolyte_thickness = 1;
  MeshGrading grading;
  grading.size_at_interface = 0.5;
  double whole              = 0;
  for (const double share : {0., 0.3})
  {
    Body<dim> body(MPI_COMM_WORLD, Body<dim>::Side::metal, geometry, grading);
    const FE_Q<dim> element(2);
    DoFHandler<dim> dofs(body.triangulation);
    dofs.distribute_dofs(element);
    const kavity::Vector values = interpolated(dofs, Parabola<dim>());
    const double before         = integral(dofs, NodalTransfer<dim>::ghosted(dofs, values));
    const double loss           = NodalTransfer<dim>::refine_for(
                body, dofs, NodalTransfer<dim>::ghosted(dofs, values), fourth_power, 0.1, share * whole);
    unsigned int n_flagged = 0;
    for (const auto &cell : body.triangulation.active_cell_iterators())
      if (cell->is_locally_owned())
        n_flagged += cell->refine_flag_set() ? 1 : 0;
    n_flagged                   = Utilities::MPI::sum(n_flagged, MPI_COMM_WORLD);
    const unsigned int n_before = body.triangulation.n_global_active_cells();
    NodalTransfer<dim> transfer(body.triangulation, element);
    transfer.leave({&values});
    body.triangulation.execute_coarsening_and_refinement();
    dofs.distribute_dofs(element);
    const double gained =
      integral(dofs, NodalTransfer<dim>::ghosted(dofs, transfer.enter()[0])) - before;
    // round-off of the integrals
    const double round_off = 1e-13 * before;
    if (share == 0)
    {
      EXPECT_EQ(n_flagged, n_before);
      EXPECT_GT(gained, 1e3 * round_off);
      EXPECT_NEAR(loss, gained, round_off);
      whole = gained;
    }
    else
    {
      EXPECT_NEAR(loss, whole, round_off);
      EXPECT_LT(n_flagged, n_before);
      EXPECT_GE(gained, (1 - share) * whole - round_off);
    }
  }
}

TEST(NodalTransferOnRanks, KeepsQuadraticsAtGhosts2D)
{
  carry_quadratics<2>();
}

TEST(NodalTransferOnRanks, KeepsQuadraticsAtGhosts3D)
{
  carry_quadratics<3>();
}
