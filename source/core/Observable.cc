#include "kavity/core/Observable.h"

#include <set>
#include <stdexcept>

namespace kavity
{
namespace
{
// Those that follow an observable, each with those that follow it; of none: all others.
void put_followers(std::vector<Observable> &ordered, const std::vector<Observable> &all,
                   const std::string &name)
{
  for (const Observable &observable : all)
    if (observable.after == name)
    {
      ordered.push_back(observable);
      put_followers(ordered, all, observable.name);
    }
}
} // namespace


std::vector<Observable> in_order(const std::vector<std::vector<Observable>> &lists)
{
  std::vector<Observable> all, ordered;
  std::set<std::string> names;
  for (const auto &list : lists)
    for (const Observable &observable : list)
    {
      if (observable.name.empty() || !names.insert(observable.name).second)
        throw std::logic_error("the observable '" + observable.name + "' is registered twice");
      all.push_back(observable);
    }
  put_followers(ordered, all, "");
  for (const Observable &observable : ordered)
    names.erase(observable.name);
  if (!names.empty())
    throw std::logic_error("the observable '" + *names.begin() +
                           "' follows one that there is not, or that follows it");
  return ordered;
}
} // namespace kavity
