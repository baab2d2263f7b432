#include "kavity/cell/CellStack.h"

#include "kavity/cell/CellDoubts.h"
#include "kavity/cell/CellObservables.h"
#include "kavity/cell/ElectrodeKind.h"
#include "kavity/cell/HomogenisedElectrode.h"

#include <deal.II/base/timer.h>

#include <algorithm>
#include <cmath>
#include <iomanip>
#include <limits>
#include <sstream>
#include <stdexcept>

namespace kavity
{
using namespace dealii;

template <int dim>
CellStack<dim>::CellStack(MPI_Comm comm, const CellParameters &parameters,
                          const double stack_pressure, const double temperature)
  : parameters(parameters)
  , comm(comm)
  , temperature(temperature)
  , stack(parameters, stack_pressure, temperature)
  , electrolyte(comm, parameters, temperature)
  , meshes(electrolyte, electrodes)
{
  using Place = typename Electrode<dim>::Place;
  electrodes.push_back(parameters.kind->make(comm, electrolyte.body, parameters, parameters,
                                             Place::above, temperature));
  if (parameters.second)
    electrodes.push_back(parameters.second->kind->make(comm, electrolyte.body, *parameters.second,
                                                       parameters, Place::below, temperature));
  reset(0.);
}

// ------------------------------------------------------------------------------------ the meshes

template <int dim>
void CellStack<dim>::make_fields()
{
  for (const auto &electrode : electrodes)
    electrode->make_fields();
  electrolyte.make_fields(electrodes);
  watches.clear();
  for (unsigned int k = 0; k < electrodes.size() && parameters.dendrites.any(); ++k)
    watches.emplace_back(comm, *electrodes[k], k, parameters, temperature);
  is_solved = false;
}

template <int dim>
void CellStack<dim>::reset(const double settled_current)
{
  stack.reset();
  press();
  meshes.follow(Follow::nothing, totals);
  const auto assemble = [&]()
  {
    for (unsigned int k = 0; k < electrodes.size(); ++k)
    {
      electrodes[k]->assemble(k == 0 ? settled_current : -settled_current);
      electrodes[k]->forget_current();
    }
  };
  assemble();
  meshes.follow(Follow::start, totals, assemble);
  for (const auto &electrode : electrodes)
    electrode->smooth_start();
  make_fields();
  totals.assign(electrodes.size(), CellBalance());
  restored.assign(electrodes.size(), 0.);
}

template <int dim>
void CellStack<dim>::adapt(const Follow follow)
{
  Timer clock;
  if (!meshes.follow(follow, totals))
    return;
  make_fields();
  timing["mesh"] += clock.wall_time();
  for (const auto &electrode : electrodes)
    electrode->remember();
  try
  {
    solve(applied);
  }
  catch (const NoConvergence &)
  {
    // the next step, which may be shorter, tries again
    for (const auto &electrode : electrodes)
      electrode->go_back(true);
  }
}

template <int dim>
void CellStack<dim>::save(const std::string &folder)
{
  std::ostringstream numbers;
  numbers << std::setprecision(std::numeric_limits<double>::max_digits10) << stack.text();
  for (unsigned int k = 0; k < electrodes.size(); ++k)
  {
    numbers << ' ' << restored[k];
    electrodes[k]->write_numbers(numbers);
  }
  meshes.save(numbers.str(), folder);
}

template <int dim>
void CellStack<dim>::load(const std::string &folder)
{
  std::istringstream numbers(meshes.load(folder));
  stack.read(numbers);
  press();
  for (unsigned int k = 0; k < electrodes.size(); ++k)
  {
    electrodes[k]->restore();
    numbers >> restored[k];
    electrodes[k]->read_numbers(numbers);
    electrodes[k]->forget_current();
  }
  make_fields();
}

// ---------------------------------------------------------------------------------- time and state

template <int dim>
void CellStack<dim>::iterate(CellStep &step)
{
  double tolerance = 1e-4;
  for (const auto &electrode : electrodes)
    electrode->begin_iteration();
  stack.begin_iteration();
  for (unsigned int iteration = 1;; ++iteration)
  {
    ++step.coupling_iterations;
    electrolyte.solve(applied, electrodes, tolerance, step);
    const double mean_current = electrolyte.mean_current();
    double change             = electrolyte.missed_voltage(applied);
    bool ends                 = false;
    std::vector<double> inflow;
    for (unsigned int k = 0; k < electrodes.size(); ++k)
    {
      electrodes[k]->pass(k == 0 ? mean_current : -mean_current);
      change = std::max(change,
                        electrodes[k]->answer(electrolyte.transport().current(k), tolerance, step));
      ends   = (iteration >= 3 && electrodes[k]->stage_ends()) || ends;
      inflow.push_back(electrodes[k]->inflow());
    }
    change = std::max(change, stack.follow(inflow));
    if (ends ||
        (change <= parameters.coupling_tolerance && tolerance <= parameters.solver.tolerance))
      return;
    if (iteration == parameters.max_coupling_iterations || !std::isfinite(change))
      throw NoConvergence("electrolyte and metal did not come to agree: relative change " +
                          std::to_string(change) + " after " + std::to_string(iteration) +
                          " iterations");
    press();
    tolerance = 1;
    for (const auto &electrode : electrodes)
      tolerance = std::min(tolerance, electrode->next_iteration(change));
    // what the current is wrong by, the voltage misses, a thousandfold (missed_voltage)
    if (applied.is_voltage)
      tolerance = std::max(0.1 * tolerance, parameters.solver.tolerance);
  }
}

template <int dim>
void CellStack<dim>::solve(const Applied &now)
{
  CellStep step;
  applied   = now;
  is_solved = false;
  for (const auto &electrode : electrodes)
    electrode->hold();
  stack.hold();
  iterate(step);
  judge(step);
  is_solved = true;
}

template <int dim>
void CellStack<dim>::judge(CellStep &step)
{
  electrolyte.strain(electrodes, step);
  const Timer clock;
  for (auto &watch : watches)
    watch.judge(electrolyte.transport(), electrolyte.elasticity());
  if (!watches.empty())
    timing["dendrites"] += clock.wall_time();
}

template <int dim>
std::vector<DendriteFinding> CellStack<dim>::dendrites() const
{
  std::vector<DendriteFinding> result;
  for (const auto &watch : watches)
    result.push_back(watch.finding());
  return result;
}

template <int dim>
CellStep CellStack<dim>::advance(const double time_step, const Applied &over_step)
{
  CellStep step;
  applied = over_step;
  const Sdirk sdirk{time_step};
  for (const auto &electrode : electrodes)
    electrode->remember();
  stack.remember();
  try
  {
    for (bool again = true; again;)
    {
      totals.assign(electrodes.size(), CellBalance());
      step.error = step.change = 0;
      for (const auto &electrode : electrodes)
        electrode->first_stage(sdirk);
      stack.first_stage(sdirk);
      press();
      iterate(step);
      add_to_balance(sdirk.weight(0));
      const double first_current = electrolyte.mean_current();
      for (const auto &electrode : electrodes)
        electrode->second_stage(sdirk);
      stack.second_stage(sdirk);
      iterate(step);
      add_to_balance(sdirk.weight(1));
      again             = false;
      step.charge_error = sdirk.interval() * std::abs(electrolyte.mean_current() - first_current);
      step.charge_scale = electrolyte.transport().current_at_rest() * time_step;
      for (const auto &electrode : electrodes)
        again = electrode->end_step(sdirk, step) || again;
      stack.end_step(sdirk, step);
    }
    const double area = electrodes[0]->interface.area();
    const double charge =
      applied.is_voltage ? totals[0].interface_charge : applied.value * area * time_step;
    step.charge = charge / area;
    for (unsigned int k = 0; k < electrodes.size(); ++k)
    {
      electrodes[k]->finish_balance(totals[k]);
      totals[k].restored       = restored[k];
      totals[k].applied_charge = k == 0 ? charge : -charge;
    }
    judge(step);
  }
  catch (const NoConvergence &)
  {
    // what did not converge is no start for a shorter step
    go_back(true);
    throw;
  }
  is_solved = true;
  return step;
}

template <int dim>
void CellStack<dim>::add_to_balance(const double weight)
{
  const IonTransport<dim> &transport = electrolyte.transport();
  for (unsigned int k = 0; k < electrodes.size(); ++k)
  {
    totals[k].moved_charge += weight * transport.current_scale();
    totals[k].interface_charge += weight * electrodes[k]->interface.integral(transport.current(k));
    electrodes[k]->add_to_balance(totals[k], weight);
  }
  // what one electrode gets is what leaves the other
  totals[0].counter_charge += weight * transport.counter_current();
  if (electrodes.size() == 2)
    totals[1].counter_charge = -totals[0].interface_charge;
}

template <int dim>
void CellStack<dim>::accept()
{
  for (const auto &electrode : electrodes)
    electrode->accept();
  restored.assign(electrodes.size(), 0.);
  if (meshes.due())
    adapt(Follow::state);
}

template <int dim>
bool CellStack<dim>::refine()
{
  bool outgrown = false;
  for (const auto &electrode : electrodes)
    outgrown = electrode->outgrows_mesh() || outgrown;
  if (!outgrown)
    return false;
  reject();
  totals.assign(electrodes.size(), CellBalance());
  adapt(Follow::ahead);
  for (unsigned int k = 0; k < electrodes.size(); ++k)
    restored[k] += totals[k].restored;
  return true;
}

template <int dim>
void CellStack<dim>::go_back(const bool fields)
{
  for (const auto &electrode : electrodes)
    electrode->go_back(fields);
  stack.go_back();
  press();
}

template <int dim>
void CellStack<dim>::press()
{
  for (const auto &electrode : electrodes)
    electrode->press(stack.pressure());
}

template <int dim>
std::vector<HomogenisedElectrode<dim> *> CellStack<dim>::homogenised() const
{
  std::vector<HomogenisedElectrode<dim> *> list;
  for (const auto &electrode : electrodes)
  {
    list.push_back(dynamic_cast<HomogenisedElectrode<dim> *>(electrode.get()));
    if (list.back() == nullptr)
      throw std::logic_error("resolved voids have no steady state, and are never without voids");
  }
  return list;
}

template <int dim>
double CellStack<dim>::steady_margin(const double current_density, const double radius)
{
  const auto all = homogenised();
  for (auto *electrode : all)
    electrode->make_voids_alike(radius);
  solve(current_density);
  return all.at(current_density < 0 ? 1 : 0)->steady_margin(radius);
}

template <int dim>
double CellStack<dim>::lowest_potential(const double current_density)
{
  const auto all = homogenised();
  for (auto *electrode : all)
    electrode->remove_voids();
  solve(current_density);
  for (auto *electrode : all)
    electrode->bring_places_back();
  return all.at(current_density < 0 ? 1 : 0)->lowest_potential();
}

// ---------------------------------------------------------------------------------------- output

template <int dim>
Observables CellStack<dim>::observables() const
{
  return CellState<dim>{parameters, stack, electrolyte, electrodes, watches}.observables();
}

template <int dim>
std::map<std::string, std::string> CellStack<dim>::doubts() const
{
  auto result = electrodes[0]->doubts();
  doubt_lift_off(result, stack.gap(), stack.pressure_left());
  if (electrodes.size() == 2)
    for (const auto &[kind, doubt] : electrodes[1]->doubts())
      result["second electrode: " + kind] = "second electrode: " + doubt;
  return result;
}

template <int dim>
Exhaustion CellStack<dim>::exhausted() const
{
  for (unsigned int k = 0; k < electrodes.size(); ++k)
  {
    const std::string which = electrodes.size() == 1 ? "" : k == 0 ? " above" : " below";
    if (electrodes[k]->without_contact())
      return {"no contact is left for the current" + which, true};
    if (stack.thickness(k) <= electrodes[k]->void_volume()) // voids alone
      return {"no metal is left" + which, false};
  }
  return {};
}

template <int dim>
std::map<std::string, double> CellStack<dim>::sizes() const
{
  auto result = electrolyte.sizes();
  for (const auto &electrode : electrodes)
    for (const auto &[name, size] : electrode->sizes())
      result[name] += size;
  return result;
}

template <int dim>
std::map<std::string, double> CellStack<dim>::seconds() const
{
  auto result = timing;
  result.insert(electrolyte.timing.begin(), electrolyte.timing.end());
  for (const auto &electrode : electrodes)
    for (const auto &[part, time] : electrode->timing)
      result[part] += time;
  return result;
}

template <int dim>
Cell::OutputFiles CellStack<dim>::write(const std::string &folder, const unsigned int number)
{
  OutputFiles files;
  for (unsigned int k = 0; k < electrodes.size(); ++k)
  {
    files.fields.push_back(electrodes[k]->write_metal(folder, number));
    if (k == 0)
      files.fields.push_back(electrolyte.write(folder, number));
    std::vector<InterfaceField> others;
    if (!watches.empty())
      others.push_back({"flaw_stress_intensity", "1", &watches[k].load()});
    files.interfaces.push_back(electrodes[k]->write_on_interface(
      electrolyte.transport().overpotential(k), others, folder, number));
  }
  return files;
}

std::unique_ptr<Cell> Cell::create(MPI_Comm comm, const CellParameters &parameters,
                                   const double stack_pressure, const double temperature)
{
  if (parameters.dimension == 2)
    return std::make_unique<CellStack<2>>(comm, parameters, stack_pressure, temperature);
  return std::make_unique<CellStack<3>>(comm, parameters, stack_pressure, temperature);
}

template class CellStack<2>;
template class CellStack<3>;
} // namespace kavity
