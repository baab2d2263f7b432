#include "kavity/models/Electrode.h"

#include "kavity/models/CellFields.h"

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
void Electrode<dim>::make_contact()
{
  contact_ = {};
  for (const auto &x : interface.faces(interface.electrolyte.side).points)
  {
    contact_.film_factor.push_back(at(own.film_variation, x));
    contact_.exchange_factor.push_back(at(own.exchange_current_variation, x));
  }
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
  out.build_patches(metal.mapping, 2);
  if (place == Place::below)
    out.turn_upside_down(-parameters.geometry.electrolyte_thickness);
  return write_pieces(out, folder, file_name("metal"), number, comm);
}

template class Electrode<2>;
template class Electrode<3>;
} // namespace kavity
