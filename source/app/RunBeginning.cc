#include "RunBeginning.h"

#include "kavity/app/Memory.h"
#include "kavity/core/Version.h"

#include <csignal>
#include <optional>
#include <ostream>
#include <string>

namespace kavity
{
RunFolder open_run_folder(const Options &options, MPI_Comm comm)
{
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  int rank = 0;
  MPI_Comm_rank(comm, &rank);
  std::string text;
  std::optional<RunFolder> folder;
  int failed = 0;
  if (rank == 0)
    try
    {
      folder =
        options.rows || options.merge ?
          RunFolder::share(options.command, options.output) :
          RunFolder::create(options.command, options.files.at(0), options.output, options.resume);
      text = folder->path();
    }
    catch (const InputError &error)
    {
      failed = 1;
      text   = error.what();
    }
  int length = text.size();
  MPI_Bcast(&failed, 1, MPI_INT, 0, comm);
  MPI_Bcast(&length, 1, MPI_INT, 0, comm);
  text.resize(length);
  MPI_Bcast(text.data(), length, MPI_CHAR, 0, comm);
  if (failed)
    throw InputError(text);
  return folder ? *folder : RunFolder(text);
}

Log make_log(const bool speaks, const bool quiet)
{
  static std::ostream silence(nullptr);
  return quiet ? Log(speaks, silence) : Log(speaks);
}

void log_beginning(Log &log, const RunParameters &run, MPI_Comm comm)
{
  int ranks = 1;
  MPI_Comm_size(comm, &ranks);
  log.line("kavity ", version, " (", commit, "), ", ranks, ranks == 1 ? " rank" : " ranks");
  log.line("cell: ", size_text(run.cell));
  for (const auto &marked : run.parameters.marked())
    log.line(marked.mark == "[cal]" ? "calibrated: " : "estimated:  ", marked.entry, " = ",
             marked.value, marked.comment.empty() ? "" : "  # ", marked.comment);
}

} // namespace kavity
