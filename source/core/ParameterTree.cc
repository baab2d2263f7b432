#include "kavity/core/ParameterTree.h"

#include <charconv>

namespace kavity
{
namespace
{
// Numbers from 1 of what is named "NAME 1", "NAME 2", ...
template <class Named>
std::set<unsigned int> numbers_after(const std::string &name, const Named &named)
{
  std::set<unsigned int> numbers;
  for (const auto &[found, ignored] : named)
  {
    unsigned int number = 0;
    if (found.compare(0, name.size() + 1, name + " ") != 0)
      continue;
    const char *const end    = found.data() + found.size();
    const auto [rest, error] = std::from_chars(found.data() + name.size() + 1, end, number);
    // "Step 01" would be another name of Step 1
    if (rest == end && error == std::errc() && found == name + " " + std::to_string(number))
      numbers.insert(number);
  }
  numbers.erase(0);
  return numbers;
}
} // namespace


const RawSection *RawSection::below(const std::vector<std::string> &path) const
{
  const RawSection *section = this;
  for (const std::string &name : path)
  {
    const auto inner = section->sections.find(name);
    if (inner == section->sections.end())
      return nullptr;
    section = &inner->second;
  }
  return section;
}


std::set<unsigned int> RawSection::numbered_sections(const std::string &name) const
{
  return numbers_after(name, sections);
}


std::set<unsigned int> RawSection::numbered_entries(const std::string &name) const
{
  return numbers_after(name, entries);
}


bool RawSection::all_included() const
{
  for (const auto &[name, entry] : entries)
    if (!entry.location.included())
      return false;
  for (const auto &[name, inner] : sections)
    if (!inner.all_included())
      return false;
  return location.included();
}
} // namespace kavity
