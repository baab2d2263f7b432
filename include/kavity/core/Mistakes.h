#ifndef kavity_core_Mistakes_h
#define kavity_core_Mistakes_h

#include <exception>
#include <stdexcept>
#include <string>
#include <vector>

namespace kavity
{
/// Several mistakes in one text, such as a line of a protocol.
class Mistakes : public std::runtime_error
{
public:
  explicit Mistakes(std::vector<std::string> each);

  /// A message for each.
  const std::vector<std::string> each;
};

/// Goes on after a mistake to find the next one.
class MistakeList
{
public:
  /// Calls f() and keeps what it throws.
  template <class F>
  void attempt(const F &f)
  {
    try
    {
      f();
    }
    catch (const std::exception &error)
    {
      keep(error);
      last = std::current_exception();
    }
  }

  bool empty() const
  {
    return each.empty();
  }

  /// @throw Mistakes if there are several; one as it was thrown
  void raise() const;

private:
  void keep(const std::exception &);

  std::vector<std::string> each;
  std::exception_ptr last;
};

/// The messages of an error: of Mistakes each, else its own.
std::vector<std::string> messages_of(const std::exception &);
} // namespace kavity

#endif
