#include "ParameterFiles.h"

#define BOOST_BIND_GLOBAL_PLACEHOLDERS // the parser of Boost 1.74 uses them
#include <boost/property_tree/json_parser.hpp>
#include <boost/property_tree/ptree.hpp>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <sstream>
#include <stdexcept>

#include "kavity/core/InputFiles.h"

namespace kavity
{
namespace
{
// Of a file and of all together with what they include: far more than anybody writes.
constexpr std::size_t most_bytes  = 4 << 20;
constexpr unsigned int most_files = 1000;

using Tree = boost::property_tree::ptree;

// {"value": "5 MPa", ...} is an entry in long form, as deal.II writes it.
bool is_long_entry(const Tree &tree)
{
  const auto value = tree.find("value");
  return value != tree.not_found() && value->second.empty();
}

bool is_array(const Tree &tree)
{
  return !tree.empty() && tree.front().first.empty();
}

std::string text_of(const Tree &tree)
{
  if (!is_array(tree))
    return tree.data();
  std::vector<std::string> parts;
  for (const auto &[key, element] : tree)
    parts.push_back(element.data());
  return join(parts, ", ");
}

// Objects and arrays within each other, at the deepest place: the parser calls itself for each.
std::size_t levels_of(const std::string &text)
{
  std::size_t level = 0, deepest = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i)
    if (quoted && text[i] == '\\')
      ++i;
    else if (text[i] == '"')
      quoted = !quoted;
    else if (!quoted && (text[i] == '{' || text[i] == '['))
      deepest = std::max(deepest, ++level);
    else if (!quoted && level > 0 && (text[i] == '}' || text[i] == ']'))
      --level;
  return deepest;
}

struct JsonReader
{
  RawInput &input;
  const Location location;
  const Inclusion &inclusion;

  void read(const Tree &tree, RawSection &section, const std::vector<std::string> &path) const
  {
    for (const auto &[key, child] : tree)
    {
      if (input.hopeless)
        return;
      const std::string name = trimmed(key);
      auto here              = path;
      here.push_back(name);
      if (name == "include" && (child.empty() || is_array(child)))
        for (const std::string &file : split(text_of(child), ','))
          include_parameter_file(file, location, input, section, path, inclusion);
      else if (child.empty() || is_array(child) || is_long_entry(child))
        read_entry(child, section, name, join(here, "/"));
      else
      {
        RawSection &inner = section.sections[name];
        inner.location    = location;
        read(child, inner, here);
      }
    }
  }

  void read_entry(const Tree &tree, RawSection &section, const std::string &name,
                  const std::string &full_name) const
  {
    RawEntry entry{stripped(text_of(tree)), "", location};
    if (is_long_entry(tree))
      entry = {stripped(tree.get<std::string>("value")),
               trimmed(tree.get<std::string>("comment", "")), location};
    set_raw_entry(input, section, name, full_name, entry);
  }
};
} // namespace


void scan_json_text(const std::string &path, const std::string &text, RawInput &input,
                    RawSection &section, const std::vector<std::string> &section_path,
                    const Inclusion &inclusion)
{
  const auto broken = [&](const unsigned int line, const std::string &message)
  {
    input.errors.push_back({{path, line, inclusion.from}, "", message});
    input.broken = true;
  };
  if (levels_of(text) > most_levels)
    return broken(0, "is nested more than " + std::to_string(most_levels) + " levels deep");
  Tree tree;
  try
  {
    std::istringstream stream(text);
    boost::property_tree::read_json(stream, tree);
  }
  catch (const boost::property_tree::json_parser_error &error)
  {
    return broken(error.line(), "this is not JSON: " + error.message());
  }
  Inclusion inner = inclusion;
  inner.files.push_back(path);
  JsonReader{input, {path, 0, inclusion.from}, inner}.read(tree, section, section_path);
}


void read_into_section(const std::string &path, RawInput &input, RawSection &section,
                       const std::vector<std::string> &section_path, const Inclusion &inclusion)
{
  const auto refuse = [&](const std::string &reason)
  {
    input.errors.push_back({{path, 0, inclusion.from}, "", reason});
    input.broken = true;
  };
  std::string text;
  try
  {
    text = plain_text(read_input(path, most_bytes));
  }
  catch (const std::runtime_error &error)
  {
    return refuse(std::string("this file cannot be read: ") + error.what() +
                  "; expected a parameter file (.prm or .json)");
  }
  input.hopeless = ++input.n_files > most_files || (input.n_bytes += text.size()) > most_bytes;
  if (input.hopeless)
    return refuse("more than " + std::to_string(most_files) + " files or " +
                  std::to_string(most_bytes >> 20) +
                  " MB are included, each counted as often as it is");
  const auto scan =
    std::filesystem::path(path).extension() == ".json" ? scan_json_text : scan_parameter_text;
  scan(path, text, input, section, section_path, inclusion);
}


void read_parameter_file(const std::string &path, RawInput &input)
{
  read_into_section(path, input, input.root, {}, {});
}


std::string trimmed(const std::string &text)
{
  std::string result;
  for (const char c : text)
    if (!std::isspace(static_cast<unsigned char>(c)))
      result += c;
    else if (!result.empty() && result.back() != ' ')
      result += ' ';
  if (!result.empty() && result.back() == ' ')
    result.pop_back();
  return result;
}


std::string stripped(const std::string &text)
{
  const auto is_space = [](const unsigned char c) { return std::isspace(c) != 0; };
  const auto first    = std::find_if_not(text.begin(), text.end(), is_space);
  const auto last     = std::find_if_not(text.rbegin(), text.rend(), is_space).base();
  std::string result(first, std::max(first, last));
  for (char &c : result)
    if (is_space(c) && c != '\t')
      c = ' ';
  return result;
}


std::vector<std::string> split(const std::string &text, const char separator)
{
  std::vector<std::string> parts;
  std::size_t start = 0;
  for (auto at = text.find(separator); at != std::string::npos; at = text.find(separator, start))
  {
    parts.push_back(trimmed(text.substr(start, at - start)));
    start = at + 1;
  }
  parts.push_back(trimmed(text.substr(start)));
  return parts;
}


std::string join(const std::vector<std::string> &parts, const std::string &separator)
{
  std::string result;
  for (std::size_t i = 0; i < parts.size(); ++i)
    result += (i > 0 ? separator : "") + parts[i];
  return result;
}
} // namespace kavity
