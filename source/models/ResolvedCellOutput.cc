#include "kavity/models/CellDoubts.h"
#include "kavity/models/FieldOutput.h"
#include "kavity/models/ResolvedCell.h"

#include <deal.II/fe/fe_tools.h>
#include <deal.II/numerics/data_component_interpretation.h>
#include <deal.II/numerics/data_out.h>

#include <algorithm>
#include <cmath>
#include <sstream>

namespace kavity
{
using namespace dealii;

namespace
{
// Gamma counts as contact with this metal fraction h(c) and more when voids are measured.
constexpr double contact_threshold = 0.5;
} // namespace

template <int dim>
std::map<std::string, double> ResolvedCell<dim>::observables() const
{
  const unsigned int n = current.size();
  InterfaceValues magnitude(n), local(n), covered(n), pressure(n);
  for (unsigned int k = 0; k < n; ++k)
  {
    magnitude[k] = std::abs(current[k]);
    // where there is metal: the quotient means nothing inside a void, whose current is none
    local[k]    = voids->contact[k] > contact_threshold ? magnitude[k] / voids->contact[k] : 0.;
    covered[k]  = 1 - voids->contact[k];
    pressure[k] = total_pressure(k);
  }
  // metal about to lose contact all over is no more than half there: the mean is the least that
  // some contact carries
  const double contact_mean = interface.mean(voids->contact, metal.side);
  const double least        = std::abs(current_density) / std::max(contact_mean, 1e-9);
  std::map<std::string, double> values;
  values["contact"]             = contact_mean;
  values["contact_min"]         = interface.minimum(voids->contact);
  values["voltage"]             = transport->voltage();
  values["current_density"]     = current_density;
  values["current_max"]         = interface.maximum(magnitude);
  values["contact_current_max"] = std::max(interface.maximum(local), least);
  values["overpotential"]       = interface.mean(transport->overpotential, electrolyte.side);
  values["void_volume"]         = voids->void_volume() / interface.area();
  values["void_radius"]         = covered_radius(interface.integral(covered, metal.side));
  values["stack_pressure"]      = stack_pressure;
  values["interface_pressure"]  = interface.mean(pressure, metal.side);
  values["potential_of_atoms"]  = interface.mean(voids->mu, metal.side);
  values["drift"]               = flow->top_inflow() / interface.area();
  const auto energy             = voids->energy(stripping());
  values["free_energy"]         = energy.free;
  values["metal_excess"]        = voids->largest_excess();
  return values;
}

template <int dim>
double ResolvedCell<dim>::current_without_contact() const
{
  InterfaceValues all(current.size()), without(current.size());
  for (unsigned int k = 0; k < current.size(); ++k)
  {
    all[k]     = std::abs(current[k]);
    without[k] = voids->contact[k] < least_contact ? all[k] : 0.;
  }
  const double sum = interface.mean(all, metal.side);
  return sum > 0 && current_density != 0 ? interface.mean(without, metal.side) / sum : 0.;
}

template <int dim>
bool ResolvedCell<dim>::without_contact() const
{
  return current_without_contact() > 0.5;
}

template <int dim>
std::map<std::string, std::string> ResolvedCell<dim>::doubts() const
{
  double largest = 0;
  for (unsigned int k = 0; k < voids->mu.size(); ++k)
    if (voids->contact[k] > contact_threshold)
      largest = std::max(largest, std::abs(voids->mu[k]));
  CellDoubts result;
  std::ostringstream floor;
  floor << least_contact;
  doubt_floor(result, current_without_contact(), "current", floor.str());
  doubt_potential(result, Utilities::MPI::max(largest, comm), stack_pressure,
                  parameters.metal.molar_volume, temperature);
  return result;
}

// Of one void that covers as much as all do: a disc, an interval (half of it lies in the cell if it
// sits on a plane of symmetry, which is not known here).
template <int dim>
double ResolvedCell<dim>::covered_radius(const double area) const
{
  return dim == 3 || metal.axisymmetric() ? std::sqrt(std::max(area, 0.) / pi) :
                                            0.5 * std::max(area, 0.);
}

// p = -h zeta div v + c mu/Omega
template <int dim>
double ResolvedCell<dim>::total_pressure(const unsigned int k) const
{
  return flow->pressure[k] +
         voids->fraction_at_interface[k] * voids->mu[k] / parameters.metal.molar_volume;
}

template <int dim>
std::map<std::string, double> ResolvedCell<dim>::sizes() const
{
  return {
    {"potential", static_cast<double>(transport->dof_handler().n_dofs())},
    {"velocity", static_cast<double>(flow->velocity_space().dof_handler.n_dofs())},
    {"pressure", static_cast<double>(flow->pressure_space().dof_handler.n_dofs())},
    {"metal fraction", static_cast<double>(flow->potential_space().dof_handler.n_dofs())},
    {"potential of atoms", static_cast<double>(flow->potential_space().dof_handler.n_dofs())},
    {"points on the interface", Utilities::MPI::sum(static_cast<double>(current.size()), comm)}};
}

template <int dim>
Cell::OutputFiles ResolvedCell<dim>::write(const std::string &folder, const unsigned int number)
{
  OutputFiles files;
  files.fields_electrolyte = write_electrolyte(*transport, electrolyte, folder, number);
  {
    const auto &dofs = flow->potential_space().dof_handler;
    IndexSet relevant;
    DoFTools::extract_locally_relevant_dofs(dofs, relevant);
    Vector velocity, flow_pressure, unused, c, mu;
    flow->fill_output(velocity, flow_pressure, unused);
    for (Vector *vector : {&c, &mu})
      vector->reinit(dofs.locally_owned_dofs(), relevant, comm);
    c.copy_locally_owned_data_from(voids->fraction());
    mu.copy_locally_owned_data_from(voids->scaled_potential());
    mu *= parameters.metal.molar_volume * parameters.void_field.phase_field.barrier;
    c.update_ghost_values();
    mu.update_ghost_values();
    DataOut<dim> out;
    out.set_flags(vtk_flags({{"velocity", "m/s"},
                             {"metal_fraction", "1"},
                             {"flow_pressure", "Pa"},
                             {"potential_of_atoms", "J/mol"}}));
    const std::vector<DataComponentInterpretation::DataComponentInterpretation> vector(
      dim, DataComponentInterpretation::component_is_part_of_vector);
    out.add_data_vector(flow->velocity_space().dof_handler, velocity,
                        std::vector<std::string>(dim, "velocity"), vector);
    out.add_data_vector(flow->pressure_space().dof_handler, flow_pressure, "flow_pressure");
    out.add_data_vector(dofs, c, "metal_fraction");
    out.add_data_vector(dofs, mu, "potential_of_atoms");
    out.build_patches(metal.mapping, 2);
    files.fields_metal = write_pieces(out, folder, "metal", number, comm);
  }
  const unsigned int n = current.size();
  InterfaceValues local(n), pressure(n);
  for (unsigned int k = 0; k < n; ++k)
  {
    local[k]    = voids->contact[k] > contact_threshold ? current[k] / voids->contact[k] : 0.;
    pressure[k] = total_pressure(k);
  }
  const auto eta  = interface.to_metal(transport->overpotential);
  files.interface = write_interface(interface, metal,
                                    {{"contact", "1", &voids->contact},
                                     {"current_density", "A/m^2", &current},
                                     {"contact_current_density", "A/m^2", &local},
                                     {"overpotential", "V", &eta},
                                     {"pressure", "Pa", &pressure},
                                     {"potential_of_atoms", "J/mol", &voids->mu}},
                                    folder, number);
  return files;
}

template <int dim>
std::vector<std::array<double, 5>> ResolvedCell<dim>::interface_table() const
{
  std::vector<std::array<double, 5>> own, all;
  const auto &points = interface.faces(metal.side).points;
  for (unsigned int k = 0; k < points.size(); ++k)
    own.push_back({points[k][0], dim == 3 ? points[k][1] : 0., voids->contact[k], current[k], 0.});
  for (const auto &part : Utilities::MPI::gather(comm, own))
    all.insert(all.end(), part.begin(), part.end());
  std::sort(all.begin(), all.end());
  return all;
}

template std::map<std::string, double> ResolvedCell<2>::observables() const;
template std::map<std::string, std::string> ResolvedCell<2>::doubts() const;
template bool ResolvedCell<2>::without_contact() const;
template std::map<std::string, double> ResolvedCell<2>::sizes() const;
template Cell::OutputFiles ResolvedCell<2>::write(const std::string &, unsigned int);
template std::vector<std::array<double, 5>> ResolvedCell<2>::interface_table() const;
template std::map<std::string, double> ResolvedCell<3>::observables() const;
template std::map<std::string, std::string> ResolvedCell<3>::doubts() const;
template bool ResolvedCell<3>::without_contact() const;
template std::map<std::string, double> ResolvedCell<3>::sizes() const;
template Cell::OutputFiles ResolvedCell<3>::write(const std::string &, unsigned int);
template std::vector<std::array<double, 5>> ResolvedCell<3>::interface_table() const;
} // namespace kavity
