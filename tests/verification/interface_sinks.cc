// Sinks for vacancies on Gamma (docs/model.md, sections 4 and 5): the metal flow against closed
// forms.

#include "kavity/laws/Constants.h"
#include "kavity/physics/HomogenisedFlow.h"

#include <gtest/gtest.h>

#include "verification_metal.h"

using namespace kavity;

namespace
{
constexpr double T = 293.15, P = 2.5e6;

// Metal above Gamma, four times as thick as wide.
template <int dim>
struct Column
{
  using Flow = HomogenisedFlow<dim>;

  Column(Metal metal_, const typename Flow::Options &options, const double thickness,
         const double size, const Coordinates coordinates)
    : metal(std::move(metal_))
    , geometry{thickness / 4, thickness / 4, thickness, thickness / 4, coordinates}
    , body(MPI_COMM_WORLD, Body<dim>::Side::metal, geometry, MeshGrading{size, 0.5, 0})
    , electrolyte(MPI_COMM_WORLD, Body<dim>::Side::electrolyte, geometry, MeshGrading{size, 0.5, 0})
    , interface(body, electrolyte, 3)
    , flow(body, interface, metal, T, options, {}, SolverSettings())
  {
  }

  // Full contact, or a fraction of it whose voids exchange nothing.
  InterfaceExchange stripped(const double i, const double contact = 1) const
  {
    const InterfaceValues none(interface.faces(body.side).points.size(), 0.);
    InterfaceExchange exchange{none, none, none, none, none, none, none, none, {}, {}};
    exchange.current.assign(none.size(), i);
    exchange.supply_by_velocity.assign(none.size(), contact);
    exchange.traction_by_velocity.assign(none.size(), contact * metal.interface_sink_viscosity(T));
    exchange.traction_by_potential.assign(none.size(), contact / metal.molar_volume);
    return exchange;
  }

