#include "kavity/models/CellDoubts.h"
#include "kavity/models/FieldOutput.h"
#include "kavity/models/HalfCell.h"

#include <deal.II/base/mpi.h>
#include <deal.II/numerics/data_component_interpretation.h>
#include <deal.II/numerics/data_out.h>

#include <algorithm>
#include <cmath>

namespace kavity
{
using namespace dealii;

template <int dim>
Cell::OutputFiles HalfCell<dim>::write(const std::string &folder, const unsigned int number)
{
  OutputFiles files;
  files.fields_electrolyte = write_electrolyte(*transport, electrolyte, folder, number);
  {
    Vector velocity, pressure, potential;
    flow->fill_output(velocity, pressure, potential);
    DataOut<dim> out;
    out.set_flags(
      vtk_flags({{"velocity", "m/s"}, {"pressure", "Pa"}, {"potential_of_atoms", "J/mol"}}));
    const std::vector<DataComponentInterpretation::DataComponentInterpretation> vector(
      dim, DataComponentInterpretation::component_is_part_of_vector);
    out.add_data_vector(flow->velocity_space().dof_handler, velocity,
                        std::vector<std::string>(dim, "velocity"), vector);
    out.add_data_vector(flow->pressure_space().dof_handler, pressure, "pressure");
    out.add_data_vector(flow->potential_space().dof_handler, potential, "potential_of_atoms");
    out.build_patches(metal.mapping, 2);
    files.fields_metal = write_pieces(out, folder, "metal", number, comm);
  }
  const unsigned int n = state.void_volume.size();
  InterfaceValues radius(n), local(n), height(n);
  for (unsigned int k = 0; k < n; ++k)
  {
    radius[k] = parameters.contact->base_radius(state_at(k));
    height[k] = state.void_volume[k];
    local[k]  = exchange.current[k] / contact_fraction[k];
  }
  const auto eta  = interface.to_metal(transport->overpotential);
  files.interface = write_interface(interface, metal,
                                    {{"contact", "1", &contact_fraction},
                                     {"void_height", "m", &height},
                                     {"void_radius", "m", &radius},
                                     {"current_density", "A/m^2", &exchange.current},
                                     {"contact_current_density", "A/m^2", &local},
                                     {"overpotential", "V", &eta},
                                     {"pressure", "Pa", &flow->pressure},
                                     {"potential_of_atoms", "J/mol", &flow->mu}},
                                    folder, number);
  return files;
}

template <int dim>
std::map<std::string, std::string> HalfCell<dim>::doubts() const
{
  const unsigned int n = state.void_volume.size();
  InterfaceValues floor(n), magnitude(n), flat(n);
  const double R_s = parameters.metal.interface_sink_resistance(temperature);
  for (unsigned int k = 0; k < n; ++k)
  {
    floor[k]     = parameters.contact->at_floor(state_at(k)) ? 1. : 0.;
    magnitude[k] = std::abs(flow->mu[k]);
    flat[k]      = flow->has_interface_sinks() && parameters.contact->roof_resistance(
                                                    state_at(k), parameters.metal, temperature) >= R_s ?
                     1. :
                     0.;
  }
  CellDoubts result;
  doubt_floor(result, interface.mean(floor, metal.side), "interface",
              "Voids, the least contact of the law");
  doubt_caps(result, interface.mean(flat, metal.side));
  doubt_potential(result, interface.maximum(magnitude), stack_pressure,
                  parameters.metal.molar_volume, temperature);
  return result;
}

template <int dim>
std::vector<std::array<double, 5>> HalfCell<dim>::interface_table() const
{
  std::vector<std::array<double, 5>> own, all;
  const auto &points = interface.faces(metal.side).points;
  for (unsigned int k = 0; k < points.size(); ++k)
    own.push_back({points[k][0], dim == 3 ? points[k][1] : 0., contact_fraction[k],
                   exchange.current[k], parameters.contact->base_radius(state_at(k))});
  for (const auto &part : Utilities::MPI::gather(comm, own))
    all.insert(all.end(), part.begin(), part.end());
  std::sort(all.begin(), all.end());
  return all;
}

template std::map<std::string, std::string> HalfCell<2>::doubts() const;
template std::map<std::string, std::string> HalfCell<3>::doubts() const;
template std::vector<std::array<double, 5>> HalfCell<2>::interface_table() const;
template std::vector<std::array<double, 5>> HalfCell<3>::interface_table() const;
template Cell::OutputFiles HalfCell<2>::write(const std::string &, unsigned int);
template Cell::OutputFiles HalfCell<3>::write(const std::string &, unsigned int);
} // namespace kavity
