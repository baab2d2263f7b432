#include "kavity/app/CriticalCurrentStudy.h"
#include "kavity/app/Files.h"
#include "kavity/core/Parameters.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <sstream>
#include <stdexcept>

using namespace kavity;

// These tests hold on any number of ranks; results are looked at on rank 0.
namespace
{
constexpr double hot = 333.15;

int rank()
{
  int rank = 0;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  return rank;
}

int sum(int n)
{
  MPI_Allreduce(MPI_IN_PLACE, &n, 1, MPI_INT, MPI_SUM, MPI_COMM_WORLD);
  return n;
}

/** Fails at 8 A/m^2 per MPa, four times that when hot; on a half-cycle half as much again. */
class FakeCase : public CriticalCurrentCase
{
public:
  FakeCase(double stack_pressure, double temperature)
    : critical(8e-6 * stack_pressure * (temperature > 300 ? 4 : 1))
  {
  }

  double steady_margin(const double i) override
  {
    return i * std::abs(i) - critical * critical;
  }

  ProtocolOutcome run_protocol(const double i) override
  {
    return {1 - i / (1.5 * critical), "contact below 0.5"};
  }

  double critical;
};

class CriticalCurrentStudyTest : public testing::Test
{
protected:
  CriticalCurrentStudyTest()
  {
    int id = getpid();
    MPI_Bcast(&id, 1, MPI_INT, 0, MPI_COMM_WORLD);
    folder = testing::TempDir() + "kavity_study_" + std::to_string(id);
    if (rank() == 0)
    {
      std::filesystem::remove_all(folder);
      std::filesystem::create_directory(folder);
    }
    MPI_Barrier(MPI_COMM_WORLD);
    settings.stack_pressures = {1e6, 2.5e6, 5e6, 1e7};
    settings.temperatures    = {293.15, hot};
    settings.kinds           = {"void_inf", "void_protocol"};
  }

  ~CriticalCurrentStudyTest() override
  {
    MPI_Barrier(MPI_COMM_WORLD);
    if (rank() == 0)
      std::filesystem::remove_all(folder);
  }

  CriticalCurrentFactory counting(int &count) const
  {
    return [&count](double stack_pressure, double temperature)
    {
      ++count;
      return std::make_unique<FakeCase>(stack_pressure, temperature);
    };
  }

  std::vector<CriticalCurrentRow> run(const CriticalCurrentFactory &factory,
                                      const std::string &parameters = "set A = 1\n")
  {
    std::ostringstream text;
    Log log(rank() == 0, text);
    CriticalCurrentStudy study(settings, factory, folder, parameters, MPI_COMM_WORLD, log);
    return study.run();
  }

  std::string csv() const
  {
    return read_file(folder + "/critical_current.csv");
  }

  CriticalCurrentSettings settings;
  std::string folder;
};
} // namespace


TEST_F(CriticalCurrentStudyTest, FindsEveryCaseInTheOrderOfTheAxes)
{
  int count       = 0;
  const auto rows = run(counting(count));
  EXPECT_EQ(sum(count), 8);
  if (rank() != 0)
  {
    EXPECT_TRUE(rows.empty());
    return;
  }
  ASSERT_EQ(rows.size(), 16u);
  unsigned int n = 0;
  for (const double temperature : settings.temperatures)
    for (const std::string &kind : settings.kinds)
      for (const double stack_pressure : settings.stack_pressures)
      {
        const CriticalCurrentRow &row = rows[n++];
        EXPECT_EQ(row.temperature, temperature);
        EXPECT_EQ(row.kind, kind);
        EXPECT_EQ(row.stack_pressure, stack_pressure);
        ASSERT_TRUE(row.current) << row.cause;
        const double exact =
          FakeCase(stack_pressure, temperature).critical * (kind == "void_inf" ? 1 : 1.5);
        EXPECT_NEAR(*row.current, exact, settings.tolerance * exact);
      }
  CriticalCurrentTable on_disk(settings);
  on_disk.read_csv(csv());
  EXPECT_EQ(on_disk.n_done(), 16u);
}


TEST_F(CriticalCurrentStudyTest, AFinishedStudyIsNotDoneAgainUnlessParametersChange)
{
  int count = 0;
  run(counting(count));
  const std::string first = rank() == 0 ? csv() : "";
  MPI_Barrier(MPI_COMM_WORLD);
  count           = 0;
  const auto rows = run(counting(count));
  EXPECT_EQ(sum(count), 0);
  if (rank() == 0)
  {
    EXPECT_EQ(rows.size(), 16u);
    EXPECT_EQ(csv(), first);
  }
  MPI_Barrier(MPI_COMM_WORLD);
  run(counting(count), "set A = 2\n");
  EXPECT_EQ(sum(count), 8);
}


