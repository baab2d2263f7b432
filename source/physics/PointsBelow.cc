#include "kavity/physics/PointsBelow.h"

#include <deal.II/base/quadrature_lib.h>
#include <deal.II/fe/fe_q.h>
#include <deal.II/fe/fe_values.h>
#include <deal.II/numerics/vector_tools_evaluate.h>

#include <array>
#include <cmath>

namespace kavity
{
using namespace dealii;

namespace
{
// Of depths; the first below the interface is then a hundredth of the last.
constexpr unsigned int n_intervals = 16;

// In the coordinates of an element.
constexpr double tolerance = 1e-8;

// Two directions along the interface: in 2D the second is out of the plane.
template <int dim>
std::array<Tensor<1, 3>, 2> tangents(const Tensor<1, dim> &normal)
{
  Tensor<1, 3> n, along;
  for (unsigned int d = 0; d < dim; ++d)
    n[d] = normal[d];
  if (dim == 2)
  {
    along[2] = 1;
    return {{cross_product_3d(n, along), along}};
  }
  along[std::abs(n[0]) < 0.8 ? 0 : 1] = 1;
  along -= (along * n) * n;
  along /= along.norm();
  return {{along, cross_product_3d(n, along)}};
}
} // namespace

template <int dim>
PointsBelow<dim>::PointsBelow(const Interface<dim> &interface, const double depth,
                              const unsigned int first)
  : points(tolerance)
  , first(first)
{
  for (unsigned int k = 0; k <= n_intervals; ++k)
    depths_.push_back(0.5 * depth * (1 - std::cos(numbers::PI * k / n_intervals)));
  const Body<dim> &electrolyte = interface.electrolyte;
  place(interface);
  points.reinit(places, electrolyte.triangulation, electrolyte.mapping);
}

template <int dim>
void PointsBelow<dim>::place(const Interface<dim> &interface)
{
  const Body<dim> &body = interface.electrolyte;
  const auto &faces     = interface.faces(body.side);
  const FE_Q<dim> fe(1);
  FEFaceValues<dim> values(body.mapping, fe, QGauss<dim - 1>(interface.points_1d()),
                           update_quadrature_points | update_normal_vectors);
  for (unsigned int face = 0; face < faces.cells.size(); ++face)
  {
    values.reinit(faces.cells[face], faces.on_cell[face]);
    for (unsigned int q = 0; q < interface.points_per_face(); ++q)
    {
      normals.push_back(values.normal_vector(q));
      for (unsigned int k = first; k < depths_.size(); ++k)
        places.push_back(values.quadrature_point(q) - depths_[k] * normals.back());
    }
  }
}

template <int dim>
void PotentialBelow<dim>::evaluate(const IonTransport<dim> &transport)
{
  transport.phi.update_ghost_values();
  values = VectorTools::point_values<1>(this->points, transport.dof_handler(), transport.phi);
  transport.phi.zero_out_ghost_values();
  this->continue_outside(values);
}

template <int dim>
void StressBelow<dim>::evaluate(const Elasticity<dim> &elasticity)
{
  const auto &dofs = elasticity.space().dof_handler;
  const auto &u    = elasticity.displacement;
  auto value       = VectorTools::point_values<dim>(this->points, dofs, u);
  auto gradient    = VectorTools::point_gradients<dim>(this->points, dofs, u);
  auto places      = this->places;
  this->continue_outside(value);
  this->continue_outside(gradient);
  this->continue_outside(places);
  values.clear();
  unsigned int next = 0;
  for (unsigned int point = 0; point < this->normals.size(); ++point)
  {
    const auto along = tangents(this->normals[point]);
    values.emplace_back();
    for (unsigned int k = 0; k < this->per_point(); ++k, ++next)
    {
      const auto stress = elasticity.stress(places[next], value[next], gradient[next]);
      values.back().push_back({along[0] * (stress * along[0]), along[1] * (stress * along[1]),
                               along[0] * (stress * along[1])});
    }
  }
}

template class PointsBelow<2>;
template class PointsBelow<3>;
template class PotentialBelow<2>;
template class PotentialBelow<3>;
template class StressBelow<2>;
template class StressBelow<3>;
} // namespace kavity
