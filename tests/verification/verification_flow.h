#ifndef kavity_tests_verification_flow_h
#define kavity_tests_verification_flow_h

#include "kavity/physics/MetalOperator.h"

#include "verification_box.h"

#include <deal.II/base/function.h>
#include <deal.II/base/quadrature_lib.h>
#include <deal.II/fe/fe_values.h>

#include <cmath>

// Manufactured fields of the metal, everything of order one, and what they ask of the right sides.
namespace verification
{
using dealii::Point;
using dealii::SymmetricTensor;
using dealii::Tensor;

/// s + s^3 = 3 edot
struct CubicCreep : kavity::CreepLawFor<CubicCreep>
{
  template <class N>
  N rate(const N &s, double) const
  {
    return s * (N(1.) + s * s) * N(1. / 3);
  }
};

inline double exact_viscosity(const double edot)
{
  const double s = 2 / std::sqrt(3.) * std::sinh(std::asinh(4.5 * std::sqrt(3.) * edot) / 3);
  return s / (3 * edot);
}

constexpr double mobility = 0.3;

template <int dim>
double sinks(const Point<dim> &x)
{
  return 0.5 * (1 + 0.3 * std::sin(2 * x[0] + x[dim - 1]));
}

template <int dim>
double exchange(const Point<dim> &x)
{
  return 1.5 + std::cos(3 * x[0]);
}

/// v_d = f_d cos(theta + d), f_r = r if axisymmetric, else 1; p = sin(theta + 1/2), m =
/// cos(theta)/2
template <int dim>
struct ManufacturedFlow
{
  bool axisymmetric;
  Tensor<1, dim> v, grad_m;
  Tensor<2, dim> grad_v; // [component][direction]
  double hoop = 0, p = 0, m = 0;

  void evaluate(const Point<dim> &x)
  {
    double theta = 0.4;
    Tensor<1, dim> t;
    for (unsigned int d = 0; d < dim; ++d)
    {
      const double k = 1.1 + 0.4 * d;
      const bool r   = axisymmetric && d == 0;
      theta += k * (r ? x[0] * x[0] : x[d]);
      t[d] = r ? 2 * k * x[0] : k;
    }
    for (unsigned int d = 0; d < dim; ++d)
    {
      const bool r   = axisymmetric && d == 0;
      const double f = r ? x[0] : 1;
      v[d]           = f * std::cos(theta + d);
      grad_v[d]      = -f * std::sin(theta + d) * t;
      if (r)
      {
        grad_v[d][0] += std::cos(theta);
        hoop = std::cos(theta);
      }
    }
    p      = std::sin(theta + 0.5);
    m      = 0.5 * std::cos(theta);
    grad_m = -0.5 * std::sin(theta) * t;
  }

