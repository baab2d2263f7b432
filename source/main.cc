#include "kavity/app/Command.h"
#include "kavity/core/FileError.h"
#include "kavity/core/Parameters.h"

#include <deal.II/base/mpi.h>

#include <cstdlib>
#include <iostream>

namespace
{
// A process that no launcher has started is the only rank. Unless told otherwise, Open MPI starts a
// daemon for it, which takes longer than many a calculation, tries networks, and keeps files in a
// folder that such processes would share.
void expect_one_rank()
{
  for (const char *launcher : {"OMPI_COMM_WORLD_SIZE", "PMIX_RANK", "PMI_RANK", "SLURM_PROCID"})
    if (std::getenv(launcher) != nullptr)
      return;
  constexpr int keep = 0; // what the user has set
  ::setenv("OMPI_MCA_ess_singleton_isolated", "true", keep);
  ::setenv("OMPI_MCA_orte_create_session_dirs", "false", keep);
  ::setenv("OMPI_MCA_sharedfp", "^sm", keep); // its file would be in that folder
  ::setenv("OMPI_MCA_pml", "ob1", keep);
  ::setenv("OMPI_MCA_btl", "self", keep);
}
} // namespace


int main(int argc, char **argv)
{
  expect_one_rank();
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
    return kavity::execute(kavity::parse_command_line(argc, argv, kavity::registered_commands()),
                           MPI_COMM_WORLD);
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
