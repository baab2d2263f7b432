#include "kavity/analysis/CriticalCurrentStudy.h"

#include "kavity/analysis/StopSignals.h"
#include "kavity/core/InputFiles.h"
#include "kavity/core/NoConvergence.h"
#include "kavity/core/Parameters.h"
#include "kavity/core/Quantity.h"
#include "kavity/io/Files.h"

#include <cmath>
#include <filesystem>

namespace kavity
{
namespace
{
bool is_of_dendrites(const std::string &kind)
{
  return kind.rfind("dendrite_", 0) == 0;
}
} // namespace

CriticalCurrentStudy::CriticalCurrentStudy(const CriticalCurrentSettings &settings,
                                           CriticalCurrentFactory factory, std::string folder,
                                           DecidingEntries entries, MPI_Comm communicator, Log &log,
                                           std::function<void()> poll, const double between_lines)
  : settings(settings)
  , factory(std::move(factory))
  , folder(std::move(folder))
  , entries(std::move(entries))
  , communicator(communicator)
  , log(log)
  , poll(std::move(poll))
  , table(settings)
  , exchange(communicator)
  , between_lines(between_lines)
  , progress(log, between_lines)
{
}


std::vector<CriticalCurrentRow> CriticalCurrentStudy::run()
{
  n_known = table.n_done();
  began   = MPI_Wtime();
  progress.begin(n_known);
  if (n_known > 0)
    log.line("Resuming: ", table.n_done(), " of ", table.size(), " critical currents are known.");
  error.guard([this] { run_share(); });
  if (exchange.rank() == 0)
    while (!exchange.all_ended())
      error.guard([this] { receive(true); });
  else
    exchange.end();
  error.agree(exchange, communicator);
  return exchange.rank() == 0 ? table.done() : std::vector<CriticalCurrentRow>();
}


void CriticalCurrentStudy::load()
{
  std::string known;
  error.guard(
    [&]
    {
      const std::string csv    = folder + "/critical_current.csv";
      const std::string marker = folder + "/critical_current_parameters.txt";
      namespace fs             = std::filesystem;
      if (exchange.rank() != 0)
        return;
      const bool has_rows = fs::exists(csv);
      if (has_rows && !fs::exists(marker))
        throw InputError("'" + csv + "' cannot go on without '" + marker +
                         "', which is gone. Start anew with another --output DIR.");
      if (fs::exists(marker))
        require_same(entries, entries_of(read_file(marker)), folder);
      if (!has_rows)
        return write_file_atomically(marker, text_of(entries));
      known = plain_text(read_file(csv));
    });
  error.agree(exchange, communicator);
  exchange.broadcast(known);
  table.read_csv(known);
}


void CriticalCurrentStudy::run_share()
{
  // In the order temperature, stack pressure: a share is one or few chains along the pressure axis.
  const std::size_t n_pressures = settings.stack_pressures.size();
  const std::size_t n_cells     = n_pressures * settings.temperatures.size();
  const std::size_t rank = exchange.rank(), n_ranks = exchange.size();
  const std::size_t end = n_cells * (rank + 1) / n_ranks;
  try
  {
    for (std::size_t cell = n_cells * rank / n_ranks; cell < end && !error; ++cell)
      run_case(cell / n_pressures, cell % n_pressures);
  }
  catch (const StoppedBySignal &)
  {
    // what is done is kept
  }
}


std::string CriticalCurrentStudy::stopped_by(const std::string &signal) const
{
  return "Stopped by " + signal + ": " + std::to_string(table.n_done()) + " of " +
         std::to_string(table.size()) + " critical currents are known and kept in '" + folder +
         "'; --resume goes on with the others";
}


void CriticalCurrentStudy::run_case(const unsigned int t, const unsigned int p)
{
  std::unique_ptr<CriticalCurrentCase> cell;
  for (unsigned int k = 0; k < settings.kinds.size(); ++k)
  {
    const unsigned int index = table.index(t, k, p);
    if (table.row(index))
      continue;
    CriticalCurrentRow row = {
      settings.stack_pressures[p], settings.temperatures[t], settings.kinds[k], {}, {}, {}, {}};
    try
    {
      if (cell == nullptr)
        cell = factory(row.stack_pressure, row.temperature);
      row = search(*cell, t, k, p);
    }
    catch (const NoConvergence &caught)
    {
      row.cause = std::string("no answer: ") + caught.what();
    }
    report(index, row);
  }
}


CriticalCurrentRow CriticalCurrentStudy::search(CriticalCurrentCase &cell, const unsigned int t,
                                                const unsigned int k, const unsigned int p)
{
  const SearchStart from = start(t, k, p);
  std::optional<SearchResult> result;
  if (settings.kinds[k] == "void_inf")
    result = hold(cell, HeldQuantity::volume, from, p);
  else if (settings.kinds[k] == "contact_inf")
    result = hold(cell, HeldQuantity::covered_area, from, p);
  if (!result && settings.kinds[k] == "void_inf")
    if (const std::string why = cell.never_grows(); !why.empty())
    {
      result.emplace();
      result->cause = why;
    }
  if (settings.kinds[k] == "ccd_ramp")
    result = ramp(cell, p);
  if (!result)
    result = seek(cell, from, k, p);
  return {settings.stack_pressures[p],
          settings.temperatures[t],
          settings.kinds[k],
          result->current,
          result->lower,
          result->upper,
          result->cause,
          cell.doubts()};
}


std::optional<SearchResult> CriticalCurrentStudy::hold(CriticalCurrentCase &cell,
                                                       const HeldQuantity quantity,
                                                       const SearchStart &from,
                                                       const unsigned int p)
{
  double last         = MPI_Wtime();
  const auto progress = [&](const double time, const double current, const double contact)
  {
    error.guard([this] { receive(false); });
    poll();
    if (MPI_Wtime() - last < between_lines)
      return;
    log.line("  ", quantity_text(settings.stack_pressures[p], "MPa"), ": after ",
             quantity_text(time, "s", 3), " held by ", quantity_text(current, "mA/cm^2", 4),
             ", contact ", quantity_text(contact, "1", 4));
    last = MPI_Wtime();
  };
  return cell.hold(quantity, from.current, range(), progress);
}


SearchResult CriticalCurrentStudy::ramp(CriticalCurrentCase &cell, const unsigned int p)
{
  double last = MPI_Wtime();
  return cell.ramp(
    [&](const double current)
    {
      error.guard([this] { receive(false); });
      poll();
      if (MPI_Wtime() - last < between_lines)
        return;
      log.line("  ", quantity_text(settings.stack_pressures[p], "MPa"), ": the ramp is at ",
               quantity_text(current, "mA/cm^2", 4));
      last = MPI_Wtime();
    });
}


SearchResult CriticalCurrentStudy::seek(CriticalCurrentCase &cell, const SearchStart &from,
                                        const unsigned int k, const unsigned int p)
{
  const std::string grows =
    settings.has_voids ?
      "void of base radius " + quantity_text(settings.reference_radius, "um") + " grows" :
      "contact fails by Voids/Law, which has no voids";
  const auto failure = [&](const double current) -> Failure
  {
    // What goes wrong here is no failure of this case.
    error.guard([this] { receive(false); });
    poll();
    const double start = MPI_Wtime();
    Failure point;
    if (settings.kinds[k] == "void_inf")
    {
      const SteadyMargin margin = cell.steady_margin(current);
      point                     = {margin.value, grows + margin.electrode};
    }
    else if (settings.kinds[k] == "void_onset" || settings.kinds[k] == "void_nucleation")
    {
      const bool nucleation     = settings.kinds[k] == "void_nucleation";
      const SteadyMargin margin = cell.potential_margin(current, nucleation);
      point                     = {-margin.value,
                                   (nucleation ? "voids nucleate" : "atoms below the stress-free potential") +
                                     margin.electrode};
    }
    else if (is_of_dendrites(settings.kinds[k]))
    {
      const bool fresh   = settings.kinds[k] == "dendrite_fresh";
      const auto outcome = cell.plate(current, fresh ? 0 : settings.cycles);
      point              = {-outcome.margin, outcome.cause, outcome.cause};
    }
    else
    {
      const ProtocolOutcome outcome = cell.run_protocol(current);
      point                         = {-outcome.margin, outcome.cause, outcome.cause};
    }
    const double seconds = MPI_Wtime() - start;
    if (seconds > between_lines)
      log.line("  ", quantity_text(settings.stack_pressures[p], "MPa"), ", ",
               quantity_text(current, "mA/cm^2"), ": ", point.excess < 0 ? "holds" : point.cause,
               " (", static_cast<int>(seconds), " s)");
    return point;
  };
  return search_critical_current(failure, from, range());
}


SearchRange CriticalCurrentStudy::range() const
{
  return {settings.lower_bound, settings.upper_bound, settings.tolerance};
}


SearchStart CriticalCurrentStudy::start(const unsigned int t, const unsigned int k,
                                        const unsigned int p) const
{
  const auto &pressures = settings.stack_pressures;
  const auto known      = [&](const unsigned int back)
  {
    return p >= back && pressures[p - back] > 0 && table.row(table.index(t, k, p - back)) ?
             table.row(table.index(t, k, p - back))->current :
             std::optional<double>();
  };
  const std::optional<double> last = known(1), before_last = known(2);
  if (last && before_last && pressures[p - 1] != pressures[p - 2])
  {
    // A power law through the last two.
    const double exponent =
      std::log(*last / *before_last) / std::log(pressures[p - 1] / pressures[p - 2]);
    const double current = *last * std::pow(pressures[p] / pressures[p - 1], exponent);
    if (std::isfinite(current) && current > 0)
      return {current, true};
  }
  if (last && is_of_dendrites(settings.kinds[k]))
    return {*last, true}; // pressure hardly matters
  if (last && pressures[p] > 0)
    return {*last * pressures[p] / pressures[p - 1], true}; // model.md, section 4: linear
  // Another kind at the same place is nearer than nothing.
  for (unsigned int other = 0; other < k; ++other)
    if (const auto &row = table.row(table.index(t, other, p)); row && row->current)
      return {*row->current, false};
  return {std::sqrt(settings.lower_bound * settings.upper_bound), false};
}


void CriticalCurrentStudy::report(const unsigned int index, const CriticalCurrentRow &row)
{
  if (exchange.rank() == 0)
    return store(index, row);
  table.set(index, row);
  exchange.send(index, row);
}


void CriticalCurrentStudy::store(const unsigned int index, CriticalCurrentRow row)
{
  const std::size_t n_pressures = settings.stack_pressures.size();
  const std::size_t n_kinds     = settings.kinds.size();
  row.stack_pressure            = settings.stack_pressures[index % n_pressures];
  row.kind                      = settings.kinds[index / n_pressures % n_kinds];
  row.temperature               = settings.temperatures[index / n_pressures / n_kinds];
  table.set(index, row);
  write_file_atomically(folder + "/critical_current.csv", table.csv());
  log.line("[", table.n_done(), "/", table.size(), "] ", row_text(row));
  show_progress();
}


void CriticalCurrentStudy::show_progress()
{
  const unsigned int n = table.n_done() - n_known;
  if (exchange.rank() != 0 || complete())
    return;
  const std::string text =
    std::to_string(table.n_done()) + " of " + std::to_string(table.size()) + " critical currents";
  const double done = table.n_done(), left = table.size() - done;
  if (n > 0)
    progress.update(done, left, text);
  else if (!waits && MPI_Wtime() - began > between_lines)
  {
    progress.update(done, left, text + ", the time left is told from the next one on");
    waits = true;
  }
}


void CriticalCurrentStudy::receive(const bool wait)
{
  show_progress();
  if (exchange.rank() == 0)
    exchange.receive(wait, [this](const unsigned int index, const CriticalCurrentRow &row)
                     { store(index, row); });
}

} // namespace kavity
