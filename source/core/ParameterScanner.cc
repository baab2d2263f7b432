#include <algorithm>
#include <cctype>
#include <filesystem>
#include <sstream>

#include "ParameterFiles.h"
#include "kavity/core/InputFiles.h"
#include "kavity/core/ParameterTree.h"

namespace kavity
{
namespace
{
// Characters of a line with those that continue it, and of a value: whoever takes one apart may
// call itself for each of them.
constexpr std::size_t longest_line = 10000, longest_value = 2000;

const std::string option = "--set";

bool is_blank(const char c)
{
  return std::isspace(static_cast<unsigned char>(c)) != 0;
}

// The rest of @p line after one of deal.II's keywords, in small or capital letters.
bool take_keyword(const std::string &keyword, std::string &line)
{
  std::string capitals = keyword;
  std::transform(capitals.begin(), capitals.end(), capitals.begin(),
                 [](const unsigned char c) { return std::toupper(c); });
  for (const std::string &word : {keyword, capitals})
    if (line.compare(0, word.size(), word) == 0 &&
        (line.size() == word.size() || is_blank(line[word.size()])))
    {
      line = stripped(line.substr(word.size()));
      return true;
    }
  return false;
}

std::string too_long(const std::string &value)
{
  return "has " + std::to_string(value.size()) + " characters; at most " +
         std::to_string(longest_value) + " are possible";
}

// Cuts the comment off; "\#" is a plain '#'.
std::string take_comment(std::string &line)
{
  std::string kept, comment;
  for (std::size_t i = 0; i < line.size(); ++i)
    if (line[i] == '#' && !kept.empty() && kept.back() == '\\')
      kept.back() = '#';
    else if (line[i] == '#')
    {
      comment = trimmed(line.substr(i + 1));
      break;
    }
    else
      kept += line[i];
  line = kept;
  return comment;
}

// One .prm file, line by line.
class Scanner
{
public:
  Scanner(const std::string &path, RawInput &input, RawSection &section,
          const std::vector<std::string> &section_path, const Inclusion &inclusion)
    : input_(input)
    , file_(path)
    , path_(section_path)
    , inclusion_(inclusion)
    , outermost_(section_path.size())
  {
    open_.push_back(&section);
    inclusion_.files.push_back(path);
  }

  void scan(std::istream &stream)
  {
    std::string line, whole;
    unsigned int number = 0;
    while (!input_.hopeless && std::getline(stream, line))
    {
      ++number;
      if (whole.empty())
        line_ = number;
      else
        line.erase(0, line.find_first_not_of(" \t"));
      while (!line.empty() && is_blank(line.back()))
        line.pop_back();
      const bool continued = !line.empty() && line.back() == '\\';
      if (continued)
        line.pop_back();
      whole += line;
      if (continued)
        continue;
      scan_line(whole);
      whole.clear();
    }
    if (input_.hopeless)
      return;
    if (!whole.empty())
      scan_line(whole);
    for (std::size_t i = path_.size(); i > outermost_; --i)
      broken("the section '" + path_[i - 1] + "' opened at line " +
             std::to_string(open_[i - outermost_]->location.line) + " has no 'end'");
  }

private:
  Location here() const
  {
    return {file_, line_, inclusion_.from};
  }

  std::string full_name(const std::string &name) const
  {
    return path_.empty() ? name : join(path_, "/") + "/" + name;
  }

  void error(const std::string &message)
  {
    input_.errors.push_back({here(), join(path_, "/"), message});
    input_.hopeless = input_.errors.size() > most_errors;
    input_.broken   = input_.broken || input_.hopeless;
  }

  void broken(const std::string &message)
  {
    error(message);
    input_.broken = true;
  }

  void scan_line(std::string line)
  {
    if (line.size() > longest_line)
      return broken("a line of " + std::to_string(line.size()) + " characters; at most " +
                    std::to_string(longest_line) + " are possible");
    const std::string comment = take_comment(line);
    line                      = stripped(line);
    if (line.empty())
      return;
    const std::string original = line;
    if (take_keyword("subsection", line))
      open_section(trimmed(line));
    else if (take_keyword("end", line))
      close_section(line);
    else if (take_keyword("set", line))
      set_entry(line, comment);
    else if (take_keyword("include", line))
      include_parameter_file(line, here(), input_, *open_.back(), path_, inclusion_);
    else
      error("'" + original + "' is not understood; expected 'set ENTRY = VALUE', " +
            "'subsection NAME', 'end' or 'include FILE'");
  }

  void open_section(const std::string &name)
  {
    if (name.empty())
      error("'subsection' without a name");
    if (path_.size() == most_levels)
    {
      input_.hopeless = true;
      return broken("sections are nested more than " + std::to_string(most_levels) +
                    " levels deep");
    }
    RawSection &section = open_.back()->sections[name];
    // where the user wrote it, rather than an included file
    if (section.location.line == 0 || section.location.included())
      section.location = here();
    open_.push_back(&section);
    path_.push_back(name);
  }

