#include "kavity/fem/MeshFile.h"

#include "GmshElements.h"
#include "MeshChecks.h"

#include <deal.II/grid/grid_tools.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <sstream>
#include <stdexcept>

namespace kavity
{
using namespace dealii;

namespace
{
// Of coordinates, relative to the size of the cell: files hold 16 digits.
constexpr double round_off = 1e-9;

// m: no cell is that large.
constexpr double largest_coordinate = 1e3;

template <int dim>
class Builder
{
public:
  using File         = MeshFile<dim>;
  using FaceVertices = typename File::FaceVertices;

  Builder(File &file, const double unit, const bool axisymmetric)
    : file(file)
    , unit(unit)
    , axisymmetric(axisymmetric)
  {
  }

  void build(const GmshElements<dim> &raw)
  {
    file.vertices = raw.vertices;
    find_extent();
    take_cells(raw);
    check_shapes(file, unit);
    take_faces(raw);
    measure();
  }

private:
  void find_extent()
  {
    for (const auto &x : file.vertices)
      if (!(x.norm() < largest_coordinate))
        throw std::runtime_error("a node is at " + place(x, unit) +
                                 ": no place in a cell; is File unit its unit of length?");
    Point<dim> low = file.vertices[0], high = low;
    for (const auto &x : file.vertices)
      for (unsigned int d = 0; d < dim; ++d)
      {
        low[d]  = std::min(low[d], x[d]);
        high[d] = std::max(high[d], x[d]);
      }
    tolerance = round_off * low.distance(high);
    if (axisymmetric && low[0] < -tolerance)
      throw std::runtime_error("it reaches to x < 0 at " + place(low, unit) +
                               ", but x is the radius of axisymmetric coordinates");
  }

  void take_cells(const GmshElements<dim> &raw)
  {
    std::set<std::vector<unsigned int>> known;
    for (const auto &[vertices, name] : raw.cells)
    {
      const auto body = std::find(names_of_bodies().begin(), names_of_bodies().end(), name);
      if (body == names_of_bodies().end())
        throw std::runtime_error("the body '" + name +
                                 "' is not known; possible: electrolyte, metal, metal_2");
      CellData<dim> cell;
      std::copy(vertices.begin(), vertices.end(), cell.vertices.begin());
      cell.material_id = body - names_of_bodies().begin();
      auto sorted      = vertices;
      std::sort(sorted.begin(), sorted.end());
      if (!known.insert(sorted).second)
        throw std::runtime_error("an element of '" + name + "' at " +
                                 place(file.vertices[vertices[0]], unit) +
                                 " has more than one physical name");
      file.cells.push_back(cell);
      ++file.size[cell.material_id].elements;
    }
    for (const auto body : {File::electrolyte, File::metal})
      if (!file.has(body))
        throw std::runtime_error("it has no body with the physical name '" +
                                 names_of_bodies()[body] + "'");
    for (auto &cell : file.cells)
      if (GridTools::cell_measure<dim>(file.vertices,
                                       ArrayView<const unsigned int>(cell.vertices)) < 0)
        mirror(cell.vertices);
    GridTools::consistently_order_cells(file.cells);
  }

  // Curve loops of the drawing may run either way.
  static void mirror(std::vector<unsigned int> &vertices)
  {
    if (dim == 2)
      std::swap(vertices[1], vertices[2]);
    else
      std::swap_ranges(vertices.begin(), vertices.begin() + 4, vertices.begin() + 4);
  }

  static FaceVertices sorted_face(const CellData<dim> &cell, const unsigned int face)
  {
    FaceVertices result;
    for (unsigned int i = 0; i < result.size(); ++i)
      result[i] = cell.vertices[GeometryInfo<dim>::face_to_cell_vertices(face, i)];
    std::sort(result.begin(), result.end());
    return result;
  }

  Point<dim> centre(const FaceVertices &face) const
  {
    Point<dim> result;
    for (const unsigned int v : face)
      result += file.vertices[v] / double(face.size());
    return result;
  }

