// The same problem on one rank and on all of them: potential and metal over a contact that varies,
// with hanging nodes. On one rank there is nothing to compare.

#include "kavity/physics/HomogenisedFlow.h"

#include <gtest/gtest.h>

#include <iostream>

#include "verification_metal.h"
#include "verification_potential.h"

using namespace kavity;
using dealii::Point;
using verification::PotentialCell;

namespace
{
constexpr double T = PotentialCell<2>::temperature, P = 2.5e6, i_mean = 15;

// What a run says, and what it says at the points of Gamma on all ranks, ordered by place.
template <int dim>
struct Answer
{
  std::map<std::string, double> totals;
  std::map<std::string, std::vector<double>> at_points;
};

template <int dim, Side side>
std::vector<double> collect(const Interface<dim> &interface, const ValuesOn<side> &values)
{
  const auto &points = interface.faces(side).points;
  std::vector<std::array<double, dim>> mine;
  for (unsigned int k = 0; k < points.size(); ++k)
  {
    std::array<double, dim> entry;
    for (unsigned int d = 0; d < dim - 1; ++d)
      entry[d] = std::round(points[k][d] * 1e12); // pm: points of neighbours lie far apart
    entry[dim - 1] = values[k];
    mine.push_back(entry);
  }
  std::vector<std::array<double, dim>> all;
  const MPI_Comm comm = interface.metal.triangulation.get_communicator();
  for (const auto &part : dealii::Utilities::MPI::all_gather(comm, mine))
    all.insert(all.end(), part.begin(), part.end());
  std::sort(all.begin(), all.end());
  std::vector<double> result;
  for (const auto &entry : all)
    result.push_back(entry[dim - 1]);
  return result;
}

template <int dim>
double smooth(const Point<dim> &x, const double width)
{
  double result = 1;
  for (unsigned int d = 0; d < dim - 1; ++d)
    result *= 0.5 + 0.4 * std::cos(3 * x[d] / width + d);
  return result;
}

template <int dim>
Answer<dim> run(MPI_Comm comm, const Coordinates coordinates)
{
  using Side         = typename Body<dim>::Side;
  const double width = 20e-6;
  typename PotentialCell<dim>::Setup setup;
  setup.geometry     = {width, width, width, width, coordinates};
  setup.grading      = {width / (dim == 2 ? 16 : 4), 0.5, 0};
  setup.communicator = comm;
  setup.refine       = [=](const Point<dim> &x, const double size)
  { return size > 1.01 * width / (dim == 2 ? 32 : 8) && x[0] < 0.3 * width; };
  PotentialCell<dim> cell(setup, verification::kinetics(5e-4));
  const Metal metal = verification::potassium();
  HomogenisedFlow<dim> flow(cell.metal, cell.interface, metal, T, {}, {}, SolverSettings());

  const auto contact =
    cell.contact([=](const Point<dim> &x) { return 0.05 + 0.9 * smooth(x, width); });
  cell.transport.solve(i_mean, contact);

  const auto &points = cell.interface.faces(Side::metal).points;
  const InterfaceValues none(points.size(), 0.);
  InterfaceExchange exchange{none, none, none, none, {}, {}, {}, {}, {}, {}};
  exchange.current = cell.interface.to_metal(cell.transport.current());
  const double M   = metal.mobility(T);
  for (unsigned int k = 0; k < points.size(); ++k)
  {
    exchange.coefficient[k] = M / width * smooth(points[k], width);
    exchange.supply[k]      = -0.1 * metal.molar_volume * P * exchange.coefficient[k];
    exchange.closure[k]     = 1e-11 * smooth(points[k], width);
  }
  flow.solve(P, exchange);

  Answer<dim> answer;
  answer.totals["voltage"]                 = cell.transport.voltage();
  answer.totals["counter current"]         = cell.transport.counter_current();
  answer.totals["current"]                 = cell.interface.integral(exchange.current);
  answer.totals["top inflow"]              = flow.top_inflow();
  answer.totals["sink contraction"]        = flow.sink_contraction();
  answer.totals["area"]                    = cell.interface.area();
  answer.at_points["current"]              = collect(cell.interface, cell.transport.current());
  answer.at_points["current at the metal"] = collect(cell.interface, exchange.current);
  answer.at_points["mu"]                   = collect(cell.interface, flow.mu);
  answer.at_points["pressure"]             = collect(cell.interface, flow.pressure);
  return answer;
}

template <int dim>
void compare(const Coordinates coordinates)
{
  if (dealii::Utilities::MPI::n_mpi_processes(MPI_COMM_WORLD) == 1)
    GTEST_SKIP() << "needs several ranks";
  const auto one = run<dim>(MPI_COMM_SELF, coordinates),
             all = run<dim>(MPI_COMM_WORLD, coordinates);
  // both solve to a residual of 1e-11
  const double tolerance = 1e-10;
  for (const auto &[name, value] : one.totals)
    EXPECT_NEAR(all.totals.at(name), value, tolerance * std::abs(value)) << name;
  for (const auto &[name, values] : one.at_points)
  {
    const auto &others = all.at_points.at(name);
    ASSERT_EQ(others.size(), values.size());
    double scale = 0, difference = 0;
    for (unsigned int k = 0; k < values.size(); ++k)
    {
      scale      = std::max(scale, std::abs(values[k]));
      difference = std::max(difference, std::abs(values[k] - others[k]));
    }
    EXPECT_LT(difference, tolerance * scale) << name;
    if (dealii::Utilities::MPI::this_mpi_process(MPI_COMM_WORLD) == 0)
      std::cout << name << " at " << values.size() << " points: " << difference / scale << '\n';
  }
}

TEST(Ranks, Plane)
{
  compare<2>(Coordinates::plane);
}

TEST(Ranks, Axisymmetric)
{
  compare<2>(Coordinates::axisymmetric);
}

TEST(Ranks, ThreeDimensional)
{
  compare<3>(Coordinates::plane);
}
} // namespace
