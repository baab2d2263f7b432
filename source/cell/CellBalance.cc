#include "kavity/cell/Cell.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

namespace kavity
{
double CellBalance::charge_error() const
{
  return std::max(std::abs(applied_charge - interface_charge),
                  std::abs(interface_charge - counter_charge)) /
         (moved_charge + std::numeric_limits<double>::min());
}

double CellBalance::metal_error() const
{
  return std::abs(inflow + void_growth + restored - stripped_volume) /
         (moved_volume + std::numeric_limits<double>::min());
}

double CellBalance::sink_error() const
{
  return std::abs(sink_contraction + interface_contraction + creep_closure - volume_inflow) /
         (moved_volume + std::numeric_limits<double>::min());
}

double CellBalance::energy_error() const
{
  return std::abs(energy_growth - energy_supplied + energy_dissipated) /
         (std::abs(energy_supplied) + energy_dissipated + std::numeric_limits<double>::min());
}

namespace
{
using Balances = std::vector<CellBalance>;

// The charges of the cell are those of the first electrode.
std::function<double(const Balances &)> of_first(double CellBalance::*charge)
{
  return [charge](const Balances &all) { return all.front().*charge; };
}

std::function<double(const Balances &)> largest(double (CellBalance::*error)() const)
{
  return [error](const Balances &all)
  {
    double result = 0;
    for (const CellBalance &balance : all)
      result = std::max(result, (balance.*error)());
    return result;
  };
}

// Each of the lists, in a time step; docs/model.md, Results.

const std::vector<ObservableOf<Balances>> &charges()
{
  static const std::vector<ObservableOf<Balances>> list = {
    {{"applied_charge", "C", "charge that was prescribed", Range::any()},
     of_first(&CellBalance::applied_charge)},
    {{"interface_charge", "C", "charge through the interface", Range::any()},
     of_first(&CellBalance::interface_charge)},
    {{"counter_charge", "C", "charge through the far face of the electrolyte", Range::any()},
     of_first(&CellBalance::counter_charge)}};
  return list;
}

// Of each electrode; negative where metal is plated, leaves, or voids shrink or are opened by
// creep.
const std::vector<ObservableOf<CellBalance>> &volumes()
{
  static const std::vector<ObservableOf<CellBalance>> list = {
    {{"stripped_volume", "m^3", "metal taken by the current", Range::any()},
     std::mem_fn(&CellBalance::stripped_volume)},
    {{"inflow", "m^3", "atoms that entered through the platen", Range::any()},
     std::mem_fn(&CellBalance::inflow)},
    {{"void_growth", "m^3", "growth of all voids, and of vacancies in metal around resolved ones",
      Range::any()},
     std::mem_fn(&CellBalance::void_growth)},
    {{"sink_contraction", "m^3", "volume annihilated at sinks in the metal", Range::any()},
     std::mem_fn(&CellBalance::sink_contraction)},
    {{"interface_contraction", "m^3",
      "volume annihilated by the contact, or by which roofs of voids came down", Range::any()},
     std::mem_fn(&CellBalance::interface_contraction)},
    {{"creep_closure", "m^3", "volume of voids closed by creep", Range::any()},
     std::mem_fn(&CellBalance::creep_closure)},
    {{"restored_volume", "m^3", "metal that a new mesh lost and that was put back", Range::any(),
      Observable::Role::record, "", resolved_voids},
     std::mem_fn(&CellBalance::restored)}};
  return list;
}

const std::vector<ObservableOf<Balances>> &errors()
{
  static const std::vector<ObservableOf<Balances>> list = {
    {{"charge_error", "1", "largest relative difference of the charges", Range::non_negative()},
     largest(&CellBalance::charge_error)},
    {{"metal_error", "1",
      "relative difference of inflow, void growth and restored volume to the stripped volume",
      Range::non_negative()},
     largest(&CellBalance::metal_error)},
    {{"sink_error", "1", "relative difference of contraction and closure to the volume's inflow",
      Range::non_negative()},
     largest(&CellBalance::sink_error)},
    {{"energy_error", "1", "relative difference of the free energy's growth to what was supplied",
      Range::non_negative(), Observable::Role::record, "free_energy", resolved_voids},
     largest(&CellBalance::energy_error)}};
  return list;
}

const std::vector<ObservableOf<CellStep>> &solution()
{
  static const std::vector<ObservableOf<CellStep>> list = {
    {{"step_error", "1", "estimated error, which the time stepping keeps below its tolerance",
      Range::non_negative()},
     std::mem_fn(&CellStep::error)},
    {{"coupling_iterations", "1", "iterations between electrolyte and metal",
      Range::non_negative()},
     std::mem_fn(&CellStep::coupling_iterations)},
    {{"newton_iterations", "1", "iterations of Newton's method", Range::non_negative()},
     std::mem_fn(&CellStep::newton_iterations)},
    {{"linear_iterations", "1", "iterations of the linear solvers", Range::non_negative()},
     std::mem_fn(&CellStep::linear_iterations)}};
  return list;
}
} // namespace

std::vector<std::vector<Observable>> observables_of_step()
{
  std::vector<std::vector<Observable>> lists = {described(charges()), described_of_each(volumes()),
                                                described(errors()), described(solution())};
  for (auto &list : lists)
    for (Observable &observable : list)
      observable.role = Observable::Role::record;
  return lists;
}

Observables observed_of_step(const Balances &balances, const CellStep &step)
{
  Observables values;
  observe(values, charges(), balances);
  observe(values, errors(), balances);
  observe(values, solution(), step);
  std::string suffix;
  for (const CellBalance &balance : balances)
  {
    observe(values, volumes(), balance, suffix);
    suffix = second_suffix;
  }
  return values;
}
} // namespace kavity
