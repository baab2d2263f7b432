#include "kavity/cell/CellMeshes.h"

#include "kavity/core/FileError.h"

#include <sc.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

namespace kavity
{
using namespace dealii;

namespace
{
std::string being_written; // for the message below

// p4est aborts when it cannot write, which no exception can pass through. Reserving room beforehand
// leaves this for what happens in between.
[[noreturn]] void stop_without_room()
{
  const std::string text = "Cannot write '" + being_written + "'; is the disk full?\n";
  const bool said        = ::write(STDERR_FILENO, text.data(), text.size()) > 0;
  ::_exit(said ? exit_code_of_file_errors : 1);
}

// More than a body takes: p4est writes 16 bytes a cell, the state of Gamma and the phase field are
// at most two numbers for each point of a cell.
template <int dim>
unsigned long long bytes_at_most(const Body<dim> &body)
{
  constexpr unsigned long long n_files = 8, size_of_block = 4096;
  const unsigned int points = Utilities::pow(3, dim);
  return n_files * size_of_block +
         (64 + 2 * sizeof(double) * points) * body.triangulation.n_global_active_cells();
}
} // namespace

template <int dim>
CellMeshes<dim>::CellMeshes(Electrolyte<dim> &electrolyte, const Electrodes &electrodes)
  : electrolyte(electrolyte)
  , electrodes(electrodes)
{
}

template <int dim>
bool CellMeshes<dim>::due()
{
  unsigned int between = electrodes[0]->steps_between_adaptions();
  for (const auto &electrode : electrodes)
    between = std::min(between, electrode->steps_between_adaptions());
  if (++steps_since_adaption < between)
    return false;
  steps_since_adaption = 0;
  return true;
}

template <int dim>
bool CellMeshes<dim>::flag(const Follow what, const unsigned int pass)
{
  std::vector<Body<dim> *> metals;
  std::vector<const Interface<dim> *> interfaces;
  bool any = false;
  for (const auto &electrode : electrodes)
  {
    metals.push_back(&electrode->metal);
    interfaces.push_back(&electrode->interface);
    if (pass >= electrode->mesh_passes(what))
      continue;
    electrode->flag_mesh(what);
    any = true;
  }
  if (!any)
    return false;
  flag_for_graded_mesh(electrolyte.body);
  synchronise_flags(electrolyte.body, metals, interfaces);
  any = any_flag(electrolyte.body);
  for (const Body<dim> *metal : metals)
    any = any_flag(*metal) || any;
  return any;
}

template <int dim>
void CellMeshes<dim>::change(const bool carry, std::vector<CellBalance> &balances)
{
  electrolyte.drop_fields();
  for (const auto &electrode : electrodes)
    electrode->leave_mesh(carry);
  for (const auto &electrode : electrodes)
    electrode->metal.triangulation.execute_coarsening_and_refinement();
  electrolyte.body.triangulation.execute_coarsening_and_refinement();
  for (unsigned int k = 0; k < electrodes.size(); ++k)
  {
    electrodes[k]->interface.update();
    const double missing = electrodes[k]->enter_mesh(carry);
    if (carry)
      balances[k].restored += missing;
  }
}

template <int dim>
bool CellMeshes<dim>::follow(const Follow what, std::vector<CellBalance> &balances,
                             const std::function<void()> &after_change)
{
  const bool carry = what == Follow::state || what == Follow::ahead;
  if (!carry)
    steps_since_adaption = 0;
  unsigned int pass = 0;
  for (; flag(what, pass); ++pass)
  {
    change(carry, balances);
    after_change();
  }
  return pass > 0;
}

template <int dim>
std::vector<std::pair<std::string, Body<dim> *>> CellMeshes<dim>::bodies()
{
  std::vector<std::pair<std::string, Body<dim> *>> result = {{"metal", &electrodes[0]->metal},
                                                             {"electrolyte", &electrolyte.body}};
  if (electrodes.size() == 2)
    result.emplace_back("metal_2", &electrodes[1]->metal);
  return result;
}

template <int dim>
void CellMeshes<dim>::save(const std::string &others, const std::string &folder)
{
  const MPI_Comm comm = electrolyte.body.triangulation.get_communicator();
  const bool first    = Utilities::MPI::this_mpi_process(comm) == 0;
  const auto agree    = [&](const std::string &file, const int error)
  {
    if (const int worst = Utilities::MPI::max(error, comm))
      throw FileError(file, worst);
  };
  for (const auto &electrode : electrodes)
    electrode->attach();
  unsigned long long bytes = 0;
  for (const auto &[name, body] : bodies())
    bytes += bytes_at_most(*body);
  agree(folder, first ? try_to_reserve(folder, bytes) : 0);
  being_written = folder;
  sc_set_abort_handler(stop_without_room);
  try
  {
    for (const auto &[name, body] : bodies())
      body->triangulation.save(folder + "/" + name);
  }
  catch (const ExceptionBase &)
  {
    sc_set_abort_handler(nullptr);
    throw FileError("Cannot write the checkpoint in '" + folder + "'; is the disk full?");
  }
  sc_set_abort_handler(nullptr);
  const std::string file    = folder + "/numbers",
                    numbers = std::to_string(steps_since_adaption) + " " + others + "\n";
  agree(file, first ? put_into_file(file, numbers, false) : 0);
  for (const auto &electrode : electrodes)
    electrode->detach();
}

template <int dim>
std::string CellMeshes<dim>::load(const std::string &folder)
{
  electrolyte.drop_fields();
  for (const auto &electrode : electrodes)
    electrode->drop_fields();
  for (const auto &[name, body] : bodies())
    body->load(folder + "/" + name);
  for (const auto &electrode : electrodes)
    electrode->interface.update();
  std::string others;
  std::ifstream numbers(folder + "/numbers");
  if (!(numbers >> steps_since_adaption) || !std::getline(numbers, others))
    throw FileError("Cannot read the checkpoint in '" + folder + "'");
  return others;
}

template class CellMeshes<2>;
template class CellMeshes<3>;
} // namespace kavity
