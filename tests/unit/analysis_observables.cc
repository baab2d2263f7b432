#include "analysis_protocol_helpers.h"
#include "kavity/analysis/Observables.h"

using namespace kavity;

namespace
{
/// Reports one number, and says nothing of it anywhere else.
struct Beaker
{
  double margin; // m

  static const std::vector<ObservableOf<Beaker>> &observables()
  {
    static const std::vector<ObservableOf<Beaker>> list = {
      {{"margin", "um", "height of the rim above the foam", Range::any()},
       [](const Beaker &beaker) { return beaker.margin; }}};
    return list;
  }
};

std::vector<std::string> names(const std::vector<Observable> &list)
{
  std::vector<std::string> names;
  for (const Observable &observable : list)
    names.push_back(observable.name);
  return names;
}

Observable simple(const std::string &name, const std::string &after)
{
  return {name, "1", "", Range::any(), Observable::Role::state, after};
}
} // namespace


TEST(Observables, OneEntryIsAColumnAResultAConditionAndInTheManual)
{
  const auto all = in_order({known_observables(), described(Beaker::observables())});
  Observables values;
  observe(values, Beaker::observables(), Beaker{-2e-6});

  const Column column = history_columns(all).back();
  EXPECT_EQ(column.name, "margin");
  EXPECT_EQ(column.unit, "um");
  EXPECT_EQ(final_values(all, values).text(), "{\n  \"margin [um]\": -2\n}");
  EXPECT_NE(listing(all).find("`margin`, height of the rim above the foam"), std::string::npos);

  // its range says that it can be negative
  const auto condition = parse_end_conditions("margin < -1 um", all).front();
  EXPECT_TRUE(condition.met(values, 0));
  observe(values, Beaker::observables(), Beaker{2e-6});
  EXPECT_FALSE(condition.met(values, 0));
}


TEST(Observables, AreInTheOrderOfTheirListsOrWhereTheyAsk)
{
  const auto list =
    in_order({{simple("c", "b"), simple("a", ""), simple("d", "c")}, {simple("b", "")}});
  EXPECT_EQ(names(list), std::vector<std::string>({"a", "b", "c", "d"}));
  EXPECT_EQ(names(in_order({list})), names(list));
  EXPECT_THROW(in_order({{simple("a", "b")}}), std::logic_error) << "there is no b";
  EXPECT_THROW(in_order({{simple("a", "b"), simple("b", "a")}}), std::logic_error) << "a circle";
  EXPECT_THROW(in_order({{simple("a", "")}, {simple("a", "")}}), std::logic_error) << "twice";
}


TEST(Observables, OfOtherCellsAreNoColumns)
{
  for (const Column &column : history_columns(known_observables()))
    EXPECT_NE(column.name, "contact_2");
  EXPECT_NE(listing(known_observables()).find("with `Cell/Kind = symmetric` also `contact_2`"),
            std::string::npos)
    << "the manual is about all cells";
  EXPECT_EQ(listing(known_observables()).find("metal_error"), std::string::npos)
    << "it ends no step";
}