  void take_faces(const GmshElements<dim> &raw)
  {
    std::map<FaceVertices, std::string> name_of;
    for (const auto &[vertices, name] : raw.faces)
    {
      FaceVertices face;
      std::copy(vertices.begin(), vertices.end(), face.begin());
      const auto known = name_of.emplace(face, name);
      if (!known.second && known.first->second != name)
        throw std::runtime_error("the boundary at " + place(centre(face), unit) + " is '" +
                                 known.first->second + "' and '" + name + "'");
    }
    ElementsAtFaces<dim> elements_at;
    for (unsigned int e = 0; e < file.cells.size(); ++e)
      for (unsigned int face = 0; face < GeometryInfo<dim>::faces_per_cell; ++face)
        elements_at[sorted_face(file.cells[e], face)].push_back(e);
    check_neighbours(file, elements_at, unit);
    for (const auto &[face, elements] : elements_at)
    {
      std::vector<unsigned int> bodies;
      for (const unsigned int e : elements)
        bodies.push_back(file.cells[e].material_id);
      std::sort(bodies.begin(), bodies.end());
      const auto named       = name_of.find(face);
      const std::string name = named == name_of.end() ? "" : named->second;
      take_face(face, bodies, name);
      if (named != name_of.end())
        name_of.erase(named);
    }
    if (!name_of.empty())
      throw std::runtime_error("the boundary '" + name_of.begin()->second + "' at " +
                               place(centre(name_of.begin()->first), unit) +
                               " is no face of an element of a body");
    check_pieces(file, elements_at, unit);
  }

  void take_face(const FaceVertices &face, const std::vector<unsigned int> &bodies,
                 const std::string &name)
  {
    const std::string at = " at " + place(centre(face), unit);
    if (bodies.size() > 2)
      throw std::runtime_error("more than two elements share a face" + at);
    if (bodies.size() == 1)
    {
      const auto body = static_cast<typename File::Body>(bodies[0]);
      file.faces.push_back({face, body, outer_id(face, body, name)});
      return;
    }
    if (bodies[0] == bodies[1])
    {
      if (!name.empty())
        throw std::runtime_error("the boundary '" + name + "'" + at + " lies within '" +
                                 names_of_bodies()[bodies[0]] + "'");
      return;
    }
    if (bodies[0] != File::electrolyte)
      throw std::runtime_error("metal and metal_2 touch" + at);
    if (!name.empty() && name != "interface")
      throw std::runtime_error("the boundary '" + name + "'" + at + " is an interface of '" +
                               names_of_bodies()[bodies[0]] + "' and '" +
                               names_of_bodies()[bodies[1]] + "'");
    const bool first = bodies[1] == File::metal;
    file.faces.push_back({face, File::electrolyte, first ? boundary::interface : boundary::second});
    file.faces.push_back({face, static_cast<typename File::Body>(bodies[1]), boundary::interface});
  }

  boundary::boundary_id outer_id(const FaceVertices &face, const typename File::Body body,
                                 const std::string &name) const
  {
    const std::string where =
      " of '" + names_of_bodies()[body] + "' at " + place(centre(face), unit);
    const std::string advice =
      "; if metal and electrolyte should meet there, let them share the surface (BooleanFragments, "
      "or Coherence) with the same elements";
    const std::string possible =
      body == File::electrolyte ? "counter, sides, reference" : "platen, sides, rim";
    if (name.empty())
      throw std::runtime_error("an outer face" + where +
                               " has no physical name; possible: " + possible + advice);
    if (name == "interface")
      throw std::runtime_error("the interface" + where + " belongs to one body only" + advice);
    if (body == File::electrolyte)
    {
      if (name == "counter" || name == "reference")
        return name == "counter" ? boundary::counter : boundary::reference;
      if (name == "sides")
        return boundary::insulated;
    }
    else
    {
      if (name == "platen" || name == "rim")
        return name == "platen" ? boundary::platen : boundary::rim;
      if (name == "sides")
        return boundary::side + normal_direction(face, where);
    }
    throw std::runtime_error("the boundary '" + name + "'" + where +
                             " is not known; possible: " + possible);
  }

