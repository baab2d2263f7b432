#ifndef kavity_core_ParameterFiles_h
#define kavity_core_ParameterFiles_h

#include <iosfwd>
#include <string>
#include <vector>

#include "kavity/core/ParameterTree.h"

// The parts of reading a file that call each other. @p including are the files being read, the
// outermost first, excluding the one to read; @p section_path is the section they are in.
namespace kavity
{
/// Reads .json or .prm into a section; an unreadable file makes the input broken.
void read_into_section(const std::string &path, RawInput &input, RawSection &section,
                       const std::vector<std::string> &section_path,
                       const std::vector<std::string> &including);

/// The .prm grammar.
void scan_parameter_file(const std::string &path, std::istream &stream, RawInput &input,
                         RawSection &section, const std::vector<std::string> &section_path,
                         const std::vector<std::string> &including);

/// The .json grammar: sections are objects, entries texts, or objects with "value" and "comment".
void scan_json_file(const std::string &path, std::istream &stream, RawInput &input,
                    RawSection &section, const std::vector<std::string> &section_path,
                    const std::vector<std::string> &including);

/// Finds and reads the file @p name that stands in an include at @p from.
void include_parameter_file(const std::string &name, const Location &from, RawInput &input,
                            RawSection &section, const std::vector<std::string> &section_path,
                            const std::vector<std::string> &including);
} // namespace kavity

#endif
