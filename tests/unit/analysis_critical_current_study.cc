#include "kavity/analysis/CriticalCurrentStudy.h"
#include "kavity/core/FileError.h"
#include "kavity/core/NoConvergence.h"
#include "kavity/core/Parameters.h"
#include "kavity/io/Files.h"

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

/** Fails at 8 A/m^2 per MPa, four times that when hot; on a half-cycle half as much again, without
 * voids at half of it, and by nucleation at twice. Beyond 400 A/m^2 no void grows. */
class FakeCase : public CriticalCurrentCase
{
public:
  FakeCase(double stack_pressure, double temperature)
    : critical(8e-6 * stack_pressure * (temperature > 300 ? 4 : 1))
  {
  }

  SteadyMargin steady_margin(const double i) override
  {
    return {i * std::abs(i) - critical * critical, " at the electrode below"};
  }

  std::string never_grows() override
  {
    return critical > 400 ? "none: roofs" : "";
  }

  SteadyMargin potential_margin(const double i, const bool nucleation) override
  {
    return {(nucleation ? 2 : 0.5) * critical - i};
  }

  ProtocolOutcome run_protocol(const double i) override
  {
    return {1 - i / (1.5 * critical), "contact below 0.5"};
  }

  // Dendrites: never in a cell that is fresh, in cycled ones at a current that falls with cycles.
  ProtocolOutcome plate(const double i, const unsigned int cycles) override
  {
    if (cycles == 0)
      return {1, "margin -1"};
    return {1 - i * cycles / (4 * critical), "a dendrite"};
  }

  // Fails at the first whole 10 A/m^2 above the critical current.
  SearchResult ramp(const std::function<void(double)> &progress) override
  {
    SearchResult result;
    for (double i = 10; !result.current; i += 10)
    {
      progress(i);
      (i > critical ? result.upper : result.lower) = i;
      result.current                               = result.upper;
    }
    result.cause = "dendrites in stage 3";
    return result;
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
                                      const DecidingEntries &entries = {{"A", "1"}},
                                      const double between_lines     = 5)
  {
    std::ostringstream text;
    Log log(rank() == 0, text);
    CriticalCurrentStudy study(
      settings, factory, folder, entries, MPI_COMM_WORLD, log, [] {}, between_lines);
    study.load();
    auto rows = study.run();
    said      = text.str();
    return rows;
  }

  std::string csv() const
  {
    return read_file(folder + "/critical_current.csv");
  }

  CriticalCurrentSettings settings;
  std::string folder, said;
};
} // namespace


TEST_F(CriticalCurrentStudyTest, NoTimeLeftIsToldBeforeTheFirstAnswer)
{
  const auto factory = [](const double stack_pressure, const double temperature)
  { return std::make_unique<FakeCase>(stack_pressure, temperature); };
  const std::string waits = "critical currents, the time left is told from the next one on";
  run(factory, {{"A", "1"}}, 0.);
  const std::string first = said.substr(0, said.find("[1/16]"));
  if (rank() == 0)
  {
    EXPECT_NE(first.find("  0%  0 of 16 " + waits), std::string::npos) << said;
    EXPECT_EQ(first.find(" left\n"), std::string::npos) << said;
    EXPECT_EQ(said.find(waits, first.size()), std::string::npos) << said; // once
    EXPECT_NE(said.find("  6%  1 of 16 critical currents  0:0"), std::string::npos) << said;
  }
  // nor, of a search that goes on, before one of its own
  settings.temperatures.push_back(350.);
  run(factory, {{"A", "1"}}, 0.);
  const std::string next = said.substr(0, said.find("[17/24]"));
  if (rank() == 0)
  {
    EXPECT_NE(next.find(" 67%  16 of 24 " + waits), std::string::npos) << said;
    EXPECT_EQ(next.find(" left\n"), std::string::npos) << said;
    EXPECT_NE(said.find(" 71%  17 of 24 critical currents  0:0"), std::string::npos) << said;
  }
}


TEST_F(CriticalCurrentStudyTest, TellsTheTimeLeftAndTheElectrode)
{
  const auto factory = [](const double stack_pressure, const double temperature)
  { return std::make_unique<FakeCase>(stack_pressure, temperature); };
  const auto rows = run(factory);
  if (rank() == 0)
  {
    // of the first line, the others come at intervals
    EXPECT_NE(said.find("  6%  1 of 16 critical currents  0:0"), std::string::npos) << said;
    EXPECT_NE(said.find(" left"), std::string::npos) << said;
    const std::string end = "grows at the electrode below";
    EXPECT_EQ(rows[0].cause.substr(rows[0].cause.size() - end.size()), end);
  }
  MPI_Barrier(MPI_COMM_WORLD);
  // what was known before takes no time
  settings.temperatures.push_back(350);
  run(factory);
  if (rank() == 0)
  {
    EXPECT_NE(said.find(" 71%  17 of 24 critical currents"), std::string::npos) << said;
  }
}


