// The platen: Stokes flow in a layer of linearly creeping metal without sinks, into which Gamma
// draws w_0 + w_1 c(x), c a lateral mode with the wave number k: cos, product of cos, or J_0.
// v_y = -w_0 + f(y) c(x) with f'''' - 2 k^2 f'' + k^4 f = 0, no shear on Gamma and on top, and
// there f = 0 (rigid) or no normal stress from the mode (given pressure). docs/model.md, section 4.

#include "kavity/physics/HomogenisedFlow.h"

#include <deal.II/base/quadrature_lib.h>
#include <deal.II/fe/fe_values.h>

#include <boost/math/special_functions/bessel.hpp>

#include "verification_box.h"
#include "verification_metal.h"
#include "verification_orders.h"

using namespace kavity;
using dealii::Point;
using verification::Orders;

namespace
{
constexpr double T = 293.15, P = 2.5e6, width = 20e-6, viscosity = 1e10;
constexpr double w_0 = 1e-10, w_1 = 2e-10; // m/s

// f = (A + B y) cosh ky + (C + D y) sinh ky. On Gamma f = -w_1 and f'' = -k^2 f (no shear); the
// pressure there is P + 2 eta B c(x).
struct Layer
{
  double k, H;

  double rigid_pressure() const
  {
    // f = f'' = 0 on top
    return -2 * viscosity * w_1 * k / std::tanh(k * H);
  }
  double given_pressure() const
  {
    // k f + B sinh kH + D cosh kH = 0, (A + B H) sinh kH + (C + D H) cosh kH = 0 on top
    const double s = std::sinh(k * H), c = std::cosh(k * H), A = -w_1, D = k * w_1;
    const double a11 = H * s, a12 = c, b1 = -A * s - D * H * c;
    const double a21 = k * H * c + s, a22 = k * s, b2 = -k * A * c - k * D * H * s - D * c;
    return 2 * viscosity * (b1 * a22 - b2 * a12) / (a11 * a22 - a21 * a12);
  }
};

double wave_number(const int dim, const Coordinates coordinates)
{
  return coordinates == Coordinates::axisymmetric ?
           boost::math::cyl_bessel_j_zero(1., 1) / width :
           dealii::numbers::PI / width * std::sqrt(dim - 1.);
}

template <int dim>
double mode(const Point<dim> &x, const Coordinates coordinates)
{
  if (coordinates == Coordinates::axisymmetric)
    return boost::math::cyl_bessel_j(0, wave_number(dim, coordinates) * x[0]);
  double result = 1;
  for (unsigned int d = 0; d < dim - 1; ++d)
    result *= std::cos(dealii::numbers::PI * x[d] / width);
  return result;
}

template <int dim>
class Pressed
{
public:
  using Platen = typename HomogenisedFlow<dim>::Platen;

  Pressed(const Platen platen, const double thickness, const double size,
          const Coordinates coordinates)
    : metal(verification::linear_potassium(viscosity))
    , geometry{width, width, thickness, thickness, coordinates}
    , body(MPI_COMM_WORLD, Body<dim>::Side::metal, geometry, {size, 0, 0})
    , electrolyte(MPI_COMM_WORLD, Body<dim>::Side::electrolyte, geometry, {size, 0, 0})
    , interface(body, electrolyte, 3)
    , flow(body, interface, metal, T, {platen, HomogenisedFlow<dim>::Slip::free, false, 1}, {},
           SolverSettings())
  {
    const auto &points = interface.faces(body.side).points;
    const InterfaceValues none(points.size(), 0.);
    InterfaceExchange exchange{none, none, none, none, {}, {}, {}, {}, {}, {}};
    for (unsigned int i = 0; i < points.size(); ++i)
    {
      exchange.coefficient[i] = metal.mobility(T) / width; // determines mu: zero everywhere
      exchange.closure[i]     = w_0 + w_1 * mode(points[i], coordinates);
    }
    mean_closure = interface.mean(exchange.closure);
    flow.solve(P, exchange);
    flow.fill_output(velocity, pressure, potential);
  }

