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
bool InterfaceStateTransfer<dim>::at_interface(const Cell &cell) const
{
  const auto face = cell->face(metal.gamma_id());
  return face->at_boundary() && face->boundary_id() == metal.gamma_id();
}

// Numbers of the cell's own face on Gamma, or of those of its children, which are the lower half
// of them because Gamma is the bottom of the metal.
template <int dim>
std::vector<unsigned int> InterfaceStateTransfer<dim>::faces(const Cell &cell,
                                                             const bool of_children) const
{
  const auto &index = interface.faces(Body<dim>::Side::metal).index;
  std::vector<unsigned int> result;
  if (of_children)
    for (unsigned int c = 0; c < n_children; ++c)
      result.push_back(index.at({cell->child(c)->level(), cell->child(c)->index()}));
  else
    result.push_back(index.at({cell->level(), cell->index()}));
  return result;
}

template <int dim>
typename InterfaceStateTransfer<dim>::Nodal
InterfaceStateTransfer<dim>::gather(const InterfaceValues &values,
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
  if (!at_interface(cell))
    return {};
  const bool merged  = status == Triangulation<dim>::CELL_COARSEN;
  const auto old     = faces(cell, merged);
  const auto weights = gather(interface.faces(Body<dim>::Side::metal).weights, old);
  Nodal data;
  for (const Array &array : arrays)
  {
    const Nodal values = gather(*array.values, old);
    const Nodal result = merged ? coarsen(values, weights, array.kind) : values;
    data.insert(data.end(), result.begin(), result.end());
  }
  std::vector<char> bytes(data.size() * sizeof(double));
  if (!data.empty())
    std::memcpy(bytes.data(), data.data(), bytes.size());
  return bytes;
}

template <int dim>
void InterfaceStateTransfer<dim>::unpack(const Cell &cell, const Status status, const Bytes &bytes)
{
  if (!at_interface(cell))
    return;
  Nodal data(arrays.size() * n_points);
  AssertThrow(static_cast<std::size_t>(bytes.size()) == data.size() * sizeof(double),
              ExcMessage("the state of Gamma does not have the size it was attached with"));
  std::copy(bytes.begin(), bytes.end(), reinterpret_cast<char *>(data.data()));

  const bool split   = status == Triangulation<dim>::CELL_REFINE;
  const auto target  = faces(cell, split);
  const auto weights = gather(interface.faces(Body<dim>::Side::metal).weights, target);
  for (unsigned int a = 0; a < arrays.size(); ++a)
  {
    const Nodal values(data.begin() + a * n_points, data.begin() + (a + 1) * n_points);
    const Nodal result = split ? refine(values, weights, arrays[a].kind) : values;
    for (unsigned int i = 0; i < result.size(); ++i)
      (*arrays[a].values)[target[i / n_points] * n_points + i % n_points] = result[i];
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
