#ifndef kavity_cell_VoidMesh_h
#define kavity_cell_VoidMesh_h

#include "kavity/cell/Electrode.h"
#include "kavity/fem/NodalTransfer.h"
#include "kavity/physics/VoidField.h"
#include "kavity/physics/VoidFieldParameters.h"

#include <optional>

namespace kavity
{
/// The mesh of metal with resolved voids: fine on their surfaces, which it follows, and c and mu go
/// through its changes, without metal lost (docs/model.md, section 6, Numerics). Flow is
/// quasi-steady and made anew. Volumes are m^3 (m^2 if plane); all functions are collective.
template <int dim>
class VoidMesh
{
public:
  using Follow = typename Electrode<dim>::Follow;

  /// References must outlive the object.
  VoidMesh(Body<dim> &metal, const VoidFieldParameters &);

  /// How often it may change one after the other for that.
  unsigned int passes(Follow) const;
  /// Sets the flags.
  void flag(Follow, const VoidField<dim> &);
  /// Whether finer elements would lose more of the metal than is allowed, as where a void opens in
  /// elements much larger than its surface. The mesh can then follow that from the state before.
  bool is_outgrown_by(const VoidField<dim> &);
  /// Nothing has outgrown it.
  void forget();

  /// c and mu are to be carried over a change; the voids may then be gone.
  void leave(const VoidField<dim> &);
  /// Sets them on the changed mesh, smoothed with this tolerance of the voids. Returns the metal
  /// that was missing and has been put back on the surfaces.
  double enter(VoidField<dim> &, double tolerance);
  /// Takes roughness up to this length (m) out of c.
  void smooth(VoidField<dim> &, double length, double tolerance) const;

  /// c and mu take part in the next save() of the mesh; are as they were saved.
  void attach(const VoidField<dim> &);
  void detach();
  void restore(VoidField<dim> &);

  /// Size of elements on surfaces at the start, m.
  double size_on_surfaces() const;
  /// Volume of the least void that there can be: a box as wide as the surface.
  double smallest_void() const;

private:
  bool holds_initial_surface(const typename dealii::DoFHandler<dim>::active_cell_iterator &) const;
  /// Elements of surfaces are no larger, m.
  double finest() const;
  /// Metal that a change may lose.
  double most_lost(const VoidField<dim> &) const;
  /// g
  typename NodalTransfer<dim>::Amount content() const;

  Body<dim> &metal;
  const VoidFieldParameters &own;
  std::optional<NodalTransfer<dim>> transfer;
  double carried_volume = 0;   ///< of metal
  std::optional<Vector> ahead; ///< c that outgrew the mesh
};
} // namespace kavity

#endif
