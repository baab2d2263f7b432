#include "kavity/cell/Electrode.h"

namespace kavity
{
namespace
{
const RegisteredObservable<Electrode>
  registered({"film_resistance", "ohm cm^2", "of the film on the contact, mean over the interface",
              Range::non_negative(), Observable::Role::state, "potential_of_atoms"},
             [](const auto &electrode)
             {
               return electrode.kinetics().R_film *
                      electrode.interface.mean(electrode.last_contact().film_factor);
             });
} // namespace
} // namespace kavity
