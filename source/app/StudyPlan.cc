#include "kavity/app/StudyPlan.h"

#include "kavity/core/ParameterValues.h"
#include "kavity/core/Version.h"

#include <algorithm>
#include <functional>
#include <set>

namespace kavity
{
namespace
{
std::size_t fingerprint_of(const Parameters &parameters)
{
  std::string text;
  for (const auto &[name, value] : parameters.values())
    text += name + " = " + value + '\n';
  return std::hash<std::string>()(text);
}

// Also of laws that are not chosen.
std::vector<std::string> names_of_all_entries()
{
  RunParameters all;
  all.declare(RunParameters::Purpose::run);
  return all.parameters.entry_names();
}

// What a row has against a value of an axis itself; empty: nothing.
std::string mistake_of_value(const StudyRow &row, const std::string &parameter,
                             const std::string &value)
{
  const std::string place = place_of_override(parameter + "=" + value).file;
  for (const Mistake &mistake : row.mistakes)
    if (mistake.location.file == place &&
        parameter.compare(0, mistake.entry.size(), mistake.entry) == 0)
      return mistake.message;
  return {};
}
} // namespace


StudyPlan::StudyPlan(std::string parameter_file, std::vector<std::string> sets)
  : file(std::move(parameter_file))
  , overrides(std::move(sets))
{
  base.parameters = Parameters::from_file(file, overrides);
  base.declare(RunParameters::Purpose::run);
  settings = base.study;
  figures  = base.output.figures;
  if (!settings.given)
  {
    base.parameters.error("Study",
                          "is missing: 'kavity study' needs a section Study with a section "
                          "Axis 1, which names a Parameter and its Values");
    base.parameters.finish();
  }
  check_names();
  base.parameters.finish("Study");
  entries            = deciding_a_study(base.parameters);
  entries["program"] = std::string("kavity ") + version;
  std::vector<std::optional<std::string>> units;
  for (const StudyAxis &axis : settings.axes)
  {
    units.push_back(axis.unit());
    heads.push_back(axis.parameter + (units.back() ? " [" + *units.back() + "]" : ""));
  }
  for (auto &values : settings.rows())
  {
    StudyRow row;
    row.overrides  = overrides;
    const auto set = [&row](const std::string &entry, const std::string &value)
    {
      const auto same = [&entry](const std::string &other)
      { return join(split(other.substr(0, other.find('=')), '/'), "/") == entry; };
      row.overrides.erase(std::remove_if(row.overrides.begin(), row.overrides.end(), same),
                          row.overrides.end());
      row.overrides.push_back(entry + "=" + value);
    };
    for (std::size_t a = 0; a < settings.axes.size(); ++a)
    {
      row.cells.push_back(cell_text(values[a], units[a]));
      set(settings.axes[a].parameter, values[a]);
      for (const std::string &name : settings.axes[a].with)
        set(name, values[a]);
    }
    set("Output/Figures", "false"); // a row draws nothing
    row.values = std::move(values);
    rows.push_back(std::move(row));
  }
}


void StudyPlan::check_names()
{
  Parameters &p = base.parameters;
  auto names    = names_of_all_entries(); // another axis may choose the law
  for (const std::string &name : p.entry_names())
    if (std::find(names.begin(), names.end(), name) == names.end())
      names.push_back(name);
  p.enter("Study");
  const auto check = [&](const std::string &entry, const std::string &name)
  {
    if (!name.empty() && std::find(names.begin(), names.end(), name) == names.end())
      p.error(entry, "no such entry: " + unknown_name(name, names));
    else if (name.compare(0, 6, "Study/") == 0)
      p.error(entry, "'" + name + "' is of the study itself, the same in all rows");
  };
  bool pressure = false, temperature = false;
  for (std::size_t a = 0; a < settings.axes.size(); ++a)
  {
    p.enter("Axis " + std::to_string(a + 1));
    check("Parameter", settings.axes[a].parameter);
    for (const std::string &name : settings.axes[a].with)
      check("With", name);
    p.leave();
    pressure |= settings.axes[a].parameter == "Cell/Stack pressure";
    temperature |= settings.axes[a].parameter == "Cell/Temperature";
  }
  // a row has one critical current of each kind
  const auto alone = [&](const char *entry, const bool is_axis, const std::size_t number)
  {
    p.leave();
    p.enter("Critical current");
    const bool given = p.given(entry);
    p.leave();
    p.enter("Study");
    if (!settings.of_runs && given && (is_axis || number > 1))
      p.error("Response", std::string("critical currents of a row are at its own ") +
                            (entry[0] == 'S' ? "[Cell/Stack pressure]" : "[Cell/Temperature]") +
                            ": take [Critical current/" + entry +
                            "] out of the file, or set it to none, and make that an axis");
  };
  alone("Stack pressures", pressure, base.critical_current.stack_pressures.size());
  alone("Temperatures", temperature, base.critical_current.temperatures.size());
  p.leave();
}


RunParameters::Purpose StudyPlan::purpose() const
{
  return settings.of_runs ? RunParameters::Purpose::run : RunParameters::Purpose::critical_current;
}


RunParameters StudyPlan::parameters_of(const StudyRow &row) const
{
  return RunParameters::from_parameters(Parameters::from_file(file, row.overrides), purpose());
}


void StudyPlan::validate(const unsigned int first, const unsigned int last)
{
  if (last > size())
    throw InputError(file + ": --rows " + std::to_string(first) + "-" + std::to_string(last) +
                     ": the study has " + std::to_string(size()) + " rows");
  bool any = false;
  for (unsigned int number = first; number <= last; ++number)
  {
    StudyRow &row = rows[number - 1];
    try
    {
      row.fingerprint = fingerprint_of(parameters_of(row).parameters);
      any             = true;
    }
    catch (const InputError &error)
    {
      row.mistakes = error.mistakes();
      row.refused  = error.what();
    }
  }
  if (first != 1 || last != size())
    return;
  check_values();
  if (!any)
    throw InputError(file + ": no row of the study can be calculated. Of the first:\n" +
                     row(1).refused);
}


void StudyPlan::check_values()
{
  Parameters &p = base.parameters;
  p.enter("Study");
  for (std::size_t a = 0; a < settings.axes.size(); ++a)
  {
    const StudyAxis &axis = settings.axes[a];
    std::vector<std::string> found;
    std::set<std::string> different;
    for (const std::string &value : axis.values)
    {
      std::string mistake = "any";
      for (const StudyRow &row : rows)
        if (row.values[a] == value && !mistake.empty())
          mistake = mistake_of_value(row, axis.parameter, value);
      found.push_back(mistake);
      different.insert(mistake);
    }
    p.enter("Axis " + std::to_string(a + 1));
    if (different.size() == 1 && axis.values.size() > 1 && !found.front().empty())
      p.error("Parameter", "'" + axis.parameter + "' " + found.front());
    else
      for (std::size_t k = 0; k < found.size(); ++k)
        if (!found[k].empty())
          p.error("Values", found[k].find(axis.values[k]) == std::string::npos ?
                              "'" + axis.values[k] + "': " + found[k] :
                              found[k]);
    p.leave();
  }
  p.leave();
  p.finish("Study");
}


bool StudyPlan::unchanged(const unsigned int number) const
{
  try
  {
    return fingerprint_of(parameters_of(row(number)).parameters) == row(number).fingerprint;
  }
  catch (const InputError &)
  {
    return false;
  }
}


std::string StudyPlan::row_text(const unsigned int number) const
{
  std::string text;
  for (std::size_t a = 0; a < settings.axes.size(); ++a)
    text += (a > 0 ? ", " : "") + settings.axes[a].parameter + " = " + row(number).values[a];
  return text;
}
} // namespace kavity
