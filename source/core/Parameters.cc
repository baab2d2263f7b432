#include "kavity/core/Parameters.h"

#include <algorithm>
#include <filesystem>

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

// Text of the default, for messages: an example of what may be written.
std::string example_of(const std::string &default_value, const std::string &unit)
{
  if (default_value.empty() || default_value == "none")
    return unit == "1" ? "1" : "1 " + unit;
  return default_value;
}

bool counts_as_default(const RawEntry &entry)
{
  return entry.comment.compare(0, 7, "default") == 0;
}
} // namespace


Parameters::Parameters() = default;


Parameters Parameters::from_file(const std::string &path, const std::vector<std::string> &overrides)
{
  RawInput input;
  read_parameter_file(path, input);
  for (const std::string &override : overrides)
    read_override(override, input);

  Parameters parameters;
  parameters.describing_ = false;
  parameters.file_       = path;
  for (const RawInput::Error &error : input.errors)
    parameters.report(error.location, error.entry, error.message);
  if (input.broken)
    parameters.throw_problems();
  parameters.root_ = std::move(input.root);
  return parameters;
}


void Parameters::enter(const std::string &section, const std::string &doc)
{
  path_.push_back(section);
  std::string &known = sections_[path_];
  if (!doc.empty())
    known = doc;
  if (mute_laws_.count(path_) > 0)
    ++muted_;
}


void Parameters::leave()
{
  if (path_.empty())
    throw std::logic_error("Parameters::leave() without enter()");
  if (mute_laws_.count(path_) > 0)
    --muted_;
  path_.pop_back();
}


const RawSection *Parameters::section() const
{
  const RawSection *section = &root_;
  for (const std::string &name : path_)
  {
    const auto inner = section->sections.find(name);
    if (inner == section->sections.end())
      return nullptr;
    section = &inner->second;
  }
  return section;
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


bool Parameters::given(const std::string &name) const
{
  const RawEntry *const entry = raw(name);
  return entry != nullptr && !counts_as_default(*entry) && entry->value != "none";
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
  const RawSection *section = &root_;
  Location location{file_, 0, false};
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


const std::string *Parameters::declare(Record record, const std::string &name)
{
  record.path = below(path_, name);
  if (!entries_.insert(record.path).second)
    throw std::logic_error("the entry [" + full_name(name) + "] is declared twice");
  record.value = record.default_value;
  if (!record.source.empty())
    record.comment = record.source;

  const RawEntry *const entry = raw(name);
  if (entry != nullptr)
  {
    record.value      = entry->value;
    record.comment    = entry->comment;
    record.is_default = counts_as_default(*entry);
  }
  records_.push_back(record);
  return entry == nullptr ? nullptr : &records_.back().value;
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
    this->error(name, error.what());
  }
}


bool Parameters::missing(const std::string &name, const std::string &default_value,
                         const std::string *text, const std::string &wanted)
{
  if (describing_ || text != nullptr || !default_value.empty())
    return false;
  error(name, "is not given; expected " + wanted);
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
  record.kind                   = "a list, or FIRST to LAST in NUMBER OF VALUES";
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
  records_.back().value = fs::absolute(path).lexically_normal().string();
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
  if (!missing(name, default_value, text, record.kind))
    read(name, default_value, text,
         [&](const std::string &given) { value = parse_choice(given, names); });
}
} // namespace kavity