  double divergence() const
  {
    return trace(grad_v) + hoop;
  }
  SymmetricTensor<2, 3> stress() const
  {
    SymmetricTensor<2, 3> D;
    for (unsigned int i = 0; i < dim; ++i)
      for (unsigned int j = i; j < dim; ++j)
        D[i][j] = 0.5 * (grad_v[i][j] + grad_v[j][i]);
    if (dim == 2)
      D[2][2] = hoop;
    D = deviator(D);
    return 2 * exact_viscosity(std::sqrt(2. / 3 * (D * D))) * D -
           p * dealii::unit_symmetric_tensor<3>();
  }
};

/// v as a function of place.
template <int dim>
class Velocity : public dealii::Function<dim>
{
public:
  explicit Velocity(const ManufacturedFlow<dim> &exact)
    : dealii::Function<dim>(dim)
    , exact(exact)
  {
  }
  double value(const Point<dim> &x, const unsigned int d) const override
  {
    auto here = exact;
    here.evaluate(x);
    return here.v[d];
  }

private:
  const ManufacturedFlow<dim> &exact;
};

/// Loads of one cell for the fields of velocity, pressure and potential.
using LocalLoads = std::array<dealii::Vector<double>, 3>;

/// The weak form of the exact fields inside, by component; it holds the tractions.
template <int dim>
void add_inside(const dealii::FEValues<dim> &w, const dealii::FEValues<dim> &q,
                const dealii::FEValues<dim> &r, ManufacturedFlow<dim> exact, LocalLoads &local)
{
  for (const unsigned int k : w.quadrature_point_indices())
  {
    const Point<dim> x = w.quadrature_point(k);
    exact.evaluate(x);
    const double weight = w.JxW(k) * (exact.axisymmetric ? x[0] : 1.);
    const auto stress   = exact.stress();
    const double sink   = sinks(x) * (exact.p - exact.m);
    for (unsigned int i = 0; i < local[0].size(); ++i)
    {
      const unsigned int c = w.get_fe().system_to_component_index(i).first;
      double power = exact.axisymmetric && c == 0 ? stress[2][2] * w.shape_value(i, k) / x[0] : 0.;
      for (unsigned int d = 0; d < dim; ++d)
        power += stress[c][d] * w.shape_grad(i, k)[d];
      local[0][i] += weight * power;
    }
    for (unsigned int i = 0; i < local[1].size(); ++i)
      local[1][i] -= weight * (exact.divergence() + sink) * q.shape_value(i, k);
    for (unsigned int i = 0; i < local[2].size(); ++i)
      local[2][i] +=
        weight * (sink * r.shape_value(i, k) - mobility * (exact.grad_m * r.shape_grad(i, k)));
  }
}

/// The exchange on Gamma.
template <int dim>
void add_on_gamma(const dealii::FEFaceValues<dim> &r, ManufacturedFlow<dim> exact,
                  LocalLoads &local)
{
  for (const unsigned int k : r.quadrature_point_indices())
  {
    const Point<dim> x = r.quadrature_point(k);
    exact.evaluate(x);
    const double weight = r.JxW(k) * (exact.axisymmetric ? x[0] : 1.);
    for (unsigned int i = 0; i < local[2].size(); ++i)
      local[2][i] -= weight * exchange(x) * exact.m * r.shape_value(i, k);
  }
}

/// Right sides of MetalOperator's equations for the fields of velocity, pressure and potential.
template <int dim>
void assemble_load(const std::array<const kavity::Field<dim> *, 3> &fields,
                   const ManufacturedFlow<dim> &exact, kavity::BlockVector &load)
{
  using namespace dealii;
  const auto &body = fields[0]->body;
  const QGauss<dim> quadrature(5);
  const auto flags =
    update_values | update_gradients | update_JxW_values | update_quadrature_points;
  const auto fe = [&](const unsigned int b) -> const FiniteElement<dim> &
  { return fields[b]->dof_handler.get_fe(); };
  FEValues<dim> w(body.mapping, fe(0), quadrature, flags),
    q(body.mapping, fe(1), quadrature, flags), r(body.mapping, fe(2), quadrature, flags);
  FEFaceValues<dim> on_gamma(body.mapping, fe(2), QGauss<dim - 1>(5), flags);
  const auto on = [&](const auto &cell, const unsigned int b)
  {
    return typename DoFHandler<dim>::active_cell_iterator(&body.triangulation, cell->level(),
                                                          cell->index(), &fields[b]->dof_handler);
  };
  LocalLoads local;
  for (const auto &cell : body.triangulation.active_cell_iterators())
    if (cell->is_locally_owned())
    {
      for (unsigned int b = 0; b < 3; ++b)
        local[b].reinit(fe(b).dofs_per_cell);
      w.reinit(on(cell, 0));
      q.reinit(on(cell, 1));
      r.reinit(on(cell, 2));
      add_inside(w, q, r, exact, local);
      if (cell->face(verification::face_at_interface(body))->at_boundary())
      {
        on_gamma.reinit(on(cell, 2), verification::face_at_interface(body));
        add_on_gamma(on_gamma, exact, local);
      }
      for (unsigned int b = 0; b < 3; ++b)
      {
        std::vector<types::global_dof_index> dofs(local[b].size());
        on(cell, b)->get_dof_indices(dofs);
        fields[b]->hanging_nodes.distribute_local_to_global(local[b], dofs, load.block(b));
      }
    }
  load.compress(VectorOperation::add);
}
} // namespace verification

#endif
