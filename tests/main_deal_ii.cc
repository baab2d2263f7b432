#include <deal.II/base/mpi.h>

#include <gtest/gtest.h>

/// Runs tests that use deal.II, with one thread per rank. A failure on one rank counts on all.
int main(int argc, char **argv)
{
  testing::InitGoogleTest(&argc, argv);
  if (testing::GTEST_FLAG(list_tests))
    return RUN_ALL_TESTS();

  const dealii::Utilities::MPI::MPI_InitFinalize mpi(argc, argv, 1);
  const int failed = RUN_ALL_TESTS();
  return dealii::Utilities::MPI::max(failed, MPI_COMM_WORLD);
}
