#include "RunBeginning.h"

#include "kavity/analysis/RowExchange.h"
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
  std::string path;
  std::optional<RunFolder> folder;
  const auto tell = [&](const std::string &text) { make_log(rank == 0, options.quiet).line(text); };
  agree_on(comm,
           [&]
           {
             if (rank != 0)
               return;
             folder = options.rows || options.merge ?
                        RunFolder::share(options.command, options.output, tell) :
                        RunFolder::create(options.command, options.files.at(0), options.output,
                                          options.resume, tell);
             path   = folder->path();
           });
  RowExchange(comm).broadcast(path);
  return folder ? *folder : RunFolder(path);
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
