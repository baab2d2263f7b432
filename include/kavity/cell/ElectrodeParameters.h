#ifndef kavity_cell_ElectrodeParameters_h
#define kavity_cell_ElectrodeParameters_h

#include "kavity/laws/Contact.h"
#include "kavity/laws/Kinetics.h"
#include "kavity/laws/Metal.h"
#include "kavity/physics/SpatialVariation.h"
#include "kavity/physics/VoidFieldParameters.h"

#include <memory>
#include <string>

namespace kavity
{
class Parameters;
class ElectrodeKind;

/// What an electrode is made of: metal, charge transfer and voids. SI units.
struct ElectrodeParameters
{
  Metal metal;
  ButlerVolmer kinetics;
  std::shared_ptr<ContactLaw> contact;

  double population     = 0;     ///< N, 1/m^2
  double base_radius    = 0;     ///< of the initial voids, m; 0: none
  bool says_base_radius = false; ///< in the file
  double metal_size     = 0;     ///< length for the size effect in the metal's creep, m; 0: bulk
  SpatialVariation radius_variation{"Voids/Radius variation"};
  SpatialVariation population_variation{"Voids/Population variation"};
  SpatialVariation exchange_current_variation{"Kinetics/Exchange current variation", true};
  SpatialVariation film_variation{"Kinetics/Film variation"};
  SpatialVariation sink_distance_variation{"Metal/Sink distance variation"};

  std::shared_ptr<ElectrodeKind> kind;
  bool resolved = false; ///< voids resolved by a phase field instead of a contact law
  VoidFieldParameters void_field;

  bool varies() const; ///< in the file, along the interface
  /// Nothing along the interface differs in the cell: what does differ then is no answer.
  bool in_uniform_cell = false;

  bool has_voids_to_hold() const ///< which change their size alone
  {
    return resolved && void_field.voids.any();
  }

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
} // namespace kavity

#endif
