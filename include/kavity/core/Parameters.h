#ifndef kavity_core_Parameters_h
#define kavity_core_Parameters_h

#include <iosfwd>
#include <limits>
#include <map>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "kavity/core/DeclaredParameters.h"
#include "kavity/core/ParameterProblems.h"
#include "kavity/core/ParameterTree.h"
#include "kavity/core/Registry.h"

namespace kavity
{
/// Everything that is wrong with the input; what() has one line per error,
/// "file.prm:12: [Cell/Stack pressure] '5' has no unit; expected a pressure such as '2.5 MPa'".
class InputError : public std::runtime_error
{
public:
  using std::runtime_error::runtime_error;
  /// Of entries of a file, each in its place.
  InputError(const std::string &what, std::vector<Mistake> mistakes)
    : std::runtime_error(what)
    , mistakes_(std::make_shared<std::vector<Mistake>>(std::move(mistakes)))
  {
  }

  /// What is wrong with entries, all of it; empty where it is something else, or where another rank
  /// found it.
  std::vector<Mistake> mistakes() const
  {
    return mistakes_ ? *mistakes_ : std::vector<Mistake>();
  }

private:
  std::shared_ptr<const std::vector<Mistake>> mistakes_; // copies of exceptions must not throw
};

/// Values an entry may take; the bounds count in the unit the entry is declared with. They leave
/// room for all that a cell may be and catch what nobody means, such as 2.5 mPa of stack pressure.
struct Range
{
  double low     = -std::numeric_limits<double>::infinity();
  double high    = std::numeric_limits<double>::infinity();
  bool above_low = false; ///< the lower bound itself is excluded
  bool zero_too  = false; ///< 0 as well, where that means that something is not there

  static Range any();
  /// > 0
  static Range positive();
  /// >= 0
  static Range non_negative();
  /// 0 to 1, both included
  static Range fraction();
  /// >= low
  static Range at_least(double low);
  /// low to high, both included
  static Range between(double low, double high);

  /// These values and 0.
  Range or_zero() const;

  /// For messages and the manual: "> 0", "0 to 1"; empty if nothing is excluded.
  std::string text(const std::string &unit) const;
};

/// What parameters are read from: as text, before anything is known about its meaning.
struct ParameterInput
{
  std::string file; ///< the one the command names
  RawSection root;
  std::map<std::string, std::string> files; ///< contents of those that entries name, by path
};

/// The parameters of a run: reads .prm (grammar of deal.II) and .json files, and lets each object
/// declare its entries and bind them to its members in one call, with unit, range and
/// documentation. Errors do not stop the reading: finish() throws all of them at once.
///
/// An entry with the default "" must be given; with the default "none" it is optional and leaves
/// its variable untouched if absent. Comments never change what is read.
class Parameters
{
public:
  /// Reads nothing and records every entry of every law: for the manual.
  Parameters();

  /// Reads a file (.json, else .prm) and then overrides such as "Cell/Stack pressure=5 MPa".
  /// Files named by `include` are looked for beside the including file, then in the directory
  /// parameter_files of this project. Throws InputError if the file's structure is broken.
  static Parameters from_file(const std::string &path,
                              const std::vector<std::string> &overrides = {});

  /// Of another process, which has found no error in it: no file is read.
  static Parameters from_input(ParameterInput input);

  /// With all files that have been read so far.
  const ParameterInput &input() const;

  /// The following entries belong to this section of the current one.
  void enter(const std::string &section, const std::string &doc = "");

  /// A section inside the current one is missing as a whole, which has been told: no error about
  /// its entries is.
  void mute(const std::string &section);

  /// Back to the enclosing section.
  void leave();

  /// True if the file has this section inside the current one.
  bool has_section(const std::string &name) const;

  /// Numbers from 1 of the sections "NAME 1", "NAME 2", ... inside the current one.
  std::set<unsigned int> numbered_sections(const std::string &name) const;

  /// The same of entries, those that are `none` left out.
  std::set<unsigned int> numbered_entries(const std::string &name) const;

  /// A quantity in SI units. @p unit is the one people use, "1" for a plain number; @p source is
  /// the origin of the default, starting with [est] or [cal] for one that is estimated or
  /// calibrated.
  void add(const std::string &name, double &value, const std::string &default_value,
           const std::string &unit, const Range &range, const std::string &doc,
           const std::string &source = "");

  /// A list of quantities: "1 MPa, 5 MPa" or "1 MPa to 10 MPa in 10" (ten values, both ends
  /// included), also "from 1 MPa to ..." and "... in 10 logarithmic".
  void add(const std::string &name, std::vector<double> &axis, const std::string &default_value,
           const std::string &unit, const Range &range, const std::string &doc);

  /// A whole number from low to high.
  void add(const std::string &name, unsigned int &value, unsigned int default_value,
           unsigned int low, unsigned int high, const std::string &doc);

