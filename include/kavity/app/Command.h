#ifndef kavity_app_Command_h
#define kavity_app_Command_h

#include "kavity/app/CommandLine.h"

#include <mpi.h>

#include <functional>

namespace kavity
{
/** What `kavity NAME` does. A command adds itself from its own source file, as laws do:
 * `const RegisteredCommand registered{"impedance", "FILE", "...", {"set", "output"},
 * run_impedance};` */
struct RegisteredCommand
{
  /** One that calculates. Collective: @p go is called on all ranks and returns the exit code. */
  using Calculation = std::function<int(const Options &, MPI_Comm)>;
  RegisteredCommand(const std::string &name, const std::string &arguments, const std::string &doc,
                    const std::vector<std::string> &options, Calculation go);

  /** One that only prints: on the first rank; throws FileError if not all could be printed. */
  using Listing = std::function<int(const Options &)>;
  RegisteredCommand(const std::string &name, const std::string &arguments, const std::string &doc,
                    const std::vector<std::string> &options, const Listing &print);
};

/** Those of this program in the order of the help: what calculates, then what prints. */
std::vector<CommandSyntax> registered_commands();

/** Does what was asked for, or prints help or version.
 * @return the exit code */
int execute(const Options &, MPI_Comm);
} // namespace kavity

#endif
