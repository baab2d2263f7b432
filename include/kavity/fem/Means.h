#ifndef kavity_fem_Means_h
#define kavity_fem_Means_h

#include "kavity/fem/Field.h"

namespace kavity
{
/// Mean of a nodal scalar over a boundary of its body. Leaves no ghosts. Collective.
template <int dim>
double mean_on(const Field<dim> &, const Vector &, boundary::boundary_id);

/// The same over the plane at this depth (m) below Gamma in a box, or over its lowest one.
template <int dim>
double mean_at_depth(const Field<dim> &, const Vector &, double depth);
} // namespace kavity

#endif
