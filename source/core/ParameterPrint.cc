#include <algorithm>
#include <cstdio>
#include <functional>
#include <ostream>

#include "kavity/core/Parameters.h"

namespace kavity
{
namespace
{
using Path = std::vector<std::string>;

// A section with what it holds in the order of declaration.
struct Printed
{
  std::vector<std::size_t> entries; // indices of records
  std::vector<std::pair<std::string, Printed>> sections;

  Printed &section(const std::string &name)
  {
    for (auto &[known, section] : sections)
      if (known == name)
        return section;
    return sections.emplace_back(name, Printed()).second;
  }
};

std::string replaced(std::string text, const std::string &what, const std::string &with)
{
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
    text.replace(at, what.size(), with);
  return text;
}

std::string json_text(const std::string &text)
{
  std::string result = "\"";
  for (const char c : text)
    if (static_cast<unsigned char>(c) < ' ')
    {
      char code[8];
      std::snprintf(code, sizeof code, "\\u%04x", static_cast<unsigned int>(c));
      result += code;
    }
    else
      result += (c == '"' || c == '\\' ? "\\" : "") + std::string(1, c);
  return result + '"';
}

std::string table_cell(const std::string &text)
{
  return replaced(text, "|", "\\|");
}

std::string code(const std::string &text)
{
  return text.empty() ? "" : "`" + table_cell(text) + "`";
}

// What stands behind a value when it is written.
std::string resolved_comment(const bool is_default, const std::string &comment)
{
  if (!is_default || comment.compare(0, 7, "default") == 0)
    return comment;
  return comment.empty() ? "default" : "default: " + comment;
}
} // namespace


class Parameters::Printer
{
public:
  Printer(const Parameters &parameters, std::ostream &stream)
    : parameters_(parameters)
    , stream_(stream)
  {
    for (std::size_t i = 0; i < parameters.records_.size(); ++i)
    {
      if (!parameters.describing_ && !parameters.in_use(parameters.records_[i].path))
        continue;
      const Path &path = parameters.records_[i].path;
      Printed *section = &root_;
      for (std::size_t level = 0; level + 1 < path.size(); ++level)
        section = &section->section(path[level]);
      section->entries.push_back(i);
    }
  }

  void prm() const
  {
    prm(root_, "");
  }

  void json() const
  {
    json(root_, "");
    stream_ << '\n';
  }

  void md() const
  {
    stream_ << "# Parameters\n\n"
            << "Sections are nested as `Section/Subsection`. A quantity is written with its unit, "
            << "in any unit of the\nsame dimension. An entry without a default must be given; one "
            << "with the default `none` may be left out.\n";
    md(root_, {});
  }

private:
  const Record &record(const std::size_t i) const
  {
    return parameters_.records_[i];
  }

  // Of an entry that was not given and need not be.
  bool is_absent(const Record &record) const
  {
    return record.value == "none" && record.kind != "text" && !parameters_.describing_;
  }

  // What a reader may want to know about an entry when all entries are listed.
  std::string description(const Record &record) const
  {
    return record.doc + " (" + record.kind + (record.range.empty() ? "" : ", " + record.range) +
           ")";
  }

  void prm(const Printed &section, const std::string &indent) const
  {
    for (const std::size_t i : section.entries)
      prm_entry(record(i), indent);
    for (const auto &[name, inner] : section.sections)
    {
      stream_ << indent << "subsection " << name << '\n';
      prm(inner, indent + "  ");
      stream_ << indent << "end\n";
    }
  }

  void prm_entry(const Record &record, const std::string &indent) const
  {
    if (parameters_.describing_)
      stream_ << indent << "# " << description(record) << '\n';
    // one that must be given is shown in a description, but has no value to set
    const bool no_value = record.value.empty() && record.kind != "text";
    if (is_absent(record))
      return;
    std::string comment = resolved_comment(record.is_default, record.comment);
    if (parameters_.describing_)
      comment = record.comment;
    std::string line = indent + (no_value ? "# " : "") + "set " + record.path.back() + " = " +
                       (no_value && !record.unit.empty() ? "... " + record.unit :
                                                           replaced(record.value, "#", "\\#")) +
                       (comment.empty() ? "" : "  # " + comment);
    if (line.back() == '\\') // the next line would continue it
      line += "  #";
    stream_ << line << '\n';
  }

