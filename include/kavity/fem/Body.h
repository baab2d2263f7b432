#ifndef kavity_fem_Body_h
#define kavity_fem_Body_h

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

/// The cell's box: the metal fills 0 <= y <= metal_thickness (z in 3D), the electrolyte
/// -electrolyte_thickness <= y <= 0, a second metal what is below; all share the lateral extent.
/// All lengths in m.
struct BoxGeometry
{
  double width                 = 0;
  double depth                 = 0; ///< 3D only
  double metal_thickness       = 0;
  double electrolyte_thickness = 0;
  Coordinates coordinates      = Coordinates::plane;
  double second_thickness      = 0; ///< of a metal below the electrolyte; 0: there is none

  /// The same cell upside down: the second metal is the first, in a frame of its own.
  BoxGeometry upside_down() const
  {
    BoxGeometry result = *this;
    std::swap(result.metal_thickness, result.second_thickness);
    return result;
  }
};

/// How fine the mesh is: cells on Gamma are at most `size_at_interface` wide and grow away from
/// it by `growth` times their distance from it.
struct MeshGrading
{
  double size_at_interface        = 0;   ///< m
  double growth                   = 0.5; ///< allowed cell size / distance from Gamma
  unsigned int global_refinements = 0;   ///< on top of the grading, for convergence studies
  /// levels beyond this mesh by which Gamma may be refined where its state varies; 0: never
  unsigned int adaptive_refinements    = 0;
  unsigned int steps_between_adaptions = 5; ///< accepted time steps
};

/// One of the two bodies: its adaptive mesh, the multigrid sequence of coarser meshes, and the
/// names of its boundaries. The vertical direction is the last one; Gamma lies at 0.
template <int dim>
class Body
{
public:
  enum class Side
  {
    metal,      ///< above Gamma
    electrolyte ///< below Gamma
  };

  /// Build the graded box. Both bodies get the same cells on Gamma.
  Body(MPI_Comm comm, Side side, const BoxGeometry &, const MeshGrading &);

  /// Cells, and nodes of elements of degree 1 and 2 on them.
  struct Size
  {
    double cells = 0, nodes_1 = 0, nodes_2 = 0;
  };
  /// Size of the mesh as built, without building it; what makes cells of neighbouring sizes fit is
  /// left out.
  static Size expected_size(Side, const BoxGeometry &, const MeshGrading &);

  /// Width in m of the narrowest elements that the numbers of cells of both bodies allow.
  static double narrowest_element(const BoxGeometry &);

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

  /// Level that the mesh had as built where this cell lies; the same all along Gamma.
  int graded_level(const dealii::TriaIterator<dealii::CellAccessor<dim>> &) const;

  dealii::types::boundary_id gamma_id() const;
  /// Gamma, and the counter face where a second metal is on it.
  bool is_interface(const dealii::types::boundary_id id) const
  {
    return id == gamma_id() || (n_interfaces() == 2 && id == far_id());
  }
  unsigned int n_interfaces() const
  {
    return side == Side::electrolyte && geometry.second_thickness > 0 ? 2 : 1;
  }
  /// platen (metal) or counter face (electrolyte)
  dealii::types::boundary_id far_id() const;

  const Side side;
  const BoxGeometry geometry;
  const dealii::MappingQ1<dim> mapping;

  dealii::parallel::distributed::Triangulation<dim> triangulation;

  bool axisymmetric() const
  {
    return geometry.coordinates == Coordinates::axisymmetric;
  }
  double thickness() const
  {
    return side == Side::metal ? geometry.metal_thickness : geometry.electrolyte_thickness;
  }

private:
  static std::vector<unsigned int> coarse_divisions(Side, const BoxGeometry &);
  void make_coarse_mesh();
  void grade(const MeshGrading &);
  void remember_grading();
  /// Of the centre of a cell from the next interface, m.
  double distance(const dealii::TriaIterator<dealii::CellAccessor<dim>> &) const;

  std::vector<double> reach; ///< by level: distance from Gamma up to which cells are so fine
  std::vector<std::shared_ptr<const dealii::Triangulation<dim>>> levels_;
};
} // namespace kavity

#endif
