#include "kavity/fem/Refinement.h"

#include <deal.II/base/polynomial.h>
#include <deal.II/base/quadrature_lib.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <numeric>

namespace kavity
{
using namespace dealii;

namespace
{
// Draw the values towards their mean, which keeps their integral, until none is below a tenth
// of the smallest value they come from.
void limit(std::vector<double> &values, const std::vector<double> &weights, const double smallest)
{
  const double floor  = 0.1 * std::max(smallest, 0.);
  const double lowest = *std::min_element(values.begin(), values.end());
  const double mean   = std::inner_product(values.begin(), values.end(), weights.begin(), 0.) /
                      std::accumulate(weights.begin(), weights.end(), 0.);
  if (lowest >= floor || mean < floor)
    return;
  const double kept = (mean - floor) / (mean - lowest);
  for (double &value : values)
    value = std::max(floor, mean + kept * (value - mean));
}
} // namespace

template <int dim>
InterfaceStateTransfer<dim>::InterfaceStateTransfer(Body<dim> &metal,
                                                    const Interface<dim> &interface)
  : metal(metal)
  , interface(interface)
  , n_points(interface.points_per_face())
  , n_children(GeometryInfo<dim>::max_children_per_face)
  , interpolation(n_children * n_points, n_points)
  , nearest(n_children * n_points)
{
  AssertThrow(&metal == &interface.metal, ExcMessage("the state of Gamma lives on its metal"));
  const unsigned int n_1d = interface.points_1d();
  const QGauss<dim - 1> points(n_1d);
  const auto lagrange = Polynomials::generate_complete_Lagrange_basis(QGauss<1>(n_1d).get_points());
  for (unsigned int row = 0; row < n_children * n_points; ++row)
  {
    const unsigned int child = row / n_points;
    Point<dim - 1> point; // of the child, in the parent's unit coordinates
    for (unsigned int d = 0; d < dim - 1; ++d)
      point[d] = 0.5 * (points.point(row % n_points)[d] + (child >> d & 1));
    double least = std::numeric_limits<double>::max();
    for (unsigned int q = 0; q < n_points; ++q)
    {
      interpolation(row, q) = 1;
      for (unsigned int d = 0, i = q; d < dim - 1; ++d, i /= n_1d)
        interpolation(row, q) *= lagrange[i % n_1d].value(point[d]);
      const double distance = point.distance(points.point(q));
      if (distance < least)
      {
        least        = distance;
        nearest[row] = q;
      }
    }
  }
}

template <int dim>
void InterfaceStateTransfer<dim>::add(InterfaceValues &values, const Kind kind)
{
  arrays.push_back({&values, kind});
}

template <int dim>
void InterfaceStateTransfer<dim>::attach()
{
  // only cells on Gamma carry data, hence the variable size
  handle = metal.triangulation.register_data_attach(
    [this](const Cell &cell, const Status status) { return pack(cell, status); }, true);
}

template <int dim>
void InterfaceStateTransfer<dim>::restore()
{
  const auto size = interface.faces(Body<dim>::Side::metal).cells.size() * n_points;
  for (const Array &array : arrays)
    array.values->assign(size, std::numeric_limits<double>::quiet_NaN());
  metal.triangulation.notify_ready_to_unpack(
    handle, [this](const Cell &cell, const Status status, const Bytes &bytes)
    { unpack(cell, status, bytes); });
}

template <int dim>
void InterfaceStateTransfer<dim>::restore_from_file()
{
  attach(); // gives the handle of what load() has read
  restore();
}

template <int dim>
std::vector<unsigned int> InterfaceStateTransfer<dim>::faces_at_interface(const Cell &cell)
{
  std::vector<unsigned int> result;
  for (const unsigned int face : cell->face_indices())
    if (cell->face(face)->at_boundary() && cell->face(face)->boundary_id() == boundary::interface)
      result.push_back(face);
  return result;
}

// Numbers of a face of the cell, or of those of its children on it.
template <int dim>
std::vector<unsigned int> InterfaceStateTransfer<dim>::faces(const Cell &cell,
                                                             const unsigned int face,
                                                             const bool of_children) const
{
  const auto &known = interface.faces(Body<dim>::Side::metal);
  if (!of_children)
    return {known.number(cell, face)};
  std::vector<unsigned int> result;
  for (unsigned int c = 0; c < n_children; ++c)
  {
    const unsigned int child =
      GeometryInfo<dim>::child_cell_on_face(RefinementCase<dim>::isotropic_refinement, face, c);
    result.push_back(known.number(cell->child(child), face));
  }
  return result;
}

template <int dim>
typename InterfaceStateTransfer<dim>::Nodal
InterfaceStateTransfer<dim>::gather(const std::vector<double> &values,
                                    const std::vector<unsigned int> &faces) const
{
  Nodal result;
  for (const unsigned int face : faces)
    result.insert(result.end(), values.begin() + face * n_points,
                  values.begin() + (face + 1) * n_points);
  return result;
}

template <int dim>
std::vector<char> InterfaceStateTransfer<dim>::pack(const Cell &cell, const Status status) const
{
  const bool merged = status == Triangulation<dim>::CELL_COARSEN;
  Nodal data;
  for (const unsigned int face : faces_at_interface(cell))
  {
    const auto old     = faces(cell, face, merged);
    const auto weights = gather(interface.faces(Body<dim>::Side::metal).weights, old);
    for (const Array &array : arrays)
    {
      const Nodal values = gather(*array.values, old);
      const Nodal result = merged ? coarsen(values, weights, array.kind) : values;
      data.insert(data.end(), result.begin(), result.end());
    }
  }
  std::vector<char> bytes(data.size() * sizeof(double));
  if (!data.empty())
    std::memcpy(bytes.data(), data.data(), bytes.size());
  return bytes;
}

template <int dim>
void InterfaceStateTransfer<dim>::unpack(const Cell &cell, const Status status, const Bytes &bytes)
{
  const auto at_interface = faces_at_interface(cell);
  if (at_interface.empty())
    return;
  Nodal data(at_interface.size() * arrays.size() * n_points);
  AssertThrow(static_cast<std::size_t>(bytes.size()) == data.size() * sizeof(double),
              ExcMessage("the state of Gamma does not have the size it was attached with"));
  std::copy(bytes.begin(), bytes.end(), reinterpret_cast<char *>(data.data()));

  const bool split = status == Triangulation<dim>::CELL_REFINE;
  auto next        = data.begin();
  for (const unsigned int face : at_interface)
  {
    const auto target  = faces(cell, face, split);
    const auto weights = gather(interface.faces(Body<dim>::Side::metal).weights, target);
    for (const Array &array : arrays)
    {
      const Nodal values(next, next + n_points);
      next += n_points;
      const Nodal result = split ? refine(values, weights, array.kind) : values;
      for (unsigned int i = 0; i < result.size(); ++i)
        (*array.values)[target[i / n_points] * n_points + i % n_points] = result[i];
    }
  }
}

// The points' rule integrates the polynomial (degree n - 1) times 2 pi r exactly, on the parent
// as on the children: both have the same integral.
template <int dim>
typename InterfaceStateTransfer<dim>::Nodal
InterfaceStateTransfer<dim>::refine(const Nodal &parent, const Nodal &child_weights,
                                    const Kind kind) const
{
  Nodal result(n_children * n_points, 0.);
  for (unsigned int i = 0; i < result.size(); ++i)
    if (kind == history)
      result[i] = parent[nearest[i]];
    else
      for (unsigned int q = 0; q < n_points; ++q)
        result[i] += interpolation(i, q) * parent[q];
  if (kind == conserved)
    limit(result, child_weights, *std::min_element(parent.begin(), parent.end()));
  return result;
}

// The projection has a diagonal matrix in the Lagrange polynomials of the points: the rule is
// exact for degree 2n - 1, two of them times 2 pi r. Its entries are the parent's weights.
template <int dim>
typename InterfaceStateTransfer<dim>::Nodal
InterfaceStateTransfer<dim>::coarsen(const Nodal &children, const Nodal &child_weights,
                                     const Kind kind) const
{
  if (kind == history)
  {
    Nodal result(n_points, std::numeric_limits<double>::lowest());
    for (unsigned int i = 0; i < children.size(); ++i)
      result[nearest[i]] = std::max(result[nearest[i]], children[i]);
    return result;
  }
  Nodal result(n_points, 0.), weights(n_points, 0.);
  for (unsigned int i = 0; i < children.size(); ++i)
    for (unsigned int q = 0; q < n_points; ++q)
    {
      weights[q] += interpolation(i, q) * child_weights[i];
      result[q] += interpolation(i, q) * child_weights[i] * children[i];
    }
  for (unsigned int q = 0; q < n_points; ++q)
    result[q] /= weights[q];
  limit(result, weights, *std::min_element(children.begin(), children.end()));
  return result;
}

template class InterfaceStateTransfer<2>;
template class InterfaceStateTransfer<3>;
} // namespace kavity
