#include "kavity/core/Parameters.h"

#include <charconv>
#include <utility>

namespace kavity
{
namespace
{
std::vector<std::string> below(std::vector<std::string> path, const std::string &name)
{
  path.push_back(name);
  return path;
}

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


Parameters::Parameters() = default;


Parameters Parameters::from_file(const std::string &path, const std::vector<std::string> &overrides)
{
  RawInput input;
  read_parameter_file(path, input);
  for (const std::string &override : overrides)
    read_override(override, input);

  Parameters parameters = from_input({path, std::move(input.root), {}});
  for (const RawInput::Error &error : input.errors)
    parameters.report(error.location, error.entry, error.message);
  if (input.broken)
    parameters.throw_problems();
  return parameters;
}


Parameters Parameters::from_input(ParameterInput input)
{
  Parameters parameters;
  parameters.describing_ = false;
  parameters.input_      = std::move(input);
  return parameters;
}


const ParameterInput &Parameters::input() const
{
  return input_;
}


void Parameters::enter(const std::string &section, const std::string &doc)
{
  path_.push_back(section);
  std::string &known = sections_[path_];
  if (!doc.empty())
    known = doc;
  if (mute_.count(path_) > 0)
    ++muted_;
}


void Parameters::mute(const std::string &section)
{
  mute_.insert(below(path_, section));
}


void Parameters::leave()
{
  if (path_.empty())
    throw std::logic_error("Parameters::leave() without enter()");
  if (mute_.count(path_) > 0)
    --muted_;
  path_.pop_back();
}


const RawSection *Parameters::section() const
{
  const RawSection *section = &input_.root;
  for (const std::string &name : path_)
  {
    const auto inner = section->sections.find(name);
    if (inner == section->sections.end())
      return nullptr;
    section = &inner->second;
  }
  return section;
}


const RawEntry *Parameters::raw(const std::string &name) const
{
  const RawSection *const here = section();
  if (here == nullptr)
    return nullptr;
  const auto entry = here->entries.find(name);
  return entry == here->entries.end() ? nullptr : &entry->second;
}


bool Parameters::has_section(const std::string &name) const
{
  const RawSection *const here = section();
  return here != nullptr && here->sections.count(name) > 0;
}


std::set<unsigned int> Parameters::numbered_sections(const std::string &name) const
{
  const RawSection *const here = section();
  return here == nullptr ? std::set<unsigned int>() : numbers_after(name, here->sections);
}


std::set<unsigned int> Parameters::numbered_entries(const std::string &name) const
{
  const RawSection *const here = section();
  if (here == nullptr)
    return {};
  auto numbers = numbers_after(name, here->entries);
  for (auto number = numbers.begin(); number != numbers.end();)
    number =
      given(name + " " + std::to_string(*number)) ? std::next(number) : numbers.erase(number);
  return numbers;
}


bool Parameters::given(const std::string &name) const
{
  const RawEntry *const entry = raw(name);
  return entry != nullptr && entry->value != "none";
}


bool Parameters::describing() const
{
  return describing_;
}


Location Parameters::location_of(const std::string &name) const
{
  if (const RawEntry *const entry = raw(name))
    return entry->location;
  // else the innermost section that is there
  const RawSection *section = &input_.root;
  Location location{input_.file, 0, ""};
  for (const std::string &part : below(path_, name))
  {
    const auto inner = section->sections.find(part);
    if (inner == section->sections.end())
      break;
    section  = &inner->second;
    location = section->location;
  }
  return location;
}
} // namespace kavity
