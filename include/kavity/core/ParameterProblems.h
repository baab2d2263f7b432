#ifndef kavity_core_ParameterProblems_h
#define kavity_core_ParameterProblems_h

#include "kavity/core/ParameterTree.h"

#include <cstddef>
#include <string>
#include <vector>

namespace kavity
{
/// What is wrong with an entry.
struct Mistake
{
  Location location;
  std::string entry; ///< with its sections, or one of these; empty: none
  std::string message;
};

/// Mistakes in the input, which are told together.
class ParameterProblems
{
public:
  /// What is reported until unmute() follows from an earlier mistake and is not told.
  void mute()
  {
    ++muted_;
  }
  void unmute()
  {
    --muted_;
  }

  /// @p missing: an entry that must be given is not.
  void report(const Location &, const std::string &entry, const std::string &message,
              bool missing = false);

  /// The entry need not be given after all.
  void forget_missing(const std::string &entry);

  /// What is wrong outside a section is not told.
  void keep(const std::string &section);

  std::size_t size() const
  {
    return problems_.size();
  }

  /// So many that no more need to be looked for.
  bool too_many() const;

  /// Throws InputError: what is wrong in @p file first, then in what it includes, then on the
  /// command line, each in the order of lines.
  [[noreturn]] void raise(const std::string &file) const;

private:
  struct Problem : Mistake
  {
    bool missing = false;
  };

  std::vector<Problem> problems_;
  unsigned int muted_ = 0;
};
} // namespace kavity

#endif
