#ifndef kavity_cell_CellStack_h
#define kavity_cell_CellStack_h

#include "kavity/cell/CellFields.h"
#include "kavity/cell/DendriteWatch.h"
#include "kavity/cell/Electrode.h"
#include "kavity/cell/PressedStack.h"

namespace kavity
{
template <int dim>
class HomogenisedElectrode;

/// A cell in `dim` dimensions: the electrolyte, the electrodes on it, and the platen. Iterates the
/// current in the electrolyte and what the electrodes answer until they agree, and takes their
/// states through time (docs/model.md, section 11).
template <int dim>
class CellStack : public Cell
{
public:
  CellStack(MPI_Comm, const CellParameters &, double stack_pressure, double temperature);

  void reset(double settled_current) override;
  void solve(const Applied &) override;
  CellStep advance(double time_step, const Applied &) override;
  void accept() override;
  void reject() override;
  bool refine() override;
  void save(const std::string &folder) override;
  void load(const std::string &folder) override;
  const std::vector<CellBalance> &balances() const override
  {
    return totals;
  }
  Observables observables() const override;
  std::map<std::string, std::string> doubts() const override;
  Exhaustion exhausted() const override;
  std::vector<DendriteFinding> dendrites() const override;
  double steady_margin(double current_density, double radius) override;
  double lowest_potential(double current_density) override;
  std::map<std::string, double> sizes() const override;
  std::map<std::string, double> seconds() const override;
  std::vector<std::array<double, 5>> interface_table(unsigned int electrode) const override;
  OutputFiles write(const std::string &folder, unsigned int number) override;

private:
  using Follow = typename Electrode<dim>::Follow;

  /// Flags all meshes to follow; false if they fit, or have changed often enough.
  bool flag_meshes(Follow, unsigned int pass);
  void change_meshes(bool carry);
  void make_fields();
  /// Has the meshes follow and solves the fields anew.
  void adapt(Follow);
  unsigned int steps_between_adaptions() const;

  /// Electrolyte and electrodes in turn until they agree.
  void iterate(CellStep &);
  void solve_electrolyte(double tolerance, CellStep &);
  double missed_voltage() const;
  void add_to_balance(double weight);
  /// The stress of the electrolyte in the fields as solved, and whether dendrites begin.
  void judge(CellStep &);
  void strain_electrolyte(CellStep &);
  /// The electrodes under the pressure that there is now.
  void press();
  NamedBodies<dim> bodies();
  /// All electrodes; std::logic_error where voids are resolved.
  std::vector<HomogenisedElectrode<dim> *> homogenised() const;

  const CellParameters &parameters;
  const MPI_Comm comm;
  const double temperature;
  PressedStack stack;

  Body<dim> electrolyte;
  std::vector<std::unique_ptr<Electrode<dim>>> electrodes;
  std::unique_ptr<IonTransport<dim>> transport;
  std::unique_ptr<Elasticity<dim>> elasticity; ///< none: the electrolyte is rigid
  std::vector<DendriteWatch<dim>> watches;     ///< of each electrode, if dendrites are looked for

  Applied applied                   = 0.;
  double mean_current               = 0; ///< last solved for, A/m^2
  unsigned int steps_since_adaption = 0;
  std::vector<double> restored; ///< for each electrode by refine(), since the last step that stands
  std::vector<CellBalance> totals;      ///< of each electrode
  std::map<std::string, double> timing; ///< s by part
};
} // namespace kavity

#endif
