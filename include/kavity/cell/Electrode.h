#ifndef kavity_cell_Electrode_h
#define kavity_cell_Electrode_h

#include "kavity/cell/Cell.h"
#include "kavity/cell/FieldOutput.h"
#include "kavity/fem/Refinement.h"
#include "kavity/fem/Sdirk.h"
#include "kavity/physics/IonTransport.h"
#include "kavity/physics/MetalFlow.h"

#include <memory>

namespace kavity
{
/// A metal body on the electrolyte with what covers the interface between them. It takes the
/// current on its interface and gives contact and potential of atoms; the cell iterates the two
/// until they agree, and knows neither caps nor phase fields. All functions are collective.
template <int dim>
class Electrode
{
public:
  /// Which face of the electrolyte it is on. Below, the metal is upside down in a frame of its own.
  enum class Place
  {
    above,
    below
  };

  /// References must outlive the object.
  Electrode(MPI_Comm, const Body<dim> &electrolyte, const ElectrodeParameters &,
            const CellParameters &, Place, double temperature);
  virtual ~Electrode() = default;

  const ButlerVolmer &kinetics() const
  {
    return own.kinetics;
  }

  const Metal &material() const
  {
    return own.metal;
  }

  Body<dim> metal;
  Interface<dim> interface;

  /// The pressure of the platen from now on, Pa.
  void press(const double pressure)
  {
    stack_pressure = pressure;
  }

  /// What the mesh is to follow.
  enum class Follow
  {
    nothing, ///< as built
    start,   ///< the initial state
    state,   ///< the present one
    ahead    ///< the one that outgrew the mesh
  };
  /// Accepted time steps after which the mesh follows.
  virtual unsigned int steps_between_adaptions() const = 0;
  /// How often the mesh may change one after the other for that.
  virtual unsigned int mesh_passes(Follow) const = 0;
  /// Sets the flags of the metal's mesh.
  virtual void flag_mesh(Follow) = 0;
  /// The mesh is about to change. The state is to be carried over, or may be lost.
  virtual void leave_mesh(bool carry) = 0;
  /// The meshes have changed. Returns the metal that was missing on the new one and has been put
  /// back, m^3 (m^2).
  virtual double enter_mesh(bool carry) = 0;
  /// Sets the initial state on the present mesh. Metal around resolved voids is then as a current
  /// density (A/m^2) leaves it that has long passed through sinks on Gamma.
  virtual void assemble(double settled_current) = 0;
  /// The mesh follows the initial state by now: what it leaves of roughness may be smoothed.
  virtual void smooth_start() {}
  /// Makes the equations on the present mesh, to be solved from the state that it has.
  virtual void make_fields() = 0;
  /// The equations are solved no more until make_fields().
  virtual void drop_fields() = 0;

  /// The state takes part in the next save() of the metal's mesh.
  virtual void attach() = 0;
  virtual void detach() = 0;
  /// The state as attached to the mesh that was loaded.
  virtual void restore() = 0;
  /// Numbers of a checkpoint beside that, each with a space before it.
  virtual void write_numbers(std::ostream &) const {}
  virtual void read_numbers(std::istream &) {}

  /// The state before a step, and where the iteration starts from.
  virtual void remember() = 0;
  /// Back to the state before the step; where it did not converge, the fields too.
  virtual void go_back(bool fields) = 0;
  /// The state stays what it is.
  virtual void hold()                      = 0;
  virtual void first_stage(const Sdirk &)  = 0;
  virtual void second_stage(const Sdirk &) = 0;
  /// Adds error and change of the step. True if it has to be made again.
  virtual bool end_step(const Sdirk &, CellStep &) = 0;
  /// The state that the step led to does not fit its mesh: another one would lose more of the metal
  /// than is allowed. The mesh can then follow it from the state before (Follow::ahead).
  virtual bool outgrows_mesh()
  {
    return false;
  }
  /// The step stands.
  virtual void accept() = 0;

  /// Begins an iteration between electrolyte and metal.
  virtual void begin_iteration() = 0;
  /// The mean current density from now on, A/m^2.
  void pass(const double mean)
  {
    mean_current = mean;
  }
  /// The interface as the electrolyte sees it.
  const typename IonTransport<dim>::Contact &contact()
  {
    describe_contact();
    return contact_;
  }
  /// The same as it was when the current was last solved for.
  const typename IonTransport<dim>::Contact &last_contact() const
  {
    return contact_;
  }
  /// By which the potential of atoms at sinks on the interface answers a change of the mean
  /// current, Omega m^2; and the mean current (A/m^2) that the one handed to the kinetics answers.
  double sink_resistance() const;
  double answered_current() const
  {
    return coupled_current;
  }
  /// The state is another one.
  void forget_current()
  {
    mean_current = coupled_current = 0;
  }
  /// Answers this current (electrolyte's side, A/m^2) to a tolerance. Returns the relative change
  /// of state and potential of atoms. Throws NoConvergence.
  virtual double answer(const ElectrolyteValues &current, double tolerance, CellStep &) = 0;
  /// The stage has no solution: end_step() will say so.
  virtual bool stage_ends() const
  {
    return false;
  }
  /// Prepares the next iteration after a change; returns the tolerance that it deserves.
  virtual double next_iteration(double change) = 0;

