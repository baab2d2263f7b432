#ifndef kavity_core_NoConvergence_h
#define kavity_core_NoConvergence_h

#include <stdexcept>

namespace kavity
{
/// A solve that did not reach its tolerance: a shorter time step, or another current, may.
class NoConvergence : public std::runtime_error
{
public:
  using std::runtime_error::runtime_error;
};
} // namespace kavity

#endif
