#ifndef kavity_cell_CellParameters_h
#define kavity_cell_CellParameters_h

#include "kavity/cell/DendriteParameters.h"
#include "kavity/cell/ElectrodeParameters.h"
#include "kavity/fem/Body.h"
#include "kavity/laws/Conduction.h"
#include "kavity/laws/Platen.h"
#include "kavity/physics/Elasticity.h"
#include "kavity/physics/SolverSettings.h"

#include <memory>
#include <optional>
#include <string>

namespace kavity
{
class Parameters;

/// What a cell is made of and how it is held: the sections Cell, Metal, Electrolyte, Kinetics,
/// Voids, Dendrites, Mesh and Solver of a parameter file. SI units.
struct CellParameters : ElectrodeParameters ///< those of the electrode above the electrolyte
{
  /// Declares and reads the sections. What does not fit together is an input error.
  void declare(Parameters &);

  unsigned int dimension = 2;
  CellGeometry geometry;
  MeshGrading grading;
  double temperature    = 293.15; ///< K
  double stack_pressure = 0;      ///< Pa
  std::unique_ptr<PlatenLaw> platen;
  bool stick = false, ideal_counter_electrode = true;
  std::string mesh_file; ///< of gmsh; empty: a box
  double mesh_unit = 0;  ///< m

  Conduction electrolyte;
  std::optional<Fixture> fixture; ///< how it is held; none: it is rigid
  DendriteParameters dendrites;

  /// Of the metal below the electrolyte; none: there is a counter electrode.
  std::unique_ptr<ElectrodeParameters> second;
  double reference_depth = 0; ///< of the reference electrode below Gamma, m

  /// Whether there is a reference electrode: at a depth of a box, or on a boundary of a mesh.
  bool has_reference() const;

  SolverSettings solver;
  double coupling_tolerance            = 1e-6; ///< of state and fields within a time step
  unsigned int max_coupling_iterations = 40;

private:
  void declare_cell(Parameters &);
  /// In the section of the electrolyte.
  void declare_fixture(Parameters &);
  void declare_extent(Parameters &);
  double default_size() const;
  void settle_kind(Parameters &, bool symmetric);
  void declare_second(Parameters &);
  void check_frame(Parameters &) const;
  void declare_mesh(Parameters &);
  /// An error of the entry if elements as narrow as this cannot be numbered.
  void check_numbering(Parameters &, const std::string &entry, double narrowest) const;
  void declare_solver(Parameters &);
  /// Of one of the metals.
  InitialVoids::Extent extent(double thickness) const;
};

/// s, about, in which the stack pressure squeezes a metal out at the rim of a mesh; infinite where
/// there is none.
double squeezed_out(const CellParameters &);
} // namespace kavity

#endif
