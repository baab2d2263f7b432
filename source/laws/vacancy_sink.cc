#include "kavity/core/Registry.h"
#include "kavity/laws/CapVoids.h"
#include "kavity/laws/Constants.h"

namespace kavity
{
namespace
{
// Vacancies end at sinks, on Gamma or in the metal, or in voids; a void grows where diffusion
// brings more than creep and the roof that comes down with the lattice close (docs/model.md,
// section 5).
class VacancySink : public CapVoids
{
public:
  double steady_margin(const Surroundings &here, const double radius, const double population,
                       const Metal &metal, const double T) const override
  {
    InterfaceState state = initial_state(population);
    state.void_volume    = void_volume(radius, population);
    return faraday / metal.molar_volume *
           (exchange(state, metal, T).growth(here.mu) - closure(state, here.pressure, metal, T) -
            (1 - void_contact(state)) * here.sink_velocity);
  }
};

const Registered<ContactLaw, VacancySink>
  registered("vacancy_sink",
             "vacancies end at sinks, on the interface or in the metal, or in voids, which "
             "diffusion, surface energy and creep close");
} // namespace
} // namespace kavity
