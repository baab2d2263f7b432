#ifndef kavity_core_Registry_h
#define kavity_core_Registry_h

#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>

namespace kavity
{
/// All laws of one kind, by name. A law adds itself from its own source file (see Registered), so
/// that whoever writes a new law edits no other file.
template <class Law>
class Registry
{
public:
  using Factory = std::function<std::unique_ptr<Law>()>;

  /// Makes a law available as @p name. Throws std::logic_error if the name is taken.
  static void add(const std::string &name, const std::string &doc, Factory factory)
  {
    if (!laws().emplace(name, Item{doc, std::move(factory)}).second)
      throw std::logic_error("the law '" + name + "' is registered twice");
  }

  /// A new object of the law @p name. Throws std::invalid_argument if there is no such law.
  static std::unique_ptr<Law> create(const std::string &name)
  {
    const auto law = laws().find(name);
    if (law == laws().end())
      throw std::invalid_argument("there is no law '" + name + "'");
    return law->second.factory();
  }

  /// Every name with its one-line documentation, sorted by name.
  static std::map<std::string, std::string> names_and_docs()
  {
    std::map<std::string, std::string> docs;
    for (const auto &[name, item] : laws())
      docs[name] = item.doc;
    return docs;
  }

private:
  struct Item
  {
    std::string doc;
    Factory factory;
  };

  // A function's static, because laws register before main() in an order nobody controls.
  static std::map<std::string, Item> &laws()
  {
    static std::map<std::string, Item> all;
    return all;
  }
};

/// Registers Concrete as a Law before main() starts. In the law's source file:
/// `static const Registered<CreepLaw, PowerLaw> registered{"power_law", "creep rate ~ s^n"};`
template <class Law, class Concrete>
struct Registered
{
  Registered(const std::string &name, const std::string &doc)
  {
    Registry<Law>::add(name, doc, [] { return std::make_unique<Concrete>(); });
  }
};
} // namespace kavity

#endif
