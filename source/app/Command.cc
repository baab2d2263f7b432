#include "kavity/app/Command.h"

#include "kavity/core/FileError.h"
#include "kavity/core/Version.h"

#include <cerrno>
#include <iostream>
#include <map>
#include <stdexcept>
#include <utility>

namespace kavity
{
namespace
{
struct Item
{
  CommandSyntax syntax;
  RegisteredCommand::Calculation go;
};

// Sorted: what calculates first, then by name. A function's static, as commands register before
// main().
std::map<std::pair<bool, std::string>, Item> &commands()
{
  static std::map<std::pair<bool, std::string>, Item> all;
  return all;
}

void add(const bool prints, CommandSyntax syntax, RegisteredCommand::Calculation go)
{
  const auto key = std::pair(prints, syntax.name);
  if (!commands().emplace(key, Item{std::move(syntax), std::move(go)}).second)
    throw std::logic_error("the command '" + key.second + "' is registered twice");
}

// On the first rank. A text cut short must not look whole.
int print(const RegisteredCommand::Listing &listing, const Options &options, MPI_Comm comm)
{
  int rank = 0;
  MPI_Comm_rank(comm, &rank);
  if (rank != 0)
    return 0;
  const int code = listing(options);
  if (!std::cout.flush())
    throw FileError("standard output", errno);
  return code;
}
} // namespace


RegisteredCommand::RegisteredCommand(const std::string &name, const std::string &arguments,
                                     const std::string &doc,
                                     const std::vector<std::string> &options, Calculation go)
{
  add(false, {name, arguments, doc, options}, std::move(go));
}


RegisteredCommand::RegisteredCommand(const std::string &name, const std::string &arguments,
                                     const std::string &doc,
                                     const std::vector<std::string> &options,
                                     const Listing &listing)
{
  add(true, {name, arguments, doc, options},
      [listing](const Options &given, MPI_Comm comm) { return print(listing, given, comm); });
}


std::vector<CommandSyntax> registered_commands()
{
  std::vector<CommandSyntax> all;
  for (const auto &[key, item] : commands())
    all.push_back(item.syntax);
  return all;
}


int execute(const Options &options, MPI_Comm comm)
{
  for (const auto &[key, item] : commands())
    if (key.second == options.command)
      return item.go(options, comm);
  return print(
    [](const Options &given)
    {
      if (given.version)
        std::cout << "kavity " << version << " (" << commit << ")\n";
      else
        std::cout << given.help_text;
      return 0;
    },
    options, comm);
}
} // namespace kavity
