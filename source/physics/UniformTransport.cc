#include "kavity/physics/UniformTransport.h"

#include <boost/math/tools/toms748_solve.hpp>

#include <algorithm>
#include <cmath>

namespace kavity
{
template <int dim>
UniformTransport<dim>::UniformTransport(const std::vector<Terminal> &terminals,
                                        const double temperature, const double height,
                                        const double conductivity)
  : terminals(terminals)
  , temperature(temperature)
  , height(height)
  , conductivity(conductivity)
{
}

template <int dim>
double UniformTransport<dim>::drive(const unsigned int terminal, const double mean_current,
                                    const Contact &contact) const
{
  const auto &place  = *terminals[terminal].interface;
  const double chi   = place.mean(contact.fraction);
  const double R_con = place.mean(contact.constriction);
  double drive       = 0;
  for (unsigned int iteration = 0; iteration < 200; ++iteration)
  {
    const auto point  = terminals[terminal].kinetics->current(drive, chi, R_con, temperature);
    const double step = (mean_current - point.current) / point.derivative;
    // above the solution the convex law makes Newton safe; below it steps are limited
    const double limit = longest_overpotential_step / point.share;
    drive += std::max(-limit, std::min(limit, step));
    if (std::abs(step) < 1e-10)
      break;
  }
  return drive;
}

template <int dim>
typename UniformTransport<dim>::Potentials
UniformTransport<dim>::potentials(const double mean_current, const Contacts &contacts) const
{
  const auto mu_of = [&](const unsigned int k)
  { return terminals[k].interface->mean(contacts[k]->mu) / faraday; };
  const double drop = height / conductivity;
  const double below =
    terminals.size() == 1 ? 0. : mu_of(1) - drive(1, -mean_current, *contacts[1]);
  return {below, drive(0, mean_current, *contacts[0]) - mu_of(0) + below + mean_current * drop};
}

// Interfaces and a source take voltage, too: the current is less than that of the ceramic alone.
template <int dim>
double UniformTransport<dim>::current(const Applied &voltage, const double phi_m,
                                      const Contacts &contacts) const
{
  const auto excess = [&](const double current)
  {
    return potentials(current, contacts).phi_m - phi_m +
           voltage.resistance * (current - voltage.at);
  };
  const double at_rest = excess(0), ohmic = -at_rest * conductivity / height;
  const double at_ohmic = excess(ohmic);
  if (at_rest * at_ohmic >= 0)
    return at_rest == 0 ? 0 : ohmic;
  std::uintmax_t iterations = 200;
  const boost::math::tools::eps_tolerance<double> bits(30); // for a start
  const auto root =
    ohmic > 0 ?
      boost::math::tools::toms748_solve(excess, 0., ohmic, at_rest, at_ohmic, bits, iterations) :
      boost::math::tools::toms748_solve(excess, ohmic, 0., at_ohmic, at_rest, bits, iterations);
  return 0.5 * (root.first + root.second);
}

template class UniformTransport<2>;
template class UniformTransport<3>;
} // namespace kavity
