#ifndef kavity_cell_InterfaceVoids_h
#define kavity_cell_InterfaceVoids_h

#include "kavity/fem/Sdirk.h"
#include "kavity/laws/Contact.h"
#include "kavity/physics/InterfaceExchange.h"

namespace kavity
{
struct CellStep;

/// Voids below the mesh as state at the points of Gamma, and what they and the contact around them
/// do to the metal (docs/model.md, section 5). Values live on the metal's side; knows no mesh.
class InterfaceVoids
{
public:
  /// References must outlive the object. @p wall_resistance in Pa s/m: by which Gamma without sinks
  /// is held at u = w_c where closure by creep is soft.
  InterfaceVoids(MPI_Comm, const ContactLaw &, const Metal &, double temperature,
                 double wall_resistance);

  struct State
  {
    InterfaceValues void_volume, population, roughness_contact;
    InterfaceValues largest_void_volume; ///< so far, m
  };
  State state;

  /// A fresh interface under a pressure (Pa) with voids of these base radii (m; 0: none) and
  /// populations (1/m^2).
  void assemble(const InterfaceValues &population, const InterfaceValues &radius, double pressure);
  /// Voids of the base radius @p radius everywhere.
  void make_all_alike(double radius);

  unsigned int size() const
  {
    return state.void_volume.size();
  }
  InterfaceState at(unsigned int point) const;
  InterfaceValues contact() const;
  InterfaceValues base_radius() const;
  /// R_con in ohm m^2 for an electrolyte of this conductivity (S/m).
  InterfaceValues constriction(double conductivity) const;
  /// 1 where contact is at the floor of the law, else 0.
  InterfaceValues at_floor() const;
  /// 1 where roofs come down faster than atoms get away, if there are sinks on Gamma; else 0.
  InterfaceValues flat_roofs() const;

  /// Contact that the pressure (Pa) of the metal makes on rough parts.
  void touch(const InterfaceValues &pressure);

  /// The metal beside Gamma as last solved.
  struct Surroundings
  {
    const InterfaceValues &mu, &pressure, &approach; ///< J/mol, Pa, m/s
    bool sinks;                                      ///< there are sinks on Gamma
    bool moves;                                      ///< Gamma is no wall
  };

  /// Forgets where the pressure was linearised: it is this now.
  void start_from(const InterfaceValues &pressure);
  /// Where the iteration between voids and metal starts from.
  struct Start
  {
    InterfaceValues closing_pressure, wall_pressure;
  };
  Start start() const
  {
    return {closing_pressure, wall_pressure};
  }
  void go_back(const Start &);

  /// Whether closure by creep under this pressure (Pa) and the pressure of the metal answer each
  /// other so much on Gamma without sinks that v.n = w_c cannot be that of the last pressure.
  /// Collective.
  bool is_soft(double pressure) const;

  /// The state stays as it is.
  void hold();
  /// A step begins at the state of now, or anew at that of remember().
  void remember();
  void first_stage(const Sdirk &);
  void second_stage(const Sdirk &);
  /// Error and change of the step are added; true if voids end within it, and the step has to be
  /// made again with what is known now. Collective.
  bool end_step(const Sdirk &, CellStep &);
  /// The step stands.
  void accept();
  /// The state is that of remember() again.
  void reject();
  /// w now less that of remember(), m.
  InterfaceValues grown() const;

  /// Fills the exchange with a metal; i is to be given.
  void describe(const Surroundings &);
  /// Void volume after the growth (m/s) that the metal's fluxes gave; returns its largest relative
  /// change. Collective.
  double grow(InterfaceValues growth);
  /// Linearises closure where the metal's pressure is now; returns how far that was off, in Pa, on
  /// this rank.
  double follow_pressure(const Surroundings &);
  /// Some void ends within the stage: end_step() will say so. Collective.
  bool any_overdrawn() const;

  /// > 0 where voids of this base radius (m) grow in the steady state, A/m^2; the largest over
  /// Gamma. Collective.
  double steady_margin(const Surroundings &, double radius) const;

  InterfaceExchange exchange;

private:
  /// One implicit stage: void volume = base + interval (w_d - w_c), in s; a step of 0 keeps it.
  struct Stage
  {
    InterfaceValues base;
    double interval = 0, step = 0;
  };
  /// What voids at a point do: their exchange, chi_v, how hard their surface pulls (Pa).
  template <class N>
  struct ResponseOf
  {
    ContactLaw::ExchangeOf<N> exchange;
    N contact = N(1.), pull = N(0.);
  };
  /// What creep closes, as a line in the pressure.
  struct Closure
  {
    double velocity    = 0; ///< w_c, m/s
    double by_pressure = 0; ///< dw_c/dp, m/(Pa s)
  };
  struct Response : ResponseOf<double>
  {
    Closure closure;
  };
  template <class N>
  ResponseOf<N> respond(const InterfaceStateOf<N> &) const;
  Closure closure(const InterfaceState &, double pressure) const;
  Closure close(unsigned int point, const InterfaceState &, bool sinks);
  double resistance(const Response &, bool sinks) const;
  void describe_point(unsigned int point, const Response &, const Surroundings &);
  void follow(unsigned int point, const Response &, const Surroundings &);
  void end_void(unsigned int point, Response, const Surroundings &);
  double scale(unsigned int point) const;
  /// Void volume that a step does not go below, m.
  double kept(unsigned int point) const;
  /// Voids are what has been kept of them, and would shrink.
  bool stay_kept(unsigned int point, const Response &, const Surroundings &) const;

  const MPI_Comm comm;
  const ContactLaw &law;
  const Metal &metal;
  const double temperature, wall_resistance;

  State saved;
  Stage stage;
  InterfaceValues growth, first_growth; ///< m/s
  InterfaceValues wall_pressure;        ///< on Gamma without sinks, that holds it at u = w_c
  InterfaceValues closing_pressure;     ///< p at which w_c is linearised
  InterfaceValues closure_share;        ///< how much w_c depends on the pressure, from 0 to 1
  std::vector<bool> dying;              ///< voids that end within the present step
  std::vector<bool> overdrawn, first_overdrawn; ///< those that a stage would make negative
};
} // namespace kavity

#endif