  void json(const Printed &section, const std::string &indent) const
  {
    stream_ << "{";
    const char *separator = "\n";
    for (const std::size_t i : section.entries)
    {
      if (is_absent(record(i)))
        continue;
      stream_ << separator << indent << "  " << json_text(record(i).path.back()) << ": ";
      json_entry(record(i));
      separator = ",\n";
    }
    for (const auto &[name, inner] : section.sections)
    {
      stream_ << separator << indent << "  " << json_text(name) << ": ";
      json(inner, indent + "  ");
      separator = ",\n";
    }
    stream_ << '\n' << indent << "}";
  }

  void json_entry(const Record &record) const
  {
    const auto pair = [](const std::string &name, const std::string &text)
    { return ", \"" + name + "\": " + json_text(text); };
    const std::string comment = resolved_comment(record.is_default, record.comment);
    if (parameters_.describing_)
      stream_ << "{\"value\": " << json_text(record.default_value) << pair("unit", record.unit)
              << pair("kind", record.kind) << pair("range", record.range)
              << pair("documentation", record.doc) << pair("source", record.source) << "}";
    else if (comment.empty())
      stream_ << json_text(record.value);
    else
      stream_ << "{\"value\": " << json_text(record.value) << pair("comment", comment) << "}";
  }

  void md(const Printed &section, const Path &path) const
  {
    if (!path.empty())
    {
      stream_ << "\n## " << join(path, "/") << "\n\n";
      const auto known = parameters_.sections_.find(path);
      if (known != parameters_.sections_.end() && !known->second.empty())
        stream_ << known->second << "\n\n";
    }
    if (!section.entries.empty())
      stream_
        << (path.empty() ? "\n" : "")
        << "| Entry | Unit | Default | Range | Meaning | Source |\n|---|---|---|---|---|---|\n";
    for (const std::size_t i : section.entries)
    {
      const Record &entry = record(i);
      const bool worded   = entry.unit.empty();
      stream_ << "| " << entry.path.back() << " | " << (worded ? "" : code(entry.unit)) << " | "
              << code(entry.default_value) << " | "
              << table_cell(entry.range.empty() && worded ? entry.kind : entry.range) << " | "
              << table_cell(entry.doc) << " | " << table_cell(entry.source) << " |\n";
    }
    for (const auto &[name, inner] : section.sections)
    {
      Path longer = path;
      longer.push_back(name);
      md(inner, longer);
    }
  }

  const Parameters &parameters_;
  std::ostream &stream_;
  Printed root_;
};


std::vector<Parameters::Marked> Parameters::marked() const
{
  std::vector<Marked> list;
  for (const Record &record : records_)
    for (const std::string mark : {"[est]", "[cal]"})
      if (const auto at = record.comment.find(mark); at != std::string::npos)
      {
        const std::string rest = record.comment.substr(at + mark.size());
        list.push_back({join(record.path, "/"), record.value, mark, trimmed(rest)});
        break;
      }
  return list;
}


bool Parameters::in_use(const Path &path) const
{
  for (auto end = path.begin() + 1; end <= path.end(); ++end)
    if (unused_.count({path.begin(), end}) > 0)
      return false;
  return true;
}


std::map<std::string, std::string> Parameters::values() const
{
  std::map<std::string, std::string> result;
  for (const Record &record : records_)
    if (in_use(record.path))
      result[join(record.path, "/")] = record.contents.empty() ? record.value : record.contents;
  return result;
}


void Parameters::print(std::ostream &stream, const std::string &format) const
{
  const Printer printer(*this, stream);
  if (format == "prm")
    printer.prm();
  else if (format == "json")
    printer.json();
  else if (format == "md")
    printer.md();
  else
    throw std::invalid_argument("there is no format '" + format + "'; possible: prm, json, md");
}
} // namespace kavity
