#include "kavity/app/Command.h"
#include "kavity/core/FileError.h"
#include "kavity/core/Parameters.h"

#include <deal.II/base/mpi.h>

#include <iostream>

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
