#ifndef kavity_core_DeclaredParameters_h
#define kavity_core_DeclaredParameters_h

#include "kavity/core/ParameterProblems.h"
#include "kavity/core/ParameterTree.h"

#include <iosfwd>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace kavity
{
/// What parameters there are: entries and sections as objects have declared them, and what of them
/// is in use.
class DeclaredParameters
{
public:
  using Path = std::vector<std::string>; ///< sections, then name

  struct Record
  {
    Path path;
    std::string kind; ///< what is expected, for the manual
    std::string unit, default_value, range, doc, source;
    std::string value, comment; ///< in use
    std::string contents;       ///< of the files it names
    bool is_default = true;
  };

  /// Throws std::logic_error if there is an entry of this path.
  Record &add(const Record &);
  /// That was added last.
  Record &last()
  {
    return records_.back();
  }

  void add_section(const Path &, const std::string &doc);

  /// The contents of a file are a part of the value of this entry.
  void add_contents(const Path &, const std::string &contents);

  /// This configuration does not use an entry or section. False if that has been said before.
  bool unused(const Path &, const std::string &because);

  /// False if unused() has named the entry or a section that it is in.
  bool in_use(const Path &) const;

  /// A section was chosen in place of an unknown law, or is missing: what is in it is not told.
  void mute(const Path &);
  bool is_mute(const Path &) const;

  /// Reports entries and sections at and below @p path that nobody has declared, with the nearest
  /// names.
  void check_unknown(const RawSection &, const Path &path, ParameterProblems &) const;

  struct Marked
  {
    std::string entry, value, mark, comment;
  };

  /// See Parameters.
  std::vector<Marked> marked() const;
  std::map<std::string, std::string> values() const;
  std::vector<std::string> entry_names() const;
  /// @p describing: all there are, as they may be, not those in use as they are.
  void print(std::ostream &, const std::string &format, bool describing) const;

private:
  class Printer;

  std::string unknown_entry(const std::string &name, const Path &path,
                            const std::vector<std::string> &names) const;

  std::vector<Record> records_;
  std::set<Path> entries_;
  std::map<Path, std::string> sections_; // with documentation
  std::map<Path, std::string> unused_;   // with the reason
  std::set<Path> mute_;
};
} // namespace kavity

#endif
