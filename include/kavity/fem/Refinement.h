#ifndef kavity_fem_Refinement_h
#define kavity_fem_Refinement_h

#include "kavity/fem/Body.h"
#include "kavity/fem/Interface.h"

#include <deal.II/lac/full_matrix.h>

#include <boost/range/iterator_range.hpp>

#include <vector>

namespace kavity
{
/// Make the refinement and coarsening flags of the electrolyte and of the metals on it agree on
/// their interfaces: a face becomes as fine as the finer of its two cells wants it. Each body's own
/// rules for neighbouring cells are applied on the way, across ranks too, so that executing the
/// flags of all bodies changes nothing more. Collective; to be called with the flags set and before
/// any mesh is changed, on up-to-date interfaces. Interface::update throws if ever two meshes did
/// not match.
template <int dim>
void synchronise_flags(Body<dim> &electrolyte, const std::vector<Body<dim> *> &metals,
                       const std::vector<const Interface<dim> *> &);

/// Set the flags of a body so that whatever was refined beyond the graded mesh is undone, as far as
/// neighbours allow.
template <int dim>
void flag_for_graded_mesh(Body<dim> &);

/// Whether any cell is to change. Collective.
template <int dim>
bool any_flag(const Body<dim> &);

/// Set the flags of the metal so that Gamma follows a state given at its points on the metal's
/// side. Faces are to be split where the state differs by more than `threshold` between points of a
/// face and those that touch it, at most `levels` times beyond the graded mesh; they are to be
/// merged where it differs by less than a quarter of that. Away from Gamma cells are as coarse as
/// their neighbours allow, but nowhere coarser than the graded mesh. Collective.
template <int dim>
void flag_variations(Body<dim> &metal, const Interface<dim> &, const InterfaceValues &state,
                     double threshold, unsigned int levels);

/// Carries the state of Gamma through a change of the metal's mesh: refinement, coarsening and
/// repartition, and through a file (save and load of the triangulation). The state is any number
/// of arrays with one value per quadrature point of the metal's faces; they travel attached to
/// the metal's cells.
///
///     InterfaceStateTransfer<dim> transfer(metal, interface);
///     transfer.add(void_volume, transfer.conserved);
///     transfer.attach();
///     // execute_coarsening_and_refinement() of both bodies
///     interface.update();
///     transfer.restore();
template <int dim>
class InterfaceStateTransfer
{
public:
  /// What the transfer of an array preserves.
  enum Kind
  {
    /// The integral over every face that is split or merged, with the weight 2 pi r of an
    /// axisymmetric cell, to round-off. Values are the polynomial through the points of a face,
    /// or the weighted L2 projection on it: a polynomial of degree points_1d - 1 is carried
    /// exactly. Where it would fall below a tenth of the smallest old value of the face (so that
    /// positive stays positive), the face is drawn towards its mean.
    conserved,
    /// Extreme values: a new point takes the value of the nearest old point of a face that is
    /// split, or the maximum of the nearest old points of the faces that are merged.
    history
  };

  InterfaceStateTransfer(Body<dim> &metal, const Interface<dim> &);

  /// Take part with this array, which has to stay where it is until restore().
  void add(InterfaceValues &, Kind);

  /// Call before execute_coarsening_and_refinement(), repartition() or save() of the metal.
  void attach();
  /// Refill the arrays in the order of the new faces. Call after the interface's update().
  void restore();
  /// Refill the arrays after load() of the metal's triangulation and the interface's update().
  /// Takes the same sequence of arrays as was attached when saving.
  void restore_from_file();

private:
  using Cell   = typename dealii::Triangulation<dim>::cell_iterator;
  using Status = typename dealii::Triangulation<dim>::CellStatus;
  using Bytes  = boost::iterator_range<std::vector<char>::const_iterator>;
  using Nodal  = std::vector<double>; ///< values at the points of one face, or of its children
  struct Array
  {
    InterfaceValues *values;
    Kind kind;
  };

  std::vector<char> pack(const Cell &, Status) const;
  void unpack(const Cell &, Status, const Bytes &);

  /// Which faces of the cell are on the interface.
  static std::vector<unsigned int> faces_at_interface(const Cell &);
  std::vector<unsigned int> faces(const Cell &, unsigned int face, bool of_children) const;
  Nodal gather(const std::vector<double> &, const std::vector<unsigned int> &faces) const;

  Nodal refine(const Nodal &parent, const Nodal &child_weights, Kind) const;
  Nodal coarsen(const Nodal &children, const Nodal &child_weights, Kind) const;

  Body<dim> &metal;
  const Interface<dim> &interface;
  std::vector<Array> arrays;
  unsigned int handle = dealii::numbers::invalid_unsigned_int;

  const unsigned int n_points, n_children;
  /// (point of a child, counted through all children; point of the parent): the parent's
  /// Lagrange polynomials at the children's points
  dealii::FullMatrix<double> interpolation;
  std::vector<unsigned int> nearest; ///< parent's point nearest to each point of the children
};
} // namespace kavity

#endif
