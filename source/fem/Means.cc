#include "kavity/fem/Means.h"

#include <deal.II/base/quadrature_lib.h>
#include <deal.II/fe/fe_values.h>

#include <algorithm>
#include <vector>

namespace kavity
{
using namespace dealii;

template <int dim>
double mean_on(const Field<dim> &field, const Vector &nodal, const boundary::boundary_id id)
{
  const Body<dim> &body = field.body;
  const auto &fe        = field.dof_handler.get_fe();
  FEFaceValues<dim> values(body.mapping, fe, QGauss<dim - 1>(fe.degree + 1),
                           update_values | update_JxW_values | update_quadrature_points);
  std::vector<double> at_points(values.n_quadrature_points);
  double sum = 0, area = 0;
  nodal.update_ghost_values();
  for (const auto &cell : field.dof_handler.active_cell_iterators())
    if (cell->is_locally_owned())
      for (const unsigned int face : cell->face_indices())
        if (cell->face(face)->at_boundary() && cell->face(face)->boundary_id() == id)
        {
          values.reinit(cell, face);
          values.get_function_values(nodal, at_points);
          for (const unsigned int q : values.quadrature_point_indices())
          {
            const double weight =
              values.JxW(q) * (body.axisymmetric() ? values.quadrature_point(q)[0] : 1.);
            sum += at_points[q] * weight;
            area += weight;
          }
        }
  nodal.zero_out_ghost_values();
  const MPI_Comm comm = body.triangulation.get_communicator();
  return Utilities::MPI::sum(sum, comm) / Utilities::MPI::sum(area, comm);
}

template <int dim>
double mean_at_depth(const Field<dim> &field, const Vector &nodal, const double depth)
{
  const Body<dim> &body = field.body;
  const auto &fe        = field.dof_handler.get_fe();
  // a face belongs to the cells above it: not the interface itself
  const double sliver = 1e-12 * body.thickness();
  const double plane  = -std::clamp(depth, sliver, body.thickness() - sliver);
  const QGauss<dim - 1> on_plane(fe.degree + 1);
  double sum = 0, area = 0;
  nodal.update_ghost_values();
  for (const auto &cell : field.dof_handler.active_cell_iterators())
  {
    const double height = cell->extent_in_direction(dim - 1);
    const double at     = (plane - (cell->center()[dim - 1] - 0.5 * height)) / height;
    if (!cell->is_locally_owned() || at < 0 || at >= 1)
      continue;
    std::vector<Point<dim>> points;
    for (const auto &lateral : on_plane.get_points())
    {
      Point<dim> x;
      for (unsigned int d = 0; d + 1 < dim; ++d)
        x[d] = lateral[d];
      x[dim - 1] = at;
      points.push_back(x);
    }
    FEValues<dim> values(body.mapping, fe, Quadrature<dim>(points),
                         update_values | update_quadrature_points);
    values.reinit(cell);
    std::vector<double> at_points(points.size());
    values.get_function_values(nodal, at_points);
    for (unsigned int q = 0; q < points.size(); ++q)
    {
      double weight =
        on_plane.weight(q) * (body.axisymmetric() ? values.quadrature_point(q)[0] : 1.);
      for (unsigned int d = 0; d + 1 < dim; ++d)
        weight *= cell->extent_in_direction(d);
      sum += at_points[q] * weight;
      area += weight;
    }
  }
  nodal.zero_out_ghost_values();
  const MPI_Comm comm = body.triangulation.get_communicator();
  return Utilities::MPI::sum(sum, comm) / Utilities::MPI::sum(area, comm);
}

template double mean_on(const Field<2> &, const Vector &, boundary::boundary_id);
template double mean_on(const Field<3> &, const Vector &, boundary::boundary_id);
template double mean_at_depth(const Field<2> &, const Vector &, double);
template double mean_at_depth(const Field<3> &, const Vector &, double);
} // namespace kavity
