#ifndef kavity_fem_GmshElements_h
#define kavity_fem_GmshElements_h

#include <deal.II/base/point.h>

#include <string>
#include <utility>
#include <vector>

namespace kavity
{
/// What gmsh says, before names have a meaning. Lengths in m.
template <int dim>
struct GmshElements
{
  using Nodes = std::vector<unsigned int>;
  std::vector<dealii::Point<dim>> vertices;
  /// with their physical names; vertices in the order of deal.II; sorted
  std::vector<std::pair<Nodes, std::string>> cells, faces;
};

/// Reads a file whose lengths are in units of @p unit (m). Throws std::runtime_error with what is
/// wrong in it and what to do.
template <int dim>
GmshElements<dim> read_gmsh(const std::string &path, double unit);
} // namespace kavity

#endif
