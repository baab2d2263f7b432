#include "kavity/core/DeclaredParameters.h"

#include "kavity/core/ParameterValues.h"

#include <boost/crc.hpp>

#include <algorithm>
#include <cstdio>
#include <ostream>
#include <stdexcept>

namespace kavity
{
namespace
{
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


class DeclaredParameters::Printer
{
public:
  Printer(const DeclaredParameters &declared, std::ostream &stream, const bool describing)
    : declared_(declared)
    , stream_(stream)
    , describing_(describing)
  {
    for (std::size_t i = 0; i < declared.records_.size(); ++i)
    {
      if (!describing && !declared.in_use(declared.records_[i].path))
        continue;
      const Path &path = declared.records_[i].path;
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
    return declared_.records_[i];
  }

  // Of an entry that was not given and need not be.
  bool is_absent(const Record &record) const
  {
    return record.value == "none" && record.kind != "text" && !describing_;
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
    if (describing_)
      stream_ << indent << "# " << description(record) << '\n';
    // one that must be given is shown in a description, but has no value to set
    const bool no_value = record.value.empty() && record.kind != "text";
    if (is_absent(record))
      return;
    std::string comment = resolved_comment(record.is_default, record.comment);
    if (describing_)
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
    if (describing_)
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
      const auto known = declared_.sections_.find(path);
      if (known != declared_.sections_.end() && !known->second.empty())
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

  const DeclaredParameters &declared_;
  std::ostream &stream_;
  const bool describing_;
  Printed root_;
};


DeclaredParameters::Record &DeclaredParameters::add(const Record &record)
{
  if (!entries_.insert(record.path).second)
    throw std::logic_error("the entry [" + join(record.path, "/") + "] is declared twice");
  records_.push_back(record);
  return records_.back();
}


void DeclaredParameters::add_section(const Path &path, const std::string &doc)
{
  std::string &known = sections_[path];
  if (!doc.empty())
    known = doc;
}


void DeclaredParameters::add_contents(const Path &path, const std::string &contents)
{
  for (Record &record : records_)
    if (record.path == path)
    {
      boost::crc_32_type crc;
      crc.process_bytes(record.contents.data(), record.contents.size());
      crc.process_bytes(contents.data(), contents.size());
      char text[40];
      std::snprintf(text, sizeof text, "contents of the checksum %08x", crc.checksum());
      record.contents = text;
    }
}


bool DeclaredParameters::unused(const Path &path, const std::string &because)
{
  return unused_.emplace(path, because).second;
}


void DeclaredParameters::mute(const Path &path)
{
  mute_.insert(path);
}


bool DeclaredParameters::is_mute(const Path &path) const
{
  return mute_.count(path) > 0;
}


void DeclaredParameters::check_unknown(const RawSection &section,
                                       const std::vector<std::string> &path,
                                       ParameterProblems &problems) const
{
  const auto child = [&path](const std::string &name)
  {
    auto longer = path;
    longer.push_back(name);
    return longer;
  };
  // what lies below a path follows it in the order of the names
  const auto below = [&path](const std::vector<std::string> &other)
  { return other.size() >= path.size() && std::equal(path.begin(), path.end(), other.begin()); };
  std::vector<std::string> entry_names, section_names;
  for (auto entry = entries_.lower_bound(path); entry != entries_.end() && below(*entry); ++entry)
    if (entry->size() == path.size() + 1)
      entry_names.push_back(entry->back());
  for (auto known = sections_.lower_bound(path); known != sections_.end() && below(known->first);
       ++known)
    if (known->first.size() == path.size() + 1)
      section_names.push_back(known->first.back());

  if (problems.too_many())
    return;
  for (const auto &[name, entry] : section.entries)
    if (const auto full = child(name); entries_.count(full) == 0 && unused_.count(full) == 0)
      problems.report(entry.location, join(full, "/"),
                      sections_.count(full) > 0 ? "is a section, not an entry" :
                                                  unknown_entry(name, path, entry_names));
  for (const auto &[name, inner] : section.sections)
    if (const auto full = child(name); unused_.count(full) > 0)
      continue; // as a whole, which has been told
    else if (sections_.count(full) > 0)
    {
      if (mute_.count(full) == 0)
        check_unknown(inner, full, problems);
    }
    else
      problems.report(inner.location, join(full, "/"),
                      entries_.count(full) > 0 ?
                        "is an entry, not a section" :
                        "no such section: " + unknown_name(name, section_names));
}


std::string DeclaredParameters::unknown_entry(const std::string &name,
                                              const std::vector<std::string> &path,
                                              const std::vector<std::string> &names) const
{
  std::string message = "no such entry: " + unknown_name(name, names);
  for (const auto &entry : entries_)
    if (entry.back() == name && entry.size() > 1 && in_use(entry))
    {
      const std::vector<std::string> home(entry.begin(), entry.end() - 1);
      if (home != path)
        return message + "; there is [" + join(entry, "/") + "]";
    }
  return message;
}


std::vector<DeclaredParameters::Marked> DeclaredParameters::marked() const
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


bool DeclaredParameters::in_use(const Path &path) const
{
  for (auto end = path.begin() + 1; end <= path.end(); ++end)
    if (unused_.count({path.begin(), end}) > 0)
      return false;
  return true;
}


std::map<std::string, std::string> DeclaredParameters::values() const
{
  std::map<std::string, std::string> result;
  for (const Record &record : records_)
    if (in_use(record.path))
      result[join(record.path, "/")] = record.contents.empty() ? record.value : record.contents;
  return result;
}


std::vector<std::string> DeclaredParameters::entry_names() const
{
  std::vector<std::string> names;
  for (const auto &entry : entries_)
    names.push_back(join(entry, "/"));
  return names;
}


void DeclaredParameters::print(std::ostream &stream, const std::string &format,
                               const bool describing) const
{
  const Printer printer(*this, stream, describing);
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
