#include "MeshChecks.h"

#include <deal.II/base/geometry_info.h>

#include <boost/pending/disjoint_sets.hpp>

#include <algorithm>
#include <cmath>
#include <set>
#include <sstream>
#include <stdexcept>

namespace kavity
{
using namespace dealii;

namespace
{
// The multigrid cycles for flow want elements of an aspect below 2 and bear a few times that; those
// for the potential bear more. Sine of the sharpest corner: at 0.2, 12 degrees.
constexpr double largest_aspect_of_metal = 6, largest_aspect_of_electrolyte = 12,
                 sharpest_corner = 0.2;

template <int dim, typename Vertices>
Point<dim> centre(const MeshFile<dim> &file, const Vertices &vertices)
{
  Point<dim> result;
  for (const unsigned int v : vertices)
    result += file.vertices[v] / double(vertices.size());
  return result;
}

// Of any length; the diagonals of a plane quadrilateral are the pair that crosses.
template <int dim>
Tensor<1, dim> normal(const MeshFile<dim> &file, const typename MeshFile<dim>::FaceVertices &face)
{
  const auto edge = [&](const unsigned int a, const unsigned int b) -> Tensor<1, dim>
  { return file.vertices[face[b]] - file.vertices[face[a]]; };
  if constexpr (dim == 2)
    return cross_product_2d(edge(0, 1));
  else
  {
    Tensor<1, dim> result;
    for (const auto &diagonals :
         {cross_product_3d(edge(0, 1), edge(2, 3)), cross_product_3d(edge(0, 2), edge(1, 3)),
          cross_product_3d(edge(0, 3), edge(1, 2))})
      if (diagonals.norm() > result.norm())
        result = diagonals;
    return result;
  }
}

template <int dim>
std::string body_of(const MeshFile<dim> &file, const unsigned int element)
{
  return "'" + names_of_bodies()[file.cells[element].material_id] + "'";
}
} // namespace

template <int dim>
std::string place(const Point<dim> &x, const double unit)
{
  std::ostringstream text;
  text.precision(4);
  text << '(';
  for (unsigned int d = 0; d < dim; ++d)
    text << (d > 0 ? ", " : "") << x[d] / unit;
  text << ')';
  return text.str();
}

const std::vector<std::string> &names_of_bodies()
{
  static const std::vector<std::string> names = {"electrolyte", "metal", "metal_2"};
  return names;
}

// Corners and the ratio of mean edges.
template <int dim>
void check_shapes(const MeshFile<dim> &file, const double unit)
{
  for (const auto &cell : file.cells)
  {
    std::array<double, dim> length = {};
    double sharpest                = 1;
    for (unsigned int v = 0; v < cell.vertices.size(); ++v)
    {
      Tensor<2, dim> edges;
      for (unsigned int d = 0; d < dim; ++d)
      {
        edges[d] = file.vertices[cell.vertices[v | (1u << d)]] -
                   file.vertices[cell.vertices[v & ~(1u << d)]];
        length[d] += edges[d].norm();
        edges[d] /= edges[d].norm();
      }
      sharpest = std::min(sharpest, determinant(edges));
    }
    const bool of_metal = cell.material_id != MeshFile<dim>::electrolyte;
    const double aspect = *std::max_element(length.begin(), length.end()) /
                          *std::min_element(length.begin(), length.end());
    const double most = of_metal ? largest_aspect_of_metal : largest_aspect_of_electrolyte;
    std::ostringstream text;
    text.precision(2);
    text << "an element of '" << names_of_bodies()[cell.material_id] << "' at "
         << place(file.vertices[cell.vertices[0]], unit);
    if (!(sharpest > sharpest_corner))
    {
      text << " is distorted (sine of its sharpest corner " << sharpest << ", expected at least "
           << sharpest_corner << "); smooth the mesh (Mesh.Smoothing) or make it finer there";
      throw std::runtime_error(text.str());
    }
    if (!(aspect < most))
    {
      text << " is " << aspect << " times as long as wide; expected at most " << most
           << ": divide its edges more evenly";
      throw std::runtime_error(text.str());
    }
  }
}

template <int dim>
void check_neighbours(const MeshFile<dim> &file, const ElementsAtFaces<dim> &elements_at,
                      const double unit)
{
  for (const auto &[face, elements] : elements_at)
  {
    if (elements.size() != 2)
      continue;
    const auto n      = normal(file, face);
    const auto x      = centre<dim>(file, face);
    const auto height = [&](const unsigned int element)
    { return n * (centre<dim>(file, file.cells[element].vertices) - x); };
    if (height(elements[0]) * height(elements[1]) >= 0)
      throw std::runtime_error("the mesh is folded at " + place(x, unit) + ": elements of " +
                               body_of(file, elements[0]) + " and " + body_of(file, elements[1]) +
                               " lie on the same side of the face they share");
  }
}

template <int dim>
void check_pieces(const MeshFile<dim> &file, const ElementsAtFaces<dim> &elements_at,
                  const double unit)
{
  std::vector<unsigned int> rank(file.cells.size(), 0), parent(file.cells.size());
  boost::disjoint_sets<unsigned int *, unsigned int *> pieces(rank.data(), parent.data());
  for (unsigned int e = 0; e < file.cells.size(); ++e)
    pieces.make_set(e);
  std::set<unsigned int> at_interface;
  for (const auto &[face, elements] : elements_at)
    if (elements.size() == 2)
    {
      if (file.cells[elements[0]].material_id == file.cells[elements[1]].material_id)
        pieces.union_set(elements[0], elements[1]);
      else
        at_interface.insert(elements.begin(), elements.end());
    }
  std::set<unsigned int> on_electrolyte;
  for (const unsigned int e : at_interface)
    on_electrolyte.insert(pieces.find_set(e));
  std::set<unsigned int> of_electrolyte;
  for (unsigned int e = 0; e < file.cells.size(); ++e)
  {
    const unsigned int piece = pieces.find_set(e);
    const std::string where  = " at " + place(file.vertices[file.cells[e].vertices[0]], unit);
    if (file.cells[e].material_id == MeshFile<dim>::electrolyte)
    {
      of_electrolyte.insert(piece);
      if (of_electrolyte.size() > 1)
        throw std::runtime_error("'electrolyte' is in more than one piece, one of them" + where +
                                 "; let them share faces (BooleanFragments, or Coherence)");
    }
    else if (on_electrolyte.count(piece) == 0)
      throw std::runtime_error("a piece of " + body_of(file, e) + where +
                               " has no face in common with 'electrolyte', nor with metal that "
                               "has; let them share faces (BooleanFragments, or Coherence)");
  }
}

template std::string place(const Point<2> &, double);
template std::string place(const Point<3> &, double);
template void check_shapes(const MeshFile<2> &, double);
template void check_shapes(const MeshFile<3> &, double);
template void check_neighbours(const MeshFile<2> &, const ElementsAtFaces<2> &, double);
template void check_neighbours(const MeshFile<3> &, const ElementsAtFaces<3> &, double);
template void check_pieces(const MeshFile<2> &, const ElementsAtFaces<2> &, double);
template void check_pieces(const MeshFile<3> &, const ElementsAtFaces<3> &, double);
} // namespace kavity
