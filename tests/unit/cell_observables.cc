#include "kavity/analysis/Observables.h"
#include "kavity/analysis/Protocol.h"
#include "kavity/cell/Cell.h"
#include "kavity/core/Quantity.h"

#include <gtest/gtest.h>

#include <fstream>
#include <regex>
#include <set>
#include <sstream>

using namespace kavity;

namespace
{
std::string text_of(const std::string &file)
{
  std::ifstream stream(std::string(KAVITY_TEST_DATA) + "/../../" + file);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

std::vector<Observable> reported_by(const bool resolved, const bool symmetric,
                                    const bool dendrites = false, const bool elastic = false)
{
  CellParameters cell;
  if (elastic)
  {
    cell.fixture   = Fixture::flat_support;
    cell.dimension = 3; // where a place has three coordinates
  }
  cell.dendrites.criterion =
    Registry<DendriteCriterion>::create(dendrites ? "local_current" : "none");
  cell.resolved = resolved;
  if (symmetric)
  {
    cell.second           = std::make_unique<ElectrodeParameters>();
    cell.second->resolved = resolved;
  }
  return in_order({described(Protocol::observables()), observables_of(cell)});
}

std::set<std::string> columns(const bool resolved, const bool symmetric,
                              const bool dendrites = false, const bool elastic = false)
{
  std::set<std::string> names;
  for (const Column &column : history_columns(reported_by(resolved, symmetric, dendrites, elastic)))
    names.insert(column.name);
  return names;
}
} // namespace


TEST(RegisteredObservables, AreExplainedByTheDocumentation)
{
  const std::string manual = text_of("docs/model.md");
  const auto begin         = manual.find("\n## Results\n");
  ASSERT_NE(begin, std::string::npos);
  const std::string results = manual.substr(begin, manual.find("\n## ", begin + 1) - begin);
  for (const Observable &observable : reported_by(true, true))
  {
    // those of the second electrode are as those of the first
    const std::string name = std::regex_replace(observable.name, std::regex("_2$"), "");
    EXPECT_NE(results.find("`" + name + "`"), std::string::npos)
      << "docs/model.md, Results, does not explain " << observable.name;
    EXPECT_FALSE(observable.meaning.empty()) << observable.name;
    EXPECT_NO_THROW(from_si(0., observable.unit)) << observable.name;
  }
}


TEST(RegisteredObservables, AreThoseThatTheCellHas)
{
  const auto half = columns(false, false), both = columns(false, true),
             resolved = columns(true, false), all = columns(true, true, true, true),
             plated = columns(false, false, true);
  EXPECT_EQ(half.count("contact"), 1u);
  EXPECT_EQ(half.count("contact_2") + half.count("electrode_potential"), 0u);
  EXPECT_EQ(half.count("free_energy") + half.count("energy_error"), 0u);
  for (const char *name : {"contact_2", "thickness_2", "inflow_2", "electrode_potential"})
    EXPECT_EQ(both.count(name), 1u) << name;
  for (const char *name : {"stack_pressure_2", "charge_error_2", "free_energy", "free_energy_2"})
    EXPECT_EQ(both.count(name), 0u) << name;
  for (const char *name : {"free_energy", "energy_error", "metal_excess", "vacancies_in_metal"})
    EXPECT_EQ(resolved.count(name), 1u) << name;
  EXPECT_EQ(resolved.count("free_energy_2"), 0u);
  EXPECT_EQ(half.count("dendrite_margin") + both.count("dendrite_margin_2"), 0u);
  EXPECT_EQ(plated.count("dendrite_margin"), 1u);
  EXPECT_EQ(plated.count("principal_stress_max"), 0u);
  EXPECT_EQ(all.count("principal_stress_max"), 1u);
  EXPECT_EQ(plated.count("dendrite_margin_2"), 0u);
  EXPECT_EQ(all.count("dendrite_margin_2"), 1u);
  EXPECT_EQ(all.size(), reported_by(false, false).size()) << "every cell's list has all";
}


TEST(RegisteredObservables, AreWhatTheFigureOfAHistoryDraws)
{
  const std::string script = text_of("postprocess/figure_history.py");
  const auto names         = columns(true, true, true);
  const std::regex line("\\(\"(\\w+)\", \"[^\"]+\", [A-Z]+, \"-+\"\\)");
  unsigned int n = 0;
  for (std::sregex_iterator match(script.begin(), script.end(), line), end; match != end; ++match)
  {
    EXPECT_EQ(names.count((*match)[1]), 1u) << (*match)[1] << " is no column";
    ++n;
  }
  EXPECT_GT(n, 0u);
}
