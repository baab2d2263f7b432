#ifndef kavity_verification_box_h
#define kavity_verification_box_h

#include "kavity/fem/Body.h"

namespace verification
{
/// Number of the face of its elements that a body of a box has on the interface, and of the one
/// on the other side.
template <int dim>
unsigned int face_at_interface(const kavity::Body<dim> &body)
{
  return 2 * (dim - 1) + (body.side == kavity::Body<dim>::Side::metal ? 0 : 1);
}
template <int dim>
unsigned int face_at_far_end(const kavity::Body<dim> &body)
{
  return 2 * (dim - 1) + (body.side == kavity::Body<dim>::Side::metal ? 1 : 0);
}
} // namespace verification

#endif
