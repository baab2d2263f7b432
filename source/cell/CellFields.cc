#include "kavity/cell/CellFields.h"

namespace kavity
{
using namespace dealii;

namespace
{
template <int dim>
std::function<double(const Point<dim> &)> sink_factor(const ElectrodeParameters &parameters)
{
  if (!parameters.sink_distance_variation.varies())
    return {};
  return [&parameters](const Point<dim> &x) { return at(parameters.sink_distance_variation, x); };
}

template <int dim>
typename MetalFlow<dim>::Options flow_options(const ElectrodeParameters &own,
                                              const CellParameters &cell, const bool with_potential)
{
  typename MetalFlow<dim>::Options options;
  options.platen = cell.platen->is_flat() ? MetalFlow<dim>::Platen::rigid_pressure :
                                            MetalFlow<dim>::Platen::pressure;
  options.slip   = cell.stick ? MetalFlow<dim>::Slip::stick : MetalFlow<dim>::Slip::free;
  options.sinks  = own.contact->has_sinks();
  if (own.metal_size > 0)
    options.size_factor = own.metal.creep->size_factor(own.metal_size);
  options.with_potential = with_potential;
  return options;
}
} // namespace

template <int dim>
std::unique_ptr<MetalFlow<dim>> make_flow(const Body<dim> &metal, const Interface<dim> &interface,
                                          const ElectrodeParameters &own,
                                          const CellParameters &cell, const double temperature,
                                          const bool with_potential, const bool yields)
{
  auto options   = flow_options<dim>(own, cell, with_potential);
  options.yields = yields;
  return std::make_unique<MetalFlow<dim>>(metal, interface, own.metal, temperature, options,
                                          sink_factor<dim>(own), cell.solver);
}

template std::unique_ptr<MetalFlow<2>> make_flow(const Body<2> &, const Interface<2> &,
                                                 const ElectrodeParameters &,
                                                 const CellParameters &, double, bool, bool);
template std::unique_ptr<MetalFlow<3>> make_flow(const Body<3> &, const Interface<3> &,
                                                 const ElectrodeParameters &,
                                                 const CellParameters &, double, bool, bool);
} // namespace kavity