  Metal metal;
  CellGeometry geometry;
  Body<dim> body, electrolyte;
  Interface<dim> interface;
  Flow flow;
};

// mu = Omega P - F R_s i whatever the creep, platen and friction: the metal moves as a block.
template <int dim>
void check_block(const typename HomogenisedFlow<dim>::Options &options,
                 const Coordinates coordinates, const std::vector<std::string> &overrides = {})
{
  Column<dim> column(verification::metal_from("include materials/K.prm\n", overrides), options,
                     40e-6, 10e-6, coordinates);
  const double Omega = column.metal.molar_volume, R_s = column.metal.interface_sink_resistance(T);
  for (const double i : {10., 30., -20.})
  {
    column.flow.solve(P, column.stripped(i), 1e-11);
    const double mu = Omega * P - faraday * R_s * i, speed = i * Omega / faraday;
    for (unsigned int k = 0; k < column.flow.mu.size(); ++k)
    {
      // linear fields: exact but for the tolerance of the solver
      EXPECT_NEAR(column.flow.mu[k], mu, 1e-7 * Omega * P);
      EXPECT_NEAR(column.flow.approach[k], speed, 1e-8 * std::abs(speed));
    }
    const double stripped = speed * column.interface.area();
    EXPECT_NEAR(column.flow.top_inflow(), stripped, 1e-10 * std::abs(stripped));
    EXPECT_EQ(column.flow.sink_contraction(), 0.);
  }
}

TEST(InterfaceSinks, BlockPlane)
{
  for (const auto platen :
       {HomogenisedFlow<2>::Platen::pressure, HomogenisedFlow<2>::Platen::rigid_pressure})
    for (const auto slip : {HomogenisedFlow<2>::Slip::free, HomogenisedFlow<2>::Slip::stick})
      check_block<2>({platen, slip}, Coordinates::plane);
}

TEST(InterfaceSinks, BlockAxisymmetric)
{
  check_block<2>({}, Coordinates::axisymmetric);
}

TEST(InterfaceSinks, Block3D)
{
  check_block<3>({}, Coordinates::plane);
  check_block<3>({HomogenisedFlow<3>::Platen::rigid_pressure}, Coordinates::plane);
}

// Creep without a linear branch: the viscosity of metal that is not strained would be infinite.
TEST(InterfaceSinks, BlockThatIsRigidAtRest)
{
  check_block<2>({}, Coordinates::plane, {"Metal/power_law/Linear branch=false"});
}

// Where voids leave the contact chi_v, it bears P/chi_v: i Omega/F = chi_v b (Omega P/chi_v - mu).
TEST(InterfaceSinks, ContactBearsWhatVoidsDoNot)
{
  Column<2> column(verification::metal_from("include materials/K.prm\n"), {}, 40e-6, 10e-6,
                   Coordinates::plane);
  const double chi = 0.4, i = 12, Omega = column.metal.molar_volume;
  column.flow.solve(P, column.stripped(i, chi), 1e-11);
  const double mu = Omega * P / chi - faraday * column.metal.interface_sink_resistance(T) * i / chi;
  for (const double here : column.flow.mu)
    EXPECT_NEAR(here, mu, 1e-7 * Omega * P);
}

// Sinks on Gamma and in Newtonian metal side by side: (Omega P - mu)/F = i/(1/R_s + 1/R_mu).
TEST(InterfaceSinks, BesideSinksInTheMetal)
{
  const double eta = 1e10, H = 60e-6, i = 30;
  Column<2> column(
    verification::metal_from("include materials/K.prm\n",
                             {"Metal/Sink distance=8.49 um", "Metal/Creep law=linear",
                              "Metal/linear/Viscosity=" + std::to_string(eta) + " Pa s"}),
    {}, H, 2e-6, Coordinates::plane);
  const double Omega = column.metal.molar_volume, M = column.metal.mobility(T);
  const double l    = std::sqrt(M * Omega * (column.metal.sink_viscosity(T) + 4 * eta / 3));
  const double R_mu = Omega * l / (faraday * faraday * M * std::tanh(H / l));
  const double R_s  = column.metal.interface_sink_resistance(T);
  column.flow.solve(P, column.stripped(i), 1e-11);
  const double mu = Omega * P - faraday * i / (1 / R_s + 1 / R_mu);
  // quadratic elements of a quarter of the decay length
  for (const double here : column.flow.mu)
    EXPECT_NEAR(here, mu, 1e-3 * Omega * P);
}

// On Newtonian metal of the viscosity eta, voids that close at w_1 cos(k x) pull the metal in at
// u cos(k x) with u r = w_1 r - 2 eta k u: a half-space that moves so presses with -2 eta k u. The
// potential of atoms is held at 0.
template <int dim>
void check_mode(const Coordinates coordinates, const double tolerance)
{
  const double eta = 1e10, H = 80e-6, w_1 = 1e-9;
  Column<dim> column(
    verification::metal_from(
      "include materials/K.prm\n",
      {"Metal/Creep law=linear", "Metal/linear/Viscosity=" + std::to_string(eta) + " Pa s"}),
    {}, H, H / 32, coordinates);
  const double r = column.metal.interface_sink_viscosity(T), k = pi / column.geometry.width;
  auto exchange      = column.stripped(0);
  const auto &points = column.interface.faces(column.body.side).points;
  for (unsigned int q = 0; q < points.size(); ++q)
  {
    exchange.coefficient[q] = 1e6 * column.metal.mobility(T) / H; // holds mu
    exchange.closure[q]     = w_1 * std::cos(k * points[q][0]);
    exchange.traction[q]    = -r * exchange.closure[q];
    exchange.supply[q]      = -exchange.closure[q];
  }
  column.flow.solve(0., exchange, 1e-11);
  const double u = w_1 * r / (r + 2 * eta * k);
  for (unsigned int q = 0; q < points.size(); ++q)
    EXPECT_NEAR(column.flow.approach[q], u * std::cos(k * points[q][0]), tolerance * u);
}

TEST(InterfaceSinks, ModeOnAHalfSpacePlane)
{
  check_mode<2>(Coordinates::plane, 1e-3); // eight quadratic elements over half a period
}

TEST(InterfaceSinks, ModeOnAHalfSpace3D)
{
  check_mode<3>(Coordinates::plane, 1e-3);
}
} // namespace