TEST_F(CriticalCurrentStudyTest, ACauseIsCutBehindWhatItSays)
{
  EXPECT_EQ(short_cause("cycle 2 of 25, step 2 of 2 (plate): the cell fails: dendrite_margin > 0 "
                        "(dendrite_margin is 0.0003)"),
            "cycle 2 of 25, step 2 of 2 (plate): the cell fails: dendrite_margin > 0 ...");
  EXPECT_EQ(short_cause("dendrites: margin 3.268e-07 at once in cycle 1, x 1.127 um, contact "
                        "0.4997, 5 mA/cm^2 per contact; voiding first"),
            "dendrites: margin 3.268e-07 at once in cycle 1, x 1.127 um, contact 0.4997, ...; "
            "voiding first");
  EXPECT_EQ(short_cause("cycle 2 of 25, block 12, step 2 of 2 (plate): the cell fails: "
                        "dendrite_margin > 0 and contact < 0.5 (contact is 0.4)"),
            "cycle 2 of 25, block 12, step 2 of 2 (plate): the cell fails: dendrite_margin > 0 and "
            "...");
  EXPECT_EQ(short_cause("contact below 0.5 (now)"), "contact below 0.5 (now)");
}


TEST_F(CriticalCurrentStudyTest, TakesARampAsItIs)
{
  settings.kinds           = {"ccd_ramp"};
  settings.stack_pressures = {3e6};
  settings.temperatures    = {293.15};
  const auto rows          = run([](const double stack_pressure, const double temperature)
                        { return std::make_unique<FakeCase>(stack_pressure, temperature); });
  if (rank() != 0)
    return;
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_DOUBLE_EQ(*rows[0].current, 30);
  EXPECT_DOUBLE_EQ(*rows[0].lower, 20);
  EXPECT_DOUBLE_EQ(*rows[0].upper, 30);
  EXPECT_EQ(rows[0].cause, "dendrites in stage 3");
}


TEST_F(CriticalCurrentStudyTest, AsksAboutDendrites)
{
  settings.kinds           = {"dendrite_fresh", "dendrite_cycled"};
  settings.cycles          = 2;
  settings.stack_pressures = {2e6};
  settings.temperatures    = {293.15};
  const auto rows          = run([](const double stack_pressure, const double temperature)
                        { return std::make_unique<FakeCase>(stack_pressure, temperature); });
  if (rank() != 0)
    return;
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_FALSE(rows[0].current);
  EXPECT_EQ(rows[0].cause.rfind("none up to", 0), 0u) << rows[0].cause;
  EXPECT_NE(rows[0].cause.find("margin -1"), std::string::npos) << rows[0].cause;
  ASSERT_TRUE(rows[1].current);
  const double exact = 4 * FakeCase(2e6, 293.15).critical / 2;
  EXPECT_NEAR(*rows[1].current, exact, settings.tolerance * exact);
  EXPECT_EQ(rows[1].cause, "a dendrite");
}


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


TEST_F(CriticalCurrentStudyTest, AFinishedStudyIsNotDoneAgain)
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
}


TEST_F(CriticalCurrentStudyTest, OtherEntriesAreRefusedAndNothingIsLost)
{
  int count = 0;
  run(counting(count));
  const std::string first = rank() == 0 ? csv() : "";
  MPI_Barrier(MPI_COMM_WORLD);
  count = 0;
  try
  {
    run(counting(count), {{"A", "2"}});
    ADD_FAILURE() << "other entries are accepted";
  }
  catch (const InputError &error)
  {
    EXPECT_NE(std::string(error.what()).find("[A] '2', but '1' when it began"), std::string::npos)
      << error.what();
  }
  EXPECT_EQ(sum(count), 0);
  if (rank() == 0)
  {
    EXPECT_EQ(csv(), first);
  }
}


