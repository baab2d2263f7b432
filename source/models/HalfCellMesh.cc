#include "kavity/models/CellFields.h"
#include "kavity/models/HalfCell.h"

#include <deal.II/base/timer.h>

#include <algorithm>

namespace kavity
{
using namespace dealii;

namespace
{
// Difference of the contact fraction over a face of Gamma and those that touch it above which the
// face is split: a tenth of what an edge of contact can have.
constexpr double contact_resolution = 0.1;

// A void in metal that shears at this rate (1/s) is what Gamma without sinks is held against, so
// many times stronger: each time its error is less by this factor.
constexpr double shear_rate = 1e-6, strength_of_wall = 100;

// Change of the pressure, over that which closure knows of, up to which Gamma is a wall.
constexpr double most_answer = 0.05;
} // namespace

template <int dim>
void HalfCell<dim>::make_fields()
{
  metal.update_levels();
  electrolyte.update_levels();
  transport       = make_transport(electrolyte, interface, parameters, temperature);
  wall_resistance = strength_of_wall / parameters.grading.size_at_interface *
                    parameters.metal.creep->stress(shear_rate, temperature).stress / shear_rate;
  flow    = make_flow(metal, interface, parameters, temperature, true, is_soft());
  contact = make_contact(electrolyte, interface, parameters);
  dying.assign(state.void_volume.size(), false);
}

// On Gamma without sinks: whether closure by creep and the pressure answer each other so much that
// v.n = w_c cannot be that of the last pressure.
template <int dim>
bool HalfCell<dim>::is_soft() const
{
  if (parameters.metal.has_interface_sinks())
    return false;
  double answer = 0;
  for (unsigned int k = 0; k < state.void_volume.size(); ++k)
    answer =
      std::max(answer, wall_resistance / strength_of_wall *
                         parameters.contact
                           ->closure(state_at(k), stack_pressure, parameters.metal, temperature)
                           .by_pressure);
  return Utilities::MPI::max(answer, comm) > most_answer;
}

// Once so, Gamma is no longer a wall.
template <int dim>
void HalfCell<dim>::yield_where_soft()
{
  if (flow->interface_moves() || !is_soft())
    return;
  const InterfaceValues mu = coupled_mu, pressure = flow->pressure;
  start_from(mu, pressure);
}

template <int dim>
void HalfCell<dim>::set_initial_state()
{
  const auto &points    = interface.faces(metal.side).points;
  const ContactLaw &law = *parameters.contact;
  state                 = State();
  for (const auto &x : points)
  {
    const double N         = parameters.population * at(parameters.population_variation, x);
    const double a         = parameters.base_radius * at(parameters.radius_variation, x);
    InterfaceState initial = law.initial_state(N);
    initial.void_volume    = a > 0 ? law.void_volume(a, N) : 0.;
    law.touch(initial, stack_pressure, parameters.metal, temperature);
    state.void_volume.push_back(initial.void_volume);
    state.population.push_back(initial.population);
    state.roughness_contact.push_back(initial.roughness_contact);
  }
}

template <int dim>
bool HalfCell<dim>::flag_mesh(const InterfaceValues &values)
{
  return flag_variations(metal, electrolyte, interface, values, contact_resolution,
                         parameters.grading.adaptive_refinements);
}

// The fields live on the mesh and go with it.
template <int dim>
void HalfCell<dim>::change_mesh()
{
  transport.reset();
  flow.reset();
  metal.triangulation.execute_coarsening_and_refinement();
  electrolyte.triangulation.execute_coarsening_and_refinement();
  interface.update();
}

template <int dim>
void HalfCell<dim>::reset(double)
{
  const unsigned int levels = parameters.grading.adaptive_refinements;
  const auto even           = [this]()
  { return InterfaceValues(interface.faces(metal.side).points.size(), 1.); };
  for (unsigned int level = 0; level < levels && flag_mesh(even()); ++level)
    change_mesh();
  set_initial_state();
  for (unsigned int level = 0; level < levels && flag_mesh(contact_of_state()); ++level)
  {
    change_mesh();
    set_initial_state();
  }
  make_fields();
  saved = state;
  flow->mu.assign(state.void_volume.size(), 0.);
  flow->pressure.assign(state.void_volume.size(), stack_pressure);
  flow->approach.assign(state.void_volume.size(), 0.);
  coupled_mu           = flow->mu;
  closing_pressure     = flow->pressure;
  wall_pressure        = flow->pressure;
  totals               = CellBalance();
  steps_since_adaption = 0;
}

// Void volume and population go the same linear way, so that voids of one size remain so and none
// is lost; of roughness contact the history stays. The fields are quasi-steady: all they need is
// where to start from, the nearest values.
template <int dim>
void HalfCell<dim>::carry(InterfaceStateTransfer<dim> &transfer, InterfaceValues &mu,
                          InterfaceValues &pressure)
{
  transfer.add(state.void_volume, transfer.conserved);
  transfer.add(state.population, transfer.conserved);
  for (InterfaceValues *values : {&state.roughness_contact, &mu, &pressure})
    transfer.add(*values, transfer.history);
}

template <int dim>
void HalfCell<dim>::start_from(const InterfaceValues &mu, const InterfaceValues &pressure)
{
  make_fields();
  saved          = state;
  coupled_mu     = mu;
  flow->mu       = mu;
  flow->pressure = pressure;
  flow->approach.assign(mu.size(), 0.);
  closing_pressure = pressure;
  wall_pressure    = pressure;
  is_solved        = false;
  // nothing of another mesh stays
  contact_fraction = contact_of_state();
  exchange.current.assign(mu.size(), 0.);
}

template <int dim>
void HalfCell<dim>::adapt()
{
  steps_since_adaption = 0;
  InterfaceValues mu = coupled_mu, pressure = flow->pressure;
  const unsigned int levels = parameters.grading.adaptive_refinements;
  bool changed              = false;
  for (unsigned int level = 0; level < levels && flag_mesh(contact_of_state()); ++level)
  {
    InterfaceStateTransfer<dim> transfer(metal, interface);
    carry(transfer, mu, pressure);
    transfer.attach();
    change_mesh();
    transfer.restore();
    changed = true;
  }
  if (!changed)
    return;
  Timer clock;
  start_from(mu, pressure);
  timing["mesh"] += clock.wall_time();
  try
  {
    solve(current_density);
  }
  catch (const NoConvergence &)
  {
    start_from(mu, pressure); // the next step, which may be shorter, tries again
  }
}

template <int dim>
void HalfCell<dim>::save(const std::string &folder)
{
  InterfaceStateTransfer<dim> transfer(metal, interface);
  InterfaceValues mu = coupled_mu, pressure = flow->pressure;
  carry(transfer, mu, pressure);
  transfer.attach();
  save_meshes(metal, electrolyte, steps_since_adaption, folder);
}

template <int dim>
void HalfCell<dim>::load(const std::string &folder)
{
  transport.reset();
  flow.reset();
  steps_since_adaption = load_meshes(metal, electrolyte, folder);
  interface.update();
  InterfaceStateTransfer<dim> transfer(metal, interface);
  InterfaceValues mu, pressure;
  carry(transfer, mu, pressure);
  transfer.restore_from_file();
  start_from(mu, pressure);
}

template class HalfCell<2>;
template class HalfCell<3>;
} // namespace kavity
