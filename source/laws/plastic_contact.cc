#include "kavity/core/Parameters.h"
#include "kavity/laws/CapVoids.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace kavity
{
namespace
{
// No voids: contact is what the present pressure makes of a rough surface, and fails where the
// current through it exceeds a limit. The baseline other predictions are printed beside
// (docs/model.md, section 5).
class PlasticContact : public ContactLawFor<PlasticContact>
{
public:
  void declare(Parameters &parameters) override
  {
    parameters.add("Local limit", local_limit, "2 mA/cm^2", "mA/cm^2", Range::between(1e-9, 1e5),
                   "Current density per contact area at which the contact fails.",
                   "[cal] K on K-beta''-alumina, 20 degC, 2.5 MPa: voiding at 2.0 mA/cm^2, "
                   "full contact");
    parameters.add("Asperity size", asperity_size, "1 m", "um", Range::between(1e-3, 1e9),
                   "Size of the asperities that pressure flattens, for the size effect in "
                   "their flow stress; 1 m: bulk metal.");
  }

  InterfaceState initial_state(const double population) const override
  {
    return {0., population, least_contact};
  }

  template <class N>
  N void_contact_of(const InterfaceStateOf<N> &) const
  {
    return N(1.);
  }

  bool at_floor(const InterfaceState &state) const override
  {
    return state.roughness_contact <= least_contact;
  }

  double base_radius(const InterfaceState &) const override
  {
    return 0.;
  }

  double void_volume(const double, const double) const override
  {
    return 0.;
  }

  double constriction_resistance(const InterfaceState &, const double) const override
  {
    return 0.;
  }

  template <class N>
  ExchangeOf<N> exchange_of(const InterfaceStateOf<N> &, const Metal &, const double) const
  {
    return {};
  }

  template <class N>
  N closure_of(const InterfaceStateOf<N> &, const N &, const Metal &, const double) const
  {
    return N(0.);
  }

  double nucleation_radius(const Metal &, const double) const override
  {
    return 0.;
  }

  double nucleation_potential(const double) const override
  {
    return std::numeric_limits<double>::infinity();
  }

  // No memory: contact follows the pressure down as well.
  void touch(InterfaceState &state, const double p, const Metal &metal,
             const double T) const override
  {
    state.roughness_contact = contact(p, metal, T);
  }

  double steady_margin(const Surroundings &here, const double, const double, const Metal &metal,
                       const double T) const override
  {
    return std::abs(here.current) / contact(here.pressure, metal, T) - local_limit;
  }

private:
  double contact(const double p, const Metal &metal, const double T) const
  {
    return std::max(pressed_contact(p, asperity_size, metal, T), least_contact);
  }

  static constexpr double least_contact = 1e-6;

  double local_limit = 20, asperity_size = 1;
};

const Registered<ContactLaw, PlasticContact>
  registered("plastic_contact", "contact p/(3 flow stress), failing at a local current limit");
} // namespace
} // namespace kavity
