#include "kavity/cell/ResolvedElectrode.h"

#include "kavity/cell/CellDoubts.h"
#include "kavity/cell/ElectrodeKind.h"
#include "kavity/cell/FieldOutput.h"
#include "kavity/cell/VoidWidth.h"
#include "kavity/core/FileError.h"

#include <deal.II/base/timer.h>
#include <deal.II/numerics/data_component_interpretation.h>
#include <deal.II/numerics/data_out.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <sstream>

namespace kavity
{
using namespace dealii;

namespace
{
// Metal that may be missing, of what moves to, from and along Gamma, before a Newton step makes it
// exact: balances are to hold to 1e-10.
constexpr double largest_gap = 1e-11;

// Tolerance of the voids over that of the other parts.
constexpr double share_of_voids = 1e-2;

// Gamma counts as contact with this metal fraction h(c) and more when voids are measured.
constexpr double contact_threshold = 0.5;
} // namespace

template <int dim>
ResolvedElectrode<dim>::ResolvedElectrode(MPI_Comm comm, const Body<dim> &electrolyte,
                                          const ElectrodeParameters &own,
                                          const CellParameters &parameters,
                                          const typename Electrode<dim>::Place place,
                                          const double temperature)
  : Electrode<dim>(comm, electrolyte, own, parameters, place, temperature)
  , mesh(metal, own.void_field)
{
}

// ------------------------------------------------------------------------------------- the mesh

template <int dim>
void ResolvedElectrode<dim>::make_equations()
{
  flow  = this->template make_flow<ResolvedFlow<dim>>();
  voids = std::make_unique<VoidField<dim>>(*flow, metal, interface, own.void_field.phase_field,
                                           own.metal, temperature, parameters.solver);
  current.assign(interface.faces(metal.side).points.size(), 0.);
}

template <int dim>
void ResolvedElectrode<dim>::assemble(const double settled_current)
{
  const double pressure = stack_pressure - own.metal.interface_sink_viscosity(temperature) *
                                             settled_current * own.metal.molar_volume / faraday;
  make_equations();
  voids->set([&](const Point<dim> &x) { return own.void_field.initial_fraction(x, pressure); });
}

// On the meshes before, which do not resolve the surface, it would take most of a start in 3D and
// fail. Nothing holds mu here, and voids rest for that long: over an element that is short.
template <int dim>
void ResolvedElectrode<dim>::smooth_start()
{
  mesh.smooth(*voids, mesh.size_on_surfaces(), void_tolerance());
  vacancies_at_start = voids->vacancies_in_metal();
  voids_at_start     = void_volume();
}

template <int dim>
unsigned int ResolvedElectrode<dim>::steps_between_adaptions() const
{
  return own.void_field.adapt_every;
}

template <int dim>
unsigned int ResolvedElectrode<dim>::mesh_passes(const Follow follow) const
{
  return mesh.passes(follow);
}

template <int dim>
void ResolvedElectrode<dim>::flag_mesh(const Follow follow)
{
  mesh.flag(follow, *voids);
}

template <int dim>
bool ResolvedElectrode<dim>::outgrows_mesh()
{
  return mesh.is_outgrown_by(*voids);
}

template <int dim>
void ResolvedElectrode<dim>::leave_mesh(const bool carry)
{
  if (carry)
    mesh.leave(*voids);
  drop_fields();
}

template <int dim>
double ResolvedElectrode<dim>::enter_mesh(const bool carry)
{
  if (!carry)
    return 0;
  make_equations();
  return mesh.enter(*voids, void_tolerance());
}

template <int dim>
void ResolvedElectrode<dim>::make_fields()
{
  if (!voids)
    make_equations();
}

template <int dim>
void ResolvedElectrode<dim>::drop_fields()
{
  voids.reset();
  flow.reset();
  stage = {};
}

template <int dim>
void ResolvedElectrode<dim>::attach()
{
  mesh.attach(*voids);
}

template <int dim>
void ResolvedElectrode<dim>::detach()
{
  mesh.detach();
}

template <int dim>
void ResolvedElectrode<dim>::restore()
{
  make_equations();
  mesh.restore(*voids);
}

template <int dim>
void ResolvedElectrode<dim>::write_numbers(std::ostream &to) const
{
  to << ' ' << vacancies_at_start << ' ' << voids_at_start;
}

template <int dim>
void ResolvedElectrode<dim>::read_numbers(std::istream &from)
{
  if (!(from >> vacancies_at_start >> voids_at_start))
    throw FileError("The checkpoint does not say what vacancies and voids the metal began with");
}

// --------------------------------------------------------------------------------- the time step

template <int dim>
void ResolvedElectrode<dim>::remember()
{
  // an assignment alone keeps the ghosts of an earlier mesh with as many unknowns
  saved.reinit(voids->solution(), true);
  saved        = voids->solution();
  saved_flow   = flow->solution();
  saved_volume = voids->metal_volume();
  saved_energy = voids->energy(stripping()).free;
  acceleration.reset();
  mesh.forget();
}

template <int dim>
void ResolvedElectrode<dim>::go_back(bool)
{
  voids->solution() = saved;
  flow->solution()  = saved_flow;
  voids->read_interface();
}

template <int dim>
void ResolvedElectrode<dim>::hold()
{
  stage = {voids->content(voids->fraction()), 0.};
  acceleration.reset();
}

template <int dim>
void ResolvedElectrode<dim>::first_stage(const Sdirk &sdirk)
{
  stage = {voids->content(saved.block(PhaseFieldOperator<dim>::fraction)), sdirk.interval()};
}

// The second stage begins where the straight line through the first one ends, unless its equations
// are further from solved there than at the end of the first: a change of the mesh leaves a
// roughness of mu that the first stage smooths.
template <int dim>
void ResolvedElectrode<dim>::second_stage(const Sdirk &sdirk)
{
  const double a = sdirk.a();
  first          = voids->solution();
  stage.base.sadd(1 - (1 - a) / a, (1 - a) / a, voids->content(voids->fraction()));
  const double at_end = voids->residual(stage, stripping());
  voids->solution().sadd(1 / a, 1 - 1 / a, saved);
  if (!(voids->residual(stage, stripping()) < at_end))
    voids->solution() = first;
  voids->read_interface();
}

// The error is the distance from the straight line through the first stage. Surfaces count by what
// they move in the mean, so that a small void that dissolves does not hold up all others.
template <int dim>
bool ResolvedElectrode<dim>::end_step(const Sdirk &sdirk, CellStep &step)
{
  const auto &c = voids->fraction(), &start = saved.block(PhaseFieldOperator<dim>::fraction);
  Vector of_step(c), of_stages(first.block(PhaseFieldOperator<dim>::fraction));
  of_step -= start;
  of_stages -= start;
  of_stages.sadd(-1 / sdirk.a(), 1., of_step);
  // where voids are only about to form, the largest
  const auto size = [&](const Vector &difference)
  { return std::min(difference.linfty_norm(), voids->mean_on_surfaces(difference)); };
  step.change = std::max(step.change, size(of_step));
  step.error  = std::max(step.error, size(of_stages));
  return false;
}

template <int dim>
void ResolvedElectrode<dim>::begin_iteration()
{
  if (acceleration)
    acceleration->begin();
  else
    acceleration.emplace(5);
  last_change = 1;
  accuracy    = 1e-3;
  iteration   = 0;
}

template <int dim>
void ResolvedElectrode<dim>::describe_contact()
{
  InterfaceValues fraction(voids->contact);
  for (double &chi : fraction)
    chi = std::max(chi, least_contact);
  contact_.fraction = interface.to_electrolyte(fraction);
  contact_.mu       = interface.to_electrolyte(voids->mu);
  contact_.constriction.assign(contact_.mu.size(), 0.);
}

// Of the voids there are, or, where they come from an image or form by themselves, of one that is
// well resolved.
template <int dim>
double ResolvedElectrode<dim>::void_size() const
{
  double size = 0;
  for (const auto &cap : own.void_field.voids.caps)
    size = std::max(size, cap.radius);
  return size > 0 ? size : 10 * own.void_field.phase_field.width;
}

template <int dim>
InterfaceValues ResolvedElectrode<dim>::stripping() const
{
  InterfaceValues result(current);
  for (double &i : result)
    i *= own.metal.molar_volume / faraday;
  return result;
}

// Like the flow no tighter than the coupling deserves: the amount of metal is exact in any case.
template <int dim>
double ResolvedElectrode<dim>::void_tolerance() const
{
  return std::max(own.void_field.tolerance, 1e-3 * parameters.coupling_tolerance);
}

// Flow and voids, each once; the change of c, and of mu on Gamma relative to itself and to Omega P,
// as far as there is metal: within a void mu moves nothing.
template <int dim>
double ResolvedElectrode<dim>::answer(const ElectrolyteValues &of_electrolyte,
                                      const double tolerance, CellStep &step)
{
  ++iteration;
  last                          = voids->solution();
  const InterfaceValues last_mu = voids->mu;
  current                       = interface.to_metal(of_electrolyte);
  coupled_current               = mean_current;
  Timer clock;
  InterfaceValues magnitude = stripping();
  for (double &i : magnitude)
    i = std::abs(i);
  const auto &law = own.void_field.phase_field;
  // metal and charge balance by the other two; what flow owes shows in the balance of the sinks
  const auto of_flow = flow->solve(
    stack_pressure,
    {&voids->fraction(), &voids->scaled_potential(), &law, stage.interval, void_size()},
    interface.integral(magnitude),
    std::max(parameters.solver.tolerance, 1e-3 * parameters.coupling_tolerance), tolerance);
  timing["flow"] += clock.wall_time();
  clock.restart();
  const double least         = void_tolerance();
  const double now           = std::clamp(share_of_voids * tolerance, least, std::max(least, 1e-6));
  const bool last_iterations = tolerance <= parameters.solver.tolerance && stage.interval > 0;
  const double most_missing  = last_iterations ?
                                 largest_gap * flow->moved_volume() * stage.interval :
                                 std::numeric_limits<double>::max();
  const auto of_voids        = voids->solve(stage, stripping(), now, most_missing);
  timing["voids"] += clock.wall_time();
  moved = of_voids.newton_iterations > 0;
  step.newton_iterations += of_flow.newton_iterations + of_voids.newton_iterations;
  step.of_metal += of_flow.linear_iterations;
  step.of_voids += of_voids.linear_iterations;

  const Vector &c = voids->fraction(), &last_c = last.block(PhaseFieldOperator<dim>::fraction);
  Vector difference(c);
  difference -= last_c;
  double change         = difference.linfty_norm();
  const double mu_scale = own.metal.molar_volume * std::max(stack_pressure, 1e5);
  for (unsigned int k = 0; k < last_mu.size(); ++k)
    change = std::max(change, voids->contact[k] * std::abs(voids->mu[k] - last_mu[k]) /
                                (mu_scale + std::abs(last_mu[k])));
  return Utilities::MPI::max(change, comm);
}

template <int dim>
double ResolvedElectrode<dim>::next_iteration(const double change)
{
  // a flow solved roughly makes noise; where the iteration gains little, that may be why
  if (iteration > 1 && moved && change > 0.5 * last_change)
    accuracy = std::max(0.1 * accuracy, 1e-5);
  // exact as soon as the next iteration is likely to be the last, or would ask no more of the voids
  const double tightest = parameters.solver.tolerance;
  const double expected = change * std::min(1., change / last_change);
  const bool exact      = expected <= parameters.coupling_tolerance ||
                     share_of_voids * accuracy * change <= void_tolerance();
  const double tolerance = exact ? tightest : std::clamp(accuracy * change, tightest, 1e-4);
  // voids that a loose tolerance left as they were do not tell where the iteration goes
  if (!moved)
    return tolerance;
  last_change = change;
  // compressed metal and flow overshoot each other in steps much longer than zeta/f''; the flow's
  // support (Filling::interval) makes it remember the last one
  acceleration->next(last, voids->solution(), flow->solution());
  voids->read_interface();
  return tolerance;
}

template <int dim>
void ResolvedElectrode<dim>::add_to_balance(CellBalance &totals, const double weight) const
{
  totals.stripped_volume += weight * interface.integral(stripping());
  totals.moved_volume += weight * flow->moved_volume();
  totals.inflow += weight * voids->atom_inflow();
  totals.volume_inflow += weight * flow->inflow();
  totals.sink_contraction += weight * flow->sink_contraction();
  totals.interface_contraction += weight * interface.integral(flow->approach);
  const auto energy = voids->energy(stripping());
  totals.energy_supplied += weight * (flow->platen_power(stack_pressure) + energy.current);
  totals.energy_dissipated += weight * (flow->dissipation() + energy.dissipation);
}

template <int dim>
void ResolvedElectrode<dim>::finish_balance(CellBalance &totals) const
{
  totals.energy_growth = voids->energy(stripping()).free - saved_energy;
  totals.void_growth   = saved_volume - voids->metal_volume();
}

// -------------------------------------------------------------------------------------- output

template <int dim>
const std::vector<ObservableOf<ResolvedElectrode<dim>>> &ResolvedElectrode<dim>::of_resolved_voids()
{
  using Role                                                     = Observable::Role;
  static const std::vector<ObservableOf<ResolvedElectrode>> list = {
    {{"free_energy", "J", "of surfaces, compressed metal and the contact of metal and electrolyte",
      Range::any(), Role::state, "", resolved_voids},
     [](const ResolvedElectrode &e) { return e.voids->energy(e.stripping()).free; }},
    {{"metal_excess", "1",
      "largest magnitude by which the metal fraction away from surfaces is not 1",
      Range::non_negative(), Role::state, "", resolved_voids},
     [](const ResolvedElectrode &e) { return e.voids->largest_excess(); }},
    {{"vacancies_in_metal", "um",
      "that the metal has taken up since the start, per area of interface: what void_volume does "
      "not have of void_growth",
      Range::any(), Role::state, "", resolved_voids},
     &ResolvedElectrode::vacancies_in_metal}};
  static const auto all = with_added(list);
  return all;
}

template <int dim>
void ResolvedElectrode<dim>::observe_state(Observables &values, const std::string &suffix) const
{
  Electrode<dim>::observe_state(values, suffix);
  observe(values, of_resolved_voids(), *this, suffix);
}

template <int dim>
InterfaceValues ResolvedElectrode<dim>::contact_at_points() const
{
  return voids->contact;
}

// p = -h zeta div v + g mu/Omega
template <int dim>
InterfaceValues ResolvedElectrode<dim>::pressure_at_points() const
{
  InterfaceValues pressure(flow->pressure);
  for (unsigned int k = 0; k < pressure.size(); ++k)
    pressure[k] += own.void_field.phase_field.content(voids->fraction_at_interface[k]) *
                   voids->mu[k] / own.metal.molar_volume;
  return pressure;
}

// What fills voids is too thin to press.
template <int dim>
InterfaceValues ResolvedElectrode<dim>::normal_pressure() const
{
  InterfaceValues result  = pressure_at_points();
  const auto creep_stress = flow->creep_stress();
  for (unsigned int k = 0; k < result.size(); ++k)
    result[k] -=
      PhaseField::metal(std::clamp(voids->fraction_at_interface[k], 0., 1.)) * creep_stress[k];
  return result;
}

template <int dim>
InterfaceValues ResolvedElectrode<dim>::potential_at_points() const
{
  return voids->mu;
}

template <int dim>
typename Electrode<dim>::VoidsBelowMesh ResolvedElectrode<dim>::voids_below_mesh() const
{
  const InterfaceValues none(current.size(), 0.);
  return {none, none};
}

template <int dim>
double ResolvedElectrode<dim>::contact_of_metal() const
{
  return contact_threshold;
}

template <int dim>
double ResolvedElectrode<dim>::largest_contact_current() const
{
  // where there is metal: the quotient means nothing inside a void, whose current is none
  InterfaceValues local(current);
  for (unsigned int k = 0; k < local.size(); ++k)
    local[k] =
      voids->contact[k] > contact_threshold ? std::abs(current[k]) / voids->contact[k] : 0.;
  // metal about to lose contact all over is no more than half there: the mean is the least that
  // some contact carries
  const double contact = interface.mean(voids->contact);
  return std::max(interface.maximum(local), std::abs(mean_current) / std::max(contact, 1e-9));
}

template <int dim>
double ResolvedElectrode<dim>::void_volume() const
{
  return voids->void_volume() / interface.area();
}

template <int dim>
double ResolvedElectrode<dim>::vacancies_in_metal() const
{
  return (voids->vacancies_in_metal() - vacancies_at_start) / interface.area();
}

template <int dim>
double ResolvedElectrode<dim>::largest_void_radius() const
{
  if (dim == 2 && !metal.axisymmetric())
  {
    const auto &faces = interface.faces(metal.side);
    std::vector<std::array<double, 5>> own;
    for (unsigned int k = 0; k < faces.points.size(); ++k)
      own.push_back({faces.points[k][0], voids->contact[k], faces.weights[k], 0., 0.});
    std::vector<ContactPoint> points;
    for (const auto &point : sorted_on_first_rank(own, comm))
      points.push_back({point[0], point[1], point[2]});
    return Utilities::MPI::max(largest_half_width(points, contact_threshold), comm);
  }
  InterfaceValues covered(voids->contact);
  for (double &chi : covered)
    chi = 1 - chi;
  return std::sqrt(std::max(interface.integral(covered), 0.) / pi);
}

template <int dim>
double ResolvedElectrode<dim>::current_without_contact() const
{
  InterfaceValues all(current.size()), without(current.size());
  for (unsigned int k = 0; k < current.size(); ++k)
  {
    all[k]     = std::abs(current[k]);
    without[k] = voids->contact[k] < least_contact ? all[k] : 0.;
  }
  const double sum = interface.mean(all);
  return sum > 0 && mean_current != 0 ? interface.mean(without) / sum : 0.;
}

template <int dim>
bool ResolvedElectrode<dim>::without_contact() const
{
  return current_without_contact() > 0.5;
}

template <int dim>
std::map<std::string, std::string> ResolvedElectrode<dim>::doubts() const
{
  double largest        = 0;
  const double strength = own.void_field.phase_field.tensile_strength();
  InterfaceValues opening(voids->contact);
  for (unsigned int k = 0; k < voids->mu.size(); ++k)
  {
    if (voids->contact[k] > contact_threshold)
      largest = std::max(largest, std::abs(voids->mu[k]));
    if (-voids->mu[k] / own.metal.molar_volume < close_to_strength * strength)
      opening[k] = 0;
  }
  CellDoubts result;
  std::ostringstream floor;
  floor << least_contact;
  doubt_floor(result, current_without_contact(), "current", floor.str());
  doubt_potential(result, Utilities::MPI::max(largest, comm), stack_pressure,
                  own.metal.molar_volume, temperature);
  // voids that heal leave vacancies in the metal that were no detail of them only at last
  doubt_tension(result, vacancies_in_metal(), std::max(void_volume(), voids_at_start),
                mesh.smallest_void() / interface.area());
  doubt_strength(result, interface.mean(opening) / interface.mean(voids->contact), strength);
  return result;
}

template <int dim>
std::map<std::string, double> ResolvedElectrode<dim>::sizes() const
{
  return {
    {"velocity", static_cast<double>(flow->velocity_space().dof_handler.n_dofs())},
    {"pressure", static_cast<double>(flow->pressure_space().dof_handler.n_dofs())},
    {"metal fraction", static_cast<double>(flow->potential_space().dof_handler.n_dofs())},
    {"potential of atoms", static_cast<double>(flow->potential_space().dof_handler.n_dofs())},
    {"points on the interface", Utilities::MPI::sum(static_cast<double>(current.size()), comm)}};
}

template <int dim>
std::string ResolvedElectrode<dim>::write_metal(const std::string &folder,
                                                const unsigned int number) const
{
  const auto &dofs = flow->potential_space().dof_handler;
  const Vector c   = NodalTransfer<dim>::ghosted(dofs, voids->fraction());
  Vector velocity, flow_pressure, unused, mu(voids->scaled_potential());
  flow->fill_output(velocity, flow_pressure, unused);
  mu *= own.metal.molar_volume * own.void_field.phase_field.barrier;
  mu = NodalTransfer<dim>::ghosted(dofs, mu);
  MetalOutput<dim> out;
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
  return Electrode<dim>::write_metal(out, folder, number);
}

template <int dim>
std::string ResolvedElectrode<dim>::write_on_interface(const ElectrolyteValues &overpotential,
                                                       const std::vector<InterfaceField> &others,
                                                       const std::string &folder,
                                                       const unsigned int number) const
{
  InterfaceValues local(current);
  for (unsigned int k = 0; k < local.size(); ++k)
    local[k] = voids->contact[k] > contact_threshold ? current[k] / voids->contact[k] : 0.;
  const auto pressure = pressure_at_points(), eta = interface.to_metal(overpotential);
  std::vector<InterfaceField> fields = {{"contact", "1", &voids->contact},
                                        {"current_density", "A/m^2", &current},
                                        {"contact_current_density", "A/m^2", &local},
                                        {"overpotential", "V", &eta},
                                        {"pressure", "Pa", &pressure},
                                        {"potential_of_atoms", "J/mol", &voids->mu}};
  fields.insert(fields.end(), others.begin(), others.end());
  return write_interface(interface, fields, folder, this->file_name("interface"), number);
}

template <int dim>
std::vector<std::array<double, 5>> ResolvedElectrode<dim>::interface_table() const
{
  std::vector<std::array<double, 5>> own;
  const auto &points = interface.faces(metal.side).points;
  for (unsigned int k = 0; k < points.size(); ++k)
    own.push_back({points[k][0], dim == 3 ? points[k][1] : 0., voids->contact[k], current[k], 0.});
  return sorted_on_first_rank(own, comm);
}

namespace
{
class ResolvedKind : public ElectrodeKindOf<ResolvedElectrode>
{
public:
  bool resolves_voids() const override
  {
    return true;
  }
};

const Registered<ElectrodeKind, ResolvedKind> resolved("resolved",
                                                       "each void resolved by a phase field");
} // namespace

template class ResolvedElectrode<2>;
template class ResolvedElectrode<3>;
} // namespace kavity
