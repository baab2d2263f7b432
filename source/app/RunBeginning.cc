#include "RunReport.h"

#include "kavity/app/Memory.h"
#include "kavity/core/Version.h"

#include <algorithm>
#include <ostream>

namespace kavity
{
RunFolder open_run_folder(const Options &options, MPI_Comm comm)
{
  int rank = 0;
  MPI_Comm_rank(comm, &rank);
  std::string text;
  std::optional<RunFolder> folder;
  int failed = 0;
  if (rank == 0)
    try
    {
      folder =
        RunFolder::create(options.command == Options::Command::run ? "run" : "critical-current",
                          options.files.at(0), options.output, options.resume);
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
  if (folder && folder->finished() && !folder->resuming())
    make_log(true, options.quiet).line(folder->remark());
  return folder ? *folder : RunFolder(text);
}

Log make_log(const bool speaks, const bool quiet)
{
  static std::ostream silence(nullptr);
  return quiet ? Log(speaks, silence) : Log(speaks);
}

std::vector<Column> history_columns(const CellParameters &cell)
{
  std::vector<Column> list = {
    {"run_time", "s"},
    {"cycle", "1"},
    {"step", "1"},
    {"step_time", "s"},
    {"time_step", "s"},
    {"current_density", "mA/cm^2"},
    {"capacity", "mAh/cm^2"},
    {"voltage", "V"},
    {"overpotential", "V"},
    {"contact", "1"},
    {"contact_min", "1"},
    {"current_max", "mA/cm^2"},
    {"contact_current_max", "mA/cm^2"},
    {"void_volume", "um"},
    {"void_radius", "um"},
    {"stack_pressure", "MPa"},
    {"thickness", "um"},
    {"interface_pressure", "MPa"},
    {"potential_of_atoms", "J/mol"},
    {"drift", "um/h"},
    {"applied_charge", "C"},
    {"interface_charge", "C"},
    {"counter_charge", "C"},
    {"stripped_volume", "m^3"},
    {"inflow", "m^3"},
    {"void_growth", "m^3"},
    {"sink_contraction", "m^3"},
    {"interface_contraction", "m^3"},
    {"creep_closure", "m^3"},
    {"charge_error", "1"},
    {"metal_error", "1"},
    {"sink_error", "1"},
    {"step_error", "1"},
    {"coupling_iterations", "1"},
    {"newton_iterations", "1"},
    {"linear_iterations", "1"},
  };
  if (cell.resolved)
    list.insert(list.end(), {{"free_energy", "J"}, {"energy_error", "1"}, {"metal_excess", "1"}});
  if (cell.second)
  {
    list.insert(list.end(), {{"electrode_potential", "V"}, {"electrode_potential_2", "V"}});
    for (const char *name :
         {"overpotential", "contact", "contact_min", "current_max", "contact_current_max",
          "void_volume", "void_radius", "thickness", "interface_pressure", "potential_of_atoms",
          "drift", "stripped_volume", "inflow", "void_growth", "sink_contraction",
          "interface_contraction", "creep_closure"})
    {
      const auto first = std::find_if(list.begin(), list.end(),
                                      [&](const Column &column) { return column.name == name; });
      list.push_back({first->name + "_2", first->unit});
    }
  }
  return list;
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
