#ifndef kavity_core_ParameterTree_h
#define kavity_core_ParameterTree_h

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace kavity
{
/// Where an entry of the input stands.
struct Location
{
  std::string file;
  unsigned int line = 0; ///< 0 where lines mean nothing (.json, command line)
  /// where the file was included, "b.prm:2, included from a.prm:7"; empty if it was not
  std::string included_from;

  bool included() const
  {
    return !included_from.empty();
  }

  /// "a.prm:7"
  std::string text() const
  {
    return line == 0 ? file : file + ":" + std::to_string(line);
  }
};

/// Of an entry that the command line sets, "Cell/Width=5 um".
Location place_of_override(const std::string &override);

/// An entry as text, with its trailing comment.
struct RawEntry
{
  std::string value, comment;
  Location location;
};

/// A section of the input before anything is known about its meaning.
struct RawSection
{
  std::map<std::string, RawEntry> entries;
  std::map<std::string, RawSection> sections;
  Location location;

  /// The section at this path below; nullptr if there is none.
  const RawSection *below(const std::vector<std::string> &path) const;
  /// Numbers from 1 of the sections "NAME 1", "NAME 2", ...
  std::set<unsigned int> numbered_sections(const std::string &name) const;
  /// The same of entries.
  std::set<unsigned int> numbered_entries(const std::string &name) const;
  /// Whether all that is in it comes from included files.
  bool all_included() const;
};

/// What a file holds, and what is wrong with its grammar.
struct RawInput
{
  struct Error
  {
    Location location;
    std::string entry, message;
  };

  RawSection root;
  std::vector<Error> errors;
  bool broken          = false; ///< sections do not match: the tree is meaningless
  bool hopeless        = false; ///< too large, or too many errors: the rest is not read
  unsigned int n_files = 0;     ///< read so far, and their size
  std::size_t n_bytes  = 0;
};

/// Adds a file to @p input, .json or else the .prm grammar of deal.II, with all files it includes.
void read_parameter_file(const std::string &path, RawInput &input);

/// Sets an entry from "Section/Subsection/Entry=value".
void read_override(const std::string &text, RawInput &input);

/// Sets an entry of a section; one set twice in the same file is an error.
void set_raw_entry(RawInput &input, RawSection &section, const std::string &name,
                   const std::string &full_name, const RawEntry &entry);

/// Without white space at both ends, runs of it inside replaced by one blank.
std::string trimmed(const std::string &text);

/// Without white space at both ends; inside, blanks and tabs stay as they are and breaks of lines
/// become blanks.
std::string stripped(const std::string &text);

/// Of @p names those most like @p name (Levenshtein distance, letter case counting little), best
/// first, at most three; empty if none is similar.
std::vector<std::string> nearest_names(const std::string &name,
                                       const std::vector<std::string> &names);

/// The parts of @p text between separators, trimmed.
std::vector<std::string> split(const std::string &text, char separator);

/// The parts joined, with @p separator between them.
std::string join(const std::vector<std::string> &parts, const std::string &separator);
} // namespace kavity

#endif
