#include "kavity/core/Parameters.h"

#include <algorithm>
#include <filesystem>
#include <stdexcept>
#include <utility>

#include "kavity/core/InputFiles.h"
#include "kavity/core/Mistakes.h"
#include "kavity/core/ParameterValues.h"
#include "kavity/core/Quantity.h"

namespace kavity
{
namespace
{
std::vector<std::string> below(std::vector<std::string> path, const std::string &name)
{
  path.push_back(name);
  return path;
}

// Of a table or an image: far more than makes sense.
constexpr std::size_t most_bytes = 256 << 20;

// Text of the default, for messages: an example of what may be written.
std::string example_of(const std::string &default_value, const std::string &unit)
{
  if (default_value.empty() || default_value == "none")
    return unit == "1" ? "1" : "1 " + unit;
  return default_value;
}
} // namespace


Parameters::Parameters() = default;


Parameters Parameters::from_file(const std::string &path, const std::vector<std::string> &overrides)
{
  RawInput input;
  read_parameter_file(path, input);
  for (const std::string &override : overrides)
    read_override(override, input);

  Parameters parameters = from_input({path, std::move(input.root), {}});
  for (const RawInput::Error &error : input.errors)
    parameters.problems_.report(error.location, error.entry, error.message);
  if (input.broken)
    parameters.problems_.raise(path);
  return parameters;
}


Parameters Parameters::from_input(ParameterInput input)
{
  Parameters parameters;
  parameters.describing_ = false;
  parameters.input_      = std::move(input);
  return parameters;
}


const ParameterInput &Parameters::input() const
{
  return input_;
}


void Parameters::enter(const std::string &section, const std::string &doc)
{
  path_.push_back(section);
  declared_.add_section(path_, doc);
  if (declared_.is_mute(path_))
    problems_.mute();
}


void Parameters::mute(const std::string &section)
{
  declared_.mute(below(path_, section));
}


void Parameters::leave()
{
  if (path_.empty())
    throw std::logic_error("Parameters::leave() without enter()");
  if (declared_.is_mute(path_))
    problems_.unmute();
  path_.pop_back();
}


const RawSection *Parameters::section() const
{
  return input_.root.below(path_);
}


const RawEntry *Parameters::raw(const std::string &name) const
{
  const RawSection *const here = section();
  if (here == nullptr)
    return nullptr;
  const auto entry = here->entries.find(name);
  return entry == here->entries.end() ? nullptr : &entry->second;
}


bool Parameters::has_section(const std::string &name) const
{
  const RawSection *const here = section();
  return here != nullptr && here->sections.count(name) > 0;
}


std::set<unsigned int> Parameters::numbered_sections(const std::string &name) const
{
  const RawSection *const here = section();
  return here == nullptr ? std::set<unsigned int>() : here->numbered_sections(name);
}


std::set<unsigned int> Parameters::numbered_entries(const std::string &name) const
{
  const RawSection *const here = section();
  if (here == nullptr)
    return {};
  auto numbers = here->numbered_entries(name);
  for (auto number = numbers.begin(); number != numbers.end();)
    number =
      given(name + " " + std::to_string(*number)) ? std::next(number) : numbers.erase(number);
  return numbers;
}


bool Parameters::given(const std::string &name) const
{
  const RawEntry *const entry = raw(name);
  return entry != nullptr && entry->value != "none";
}


bool Parameters::describing() const
{
  return describing_;
}


Location Parameters::location_of(const std::string &name) const
{
  if (const RawEntry *const entry = raw(name))
    return entry->location;
  // else the innermost section that is there
  const RawSection *section = &input_.root;
  Location location{input_.file, 0, ""};
  for (const std::string &part : below(path_, name))
  {
    const auto inner = section->sections.find(part);
    if (inner == section->sections.end())
      break;
    section  = &inner->second;
    location = section->location;
  }
  return location;
}


std::string Parameters::full_name(const std::string &name) const
{
  return path_.empty() ? name : join(path_, "/") + "/" + name;
}


void Parameters::error(const std::string &entry, const std::string &message)
{
  problems_.report(location_of(entry), full_name(entry), message);
}


void Parameters::unused(const std::string &name, const std::string &because)
{
  const bool told = !declared_.unused(below(path_, name), because);
  problems_.forget_missing(full_name(name));
  if (told)
    return;
  if (given(name) && !raw(name)->location.included())
    error(name, "has no effect because " + because);
  else if (has_section(name) && !section()->sections.at(name).all_included())
    error(name, "has no effect because " + because);
}


std::string Parameters::law_of_misspelt(const std::string &name,
                                        const std::vector<std::string> &laws) const
{
  const RawSection *const here = section();
  if (here != nullptr && raw(name) == nullptr)
    for (const auto &[other, entry] : here->entries)
      if (std::find(laws.begin(), laws.end(), trimmed(entry.value)) != laws.end() &&
          !nearest_names(other, {name}).empty())
        return trimmed(entry.value);
  return {};
}


std::string Parameters::choose_law(const std::string &name, const std::string &default_name,
                                   const std::map<std::string, std::string> &laws,
                                   const std::string &doc)
{
  if (laws.empty())
    throw std::logic_error("no law is registered for [" + full_name(name) + "]");
  std::vector<std::string> names;
  for (const auto &law : laws)
    names.push_back(law.first);

  std::string chosen;
  const std::size_t problems = problems_.size();
  choice(name, chosen, default_name, names, doc);
  bool failed = problems_.size() > problems;
  if (const std::string meant = law_of_misspelt(name, names); !meant.empty())
  {
    // that entry will be told as one that is not known, and is the cause of what follows
    chosen = meant;
    failed = true;
    problems_.forget_missing(full_name(name));
  }
  else if (failed)
  {
    // go on with the law that is probably meant; with any other one its errors would mislead
    const std::string text = raw(name) != nullptr ? raw(name)->value : "";
    const auto near        = nearest_names(text, names);
    chosen = !near.empty() ? near.front() : default_name.empty() ? names.front() : default_name;
    if (near.empty())
      mute(chosen);
  }
  if (chosen.empty())
    chosen = names.front(); // describing a law that must be given
  for (const std::string &other : names)
    if (!describing_ && other != chosen)
    {
      if (failed)
        problems_.mute();
      unused(other, name + " = " + chosen);
      if (failed)
        problems_.unmute();
    }
  return chosen;
}


void Parameters::finish()
{
  if (!path_.empty())
    throw std::logic_error("Parameters: the section '" + path_.back() + "' was not left");
  if (!describing_)
    declared_.check_unknown(input_.root, {}, problems_);
  if (problems_.size() > 0)
    problems_.raise(input_.file);
}


void Parameters::finish(const std::string &section) const
{
  ParameterProblems problems = problems_;
  const auto below           = input_.root.sections.find(section);
  if (below != input_.root.sections.end())
    declared_.check_unknown(below->second, {section}, problems);
  problems.keep(section);
  if (problems.size() > 0)
    problems.raise(input_.file);
}


const std::string *Parameters::declare(Record record, const std::string &name)
{
  record.path  = below(path_, name);
  record.value = record.default_value;
  if (!record.source.empty())
    record.comment = record.source;

  const RawEntry *const entry = raw(name);
  if (entry != nullptr)
  {
    // in a text each blank may matter, as in the name of a file
    record.value      = record.kind == "text" ? entry->value : trimmed(entry->value);
    record.comment    = entry->comment;
    record.is_default = false;
  }
  const std::string &value = declared_.add(record).value;
  return entry == nullptr ? nullptr : &value;
}


template <class Parse>
void Parameters::read(const std::string &name, const std::string &default_value,
                      const std::string *text, const Parse &parse)
{
  if (default_value != "none" && !default_value.empty())
    try
    {
      parse(default_value);
    }
    catch (const std::runtime_error &error)
    {
      throw std::logic_error("the default of [" + full_name(name) + "]: " + error.what());
    }
  if (text == nullptr || (*text == "none" && default_value == "none"))
    return;
  try
  {
    parse(*text);
  }
  catch (const std::runtime_error &error)
  {
    for (const std::string &message : messages_of(error))
      this->error(name, message);
  }
}


bool Parameters::missing(const std::string &name, const std::string &default_value,
                         const std::string *text, const std::string &wanted)
{
  if (describing_ || text != nullptr || !default_value.empty())
    return false;
  problems_.report(location_of(name), full_name(name), "is not given; expected " + wanted, true);
  return true;
}


void Parameters::add(const std::string &name, double &value, const std::string &default_value,
                     const std::string &unit, const Range &range, const std::string &doc,
                     const std::string &source)
{
  const std::string example = example_of(default_value, unit);
  Record record;
  record.kind                   = quantity_kind(unit);
  record.unit                   = unit;
  record.default_value          = default_value;
  record.range                  = range.text(unit);
  record.doc                    = doc;
  record.source                 = source;
  const std::string *const text = declare(record, name);
  if (!missing(name, default_value, text, record.kind + " such as '" + example + "'"))
    read(name, default_value, text,
         [&](const std::string &given) { value = parse_value(given, unit, range, example); });
}


void Parameters::add(const std::string &name, std::vector<double> &axis,
                     const std::string &default_value, const std::string &unit, const Range &range,
                     const std::string &doc)
{
  const std::string example = "1 " + (unit == "1" ? "" : unit);
  Record record;
  record.kind                   = "a list, or FIRST to LAST in NUMBER OF VALUES (logarithmic)";
  record.unit                   = unit;
  record.default_value          = default_value;
  record.range                  = range.text(unit);
  record.doc                    = doc;
  const std::string *const text = declare(record, name);
  if (!missing(name, default_value, text, "a list such as '" + trimmed(example) + "'"))
    read(name, default_value, text,
         [&](const std::string &given)
         { axis = parse_list(given, unit, range, trimmed(example)); });
}


void Parameters::add(const std::string &name, unsigned int &value, const unsigned int default_value,
                     const unsigned int low, const unsigned int high, const std::string &doc)
{
  Record record;
  record.kind          = "a whole number";
  record.default_value = std::to_string(default_value);
  record.range         = std::to_string(low) + " to " + std::to_string(high);
  record.doc           = doc;
  read(name, record.default_value, declare(record, name),
       [&](const std::string &given) { value = parse_whole_number(given, low, high); });
}


void Parameters::add(const std::string &name, bool &value, const bool default_value,
                     const std::string &doc)
{
  Record record;
  record.kind          = "true or false";
  record.default_value = default_value ? "true" : "false";
  record.doc           = doc;
  read(name, record.default_value, declare(record, name),
       [&](const std::string &given) { value = parse_truth(given); });
}


void Parameters::add(const std::string &name, std::string &value, const std::string &default_value,
                     const std::string &doc)
{
  Record record;
  record.kind                   = "text";
  record.default_value          = default_value;
  record.doc                    = doc;
  const std::string *const text = declare(record, name);
  value                         = text == nullptr ? default_value : *text;
}


void Parameters::add_file(const std::string &name, std::string &path, const std::string &doc)
{
  namespace fs = std::filesystem;
  add(name, path, "", doc);
  if (path.empty())
    return;
  const std::string from = location_of(name).file;
  if (from.compare(0, 6, "--set ") != 0)
    path = (fs::path(from).parent_path() / path).string();
  const std::string whole = fs::absolute(path).lexically_normal().string();
  if (whole.find_first_of("\n\r") != std::string::npos)
    error(name, "a path with a break of lines cannot be written down; rename the folder");
  declared_.last().value = whole;
}


std::string Parameters::read_file(const std::string &name, const std::string &path)
{
  auto known = input_.files.find(path);
  if (known == input_.files.end())
    try
    {
      if (std::error_code ignored; std::filesystem::exists(path, ignored) &&
                                   !std::filesystem::is_regular_file(path, ignored))
        throw std::runtime_error("it is no file");
      known = input_.files.emplace(path, read_input(path, most_bytes)).first;
    }
    catch (const std::runtime_error &error)
    {
      throw std::runtime_error("'" + path + "' cannot be read: " + error.what());
    }
  declared_.add_contents(below(path_, name), known->second);
  return known->second;
}


void Parameters::release_files()
{
  input_.files.clear();
}


void Parameters::choice(const std::string &name, std::string &value,
                        const std::string &default_value, const std::vector<std::string> &names,
                        const std::string &doc)
{
  Record record;
  record.kind                   = "one of " + join(names, ", ");
  record.default_value          = default_value;
  record.doc                    = doc;
  const std::string *const text = declare(record, name);
  value                         = default_value; // also `none`, which may be one of them
  if (!missing(name, default_value, text, record.kind))
    read(name, default_value, text,
         [&](const std::string &given) { value = parse_choice(given, names); });
}
} // namespace kavity
