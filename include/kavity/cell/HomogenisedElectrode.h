#ifndef kavity_cell_HomogenisedElectrode_h
#define kavity_cell_HomogenisedElectrode_h

#include "kavity/cell/Electrode.h"
#include "kavity/cell/InterfaceVoids.h"
#include "kavity/fem/AitkenRelaxation.h"
#include "kavity/physics/HomogenisedFlow.h"

#include <optional>

namespace kavity
{
/// Electrode whose voids are state on its interface (docs/model.md, sections 4 and 5).
template <int dim>
class HomogenisedElectrode : public Electrode<dim>
{
public:
  HomogenisedElectrode(MPI_Comm, const Body<dim> &electrolyte, const ElectrodeParameters &,
                       const CellParameters &, typename Electrode<dim>::Place, double temperature);

  using Follow = typename Electrode<dim>::Follow;
  unsigned int steps_between_adaptions() const override;
  unsigned int mesh_passes(Follow) const override;
  void flag_mesh(Follow) override;
  void leave_mesh(bool carry) override;
  double enter_mesh(bool carry) override;
  void assemble(double settled_current) override;
  void make_fields() override;
  void drop_fields() override;
  void attach() override;
  void detach() override;
  void restore() override;
  void remember() override;
  void go_back(bool fields) override;
  void hold() override;
  void first_stage(const Sdirk &) override;
  void second_stage(const Sdirk &) override;
  bool end_step(const Sdirk &, CellStep &) override;
  void accept() override;
  double answer(const ElectrolyteValues &current, double tolerance, CellStep &) override;
  bool stage_ends() const override;
  double next_iteration(double change) override;
  void add_to_balance(CellBalance &, double weight) const override;
  void finish_balance(CellBalance &) const override;
  InterfaceValues contact_at_points() const override;
  InterfaceValues pressure_at_points() const override;
  InterfaceValues potential_at_points() const override;
  InterfaceValues normal_pressure() const override;
  typename Electrode<dim>::VoidsBelowMesh voids_below_mesh() const override;
  double largest_contact_current() const override;
  double void_volume() const override;
  double largest_void_radius() const override;
  std::map<std::string, std::string> doubts() const override;
  std::map<std::string, double> sizes() const override;
  std::vector<std::array<double, 5>> interface_table() const override;
  std::string write_metal(const std::string &folder, unsigned int number) const override;
  std::string write_on_interface(const ElectrolyteValues &overpotential,
                                 const std::vector<InterfaceField> &others,
                                 const std::string &folder, unsigned int number) const override;

  /// Voids of the base radius (m) everywhere; the steady state of the fields then tells whether
  /// they grow, A/m^2.
  void make_voids_alike(double radius);
  double steady_margin(double radius) const;
  /// Neither voids nor places where they could form, until they come back; mu where it is lowest.
  void remove_voids();
  void bring_places_back();
  double lowest_potential() const;

protected:
  void describe_contact() override;
  /// An array each of the interface state and of where the fields start from takes part in changes
  /// of the mesh and in checkpoints.
  virtual void carry(InterfaceStateTransfer<dim> &);

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

private:
  const MetalFlow<dim> &metal_flow() const override
  {
    return *flow;
  }
  void begin_iteration() override;
  /// Once closure is soft Gamma is no longer a wall.
  void yield_where_soft();
  InterfaceVoids::Surroundings beside() const
  {
    return {flow->mu, flow->pressure, flow->approach, flow->has_interface_sinks(),
            flow->interface_moves()};
  }

  std::unique_ptr<HomogenisedFlow<dim>> flow;
  InterfaceVoids voids;
  InterfaceValues start_mu, start_pressure; ///< where the fields of a new mesh start from
  InterfaceValues contact_fraction;         ///< metal's side
  InterfaceValues coupled_mu;               ///< mu the kinetics used
  InterfaceValues removed_population;
  AitkenRelaxation relaxation;
  std::optional<InterfaceStateTransfer<dim>> transfer;

  /// Where the iteration between the fields starts from.
  struct Start
  {
    BlockVector solution;
    InterfaceValues mu, pressure, approach, coupled_mu;
    double coupled_current = 0;
    InterfaceVoids::Start voids;
  };
  Start before;
};
} // namespace kavity

#endif
