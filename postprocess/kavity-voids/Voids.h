#ifndef kavity_voids_voids_h
#define kavity_voids_voids_h

#include <vtkSmartPointer.h>
#include <vtkUnstructuredGrid.h>

#include <array>
#include <string>
#include <vector>

namespace kavity
{
/// What a mesh stands for. Gamma is y = 0, in space z = 0, and the metal lies above.
enum class Geometry
{
  plane,        ///< in the plane; volumes and areas are per depth, m^2 and m
  axisymmetric, ///< x is the radius; volumes and areas are those of the full circle
  space
};

/// A connected part of the metal body where the metal fraction is below 1/2. All in SI.
struct Void
{
  double volume;                ///< m^3; plane: m^2, that is per depth
  std::array<double, 3> centre; ///< of volume, m; axisymmetric: mean radius and height
  double base_area;             ///< on Gamma, m^2; plane: m; 0 for a void that is detached
  /// m; of the disc (plane: half of the strip) as large as the base. The sides of a cell being
  /// mirrors, a void cut by a side is completed by its mirror image; one that reaches from a side
  /// to the opposite one has no end, and counts as what it covers in one period, twice the cell's
  /// width. Axisymmetric ones are complete.
  double base_radius;
  double height; ///< of the highest point above Gamma, m
  /// Between void surface and Gamma, through the metal, rad: mean over the rim, from the gradient
  /// of the metal fraction there. NaN without a rim.
  double contact_angle;
  unsigned int sides; ///< sides of the cell that cut it

  /// Height over base radius; NaN for a detached void.
  double aspect() const;
};

/// The voids of a metal body at one time.
struct VoidField
{
  Geometry geometry;
  std::vector<Void> voids;   ///< largest first
  double volume         = 0; ///< of all voids, as in Void
  double contact        = 0; ///< fraction of Gamma where the metal fraction is above 1/2
  double contact_smooth = 0; ///< mean over Gamma of h(c) = c^2 (3 - 2c), docs/model.md, section 6
  /// The voids as triangles or tetrahedra, in micrometres; the cell array `void` is the index into
  /// voids.
  vtkSmartPointer<vtkUnstructuredGrid> region;
};

/// Finds and measures the voids of a body in micrometres (see read_body) whose points carry the
/// metal fraction as @p field. The mesh is cut where the field, linear between the points, is 1/2.
/// Throws UsageError if no face of the body lies on Gamma, or the mesh is neither 2D nor 3D.
VoidField find_voids(vtkUnstructuredGrid *metal, const std::string &field, bool axisymmetric);

/// Volume of a tetrahedron (4 points) or area of a triangle (3), in the unit of its points.
double simplex_size(const std::array<std::array<double, 3>, 4> &points, unsigned int n_points);
} // namespace kavity

#endif