  /// Velocity at which metal enters from the platen, m/s.
  double inflow() const
  {
    return metal_flow().top_inflow() / platen_area;
  }

  /// Adds a stage to the balance of metal: rates times weight (s).
  virtual void add_to_balance(CellBalance &, double weight) const = 0;
  /// Adds what only the whole step tells.
  virtual void finish_balance(CellBalance &) const = 0;

  /// What every electrode reports of its state (Electrode.cc), and its values; a kind of electrode
  /// that reports more adds a list of its own.
  static const std::vector<ObservableOf<Electrode>> &of_electrode();
  virtual void observe_state(Observables &values, const std::string &suffix) const
  {
    observe(values, of_electrode(), *this, suffix);
  }

  /// Contact fraction, pressure (Pa) and potential of atoms (J/mol) at the points of the interface.
  virtual InterfaceValues contact_at_points() const   = 0;
  virtual InterfaceValues pressure_at_points() const  = 0;
  virtual InterfaceValues potential_at_points() const = 0;
  /// What the metal presses with normal to the interface, Pa: p less the stress of creep.
  virtual InterfaceValues normal_pressure() const = 0;
  /// Base radius (m) and population (1/m^2) of voids below the mesh, at the points.
  struct VoidsBelowMesh
  {
    InterfaceValues radius, population;
  };
  virtual VoidsBelowMesh voids_below_mesh() const = 0;
  /// Least contact of points where there is metal: below, it is a void that is resolved.
  virtual double contact_of_metal() const
  {
    return 0.;
  }
  /// Magnitude per contact area, A/m^2.
  virtual double largest_contact_current() const = 0;
  /// All voids per area of the interface, m.
  virtual double void_volume() const = 0;
  /// m
  virtual double largest_void_radius() const = 0;

  virtual std::map<std::string, std::string> doubts() const = 0;
  virtual bool without_contact() const
  {
    return false;
  }
  virtual std::map<std::string, double> sizes() const                = 0;
  virtual std::vector<std::array<double, 5>> interface_table() const = 0;
  /// Writes the metal's fields; returns the name of the file.
  virtual std::string write_metal(const std::string &folder, unsigned int number) const = 0;
  /// Writes the interface with the overpotential (V) and other fields on it.
  virtual std::string write_on_interface(const ElectrolyteValues &overpotential,
                                         const std::vector<InterfaceField> &others,
                                         const std::string &folder, unsigned int number) const = 0;

  /// Wall time by part, s.
  std::map<std::string, double> timing;

protected:
  virtual void describe_contact()                  = 0;
  virtual const MetalFlow<dim> &metal_flow() const = 0;
  /// The metal's equations on the present mesh (HomogenisedFlow, ResolvedFlow), and what the
  /// kinetics vary by at its points.
  template <class Flow>
  std::unique_ptr<Flow> make_flow(const bool yields = false)
  {
    metal.update_levels();
    make_contact();
    return std::make_unique<Flow>(metal, interface, own.metal, temperature, flow_options(yields),
                                  sink_factor(), parameters.solver);
  }
  typename MetalFlow<dim>::Options flow_options(bool yields) const;
  typename MetalFlow<dim>::SinkFactor sink_factor() const;
  /// What the kinetics vary by alone.
  void make_contact();
  /// Of a file of this kind.
  std::string file_name(const std::string &kind) const;
  std::string write_metal(MetalOutput<dim> &, const std::string &folder, unsigned int number) const;

  const ElectrodeParameters &own;
  const CellParameters &parameters;
  const MPI_Comm comm;
  const Place place;
  const double temperature;
  const double platen_area;                     ///< m^2
  double stack_pressure;                        ///< Pa
  double mean_current = 0, coupled_current = 0; ///< A/m^2
  typename IonTransport<dim>::Contact contact_; ///< on the electrolyte's side
  InterfaceValues current;                      ///< i on the metal's side, A/m^2
};
} // namespace kavity

#endif
