#include "kavity/models/CellFields.h"

#include "kavity/core/FileError.h"

#include <sc.h>
#include <unistd.h>

#include <fstream>

namespace kavity
{
using namespace dealii;

namespace
{
// In the axes of the mesh: the law has y normal to Gamma, the mesh has it last.
template <int dim>
Tensor<2, dim> conductivity(const Conduction &electrolyte, const double temperature)
{
  const auto full = electrolyte.tensor(temperature);
  std::array<unsigned int, dim> axis;
  axis[0]       = 0;
  axis[1]       = dim == 2 ? 1 : 2;
  axis[dim - 1] = 1;
  Tensor<2, dim> result;
  for (unsigned int i = 0; i < dim; ++i)
    for (unsigned int j = 0; j < dim; ++j)
      result[i][j] = full[axis[i]][axis[j]];
  return result;
}

template <int dim>
std::function<double(const Point<dim> &)> sink_factor(const CellParameters &parameters)
{
  if (!parameters.sink_distance_variation.varies())
    return {};
  return [&parameters](const Point<dim> &x) { return at(parameters.sink_distance_variation, x); };
}

template <int dim>
typename MetalFlow<dim>::Options flow_options(const CellParameters &p, const bool with_potential)
{
  typename MetalFlow<dim>::Options options;
  options.platen =
    p.rigid_platen ? MetalFlow<dim>::Platen::rigid_pressure : MetalFlow<dim>::Platen::pressure;
  options.slip  = p.stick ? MetalFlow<dim>::Slip::stick : MetalFlow<dim>::Slip::free;
  options.sinks = p.contact->has_sinks();
  if (p.metal_size > 0)
    options.size_factor = p.metal.creep->size_factor(p.metal_size);
  options.with_potential = with_potential;
  return options;
}
std::string being_written; // for the message below

// p4est aborts when it cannot write, which no exception can pass through. Reserving room beforehand
// leaves this for what happens in between.
[[noreturn]] void stop_without_room()
{
  const std::string text = "Cannot write '" + being_written + "'; is the disk full?\n";
  const bool said        = ::write(STDERR_FILENO, text.data(), text.size()) > 0;
  ::_exit(said ? exit_code_of_file_errors : 1);
}

// More than a checkpoint takes: p4est writes 16 bytes a cell, the state of Gamma and the phase
// field are at most two numbers for each point of a cell.
template <int dim>
unsigned long long bytes_at_most(const Body<dim> &metal, const Body<dim> &electrolyte)
{
  constexpr unsigned long long n_files = 16, size_of_block = 4096;
  const unsigned int points = Utilities::pow(3, dim);
  return n_files * size_of_block +
         (64 + 2 * sizeof(double) * points) * metal.triangulation.n_global_active_cells() +
         64 * electrolyte.triangulation.n_global_active_cells();
}
} // namespace

template <int dim>
void save_meshes(const Body<dim> &metal, const Body<dim> &electrolyte,
                 const unsigned int steps_since_adaption, const std::string &folder)
{
  const MPI_Comm comm = metal.triangulation.get_communicator();
  const bool first    = Utilities::MPI::this_mpi_process(comm) == 0;
  const auto bytes    = bytes_at_most(metal, electrolyte);
  if (const int error = Utilities::MPI::max(first ? try_to_reserve(folder, bytes) : 0, comm))
    throw FileError(folder, error);
  being_written = folder;
  sc_set_abort_handler(stop_without_room);
  try
  {
    metal.triangulation.save(folder + "/metal");
    electrolyte.triangulation.save(folder + "/electrolyte");
  }
  catch (const ExceptionBase &)
  {
    sc_set_abort_handler(nullptr);
    throw FileError("Cannot write the checkpoint in '" + folder + "'; is the disk full?");
  }
  sc_set_abort_handler(nullptr);
  const std::string file = folder + "/steps_since_adaption";
  const int error =
    first ? put_into_file(file, std::to_string(steps_since_adaption) + "\n", false) : 0;
  if (const int worst = Utilities::MPI::max(error, comm))
    throw FileError(file, worst);
}

template <int dim>
unsigned int load_meshes(Body<dim> &metal, Body<dim> &electrolyte, const std::string &folder)
{
  metal.load(folder + "/metal");
  electrolyte.load(folder + "/electrolyte");
  unsigned int steps_since_adaption = 0;
  if (!(std::ifstream(folder + "/steps_since_adaption") >> steps_since_adaption))
    throw FileError("Cannot read the checkpoint in '" + folder + "'");
  return steps_since_adaption;
}

template <int dim>
std::unique_ptr<IonTransport<dim>>
make_transport(const Body<dim> &electrolyte, const Interface<dim> &interface,
               const CellParameters &parameters, const double temperature)
{
  return std::make_unique<IonTransport<dim>>(
    electrolyte, interface, parameters.kinetics,
    conductivity<dim>(parameters.electrolyte, temperature), temperature,
    parameters.ideal_counter_electrode ? IonTransport<dim>::CounterElectrode::ideal :
                                         IonTransport<dim>::CounterElectrode::prescribed_current,
    parameters.solver);
}

template <int dim>
std::unique_ptr<MetalFlow<dim>>
make_flow(const Body<dim> &metal, const Interface<dim> &interface, const CellParameters &parameters,
          const double temperature, const bool with_potential, const bool yields)
{
  auto options   = flow_options<dim>(parameters, with_potential);
  options.yields = yields;
  return std::make_unique<MetalFlow<dim>>(metal, interface, parameters.metal, temperature, options,
                                          sink_factor<dim>(parameters), parameters.solver);
}

template void save_meshes(const Body<2> &, const Body<2> &, unsigned int, const std::string &);
template unsigned int load_meshes(Body<2> &, Body<2> &, const std::string &);
template std::unique_ptr<IonTransport<2>> make_transport(const Body<2> &, const Interface<2> &,
                                                         const CellParameters &, double);
template std::unique_ptr<MetalFlow<2>> make_flow(const Body<2> &, const Interface<2> &,
                                                 const CellParameters &, double, bool, bool);
template void save_meshes(const Body<3> &, const Body<3> &, unsigned int, const std::string &);
template unsigned int load_meshes(Body<3> &, Body<3> &, const std::string &);
template std::unique_ptr<IonTransport<3>> make_transport(const Body<3> &, const Interface<3> &,
                                                         const CellParameters &, double);
template std::unique_ptr<MetalFlow<3>> make_flow(const Body<3> &, const Interface<3> &,
                                                 const CellParameters &, double, bool, bool);
} // namespace kavity
