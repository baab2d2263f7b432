// Uniform contact: the metal flow against the closed forms of docs/model.md, section 4.

#include "kavity/core/Parameters.h"
#include "kavity/core/Registry.h"
#include "kavity/physics/HomogenisedFlow.h"

#include <boost/math/quadrature/gauss_kronrod.hpp>
#include <boost/math/tools/roots.hpp>
#include <gtest/gtest.h>

#include <fstream>

#include "verification_metal.h"

using namespace kavity;

namespace
{
// A column of metal above Gamma, one mean flux through it.
template <int dim>
struct Column
{
  Column(const double thickness, const double size, Metal metal_, const double temperature,
         const Coordinates coordinates = Coordinates::plane)
    : metal(std::move(metal_))
    , geometry{thickness / 4, thickness / 4, thickness, thickness / 4, coordinates}
    , body(MPI_COMM_WORLD, Body<dim>::Side::metal, geometry, MeshGrading{size, 0.5, 0})
    , electrolyte(MPI_COMM_WORLD, Body<dim>::Side::electrolyte, geometry, MeshGrading{size, 0.5, 0})
    , interface(body, electrolyte, 3)
    , flow(body, interface, metal, temperature, {}, {}, SolverSettings())
  {
  }

  InterfaceExchange stripped(const double i) const
  {
    const InterfaceValues none(interface.faces(body.side).points.size(), 0.);
    InterfaceExchange exchange{none, none, none, none, {}, {}, {}, {}, {}, {}};
    exchange.current.assign(none.size(), i);
    return exchange;
  }

  Metal metal;
  CellGeometry geometry;
  Body<dim> body, electrolyte;
  Interface<dim> interface;
  HomogenisedFlow<dim> flow;
};

constexpr double T = 293.15, P = 2.5e6;

// mu at Gamma of the Newtonian closed form.
double newtonian_mu(const Metal &metal, const double eta, const double H, const double i)
{
  const double M = metal.mobility(T), zeta = metal.sink_viscosity(T);
  const double l = std::sqrt(M * metal.molar_volume * (zeta + 4 * eta / 3));
  return metal.molar_volume * P - i * metal.molar_volume * l / (faraday * M) / std::tanh(H / l);
}

template <int dim>
void check_newtonian(const double thickness, const double viscosity, const Coordinates coordinates)
{
  Column<dim> column(thickness, 2e-6, verification::linear_potassium(viscosity), T, coordinates);
  const double i        = 15.;
  const auto report     = column.flow.solve(P, column.stripped(i), 1e-11);
  const double expected = newtonian_mu(column.metal, viscosity, thickness, i);
  const double scale    = column.metal.molar_volume * P;
  std::cout << "thickness " << thickness << " eta " << viscosity << ": " << report.newton_iterations
            << " Newton, " << report.linear_iterations << " linear iterations, "
            << column.body.triangulation.n_global_active_cells() << " cells\n";
  // Q2 at a quarter of the decay length: a tenth of a per cent of the driving potential
  for (const double mu : column.flow.mu)
    EXPECT_NEAR(mu, expected, 1e-3 * scale);
  const double stripped = i * column.metal.molar_volume / faraday * column.interface.area();
  // the balance of the solved fields is as good as the residual, independent of the mesh
  EXPECT_NEAR(column.flow.top_inflow(), stripped, 1e-10 * stripped);
  EXPECT_NEAR(column.flow.sink_contraction(), stripped, 1e-10 * stripped);
}

TEST(UniformContact, NewtonianThickElectrode)
{
  check_newtonian<2>(60e-6, 1e9, Coordinates::plane);
}

TEST(UniformContact, NewtonianThinElectrode)
{
  check_newtonian<2>(8e-6, 1e9, Coordinates::plane);
}

TEST(UniformContact, NewtonianHardMetal)
{
  check_newtonian<2>(60e-6, 1e11, Coordinates::plane);
}

TEST(UniformContact, NewtonianAxisymmetric)
{
  check_newtonian<2>(60e-6, 1e10, Coordinates::axisymmetric);
}

TEST(UniformContact, Newtonian3D)
{
  check_newtonian<3>(40e-6, 1e11, Coordinates::plane);
}

// The voiding current of any creep law: the half-space integral
TEST(UniformContact, PowerLawHalfSpaceIntegral)
{
  const Metal potassium = verification::potassium();
  const double exact    = verification::half_space_voiding_current(potassium, P, T);
  // thirty decay lengths are a half-space to exp(-30)
  Column<2> column(240e-6, 1e-6, verification::potassium(), T);
  const auto margin = [&](const double i)
  {
    column.flow.solve(P, column.stripped(i), 1e-11);
    return column.flow.mu[0] / (potassium.molar_volume * P);
  };
  boost::uintmax_t iterations = 30;
  const auto bracket          = boost::math::tools::toms748_solve(
             margin, 0.5 * exact, 1.5 * exact,
             [](const double a, const double b) { return std::abs(a - b) < 1e-6 * std::abs(a); },
             iterations);
  EXPECT_NEAR(bracket.first, exact, 1e-3 * exact) << "A/m^2";
}
} // namespace
