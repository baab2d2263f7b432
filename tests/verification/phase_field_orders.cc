// Orders of convergence of one implicit stage of the phase field by a manufactured solution:
// metal fraction and potential of degree 2, with a contact angle, diffusion along Gamma, and
// stripping on it that varies (docs/model.md, sections 6 and 11).

#include <deal.II/numerics/vector_tools.h>

#include <boost/math/special_functions/bessel.hpp>

#include <array>
#include <utility>

#include "kavity/core/Dual.h"
#include "verification_orders.h"
#include "verification_voids.h"

using namespace kavity;
using namespace dealii;
using verification::Orders;
using verification::VoidBox;

namespace
{
constexpr double angle = 75 * pi / 180, width = 2, height = 1.5; // the box in units of delta

// A function of one coordinate with -Delta u = k^2 u.
struct Part
{
  double k, value, first, second, third; ///< the derivatives
};

// c = 1/(1 + exp(-u)), where u is a sum of functions of one coordinate with -Delta u_d = k_d^2 u_d
// each: cosines (the Bessel function J_0 if axisymmetric) across, and upwards a sine that rises
// from Gamma with the slope of the contact angle, (kappa/W) dc/dn = (delta/2) cos(theta) c (1-c).
// Lengths in units of delta. Neither c nor m has a normal gradient on the other sides.
template <int dim>
class Manufactured
{
public:
  double c, m, divergence; ///< the last one: of M Omega W grad m, 1/s
  double upward_flux;      ///< M Omega W dm/dy, m/s
  double along_gamma;      ///< divergence of M_G Omega W grad m along Gamma, m/s
  Tensor<1, dim> grad_c, grad_m;

private:
  static constexpr double kappa = 1. / 8; // kappa/W over delta^2

  static Part across(const unsigned int d, const double x)
  {
    const double k = pi / width, a = d == 0 ? 0.9 : 0.4;
    const double u = a * std::cos(k * x), slope = -a * k * std::sin(k * x);
    return {k, u, slope, -k * k * u, -k * k * slope};
  }
  static Part radial(const double r)
  {
    const double k = boost::math::cyl_bessel_j_zero(1., 1) / width;
    const double u = std::cyl_bessel_j(0, k * r), slope = -k * std::cyl_bessel_j(1, k * r);
    const double second = -k * k * u - slope / r;
    return {k, u, slope, second, -k * k * slope - second / r + slope / (r * r)};
  }
  static Part upwards(const double y)
  {
    const double k = pi / (2 * height), a = -4 * std::cos(angle) / k;
    const double u = a * std::sin(k * y), slope = a * k * std::cos(k * y);
    return {k, u, slope, -k * k * u, -k * k * slope};
  }

  template <typename N>
  struct Values
  {
    N c, m, slope, flux, edge; ///< the last three: dm/dx_d, times M Omega W, times M_G Omega W
  };
  // from the parts of u, their slopes and the second one along d
  template <typename N>
  Values<N> values(const std::array<N, dim> &u, const std::array<N, dim> &first, const N &second,
                   const unsigned int d) const
  {
    N sum(0.), squares(0.), laplacian(0.);
    for (unsigned int e = 0; e < dim; ++e)
    {
      sum       = sum + u[e];
      squares   = squares + first[e] * first[e];
      laplacian = laplacian - parts[e].k * parts[e].k * u[e];
    }
    const N c = 1. / (1. + exp(-sum)), p = c * (1. - c), q = 1. - 2. * c;
    // Delta c = p (q |grad u|^2 + Delta u)
    const auto content = law.content_slope(Dual<N>(c, N(1.))); // g', g''
    const N m          = (law.slope(c) - kappa * p * (q * squares + laplacian)) / content.value;
    const N slope      = p *
                    (first[d] * (2. - 12. * p - kappa * ((1. - 6. * p) * squares + q * laplacian) -
                                 m * content.derivative) -
                     kappa * first[d] * (2. * q * second - parts[d].k * parts[d].k)) /
                    content.value;
    return {c, m, slope, law.mobility(c, metal, verification::room_temperature) * slope,
            law.interface_mobility(c, metal, verification::room_temperature) * slope};
  }

public:
  Manufactured(const PhaseField &law, const Metal &metal, const bool axisymmetric)
    : law(law)
    , metal(metal)
    , axisymmetric(axisymmetric)
  {
  }