  // Metal slides along its sides, which have to be planes for that.
  unsigned int normal_direction(const FaceVertices &face, const std::string &where) const
  {
    for (unsigned int d = 0; d + 1 < dim; ++d)
      if (is_plane(face, d))
        return d;
    throw std::runtime_error("a side" + where + " is no plane x = const" +
                             (dim == 3 ? " or y = const" : "") +
                             "; a free side is a 'rim', and a round disc is axisymmetric");
  }

  bool is_plane(const FaceVertices &face, const unsigned int d) const
  {
    for (const unsigned int v : face)
      if (std::abs(file.vertices[v][d] - file.vertices[face[0]][d]) > tolerance)
        return false;
    return true;
  }

  // Bodies, weighted by the radius if axisymmetric; their platens, which have to be one plane.
  void measure()
  {
    std::array<double, File::n_bodies> volume = {}, area = {};
    std::array<double, File::n_bodies> top;
    top.fill(std::numeric_limits<double>::quiet_NaN());
    for (auto &size : file.size)
      size.low = std::numeric_limits<double>::max(), size.high = -size.low;
    for (const auto &cell : file.cells)
    {
      for (const unsigned int v : cell.vertices)
      {
        auto &size = file.size[cell.material_id];
        size.low   = std::min(size.low, file.vertices[v][dim - 1]);
        size.high  = std::max(size.high, file.vertices[v][dim - 1]);
      }
      volume[cell.material_id] += volume_of(cell.vertices);
    }
    for (const auto &face : file.faces)
      if (face.id == boundary::platen)
      {
        const double height = file.vertices[face.vertices[0]][dim - 1];
        if (std::isnan(top[face.body]))
          top[face.body] = height;
        if (!is_plane(face.vertices, dim - 1) || std::abs(height - top[face.body]) > tolerance)
          throw std::runtime_error("the platen of '" + names_of_bodies()[face.body] + "' at " +
                                   place(centre(face.vertices), unit) + " is not in one plane " +
                                   (dim == 3 ? "z" : "y") + " = const");
        area[face.body] += area_of(face.vertices);
      }
    measure_interfaces();
    file.area_over_platen = area_of_interface / area[File::metal];
    for (const auto body : {File::metal, File::second_metal})
    {
      if (!file.has(body))
        continue;
      if (!(area[body] > 0))
        throw std::runtime_error("'" + names_of_bodies()[body] + "' has no platen");
      const double sign = body == File::metal ? 1 : -1;
      if (sign * (top[body] - centre_of_interface[body]) <= tolerance)
        throw std::runtime_error(body == File::metal ?
                                   "the platen of 'metal' has to lie above the interface" :
                                   "the platen of 'metal_2' has to lie below its interface");
      file.size[body].thickness = volume[body] / area[body];
    }
    auto &size     = file.size[File::electrolyte];
    size.thickness = size.high - size.low;
    if (!file.has(File::second_metal) && !file.has(boundary::counter))
      throw std::runtime_error("the electrolyte has no counter face (or 'metal_2' is missing)");
    if (file.has(File::second_metal) && file.has(boundary::counter))
      throw std::runtime_error("there is a counter face beside 'metal_2'");
  }

