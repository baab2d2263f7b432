#include "kavity/app/CommandLine.h"
#include "kavity/app/Listings.h"
#include "kavity/app/Simulation.h"
#include "kavity/core/FileError.h"
#include "kavity/core/Parameters.h"
#include "kavity/core/Registry.h"
#include "kavity/core/Version.h"
#include "kavity/laws/Contact.h"
#include "kavity/laws/Creep.h"
#include "kavity/laws/Dendrite.h"
#include "kavity/laws/Platen.h"

#include <deal.II/base/mpi.h>

#include <cerrno>
#include <iostream>

namespace
{
// What the commands print that compute nothing; a text cut short must not look whole.
int print(const kavity::Options &options)
{
  using namespace kavity;
  int code = 0;
  switch (options.command)
  {
  case Options::Command::validate:
    code = validate_files(options);
    break;
  case Options::Command::parameters:
    code = print_manual(options);
    break;
  case Options::Command::materials:
    print_materials(std::cout);
    break;
  case Options::Command::laws:
    print_laws(std::cout,
               {{"Creep of the metal (Metal/Creep law)", Registry<CreepLaw>::names_and_docs()},
                {"Contact and voids (Voids/Law)", Registry<ContactLaw>::names_and_docs()},
                {"When dendrites begin (Dendrites/Criterion)",
                 Registry<DendriteCriterion>::names_and_docs()},
                {"How the stack is held (Cell/Platen)", Registry<PlatenLaw>::names_and_docs()}});
    break;
  case Options::Command::version:
    std::cout << "kavity " << version << " (" << commit << ")\n";
    break;
  default:
    std::cout << options.help_text;
  }
  if (!std::cout.flush())
    throw FileError("standard output", errno);
  return code;
}

int dispatch(const kavity::Options &options, MPI_Comm comm)
{
  using namespace kavity;
  if (options.command == Options::Command::run)
    return run_simulation(options, comm);
  if (options.command == Options::Command::critical_current)
    return run_critical_current(options, comm);
  if (options.command == Options::Command::study)
    return run_study(options, comm);
  int rank = 0;
  MPI_Comm_rank(comm, &rank);
  return rank == 0 ? print(options) : 0; // what is only printed one rank prints
}
} // namespace

int main(int argc, char **argv)
{
  const dealii::Utilities::MPI::MPI_InitFinalize mpi(argc, argv, 1);
  int rank = 0;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  const auto say = [rank](const char *text)
  {
    if (rank == 0)
      std::cerr << text << std::endl;
  };
  try
  {
    return dispatch(kavity::parse_command_line(argc, argv), MPI_COMM_WORLD);
  }
  catch (const kavity::UsageError &error)
  {
    say(error.what());
    return 2;
  }
  catch (const kavity::InputError &error)
  {
    say(error.what());
    return 2;
  }
  catch (const kavity::FileError &error)
  {
    say(error.what()); // every rank has it
    return kavity::exit_code_of_file_errors;
  }
  catch (const std::exception &error)
  {
    // other ranks may wait for this one for ever
    std::cerr << "kavity stopped on rank " << rank << ": " << error.what() << std::endl;
    MPI_Abort(MPI_COMM_WORLD, 1);
    return 1;
  }
}
