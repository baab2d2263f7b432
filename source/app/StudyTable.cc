#include "kavity/app/StudyTable.h"

#include "kavity/app/RunFolder.h"
#include "kavity/cell/DendriteFinding.h"
#include "kavity/core/FileError.h"
#include "kavity/core/Quantity.h"
#include "kavity/io/Csv.h"
#include "kavity/io/Files.h"

#include <boost/property_tree/json_parser.hpp>

#include <algorithm>
#include <array>
#include <cstring>
#include <filesystem>
#include <functional>

namespace kavity
{
namespace
{
namespace fs = std::filesystem;

using Status = StudyOutcome::Status;

constexpr int code_without_result = 3; // exit code

// No verdict: what history.csv has where nothing is plated.
const double margin_of_nothing_plated = DendriteFinding().margin;

const std::array<std::string, 5> names = {"open", "done", "failed", "invalid", "unfinished"};

// The first line of what a calculation that failed says.
std::string first_line(const std::string &text)
{
  const std::string line = trimmed(text.substr(0, text.find('\n')));
  return line.substr(0, 1000);
}

double number_of(const std::string &text)
{
  return parse_quantity(text).number;
}

void add_part(std::string &text, const std::string &part)
{
  text += (text.empty() ? "" : "; ") + part;
}

// The texts of numbers stay as they are.
std::string response_of(const StudyResponse &response, const CsvTable &history)
{
  const std::size_t column = history.column(response.name);
  const bool of_plating    = response.name.rfind("dendrite_margin", 0) == 0;
  const auto has_none      = [&](const std::string &text)
  { return text.empty() || (of_plating && number_of(text) == margin_of_nothing_plated); };
  if (response.of == StudyResponse::Of::final)
    return has_none(history.rows.back()[column]) ? "" : history.rows.back()[column];
  std::string extreme;
  for (const auto &row : history.rows)
  {
    const std::string &text = row[column];
    if (has_none(text))
      continue;
    if (extreme.empty() ||
        (response.of == StudyResponse::Of::largest ? number_of(text) > number_of(extreme) :
                                                     number_of(text) < number_of(extreme)))
      extreme = text;
  }
  return extreme;
}

// The number of cycles, or why there is none, from the result of a run.
void take_cycles(StudyOutcome &outcome, const std::string &path)
{
  boost::property_tree::ptree result;
  boost::property_tree::read_json(path, result);
  const auto cycles            = result.get<std::string>("cycles_to_failure");
  const std::string none_up_to = "none up to ";
  const bool none              = cycles.rfind(none_up_to, 0) == 0;
  const auto used_up           = result.get<std::string>("used_up", "");
  const std::string lasted     = none ? cycles.substr(none_up_to.size()) : "";
  outcome.responses.push_back(none ? "" : cycles);
  if (none && lasted != "0")
    add_part(outcome.bounds, "cycles_to_failure > " + lasted);
  add_part(outcome.cause, none ? "cycles_to_failure: " + cycles +
                                   (used_up.empty() ? "" : ", and did not fail: " + used_up) :
                                 result.get<std::string>("failure"));
}

void take_history(StudyOutcome &outcome, const StudySettings &settings,
                  const std::function<std::string(const char *)> &file)
{
  const CsvTable history = CsvTable::from_text(read_file(file("history.csv")));
  if (history.rows.empty())
    throw std::runtime_error("'" + file("history.csv") + "' has no rows");
  for (const StudyResponse &response : settings.responses)
    if (response.of == StudyResponse::Of::cycles_to_failure)
      take_cycles(outcome, file("result.json"));
    else
    {
      outcome.responses.push_back(response_of(response, history));
      if (outcome.responses.back().empty())
        add_part(outcome.cause, response.head() + ": nothing was plated" +
                                  (response.of == StudyResponse::Of::final ? " at the end" : ""));
    }
}

void take_currents(StudyOutcome &outcome, const StudySettings &settings, const std::string &path)
{
  const CsvTable table   = CsvTable::from_text(read_file(path));
  const std::size_t kind = table.column("kind"), current = table.column("critical_current"),
                    lower = table.column("lower"), upper = table.column("upper"),
                    cause = table.column("cause");
  for (const StudyResponse &response : settings.responses)
  {
    outcome.responses.emplace_back();
    for (const auto &row : table.rows)
      if (row[kind] == response.name)
      {
        outcome.responses.back() = row[current];
        if (!row[current].empty())
          continue;
        add_part(outcome.cause, row[kind] + ": " + row[cause]);
        if (row[cause].rfind("no answer", 0) == 0)
          continue;
        if (!row[lower].empty())
          add_part(outcome.bounds, row[kind] + " > " + row[lower]);
        else if (!row[upper].empty())
          add_part(outcome.bounds, row[kind] + " < " + row[upper]);
      }
  }
}
} // namespace


const std::string &name_of(const StudyOutcome::Status status)
{
  return names[static_cast<std::size_t>(status)];
}


StudyOutcome outcome_of(const StudySettings &settings, const std::string &row_folder,
                        const int code, const std::string &errors)
{
  const auto file = [&](const char *name) { return (fs::path(row_folder) / name).string(); };
  StudyOutcome outcome;
  const bool done = fs::exists(file("result.json"));
  if (done || code == code_without_result)
    outcome.status = done ? Status::done : Status::failed;
  else
    outcome.status = Status::unfinished;
  if (!settings.of_runs && fs::exists(file("critical_current.csv")) && outcome.lasting())
    take_currents(outcome, settings, file("critical_current.csv"));
  else if (done)
    take_history(outcome, settings, file);
  if (done || !outcome.cause.empty())
    return outcome;
  if (code < 0)
    outcome.cause = std::string("ended by the signal ") + ::strsignal(-code);
  else
    outcome.cause = first_line(errors);
  if (outcome.cause.empty())
    outcome.cause = "ended with the exit code " + std::to_string(code);
  return outcome;
}


StudyTable::StudyTable(const StudyPlan &plan, std::string path)
  : plan(plan)
  , folder(std::move(path))
  , outcomes(plan.size())
{
  const std::string marker = (fs::path(folder) / "study_parameters.txt").string();
  if (fs::exists(marker))
    require_same(plan.entries, entries_of(read_file(marker)), folder);
  else
    write_file_atomically(marker, text_of(plan.entries));
  for (unsigned int number = 1; number <= plan.size(); ++number)
    load(number);
}


std::string StudyTable::row_folder(const unsigned int number) const
{
  std::string name = std::to_string(number);
  name.insert(0, 4 - std::min<std::size_t>(4, name.size()), '0');
  return (fs::path(folder) / "rows" / name).string();
}


std::string StudyTable::errors_file(const unsigned int number) const
{
  return row_folder(number) + "/errors.txt";
}


StudyOutcome StudyTable::look(const unsigned int number, const int code) const
{
  const std::string errors = errors_file(number);
  try
  {
    return outcome_of(plan.settings, row_folder(number), code,
                      fs::exists(errors) ? read_file(errors) : "");
  }
  catch (const std::runtime_error &error)
  {
    return {Status::failed, error.what(), {}};
  }
}


void StudyTable::check() const
{
  for (unsigned int number = 1; number <= plan.size(); ++number)
  {
    const std::string path = row_folder(number) + "/row.csv";
    StudyOutcome found     = outcome(number);
    if (found.status == Status::done || found.status == Status::failed)
      found = look(number, found.status == Status::done ? 0 : code_without_result);
    else if (found.status == Status::invalid)
      found.cause = plan.row(number).refused;
    // who keeps the lines alone, without what was calculated, has nothing to compare them with
    const bool has_files = found.lasting() || !RunFolder(row_folder(number)).owner().empty();
    if (outcome(number).lasting() && has_files && read_file(path) != head() + line(number, found))
      throw InputError("'" + path +
                       "' is not what the other files of the row say. Undo the change, "
                       "or remove it, and the row is looked at again.");
  }
}


void StudyTable::load(const unsigned int number)
{
  const std::string path = row_folder(number) + "/row.csv";
  if (!fs::exists(path))
    return;
  const std::string text        = read_file(path);
  const CsvTable table          = CsvTable::from_text(text);
  const std::size_t n_responses = plan.settings.responses.size();
  if (text.compare(0, head().size(), head()) != 0 || table.rows.size() != 1)
    throw InputError("'" + path +
                     "' is not a row of this study as it was written; remove it, and "
                     "the row is calculated again");
  const auto &fields = table.rows[0];
  StudyOutcome outcome;
  const auto bounds = fields.end() - 3;
  const auto status = std::find(names.begin(), names.end(), bounds[1]);
  if (status != names.end())
    outcome.status = static_cast<Status>(status - names.begin());
  outcome.cause  = fields.back();
  outcome.bounds = *bounds;
  outcome.responses.assign(bounds - n_responses, bounds);
  outcomes[number - 1] = outcome;
}


void StudyTable::set(const unsigned int number, StudyOutcome outcome)
{
  outcomes.at(number - 1) = std::move(outcome);
  std::error_code error;
  fs::create_directories(row_folder(number), error);
  if (error)
    throw FileError(row_folder(number), error.value());
  write_file_atomically(row_folder(number) + "/row.csv",
                        head() + line(number, this->outcome(number)));
}


unsigned int StudyTable::count(const StudyOutcome::Status status) const
{
  return std::count_if(outcomes.begin(), outcomes.end(),
                       [&](const StudyOutcome &outcome) { return outcome.status == status; });
}


std::string StudyTable::head() const
{
  std::string text = "row";
  for (const std::string &axis : plan.heads)
    text += "," + axis;
  for (const StudyResponse &response : plan.settings.responses)
    text += "," + response.head();
  return text + ",bounds,status,cause\n";
}


std::string StudyTable::line(const unsigned int number, const StudyOutcome &outcome) const
{
  std::string text = std::to_string(number);
  for (const std::string &cell : plan.row(number).cells)
    text += "," + cell;
  for (std::size_t k = 0; k < plan.settings.responses.size(); ++k)
    text += "," + (outcome.responses.empty() ? std::string() : outcome.responses[k]);
  return text + "," + outcome.bounds + "," + name_of(outcome.status) + "," +
         csv_field(outcome.cause) + "\n";
}


std::string StudyTable::csv() const
{
  std::string text = head();
  for (unsigned int number = 1; number <= plan.size(); ++number)
    text += line(number, outcome(number));
  return text;
}


std::optional<double> StudyTable::response(const unsigned int number,
                                           const unsigned int column) const
{
  const StudyOutcome &outcome = this->outcome(number);
  if (outcome.responses.empty() || outcome.responses.at(column).empty())
    return {};
  return number_of(outcome.responses[column]);
}


std::optional<double> StudyTable::bound(const unsigned int number, const unsigned int column) const
{
  for (const std::string &part : split(outcome(number).bounds, ';'))
    for (const char *sign : {" > ", " < "})
    {
      const std::string head = plan.settings.responses.at(column).name + sign;
      if (part.compare(0, head.size(), head) == 0)
        return number_of(part.substr(head.size()));
    }
  return {};
}


double StudyTable::axis(const unsigned int number, const unsigned int axis) const
{
  return number_of(plan.row(number).cells.at(axis));
}
} // namespace kavity
