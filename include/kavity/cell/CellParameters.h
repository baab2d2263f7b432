#ifndef kavity_cell_CellParameters_h
#define kavity_cell_CellParameters_h

#include "kavity/fem/Body.h"
#include "kavity/laws/Conduction.h"
#include "kavity/laws/Contact.h"
#include "kavity/laws/Kinetics.h"
#include "kavity/laws/Metal.h"
#include "kavity/laws/Platen.h"
#include "kavity/physics/SolverSettings.h"
#include "kavity/physics/SpatialVariation.h"
#include "kavity/physics/VoidFieldParameters.h"

#include <memory>

namespace kavity
{
class Parameters;

/// What an electrode is made of: metal, charge transfer and voids. SI units.
struct ElectrodeParameters
{
  Metal metal;
  ButlerVolmer kinetics;
  std::shared_ptr<ContactLaw> contact;

  double population  = 0; ///< N, 1/m^2
  double base_radius = 0; ///< of the initial voids, m; 0: none
  double metal_size  = 0; ///< length for the size effect in the metal's creep, m; 0: bulk
  SpatialVariation radius_variation{"Voids/Radius variation"};
  SpatialVariation population_variation{"Voids/Population variation"};
  SpatialVariation exchange_current_variation{"Kinetics/Exchange current variation", true};
  SpatialVariation film_variation{"Kinetics/Film variation"};
  SpatialVariation sink_distance_variation{"Metal/Sink distance variation"};

  bool resolved = false; ///< voids resolved by a phase field instead of a contact law
  VoidFieldParameters void_field;

  /// What is appended to the names of the sections they are read from: "" or " 2".
  std::string metal_suffix, kinetics_suffix, voids_suffix, void_field_suffix;

  /// Declare and read the sections.
  void declare_metal(Parameters &);
  void declare_kinetics(Parameters &);
  void declare_voids(Parameters &);
  /// For metal of this extent.
  void declare_void_field(Parameters &, const InitialVoids::Extent &metal);
  /// Reports what does not fit together, on an interface of this extent (depth 0 in 2D) and metal
  /// of this thickness, m.
  void check(Parameters &, const InitialVoids::Extent &metal) const;
  /// Reports what resolved voids cannot be computed with.
  void check_interface_diffusivity(Parameters &, double temperature) const;

private:
  void declare_contact(Parameters &);
  void check_sinks(Parameters &) const;
  void check_variations(Parameters &, const InitialVoids::Extent &) const;
  /// Reports initial voids below the mesh that overlap somewhere or do not fit into the metal.
  void check_caps(Parameters &, const InitialVoids::Extent &) const;
};

/// What a cell is made of and how it is held: the sections Cell, Metal, Electrolyte, Kinetics,
/// Voids, Mesh and Solver of a parameter file. SI units.
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

  /// Of the metal below the electrolyte; none: there is a counter electrode.
  std::unique_ptr<ElectrodeParameters> second;
  double reference_depth = 0; ///< of the reference electrode below Gamma, m

  /// Whether there is a reference electrode: at a depth of a box, or on a boundary of a mesh.
  bool has_reference() const;

  SolverSettings solver;
  double coupling_tolerance            = 1e-6; ///< of state and fields within a time step
  unsigned int max_coupling_iterations = 40;

  /// What the fields take at the start, about: elements, unknowns, and memory in bytes.
  struct Size
  {
    double elements, unknowns, memory;
  };
  Size expected_size() const;

private:
  void declare_cell(Parameters &);
  void declare_extent(Parameters &);
  void declare_mesh_file(Parameters &);
  /// Takes the mesh of the file and what can be measured there.
  void read_mesh_file(Parameters &, bool symmetric);
  void check_mesh_file(Parameters &) const;
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
} // namespace kavity

#endif