TEST_F(CriticalCurrentStudyTest, MorePointsAreAddedAndFewerLoseNone)
{
  const CriticalCurrentSettings whole = settings;
  int count                           = 0;
  settings.temperatures               = {whole.temperatures.front()};
  run(counting(count));
  EXPECT_EQ(sum(count), 4);
  MPI_Barrier(MPI_COMM_WORLD);
  count    = 0;
  settings = whole;
  EXPECT_EQ(run(counting(count)).size(), rank() == 0 ? 16u : 0u);
  EXPECT_EQ(sum(count), 4);
  MPI_Barrier(MPI_COMM_WORLD);
  // a point that is not asked for stays in the table
  count                    = 0;
  settings.stack_pressures = {whole.stack_pressures.front(), 2 * whole.stack_pressures.back()};
  run(counting(count));
  EXPECT_EQ(sum(count), 2);
  MPI_Barrier(MPI_COMM_WORLD);
  count    = 0;
  settings = whole;
  run(counting(count));
  EXPECT_EQ(sum(count), 0);
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
  CriticalCurrentStudy study(cold, factory, folder, {}, MPI_COMM_SELF, log);
  study.load();
  study.run();
  EXPECT_EQ(n_cells, 4u);
}


TEST_F(CriticalCurrentStudyTest, ACaseWithoutAnswerIsARowAndIsTriedAgain)
{
  const auto rows = run(
    [](double stack_pressure, double temperature)
    {
      if (stack_pressure == 2.5e6)
        throw NoConvergence("the flow solver diverged");
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


TEST_F(CriticalCurrentStudyTest, OnsetNucleationAndVoidsThatCannotGrow)
{
  settings.temperatures    = {293.15};
  settings.stack_pressures = {1e6, 6e7};
  settings.kinds           = {"void_inf", "void_onset", "void_nucleation"};
  int count                = 0;
  const auto rows          = run(counting(count));
  if (rank() != 0)
    return;
  ASSERT_EQ(rows.size(), 6u);
  EXPECT_NEAR(*rows[0].current, 8., settings.tolerance * 8);
  EXPECT_FALSE(rows[1].current);
  EXPECT_EQ(rows[1].cause, "none: roofs");
  for (const unsigned int p : {0u, 1u})
  {
    const double critical = 8e-6 * settings.stack_pressures[p];
    EXPECT_NEAR(*rows[2 + p].current, 0.5 * critical, settings.tolerance * critical);
    EXPECT_NEAR(*rows[4 + p].current, 2 * critical, 2 * settings.tolerance * critical);
  }
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


TEST_F(CriticalCurrentStudyTest, AFaultOfTheProgramIsNoRow)
{
  const CriticalCurrentFactory factory = [](double stack_pressure, double temperature)
  {
    if (temperature == hot)
      throw std::logic_error("an observable is not supplied");
    return std::make_unique<FakeCase>(stack_pressure, temperature);
  };
  EXPECT_THROW(run(factory), std::exception) << "on rank " << rank();
}


TEST_F(CriticalCurrentStudyTest, AResumedStudyIsTheUninterruptedOneBitForBit)
{
  int count = 0;
  run(counting(count));
  if (rank() == 0)
  {
    const std::string whole = csv(); // of every chain along the pressures the first two are left
    CriticalCurrentTable all(settings), part(settings);
    all.read_csv(whole);
    for (unsigned int n = 0; n < all.size(); ++n)
      if (n % 4 < 2)
        part.set(n, *all.row(n));
    write_file_atomically(folder + "/critical_current.csv", part.csv());
    write_file_atomically(folder + "/whole.csv", whole);
  }
  MPI_Barrier(MPI_COMM_WORLD);
  run(counting(count));
  int size = 0;
  MPI_Comm_size(MPI_COMM_WORLD, &size);
  if (rank() == 0 && size == 1) // chains on other ranks begin elsewhere
  {
    EXPECT_EQ(csv(), read_file(folder + "/whole.csv"));
  }
}


TEST_F(CriticalCurrentStudyTest, WarningsTravelWithTheirRows)
{
  struct DoubtfulCase : FakeCase
  {
    using FakeCase::FakeCase;
    std::string doubts() const override
    {
      return critical > 40 ? "far off" : "";
    }
  };
  const auto rows = run([](double stack_pressure, double temperature)
                        { return std::make_unique<DoubtfulCase>(stack_pressure, temperature); });
  for (const CriticalCurrentRow &row : rows)
  {
    const bool far = FakeCase(row.stack_pressure, row.temperature).critical > 40;
    EXPECT_EQ(row.warning, far ? "far off" : "");
    EXPECT_EQ(row.cause.find("far off"), std::string::npos);
  }
}


TEST_F(CriticalCurrentStudyTest, AFolderThatCannotBeWrittenEndsTheStudyOnEveryRank)
{
  folder += "/not_there";
  int count = 0;
  EXPECT_THROW(run(counting(count)), FileError);
  EXPECT_EQ(sum(count), 0);
  folder = std::filesystem::path(folder).parent_path();
}
