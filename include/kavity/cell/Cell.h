#ifndef kavity_cell_Cell_h
#define kavity_cell_Cell_h

#include "kavity/cell/CellParameters.h"
#include "kavity/cell/DendriteFinding.h"
#include "kavity/core/Observable.h"
#include "kavity/physics/Applied.h"

#include <array>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <mpi.h>

namespace kavity
{
/// What a time step of the interface state did.
struct CellStep
{
  double error  = 0; ///< estimated local error of the void volume, relative to its scale
  double change = 0; ///< largest change of the void volume, relative to its scale
  double charge = 0; ///< that passed, C/m^2, > 0 strips
  /// Its estimated error where it is a result, and what that counts against where hardly any
  /// passes.
  double charge_error = 0, charge_scale = 0;
  unsigned int coupling_iterations = 0, newton_iterations = 0;
  /// linear iterations by part; those of resolved voids apart from the metal's flow, and those of
  /// the electrolyte's stress
  unsigned int of_potential = 0, of_metal = 0, of_voids = 0, of_stress = 0;
  unsigned int linear_iterations() const
  {
    return of_potential + of_metal + of_voids + of_stress;
  }
};

/// Charge and metal balance over a time step, as totals (C and m^3; per metre of depth in 2D).
/// Each pair compares numbers that were computed independently of each other.
struct CellBalance
{
  /// the prescribed mean current; at a prescribed voltage that through the first electrode
  double applied_charge   = 0;
  double interface_charge = 0; ///< integral of the current over Gamma
  double moved_charge     = 0; ///< what the errors are relative to: applied, or at rest possible
  double counter_charge   = 0; ///< from the residual at the counter face
  double stripped_volume  = 0; ///< integral of i Omega/F over Gamma
  double moved_volume     = 0; ///< metal that moved to, from and along Gamma, or could have
  double inflow           = 0; ///< volume of atoms that entered through the top
  double volume_inflow    = 0; ///< volume that entered through the top, from the velocity
  double sink_contraction = 0; ///< volume annihilated at sinks in the metal, from p and mu
  /// volume that the contact with its sinks annihilated, and by which roofs of voids came down
  double interface_contraction = 0;
  double void_growth           = 0; ///< change of the void volume of the interface state
  double creep_closure         = 0; ///< volume that creep moved into Gamma
  /// Resolved voids only: metal that transfer to the mesh after the step lost, and that has been
  /// put back.
  double restored = 0;

  /// Resolved voids only (docs/model.md, section 6), J (J/m): what the free energy grew by, what
  /// platen and current supplied, what flow and diffusion dissipated.
  double energy_growth = 0, energy_supplied = 0, energy_dissipated = 0;

  /// energy growth against what was supplied and not dissipated, relative to all that was moved:
  /// an error of the time step, unlike the balances above
  double energy_error() const;

  /// largest difference of the charges, relative to the charge moved
  double charge_error() const;
  /// inflow + void growth + what was put back against stripped volume, relative to the metal moved
  double metal_error() const;
  /// sink and interface contraction + creep closure against the volume's inflow, relative to the
  /// metal moved
  double sink_error() const;
};

/// What it takes to have some observables, and what names of the second electrode end with.
constexpr const char *resolved_voids       = "Voids/Model = resolved";
constexpr const char *symmetric_cells      = "Cell/Kind = symmetric";
constexpr const char *second_suffix        = "_2";
constexpr const char *elastic_electrolytes = "Electrolyte/Fixture";

/// What a time step reports beside the state that it leads to (CellBalance.cc): what is known of
/// it, and the values.
std::vector<std::vector<Observable>> observables_of_step();
Observables observed_of_step(const std::vector<CellBalance> &, const CellStep &);

/// Why nothing more can be asked of a cell; no cause: it goes on.
struct Exhaustion
{
  std::string cause;
  /// Most of the current passes where no contact is left, and what is computed is the floor that
  /// keeps the equations solvable: no cell works like that. Else a metal has run out: its capacity
  /// is used up, which says nothing of the interface.
  bool failure = false;
};

/// What is taken through time step by step. All functions are collective.
class Steppable
{
public:
  virtual ~Steppable() = default;