TEST_F(CriticalCurrentStudyTest, ResumesAfterAKill)
{
  int count = 0;
  run(counting(count));
  const std::string whole = rank() == 0 ? csv() : "";
  if (rank() == 0)
  {
    // What a kill leaves: some rows, here not in one piece. The other files are complete always.
    std::istringstream lines(whole);
    std::string line, left;
    for (unsigned int n = 0; std::getline(lines, line); ++n)
      if (n < 4 || n == 9)
        left += line + "\n";
    write_file_atomically(folder + "/critical_current.csv", left);
  }
  MPI_Barrier(MPI_COMM_WORLD);
  count           = 0;
  const auto rows = run(counting(count));
  EXPECT_GE(sum(count), 6);
  if (rank() != 0)
    return;
  ASSERT_EQ(rows.size(), 16u);
  CriticalCurrentTable before(settings);
  before.read_csv(whole);
  for (unsigned int n = 0; n < rows.size(); ++n)
    // Each within its own tolerance of the same root.
    EXPECT_NEAR(*rows[n].current, *before.row(n)->current,
                2 * settings.tolerance * *before.row(n)->current);
}


TEST_F(CriticalCurrentStudyTest, RowsAreOnDiskAsSoonAsTheyAreKnown)
{
  if (rank() != 0)
    return; // one rank alone, between whose cases the file can be looked at
  unsigned int n_cells                 = 0;
  const CriticalCurrentFactory factory = [&](double stack_pressure, double temperature)
  {
    CriticalCurrentTable table(settings);
    if (n_cells > 0)
      table.read_csv(csv());
    EXPECT_EQ(table.n_done(), settings.kinds.size() * n_cells++);
    return std::make_unique<FakeCase>(stack_pressure, temperature);
  };
  std::ostringstream text;
  Log log(true, text);
  CriticalCurrentSettings cold = settings;
  cold.temperatures            = {293.15};
  CriticalCurrentStudy(cold, factory, folder, "", MPI_COMM_SELF, log).run();
  EXPECT_EQ(n_cells, 4u);
}


TEST_F(CriticalCurrentStudyTest, ACaseWithoutAnswerIsARowAndIsTriedAgain)
{
  const auto rows = run(
    [](double stack_pressure, double temperature)
    {
      if (stack_pressure == 2.5e6)
        throw std::runtime_error("the flow solver diverged");
      return std::make_unique<FakeCase>(stack_pressure, temperature);
    });
  if (rank() == 0)
  {
    ASSERT_EQ(rows.size(), 16u);
    for (const CriticalCurrentRow &row : rows)
    {
      EXPECT_EQ(row.current.has_value(), row.stack_pressure != 2.5e6);
      if (!row.current)
      {
        EXPECT_NE(row.cause.find("the flow solver diverged"), std::string::npos);
      }
    }
  }
  MPI_Barrier(MPI_COMM_WORLD);
  int count = 0;
  run(counting(count));
  EXPECT_EQ(sum(count), 2);
}


TEST_F(CriticalCurrentStudyTest, CurrentsOutOfBoundsAreNoNumbers)
{
  settings.upper_bound = 50;
  int count            = 0;
  const auto rows      = run(counting(count));
  for (const CriticalCurrentRow &row : rows)
  {
    const double exact =
      FakeCase(row.stack_pressure, row.temperature).critical * (row.kind == "void_inf" ? 1 : 1.5);
    EXPECT_EQ(row.current.has_value(), exact < 50);
    if (exact > 50)
    {
      EXPECT_EQ(*row.lower, 50);
    }
  }
}


TEST_F(CriticalCurrentStudyTest, InputErrorsReachEveryRank)
{
  const CriticalCurrentFactory factory = [](double stack_pressure, double temperature)
  {
    if (temperature == hot)
      throw InputError("the conductivity is known at 20 degC alone");
    return std::make_unique<FakeCase>(stack_pressure, temperature);
  };
  try
  {
    run(factory);
    ADD_FAILURE() << "nothing was thrown on rank " << rank();
  }
  catch (const InputError &error)
  {
    EXPECT_STREQ(error.what(), "the conductivity is known at 20 degC alone");
  }
}


TEST_F(CriticalCurrentStudyTest, AFolderThatCannotBeWrittenEndsTheStudyOnEveryRank)
{
  folder += "/not_there";
  int count = 0;
  EXPECT_THROW(run(counting(count)), std::runtime_error);
  EXPECT_EQ(sum(count), 0);
  folder = std::filesystem::path(folder).parent_path();
}
