#ifndef kavity_cell_DendriteWatch_h
#define kavity_cell_DendriteWatch_h

#include "kavity/cell/DendriteFinding.h"
#include "kavity/cell/Electrode.h"
#include "kavity/physics/PointsBelow.h"

#include <memory>

namespace kavity
{
/// Asks a criterion about every point of an electrode that is being plated (docs/model.md, section
/// 7). Good for one mesh.
template <int dim>
class DendriteWatch
{
public:
  /// References must outlive the object.
  DendriteWatch(MPI_Comm, const Electrode<dim> &, unsigned int terminal, const CellParameters &,
                double temperature);

  /// Judges the fields as solved, those of an elastic electrolyte too (nullptr: it is rigid).
  /// Collective. Throws NoConvergence on every rank.
  void judge(const IonTransport<dim> &, const Elasticity<dim> *);

  const DendriteFinding &finding() const
  {
    return worst;
  }
  /// What drives over what resists at the points of the interface, the margin + 1; 0 where nothing
  /// is plated. Metal's side.
  const InterfaceValues &load() const
  {
    return load_;
  }

  /// What is reported of it (DendriteWatch.cc).
  static const std::vector<ObservableOf<DendriteFinding>> &observables();

private:
  /// Takes what is asked of the electrolyte below the interface. Collective.
  void look_below(const IonTransport<dim> &, const Elasticity<dim> *);
  void judge_points(const IonTransport<dim> &, ElectrolyteValues &load);
  /// Whether a current, A/m^2, is more than what round-off leaves at rest.
  bool is_plated(double current) const;
  /// D at the depths below a point, V.
  std::vector<double> drive_below(const IonTransport<dim> &, unsigned int point) const;
  void take(unsigned int point, const DendriteSite &, const DendriteVerdict &);

  const MPI_Comm comm;
  const Electrode<dim> &electrode;
  const unsigned int terminal;
  const CellParameters &parameters;
  const DendriteCriterion &criterion;
  const double temperature, conductivity;
  std::unique_ptr<PotentialBelow<dim>> potential; ///< found when it is first needed
  std::unique_ptr<StressBelow<dim>> stress;       ///< the same
  DendriteFinding worst;
  InterfaceValues load_;
};

/// What it takes to have these observables.
constexpr const char *dendrite_criteria = "Dendrites/Criterion";
} // namespace kavity

#endif
