#include "kavity/core/Parameters.h"

#include <boost/crc.hpp>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <stdexcept>

#include "kavity/core/InputFiles.h"
#include "kavity/core/ParameterValues.h"
#include "kavity/core/Quantity.h"

namespace kavity
{
namespace
{
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


const std::string *Parameters::declare(Record record, const std::string &name)
{
  record.path = path_;
  record.path.push_back(name);
  if (!entries_.insert(record.path).second)
    throw std::logic_error("the entry [" + full_name(name) + "] is declared twice");
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
  if (!problems_.empty())
    problems_.back().missing = muted_ == 0;
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
  const std::string whole = fs::absolute(path).lexically_normal().string();
  if (whole.find_first_of("\n\r") != std::string::npos)
    error(name, "a path with a break of lines cannot be written down; rename the folder");
  records_.back().value = whole;
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
  for (Record &record : records_)
    if (record.path.back() == name && record.path.size() == path_.size() + 1 &&
        std::equal(path_.begin(), path_.end(), record.path.begin()))
    {
      boost::crc_32_type crc;
      crc.process_bytes(record.contents.data(), record.contents.size());
      crc.process_bytes(known->second.data(), known->second.size());
      char text[40];
      std::snprintf(text, sizeof text, "contents of the checksum %08x", crc.checksum());
      record.contents = text;
    }
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
  if (!missing(name, default_value, text, record.kind))
    read(name, default_value, text,
         [&](const std::string &given) { value = parse_choice(given, names); });
}
} // namespace kavity
