#ifndef kavity_cell_DendriteParameters_h
#define kavity_cell_DendriteParameters_h

#include "kavity/laws/Conduction.h"
#include "kavity/laws/Dendrite.h"

#include <memory>

namespace kavity
{
class Parameters;

/// When dendrites enter the electrolyte: the section Dendrites of a parameter file.
struct DendriteParameters
{
  std::unique_ptr<DendriteCriterion> criterion;

  /// The file asks for a criterion that is not known, which has been told.
  bool unknown = false;

  /// Declares and reads the section, for an electrolyte of this thickness (m), elastic or rigid.
  /// What the criterion misses there is an input error.
  void declare(Parameters &, const Conduction &, double thickness, bool elastic);

  bool any() const
  {
    return criterion && criterion->is_any();
  }

  /// Whether one is asked for, known or not: errors are not to blame what depends on it as well.
  bool asked() const
  {
    return unknown || any();
  }
};
} // namespace kavity

#endif