  /// Amplitude of the mode in the pressure on Gamma, Pa, projected.
  double amplitude() const
  {
    const auto &points = interface.faces(body.side).points;
    InterfaceValues product(points.size()), square(points.size());
    for (unsigned int i = 0; i < points.size(); ++i)
    {
      const double c = mode(points[i], geometry.coordinates);
      product[i]     = (flow.pressure[i] - P) * c;
      square[i]      = c * c;
    }
    return interface.integral(product) / interface.integral(square);
  }

  /// Least and largest normal velocity on the platen, m/s.
  std::pair<double, double> platen_velocity() const
  {
    double low = 1, high = -1;
    const auto &dofs = flow.velocity_space().dof_handler;
    dealii::FEFaceValues<dim> v(body.mapping, dofs.get_fe(), dealii::QGauss<dim - 1>(3),
                                dealii::update_values);
    std::vector<dealii::Vector<double>> values(v.n_quadrature_points, dealii::Vector<double>(dim));
    for (const auto &cell : dofs.active_cell_iterators())
      if (cell->is_locally_owned() &&
          cell->face(verification::face_at_far_end(body))->at_boundary())
      {
        v.reinit(cell, verification::face_at_far_end(body));
        v.get_function_values(velocity, values);
        for (const auto &value : values)
        {
          low  = std::min(low, value[dim - 1]);
          high = std::max(high, value[dim - 1]);
        }
      }
    return {dealii::Utilities::MPI::min(low, MPI_COMM_WORLD),
            dealii::Utilities::MPI::max(high, MPI_COMM_WORLD)};
  }

  /// Mean over the metal of the normal stress across the layer, Pa: the same on every level, so
  /// that of the platen.
  double mean_stress() const
  {
    const auto &fe_v = flow.velocity_space().dof_handler.get_fe();
    const auto &fe_p = flow.pressure_space().dof_handler.get_fe();
    const dealii::QGauss<dim> quadrature(3);
    dealii::FEValues<dim> v(body.mapping, fe_v, quadrature,
                            dealii::update_gradients | dealii::update_values |
                              dealii::update_JxW_values | dealii::update_quadrature_points),
      p(body.mapping, fe_p, quadrature, dealii::update_values);
    const unsigned int n = quadrature.size();
    std::vector<double> pressures(n);
    std::vector<dealii::Vector<double>> values(n, dealii::Vector<double>(dim));
    std::vector<std::vector<dealii::Tensor<1, dim>>> gradients(
      n, std::vector<dealii::Tensor<1, dim>>(dim));
    double sum = 0, volume = 0;
    auto cell_p = flow.pressure_space().dof_handler.begin_active();
    for (const auto &cell : flow.velocity_space().dof_handler.active_cell_iterators())
    {
      if (cell->is_locally_owned())
      {
        v.reinit(cell);
        p.reinit(cell_p);
        p.get_function_values(pressure, pressures);
        v.get_function_values(velocity, values);
        v.get_function_gradients(velocity, gradients);
        for (unsigned int q = 0; q < n; ++q)
        {
          const double r      = v.quadrature_point(q)[0];
          const double weight = v.JxW(q) * (body.axisymmetric() ? r : 1.);
          double divergence   = body.axisymmetric() ? values[q][0] / r : 0.;
          for (unsigned int d = 0; d < dim; ++d)
            divergence += gradients[q][d][d];
          const double shear = gradients[q][dim - 1][dim - 1] - divergence / 3;
          sum += weight * (2 * viscosity * shear - pressures[q]);
          volume += weight;
        }
      }
      ++cell_p;
    }
    return dealii::Utilities::MPI::sum(sum, MPI_COMM_WORLD) /
           dealii::Utilities::MPI::sum(volume, MPI_COMM_WORLD);
  }

