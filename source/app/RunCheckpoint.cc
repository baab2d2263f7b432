#include "RunCheckpoint.h"

#include "kavity/analysis/DecidingEntries.h"
#include "kavity/analysis/RowExchange.h"
#include "kavity/core/FileError.h"
#include "kavity/io/Files.h"

#include <boost/archive/text_iarchive.hpp>
#include <boost/archive/text_oarchive.hpp>
#include <boost/serialization/array.hpp>
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

RunCheckpoint::RunCheckpoint(const RunFolder &folder, const bool speaks, const RunParameters &run,
                             MPI_Comm comm)
  : run(run)
  , comm(comm)
  , folder(folder)
  , speaks(speaks)
  , checkpoints(folder.file("checkpoint"))
{
}

// Text archives keep every bit of a finite number.
template <class Archive>
void RunCheckpoint::exchange(Archive &archive, ProtocolPosition &position, TimeStepControl &control,
                             Observables &observed, RunTally &tally, ListedFields &listed)
{
  archive &position &control &observed &tally.n_rows &tally.n_steps &tally.n_repeated &tally
    .n_outputs &tally.last_written &tally.worst_charge &tally.worst_metal &tally.worst_sink &tally
    .restored_metal &tally.moved_metal &tally.dendrite &tally.causes &tally.warnings &listed
    .solution &listed.interface;
}

void RunCheckpoint::read(const std::string &checkpoint, Protocol &protocol,
                         TimeStepControl &control, Observables &observed, RunTally &tally,
                         ListedFields &listed) const
{
  std::istringstream text(read_file(state_file(checkpoint)));
  ProtocolPosition position;
  try
  {
    boost::archive::text_iarchive archive(text);
    DecidingEntries then;
    archive &then;
    require_same(deciding_a_run(run.parameters), then, folder.path());
    exchange(archive, position, control, observed, tally, listed);
  }
  catch (const boost::archive::archive_exception &)
  {
    throw InputError("The checkpoint in '" + checkpoint +
                     "' is of another version of kavity. Go on with that one, or start a run of "
                     "its own with --output DIR.");
  }
  protocol.set_position(position);
}

std::string RunCheckpoint::entries_file() const
{
  return folder.file("run_parameters.txt");
}

// A run without a checkpoint would take whatever the file says now for what it was asked to do, and
// what a finished one gives for the answer.
void RunCheckpoint::require_the_same_run() const
{
  agree_on(comm,
           [&]
           {
             const bool begun = folder.resuming() || folder.finished();
             if (speaks && begun && std::filesystem::exists(entries_file()))
               require_same(deciding_a_run(run.parameters), entries_of(read_file(entries_file())),
                            folder.path());
           });
}

std::string RunCheckpoint::newest()
{
  std::string checkpoint;
  agree_on(comm,
           [&]
           {
             if (speaks && folder.resuming())
               checkpoint = checkpoints.newest();
           });
  RowExchange(comm).broadcast(checkpoint, 0);
  return checkpoint;
}

void RunCheckpoint::begin_run(const bool goes_on)
{
  if (!goes_on)
    checkpoints.remove();
  write_file_atomically(entries_file(), text_of(deciding_a_run(run.parameters)));
}

void RunCheckpoint::end_run()
{
  checkpoints.remove();
}

std::string RunCheckpoint::begin()
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

void RunCheckpoint::write_state(const std::string &path, const Protocol &protocol,
                                TimeStepControl &control, Observables &observed, RunTally &tally,
                                ListedFields &listed) const
{
  std::ostringstream text;
  {
    boost::archive::text_oarchive archive(text); // writes its last line when it ends
    const auto values         = deciding_a_run(run.parameters);
    ProtocolPosition position = protocol.position();
    archive &values;
    exchange(archive, position, control, observed, tally, listed);
  }
  if (const int error = put_into_file(path, text.str(), false); error != 0)
    throw FileError(path, error);
}

void RunCheckpoint::complete(const std::string &checkpoint, const std::string &history,
                             const Protocol &protocol, TimeStepControl &control,
                             Observables &observed, RunTally &tally, ListedFields listed)
{
  MPI_Barrier(comm); // all have written
  agree_on(comm,
           [&]
           {
             if (!speaks)
               return;
             write_state(state_file(checkpoint), protocol, control, observed, tally, listed);
             synchronise(history);
             checkpoints.complete(tally.n_steps);
           });
}
} // namespace kavity
