#ifndef kavity_fem_AitkenRelaxation_h
#define kavity_fem_AitkenRelaxation_h

#include "kavity/fem/Interface.h"

namespace kavity
{
/// Relaxation of a fixed-point iteration x <- G(x) by Aitken's factor (Irons and Tuck, Int. J.
/// Numer. Methods Eng. 1:275, 1969), from the last two differences G(x) - x.
class AitkenRelaxation
{
public:
  explicit AitkenRelaxation(MPI_Comm comm)
    : comm(comm)
  {
  }
  /// Adds to x the part of G(x) - x that it is best moved by, and returns that part. Collective.
  double next(InterfaceValues &x, const InterfaceValues &image);

private:
  MPI_Comm comm;
  InterfaceValues last_difference;
  double factor = 1;
};
} // namespace kavity

#endif