  void close_section(const std::string &rest)
  {
    if (!rest.empty())
      error("'" + rest + "' after 'end'");
    if (path_.size() == outermost_)
      return broken("'end' without an open section");
    open_.pop_back();
    path_.pop_back();
  }

  void set_entry(const std::string &line, const std::string &comment)
  {
    const auto equals = line.find('=');
    if (equals == std::string::npos)
      return error("'set " + line + "' has no '='; expected 'set ENTRY = VALUE'");
    const std::string name = trimmed(line.substr(0, equals));
    if (name.empty())
      return error("'set' without the name of an entry");
    set_raw_entry(input_, *open_.back(), name, full_name(name),
                  {stripped(line.substr(equals + 1)), comment, here()});
  }

  RawInput &input_;
  std::string file_;
  std::vector<std::string> path_;
  Inclusion inclusion_;
  std::size_t outermost_;
  std::vector<RawSection *> open_;
  unsigned int line_ = 0;
};

// Beside the including file, else among the parameter files of this project; "" if nowhere.
std::string find_file(const std::string &name, const std::string &including)
{
  namespace fs = std::filesystem;
  std::vector<fs::path> places{fs::path(including).parent_path() / name};
  for (const std::string &folder : data_folders("parameter_files"))
    places.push_back(fs::path(folder) / name);
  for (const fs::path &place : places)
    if (std::error_code error; fs::is_regular_file(place, error))
      return place.string();
  return "";
}
} // namespace


void scan_parameter_text(const std::string &path, const std::string &text, RawInput &input,
                         RawSection &section, const std::vector<std::string> &section_path,
                         const Inclusion &inclusion)
{
  std::istringstream stream(text);
  Scanner(path, input, section, section_path, inclusion).scan(stream);
}


void include_parameter_file(const std::string &name, const Location &place, RawInput &input,
                            RawSection &section, const std::vector<std::string> &section_path,
                            const Inclusion &inclusion)
{
  const auto error = [&](const std::string &message)
  {
    input.errors.push_back({place, join(section_path, "/"), message});
    input.broken = true; // what it would have set is not there either
  };
  if (name.empty())
    return error("'include' without the name of a file");
  const std::string path = find_file(name, place.file);
  if (path.empty())
    return error("the file '" + name + "' is neither beside this file nor in the directory " +
                 "parameter_files");
  for (const std::string &file : inclusion.files)
    if (std::error_code ignored; std::filesystem::equivalent(file, path, ignored))
      return error("the file '" + name + "' includes itself");
  Inclusion inner = inclusion;
  inner.from = place.text() + (place.included() ? ", included from " + place.included_from : "");
  read_into_section(path, input, section, section_path, inner);
}


void set_raw_entry(RawInput &input, RawSection &section, const std::string &name,
                   const std::string &full_name, const RawEntry &entry)
{
  if (entry.value.size() > longest_value)
    return input.errors.push_back({entry.location, full_name, too_long(entry.value)});
  const auto [old, is_new] = section.entries.emplace(name, entry);
  if (is_new)
    return;
  // an entry of an included file may be replaced, also by including it again; one set twice in a
  // file is a slip
  const Location &before = old->second.location;
  if (before.file == entry.location.file && before.included_from == entry.location.included_from)
    input.errors.push_back(
      {entry.location, full_name,
       "set twice" + (entry.location.line == 0 ?
                        std::string() :
                        "; already at line " + std::to_string(old->second.location.line))});
  old->second = entry;
}


Location place_of_override(const std::string &override)
{
  return {option + (" \"" + override + "\""), 0, ""};
}


void read_override(const std::string &text, RawInput &input)
{
  const Location location = place_of_override(text);
  const auto equals       = text.find('=');
  auto path = split(text.substr(0, equals == std::string::npos ? text.size() : equals), '/');
  if (equals == std::string::npos || std::count(path.begin(), path.end(), "") > 0 ||
      path.size() < 2 || path.size() > most_levels)
  {
    input.errors.push_back(
      {location, "",
       "this is not of the form \"Section/Key=value\", as in --set \"Cell/Stack "
       "pressure=5 MPa\""});
    return;
  }
  const std::string value = stripped(text.substr(equals + 1));
  if (value.size() > longest_value)
    return input.errors.push_back({{option, 0, ""}, join(path, "/"), too_long(value)});
  RawSection *section = &input.root;
  for (std::size_t i = 0; i + 1 < path.size(); ++i)
  {
    const bool is_new = section->sections.count(path[i]) == 0;
    section           = &section->sections[path[i]];
    if (is_new)
      section->location = location;
  }
  RawEntry &entry = section->entries[path.back()];
  if (entry.location.file.rfind(option, 0) == 0)
    return input.errors.push_back(
      {location, join(path, "/"), "set twice; already by " + entry.location.file});
  entry = {value, "", location};
}
} // namespace kavity
