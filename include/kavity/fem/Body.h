#ifndef kavity_fem_Body_h
#define kavity_fem_Body_h

#include "kavity/fem/MeshFile.h"

#include <deal.II/base/mpi.h>
#include <deal.II/distributed/tria.h>
#include <deal.II/fe/mapping_q1.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace kavity
{
/// How two-dimensional coordinates are meant: `plane` is plane strain and unit depth,
/// `axisymmetric` has x = r, y = z, totals over the full 2 pi.
enum class Coordinates
{
  plane,
  axisymmetric
};

/// Where bodies and boundaries of the cell are. A box: the metal fills 0 <= y <= metal_thickness (z
/// in 3D), the electrolyte -electrolyte_thickness <= y <= 0, a second metal what is below; all
/// share the lateral extent. Or the mesh of a file, of whose bodies these are the measures. Lengths
/// in m.
struct CellGeometry
{
  double width                 = 0; ///< of the interface
  double depth                 = 0; ///< 3D only
  double metal_thickness       = 0;
  double electrolyte_thickness = 0;
  Coordinates coordinates      = Coordinates::plane;
  double second_thickness      = 0; ///< of a metal below the electrolyte; 0: there is none
  bool is_upside_down          = false;
  double area_over_platen      = 1; ///< of the interface with the first metal
  std::shared_ptr<const MeshFile<2>> plane_mesh = nullptr; ///< none: a box
  std::shared_ptr<const MeshFile<3>> space_mesh = nullptr;

  template <int dim>
  const MeshFile<dim> *mesh() const
  {
    if constexpr (dim == 2)
      return plane_mesh.get();
    else
      return space_mesh.get();
  }
  bool is_box() const
  {
    return !plane_mesh && !space_mesh;
  }

  /// That of a mesh, with what can be measured in it.
  static CellGeometry of(const std::shared_ptr<const MeshFile<2>> &, Coordinates);
  static CellGeometry of(const std::shared_ptr<const MeshFile<3>> &, Coordinates);

  /// The same cell upside down: the second metal is the first, in a frame of its own.
  CellGeometry upside_down() const
  {
    CellGeometry result = *this;
    std::swap(result.metal_thickness, result.second_thickness);
    result.is_upside_down = !is_upside_down;
    return result;
  }
};

/// How fine the mesh is: cells on Gamma are at most `size_at_interface` wide and grow away from
/// it by `growth` times their distance from it; those of a file as fast as they can.
struct MeshGrading
{
  double size_at_interface        = 0;   ///< m; 0: as in the file
  double growth                   = 0.5; ///< allowed cell size / distance from Gamma
  unsigned int global_refinements = 0;   ///< on top of the grading, for convergence studies
  /// levels beyond this mesh by which Gamma may be refined where its state varies; 0: never
  unsigned int adaptive_refinements    = 0;
  unsigned int steps_between_adaptions = 5; ///< accepted time steps
};

enum class Side
{
  metal,      ///< above Gamma
  electrolyte ///< below Gamma
};

/// One of the two bodies: its adaptive mesh, the multigrid sequence of coarser meshes, and the
/// names of its boundaries. The vertical direction is the last one; Gamma of a box lies at 0.
template <int dim>
class Body
{
public:
  using Side = kavity::Side;

  /// Build the graded mesh. Both bodies get the same cells on Gamma.
  Body(MPI_Comm comm, Side side, const CellGeometry &, const MeshGrading &);

  /// Cells, and nodes of elements of degree 1 and 2 on them.
  struct Size
  {
    double cells = 0, nodes_1 = 0, nodes_2 = 0;
  };
  /// Size of the mesh as built, without building it; what makes cells of neighbouring sizes fit is
  /// left out.
  static Size expected_size(Side, const CellGeometry &, const MeshGrading &);

  /// How much wider than high elements of the electrolyte are at most; halving changes nothing.
  static double flattest_element(const CellGeometry &);

  /// Width in m of the narrowest elements that the numbers of cells of both bodies allow.
  static double narrowest_element(const CellGeometry &);

  /// The geometric sequence of coarser meshes, coarsest first, the finest is `triangulation`.
  /// Call after every change of the mesh.
  void update_levels();

  const std::vector<std::shared_ptr<const dealii::Triangulation<dim>>> &levels() const
  {
    return levels_;
  }

  /// Take the mesh, and what is attached to its cells, from the file written by save() of a
  /// body of this size and kind, on any number of ranks. Everything that lives on the present
  /// mesh must be gone. Collective.
  void load(const std::string &file);

  /// Level that the mesh had as built where this cell lies, at least; the same all along Gamma.
  int graded_level(const dealii::TriaIterator<dealii::CellAccessor<dim>> &) const;

  /// Gamma, and where a second metal is on the electrolyte.
  bool is_interface(const boundary::boundary_id id) const
  {
    return id == boundary::interface || id == boundary::second;
  }
  unsigned int n_interfaces() const
  {
    return side == Side::electrolyte && geometry.second_thickness > 0 ? 2 : 1;
  }
  /// platen (metal) or counter face or second interface (electrolyte)
  boundary::boundary_id far_id() const
  {
    return side == Side::metal ? boundary::platen :
           n_interfaces() == 2 ? boundary::second :
                                 boundary::counter;
  }
  /// Area of a boundary (m^2; per m of depth in 2D, over 2 pi if axisymmetric). Collective.
  double area(boundary::boundary_id) const;

  /// A number of a vertex of the coarsest mesh, by its index there, that the other body on an
  /// interface gives to the same vertex.
  unsigned int common_number(const unsigned int vertex) const
  {
    return common_numbers[vertex];
  }

  const Side side;
  const CellGeometry geometry;
  const dealii::MappingQ1<dim> mapping;

  dealii::parallel::distributed::Triangulation<dim> triangulation;

  bool axisymmetric() const
  {
    return geometry.coordinates == Coordinates::axisymmetric;
  }
  /// What integrals over radii and heights lack, rad; 1 if plane.
  double angle() const
  {
    return axisymmetric() ? 2 * dealii::numbers::PI : 1.;
  }
  /// Of the vertical coordinate, m.
  double lowest() const
  {
    const auto *const mesh = geometry.mesh<dim>();
    return mesh != nullptr     ? mesh->size[MeshFile<dim>::electrolyte].low :
           side == Side::metal ? 0. :
                                 -thickness();
  }
  double thickness() const
  {
    return side == Side::metal ? geometry.metal_thickness : geometry.electrolyte_thickness;
  }

private:
  static std::vector<unsigned int> coarse_divisions(Side, const CellGeometry &);
  static typename MeshFile<dim>::Body body_of_file(Side, const CellGeometry &);
  static unsigned int halvings_on_interface(const CellGeometry &, const MeshGrading &);
  void make_coarse_mesh();
  void make_coarse_box();
  void take_from_file(const MeshFile<dim> &);
  void grade(const MeshGrading &);
  void grade_box(const MeshGrading &);
  void remember_grading();
  bool at_interface(const dealii::TriaIterator<dealii::CellAccessor<dim>> &) const;
  /// Of the centre of a cell from the next interface, m.
  double distance(const dealii::TriaIterator<dealii::CellAccessor<dim>> &) const;

  std::vector<double> reach;  ///< by level: distance from Gamma up to which cells are so fine
  int least_level        = 0; ///< of a mesh from a file
  int level_on_interface = 0;
  std::vector<unsigned int> common_numbers;
  std::vector<std::shared_ptr<const dealii::Triangulation<dim>>> levels_;
};
} // namespace kavity

#endif