  /// Back to the initial state. Metal around resolved voids is then as a current density (A/m^2)
  /// leaves it that has long passed through sinks on Gamma.
  virtual void reset(double settled_current) = 0;

  /// Solve the fields for the present state. Throws NoConvergence.
  virtual void solve(const Applied &) = 0;

  /// Advance the state by one step under what is applied all along. The state before is kept until
  /// accept(). Throws NoConvergence (the state is then as before).
  virtual CellStep advance(double time_step, const Applied &) = 0;
  /// The state before is forgotten. May change the mesh, and then solves the fields anew for the
  /// same state; if that does not converge, they are not solved() until the next step.
  virtual void accept() = 0;
  virtual void reject() = 0;
  /// To be asked before accept(). True where the state does not fit its mesh: it is then back
  /// before the step, on a mesh that fits what the step led to, and the step is to be made again.
  virtual bool refine()
  {
    return false;
  }

  /// False where the fields of the present state have not been found: the next advance() starts all
  /// the same, but until then there is nothing to observe or write.
  bool solved() const
  {
    return is_solved;
  }

  /// Contact, voltage, void volume ... of the fields last solved, SI, by their names in
  /// history.csv and in end conditions.
  virtual Observables observables() const = 0;

protected:
  bool is_solved = false;
};

/// Electrolyte and electrodes: their fields solved together, and their states in time. Independent
/// of the dimension. All functions are collective.
class Cell : public Steppable
{
public:
  /// The cell at a stack pressure (Pa) and temperature (K); parameters must outlive it.
  static std::unique_ptr<Cell> create(MPI_Comm, const CellParameters &, double stack_pressure,
                                      double temperature);

  /// Write the interface state, and of the fields what the next solve() starts from, into files of
  /// a folder.
  virtual void save(const std::string &folder) = 0;
  /// Take them back, on any number of ranks. The fields are then to be solved; what follows
  /// depends on the files alone.
  virtual void load(const std::string &folder) = 0;

  /// Of the last advance(), for every electrode.
  virtual const std::vector<CellBalance> &balances() const = 0;

  /// What the present fields must not be read without: a sentence for each kind of doubt, such as
  /// contact at its numerical floor or a potential of atoms beyond the validity of the model.
  virtual std::map<std::string, std::string> doubts() const = 0;

  /// Whether something is left that can be asked of the cell.
  virtual Exhaustion exhausted() const = 0;

  /// What the criterion of dendrites says of every electrode in the fields last solved; empty
  /// without one.
  virtual std::vector<DendriteFinding> dendrites() const = 0;

  /// Margin of docs/model.md, section 9, in A/m^2: growth of voids of the base radius (m) all over
  /// Gamma in the steady state at a mean current density; the largest over Gamma of the electrode
  /// that this current strips, the second where it is negative. Changes the interface state. Throws
  /// std::logic_error where voids are resolved: they have no steady state.
  virtual double steady_margin(double current_density, double radius) = 0;

  /// mu in J/mol where it is lowest on Gamma, of the electrode that this current strips, in the
  /// steady state of interfaces without voids, which cannot form either. Changes the interface
  /// state. Throws std::logic_error where voids are resolved.
  virtual double lowest_potential(double current_density) = 0;

  /// Unknowns of the potential, velocity, pressure, potential of atoms, and points on Gamma.
  virtual std::map<std::string, double> sizes() const = 0;

  /// Wall time spent so far, by part, s.
  virtual std::map<std::string, double> seconds() const = 0;

  /// The interface of an electrode as a table on rank 0 (elsewhere empty): rows of x, z (m),
  /// contact fraction, current density (A/m^2), void radius (m).
  virtual std::vector<std::array<double, 5>> interface_table(unsigned int electrode = 0) const = 0;

  struct OutputFiles
  {
    std::vector<std::string> fields, interfaces;
  };
  /// Write the fields for ParaView into the folder, files numbered; returns their names.
  virtual OutputFiles write(const std::string &folder, unsigned int number) = 0;
};

/// Everything that cells report after a step, in the order of the columns of history.csv; present
/// is what this one has.
std::vector<Observable> observables_of(const CellParameters &);
} // namespace kavity

#endif
