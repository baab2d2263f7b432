#ifndef kavity_core_ParameterFiles_h
#define kavity_core_ParameterFiles_h

#include <string>
#include <vector>

#include "kavity/core/ParameterTree.h"

// The parts of reading a file that call each other. @p section_path is the section they are in.
namespace kavity
{
/// Sections within sections; no more, or whoever walks the tree would run out of stack.
constexpr std::size_t most_levels = 32;

/// Mistakes of a kind that a file may make before the rest of it is not looked at.
constexpr std::size_t most_errors = 200;

/// How a file came to be read.
struct Inclusion
{
  std::vector<std::string> files; ///< those that are being read, the outermost first
  std::string from;               ///< see Location::included_from
};

/// Reads .json or .prm into a section; an unreadable file makes the input broken.
void read_into_section(const std::string &path, RawInput &input, RawSection &section,
                       const std::vector<std::string> &section_path, const Inclusion &inclusion);

/// The .prm grammar.
void scan_parameter_text(const std::string &path, const std::string &text, RawInput &input,
                         RawSection &section, const std::vector<std::string> &section_path,
                         const Inclusion &inclusion);

/// The .json grammar: sections are objects, entries texts, or objects with "value" and "comment".
void scan_json_text(const std::string &path, const std::string &text, RawInput &input,
                    RawSection &section, const std::vector<std::string> &section_path,
                    const Inclusion &inclusion);

/// Finds and reads the file @p name that stands in an include at @p place.
void include_parameter_file(const std::string &name, const Location &place, RawInput &input,
                            RawSection &section, const std::vector<std::string> &section_path,
                            const Inclusion &inclusion);
} // namespace kavity

#endif
