#ifndef kavity_cell_CellFields_h
#define kavity_cell_CellFields_h

#include "kavity/cell/CellParameters.h"
#include "kavity/physics/MetalFlow.h"

#include <memory>

namespace kavity
{
/// A variation over Gamma at a point of the mesh.
template <int dim>
double at(const SpatialVariation &variation, const dealii::Point<dim> &x)
{
  return variation(x[0], dim == 3 ? x[1] : 0.);
}

/// The metal's equations of a cell on the present mesh; `with_potential` as in MetalFlow::Options.
template <int dim>
std::unique_ptr<MetalFlow<dim>> make_flow(const Body<dim> &metal, const Interface<dim> &,
                                          const ElectrodeParameters &, const CellParameters &,
                                          double temperature, bool with_potential = true,
                                          bool yields = false);
} // namespace kavity

#endif
