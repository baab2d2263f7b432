#include "kavity/analysis/Observables.h"

#include "kavity/core/Quantity.h"

namespace kavity
{
std::vector<Column> history_columns(const std::vector<Observable> &observables)
{
  std::vector<Column> columns;
  for (const Observable &observable : observables)
    if (observable.present)
      columns.push_back({observable.name, observable.unit});
  return columns;
}


Json final_values(const std::vector<Observable> &observables, const Observables &values)
{
  Json json;
  for (const Column &column : history_columns(observables))
    if (const auto value = values.find(column.name); value != values.end())
      json.set(column.name + " [" + column.unit + "]", from_si(value->second, column.unit));
  return json;
}


std::string listing(const std::vector<Observable> &observables)
{
  std::string text, only_with, meaning;
  for (const Observable &observable : observables)
  {
    if (observable.role == Observable::Role::record)
      continue;
    const bool other_cells = observable.only_with != only_with;
    if (!meaning.empty()) // of the last one, which those with the same share
      text += other_cells || observable.meaning != meaning ? ", " + meaning + "; " : ", ";
    if (other_cells)
      text += "with `" + observable.only_with + "` also ";
    text += "`" + observable.name + "`";
    only_with = observable.only_with;
    meaning   = observable.meaning;
  }
  return text + (meaning.empty() ? "" : ", " + meaning);
}

} // namespace kavity
