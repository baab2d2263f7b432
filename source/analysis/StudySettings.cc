#include "kavity/analysis/StudySettings.h"

#include "kavity/analysis/Samples.h"
#include "kavity/core/ParameterValues.h"
#include "kavity/core/Quantity.h"
#include "kavity/io/Csv.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <stdexcept>

namespace kavity
{
namespace
{
// Of a study: each is a calculation of its own.
constexpr unsigned int most_rows = 10000;

const std::vector<std::string> designs = {"grid", "paired", "latin_hypercube", "sobol",
                                          "sobol_indices"};

// Of runs whose protocol says what a failure is.
const std::string cycles_to_failure = "cycles_to_failure";

// "1 MPa to 10 MPa in 10", and not "strip from 1 to 2 mA/cm^2 in 5 steps of 1 h".
std::optional<std::string> unit_of_range(const std::string &text)
{
  const std::string rest = text.compare(0, 5, "from ") == 0 ? text.substr(5) : text;
  const auto to          = rest.find(" to ");
  if (to == std::string::npos)
    return {};
  try
  {
    const std::string unit = parse_quantity(rest.substr(0, to)).unit;
    return unit.empty() ? "1" : unit;
  }
  catch (const UnitError &)
  {
    return {};
  }
}


// The value of an entry as the file writes it; empty if it has none.
std::string written(const Parameters &p, const std::string &name)
{
  const RawSection *section = &p.input().root;
  const auto path           = split(name, '/');
  for (std::size_t k = 0; k + 1 < path.size(); ++k)
  {
    const auto inner = section->sections.find(path[k]);
    if (inner == section->sections.end())
      return "";
    section = &inner->second;
  }
  const auto entry = section->entries.find(path.back());
  return entry == section->entries.end() ? "" : trimmed(entry->second.value);
}


// "max voltage" of "voltage"
StudyResponse response_from(const std::string &text, const std::vector<Observable> &known)
{
  StudyResponse response;
  response.name = text;
  for (const auto &[word, of] : {std::pair("final ", StudyResponse::Of::final),
                                 std::pair("min ", StudyResponse::Of::smallest),
                                 std::pair("max ", StudyResponse::Of::largest)})
    if (text.compare(0, std::string(word).size(), word) == 0)
    {
      response.name = trimmed(text.substr(std::string(word).size()));
      response.of   = of;
    }
  if (text == cycles_to_failure)
    return {text, StudyResponse::Of::cycles_to_failure, "1"};
  if (response.name == cycles_to_failure)
    throw std::runtime_error("'" + text + "': a run has one number of them; expected '" +
                             cycles_to_failure + "'");
  std::vector<std::string> names = {cycles_to_failure};
  for (const Observable &observable : known)
    if (observable.present)
    {
      names.push_back(observable.name);
      if (observable.name == response.name)
        response.unit = observable.unit;
    }
  parse_choice(response.name, names);
  return response;
}

// Whether the file says by what the cell fails, or an axis of the study does.
bool has_failure(const Parameters &p)
{
  const std::string failure = "Protocol/Failure";
  bool any                  = !written(p, failure).empty();
  for (const unsigned int number : p.numbered_sections("Axis"))
  {
    const std::string axis = "Study/Axis " + std::to_string(number) + "/";
    const auto with        = split(written(p, axis + "With"), ',');
    any |= written(p, axis + "Parameter") == failure ||
           std::find(with.begin(), with.end(), failure) != with.end();
  }
  return any;
}
} // namespace


std::vector<std::string> axis_values(const std::string &text)
{
  std::vector<std::string> values;
  for (const std::string &part : split(text, text.find(';') == std::string::npos ? ',' : ';'))
  {
    if (part.empty())
      throw std::runtime_error("'" + text +
                               "' has an empty value; expected values such as '1 MPa, "
                               "5 MPa' or '1 MPa to 10 MPa in 4'");
    const auto unit = unit_of_range(part);
    if (!unit)
      values.push_back(part);
    else
      for (const double value : parse_list(part, *unit, Range::any(), "1"))
        values.push_back(value_text(from_si(value, *unit), *unit));
    if (values.size() > most_rows)
      throw std::runtime_error("'" + text + "' has more than " + std::to_string(most_rows) +
                               " values");
  }
  return values;
}


std::optional<std::string> StudyAxis::unit() const
{
  if (distribution)
    return distribution->unit();
  std::optional<std::string> unit;
  try
  {
    for (const std::string &value : values)
    {
      const std::string own = parse_quantity(value).unit;
      if (!unit)
        unit = own.empty() ? "1" : own;
      to_si(value, *unit);
    }
  }
  catch (const UnitError &)
  {
    return {};
  }
  return unit;
}


std::string cell_text(const std::string &value, const std::optional<std::string> &unit)
{
  if (!unit)
    return csv_field(value);
  const Quantity own = parse_quantity(value);
  const bool same    = own.unit == *unit || (own.unit.empty() && *unit == "1");
  return value_text(same ? own.number : from_si(to_si(value, *unit), *unit), "1");
}


std::string StudyResponse::head() const
{
  const std::string word = of == Of::smallest ? "min " : of == Of::largest ? "max " : "";
  return word + name + " [" + unit + "]";
}


void StudySettings::declare(Parameters &p, const std::vector<Observable> &known,
                            const std::vector<std::string> &kinds)
{
  given = p.has_section("Study");
  p.enter("Study", "`kavity study`: the same file calculated for many values of its parameters, "
                   "which `Axis 1`, `Axis 2`, ... name; a row of the table for each.");
  if (!given && !p.describing())
    return p.leave();
  std::string name = "grid";
  p.choice(
    "Design", name, "grid", designs,
    "Which values meet: all with all (`grid`), the first of every axis, the second, ... "
    "(`paired`), or samples of the axes that have a distribution (`latin_hypercube`, "
    "`sobol`; `sobol_indices` also tells which share of the variance every axis brings), each "
    "with all combinations of the values that other axes list.");
  design = static_cast<Design>(std::find(designs.begin(), designs.end(), name) - designs.begin());
  p.add("Samples", samples, 100, 2, most_rows,
        "Number of samples; `sobol_indices` takes two more than it has axes with a distribution "
        "times as many rows.");
  p.add("Seed", seed, 0, 0, 1000000000,
        "Of the random numbers: another one gives other samples. 0 is Sobol's sequence itself.");
  // what is said of another design than was meant would mislead
  design_known = written(p, "Study/Design").empty() || written(p, "Study/Design") == name;
  if (design_known && !sampled() && !p.describing())
    for (const char *entry : {"Samples", "Seed"})
      p.unused(entry, "Design = " + name + " has no samples");
  declare_responses(p, known, kinds);
  for (const unsigned int number : p.numbered_sections("Axis"))
    declare_axis(p, number);
  if (p.describing())
    declare_axis(p, 1);
  else
    check_design(p);
  p.leave();
}


void StudySettings::declare_responses(Parameters &p, const std::vector<Observable> &known,
                                      const std::vector<std::string> &kinds)
{
  std::string response = "critical_current", observables = "contact, voltage";
  p.choice("Response", response, "critical_current", {"critical_current", "run"},
           "What is done in every row: `kavity critical-current`, with the kinds of the section "
           "Critical current, or `kavity run`.");
  of_runs                = response == "run";
  const std::string text = written(p, "Study/Response");
  const bool known_one   = text.empty() || text == response;
  p.add("Observables", observables, "contact, voltage",
        "Columns of history.csv that are responses of a run, separated by commas: their values at "
        "the end, or with `min` or `max` before the name the extreme ones, as `max voltage`. "
        "`cycles_to_failure` is the cycle in which Protocol/Failure holds.");
  responses.clear();
  if (!of_runs)
  {
    if (!p.describing() && known_one)
      p.unused("Observables", "Response = critical_current");
    for (const std::string &kind : kinds)
      responses.push_back({kind, StudyResponse::Of::critical_current, "mA/cm^2"});
    return;
  }
  for (const std::string &text : split(observables, ','))
    try
    {
      responses.push_back(response_from(text, known));
      if (text == cycles_to_failure && !has_failure(p))
        throw std::runtime_error("cycles_to_failure asks when the cell fails: say by what in "
                                 "Protocol/Failure, such as 'dendrite_margin > 0 or contact < "
                                 "0.3'");
      for (std::size_t k = 0; k + 1 < responses.size(); ++k)
        if (responses[k].head() == responses.back().head())
          throw std::runtime_error("'" + text + "' is listed twice");
    }
    catch (const std::runtime_error &error)
    {
      p.error("Observables", error.what());
    }
}


void StudySettings::declare_axis(Parameters &p, const unsigned int number)
{
  p.enter("Axis " + std::to_string(number),
          "A parameter that is varied; further ones are `Axis 2`, `Axis 3`, ...");
  StudyAxis axis;
  std::string with, values, distribution;
  p.add("Parameter", axis.parameter, "",
        "Its name with its sections, as `Cell/Stack pressure`. What `--set` takes is possible.");
  p.add("With", with, "",
        "Further parameters that get the same value, separated by commas; empty: none.");
  p.add("Values", values, "",
        "Separated by commas, or by semicolons where a value has commas: `1 MPa, 5 MPa`, `1 MPa to "
        "10 MPa in 4`, `0.1 MPa to 10 MPa in 5 logarithmic`, names, lines of a protocol.");
  p.add("Distribution", distribution, "",
        "Instead of values: `uniform from A to B`, `loguniform from A to B`, `normal with mean A "
        "and deviation B`, `lognormal with median A and factor F`: nine in ten values are within "
        "that factor of the median. Without `mean A and`, `median A and` around the value of the "
        "file.");
  if (p.describing())
    return p.leave();
  if (axis.parameter.empty())
    p.error("Parameter", "is not given; expected a name such as 'Cell/Stack pressure'");
  if (!with.empty())
    axis.with = split(with, ',');
  if (values.empty() == distribution.empty())
    p.error(values.empty() ? "Values" : "Distribution",
            values.empty() ? "is not given; expected values such as '1 MPa, 5 MPa', or an entry "
                             "Distribution" :
                             "is given beside Values; keep one of them");
  try
  {
    if (!values.empty())
      axis.values = axis_values(values);
  }
  catch (const std::runtime_error &error)
  {
    p.error("Values", error.what());
  }
  try
  {
    if (values.empty() && !distribution.empty())
      axis.distribution = Distribution::parse(trimmed(distribution), written(p, axis.parameter));
  }
  catch (const std::runtime_error &error)
  {
    p.error("Distribution", error.what());
  }
  p.leave();
  axes.push_back(axis);
}


void StudySettings::check_design(Parameters &p) const
{
  const auto numbers = p.numbered_sections("Axis");
  if (numbers.empty() || *numbers.rbegin() != numbers.size())
    return p.error("Axis 1", numbers.empty() ?
                               "is missing: a study has at least one section Axis" :
                               "sections Axis are not numbered 1, 2, 3, ... without a gap");
  // one that is not understood has been told
  const auto is_sampled = [&](const unsigned int number)
  { return !written(p, "Study/Axis " + std::to_string(number) + "/Distribution").empty(); };
  if (sampled() && std::none_of(numbers.begin(), numbers.end(), is_sampled))
    p.error("Design", "takes samples, but no axis has an entry Distribution");
  std::set<std::string> names;
  for (unsigned int k = 0; k < axes.size(); ++k)
  {
    p.enter("Axis " + std::to_string(k + 1));
    if (axes[k].distribution && design_known && !sampled())
      p.error("Distribution", "is not sampled by the design of this study; set Design = "
                              "latin_hypercube or sobol");
    if (design == Design::paired && !axes[k].values.empty() && !axes[0].values.empty() &&
        axes[k].values.size() != axes[0].values.size())
      p.error("Values", "are " + std::to_string(axes[k].values.size()) + ", but Axis 1 has " +
                          std::to_string(axes[0].values.size()) +
                          "; Design = paired takes the first of all, the second, ...");
    if (design_known && design != Design::paired)
      check_once(p, axes[k]);
    if (!axes[k].parameter.empty() && !names.insert(axes[k].parameter).second)
      p.error("Parameter", "'" + axes[k].parameter + "' is the parameter of another axis, too");
    for (const std::string &name : axes[k].with)
      if (!names.insert(name).second)
        p.error("With", "'" + name + "' is varied already");
    p.leave();
  }
  if (n_rows() > most_rows)
    p.error("Design", "these are " + quantity_text(n_rows(), "1", 9) + " rows; at most " +
                        std::to_string(most_rows) + " are possible");
}


// The same in other units is the same.
void StudySettings::check_once(Parameters &p, const StudyAxis &axis)
{
  const auto unit = axis.unit();
  std::map<std::string, std::string> known;
  for (const std::string &value : axis.values)
    if (const auto [first, is_new] = known.emplace(cell_text(value, unit), value); !is_new)
      p.error("Values", "'" + value + "' is listed twice" +
                          (first->second == value ? "" : ": it is '" + first->second + "'"));
}


double StudySettings::n_rows() const
{
  if (design == Design::paired)
    return axes.empty() ? 0. : static_cast<double>(axes[0].values.size());
  double number = sampled() ? static_cast<double>(samples) * n_points_of_a_sample() : 1;
  for (const StudyAxis &axis : axes)
    if (!axis.distribution)
      number *= axis.values.size();
  return number;
}


unsigned int StudySettings::n_points_of_a_sample() const
{
  if (design != Design::sobol_indices)
    return 1;
  return 2 + std::count_if(axes.begin(), axes.end(),
                           [](const StudyAxis &axis) { return axis.distribution.has_value(); });
}


std::vector<std::vector<std::string>> StudySettings::rows() const
{
  std::vector<std::vector<std::string>> result;
  if (design == Design::paired)
  {
    for (std::size_t k = 0; k < axes.at(0).values.size(); ++k)
    {
      result.emplace_back();
      for (const StudyAxis &axis : axes)
        result.back().push_back(axis.values.at(k));
    }
    return result;
  }
  if (sampled())
    result = sampled_rows();
  else
    result.emplace_back(axes.size());
  // every row once for each value of the axes that list them
  for (std::size_t a = 0; a < axes.size(); ++a)
  {
    if (axes[a].distribution)
      continue;
    std::vector<std::vector<std::string>> more;
    for (const auto &row : result)
      for (const std::string &value : axes[a].values)
      {
        more.push_back(row);
        more.back()[a] = value;
      }
    result = std::move(more);
  }
  return result;
}


// One row for every point of every sample, with the axes that list values left empty.
std::vector<std::vector<std::string>> StudySettings::sampled_rows() const
{
  std::vector<std::size_t> uncertain;
  for (std::size_t a = 0; a < axes.size(); ++a)
    if (axes[a].distribution)
      uncertain.push_back(a);
  const unsigned int n        = uncertain.size();
  const bool two_sets         = design == Design::sobol_indices;
  const unsigned int n_points = n_points_of_a_sample();
  const Samples points        = design == Design::latin_hypercube ?
                                  latin_hypercube(samples, n, seed) :
                                  sobol_points(samples, two_sets ? 2 * n : n, seed);
  std::vector<std::vector<std::string>> result;
  for (const auto &sample : points)
    for (unsigned int k = 0; k < n_points; ++k)
    {
      result.emplace_back(axes.size());
      for (unsigned int d = 0; d < n; ++d)
      {
        const bool of_second_set = k == 1 || k == d + 2;
        result.back()[uncertain[d]] =
          axes[uncertain[d]].distribution->value(sample[of_second_set ? n + d : d]);
      }
    }
  return result;
}
} // namespace kavity