  void measure_interfaces()
  {
    std::array<double, File::n_bodies> faces = {};
    file.low[0]                              = std::numeric_limits<double>::max();
    for (const auto &face : file.faces)
      if (face.body != File::electrolyte && face.id == boundary::interface)
      {
        const auto x = centre(face.vertices);
        faces[face.body] += 1;
        centre_of_interface[face.body] += x[dim - 1];
        file.flat = file.flat && is_plane(face.vertices, dim - 1);
        for (const unsigned int v : face.vertices)
          for (const unsigned int w : face.vertices)
            file.largest_edge =
              std::max(file.largest_edge, file.vertices[v].distance(file.vertices[w]) /
                                            (dim == 3 ? std::sqrt(2.) : 1.));
        if (face.body == File::metal)
          area_of_interface += area_of(face.vertices);
        if (face.body == File::metal)
          for (const unsigned int v : face.vertices)
            for (unsigned int d = 0; d < dim; ++d)
            {
              const bool fresh = faces[File::metal] == 1 && v == face.vertices[0];
              const double at  = file.vertices[v][d];
              file.low[d]      = fresh ? at : std::min(file.low[d], at);
              file.high[d]     = fresh ? at : std::max(file.high[d], at);
            }
      }
    for (const auto body : {File::metal, File::second_metal})
      if (file.has(body) && faces[body] == 0)
        throw std::runtime_error(
          "'electrolyte' and '" + names_of_bodies()[body] +
          "' have no faces in common; let them share the surface (BooleanFragments, or Coherence)");
    for (const auto body : {File::metal, File::second_metal})
      centre_of_interface[body] /= std::max(faces[body], 1.);
    file.faces_on_interface = faces[File::metal];
    file.flat               = file.flat && file.high[dim - 1] - file.low[dim - 1] <= tolerance;
  }

  // A quadrilateral is two triangles, whose centres tell the radius.
  double volume_of(const std::vector<unsigned int> &cell) const
  {
    if constexpr (dim == 3)
      return GridTools::cell_measure<dim>(file.vertices, ArrayView<const unsigned int>(cell));
    double sum = 0;
    for (const unsigned int corner : {1, 2})
    {
      const std::vector<Point<dim>> x = {file.vertices[cell[0]], file.vertices[cell[3]],
                                         file.vertices[cell[corner]]};
      const Tensor<1, dim> a = x[1] - x[0], b = x[2] - x[0];
      sum += 0.5 * std::abs(a[0] * b[1] - a[1] * b[0]) * weight(x);
    }
    return sum;
  }

  double area_of(const FaceVertices &face) const
  {
    std::vector<Point<dim>> x;
    for (const unsigned int v : face)
      x.push_back(file.vertices[v]);
    double area;
    if constexpr (dim == 2)
      area = x[0].distance(x[1]);
    else
    {
      // sorted vertices of a plane quadrilateral: its diagonals are the pair that crosses
      const auto half =
        [&x](const unsigned int a, const unsigned int b, const unsigned int c, const unsigned int d)
      { return 0.5 * cross_product_3d(x[b] - x[a], x[d] - x[c]).norm(); };
      area = std::max({half(0, 1, 2, 3), half(0, 2, 1, 3), half(0, 3, 1, 2)});
    }
    return area * weight(x);
  }

  double weight(const std::vector<Point<dim>> &corners) const
  {
    if (!axisymmetric)
      return 1;
    double sum = 0;
    for (const auto &x : corners)
      sum += x[0] / corners.size();
    return 2 * numbers::PI * sum;
  }

  File &file;
  const double unit;
  const bool axisymmetric;
  double tolerance = 0, area_of_interface = 0;
  std::array<double, File::n_bodies> centre_of_interface = {};
};
} // namespace

template <int dim>
MeshFile<dim>::MeshFile(const std::string &path, const double unit, const bool axisymmetric)
{
  Builder<dim>(*this, unit, axisymmetric).build(read_gmsh<dim>(path, unit));
}

template <int dim>
Point<dim> MeshFile<dim>::lowest(const Body body) const
{
  Point<dim> result;
  for (unsigned int d = 0; d < dim; ++d)
    result[d] = std::numeric_limits<double>::max();
  for (const auto &cell : cells)
    if (cell.material_id == body)
      for (const unsigned int v : cell.vertices)
        for (unsigned int d = 0; d < dim; ++d)
          result[d] = std::min(result[d], vertices[v][d]);
  return result;
}

template <int dim>
bool MeshFile<dim>::has(const boundary::boundary_id id) const
{
  return std::any_of(faces.begin(), faces.end(), [id](const Face &face) { return face.id == id; });
}

template class MeshFile<2>;
template class MeshFile<3>;
} // namespace kavity