  const Metal metal;
  const CellGeometry geometry;
  Body<dim> body, electrolyte;
  Interface<dim> interface;
  HomogenisedFlow<dim> flow;
  Vector velocity, pressure, potential;
  double mean_closure = 0; ///< m/s: w_0, but for the quadrature of the mode
};

template <int dim>
void check_amplitude(const Coordinates coordinates, const unsigned int first,
                     const unsigned int last)
{
  using Platen = typename HomogenisedFlow<dim>::Platen;
  const Layer layer{wave_number(dim, coordinates), width / 4};
  const double rigid = layer.rigid_pressure(), given = layer.given_pressure();
  // the platen is near enough to tell them apart
  ASSERT_GT(std::abs(rigid / given - 1), 0.5);
  Orders of_rigid, of_given;
  for (unsigned int r = first; r <= last; ++r)
  {
    const double size = width / (1 << r);
    of_rigid.add(std::abs(
      Pressed<dim>(Platen::rigid_pressure, layer.H, size, coordinates).amplitude() / rigid - 1));
    of_given.add(
      std::abs(Pressed<dim>(Platen::pressure, layer.H, size, coordinates).amplitude() / given - 1));
  }
  const std::string name = std::to_string(dim) + "D pressure under a ";
  // the 3D meshes are too coarse for the order to have settled
  of_rigid.expect_between(name + "rigid platen", dim == 2 ? 2 : 1.9, 2);
  of_given.expect_between(name + "given pressure", dim == 2 ? 2 : 1.9, 2);
}

TEST(Platen, PressureOnGammaPlane)
{
  check_amplitude<2>(Coordinates::plane, 4, 5);
}

TEST(Platen, PressureOnGammaAxisymmetric)
{
  check_amplitude<2>(Coordinates::axisymmetric, 4, 5);
}

TEST(Platen, PressureOnGamma3D)
{
  check_amplitude<3>(Coordinates::plane, 3, 4);
}

template <int dim>
void check_rigid(const Coordinates coordinates)
{
  using Platen = typename HomogenisedFlow<dim>::Platen;
  const Pressed<dim> pressed(Platen::rigid_pressure, width / 2, width / 4, coordinates);
  const auto [low, high] = pressed.platen_velocity();
  // projected: equal up to the sums of shape functions
  EXPECT_LT(high - low, 1e-13 * std::abs(low));
  // incompressible, to the residual
  EXPECT_NEAR(low, -pressed.mean_closure, 1e-9 * w_0);
  // the test function y e_y is in the space; the momentum rows are solved to 1e-8 of the load
  EXPECT_NEAR(pressed.mean_stress(), -P, 1e-7 * P);

  const Pressed<dim> bent(Platen::pressure, width / 2, width / 4, coordinates);
  const auto [bent_low, bent_high] = bent.platen_velocity();
  EXPECT_GT(bent_high - bent_low, 0.5 * w_1);
  EXPECT_NEAR(bent.mean_stress(), -P, 1e-7 * P);
}

TEST(Platen, RigidPlane)
{
  check_rigid<2>(Coordinates::plane);
}

TEST(Platen, RigidAxisymmetric)
{
  check_rigid<2>(Coordinates::axisymmetric);
}

TEST(Platen, Rigid3D)
{
  check_rigid<3>(Coordinates::plane);
}

// Far above what varies along Gamma both platens are the same.
TEST(Platen, FarAway)
{
  using Platen = HomogenisedFlow<2>::Platen;
  const Layer layer{wave_number(2, Coordinates::plane), 1.5 * width};
  const double expected = layer.rigid_pressure() / layer.given_pressure() - 1;
  // (2 kH)^2 exp(-2 kH)
  EXPECT_LT(std::abs(expected), 1e-2);
  const auto amplitude = [&](const Platen platen)
  { return Pressed<2>(platen, layer.H, width / 16, Coordinates::plane).amplitude(); };
  const double found = amplitude(Platen::rigid_pressure) / amplitude(Platen::pressure) - 1;
  // the error of the mesh is nearly that of both and so a small part of their difference
  EXPECT_NEAR(found, expected, 0.1 * std::abs(expected));
}
} // namespace
