#ifndef kavity_cell_FieldOutput_h
#define kavity_cell_FieldOutput_h

#include "kavity/fem/Interface.h"

#include <deal.II/base/data_out_base.h>
#include <deal.II/numerics/data_out.h>

#include <array>
#include <map>
#include <string>
#include <vector>

namespace kavity
{
/// Settings of every file of fields, with the units of what it holds.
dealii::DataOutBase::VtkFlags vtk_flags(const std::map<std::string, std::string> &units);

/// Writes the fields of every rank into a file NAME_NUMBER.RANK.vtu and a .pvtu file that lists
/// them; returns the name of the latter. Collective. On failure no file of them is left half.
/// @throws FileError on every rank
template <int dim, int spacedim>
std::string write_pieces(const dealii::DataOutInterface<dim, spacedim> &, const std::string &folder,
                         const std::string &name, unsigned int number, MPI_Comm);

/// Rows of all ranks in ascending order on the first, elsewhere none. Collective.
std::vector<std::array<double, 5>>
sorted_on_first_rank(const std::vector<std::array<double, 5>> &own, MPI_Comm);

/// Values at the points of Gamma with their unit.
struct InterfaceField
{
  std::string name, unit;
  const InterfaceValues *values;
};

/// Writes an interface as a surface of its own; returns the name of the file. Collective.
template <int dim>
std::string write_interface(const Interface<dim> &, const std::vector<InterfaceField> &,
                            const std::string &folder, const std::string &name,
                            unsigned int number);

/// Fields of a metal, with the velocity first. One below the electrolyte is put there, from the
/// frame of its own in which it is upside down.
template <int dim>
class MetalOutput : public dealii::DataOut<dim>
{
public:
  /// @p height in m of the interface of a box.
  void turn_upside_down(double height);
};
} // namespace kavity

#endif
