#include "kavity/cell/HomogenisedElectrode.h"

#include "kavity/cell/CellDoubts.h"
#include "kavity/cell/ElectrodeKind.h"
#include "kavity/cell/FieldOutput.h"

#include <deal.II/base/timer.h>
#include <deal.II/numerics/data_component_interpretation.h>
#include <deal.II/numerics/data_out.h>

#include <algorithm>
#include <cmath>

namespace kavity
{
using namespace dealii;

namespace
{
// Difference of the contact fraction over a face of Gamma and those that touch it above which the
// face is split: a tenth of what an edge of contact can have.
constexpr double contact_resolution = 0.1;

// Shear rate in 1/s of metal around a void against which Gamma without sinks is held.
constexpr double shear_rate = 1e-6;

// Pa s/m: what metal over the size of an element has against being moved.
double resistance_of_metal(const ElectrodeParameters &electrode, const MeshGrading &grading,
                           const double temperature)
{
  return electrode.metal.creep->stress(shear_rate, temperature).stress / shear_rate /
         grading.size_at_interface;
}
} // namespace

template <int dim>
HomogenisedElectrode<dim>::HomogenisedElectrode(MPI_Comm comm, const Body<dim> &electrolyte,
                                                const ElectrodeParameters &own,
                                                const CellParameters &parameters,
                                                const typename Electrode<dim>::Place place,
                                                const double temperature)
  : Electrode<dim>(comm, electrolyte, own, parameters, place, temperature)
  , voids(comm, *own.contact, own.metal, temperature,
          resistance_of_metal(own, parameters.grading, temperature))
  , relaxation(comm)
{
}

template <int dim>
unsigned int HomogenisedElectrode<dim>::steps_between_adaptions() const
{
  return parameters.grading.steps_between_adaptions;
}

template <int dim>
unsigned int HomogenisedElectrode<dim>::mesh_passes(const Follow) const
{
  return parameters.grading.adaptive_refinements;
}

template <int dim>
void HomogenisedElectrode<dim>::flag_mesh(const Follow follow)
{
  const InterfaceValues even(interface.faces(metal.side).points.size(), 1.);
  flag_variations(metal, interface, follow == Follow::nothing ? even : voids.contact(),
                  contact_resolution, parameters.grading.adaptive_refinements);
}

// Void volume and population go the same linear way, so that voids of one size remain so and none
// is lost; of roughness contact the history stays. The fields are quasi-steady: all they need is
// where to start from, the nearest values.
template <int dim>
void HomogenisedElectrode<dim>::carry(InterfaceStateTransfer<dim> &transfer)
{
  transfer.add(voids.state.void_volume, transfer.conserved);
  transfer.add(voids.state.population, transfer.conserved);
  for (InterfaceValues *values : {&voids.state.roughness_contact, &voids.state.largest_void_volume,
                                  &start_mu, &start_pressure})
    transfer.add(*values, transfer.history);
}

template <int dim>
void HomogenisedElectrode<dim>::attach()
{
  if (flow)
  {
    start_mu       = coupled_mu;
    start_pressure = flow->pressure;
  }
  transfer.emplace(metal, interface);
  carry(*transfer);
  transfer->attach();
}

template <int dim>
void HomogenisedElectrode<dim>::detach()
{
  transfer.reset();
}

template <int dim>
void HomogenisedElectrode<dim>::restore()
{
  InterfaceStateTransfer<dim> from_file(metal, interface);
  carry(from_file);
  from_file.restore_from_file();
}

template <int dim>
void HomogenisedElectrode<dim>::leave_mesh(const bool carry)
{
  if (carry)
    attach();
  flow.reset();
}

template <int dim>
double HomogenisedElectrode<dim>::enter_mesh(const bool carry)
{
  if (carry)
    transfer->restore();
  transfer.reset();
  return 0; // what lives at points of the interface keeps its integral
}

template <int dim>
void HomogenisedElectrode<dim>::assemble(double)
{
  InterfaceValues population, radius;
  for (const auto &x : interface.faces(metal.side).points)
  {
    population.push_back(own.population * own.population_variation(x));
    radius.push_back(own.base_radius * own.radius_variation(x));
  }
  voids.assemble(population, radius, stack_pressure);
  start_mu.assign(population.size(), 0.);
  start_pressure.assign(population.size(), stack_pressure);
  flow.reset();
}

template <int dim>
void HomogenisedElectrode<dim>::drop_fields()
{
  flow.reset();
}

template <int dim>
void HomogenisedElectrode<dim>::make_fields()
{
  flow           = this->template make_flow<HomogenisedFlow<dim>>(voids.is_soft(stack_pressure));
  coupled_mu     = start_mu;
  flow->mu       = start_mu;
  flow->pressure = start_pressure;
  flow->approach.assign(start_mu.size(), 0.);
  voids.start_from(start_pressure);
  contact_fraction = voids.contact();
  current.assign(start_mu.size(), 0.);
}

template <int dim>
void HomogenisedElectrode<dim>::yield_where_soft()
{
  if (flow->interface_moves() || !voids.is_soft(stack_pressure))
    return;
  start_mu       = coupled_mu;
  start_pressure = flow->pressure;
  make_fields();
}

template <int dim>
void HomogenisedElectrode<dim>::remember()
{
  yield_where_soft();
  voids.remember();
  before = {flow->solution(), flow->mu,        flow->pressure, flow->approach,
            coupled_mu,       coupled_current, voids.start()};
}

template <int dim>
void HomogenisedElectrode<dim>::go_back(const bool fields)
{
  voids.reject();
  if (!fields)
    return;
  flow->solution() = before.solution;
  flow->mu         = before.mu;
  flow->pressure   = before.pressure;
  flow->approach   = before.approach;
  coupled_mu       = before.coupled_mu;
  coupled_current  = before.coupled_current;
  voids.go_back(before.voids);
}

template <int dim>
void HomogenisedElectrode<dim>::hold()
{
  yield_where_soft();
  voids.hold();
}

template <int dim>
void HomogenisedElectrode<dim>::first_stage(const Sdirk &sdirk)
{
  voids.first_stage(sdirk);
}

template <int dim>
void HomogenisedElectrode<dim>::second_stage(const Sdirk &sdirk)
{
  voids.second_stage(sdirk);
}

template <int dim>
bool HomogenisedElectrode<dim>::end_step(const Sdirk &sdirk, CellStep &step)
{
  return voids.end_step(sdirk, step);
}

template <int dim>
void HomogenisedElectrode<dim>::accept()
{
  voids.touch(flow->pressure);
  voids.accept();
}

template <int dim>
void HomogenisedElectrode<dim>::begin_iteration()
{
  relaxation = AitkenRelaxation(comm);
}

template <int dim>
void HomogenisedElectrode<dim>::describe_contact()
{
  const double sigma    = parameters.electrolyte.normal_conductivity(temperature);
  contact_fraction      = voids.contact();
  contact_.fraction     = interface.to_electrolyte(contact_fraction);
  contact_.constriction = interface.to_electrolyte(voids.constriction(sigma));
  contact_.mu           = interface.to_electrolyte(coupled_mu);
}

// The potential of atoms handed to the kinetics is relaxed: where charge transfer is fast the plain
// iteration is slow.
template <int dim>
double HomogenisedElectrode<dim>::answer(const ElectrolyteValues &of_electrolyte,
                                         const double tolerance, CellStep &step)
{
  const Timer clock;
  const double pressure_scale = std::max(stack_pressure, 1e5);
  const double mu_scale       = own.metal.molar_volume * pressure_scale;
  current                     = interface.to_metal(of_electrolyte);
  voids.exchange.current      = current;
  voids.describe(beside());
  const auto report = flow->solve(stack_pressure, voids.exchange, tolerance);
  step.newton_iterations += report.newton_iterations;
  step.of_metal += report.linear_iterations;
  double change = voids.grow(flow->void_growth(voids.exchange));
  change        = std::max(change, voids.follow_pressure(beside()) / pressure_scale);
  for (unsigned int k = 0; k < coupled_mu.size(); ++k)
    change =
      std::max(change, std::abs(flow->mu[k] - coupled_mu[k]) / (mu_scale + std::abs(flow->mu[k])));
  coupled_current += relaxation.next(coupled_mu, flow->mu) * (mean_current - coupled_current);
  timing["metal"] += clock.wall_time();
  return Utilities::MPI::max(change, comm);
}

// A void that ends within the step: once the iteration has settled enough to tell.
template <int dim>
bool HomogenisedElectrode<dim>::stage_ends() const
{
  return voids.any_overdrawn();
}

// No tighter than the coupling deserves, but the last solves carry the balances.
template <int dim>
double HomogenisedElectrode<dim>::next_iteration(const double change)
{
  const double tightest = parameters.solver.tolerance;
  return change <= parameters.coupling_tolerance ? tightest :
                                                   std::clamp(1e-3 * change, tightest, 1e-4);
}

template <int dim>
void HomogenisedElectrode<dim>::add_to_balance(CellBalance &totals, const double weight) const
{
  const auto &exchange = voids.exchange;
  totals.stripped_volume += weight * interface.integral(current) * own.metal.molar_volume / faraday;
  totals.moved_volume += weight * flow->moved_volume();
  totals.inflow += weight * flow->inflow();
  totals.volume_inflow = totals.inflow;
  totals.sink_contraction += weight * flow->sink_contraction();
  InterfaceValues sunk(flow->approach);
  for (unsigned int k = 0; k < sunk.size(); ++k)
    sunk[k] -= exchange.closure[k];
  totals.interface_contraction += weight * interface.integral(sunk);
  totals.creep_closure += weight * interface.integral(exchange.closure);
}

template <int dim>
void HomogenisedElectrode<dim>::finish_balance(CellBalance &totals) const
{
  totals.void_growth = interface.integral(voids.grown());
}

template <int dim>
InterfaceValues HomogenisedElectrode<dim>::contact_at_points() const
{
  return contact_fraction;
}

template <int dim>
InterfaceValues HomogenisedElectrode<dim>::pressure_at_points() const
{
  return flow->pressure;
}

template <int dim>
InterfaceValues HomogenisedElectrode<dim>::normal_pressure() const
{
  InterfaceValues result  = flow->pressure;
  const auto creep_stress = flow->creep_stress();
  for (unsigned int k = 0; k < result.size(); ++k)
    result[k] -= creep_stress[k];
  return result;
}

template <int dim>
InterfaceValues HomogenisedElectrode<dim>::potential_at_points() const
{
  return flow->mu;
}

template <int dim>
typename Electrode<dim>::VoidsBelowMesh HomogenisedElectrode<dim>::voids_below_mesh() const
{
  return {voids.base_radius(), voids.state.population};
}

template <int dim>
double HomogenisedElectrode<dim>::largest_contact_current() const
{
  InterfaceValues local(current);
  for (unsigned int k = 0; k < local.size(); ++k)
    local[k] = std::abs(current[k]) / contact_fraction[k];
  return interface.maximum(local);
}

template <int dim>
double HomogenisedElectrode<dim>::void_volume() const
{
  return interface.mean(voids.state.void_volume);
}

template <int dim>
double HomogenisedElectrode<dim>::largest_void_radius() const
{
  return interface.maximum(voids.base_radius());
}

template <int dim>
std::map<std::string, std::string> HomogenisedElectrode<dim>::doubts() const
{
  InterfaceValues magnitude(flow->mu);
  for (double &mu : magnitude)
    mu = std::abs(mu);
  CellDoubts result;
  doubt_floor(result, interface.mean(voids.at_floor()), "interface",
              "Voids, the least contact of the law");
  const double contact = interface.mean(contact_fraction);
  doubt_lost_contact(result, contact);
  if (own.in_uniform_cell)
    doubt_uneven_contact(result, contact, interface.minimum(contact_fraction));
  doubt_caps(result, interface.mean(voids.flat_roofs()));
  doubt_potential(result, interface.maximum(magnitude), stack_pressure, own.metal.molar_volume,
                  temperature);
  return result;
}

template <int dim>
std::map<std::string, double> HomogenisedElectrode<dim>::sizes() const
{
  return {
    {"velocity", static_cast<double>(flow->velocity_space().dof_handler.n_dofs())},
    {"pressure", static_cast<double>(flow->pressure_space().dof_handler.n_dofs())},
    {"potential of atoms", static_cast<double>(flow->potential_space().dof_handler.n_dofs())},
    {"points on the interface", Utilities::MPI::sum(static_cast<double>(voids.size()), comm)}};
}

template <int dim>
std::vector<std::array<double, 5>> HomogenisedElectrode<dim>::interface_table() const
{
  std::vector<std::array<double, 5>> own;
  const auto &points = interface.faces(metal.side).points;
  const auto radius  = voids.base_radius();
  for (unsigned int k = 0; k < points.size(); ++k)
    own.push_back(
      {points[k][0], dim == 3 ? points[k][1] : 0., contact_fraction[k], current[k], radius[k]});
  return sorted_on_first_rank(own, comm);
}

template <int dim>
std::string HomogenisedElectrode<dim>::write_metal(const std::string &folder,
                                                   const unsigned int number) const
{
  Vector velocity, pressure, potential;
  flow->fill_output(velocity, pressure, potential);
  MetalOutput<dim> out;
  out.set_flags(
    vtk_flags({{"velocity", "m/s"}, {"pressure", "Pa"}, {"potential_of_atoms", "J/mol"}}));
  const std::vector<DataComponentInterpretation::DataComponentInterpretation> vector(
    dim, DataComponentInterpretation::component_is_part_of_vector);
  out.add_data_vector(flow->velocity_space().dof_handler, velocity,
                      std::vector<std::string>(dim, "velocity"), vector);
  out.add_data_vector(flow->pressure_space().dof_handler, pressure, "pressure");
  out.add_data_vector(flow->potential_space().dof_handler, potential, "potential_of_atoms");
  return Electrode<dim>::write_metal(out, folder, number);
}

template <int dim>
std::string HomogenisedElectrode<dim>::write_on_interface(const ElectrolyteValues &overpotential,
                                                          const std::vector<InterfaceField> &others,
                                                          const std::string &folder,
                                                          const unsigned int number) const
{
  InterfaceValues local(current);
  for (unsigned int k = 0; k < local.size(); ++k)
    local[k] /= contact_fraction[k];
  const auto radius = voids.base_radius(), eta = interface.to_metal(overpotential);
  std::vector<InterfaceField> fields = {{"contact", "1", &contact_fraction},
                                        {"void_height", "m", &voids.state.void_volume},
                                        {"void_radius", "m", &radius},
                                        {"current_density", "A/m^2", &current},
                                        {"contact_current_density", "A/m^2", &local},
                                        {"overpotential", "V", &eta},
                                        {"pressure", "Pa", &flow->pressure},
                                        {"potential_of_atoms", "J/mol", &flow->mu}};
  fields.insert(fields.end(), others.begin(), others.end());
  return write_interface(interface, fields, folder, this->file_name("interface"), number);
}

template <int dim>
void HomogenisedElectrode<dim>::make_voids_alike(const double radius)
{
  voids.make_all_alike(radius);
}

template <int dim>
double HomogenisedElectrode<dim>::steady_margin(const double radius) const
{
  return voids.steady_margin(beside(), radius);
}

template <int dim>
void HomogenisedElectrode<dim>::remove_voids()
{
  removed_population = voids.state.population;
  voids.state.void_volume.assign(removed_population.size(), 0.);
  voids.state.population = voids.state.largest_void_volume = voids.state.void_volume;
}

template <int dim>
void HomogenisedElectrode<dim>::bring_places_back()
{
  voids.state.population = removed_population;
  voids.remember();
}

template <int dim>
double HomogenisedElectrode<dim>::lowest_potential() const
{
  return interface.minimum(flow->mu);
}

namespace
{
const Registered<ElectrodeKind, ElectrodeKindOf<HomogenisedElectrode>>
  homogenised("homogenised", "voids smaller than the elements, by a law of the interface state");
} // namespace

template class HomogenisedElectrode<2>;
template class HomogenisedElectrode<3>;
} // namespace kavity
