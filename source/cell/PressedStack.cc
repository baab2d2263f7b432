#include "kavity/cell/PressedStack.h"

#include "kavity/cell/Cell.h"
#include "kavity/core/FileError.h"

#include <boost/math/tools/toms748_solve.hpp>

#include <algorithm>
#include <cmath>
#include <iomanip>
#include <limits>
#include <sstream>
#include <stdexcept>

namespace kavity
{
PressedStack::PressedStack(const CellParameters &parameters, const double pressure,
                           const double temperature)
  : parameters(parameters)
  , start_pressure(pressure)
  , temperature(temperature)
{
  reset();
}

void PressedStack::reset()
{
  state = {start_pressure, {parameters.geometry.metal_thickness}};
  if (parameters.second)
    state.thickness.push_back(parameters.geometry.second_thickness);
  saved = base = state;
}

const Metal &PressedStack::metal(const unsigned int electrode) const
{
  return electrode == 0 ? parameters.metal : parameters.second->metal;
}

double PressedStack::size_factor(const unsigned int electrode) const
{
  const double length = electrode == 0 ? parameters.metal_size : parameters.second->metal_size;
  return length > 0 ? metal(electrode).creep->size_factor(length) : 1.;
}

void PressedStack::remember()
{
  saved = state;
}

void PressedStack::go_back()
{
  state = saved;
}

void PressedStack::hold()
{
  interval = 0;
}

void PressedStack::first_stage(const Sdirk &sdirk)
{
  state = base = saved;
  interval     = sdirk.interval();
}

// The first rate is what the first stage added, over its interval.
void PressedStack::second_stage(const Sdirk &sdirk)
{
  const double factor = sdirk.weight(0) / interval;
  base.pressure       = saved.pressure + factor * (state.pressure - saved.pressure);
  for (unsigned int k = 0; k < base.thickness.size(); ++k)
    base.thickness[k] = saved.thickness[k] + factor * (state.thickness[k] - saved.thickness[k]);
}

void PressedStack::end_step(const Sdirk &sdirk, CellStep &step) const
{
  if (parameters.platen->keeps_pressure())
    return;
  const double scale = std::max(start_pressure, 1e5);
  const double first = sdirk.interval() / sdirk.weight(0) * (base.pressure - saved.pressure);
  step.error  = std::max(step.error, std::abs(state.pressure - base.pressure - first) / scale);
  step.change = std::max(step.change, std::abs(state.pressure - saved.pressure) / scale);
}

void PressedStack::begin_iteration()
{
  first_iteration = true;
}

// 1/k_f = C_fix + sum H/M_c + L/E_e, M_c the confined modulus: shear relaxes, the pressure does
// not.
double PressedStack::stiffness() const
{
  double give = parameters.platen->compliance() +
                parameters.geometry.electrolyte_thickness / parameters.electrolyte.young_modulus;
  for (unsigned int k = 0; k < state.thickness.size(); ++k)
  {
    const double nu       = metal(k).poisson_ratio;
    const double confined = metal(k).young_modulus * (1 - nu) / ((1 + nu) * (1 - 2 * nu));
    give += std::max(state.thickness[k], 0.) / confined;
  }
  return 1 / give;
}

double PressedStack::squeeze(const unsigned int k, const double pressure) const
{
  return squeeze_velocity(pressure, parameters.platen->foil_radius(), state.thickness[k],
                          parameters.platen->friction_factor(), *metal(k).creep, temperature,
                          size_factor(k));
}

double PressedStack::relaxation_time() const
{
  double squeezed = 0;
  for (unsigned int k = 0; k < state.thickness.size(); ++k)
    squeezed += squeeze(k, pressure());
  return squeezed > 0 ? pressure() / (stiffness() * squeezed) :
                        std::numeric_limits<double>::infinity();
}

// P = base - interval k_f sum (q + v_sq(P)) at these q; below 0 it is -k_f times the gap under a
// platen that has lifted off.
double PressedStack::settled_pressure(const std::vector<double> &inflow) const
{
  double q = 0;
  for (const double each : inflow)
    q += each;
  const double loss = interval * stiffness(), free = base.pressure - loss * q;
  const auto excess = [&](const double pressure)
  {
    double squeezed = 0;
    for (unsigned int k = 0; k < inflow.size(); ++k)
      squeezed += squeeze(k, pressure);
    return pressure - free + loss * squeezed;
  };
  if (free <= 0 || !(excess(free) > 0))
    return free;
  std::uintmax_t iterations = 200;
  const auto root           = boost::math::tools::toms748_solve(
              excess, 0., free, boost::math::tools::eps_tolerance<double>(50), iterations);
  return 0.5 * (root.first + root.second);
}

// What metal does at another pressure is not known here: the secant of the last two iterations
// tells, at first what sinks on the interfaces would let through.
double PressedStack::follow(const std::vector<double> &inflow)
{
  if (interval == 0)
    return 0;
  double change = 0;
  if (!parameters.platen->keeps_pressure())
  {
    const double gap = settled_pressure(inflow) - state.pressure;
    double slope     = 1;
    if (first_iteration)
      for (unsigned int k = 0; k < inflow.size(); ++k)
      {
        if (metal(k).has_interface_sinks())
          slope += interval * stiffness() / metal(k).interface_sink_viscosity(temperature);
      }
    else if (state.pressure != last_pressure)
      slope = std::max(1., -(gap - last_gap) / (state.pressure - last_pressure));
    first_iteration = false;
    last_pressure   = state.pressure;
    last_gap        = gap;
    state.pressure += gap / slope;
    change = std::abs(gap) / (slope * std::max(start_pressure, 1e5));
  }
  for (unsigned int k = 0; k < inflow.size(); ++k)
    state.thickness[k] = base.thickness[k] - interval * (inflow[k] + squeeze(k, pressure()));
  return change;
}

std::string PressedStack::text() const
{
  std::ostringstream result;
  result << std::setprecision(std::numeric_limits<double>::max_digits10) << state.pressure;
  for (const double thickness : state.thickness)
    result << ' ' << thickness;
  return result.str();
}

void PressedStack::read(std::istream &stream)
{
  stream >> state.pressure;
  for (double &thickness : state.thickness)
    stream >> thickness;
  if (!stream)
    throw FileError("The checkpoint has no stack pressure and thicknesses");
  saved = base = state;
}
} // namespace kavity
