#include "kavity/physics/PotentialBelow.h"

#include <deal.II/base/quadrature_lib.h>
#include <deal.II/fe/fe_q.h>
#include <deal.II/fe/fe_values.h>
#include <deal.II/numerics/vector_tools_evaluate.h>

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
} // namespace

template <int dim>
PotentialBelow<dim>::PotentialBelow(const Interface<dim> &interface, const double depth)
  : points(tolerance)
{
  for (unsigned int k = 0; k <= n_intervals; ++k)
    depths_.push_back(0.5 * depth * (1 - std::cos(numbers::PI * k / n_intervals)));
  const Body<dim> &electrolyte = interface.electrolyte;
  points.reinit(points_below(interface), electrolyte.triangulation, electrolyte.mapping);
}

template <int dim>
std::vector<Point<dim>> PotentialBelow<dim>::points_below(const Interface<dim> &interface) const
{
  const Body<dim> &body = interface.electrolyte;
  const auto &faces     = interface.faces(body.side);
  const FE_Q<dim> fe(1);
  FEFaceValues<dim> values(body.mapping, fe, QGauss<dim - 1>(interface.points_1d()),
                           update_quadrature_points | update_normal_vectors);
  std::vector<Point<dim>> result;
  for (unsigned int face = 0; face < faces.cells.size(); ++face)
  {
    values.reinit(faces.cells[face], faces.on_cell[face]);
    for (unsigned int q = 0; q < interface.points_per_face(); ++q)
      for (unsigned int k = 1; k < depths_.size(); ++k)
        result.push_back(values.quadrature_point(q) - depths_[k] * values.normal_vector(q));
  }
  return result;
}

template <int dim>
void PotentialBelow<dim>::evaluate(const IonTransport<dim> &transport)
{
  transport.phi.update_ghost_values();
  values = VectorTools::point_values<1>(points, transport.dof_handler(), transport.phi);
  transport.phi.zero_out_ghost_values();
  const unsigned int per_point = depths_.size() - 1;
  for (unsigned int k = 0; k < values.size(); ++k)
    if (k % per_point > 0 && !points.point_found(k))
      values[k] = values[k - 1];
}

template class PotentialBelow<2>;
template class PotentialBelow<3>;
} // namespace kavity
