#ifndef kavity_voids_scene_h
#define kavity_voids_scene_h

#include "RunFiles.h"

#include <vtkColorTransferFunction.h>
#include <vtkDataSet.h>
#include <vtkPolyData.h>
#include <vtkRenderer.h>

#include <array>

namespace kavity
{
/// A field shown by colour.
struct Colouring
{
  std::string field, title;
  std::array<double, 2> range; ///< empty (low above high) while no data has the field
  vtkSmartPointer<vtkColorTransferFunction> map;
};

/// What is drawn of a run at one time, in micrometres. In 2D the metal, coloured by the potential
/// of atoms, the voids in it left blank, and the electrolyte, coloured by its current density. In
/// space the surfaces of the voids on the interface, which has the colours of the current density
/// or, without an electrolyte in the files, of the potential of atoms.
class Scene
{
public:
  /// Throws what read_body throws, and UsageError if the field is not there.
  Scene(const StoredTime &, const std::string &field);

  bool in_space() const
  {
    return space_;
  }

  /// Of the metal body: least and largest x, y, z.
  const std::array<double, 6> &bounds() const
  {
    return bounds_;
  }

  /// Height of the highest void above Gamma.
  double void_height() const;

  /// Extend the range by the values shown at this time.
  void extend_atoms(Colouring &) const;
  void extend_current(Colouring &) const;

  void draw(vtkRenderer *, const Colouring &atoms, const Colouring &current) const;

private:
  std::string field_;
  vtkSmartPointer<vtkDataSet> metal_;       ///< in space only Gamma
  vtkSmartPointer<vtkDataSet> electrolyte_; ///< the same; null if the files have none
  vtkSmartPointer<vtkPolyData> surface_;    ///< of the voids
  bool space_;
  std::array<double, 6> bounds_;
};
} // namespace kavity

#endif
