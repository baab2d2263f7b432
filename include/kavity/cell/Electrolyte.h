#ifndef kavity_cell_Electrolyte_h
#define kavity_cell_Electrolyte_h

#include "kavity/cell/Electrode.h"
#include "kavity/physics/Elasticity.h"

namespace kavity
{
/// The electrolyte of a cell: its mesh, the ions that move in it between the electrodes, and its
/// stress, unless it is rigid. All functions are collective.
template <int dim>
class Electrolyte
{
public:
  using Electrodes = std::vector<std::unique_ptr<Electrode<dim>>>;

  /// Parameters must outlive the object.
  Electrolyte(MPI_Comm, const CellParameters &, double temperature);

  Body<dim> body;

  /// Makes the equations on the present meshes; the electrodes' interfaces must outlive them.
  void make_fields(const Electrodes &);
  /// The equations are solved no more until make_fields().
  void drop_fields();

  /// Solves for the current between the electrodes as they are. Throws NoConvergence.
  void solve(const Applied &, const Electrodes &, double tolerance, CellStep &);
  /// By how much that misses what was applied, if a voltage, relative to a thousandth of what
  /// drives the current: the voltage is kept more closely than what changes beside it.
  double missed_voltage(const Applied &) const;
  /// Through the first interface, last solved for, A/m^2.
  double mean_current() const
  {
    return mean_current_;
  }
  /// Solves for the stress under the electrodes' pressure, unless rigid. Throws NoConvergence.
  void strain(const Electrodes &, CellStep &);

  const IonTransport<dim> &transport() const
  {
    return *transport_;
  }
  /// nullptr: the electrolyte is rigid
  const Elasticity<dim> *elasticity() const
  {
    return elasticity_.get();
  }

  /// Unknowns by field.
  std::map<std::string, double> sizes() const;
  /// Writes potential, current density, and, unless rigid, displacement and first principal stress;
  /// returns the name of the file.
  std::string write(const std::string &folder, unsigned int number) const;

  /// Wall time by part, s.
  std::map<std::string, double> timing;

private:
  const CellParameters &parameters;
  const double temperature;
  std::unique_ptr<IonTransport<dim>> transport_;
  std::unique_ptr<Elasticity<dim>> elasticity_;
  double mean_current_ = 0;
};
} // namespace kavity

#endif
