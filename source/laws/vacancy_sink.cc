#include "kavity/core/Registry.h"
#include "kavity/laws/CapVoids.h"
#include "kavity/laws/Constants.h"

namespace kavity
{
namespace
{
// Vacancies end at sinks in the metal or in voids; a void grows where diffusion brings more than
// creep closes (docs/model.md, section 5).
class VacancySink : public CapVoids
{
public:
  double steady_margin(const double, const double p, const double mu, const double radius,
                       const double population, const Metal &metal, const double T) const override
  {
    InterfaceState state = initial_state(population);
    state.void_volume    = void_volume(radius, population);
    return faraday / metal.molar_volume *
           (exchange(state, metal, T).growth(mu) - closure(state, p, metal, T));
  }
};

const Registered<ContactLaw, VacancySink>
  registered("vacancy_sink",
             "vacancies end at sinks in the metal or in voids, which diffusion, surface energy "
             "and creep close");
} // namespace
} // namespace kavity
