#ifndef kavity_app_listings_h
#define kavity_app_listings_h

#include <iosfwd>
#include <map>
#include <string>
#include <vector>

namespace kavity
{
/// The laws of one kind: where a parameter file chooses among them, and name -> one line each.
struct LawListing
{
  std::string title;                       ///< "Creep of the metal (Metal/Creep)"
  std::map<std::string, std::string> laws; ///< as of Registry<Law>::names_and_docs()
};

/// `kavity laws`.
void print_laws(std::ostream &stream, const std::vector<LawListing> &listings);

/// One file of the material library.
struct Material
{
  std::string name;           ///< of the file, without .prm
  std::string path;           ///< full path of the file
  std::string description;    ///< its first comment line
  unsigned int estimated = 0; ///< entries whose comment carries [est]
  unsigned int entries   = 0; ///< entries in all
};

/// The material files of a folder, sorted by name. @throws InputError if it is no folder.
std::vector<Material> find_materials(const std::string &folder);

/// Folder of the material library: materials/ in the first folder of parameter files that has it.
/// @throws InputError if it is nowhere.
std::string materials_folder();

/// `kavity materials`.
void print_materials(std::ostream &stream, const std::string &folder = materials_folder());
} // namespace kavity

#endif
