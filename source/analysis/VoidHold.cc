#include "kavity/analysis/VoidHold.h"

#include "kavity/core/Parameters.h"
#include "kavity/core/Quantity.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace kavity
{
namespace
{
// At the very start, where surfaces and the metal beside them relax, no sensible current holds the
// voids. They are left alone for this part of the time, but not beyond this change of what is held.
constexpr double start_of_hold = 0.005, change_left_alone = 0.02;

// What has drifted is to come back over this part of the time that has passed, and over no less
// than this part of the settling time: the metal takes a while to answer.
constexpr double leisure = 0.5, patience = 0.05;

// Share of a change of the current that comes from the voids and not from the metal around them.
// Least: what has been seen of it may be noise.
constexpr double first_share = 0.3, least_share = 0.1, largest_share = 3;

// Each change of the mesh makes the current that holds the voids jitter by half a per cent. Means
// over so many parts of the second half of the time tell whether it has settled.
constexpr unsigned int parts = 4;

// Beyond these the voids are others than those of the file.
constexpr double grown = 1.5, shrunk = 0.5;

class VoidHold
{
public:
  VoidHold(Steppable &cell, TimeStepControl control, const HoldSettings &settings)
    : cell(cell)
    , control(std::move(control))
    , settings(settings)
    , suffix(settings.below ? second_suffix : "")
    , current(std::clamp(settings.start, settings.range.lower, settings.range.upper))
  {
    cell.reset(applied(current));
    cell.solve(applied(current));
    this->control.restart();
    const auto now = cell.observables();
    whole = held = measure(now);
    if (whole <= 0)
      throw InputError("There are no voids to hold: the section Void field gives none, so that "
                       "no critical current of voids can be sought.");
    unit = settings.unit * now.at("void_volume" + suffix) / whole;
  }

  SearchResult run(const HoldProgress &progress)
  {
    while (time < settings.time * (1 - 1e-9))
      if (step())
      {
        progress(time, current, contact);
        if (held > grown * whole || held < shrunk * whole)
          return lost();
      }
    return result();
  }

private:
  /// What is held: volume per area, or the covered fraction.
  double measure(const std::map<std::string, double> &now) const
  {
    return settings.quantity == HeldQuantity::volume ? now.at("void_volume" + suffix) :
                                                       1 - now.at("contact" + suffix);
  }

  /// The current of the cell that strips the electrode by this one.
  double applied(const double stripping) const
  {
    return settings.below ? -stripping : stripping;
  }

  /// One step of the length the control wishes, with the current that holds the voids; false if
  /// the step was too long.
  bool step()
  {
    const double length = control.next(settings.time - time);
    const double wish =
      (whole - held) / std::max({length, leisure * time, patience * settings.time}) * unit;
    const bool holds =
      time >= start_of_hold * settings.time || std::abs(held - whole) > change_left_alone * whole;
    TrialStep trial;
    double tried = current, growth = 0, next = current;
    try
    {
      for (bool again = true; again;)
      {
        const CellStep of_cell   = cell.advance(length, applied(tried));
        trial.error              = of_cell.error;
        trial.change             = of_cell.change;
        const double last_growth = growth;
        growth                   = (measure(cell.observables()) - held) / length * unit;
        if (tried != current)
          share =
            std::clamp((growth - last_growth) / (tried - current), least_share, largest_share);
        if (holds)
          next =
            std::clamp(tried - (growth - wish) / share, settings.range.lower, settings.range.upper);
        again = tried == current && std::abs(next - tried) > settings.range.tolerance * tried &&
                TimeStepControl(control).decide(trial).accepted();
        if (again)
        {
          cell.reject();
          tried = next;
        }
      }
    }
    catch (const NoConvergence &failure)
    {
      trial.failure = failure.what(); // the cell has gone back by itself
    }
    const TimeStepControl begin = control;
    const Verdict verdict       = control.decide(trial);
    if (verdict.decision == Verdict::Decision::give_up)
      throw NoConvergence(verdict.reason);
    if (!verdict.accepted())
    {
      if (trial.failure.empty())
        cell.reject();
      return false;
    }
    if (cell.refine())
    {
      control = begin;
      return false;
    }
    auto now = cell.observables();
    cell.accept();
    if (cell.solved()) // on a mesh that may have changed
      now = cell.observables();
    held    = measure(now);
    contact = now.at("contact" + suffix);
    time += length;
    holding.emplace_back(time, tried - growth / share);
    current = next;
    return true;
  }

  /// The voids have become others: at an end of the range that is an answer.
  SearchResult lost() const
  {
    const bool grows = held > whole;
    const double end = grows ? settings.range.lower : settings.range.upper;
    if (current != end)
      throw NoConvergence("the current did not hold the voids: they changed by half");
    SearchResult result;
    (grows ? result.upper : result.lower) = end;
    result.cause = (grows ? "already below " : "none up to ") + quantity_text(end, "mA/cm^2") +
                   (grows ? ": voids grow" : ": voids shrink");
    return result;
  }

  /// Mean over a time of the current without growth.
  double mean(const double from, const double to) const
  {
    double sum = 0, begin = 0;
    for (const auto &[end, current] : holding)
    {
      sum += current * std::max(0., std::min(end, to) - std::max(begin, from));
      begin = end;
    }
    return sum / (to - from);
  }

  SearchResult result() const
  {
    SearchResult result;
    double low = 0, high = 0, last = 0;
    for (unsigned int part = 0; part < parts; ++part)
    {
      const double length = 0.5 * time / parts;
      last                = mean(0.5 * time + part * length, 0.5 * time + (part + 1) * length);
      low                 = part == 0 ? last : std::min(low, last);
      high                = part == 0 ? last : std::max(high, last);
    }
    result.current = last;
    result.lower   = low;
    result.upper   = high;
    result.cause   = "voids grow";
    if (high - low > settings.range.tolerance * last)
    {
      std::ostringstream text;
      text.precision(2);
      text << "; not settled: the current that holds them changed by " << 100 * (high - low) / last
           << " % over the second half of the settling time";
      result.cause += text.str();
    }
    return result;
  }

  Steppable &cell;
  TimeStepControl control;
  const HoldSettings settings;
  const std::string suffix; ///< of names of the electrode's observables
  double current;
  double whole = 0, held = 0, unit = 0, contact = 1, time = 0, share = first_share;
  std::vector<std::pair<double, double>> holding; // end of a step, current without growth
};
} // namespace

SearchResult hold_voids(Steppable &cell, TimeStepControl control, const HoldSettings &settings,
                        const HoldProgress &progress)
{
  return VoidHold(cell, std::move(control), settings).run(progress);
}
} // namespace kavity