  void evaluate(const Point<dim> &x)
  {
    using N = Dual<double>;
    // off the axis by so little that nothing shows
    const double r = std::max(x[0] / law.width, 1e-6);
    for (unsigned int d = 0; d < dim; ++d)
      parts[d] = d == dim - 1 ? upwards(x[d] / law.width) :
                 axisymmetric ? radial(r) :
                                across(d, x[d] / law.width);
    divergence = along_gamma = 0;
    for (unsigned int d = 0; d < dim; ++d)
    {
      std::array<N, dim> u, first;
      for (unsigned int e = 0; e < dim; ++e)
      {
        u[e]     = N(parts[e].value, e == d ? parts[e].first : 0.);
        first[e] = N(parts[e].first, e == d ? parts[e].second : 0.);
      }
      const auto along = values<N>(u, first, N(parts[d].second, parts[d].third), d);
      c                = along.c.value;
      m                = along.m.value;
      grad_c[d]        = along.c.derivative / law.width;
      grad_m[d]        = along.slope.value / law.width;
      upward_flux      = along.flux.value / law.width;
      divergence += along.flux.derivative;
      if (axisymmetric && d == 0)
        divergence += along.flux.value / r;
      if (d == dim - 1)
        continue;
      along_gamma += along.edge.derivative;
      if (axisymmetric && d == 0)
        along_gamma += along.edge.value / r;
    }
    divergence /= law.width * law.width;
    along_gamma /= law.width * law.width;
  }

private:
  const PhaseField &law;
  const Metal &metal;
  const bool axisymmetric;
  std::array<Part, dim> parts;
};

// Rows of g - interval div(M Omega W grad m) of the fields wanted, with which a stage leads to
// them.
template <int dim>
kavity::Vector start(const VoidBox<dim> &box, Manufactured<dim> &exact, const double interval)
{
  const bool axisymmetric = box.body.axisymmetric();
  ScalarFunctionFromFunctionObject<dim> content(
    [&](const Point<dim> &x)
    {
      exact.evaluate(x);
      return (box.law.content(exact.c) - interval * exact.divergence) * (axisymmetric ? x[0] : 1.);
    });
  const auto &space = box.flow.potential_space();
  kavity::Vector rows(box.voids.fraction());
  VectorTools::create_right_hand_side(box.body.mapping, space.dof_handler, QGauss<dim>(4), content,
                                      rows, space.constraints);
  rows *= std::pow(1 / box.delta, dim);
  return rows;
}

template <int dim>
void check_stage(const Coordinates coordinates, const unsigned int first, const unsigned int last)
{
  std::array<Orders, 4> orders;
  for (unsigned int refinements = first; refinements <= last; ++refinements)
  {
    auto potassium                  = verification::potassium();
    potassium.interface_diffusivity = 3e-19; // as much as the metal within a third of the width
    VoidBox<dim> box(width, height, std::pow(2., refinements), angle, coordinates, 1e-19,
                     std::move(potassium), 1e-9, 6 * VoidBox<dim>::barrier);
    Manufactured<dim> exact(box.law, box.metal, coordinates == Coordinates::axisymmetric);
    const double interval = 0.2; // s; delta^2/(M Omega W) is 0.3 s
    box.voids.set(
      [&](const Point<dim> &x)
      {
        exact.evaluate(x);
        return exact.c;
      });
    const typename VoidField<dim>::Stage stage{start(box, exact, interval), interval};
    InterfaceValues stripping;
    for (const auto &x : box.interface.faces(box.body.side).points)
    {
      exact.evaluate(x);
      stripping.push_back(exact.upward_flux + exact.along_gamma);
    }
    // far below the discretisation error, 1e-5 of a delta^dim
    box.voids.solve(stage, stripping, 1e-11);
    box.voids.solution().update_ghost_values();
    const auto c_error =
      verification::errors<dim>(box.flow.potential_space(), box.voids.fraction(), 0, 1,
                                [&](const Point<dim> &x, auto &value, auto &gradient)
                                {
                                  exact.evaluate(x);
                                  value[0]    = exact.c;
                                  gradient[0] = exact.grad_c;
                                });
    const auto m_error =
      verification::errors<dim>(box.flow.potential_space(), box.voids.scaled_potential(), 0, 1,
                                [&](const Point<dim> &x, auto &value, auto &gradient)
                                {
                                  exact.evaluate(x);
                                  value[0]    = exact.m;
                                  gradient[0] = exact.grad_m;
                                });
    orders[0].add(c_error.first);
    orders[1].add(c_error.second);
    orders[2].add(m_error.first);
    orders[3].add(m_error.second);
  }
  const std::string d = std::to_string(dim) + "D ";
  orders[0].expect(d + "metal fraction L2", 3);
  orders[1].expect(d + "metal fraction H1", 2);
  orders[2].expect(d + "potential of voids L2", 3);
  orders[3].expect(d + "potential of voids H1", 2);
}

TEST(PhaseFieldOrders, Plane)
{
  check_stage<2>(Coordinates::plane, 1, 3);
}

TEST(PhaseFieldOrders, Axisymmetric)
{
  check_stage<2>(Coordinates::axisymmetric, 1, 3);
}

TEST(PhaseFieldOrders, ThreeDimensional)
{
  check_stage<3>(Coordinates::plane, 1, 2);
}
} // namespace
