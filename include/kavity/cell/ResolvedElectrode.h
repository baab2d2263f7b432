#ifndef kavity_cell_ResolvedElectrode_h
#define kavity_cell_ResolvedElectrode_h

#include "kavity/cell/VoidMesh.h"
#include "kavity/fem/AndersonAcceleration.h"
#include "kavity/physics/ResolvedFlow.h"

#include <optional>

namespace kavity
{
/// Electrode whose voids are resolved by a phase field on a mesh that follows their surfaces
/// (docs/model.md, section 6). Contact is the metal fraction on Gamma.
template <int dim>
class ResolvedElectrode : public Electrode<dim>
{
public:
  ResolvedElectrode(MPI_Comm, const Body<dim> &electrolyte, const ElectrodeParameters &,
                    const CellParameters &, typename Electrode<dim>::Place, double temperature);

  using Follow = typename Electrode<dim>::Follow;
  unsigned int steps_between_adaptions() const override;
  unsigned int mesh_passes(Follow) const override;
  void flag_mesh(Follow) override;
  void leave_mesh(bool carry) override;
  double enter_mesh(bool carry) override;
  void assemble(double settled_current) override;
  void smooth_start() override;
  void make_fields() override;
  void drop_fields() override;
  void attach() override;
  void detach() override;
  void restore() override;
  void write_numbers(std::ostream &) const override;
  void read_numbers(std::istream &) override;
  void remember() override;
  void go_back(bool fields) override;
  void hold() override;
  void first_stage(const Sdirk &) override;
  void second_stage(const Sdirk &) override;
  bool end_step(const Sdirk &, CellStep &) override;
  bool outgrows_mesh() override;
  void accept() override {}
  double answer(const ElectrolyteValues &current, double tolerance, CellStep &) override;
  double next_iteration(double change) override;
  void add_to_balance(CellBalance &, double weight) const override;
  void finish_balance(CellBalance &) const override;
  /// What is reported of resolved voids alone (ResolvedElectrode.cc).
  static const std::vector<ObservableOf<ResolvedElectrode>> &of_resolved_voids();
  void observe_state(Observables &values, const std::string &suffix) const override;
  InterfaceValues contact_at_points() const override;
  InterfaceValues pressure_at_points() const override;
  InterfaceValues potential_at_points() const override;
  InterfaceValues normal_pressure() const override;
  typename Electrode<dim>::VoidsBelowMesh voids_below_mesh() const override;
  double contact_of_metal() const override;
  double largest_contact_current() const override;
  double void_volume() const override;
  double largest_void_radius() const override;
  std::map<std::string, std::string> doubts() const override;
  bool without_contact() const override;
  std::map<std::string, double> sizes() const override;
  std::vector<std::array<double, 5>> interface_table() const override;
  std::string write_metal(const std::string &folder, unsigned int number) const override;
  std::string write_on_interface(const ElectrolyteValues &overpotential,
                                 const std::vector<InterfaceField> &others,
                                 const std::string &folder, unsigned int number) const override;

private:
  /// Contact of the kinetics where there is less: equations stay solvable.
  static constexpr double least_contact = 1e-3;

  const MetalFlow<dim> &metal_flow() const override
  {
    return *flow;
  }
  void begin_iteration() override;
  void describe_contact() override;
  /// Equations of flow and voids on the present mesh.
  void make_equations();

  InterfaceValues stripping() const;
  double void_size() const;
  /// That the metal has taken up since the start, per area of Gamma, m.
  double vacancies_in_metal() const;
  double void_tolerance() const;
  /// Share of the current that passes where less than the least contact is left.
  double current_without_contact() const;

  using Electrode<dim>::own;
  using Electrode<dim>::parameters;
  using Electrode<dim>::place;
  using Electrode<dim>::comm;
  using Electrode<dim>::temperature;
  using Electrode<dim>::stack_pressure;
  using Electrode<dim>::metal;
  using Electrode<dim>::interface;
  using Electrode<dim>::contact_;
  using Electrode<dim>::current;
  using Electrode<dim>::mean_current;
  using Electrode<dim>::coupled_current;
  using Electrode<dim>::timing;

  std::unique_ptr<ResolvedFlow<dim>> flow;
  std::unique_ptr<VoidField<dim>> voids;
  VoidMesh<dim> mesh;

  typename VoidField<dim>::Stage stage;
  BlockVector saved, saved_flow; ///< mu and c, v and p before the step
  BlockVector first;             ///< mu and c at the end of the first stage
  double saved_volume = 0, saved_energy = 0;
  double vacancies_at_start = 0; ///< in the metal, m^3 (m^2)
  double voids_at_start     = 0; ///< m

  std::optional<AndersonAcceleration> acceleration; ///< of the stages of one step
  BlockVector last;                                 ///< mu and c where the last iteration began
  bool moved         = false; ///< in the last iteration, which a loose tolerance may prevent
  double last_change = 1, accuracy = 1e-3;
  unsigned int iteration = 0;
};
} // namespace kavity

#endif
