#ifndef kavity_models_HalfCell_h
#define kavity_models_HalfCell_h

#include "kavity/fem/Refinement.h"
#include "kavity/models/Cell.h"
#include "kavity/models/IonTransport.h"
#include "kavity/models/MetalFlow.h"

#include <memory>

namespace kavity
{
/// Cell in `dim` dimensions: metal and electrolyte bodies, Gamma between them, voids homogenised on
/// Gamma (docs/model.md, sections 1 to 5).
template <int dim>
class HalfCell : public Cell
{
public:
  HalfCell(MPI_Comm, const CellParameters &, double stack_pressure, double temperature);

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
  double steady_margin(double current_density, double radius) override;
  double lowest_potential(double current_density) override;
  std::map<std::string, double> sizes() const override;
  std::map<std::string, double> seconds() const override
  {
    return timing;
  }
  std::vector<std::array<double, 5>> interface_table() const override;
  OutputFiles write(const std::string &folder, unsigned int number) override;

  /// Interface state at the points of Gamma, on the metal's side.
  struct State
  {
    InterfaceValues void_volume, population, roughness_contact;
  };

private:
  /// Equations of potential and metal on the present mesh, and what the kinetics vary by there.
  void make_fields();
  bool is_soft() const;
  void yield_where_soft();
  /// The initial state at the points of the present mesh.
  void set_initial_state();
  /// Have the mesh follow values at the points of Gamma, one level at a time; false if it need not.
  bool flag_mesh(const InterfaceValues &);
  void change_mesh();
  /// Let an array of the interface state and of where the fields start from take part in a
  /// transfer.
  void carry(InterfaceStateTransfer<dim> &, InterfaceValues &mu, InterfaceValues &pressure);
  /// New fields on the present mesh, which start from these values.
  void start_from(const InterfaceValues &mu, const InterfaceValues &pressure);
  /// Have the mesh follow the contact, carry the state over and solve the fields anew.
  void adapt();

  /// Where the iteration between the fields starts from.
  struct Start
  {
    BlockVector solution;
    InterfaceValues mu, pressure, approach, coupled_mu, closing_pressure, wall_pressure;
  };
  Start start() const;
  void go_back(const Start &);

  /// One implicit stage of a time step: void volume = base + interval (w_d - w_c), coupled to the
  /// fields. A step of 0 keeps the void volume as it is.
  struct Stage
  {
    InterfaceValues base;  ///< m
    double interval, step; ///< s
  };
  void solve_stage(const Stage &, double current_density, CellStep &);
  InterfaceValues contact_of_state() const;
  void describe_contact();
  /// What voids at a point do: their exchange, chi_v, how hard their surface pulls (Pa), closure.
  struct VoidResponse
  {
    ContactLaw::Exchange exchange;
    double contact = 1, pull = 0;
    ContactLaw::Closure closure;
  };
  VoidResponse respond(const InterfaceState &) const;
  ContactLaw::Closure close(unsigned int point, const InterfaceState &);
  void describe_point(unsigned int point, const VoidResponse &);
  void follow_voids(unsigned int point, const Stage &, InterfaceState, const VoidResponse &);
  void end_void(unsigned int point, const Stage &, VoidResponse);
  double resistance(const VoidResponse &) const;
  /// Where w_c is linearised next; returns how far that is from where it was, in Pa.
  double follow_pressure();
  void describe_exchange(const Stage &);
  /// The new void volume from the fluxes of the metal; returns its largest relative change.
  double update_voids(const Stage &);
  void add_to_balance(double weight);
  InterfaceState state_at(unsigned int point) const;
  bool any_overdrawn() const;
  double void_scale(unsigned int point) const;

  const CellParameters &parameters;
  const MPI_Comm comm;
  const double stack_pressure, temperature;

  Body<dim> metal, electrolyte;
  Interface<dim> interface;
  std::unique_ptr<IonTransport<dim>> transport;
  std::unique_ptr<MetalFlow<dim>> flow;
  unsigned int steps_since_adaption = 0;

  State state, saved;
  typename IonTransport<dim>::Contact contact; ///< on the electrolyte's side
  typename MetalFlow<dim>::Exchange exchange;
  InterfaceValues contact_fraction, growth; ///< metal's side; growth in m/s
  InterfaceValues coupled_mu;               ///< mu the kinetics used, metal's side
  InterfaceValues wall_pressure;            ///< on Gamma without sinks, that holds it at u = w_c
  double wall_resistance = 0;               ///< by which it is sought, Pa s/m
  InterfaceValues closing_pressure;         ///< p at which w_c is linearised, metal's side
  InterfaceValues closure_share;            ///< how much w_c depends on the pressure, from 0 to 1
  std::vector<bool> dying;                  ///< voids that end within the present step
  std::vector<bool> overdrawn;              ///< those that a stage would make negative
  double current_density = 0;
  CellBalance totals;
  std::map<std::string, double> timing; ///< s by part
};
} // namespace kavity

#endif
