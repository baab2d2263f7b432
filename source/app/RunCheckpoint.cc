#include "RunReport.h"
#include "kavity/app/RowExchange.h"
#include "kavity/core/Quantity.h"

#include <boost/archive/text_iarchive.hpp>
#include <boost/archive/text_oarchive.hpp>
#include <boost/serialization/map.hpp>
#include <boost/serialization/string.hpp>
#include <boost/serialization/vector.hpp>

#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace kavity
{
namespace
{
using Values = std::map<std::string, std::string>;

// File of a checkpoint with all that is the same on every rank.
std::string state_file(const std::string &checkpoint)
{
  return checkpoint + "/run";
}

// Entries that decide what is computed, as the user wrote them.
Values deciding_values(const Parameters &parameters)
{
  Values values = parameters.values();
  for (auto value = values.begin(); value != values.end();)
  {
    const std::string section = value->first.substr(0, value->first.find('/'));
    const bool decides        = section != "Output" && section != "Critical current";
    value                     = decides ? std::next(value) : values.erase(value);
  }
  return values;
}

std::string value_or_none(const Values &values, const std::string &name)
{
  const auto value = values.find(name);
  return value == values.end() ? "no such entry" : "'" + value->second + "'";
}

void require_same(const Values &now, const Values &then, const std::string &folder)
{
  Values all = now;
  all.insert(then.begin(), then.end());
  std::string changes;
  for (const auto &entry : all)
  {
    const std::string a = value_or_none(now, entry.first), b = value_or_none(then, entry.first);
    if (a != b)
      changes += "\n[" + entry.first + "] " + a + ", but " + b + " when the run began";
  }
  if (!changes.empty())
    throw InputError("The run in '" + folder + "' cannot go on with other parameters:" + changes +
                     "\nUndo the change, or start a run of its own with --output DIR.");
}
} // namespace

// Text archives keep every bit of a finite number.
template <class Archive>
void RunReport::exchange(Archive &archive, ProtocolPosition &position, TimeStepControl &control,
                         Listed &listed)
{
  archive &position &control &n_rows &n_steps &n_repeated &n_outputs &last_written &worst_charge
    &worst_metal &worst_sink &causes &listed.solution &listed.interface;
}

void RunReport::read_state(const std::string &checkpoint, Protocol &protocol,
                           TimeStepControl &control, Listed &listed)
{
  std::ifstream file(state_file(checkpoint));
  if (!file)
    throw std::runtime_error("Cannot read '" + state_file(checkpoint) + "'");
  boost::archive::text_iarchive archive(file);
  Values then;
  archive &then;
  require_same(deciding_values(run.parameters), then, folder.path());
  ProtocolPosition position;
  exchange(archive, position, control, listed);
  protocol.set_position(position);
}

std::string RunReport::open(Protocol &protocol, TimeStepControl &control)
{
  const RowExchange ranks(comm);
  std::string checkpoint = folder.resuming() ? checkpoints.newest() : "";
  ranks.broadcast(checkpoint, 0);
  Listed listed;
  if (!checkpoint.empty())
    read_state(checkpoint, protocol, control, listed);
  if (speaks)
    open_files(!checkpoint.empty(), listed);
  log_beginning(log, run, comm);
  for (const std::string &remark : {folder.remark(), checkpoints.remark()})
    if (!remark.empty())
      log.line(remark);
  if (!checkpoint.empty())
    log.line("Going on from the checkpoint after ", n_steps, " steps, at ",
             quantity_text(protocol.position().run_time, "s"), ".");
  else if (folder.resuming())
    log.line("There is no checkpoint to go on from: the run starts anew.");
  MPI_Barrier(comm);
  return checkpoint;
}

void RunReport::open_files(const bool goes_on, const Listed &listed)
{
  if (!goes_on)
    checkpoints.remove();
  log.open_file(folder.log_file(), goes_on);
  folder.write_parameters(run.parameters);
  const auto columns = history_columns(run.cell.resolved);
  if (goes_on)
    history.emplace(folder.file("history.csv"), columns, n_rows);
  else
    history.emplace(folder.file("history.csv"), columns);
  solution.emplace(folder.file("solution.pvd"), listed.solution);
  interface.emplace(folder.file("interface.pvd"), listed.interface);
  std::filesystem::create_directories(folder.file("fields"));
}

std::string RunReport::begin_checkpoint()
{
  std::string checkpoint = speaks ? checkpoints.begin() : "";
  RowExchange(comm).broadcast(checkpoint, 0);
  return checkpoint;
}

void RunReport::write_state(const std::string &path, const Protocol &protocol,
                            TimeStepControl &control)
{
  std::ofstream file(path);
  {
    boost::archive::text_oarchive archive(file); // writes its last line when it ends
    const Values values       = deciding_values(run.parameters);
    ProtocolPosition position = protocol.position();
    Listed listed             = {solution->entries(), interface->entries()};
    archive &values;
    exchange(archive, position, control, listed);
  }
  if (!file.flush())
    throw std::runtime_error("Cannot write '" + path + "'; is the disk full?");
}

void RunReport::complete_checkpoint(const std::string &checkpoint, const Protocol &protocol,
                                    TimeStepControl &control)
{
  MPI_Barrier(comm); // all have written
  if (speaks)
  {
    write_state(state_file(checkpoint), protocol, control);
    synchronise(history->path());
    checkpoints.complete(n_steps);
  }
  log.line("checkpoint after ", n_steps, " steps");
  MPI_Barrier(comm);
}
} // namespace kavity
