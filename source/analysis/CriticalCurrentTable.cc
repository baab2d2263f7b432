#include "kavity/analysis/CriticalCurrentTable.h"

#include "kavity/core/ParameterTree.h"
#include "kavity/core/Parameters.h"
#include "kavity/core/Quantity.h"
#include "kavity/io/Csv.h"

#include <algorithm>
#include <array>
#include <iomanip>
#include <locale>
#include <map>
#include <ostream>
#include <sstream>

namespace kavity
{
namespace
{
constexpr char header[] = "stack_pressure [MPa],temperature [degC],kind,critical_current [mA/cm^2],"
                          "lower [mA/cm^2],upper [mA/cm^2],cause,warning";
constexpr unsigned int n_columns = 8;

// Of numbers with 12 digits.
constexpr double round_off = 1e-11;


// 12 digits: more than any tolerance asks for, and no digits that only show the conversion of
// units.
std::string number_text(const std::optional<double> &value, const std::string &unit)
{
  if (!value)
    return {};
  std::ostringstream text;
  text.imbue(std::locale::classic());
  text << std::setprecision(12) << from_si(*value, unit);
  return text.str();
}


std::optional<double> number_from(const std::string &text, const std::string &unit)
{
  if (text.empty())
    return {};
  const Quantity quantity = parse_quantity(text);
  if (!quantity.unit.empty())
    throw UnitError("'" + text + "' is not a number");
  return to_si(quantity.number, unit);
}


// As a search leaves it: the current is within its bracket.
// @throw UnitError for another one
CriticalCurrentRow row_from(const std::vector<std::string> &fields)
{
  const CriticalCurrentRow row = {0,
                                  0,
                                  fields[2],
                                  number_from(fields[3], "mA/cm^2"),
                                  number_from(fields[4], "mA/cm^2"),
                                  number_from(fields[5], "mA/cm^2"),
                                  fields[6],
                                  fields[7]};
  const auto ordered           = [](const std::optional<double> &a, const std::optional<double> &b)
  { return !a || !b || *a <= *b * (1 + round_off); };
  if (!ordered(row.lower, row.current) || !ordered(row.current, row.upper) ||
      !ordered(row.lower, row.upper))
    throw UnitError("the critical current " + (fields[3].empty() ? "none" : fields[3]) +
                    " is not within its bracket, " + fields[4] + " to " + fields[5] + " mA/cm^2");
  return row;
}


std::string key_text(const double stack_pressure, const double temperature, const std::string &kind)
{
  return number_text(stack_pressure, "MPa") + "," + number_text(temperature, "degC") + "," + kind;
}


std::array<std::string, 6> cells(const CriticalCurrentRow &row)
{
  const auto rounded = [](const std::optional<double> &current)
  { return current ? quantity_text(*current, "mA/cm^2", 5) : std::string("none"); };
  const auto plain = [](const double current)
  {
    std::ostringstream text;
    text.imbue(std::locale::classic());
    text << std::setprecision(6) << from_si(current, "mA/cm^2");
    return text.str();
  };
  std::string bracket = "-";
  if (row.lower && row.upper)
    bracket = "[" + plain(*row.lower) + ", " + plain(*row.upper) + "]";
  else if (row.lower)
    bracket = "> " + plain(*row.lower);
  else if (row.upper)
    bracket = "< " + plain(*row.upper);
  return {quantity_text(row.stack_pressure, "MPa"),
          quantity_text(row.temperature, "degC"),
          row.kind,
          rounded(row.current),
          bracket,
          short_cause(row.cause) + (row.warning.empty() ? "" : "; warning: " + row.warning)};
}
} // namespace


CriticalCurrentTable::CriticalCurrentTable(const CriticalCurrentSettings &settings)
  : stack_pressures(settings.stack_pressures)
  , temperatures(settings.temperatures)
  , kinds(settings.kinds)
  , rows(stack_pressures.size() * temperatures.size() * kinds.size())
{
}


unsigned int CriticalCurrentTable::index(const unsigned int temperature, const unsigned int kind,
                                         const unsigned int stack_pressure) const
{
  return (temperature * kinds.size() + kind) * stack_pressures.size() + stack_pressure;
}


unsigned int CriticalCurrentTable::n_done() const
{
  return std::count_if(rows.begin(), rows.end(), [](const auto &row) { return row.has_value(); });
}


std::vector<CriticalCurrentRow> CriticalCurrentTable::done() const
{
  std::vector<CriticalCurrentRow> result;
  for (const auto &row : rows)
    if (row)
      result.push_back(*row);
  return result;
}


std::string CriticalCurrentTable::csv() const
{
  std::string text = std::string(header) + "\n";
  for (const CriticalCurrentRow &row : done())
    text += key_text(row.stack_pressure, row.temperature, row.kind) + "," +
            number_text(row.current, "mA/cm^2") + "," + number_text(row.lower, "mA/cm^2") + "," +
            number_text(row.upper, "mA/cm^2") + "," + csv_field(row.cause) + "," +
            csv_field(row.warning) + "\n";
  for (const std::string &line : others)
    text += line + "\n";
  return text;
}


// Searches start from rows found before: those of this run must be what a resumed one will read.
void CriticalCurrentTable::set(const unsigned int index, const CriticalCurrentRow &row)
{
  rows[index] = row;
  for (auto value :
       {&CriticalCurrentRow::current, &CriticalCurrentRow::lower, &CriticalCurrentRow::upper})
    if (std::optional<double> &number = (*rows[index]).*value)
      number = number_from(number_text(number, "mA/cm^2"), "mA/cm^2");
}


void CriticalCurrentTable::read_csv(const std::string &text)
{
  std::map<std::string, CriticalCurrentRow> found;
  std::map<std::string, std::string> lines_found;
  std::istringstream lines(text);
  std::string line;
  if (std::getline(lines, line) && line != header)
    throw InputError("'critical_current.csv' begins with '" + line + "', not with '" + header +
                     "'; undo the change, or start anew with another --output DIR.");
  for (unsigned int number = 2; std::getline(lines, line); ++number)
  {
    const std::vector<std::string> fields = split_csv(line);
    if (fields.size() != n_columns)
      continue;
    std::optional<CriticalCurrentRow> row;
    try
    {
      row = row_from(fields);
    }
    catch (const UnitError &error)
    {
      throw InputError("'critical_current.csv', line " + std::to_string(number) + ": " +
                       error.what() +
                       "; undo the change, or remove the line, and it is calculated again.");
    }
    if (!is_answer(*row))
      continue;
    const std::string key = fields[0] + "," + fields[1] + "," + fields[2];
    lines_found[key]      = line;
    found[key]            = *row;
  }
  for (unsigned int t = 0; t < temperatures.size(); ++t)
    for (unsigned int k = 0; k < kinds.size(); ++k)
      for (unsigned int p = 0; p < stack_pressures.size(); ++p)
      {
        const std::string key = key_text(stack_pressures[p], temperatures[t], kinds[k]);
        const auto row        = found.find(key);
        if (row == found.end())
          continue;
        lines_found.erase(key);
        row->second.stack_pressure = stack_pressures[p];
        row->second.temperature    = temperatures[t];
        rows[index(t, k, p)]       = row->second;
      }
  for (const auto &[key, text_of_row] : lines_found)
    others.push_back(text_of_row);
}


bool is_answer(const CriticalCurrentRow &row)
{
  return row.cause.rfind("no answer", 0) != 0;
}


std::string short_cause(const std::string &cause)
{
  constexpr std::size_t longest    = 90;
  std::vector<std::string> clauses = split(cause, ';');
  for (std::string &clause : clauses)
    if (clause.size() > longest)
    {
      const auto last = [&clause](const char *mark)
      {
        const auto at = clause.rfind(mark, longest);
        return at == std::string::npos ? 0 : at;
      };
      const std::size_t comma = last(", ");
      std::size_t end         = std::max(comma, last(" ("));
      if (end > 0 && end < longest / 2)
        end = last(" ");
      if (end > 0)
        clause = clause.substr(0, end) + (end == comma ? ", ..." : " ...");
    }
  return join(clauses, "; ");
}


std::string row_text(const CriticalCurrentRow &row)
{
  std::string text;
  for (const std::string &cell : cells(row))
    text += (text.empty() ? "" : "  ") + cell;
  return text;
}


void print_critical_currents(std::ostream &stream, const CriticalCurrentSettings &settings,
                             const std::vector<CriticalCurrentRow> &rows)
{
  for (const std::string &kind : settings.kinds)
    stream << kind << ": " << settings.definition(kind) << "\n";
  stream << "Brackets are narrower than " << settings.tolerance
         << " of the current, that of ccd_ramp is one step, unless the cause says otherwise.\n\n";

  std::vector<std::array<std::string, 6>> lines = {
    {"stack pressure", "temperature", "kind", "critical current", "bracket [mA/cm^2]", "cause"}};
  for (const CriticalCurrentRow &row : rows)
    lines.push_back(cells(row));
  std::array<std::size_t, 6> widths{};
  for (const auto &line : lines)
    for (unsigned int c = 0; c < line.size(); ++c)
      widths[c] = std::max(widths[c], line[c].size());
  for (const auto &line : lines)
  {
    for (unsigned int c = 0; c + 1 < line.size(); ++c)
      stream << std::left << std::setw(static_cast<int>(widths[c] + 2)) << line[c];
    stream << trimmed(line.back()) << "\n";
  }
  if (std::any_of(lines.begin(), lines.end(),
                  [](const auto &line) { return line.back().find("...") != std::string::npos; }))
    stream << "critical_current.csv has the causes that are cut (...) whole.\n";
}

} // namespace kavity
