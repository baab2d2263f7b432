#include "kavity/models/Cell.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace kavity
{
double CellBalance::charge_error() const
{
  return std::max(std::abs(applied_charge - interface_charge),
                  std::abs(interface_charge - counter_charge)) /
         (moved_charge + std::numeric_limits<double>::min());
}

double CellBalance::metal_error() const
{
  return std::abs(inflow + void_growth - stripped_volume) /
         (moved_volume + std::numeric_limits<double>::min());
}

double CellBalance::sink_error() const
{
  return std::abs(sink_contraction + interface_contraction + creep_closure - volume_inflow) /
         (moved_volume + std::numeric_limits<double>::min());
}

double CellBalance::energy_error() const
{
  return std::abs(energy_growth - energy_supplied + energy_dissipated) /
         (std::abs(energy_supplied) + energy_dissipated + std::numeric_limits<double>::min());
}
} // namespace kavity
