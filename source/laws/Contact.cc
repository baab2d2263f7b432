#include "kavity/laws/Contact.h"

#include "kavity/laws/Constants.h"

namespace kavity
{
double ContactLaw::roof_resistance(const InterfaceState &state, const Metal &metal,
                                   const double T) const
{
  const double beta = exchange(state, metal, T).coefficient;
  return beta > 0 ? (1 - void_contact(state)) * metal.molar_volume / (faraday * faraday * beta) :
                    0.;
}
} // namespace kavity
