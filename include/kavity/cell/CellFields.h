#ifndef kavity_cell_CellFields_h
#define kavity_cell_CellFields_h

#include "kavity/cell/CellParameters.h"
#include "kavity/physics/Elasticity.h"
#include "kavity/physics/IonTransport.h"
#include "kavity/physics/MetalFlow.h"

#include <functional>
#include <memory>
#include <string>

namespace kavity
{
/// A variation over Gamma at a point of the mesh.
template <int dim>
double at(const SpatialVariation &variation, const dealii::Point<dim> &x)
{
  return variation(x[0], dim == 3 ? x[1] : 0.);
}

/// The bodies of a cell by the names of their files.
template <int dim>
using NamedBodies = std::vector<std::pair<std::string, Body<dim> *>>;

/// All meshes with what is attached to their cells, and a line of numbers, into files of a folder.
/// Collective. @throws FileError
template <int dim>
void save_meshes(const NamedBodies<dim> &, const std::string &numbers, const std::string &folder);
/// Reads them back as Body::load() does and returns the numbers.
template <int dim>
std::string load_meshes(const NamedBodies<dim> &, const std::string &folder);

/// The electrolyte's equations of a cell on the present mesh. Arguments must outlive them.
template <int dim>
std::unique_ptr<IonTransport<dim>>
make_transport(const Body<dim> &electrolyte,
               const std::vector<typename IonTransport<dim>::Terminal> &, const CellParameters &,
               double temperature);

/// The elasticity of the electrolyte between the interfaces of these terminals on the present mesh;
/// none if it is rigid. Arguments must outlive it.
template <int dim>
std::unique_ptr<Elasticity<dim>>
make_elasticity(const Body<dim> &electrolyte,
                const std::vector<typename IonTransport<dim>::Terminal> &, const CellParameters &);

/// The metal's equations of a cell on the present mesh; `with_potential` as in MetalFlow::Options.
template <int dim>
std::unique_ptr<MetalFlow<dim>> make_flow(const Body<dim> &metal, const Interface<dim> &,
                                          const ElectrodeParameters &, const CellParameters &,
                                          double temperature, bool with_potential = true,
                                          bool yields = false);
} // namespace kavity

#endif
