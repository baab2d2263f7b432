#ifndef kavity_cell_ElectrodeKind_h
#define kavity_cell_ElectrodeKind_h

#include "kavity/cell/Electrode.h"
#include "kavity/core/Registry.h"

#include <memory>

namespace kavity
{
/// A kind of electrode: what `Voids/Model` names, registered with Registered.
class ElectrodeKind
{
public:
  virtual ~ElectrodeKind() = default;

  /// Declares and reads entries of its own in the current section.
  virtual void declare(Parameters &) {}

  /// Whether its voids are those of the section Void field, and none are smaller than the mesh.
  virtual bool resolves_voids() const
  {
    return false;
  }

  /// An electrode; arguments are those of its constructor.
  virtual std::unique_ptr<Electrode<2>> make(MPI_Comm, const Body<2> &electrolyte,
                                             const ElectrodeParameters &, const CellParameters &,
                                             Electrode<2>::Place, double temperature) const = 0;
  virtual std::unique_ptr<Electrode<3>> make(MPI_Comm, const Body<3> &electrolyte,
                                             const ElectrodeParameters &, const CellParameters &,
                                             Electrode<3>::Place, double temperature) const = 0;
};

/// A kind whose electrodes are of this class.
template <template <int> class Kind>
class ElectrodeKindOf : public ElectrodeKind
{
public:
  std::unique_ptr<Electrode<2>> make(MPI_Comm comm, const Body<2> &electrolyte,
                                     const ElectrodeParameters &own,
                                     const CellParameters &parameters,
                                     const Electrode<2>::Place place,
                                     const double temperature) const override
  {
    return std::make_unique<Kind<2>>(comm, electrolyte, own, parameters, place, temperature);
  }
  std::unique_ptr<Electrode<3>> make(MPI_Comm comm, const Body<3> &electrolyte,
                                     const ElectrodeParameters &own,
                                     const CellParameters &parameters,
                                     const Electrode<3>::Place place,
                                     const double temperature) const override
  {
    return std::make_unique<Kind<3>>(comm, electrolyte, own, parameters, place, temperature);
  }
};
} // namespace kavity

#endif
