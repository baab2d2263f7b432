#include "kavity/app/Listings.h"

#include "kavity/app/Command.h"
#include "kavity/core/InputFiles.h"
#include "kavity/core/Parameters.h"
#include "kavity/core/Registry.h"
#include "kavity/laws/Contact.h"
#include "kavity/laws/Creep.h"
#include "kavity/laws/Dendrite.h"
#include "kavity/laws/Platen.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <sstream>

namespace kavity
{
class ElectrodeKind; // what it is made of is not needed for its names

namespace
{
namespace fs = std::filesystem;

constexpr std::size_t page_width = 100;

/// Text broken at words, every line but the first indented.
void print_wrapped(std::ostream &stream, const std::string &text, const std::size_t indent)
{
  std::istringstream words(text);
  std::size_t column = indent;
  for (std::string word; words >> word;)
  {
    if (column > indent && column + 1 + word.size() > page_width)
    {
      stream << '\n' << std::string(indent, ' ');
      column = indent;
    }
    else if (column > indent)
    {
      stream << ' ';
      ++column;
    }
    stream << word;
    column += word.size();
  }
  stream << '\n';
}

std::string stripped(const std::string &line)
{
  const auto first = line.find_first_not_of(" \t\r");
  if (first == std::string::npos)
    return "";
  return line.substr(first, line.find_last_not_of(" \t\r") - first + 1);
}

Material read_material(const fs::path &path)
{
  Material material;
  material.name = path.stem().string();
  material.path = path.string();
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);)
  {
    const std::string text = stripped(line);
    if (!text.empty() && text.front() == '#')
    {
      if (material.description.empty())
        material.description = stripped(text.substr(
          text.find_first_not_of('#') == std::string::npos ? text.size() :
                                                             text.find_first_not_of('#')));
    }
    else if (text.rfind("set ", 0) == 0)
    {
      ++material.entries;
      const auto comment = text.find('#');
      if (comment != std::string::npos && text.find("[est]", comment) != std::string::npos)
        ++material.estimated;
    }
  }
  return material;
}
} // namespace


void print_laws(std::ostream &stream, const std::vector<LawListing> &listings)
{
  std::size_t width = 0;
  for (const LawListing &listing : listings)
    for (const auto &law : listing.laws)
      width = std::max(width, law.first.size());
  bool first = true;
  for (const LawListing &listing : listings)
  {
    stream << (first ? "" : "\n") << listing.title << '\n';
    first = false;
    for (const auto &law : listing.laws)
    {
      stream << "  " << std::left << std::setw(static_cast<int>(width)) << law.first << "  ";
      print_wrapped(stream, law.second, width + 4);
    }
  }
}


std::vector<Material> find_materials(const std::string &folder)
{
  std::error_code error;
  if (!fs::is_directory(folder, error))
    throw InputError("There is no folder of materials '" + folder + "'.");
  std::vector<Material> materials;
  for (const auto &entry : fs::directory_iterator(folder))
    if (entry.path().extension() == ".prm")
      materials.push_back(read_material(entry.path()));
  std::sort(materials.begin(), materials.end(),
            [](const Material &a, const Material &b) { return a.name < b.name; });
  return materials;
}


std::string materials_folder()
{
  std::error_code error;
  for (const std::string &folder : data_folders("parameter_files"))
    if (fs::is_directory(fs::path(folder) / "materials", error))
      return (fs::path(folder) / "materials").string();
  throw InputError("The material library was not found. Set KAVITY_PARAMETER_FILES to the folder "
                   "parameter_files of kavity.");
}


void print_materials(std::ostream &stream, const std::string &folder)
{
  const std::vector<Material> materials = find_materials(folder);
  std::size_t width                     = 0;
  for (const Material &material : materials)
    width = std::max(width, material.name.size());
  for (const Material &material : materials)
  {
    std::string text = material.description;
    if (material.estimated > 0)
      text += " (" + std::to_string(material.estimated) +
              (material.estimated == 1 ? " value" : " values") + " estimated)";
    stream << std::left << std::setw(static_cast<int>(width)) << material.name << "  ";
    print_wrapped(stream, text, width + 2);
  }
  stream << "\nFiles in " << folder << "; take one into a parameter file with\n"
         << "  include materials/<name>.prm\n";
}

namespace
{
const RegisteredCommand materials("materials", "", "list the material files", {},
                                  [](const Options &)
                                  {
                                    print_materials(std::cout);
                                    return 0;
                                  });
const RegisteredCommand
  laws("laws", "", "list the laws a parameter file can choose", {},
       [](const Options &)
       {
         print_laws(
           std::cout,
           {{"Creep of the metal (Metal/Creep law)", Registry<CreepLaw>::names_and_docs()},
            {"How voids are described (Voids/Model)", Registry<ElectrodeKind>::names_and_docs()},
            {"Contact and voids (Voids/Law)", Registry<ContactLaw>::names_and_docs()},
            {"When dendrites begin (Dendrites/Criterion)",
             Registry<DendriteCriterion>::names_and_docs()},
            {"How the stack is held (Cell/Platen)", Registry<PlatenLaw>::names_and_docs()}});
         return 0;
       });
} // namespace
} // namespace kavity
