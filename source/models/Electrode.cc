#include "kavity/models/Electrode.h"

#include "kavity/models/CellFields.h"

namespace kavity
{
template <int dim>
Electrode<dim>::Electrode(MPI_Comm comm, const Body<dim> &electrolyte,
                          const CellParameters &parameters, const double temperature)
  : metal(comm, Body<dim>::Side::metal, parameters.geometry, parameters.grading)
  , interface(metal, electrolyte, 3)
  , parameters(parameters)
  , comm(comm)
  , temperature(temperature)
  , stack_pressure(parameters.stack_pressure)
{
}

template <int dim>
void Electrode<dim>::make_contact()
{
  contact_ = {};
  for (const auto &x : interface.faces(interface.electrolyte.side).points)
  {
    contact_.film_factor.push_back(at(parameters.film_variation, x));
    contact_.exchange_factor.push_back(at(parameters.exchange_current_variation, x));
  }
}

template class Electrode<2>;
template class Electrode<3>;
} // namespace kavity
