#include "ParameterFiles.h"

#define BOOST_BIND_GLOBAL_PLACEHOLDERS // the parser of Boost 1.74 uses them
#include <boost/property_tree/json_parser.hpp>
#include <boost/property_tree/ptree.hpp>

#include <cctype>
#include <filesystem>
#include <fstream>

namespace kavity
{
namespace
{
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

struct JsonReader
{
  RawInput &input;
  const Location location;
  const std::vector<std::string> &including;

  void read(const Tree &tree, RawSection &section, const std::vector<std::string> &path) const
  {
    for (const auto &[key, child] : tree)
    {
      const std::string name = trimmed(key);
      auto here              = path;
      here.push_back(name);
      if (name == "include" && (child.empty() || is_array(child)))
        for (const std::string &file : split(text_of(child), ','))
          include_parameter_file(file, location, input, section, path, including);
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
    RawEntry entry{trimmed(text_of(tree)), "", location};
    if (is_long_entry(tree))
      entry = {trimmed(tree.get<std::string>("value")),
               trimmed(tree.get<std::string>("comment", "")), location};
    set_raw_entry(input, section, name, full_name, entry);
  }
};
} // namespace


void scan_json_file(const std::string &path, std::istream &stream, RawInput &input,
                    RawSection &section, const std::vector<std::string> &section_path,
                    const std::vector<std::string> &including)
{
  Tree tree;
  try
  {
    boost::property_tree::read_json(stream, tree);
  }
  catch (const boost::property_tree::json_parser_error &error)
  {
    input.errors.push_back({{path, static_cast<unsigned int>(error.line()), !including.empty()},
                            "",
                            "this is not JSON: " + error.message()});
    input.broken = true;
    return;
  }
  auto files = including;
  files.push_back(path);
  JsonReader{input, {path, 0, !including.empty()}, files}.read(tree, section, section_path);
}


void read_into_section(const std::string &path, RawInput &input, RawSection &section,
                       const std::vector<std::string> &section_path,
                       const std::vector<std::string> &including)
{
  std::error_code ignored;
  std::ifstream stream(path);
  const bool folder = std::filesystem::is_directory(path, ignored);
  if (!stream || folder)
  {
    const std::string reason = folder                                  ? "is a folder" :
                               !std::filesystem::exists(path, ignored) ? "does not exist" :
                                                                         "cannot be opened";
    input.errors.push_back(
      {{path, 0, !including.empty()},
       "",
       "this file cannot be read: it " + reason + "; expected a parameter file (.prm or .json)"});
    input.broken = true;
    return;
  }
  const auto scan =
    std::filesystem::path(path).extension() == ".json" ? scan_json_file : scan_parameter_file;
  scan(path, stream, input, section, section_path, including);
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
