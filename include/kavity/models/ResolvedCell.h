#ifndef kavity_models_ResolvedCell_h
#define kavity_models_ResolvedCell_h

#include "kavity/models/Cell.h"
#include "kavity/models/CellFields.h"
#include "kavity/models/VoidField.h"

namespace kavity
{
/// Cell in `dim` dimensions with the voids resolved by a phase field on a mesh that follows their
/// surfaces (docs/model.md, section 6). Contact is the metal fraction on Gamma.
template <int dim>
class ResolvedCell : public Cell
{
public:
  ResolvedCell(MPI_Comm, const CellParameters &, double stack_pressure, double temperature);

  void reset(double settled_current) override;
  void solve(double current_density) override;
  CellStep advance(double time_step, double current_density) override;
  void accept() override;
  void reject() override;
  void save(const std::string &folder) override;
  void load(const std::string &folder) override;
  CellBalance balance() const override
  {
    return totals;
  }
  std::map<std::string, double> observables() const override;
  std::map<std::string, std::string> doubts() const override;
  bool without_contact() const override;
  bool resolved() const override
  {
    return true;
  }
  std::map<std::string, double> sizes() const override;
  std::map<std::string, double> seconds() const override
  {
    return timing;
  }
  std::vector<std::array<double, 5>> interface_table() const override;
  OutputFiles write(const std::string &folder, unsigned int number) override;

private:
  /// Contact of the kinetics where there is less: equations stay solvable.
  static constexpr double least_contact = 1e-3;

  using Stage = typename VoidField<dim>::Stage;

  /// Equations of potential, flow and voids on the present mesh.
  void make_fields();
  /// Signed distance from the surfaces of the initial voids, > 0 in the metal, m.
  double initial_distance(const dealii::Point<dim> &) const;
  /// c at the start, of metal at rest under this pressure (Pa) around the voids.
  double initial_fraction(const dealii::Point<dim> &, double pressure) const;
  using IsSurface =
    std::function<bool(const typename dealii::DoFHandler<dim>::active_cell_iterator &)>;
  /// Flags both meshes for the surfaces of the present metal fraction, and those cells; false if
  /// they fit.
  bool flag_mesh(const IsSurface &);
  void change_mesh();
  void adapt();

  /// True if the voids moved.
  bool solve_in_turn(const Stage &, double current_density, double tolerance, CellStep &);
  /// Largest change of c, and of mu on Gamma relative to itself and to Omega P.
  double change_since(const BlockVector &last, const InterfaceValues &last_mu) const;
  void solve_stage(const Stage &, double current_density, CellStep &);
  void add_to_balance(double weight);
  void extrapolate(const Stage &second);
  InterfaceValues stripping() const;
  double void_size() const;
  /// Share of the current that passes where less than the least contact is left.
  double current_without_contact() const;
  double covered_radius(double area) const;
  double total_pressure(unsigned int point) const;

  const CellParameters &parameters;
  const MPI_Comm comm;
  const double stack_pressure, temperature;

  Body<dim> metal, electrolyte;
  Interface<dim> interface;
  std::unique_ptr<IonTransport<dim>> transport;
  std::unique_ptr<MetalFlow<dim>> flow;
  std::unique_ptr<VoidField<dim>> voids;
  typename IonTransport<dim>::Contact contact; ///< on the electrolyte's side
  InterfaceValues current;                     ///< i on Gamma, metal's side, A/m^2

  BlockVector saved, saved_flow; ///< mu and c, v and p before the step
  double current_density            = 0;
  unsigned int steps_since_adaption = 0;
  CellBalance totals;
  std::map<std::string, double> timing; ///< s by part
};
} // namespace kavity

#endif
