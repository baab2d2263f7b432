#include "kavity/cell/Electrode.h"

#include <cmath>
#include <functional>

namespace kavity
{
template <int dim>
Electrode<dim>::Electrode(MPI_Comm comm, const Body<dim> &electrolyte,
                          const ElectrodeParameters &own, const CellParameters &parameters,
                          const Place place, const double temperature)
  : metal(comm, Body<dim>::Side::metal,
          place == Place::above ? parameters.geometry : parameters.geometry.upside_down(),
          parameters.grading)
  , interface(metal, electrolyte, 3, place == Place::below)
  , own(own)
  , parameters(parameters)
  , comm(comm)
  , place(place)
  , temperature(temperature)
  , platen_area(metal.area(boundary::platen) * (metal.axisymmetric() ? 2 * dealii::numbers::PI : 1))
  , stack_pressure(parameters.stack_pressure)
{
}

template <int dim>
typename MetalFlow<dim>::Options Electrode<dim>::flow_options(const bool yields) const
{
  typename MetalFlow<dim>::Options options;
  options.platen = parameters.platen->is_flat() ? MetalFlow<dim>::Platen::rigid_pressure :
                                                  MetalFlow<dim>::Platen::pressure;
  options.slip   = parameters.stick ? MetalFlow<dim>::Slip::stick : MetalFlow<dim>::Slip::free;
  options.sinks  = own.contact->has_sinks();
  options.yields = yields;
  if (own.metal_size > 0)
    options.size_factor = own.metal.creep->size_factor(own.metal_size);
  return options;
}

template <int dim>
typename MetalFlow<dim>::SinkFactor Electrode<dim>::sink_factor() const
{
  if (!own.sink_distance_variation.varies())
    return {};
  return [this](const dealii::Point<dim> &x) { return own.sink_distance_variation(x); };
}

template <int dim>
void Electrode<dim>::make_contact()
{
  contact_ = {};
  for (const auto &x : interface.faces(interface.electrolyte.side).points)
  {
    contact_.film_factor.push_back(own.film_variation(x));
    contact_.exchange_factor.push_back(own.exchange_current_variation(x));
  }
}

template <int dim>
double Electrode<dim>::sink_resistance() const
{
  if (!own.metal.has_interface_sinks())
    return 0;
  return own.metal.interface_sink_resistance(temperature) / interface.mean(contact_.fraction);
}

template <int dim>
std::string Electrode<dim>::file_name(const std::string &kind) const
{
  return place == Place::above ? kind : kind + "_2";
}

template <int dim>
std::string Electrode<dim>::write_metal(MetalOutput<dim> &out, const std::string &folder,
                                        const unsigned int number) const
{
  out.build_patches(metal.mapping, 2, dealii::DataOut<dim>::no_curved_cells); // no points to turn
  if (place == Place::below)
    out.turn_upside_down(-parameters.geometry.electrolyte_thickness);
  return write_pieces(out, folder, file_name("metal"), number, comm);
}

template <int dim>
const std::vector<ObservableOf<Electrode<dim>>> &Electrode<dim>::of_electrode()
{
  static const std::vector<ObservableOf<Electrode>> list = {
    {{"contact", "1", "contact fraction, mean over the interface", Range::fraction()},
     [](const Electrode &e) { return e.interface.mean(e.contact_at_points()); }},
    {{"contact_min", "1", "smallest contact fraction on the interface", Range::fraction()},
     [](const Electrode &e) { return e.interface.minimum(e.contact_at_points()); }},
    {{"current_max", "mA/cm^2", "largest magnitude of the current density per area of interface",
      Range::non_negative()},
     [](const Electrode &e)
     {
       InterfaceValues magnitude(e.current);
       for (double &i : magnitude)
         i = std::abs(i);
       return e.interface.maximum(magnitude);
     }},
    {{"contact_current_max", "mA/cm^2", "largest magnitude of the current density per contact area",
      Range::non_negative()},
     [](const Electrode &e) { return e.largest_contact_current(); }},
    {{"void_volume", "um", "void volume per area of interface, mean over the interface",
      Range::non_negative()},
     [](const Electrode &e) { return e.void_volume(); }},
    {{"void_radius", "um",
      "largest base radius of a void; resolved voids in 3D, and around an axis: of one that covers "
      "as "
      "much as all do",
      Range::non_negative()},
     [](const Electrode &e) { return e.largest_void_radius(); }},
    {{"interface_pressure", "MPa", "mean over the interface, negative where the contact pulls",
      Range::any()},
     [](const Electrode &e) { return e.interface.mean(e.pressure_at_points()); }},
    {{"potential_of_atoms", "J/mol",
      "mean over the interface, negative where metal is short of atoms", Range::any()},
     [](const Electrode &e) { return e.interface.mean(e.potential_at_points()); }},
    {{"drift", "um/h", "velocity at which metal enters through the platen, negative on plating",
      Range::any()},
     [](const Electrode &e) { return e.inflow(); }}};
  static const auto all = with_added(list);
  return all;
}

template class Electrode<2>;
template class Electrode<3>;
} // namespace kavity
