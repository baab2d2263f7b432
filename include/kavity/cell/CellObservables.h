#ifndef kavity_cell_CellObservables_h
#define kavity_cell_CellObservables_h

#include "kavity/cell/DendriteWatch.h"
#include "kavity/cell/Electrolyte.h"
#include "kavity/cell/PressedStack.h"

#include <vector>

namespace kavity
{
/// The parts of a cell, for what it reports of its state.
template <int dim>
struct CellState
{
  const CellParameters &parameters;
  const PressedStack &stack;
  const Electrolyte<dim> &electrolyte;
  const typename Electrolyte<dim>::Electrodes &electrodes;
  const std::vector<DendriteWatch<dim>> &watches; ///< of each electrode, if looked for

  /// An electrode as the cell sees it.
  struct Part
  {
    const CellState &cell;
    unsigned int electrode;
  };
  /// What the cell reports, what of each electrode beside the electrode's own, what where there
  /// is a reference electrode, and what of the stress in the electrolyte.
  static const std::vector<ObservableOf<CellState>> &of_cell();
  static const std::vector<ObservableOf<Part>> &of_each_electrode();
  static const std::vector<ObservableOf<CellState>> &of_reference();
  static const std::vector<ObservableOf<Elasticity<dim>>> &of_elasticity();

  /// All of them and the electrodes' own.
  Observables observables() const;
};
} // namespace kavity

#endif
