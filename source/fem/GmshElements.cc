#include "GmshElements.h"

#include <gmsh.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <stdexcept>

namespace kavity
{
using namespace dealii;

namespace
{
struct Session
{
  Session()
  {
    gmsh::initialize(0, nullptr, false);
    gmsh::option::setNumber("General.Terminal", 0);
  }
  ~Session()
  {
    gmsh::finalize();
  }
};

// gmsh throws texts of its own.
void open(const std::string &path)
{
  const std::string damaged = "gmsh cannot read it; is it whole? ";
  try
  {
    gmsh::open(path);
  }
  catch (const std::string &text)
  {
    throw std::runtime_error(damaged + text);
  }
  catch (const std::exception &error)
  {
    throw std::runtime_error(damaged + error.what());
  }
}

// Order of the vertices in deal.II.
const std::vector<unsigned int> &lexicographic(const unsigned int n)
{
  static const std::map<unsigned int, std::vector<unsigned int>> orders = {
    {2, {0, 1}}, {4, {0, 1, 3, 2}}, {8, {0, 1, 3, 2, 4, 5, 7, 6}}};
  return orders.at(n);
}

template <int dim>
class Reader
{
public:
  explicit Reader(const double unit)
    : unit(unit)
  {
  }

  GmshElements<dim> read(const std::string &path)
  {
    const Session session;
    open(path);
    std::vector<std::size_t> tags;
    std::vector<double> none;
    gmsh::model::mesh::getNodes(tags, coordinates, none);
    if (tags.empty())
      throw std::runtime_error("it has no nodes");
    for (unsigned int k = 0; k < tags.size(); ++k)
      position[tags[k]] = k;
    for (const int d : {dim, dim - 1})
      add_groups(d);
    return result;
  }

private:
  void add_groups(const int d)
  {
    for (const auto &[of_dim, tag] : groups(d))
    {
      std::string name;
      std::vector<int> entities;
      gmsh::model::getPhysicalName(of_dim, tag, name);
      gmsh::model::getEntitiesForPhysicalGroup(of_dim, tag, entities);
      for (const int entity : entities)
        add_elements(d, entity, name.empty() ? "number " + std::to_string(tag) : name);
    }
    if (d < dim)
      return;
    if (dim == 2 && !groups(3).empty())
      throw std::runtime_error("it has volumes; set Cell/Dimension = 3");
    if (result.cells.empty())
      throw std::runtime_error(std::string("it has no ") + (dim == 2 ? "surfaces" : "volumes") +
                               " with physical names; expected Physical " +
                               (dim == 2 ? "Surface" : "Volume") +
                               "(\"electrolyte\") and (\"metal\")" +
                               (dim == 3 ? "; a mesh of surfaces needs Cell/Dimension = 2" : ""));
  }

  static gmsh::vectorpair groups(const int d)
  {
    gmsh::vectorpair list;
    gmsh::model::getPhysicalGroups(list, d);
    return list;
  }

  void add_elements(const int d, const int entity, const std::string &name)
  {
    const unsigned int n = 1u << d;
    std::vector<int> types;
    std::vector<std::vector<std::size_t>> elements, nodes;
    gmsh::model::mesh::getElements(types, elements, nodes, d, entity);
    for (unsigned int t = 0; t < types.size(); ++t)
    {
      check_type(types[t], n, name);
      for (unsigned int e = 0; e < elements[t].size(); ++e)
      {
        std::vector<unsigned int> vertices;
        for (const unsigned int v : lexicographic(n))
          vertices.push_back(vertex(nodes[t][e * n + v]));
        if (d < dim)
          std::sort(vertices.begin(), vertices.end());
        (d == dim ? result.cells : result.faces).emplace_back(vertices, name);
      }
    }
  }

  static void check_type(const int type, const unsigned int expected, const std::string &name)
  {
    std::string kind;
    int of_dim, order, n_nodes, n_primary;
    std::vector<double> local;
    gmsh::model::mesh::getElementProperties(type, kind, of_dim, order, n_nodes, local, n_primary);
    if (order != 1)
      throw std::runtime_error("'" + name + "' has elements of order " + std::to_string(order) +
                               " (" + kind + "); make the mesh with Mesh.ElementOrder = 1");
    if (static_cast<unsigned int>(n_nodes) != expected)
      throw std::runtime_error(
        "'" + name + "' has elements of the kind " + kind + "; expected " +
        (dim == 2 ? "quadrilaterals: use Recombine Surface" :
                    "hexahedra: extrude recombined quadrilaterals, or use Transfinite Volume "
                    "(recombining tetrahedra does not give hexahedra)"));
  }

  unsigned int vertex(const std::size_t node)
  {
    const auto known = number.emplace(node, number.size());
    if (known.second)
    {
      const auto found = position.find(node);
      if (found == position.end())
        throw std::runtime_error("it lacks the node " + std::to_string(node));
      const double *const at = &coordinates[3 * found->second];
      if (dim == 2)
        check_height(at);
      Point<dim> x;
      for (unsigned int d = 0; d < dim; ++d)
        x[d] = unit * at[d];
      result.vertices.push_back(x);
    }
    return known.first->second;
  }

  void check_height(const double *const x)
  {
    if (result.vertices.empty())
      height = x[2];
    const double size = std::abs(x[0]) + std::abs(x[1]) + std::abs(height);
    const double off  = std::abs(x[2] - height);
    if (std::isnan(off) || off > round_off * size)
      throw std::runtime_error("nodes are at z = " + std::to_string(height) +
                               " and z = " + std::to_string(x[2]) +
                               "; expected surfaces in one plane (x, y) with Cell/Dimension = 2");
  }

  static constexpr double round_off = 1e-9; ///< files hold 16 digits
  const double unit;
  double height = 0; ///< z of a mesh in the plane, in the file's unit
  GmshElements<dim> result;
  std::vector<double> coordinates;
  std::map<std::size_t, unsigned int> position; ///< of a node in the coordinates
  std::map<std::size_t, unsigned int> number;   ///< of the nodes that elements have
};
} // namespace

template <int dim>
GmshElements<dim> read_gmsh(const std::string &path, const double unit)
{
  return Reader<dim>(unit).read(path);
}

template GmshElements<2> read_gmsh(const std::string &, double);
template GmshElements<3> read_gmsh(const std::string &, double);
} // namespace kavity
