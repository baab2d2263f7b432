#include "kavity/cell/CellFields.h"

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
std::function<double(const Point<dim> &)> sink_factor(const ElectrodeParameters &parameters)
{
  if (!parameters.sink_distance_variation.varies())
    return {};
  return [&parameters](const Point<dim> &x) { return at(parameters.sink_distance_variation, x); };
}

template <int dim>
typename MetalFlow<dim>::Options flow_options(const ElectrodeParameters &own,
                                              const CellParameters &cell, const bool with_potential)
{
  typename MetalFlow<dim>::Options options;
  options.platen = cell.platen->is_flat() ? MetalFlow<dim>::Platen::rigid_pressure :
                                            MetalFlow<dim>::Platen::pressure;
  options.slip   = cell.stick ? MetalFlow<dim>::Slip::stick : MetalFlow<dim>::Slip::free;
  options.sinks  = own.contact->has_sinks();
  if (own.metal_size > 0)
    options.size_factor = own.metal.creep->size_factor(own.metal_size);
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
unsigned long long bytes_at_most(const NamedBodies<dim> &bodies)
{
  constexpr unsigned long long n_files = 8, size_of_block = 4096;
  const unsigned int points = Utilities::pow(3, dim);
  unsigned long long result = 0;
  for (const auto &[name, body] : bodies)
    result += n_files * size_of_block +
              (64 + 2 * sizeof(double) * points) * body->triangulation.n_global_active_cells();
  return result;
}
} // namespace

template <int dim>
void save_meshes(const NamedBodies<dim> &bodies, const std::string &numbers,
                 const std::string &folder)
{
  const MPI_Comm comm = bodies.front().second->triangulation.get_communicator();
  const bool first    = Utilities::MPI::this_mpi_process(comm) == 0;
  const auto bytes    = bytes_at_most(bodies);
  if (const int error = Utilities::MPI::max(first ? try_to_reserve(folder, bytes) : 0, comm))
    throw FileError(folder, error);
  being_written = folder;
  sc_set_abort_handler(stop_without_room);
  try
  {
    for (const auto &[name, body] : bodies)
      body->triangulation.save(folder + "/" + name);
  }
  catch (const ExceptionBase &)
  {
    sc_set_abort_handler(nullptr);
    throw FileError("Cannot write the checkpoint in '" + folder + "'; is the disk full?");
  }
  sc_set_abort_handler(nullptr);
  const std::string file = folder + "/numbers";
  const int error        = first ? put_into_file(file, numbers + "\n", false) : 0;
  if (const int worst = Utilities::MPI::max(error, comm))
    throw FileError(file, worst);
}

template <int dim>
std::string load_meshes(const NamedBodies<dim> &bodies, const std::string &folder)
{
  for (const auto &[name, body] : bodies)
    body->load(folder + "/" + name);
  std::string numbers;
  std::ifstream file(folder + "/numbers");
  if (!std::getline(file, numbers))
    throw FileError("Cannot read the checkpoint in '" + folder + "'");
  return numbers;
}

template <int dim>
std::unique_ptr<IonTransport<dim>>
make_transport(const Body<dim> &electrolyte,
               const std::vector<typename IonTransport<dim>::Terminal> &terminals,
               const CellParameters &parameters, const double temperature)
{
  using Counter = typename IonTransport<dim>::CounterElectrode;
  return std::make_unique<IonTransport<dim>>(
    electrolyte, terminals, conductivity<dim>(parameters.electrolyte, temperature), temperature,
    terminals.size() == 2              ? Counter::metal :
    parameters.ideal_counter_electrode ? Counter::ideal :
                                         Counter::prescribed_current,
    parameters.solver);
}

template <int dim>
std::unique_ptr<Elasticity<dim>>
make_elasticity(const Body<dim> &electrolyte,
                const std::vector<typename IonTransport<dim>::Terminal> &terminals,
                const CellParameters &parameters)
{
  if (!parameters.fixture)
    return nullptr;
  std::vector<const Interface<dim> *> interfaces;
  for (const auto &terminal : terminals)
    interfaces.push_back(terminal.interface);
  return std::make_unique<Elasticity<dim>>(
    electrolyte, interfaces, parameters.electrolyte.young_modulus,
    parameters.electrolyte.poisson_ratio, *parameters.fixture, parameters.solver);
}

template <int dim>
std::unique_ptr<MetalFlow<dim>> make_flow(const Body<dim> &metal, const Interface<dim> &interface,
                                          const ElectrodeParameters &own,
                                          const CellParameters &cell, const double temperature,
                                          const bool with_potential, const bool yields)
{
  auto options   = flow_options<dim>(own, cell, with_potential);
  options.yields = yields;
  return std::make_unique<MetalFlow<dim>>(metal, interface, own.metal, temperature, options,
                                          sink_factor<dim>(own), cell.solver);
}

template void save_meshes(const NamedBodies<2> &, const std::string &, const std::string &);
template std::string load_meshes(const NamedBodies<2> &, const std::string &);
template std::unique_ptr<IonTransport<2>>
make_transport(const Body<2> &, const std::vector<IonTransport<2>::Terminal> &,
               const CellParameters &, double);
template std::unique_ptr<Elasticity<2>>
make_elasticity(const Body<2> &, const std::vector<IonTransport<2>::Terminal> &,
                const CellParameters &);
template std::unique_ptr<MetalFlow<2>> make_flow(const Body<2> &, const Interface<2> &,
                                                 const ElectrodeParameters &,
                                                 const CellParameters &, double, bool, bool);
template void save_meshes(const NamedBodies<3> &, const std::string &, const std::string &);
template std::string load_meshes(const NamedBodies<3> &, const std::string &);
template std::unique_ptr<IonTransport<3>>
make_transport(const Body<3> &, const std::vector<IonTransport<3>::Terminal> &,
               const CellParameters &, double);
template std::unique_ptr<Elasticity<3>>
make_elasticity(const Body<3> &, const std::vector<IonTransport<3>::Terminal> &,
                const CellParameters &);
template std::unique_ptr<MetalFlow<3>> make_flow(const Body<3> &, const Interface<3> &,
                                                 const ElectrodeParameters &,
                                                 const CellParameters &, double, bool, bool);
} // namespace kavity