  /// true or false (also yes, no, on, off).
  void add(const std::string &name, bool &value, bool default_value, const std::string &doc);

  /// Free text; may be empty.
  void add(const std::string &name, std::string &value, const std::string &default_value,
           const std::string &doc);

  /// The name of a file, which is looked for beside the parameter file it is named in (`--set`:
  /// where the program starts); empty if not given. print() writes the whole path.
  void add_file(const std::string &name, std::string &path, const std::string &doc);

  /// The content of a file at @p path that the entry @p name of the current section stands for; it
  /// then counts as part of the entry's value. Throws std::runtime_error if it cannot be read.
  std::string read_file(const std::string &name, const std::string &path);

  /// Frees the memory of the files read.
  void release_files();

  /// One of @p names.
  void choice(const std::string &name, std::string &value, const std::string &default_value,
              const std::vector<std::string> &names, const std::string &doc);

  /// Chooses a law by its registered name and lets it declare its entries in a subsection of that
  /// name. Entries for a law that is not chosen have no effect, hence are errors, unless they
  /// come from an included file (a material may bring data for several laws). @p law is never
  /// null afterwards.
  template <class Law>
  void law(const std::string &name, std::unique_ptr<Law> &law, const std::string &default_name,
           const std::string &doc);

  /// True if the entry is in the file or an override, in the current section, and not `none`.
  bool given(const std::string &name) const;

  /// An error found by whoever knows more than one entry, reported where @p entry stands.
  void error(const std::string &entry, const std::string &message);

  /// An entry or section that this configuration does not use: it is an error if it is given
  /// ("has no effect because ..."), unless it comes from an included file, but none if it is
  /// missing.
  void unused(const std::string &name, const std::string &because);

  bool describing() const;

  /// Reports unknown sections and entries with the nearest valid names and throws InputError if
  /// there is any error at all.
  void finish();

  /// The same of one section of the file alone, whatever is wrong elsewhere.
  void finish(const std::string &section) const;

  /// All entries that are declared, also those of no effect, by names such as "Cell/Stack
  /// pressure".
  std::vector<std::string> entry_names() const
  {
    return declared_.entry_names();
  }

  using Marked = DeclaredParameters::Marked;

  /// Entries in use whose value is estimated or calibrated: their trailing comment, or the source
  /// of their default, carries [est] or [cal].
  std::vector<Marked> marked() const
  {
    return declared_.marked();
  }

  /// Entries in use and their texts, by names such as "Cell/Stack pressure"; for those that name
  /// files a checksum of the contents.
  std::map<std::string, std::string> values() const
  {
    return declared_.values();
  }

  /// Writes all entries in use: "prm" and "json" can be read again and keep the original texts;
  /// "md" is the manual. Throws std::invalid_argument for another format.
  void print(std::ostream &stream, const std::string &format) const
  {
    declared_.print(stream, format, describing_);
  }

private:
  using Record = DeclaredParameters::Record;

  const RawSection *section() const;

  const RawEntry *raw(const std::string &name) const;

  std::string full_name(const std::string &name) const;

  Location location_of(const std::string &name) const;

  // Records the declaration and returns the text to use, or nullptr if there is none.
  const std::string *declare(Record record, const std::string &name);

  // Sets the default and then what is given; what parse(text) throws becomes an error of the entry.
  template <class Parse>
  void read(const std::string &name, const std::string &default_value, const std::string *text,
            const Parse &parse);

  // True, and an error, if an entry that must be given is not.
  bool missing(const std::string &name, const std::string &default_value, const std::string *text,
               const std::string &wanted);

  // That an entry of a name nearly this one chooses, which is not given; empty: there is none.
  std::string law_of_misspelt(const std::string &name, const std::vector<std::string> &laws) const;

  // The name of the law to create; reports whatever is wrong with the choice.
  std::string choose_law(const std::string &name, const std::string &default_name,
                         const std::map<std::string, std::string> &laws, const std::string &doc);

  bool describing_ = true;
  ParameterInput input_;
  std::vector<std::string> path_;
  DeclaredParameters declared_;
  ParameterProblems problems_;
};

template <class Law>
void Parameters::law(const std::string &name, std::unique_ptr<Law> &law,
                     const std::string &default_name, const std::string &doc)
{
  const auto laws          = Registry<Law>::names_and_docs();
  const std::string chosen = choose_law(name, default_name, laws, doc);
  for (const auto &[each, each_doc] : laws)
    if (describing() || each == chosen)
    {
      auto candidate = Registry<Law>::create(each);
      enter(each, "Used with `" + name + " = " + each + "`: " + each_doc);
      candidate->declare(*this);
      leave();
      if (each == chosen)
        law = std::move(candidate);
    }
}
} // namespace kavity

#endif
