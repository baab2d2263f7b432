#ifndef kavity_models_FieldOutput_h
#define kavity_models_FieldOutput_h

#include "kavity/models/IonTransport.h"

#include <deal.II/base/data_out_base.h>

#include <map>
#include <string>
#include <vector>

namespace kavity
{
/// Settings of every file of fields, with the units of what it holds.
dealii::DataOutBase::VtkFlags vtk_flags(const std::map<std::string, std::string> &units);

/// Writes potential and current density in the electrolyte; returns the name of the file.
/// Collective.
template <int dim>
std::string write_electrolyte(const IonTransport<dim> &, const Body<dim> &electrolyte,
                              const std::string &folder, unsigned int number);

/// Values at the points of Gamma on the side that is written, with their unit.
struct InterfaceField
{
  std::string name, unit;
  const InterfaceValues *values;
};

/// Writes Gamma as a surface of its own; returns the name of the file. Collective.
template <int dim>
std::string write_interface(const Interface<dim> &, const Body<dim> &,
                            const std::vector<InterfaceField> &, const std::string &folder,
                            unsigned int number);
} // namespace kavity

#endif
