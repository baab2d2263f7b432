#include <algorithm>
#include <tuple>

#include "kavity/core/ParameterValues.h"
#include "kavity/core/Parameters.h"

namespace kavity
{
namespace
{
// Mistakes that are told one by one.
constexpr std::size_t most_problems = 100;

bool all_included(const RawSection &section)
{
  for (const auto &[name, entry] : section.entries)
    if (!entry.location.included())
      return false;
  for (const auto &[name, inner] : section.sections)
    if (!all_included(inner))
      return false;
  return section.location.included();
}
} // namespace


std::string Parameters::full_name(const std::string &name) const
{
  return path_.empty() ? name : join(path_, "/") + "/" + name;
}


void Parameters::report(const Location &location, const std::string &entry,
                        const std::string &message)
{
  if (muted_ == 0)
    problems_.push_back({location, entry, message});
}


void Parameters::error(const std::string &entry, const std::string &message)
{
  report(location_of(entry), full_name(entry), message);
}


void Parameters::unused(const std::string &name, const std::string &because)
{
  auto path = path_;
  path.push_back(name);
  unused_[path]          = because;
  const std::string full = full_name(name);
  problems_.erase(std::remove_if(problems_.begin(), problems_.end(),
                                 [&full](const Problem &problem)
                                 { return problem.missing && problem.entry == full; }),
                  problems_.end());
  if (given(name) && !raw(name)->location.included())
    error(name, "has no effect because " + because);
  else if (has_section(name) && !all_included(section()->sections.at(name)))
    error(name, "has no effect because " + because);
}


std::string Parameters::choose_law(const std::string &name, const std::string &default_name,
                                   const std::map<std::string, std::string> &laws,
                                   const std::string &doc)
{
  if (laws.empty())
    throw std::logic_error("no law is registered for [" + full_name(name) + "]");
  std::vector<std::string> names;
  for (const auto &law : laws)
    names.push_back(law.first);

  std::string chosen;
  const std::size_t problems = problems_.size();
  choice(name, chosen, default_name, names, doc);
  const bool failed = problems_.size() > problems;
  if (failed)
  {
    // go on with the law that is probably meant; with any other one its errors would mislead
    const std::string text = raw(name) != nullptr ? raw(name)->value : "";
    const auto near        = nearest_names(text, names);
    chosen = !near.empty() ? near.front() : default_name.empty() ? names.front() : default_name;
    if (near.empty())
    {
      auto path = path_;
      path.push_back(chosen);
      mute_.insert(path);
    }
  }
  if (chosen.empty())
    chosen = names.front(); // describing a law that must be given
  for (const std::string &other : names)
    if (!describing_ && other != chosen)
    {
      if (failed)
        ++muted_;
      unused(other, name + " = " + chosen);
      if (failed)
        --muted_;
    }
  return chosen;
}


void Parameters::check_unknown(const RawSection &section, const std::vector<std::string> &path)
{
  const auto child = [&path](const std::string &name)
  {
    auto longer = path;
    longer.push_back(name);
    return longer;
  };
  // what lies below a path follows it in the order of the names
  const auto below = [&path](const std::vector<std::string> &other)
  { return other.size() >= path.size() && std::equal(path.begin(), path.end(), other.begin()); };
  std::vector<std::string> entry_names, section_names;
  for (auto entry = entries_.lower_bound(path); entry != entries_.end() && below(*entry); ++entry)
    if (entry->size() == path.size() + 1)
      entry_names.push_back(entry->back());
  for (auto known = sections_.lower_bound(path); known != sections_.end() && below(known->first);
       ++known)
    if (known->first.size() == path.size() + 1)
      section_names.push_back(known->first.back());

  if (problems_.size() > 10 * most_problems)
    return;
  for (const auto &[name, entry] : section.entries)
    if (const auto full = child(name); entries_.count(full) == 0 && unused_.count(full) == 0)
      report(entry.location, join(full, "/"),
             sections_.count(full) > 0 ? "is a section, not an entry" :
                                         unknown_entry(name, path, entry_names));
  for (const auto &[name, inner] : section.sections)
    if (const auto full = child(name); unused_.count(full) > 0)
      continue; // as a whole, which has been told
    else if (sections_.count(full) > 0)
    {
      if (mute_.count(full) == 0)
        check_unknown(inner, full);
    }
    else
      report(inner.location, join(full, "/"),
             entries_.count(full) > 0 ? "is an entry, not a section" :
                                        "no such section: " + unknown_name(name, section_names));
}


std::string Parameters::unknown_entry(const std::string &name, const std::vector<std::string> &path,
                                      const std::vector<std::string> &names) const
{
  std::string message = "no such entry: " + unknown_name(name, names);
  for (const auto &entry : entries_)
    if (entry.back() == name && entry.size() > 1 && in_use(entry))
    {
      const std::vector<std::string> home(entry.begin(), entry.end() - 1);
      if (home != path)
        return message + "; there is [" + join(entry, "/") + "]";
    }
  return message;
}


void Parameters::finish()
{
  if (!path_.empty())
    throw std::logic_error("Parameters: the section '" + path_.back() + "' was not left");
  if (!describing_)
    check_unknown(input_.root, {});
  if (!problems_.empty())
    throw_problems();
}


void Parameters::throw_problems()
{
  // the file itself first, then what it includes, then the command line; each in order of lines
  const auto rank = [this](const Problem &problem)
  {
    const Location &at = problem.location;
    const int kind     = at.file == input_.file ? 0 : at.included() ? 1 : 2;
    return std::make_tuple(kind, kind == 2 ? std::string() : at.file, at.line);
  };
  std::stable_sort(problems_.begin(), problems_.end(),
                   [&rank](const Problem &a, const Problem &b) { return rank(a) < rank(b); });
  std::string all;
  std::size_t n = 0;
  for (const Problem &problem : problems_)
  {
    const Location &at = problem.location;
    if (++n > most_problems)
      break;
    all += (all.empty() ? "" : "\n") + at.text() + ": " +
           (problem.entry.empty() ? "" : "[" + problem.entry + "] ") + problem.message +
           (at.included() ? " (included from " + at.included_from + ")" : "");
  }
  if (problems_.size() > most_problems)
    all += "\nand " + std::to_string(problems_.size() - most_problems) + " more mistakes";
  throw InputError(all);
}
} // namespace kavity
