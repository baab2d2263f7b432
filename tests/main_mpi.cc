#include <gtest/gtest.h>
#include <mpi.h>

/// Runs tests that do not use deal.II. A failure on one rank counts on all.
int main(int argc, char **argv)
{
  testing::InitGoogleTest(&argc, argv);
  if (testing::GTEST_FLAG(list_tests))
    return RUN_ALL_TESTS();

  MPI_Init(&argc, &argv);
  int failed = RUN_ALL_TESTS();
  MPI_Allreduce(MPI_IN_PLACE, &failed, 1, MPI_INT, MPI_MAX, MPI_COMM_WORLD);
  MPI_Finalize();
  return failed;
}
