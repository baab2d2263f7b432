#include "kavity/cell/DendriteWatch.h"

#include "kavity/core/NoConvergence.h"

#include <deal.II/base/mpi.h>

#include <boost/math/interpolators/barycentric_rational.hpp>
#include <boost/serialization/array.hpp>
#include <boost/serialization/string.hpp>
#include <boost/serialization/vector.hpp>

#include <algorithm>
#include <cmath>

namespace kavity
{
using namespace dealii;

namespace
{
// Margins that differ by less count as equal: solvers leave that much.
constexpr double round_off = 1e-9;

// Of stresses at depths.
std::function<StressAlong(double)> interpolated(const std::vector<double> &depths,
                                                const std::vector<StressAlong> &stresses)
{
  using Curve      = boost::math::barycentric_rational<double>;
  const auto curve = [&](double StressAlong::*component)
  {
    std::vector<double> values;
    for (const StressAlong &each : stresses)
      values.push_back(each.*component);
    return Curve(depths.data(), values.data(), values.size());
  };
  return [first = curve(&StressAlong::first), second = curve(&StressAlong::second),
          shear = curve(&StressAlong::shear)](const double depth) -> StressAlong {
    return {first(depth), second(depth), shear(depth)};
  };
}
} // namespace

bool DendriteFinding::worse_than(const DendriteFinding &other) const
{
  if (plated != other.plated)
    return plated;
  if (std::abs(margin - other.margin) > round_off * (1 + std::abs(margin)))
    return margin > other.margin;
  return place < other.place;
}

bool DendriteFinding::worse_than_earlier(const DendriteFinding &earlier,
                                         const double coupling_tolerance) const
{
  if (!plated || !earlier.plated)
    return plated && !earlier.plated;
  return margin - earlier.margin > coupling_tolerance * (1 + std::abs(margin)) ||
         (margin >= 0 && earlier.margin < 0);
}

template <int dim>
const std::vector<ObservableOf<DendriteFinding>> &DendriteWatch<dim>::observables()
{
  using Role                                                   = Observable::Role;
  static const std::vector<ObservableOf<DendriteFinding>> list = {
    {{"dendrite_margin", "1",
      "what drives a dendrite over what resists it, less 1, where it is largest on the interface: "
      "0 "
      "is critical, -1 where nothing is plated",
      Range::at_least(-1), Role::state, "", dendrite_criteria},
     [](const DendriteFinding &finding) { return finding.margin; }},
    {{"stress_intensity", "MPa sqrt(m)", "of the flaw there", Range::non_negative(), Role::state,
      "", dendrite_criteria},
     [](const DendriteFinding &finding) { return finding.stress_intensity; }},
    {{"dendrite_pressure", "MPa", "largest of the metal in the flaw there", Range::non_negative(),
      Role::state, "", dendrite_criteria},
     [](const DendriteFinding &finding) { return finding.pressure; }},
    {{"plating_current_max", "mA/cm^2",
      "largest magnitude of the current density per contact area where metal is plated",
      Range::non_negative(), Role::state, "", dendrite_criteria},
     [](const DendriteFinding &finding) { return finding.plating_current; }}};
  return list;
}

template <int dim>
DendriteWatch<dim>::DendriteWatch(MPI_Comm comm, const Electrode<dim> &electrode,
                                  const unsigned int terminal, const CellParameters &parameters,
                                  const double temperature)
  : comm(comm)
  , electrode(electrode)
  , terminal(terminal)
  , parameters(parameters)
  , criterion(*parameters.dendrites.criterion)
  , temperature(temperature)
  , conductivity(parameters.electrolyte.normal_conductivity(temperature))
{
}

template <int dim>
void DendriteWatch<dim>::look_below(const IonTransport<dim> &transport,
                                    const Elasticity<dim> *elasticity)
{
  if (criterion.depth() > 0)
  {
    if (!potential)
      potential = std::make_unique<PotentialBelow<dim>>(electrode.interface, criterion.depth());
    potential->evaluate(transport);
  }
  if (elasticity != nullptr && criterion.stressed_depth() > 0)
  {
    if (!stress)
      stress = std::make_unique<StressBelow<dim>>(electrode.interface, criterion.stressed_depth());
    stress->evaluate(*elasticity);
  }
}

template <int dim>
void DendriteWatch<dim>::judge(const IonTransport<dim> &transport,
                               const Elasticity<dim> *elasticity)
{
  const auto &current = transport.current(terminal);
  ElectrolyteValues load(current.size(), 0.);
  worst = {};
  const bool plates =
    std::any_of(current.begin(), current.end(), [this](double i) { return is_plated(i); });
  if (Utilities::MPI::logical_or(plates, comm))
  {
    look_below(transport, elasticity);
    std::string failure;
    try
    {
      judge_points(transport, load);
    }
    catch (const NoConvergence &error)
    {
      failure = error.what();
    }
    for (const std::string &each : Utilities::MPI::all_gather(comm, failure))
      if (!each.empty())
        throw NoConvergence(each);
    for (const DendriteFinding &each : Utilities::MPI::all_gather(comm, worst))
    {
      const double current = std::max(worst.plating_current, each.plating_current);
      if (each.worse_than(worst))
        worst = each;
      worst.plating_current = current;
    }
  }
  load_ = electrode.interface.to_metal(load);
}

template <int dim>
bool DendriteWatch<dim>::is_plated(const double current) const
{
  return current < -round_off * electrode.kinetics().exchange_current_density(temperature);
}

template <int dim>
std::vector<double> DendriteWatch<dim>::drive_below(const IonTransport<dim> &transport,
                                                    const unsigned int point) const
{
  const auto &contact       = electrode.last_contact();
  const double current      = transport.current(terminal)[point];
  std::vector<double> drive = {transport.overpotential(terminal)[point] +
                               electrode.kinetics().R_film * contact.film_factor[point] * current /
                                 contact.fraction[point] +
                               contact.constriction[point] * current};
  if (potential)
    for (unsigned int k = 1; k < potential->depths().size(); ++k)
      drive.push_back(transport.own_potential(terminal) - potential->value(point, k) +
                      contact.mu[point] / faraday);
  return drive;
}

template <int dim>
void DendriteWatch<dim>::judge_points(const IonTransport<dim> &transport, ElectrolyteValues &load)
{
  const auto &interface = electrode.interface;
  const auto &contact   = electrode.last_contact();
  const auto below      = electrode.voids_below_mesh();
  const auto pressure   = interface.to_electrolyte(electrode.pressure_at_points());
  const auto radius     = interface.to_electrolyte(below.radius),
             number     = interface.to_electrolyte(below.population);
  for (unsigned int k = 0; k < load.size(); ++k)
  {
    const double current = transport.current(terminal)[k];
    if (!is_plated(current) || contact.fraction[k] < electrode.contact_of_metal())
      continue;
    DendriteSite site{electrode.material(), electrode.kinetics(), temperature, conductivity,
                      parameters.electrolyte.fracture_toughness};
    site.current         = current;
    site.contact         = contact.fraction[k];
    site.void_radius     = radius[k];
    site.population      = radius[k] > 0 ? number[k] : 0;
    site.constriction    = contact.constriction[k];
    site.pressure        = pressure[k];
    site.potential       = contact.mu[k];
    site.film_factor     = contact.film_factor[k];
    site.exchange_factor = contact.exchange_factor[k];
    if (stress)
      site.stress = interpolated(stress->depths(), stress->of(k));
    const auto drive = drive_below(transport, k);
    const auto judge = [&](auto &&drive_at)
    {
      site.drive         = drive_at;
      const auto verdict = criterion.judge(site);
      load[k]            = verdict.margin + 1;
      take(k, site, verdict);
    };
    if (potential)
      judge(boost::math::barycentric_rational<double>(potential->depths().data(), drive.data(),
                                                      drive.size()));
    else
      judge([&](double) { return drive[0]; });
  }
}

template <int dim>
void DendriteWatch<dim>::take(const unsigned int point, const DendriteSite &site,
                              const DendriteVerdict &verdict)
{
  const auto &x = electrode.interface.faces(electrode.interface.electrolyte.side).points[point];
  const double largest = std::max(worst.plating_current, -site.current / site.contact);
  DendriteFinding here;
  here.plated           = true;
  here.margin           = verdict.margin;
  here.stress_intensity = verdict.stress_intensity;
  here.pressure         = verdict.pressure;
  here.place            = {x[0], dim == 3 ? x[1] : 0.};
  here.current          = site.current;
  here.contact          = site.contact;
  if (here.worse_than(worst))
  {
    for (const auto &number : verdict.numbers)
      here.numbers.push_back({number.name, number.unit, number.value});
    worst = here;
  }
  worst.plating_current = largest;
}

template class DendriteWatch<2>;
template class DendriteWatch<3>;
} // namespace kavity
