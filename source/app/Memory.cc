#include "kavity/app/Memory.h"

#include "kavity/cell/CellParameters.h"
#include "kavity/core/Parameters.h"
#include "kavity/core/Quantity.h"

#include <sys/resource.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>
#include <sstream>

namespace kavity
{
namespace
{
constexpr double unlimited = std::numeric_limits<double>::infinity();

// Measured, docs/performance.md; the program itself takes 0.2 GB.
constexpr double bytes_per_unknown = 1200, bytes_per_resolved_unknown = 1500,
                 bytes_of_program = 2e8;

// Width of the band of small elements over that of a surface.
constexpr double band_of_surface = 2.5;

// Elements that are added where the sizes of neighbours do not fit.
constexpr double fitting = 1.15;

// Coarsest elements side by side from which on the thickness of the metal, to which they are equal,
// is told to be what makes them many.
constexpr double many_columns = 20;

// The number a file of the system begins with; unlimited if there is none ("max").
double number_in(const std::string &path)
{
  std::ifstream file(path);
  double number = 0;
  return file >> number ? number : unlimited;
}

double available_on_the_machine()
{
  std::ifstream file("/proc/meminfo");
  std::string name;
  for (double kilobytes = 0; file >> name >> kilobytes; file.ignore(100, '\n'))
    if (name == "MemAvailable:")
      return 1024 * kilobytes;
  return unlimited;
}

std::string gigabytes(const double bytes)
{
  std::ostringstream text;
  text.precision(bytes < 1e11 ? 2 : 6);
  text << (bytes < 1e11 ? bytes / 1e9 : std::round(bytes / 1e9)) << " GB";
  return text.str();
}

std::string rounded(const double number)
{
  std::ostringstream text;
  text.precision(number < 1e6 ? 6 : 3);
  text << (number < 1000 ? std::round(number) : std::round(number / 100) * 100);
  return text.str();
}

// What the fields take at the start, about: elements, unknowns, and memory in bytes.
struct Size
{
  double elements, unknowns, memory;
};

template <int dim>
Size expected_size(const ElectrodeParameters &electrode, const CellGeometry &box,
                   const MeshGrading &grading)
{
  using Mesh         = Body<dim>;
  const auto metal   = Mesh::expected_size(Mesh::Side::metal, box, grading);
  double at_surfaces = 0;
  if (const auto &field = electrode.void_field; electrode.resolved)
  {
    const double size = 0.75 * field.phase_field.width / field.cells_across; // halved until it fits
    at_surfaces = field.voids.surface({box.width, dim == 3 ? box.depth : 0., box.metal_thickness},
                                      field.phase_field.contact_angle) *
                  band_of_surface * field.phase_field.width / std::pow(size, dim);
  }
  const double nodes = metal.nodes_2 + at_surfaces * std::pow(2., dim);
  // velocity, potential of atoms, metal fraction; pressure
  const double unknowns =
    fitting * ((dim + 1 + (electrode.resolved ? 1 : 0)) * nodes + metal.nodes_1 + at_surfaces);
  return {metal.cells + at_surfaces, unknowns,
          unknowns * (electrode.resolved ? bytes_per_resolved_unknown : bytes_per_unknown)};
}

template <int dim>
Size expected_size(const CellParameters &cell)
{
  using Mesh = Body<dim>;
  const auto electrolyte =
    Mesh::expected_size(Mesh::Side::electrolyte, cell.geometry, cell.grading);
  // of the potential, and of the displacement if it is elastic
  const double of_electrolyte = (cell.fixture ? 1 + dim : 1) * fitting * electrolyte.nodes_2;
  auto size                   = expected_size<dim>(cell, cell.geometry, cell.grading);
  // what that takes is reckoned with the rate of the electrode
  size.memory *= 1 + of_electrolyte / size.unknowns;
  size.memory += bytes_of_program;
  size.elements += electrolyte.cells;
  size.unknowns += of_electrolyte;
  if (cell.second)
  {
    const auto below = expected_size<dim>(*cell.second, cell.geometry.upside_down(), cell.grading);
    size.elements += below.elements;
    size.unknowns += below.unknowns;
    size.memory += below.memory;
  }
  return size;
}

Size expected_size(const CellParameters &cell)
{
  return cell.dimension == 3 ? expected_size<3>(cell) : expected_size<2>(cell);
}
} // namespace


double available_memory()
{
  double available = available_on_the_machine();
  for (const int kind : {RLIMIT_AS, RLIMIT_DATA})
    if (rlimit limit; ::getrlimit(kind, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY)
      available = std::min(available, static_cast<double>(limit.rlim_cur));
  const std::string group = "/sys/fs/cgroup/memory";
  available = std::min(available, number_in(group + ".max") - number_in(group + ".current"));
  const double limit = number_in(group + "/memory.limit_in_bytes");
  return std::min(available, limit - number_in(group + "/memory.usage_in_bytes"));
}


std::string size_text(const CellParameters &cell)
{
  const auto size  = expected_size(cell);
  std::string text = "about " + rounded(size.unknowns) + " unknowns on " + rounded(size.elements) +
                     " elements at the start, " + gigabytes(size.memory);
  if (!cell.geometry.is_box()) // a wrong unit shows
  {
    const auto length = [](const double value)
    { return quantity_text(value, value < 1e-3 ? "um" : "mm", 4); };
    return text + "; metal " + length(cell.geometry.metal_thickness) + " thick, electrolyte " +
           length(cell.geometry.electrolyte_thickness) + ", interface " +
           length(cell.geometry.width) + " wide with " +
           quantity_text(cell.geometry.area_over_platen, "1", 4) + " times the area of the platen";
  }
  if (cell.geometry.width > many_columns * cell.geometry.metal_thickness)
    text += "; elements of both bodies are no wider than the metal is thick, " +
            quantity_text(cell.geometry.metal_thickness, "um") +
            ": a narrower cell or thicker metal takes fewer";
  return text;
}


void require_memory(const std::string &file, const CellParameters &cell, MPI_Comm comm,
                    const bool for_each_rank)
{
  MPI_Comm machine;
  int ranks = 1, ranks_here = 1;
  MPI_Comm_size(comm, &ranks);
  MPI_Comm_split_type(comm, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &machine);
  MPI_Comm_size(machine, &ranks_here);
  MPI_Comm_free(&machine);
  const double share = for_each_rank ? ranks_here : static_cast<double>(ranks_here) / ranks;
  const double need  = share * expected_size(cell).memory;
  double room[2]     = {available_memory() - need, available_memory()};
  MPI_Allreduce(MPI_IN_PLACE, room, 2, MPI_DOUBLE, MPI_MIN, comm);
  if (room[0] < 0)
    throw InputError(
      file + ": the cell is too large for this machine: it takes " + gigabytes(need) +
      (share != 1 ? " for the ranks on it" : "") + " and " + gigabytes(room[1]) +
      " are available; " + size_text(cell) +
      ". Make elements larger ([Mesh/Element size at interface], [Mesh/Growth], with "
      "resolved voids [Void field/Surface width]) or the cell smaller.");
}
} // namespace kavity
