#ifndef kavity_fem_MeshFile_h
#define kavity_fem_MeshFile_h

#include <deal.II/base/point.h>
#include <deal.II/base/types.h>
#include <deal.II/grid/tria_description.h>

#include <array>
#include <string>
#include <vector>

namespace kavity
{
/// Boundaries of the bodies, as boundary ids of their meshes.
namespace boundary
{
using dealii::types::boundary_id;
constexpr boundary_id interface = 0; ///< of metal and electrolyte
constexpr boundary_id second    = 1; ///< of the electrolyte and a second metal, on the former
constexpr boundary_id platen    = 2; ///< on a metal
constexpr boundary_id counter   = 3; ///< counter face of the electrolyte
constexpr boundary_id rim       = 4; ///< side of a metal without traction
constexpr boundary_id reference = 5; ///< of an electrode that takes no current, on the electrolyte
constexpr boundary_id insulated = 6; ///< side of the electrolyte, of any shape
constexpr boundary_id side = 7; ///< plane of symmetry or axis; plus the direction of its normal
} // namespace boundary

/// A cell as gmsh has meshed it: quadrilaterals (x, y) or hexahedra (x, y, z; the last coordinate
/// points from the electrolyte to the first metal) in bodies and on boundaries with physical names:
/// bodies electrolyte, metal, metal_2; boundaries platen, counter, sides, rim, reference, and
/// interface (what bodies share, which needs no name). Lengths in m.
template <int dim>
class MeshFile
{
public:
  enum Body : unsigned char
  {
    electrolyte,
    metal,
    second_metal
  };
  static constexpr unsigned int n_bodies         = 3;
  static constexpr unsigned int vertices_of_face = 1 << (dim - 1);
  using FaceVertices                             = std::array<unsigned int, vertices_of_face>;

  /// A face of an element that its body shares with another or that lies outside.
  struct Face
  {
    FaceVertices vertices; ///< sorted
    Body body;
    boundary::boundary_id id;
  };

  /// Reads a file whose lengths are in units of @p unit (m). Throws std::runtime_error with what is
  /// wrong in it and what to do.
  MeshFile(const std::string &path, double unit, bool axisymmetric);

  std::vector<dealii::Point<dim>> vertices;
  std::vector<dealii::CellData<dim>> cells; ///< edges directed alike; material_id: the body
  std::vector<Face> faces;

  /// Of a body: number of elements, extent upwards (m), thickness: volume over that of its platen
  /// or interface (m).
  struct Size
  {
    double elements = 0, low = 0, high = 0, thickness = 0;
  };
  std::array<Size, n_bodies> size;
  bool has(const Body body) const
  {
    return size[body].elements > 0;
  }
  bool has(boundary::boundary_id) const;
  /// The least coordinates of a body, m.
  dealii::Point<dim> lowest(Body) const;

  /// Of the interface with the first metal (with the second if there is one): least and largest
  /// coordinates, largest edge, m; number of faces; is it level, facing up?
  dealii::Point<dim> low, high;
  double largest_edge             = 0;
  double area_over_platen         = 1; ///< area of the first metal's interface over its platen's
  unsigned int faces_on_interface = 0;
  bool flat                       = true;
};
} // namespace kavity

#endif
