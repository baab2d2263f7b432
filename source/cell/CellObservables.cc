#include "kavity/cell/CellObservables.h"

#include "kavity/cell/ResolvedElectrode.h"

#include <algorithm>

namespace kavity
{
// ------------------------------------------------------------- what the cell reports of its state

template <int dim>
const std::vector<ObservableOf<CellState<dim>>> &CellState<dim>::of_cell()
{
  using Role                                             = Observable::Role;
  static const std::vector<ObservableOf<CellState>> list = {
    {{"current_density", "mA/cm^2",
      "or `current`, positive on stripping, negative on plating; for ramps, staircases and "
      "constant voltages",
      Range::any()},
     [](const CellState &cell) { return cell.electrolyte.mean_current(); }},
    {{"voltage", "V", "voltage of the metal against the counter electrode; negative on plating",
      Range::any()},
     [](const CellState &cell) { return cell.electrolyte.transport().voltage(); }},
    {{"stack_pressure", "MPa", "mean pressure of the platen, nothing once it has lifted off",
      Range::non_negative(), Role::state, "void_radius"},
     [](const CellState &cell) { return cell.stack.pressure(); }}};
  static const auto all = with_added(list);
  return all;
}

template <int dim>
const std::vector<ObservableOf<typename CellState<dim>::Part>> &CellState<dim>::of_each_electrode()
{
  using Role                                        = Observable::Role;
  static const std::vector<ObservableOf<Part>> list = {
    {{"overpotential", "V", "mean over the interface, negative on plating", Range::any()},
     [](const Part &part)
     {
       const CellState &cell = part.cell;
       return cell.electrodes[part.electrode]->interface.mean(
         cell.electrolyte.transport().overpotential(part.electrode));
     }},
    {{"thickness", "um", "of the metal that is left, with its voids", Range::non_negative(),
      Role::state, "stack_pressure"},
     [](const Part &part) { return part.cell.stack.thickness(part.electrode); }},
    {{"metal_left", "um", "thickness without the voids: at 0 the metal is used up",
      Range::non_negative(), Role::state, "thickness"},
     [](const Part &part)
     {
       const CellState &cell = part.cell;
       return std::max(0., cell.stack.thickness(part.electrode) -
                             cell.electrodes[part.electrode]->void_volume());
     }}};
  return list;
}

template <int dim>
const std::vector<ObservableOf<CellState<dim>>> &CellState<dim>::of_reference()
{
  using Role           = Observable::Role;
  const auto potential = [](const CellState &cell, const unsigned int electrode)
  {
    return cell.electrolyte.transport().potential_against_reference(
      electrode, cell.parameters.reference_depth);
  };
  static const std::vector<ObservableOf<CellState>> list = {
    {{"electrode_potential", "V", "potential of the first metal against the reference electrode",
      Range::any(), Role::state, "", "a reference electrode"},
     [=](const CellState &cell) { return potential(cell, 0); }},
    {{"electrode_potential_2", "V", "the same of the second metal", Range::any(), Role::state, "",
      symmetric_cells},
     [=](const CellState &cell) { return potential(cell, 1); }}};
  return list;
}

template <int dim>
const std::vector<ObservableOf<Elasticity<dim>>> &CellState<dim>::of_elasticity()
{
  using Ceramic       = Elasticity<dim>;
  using Role          = Observable::Role;
  const auto location = [](const std::string &axis, const unsigned int direction)
  {
    return ObservableOf<Ceramic>{
      {"principal_stress_" + axis, "um",
       "where it is, " + axis + (axis == "y" ? " upwards from the interface" : ""), Range::any(),
       Role::state, "", elastic_electrolytes},
      [direction](const Ceramic &ceramic) { return ceramic.peak().place[direction]; }};
  };
  static const auto list = [&]
  {
    std::vector<ObservableOf<Ceramic>> result = {
      {{"principal_stress_max", "MPa",
        "largest first principal stress in the electrolyte, tension > 0", Range::any(), Role::state,
        "", elastic_electrolytes},
       [](const Ceramic &ceramic) { return ceramic.peak().stress; }},
      location("x", 0),
      location("y", dim - 1)};
    if (dim == 3)
      result.push_back(location("z", 1));
    return result;
  }();
  return list;
}

template <int dim>
Observables CellState<dim>::observables() const
{
  Observables values;
  observe(values, of_cell(), *this);
  for (unsigned int k = 0; k < electrodes.size(); ++k)
  {
    const std::string suffix = k == 0 ? "" : second_suffix;
    observe(values, of_each_electrode(), Part{*this, k}, suffix);
    electrodes[k]->observe_state(values, suffix);
    if (!watches.empty())
      observe(values, DendriteWatch<dim>::observables(), watches[k].finding(), suffix);
  }
  if (parameters.has_reference())
    for (unsigned int k = 0; k < electrodes.size(); ++k)
      values[of_reference()[k].name] = of_reference()[k].value(*this);
  if (const auto *const elasticity = electrolyte.elasticity())
    observe(values, of_elasticity(), *elasticity);
  return values;
}

// ---------------------------------------------------------------------------- all that is reported

namespace
{
// Whether this cell has an observable of an electrode.
bool has(const CellParameters &cell, const ElectrodeParameters *electrode,
         const Observable &observable)
{
  if (electrode == nullptr)
    return false;
  if (observable.only_with == dendrite_criteria)
    return cell.dendrites.asked();
  return observable.only_with.empty() || electrode->resolved;
}

// Those of the second electrode, in the same order.
std::vector<Observable> of_second(const std::vector<Observable> &of_first,
                                  const CellParameters &cell)
{
  std::vector<Observable> list;
  for (Observable observable : of_first)
    if (observable.of_each_electrode)
    {
      const bool any     = observable.only_with.empty();
      observable.present = has(cell, cell.second.get(), observable);
      observable.name += second_suffix;
      observable.meaning   = "the same of the second electrode";
      observable.only_with = symmetric_cells + (any ? "" : " and " + observable.only_with);
      observable.after.clear();
      list.push_back(observable);
    }
  return list;
}
} // namespace

// What is known of them does not depend on the dimension, but for a place in space.
std::vector<Observable> observables_of(const CellParameters &cell)
{
  auto lists = observables_of_step();
  lists.insert(lists.begin(), {described(CellState<2>::of_cell()),
                               described_of_each(CellState<2>::of_each_electrode()),
                               described_of_each(Electrode<2>::of_electrode())});
  lists.push_back(described_of_each(ResolvedElectrode<2>::of_resolved_voids()));
  lists.push_back(described_of_each(DendriteWatch<2>::observables()));
  auto first                 = in_order(lists);
  const auto second          = of_second(first, cell);
  const bool one_is_resolved = cell.resolved || (cell.second && cell.second->resolved);
  for (Observable &observable : first)
    observable.present = observable.of_each_electrode ?
                           has(cell, &cell, observable) :
                           observable.only_with.empty() || one_is_resolved;
  auto potentials       = described(CellState<2>::of_reference());
  potentials[0].present = cell.has_reference();
  potentials[1].present = cell.has_reference() && cell.second;
  auto stress           = described(CellState<3>::of_elasticity());
  for (Observable &observable : stress)
    observable.present = cell.fixture.has_value();
  stress.back().present = cell.fixture && cell.dimension == 3;
  return in_order({first, potentials, stress, second});
}

template struct CellState<2>;
template struct CellState<3>;
} // namespace kavity
