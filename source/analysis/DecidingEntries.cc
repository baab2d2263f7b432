#include "kavity/analysis/DecidingEntries.h"

#include "kavity/core/Parameters.h"

#include <set>
#include <sstream>

namespace kavity
{
namespace
{
// Of all but some sections and entries.
DecidingEntries without(const Parameters &parameters, const std::set<std::string> &names)
{
  DecidingEntries entries;
  for (const auto &[name, value] : parameters.values())
    if (names.count(name) == 0 && names.count(name.substr(0, name.find('/'))) == 0)
      entries[name] = value;
  return entries;
}

std::string value_or_none(const DecidingEntries &entries, const std::string &name)
{
  const auto value = entries.find(name);
  return value == entries.end() ? "no such entry" : "'" + value->second + "'";
}
} // namespace


DecidingEntries deciding_a_run(const Parameters &parameters)
{
  return without(parameters, {"Output", "Critical current", "Study"});
}


DecidingEntries deciding_a_critical_current(const Parameters &parameters)
{
  return without(parameters, {"Output", "Protocol", "Study", "Cell/Stack pressure",
                              "Cell/Temperature", "Critical current/Stack pressures",
                              "Critical current/Temperatures", "Critical current/Kinds"});
}


DecidingEntries deciding_a_study(const Parameters &parameters)
{
  return without(parameters, {"Output"});
}


std::string text_of(const DecidingEntries &entries)
{
  std::string text;
  for (const auto &[name, value] : entries)
    text += name + " = " + value + '\n';
  return text;
}


DecidingEntries entries_of(const std::string &text)
{
  DecidingEntries entries;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);)
    if (const auto equals = line.find(" = "); equals != std::string::npos)
      entries[line.substr(0, equals)] = line.substr(equals + 3);
  return entries;
}


void require_same(const DecidingEntries &now, const DecidingEntries &then,
                  const std::string &folder)
{
  DecidingEntries all = now;
  all.insert(then.begin(), then.end());
  std::string changes;
  for (const auto &entry : all)
  {
    const std::string a = value_or_none(now, entry.first), b = value_or_none(then, entry.first);
    if (a != b)
      changes += "\n[" + entry.first + "] " + a + ", but " + b + " when it began";
  }
  if (!changes.empty())
    throw InputError("The calculation in '" + folder + "' cannot go on with other parameters:" +
                     changes + "\nUndo the change, or start one of its own with --output DIR.");
}
} // namespace kavity
