#ifndef kavity_core_Observable_h
#define kavity_core_Observable_h

#include "kavity/core/Parameters.h"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace kavity
{
/// A number that a run reports after every step: all that is known of it before it has a value.
/// Columns of history.csv, `final` of result.json, end conditions and the manual have it from here.
struct Observable
{
  enum class Role
  {
    clock, ///< of the protocol alone, only grows: time steps land on a limit of it
    state, ///< of the cell at the end of a time step
    record ///< of a whole time step, or a count: it ends nothing
  };

  std::string name; ///< in lower_snake_case
  std::string unit; ///< people's unit; "1" for a plain number
  std::string meaning;
  Range range; ///< what its values can be, in that unit
  Role role = Role::state;
  /// The observable that its column follows; if empty, the one before it in its list.
  std::string after      = {};
  std::string only_with  = {};    ///< what it takes to have it, as "Cell/Kind = symmetric"
  bool of_each_electrode = false; ///< that of the second has a name of its own
  bool present           = true;  ///< whether the cell at hand has it
};

/// An observable and how its owner computes it, in SI units.
template <class Owner>
struct ObservableOf : Observable
{
  std::function<double(const Owner &)> value;
};

/// What source files of their own have added to the list of an owner, by name.
template <class Owner>
std::multimap<std::string, ObservableOf<Owner>> &added_observables()
{
  // a function's static, because they register before main() in an order nobody controls
  static std::multimap<std::string, ObservableOf<Owner>> all;
  return all;
}

/// The list of an owner with what has been added to it.
template <class Owner>
std::vector<ObservableOf<Owner>> with_added(std::vector<ObservableOf<Owner>> list)
{
  for (const auto &[name, observable] : added_observables<Owner>())
    list.push_back(observable);
  return list;
}

/// Adds an observable, in 2D and 3D, to a list that takes more (with_added) before main() starts.
/// @p value is called with an owner of either dimension:
/// `const RegisteredObservable<Electrode> registered({"name", ...}, [](const auto &e) {...});`
template <template <int> class Owner>
struct RegisteredObservable
{
  template <class Value>
  RegisteredObservable(const Observable &observable, const Value &value)
  {
    added_observables<Owner<2>>().insert({observable.name, {observable, value}});
    added_observables<Owner<3>>().insert({observable.name, {observable, value}});
  }
};

/// Values in SI units by name.
using Observables = std::map<std::string, double>;

/// Adds the values of a list, with a suffix to the names.
template <class Owner>
void observe(Observables &values, const std::vector<ObservableOf<Owner>> &list, const Owner &owner,
             const std::string &suffix = "")
{
  for (const ObservableOf<Owner> &observable : list)
    values[observable.name + suffix] = observable.value(owner);
}

/// What is known of the observables of a list.
template <class Owner>
std::vector<Observable> described(const std::vector<ObservableOf<Owner>> &list)
{
  return {list.begin(), list.end()};
}

/// The same of a list that every electrode has.
template <class Owner>
std::vector<Observable> described_of_each(const std::vector<ObservableOf<Owner>> &list)
{
  auto all = described(list);
  for (Observable &observable : all)
    observable.of_each_electrode = true;
  return all;
}

/// Lists one after the other, then each observable that asks for it behind the one it follows.
/// @throw std::logic_error where it follows one that is not there, or a name appears twice
std::vector<Observable> in_order(const std::vector<std::vector<Observable>> &lists);
} // namespace kavity

#endif
