#include "RunReport.h"
#include "kavity/analysis/DecidingEntries.h"
#include "kavity/analysis/Observables.h"
#include "kavity/analysis/RowExchange.h"
#include "kavity/core/FileError.h"
#include "kavity/core/Quantity.h"

#include <boost/archive/text_iarchive.hpp>
#include <boost/archive/text_oarchive.hpp>
#include <boost/serialization/map.hpp>
#include <boost/serialization/string.hpp>
#include <boost/serialization/vector.hpp>

#include <filesystem>
#include <sstream>

namespace kavity
{
namespace
{
// File of a checkpoint with all that is the same on every rank.
std::string state_file(const std::string &checkpoint)
{
  return checkpoint + "/run";
}
} // namespace

// Text archives keep every bit of a finite number.
template <class Archive>
void RunReport::exchange(Archive &archive, ProtocolPosition &position, TimeStepControl &control,
                         Observables &observed, Listed &listed)
{
  archive &position &control &observed &n_rows &n_steps &n_repeated &n_outputs &last_written
    &worst_charge &worst_metal &worst_sink &causes &warnings &listed.solution &listed.interface;
}

void RunReport::read_state(const std::string &checkpoint, Protocol &protocol,
                           TimeStepControl &control, Observables &observed, Listed &listed)
{
  std::istringstream text(read_file(state_file(checkpoint)));
  ProtocolPosition position;
  try
  {
    boost::archive::text_iarchive archive(text);
    DecidingEntries then;
    archive &then;
    require_same(deciding_a_run(run.parameters), then, folder.path());
    exchange(archive, position, control, observed, listed);
  }
  catch (const boost::archive::archive_exception &)
  {
    throw InputError("The checkpoint in '" + checkpoint +
                     "' is of another version of kavity. Go on with that one, or start a run of "
                     "its own with --output DIR.");
  }
  protocol.set_position(position);
}

std::string RunReport::entries_file() const
{
  return folder.file("run_parameters.txt");
}

// A run without a checkpoint would take whatever the file says now for what it was asked to do.
void RunReport::require_the_same_run() const
{
  agree_on(comm,
           [&]
           {
             if (speaks && folder.resuming() && std::filesystem::exists(entries_file()))
               require_same(deciding_a_run(run.parameters), entries_of(read_file(entries_file())),
                            folder.path());
           });
}

std::string RunReport::open(Protocol &protocol, TimeStepControl &control, Observables &observed)
{
  const RowExchange ranks(comm);
  std::string checkpoint = folder.resuming() ? checkpoints.newest() : "";
  ranks.broadcast(checkpoint, 0);
  Listed listed;
  if (!checkpoint.empty())
    read_state(checkpoint, protocol, control, observed, listed);
  else
    require_the_same_run();
  agree_on(comm,
           [&]
           {
             if (speaks)
               open_files(!checkpoint.empty(), listed);
           });
  log_beginning(log, run, comm);
  const bool anew = folder.resuming() && checkpoint.empty();
  for (const std::string &remark : {anew ? std::string() : folder.remark(), checkpoints.remark()})
    if (!remark.empty())
      log.line(remark);
  if (!checkpoint.empty())
    log.line("Going on from the checkpoint after ", n_steps, " steps, at ",
             quantity_text(protocol.position().run_time, "s"), ".");
  else if (anew)
    log.line("There is no checkpoint to go on from in '", folder.path(),
             "': the run starts anew from t = 0.");
  MPI_Barrier(comm);
  return checkpoint;
}

void RunReport::open_files(const bool goes_on, const Listed &listed)
{
  if (!goes_on)
    checkpoints.remove();
  log.open_file(folder.log_file(), goes_on);
  folder.write_parameters(run.parameters);
  write_file_atomically(entries_file(), text_of(deciding_a_run(run.parameters)));
  const auto columns = history_columns(run.observables);
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
  std::string checkpoint;
  agree_on(comm,
           [&]
           {
             if (speaks)
               checkpoint = checkpoints.begin();
           });
  RowExchange(comm).broadcast(checkpoint, 0);
  return checkpoint;
}

void RunReport::write_state(const std::string &path, const Protocol &protocol,
                            TimeStepControl &control, Observables &observed)
{
  std::ostringstream text;
  {
    boost::archive::text_oarchive archive(text); // writes its last line when it ends
    const auto values         = deciding_a_run(run.parameters);
    ProtocolPosition position = protocol.position();
    Listed listed             = {solution->entries(), interface->entries()};
    archive &values;
    exchange(archive, position, control, observed, listed);
  }
  if (const int error = put_into_file(path, text.str(), false); error != 0)
    throw FileError(path, error);
}

void RunReport::complete_checkpoint(const std::string &checkpoint, const Protocol &protocol,
                                    TimeStepControl &control, Observables &observed)
{
  MPI_Barrier(comm); // all have written
  agree_on(comm,
           [&]
           {
             if (!speaks)
               return;
             write_state(state_file(checkpoint), protocol, control, observed);
             synchronise(history->path());
             checkpoints.complete(n_steps);
           });
  log.line("checkpoint after ", n_steps, " steps");
}
} // namespace kavity
