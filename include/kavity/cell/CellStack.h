#ifndef kavity_cell_CellStack_h
#define kavity_cell_CellStack_h

#include "kavity/cell/CellMeshes.h"
#include "kavity/cell/DendriteWatch.h"
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
  void reject() override
  {
    go_back(false);
  }
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
  std::vector<std::array<double, 5>> interface_table(const unsigned int electrode) const override
  {
    return electrodes[electrode]->interface_table();
  }
  OutputFiles write(const std::string &folder, unsigned int number) override;

private:
  using Follow = typename Electrode<dim>::Follow;

  void make_fields();
  /// Has the meshes follow and solves the fields anew.
  void adapt(Follow);

  /// Electrolyte and electrodes in turn until they agree.
  void iterate(CellStep &);
  void add_to_balance(double weight);
  /// The stress of the electrolyte in the fields as solved, and whether dendrites begin.
  void judge(CellStep &);
  /// The electrodes under the pressure that there is now.
  void press();
  /// Back to the state before the step; where it did not converge, the fields too.
  void go_back(bool fields);
  /// All electrodes; std::logic_error where voids are resolved.
  std::vector<HomogenisedElectrode<dim> *> homogenised() const;

  const CellParameters &parameters;
  const MPI_Comm comm;
  const double temperature;
  PressedStack stack;

  Electrolyte<dim> electrolyte;
  typename Electrolyte<dim>::Electrodes electrodes;
  CellMeshes<dim> meshes;
  std::vector<DendriteWatch<dim>> watches; ///< of each electrode, if dendrites are looked for

  Applied applied = 0.;
  std::vector<double> restored; ///< for each electrode by refine(), since the last step that stands
  std::vector<CellBalance> totals;      ///< of each electrode
  std::map<std::string, double> timing; ///< s by part
};
} // namespace kavity

#endif
