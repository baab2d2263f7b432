#include "Tables.h"

#include <algorithm>
#include <limits>

namespace kavity
{
namespace
{
// Volumes and areas of plane voids are per depth, and say so.
std::string volume_unit(const Geometry geometry)
{
  return geometry == Geometry::plane ? "um^3/um" : "um^3";
}

std::vector<Column> void_columns(const Geometry geometry)
{
  std::vector<Column> columns = {
    {"time", "s"}, {"void", "1"}, {"volume", volume_unit(geometry)}, {"x", "um"}, {"y", "um"}};
  if (geometry == Geometry::space)
    columns.push_back({"z", "um"});
  const std::string area_unit = geometry == Geometry::plane ? "um^2/um" : "um^2";
  for (const Column &column : std::vector<Column>{{"base_area", area_unit},
                                                  {"base_radius", "um"},
                                                  {"height", "um"},
                                                  {"aspect", "1", true},
                                                  {"contact_angle", "degree", true},
                                                  {"touches_interface", "1"},
                                                  {"sides", "1"}})
    columns.push_back(column);
  return columns;
}

std::vector<Column> statistics_columns(const Geometry geometry)
{
  return {{"time", "s"},
          {"number", "1"},
          {"contact", "1"},
          {"contact_smooth", "1"},
          {"void_volume", volume_unit(geometry)},
          {"base_radius_mean", "um", true},
          {"base_radius_max", "um", true},
          {"merges", "1"},
          {"splits", "1"},
          {"births", "1"},
          {"deaths", "1"}};
}
} // namespace


VoidTables::VoidTables(const std::string &folder, const Geometry geometry)
  : voids_(folder + "/voids.csv", void_columns(geometry))
  , statistics_(folder + "/void_statistics.csv", statistics_columns(geometry))
{
}


void VoidTables::add(const double time, const VoidField &field,
                     const std::vector<unsigned int> &numbers, const VoidEvents &events)
{
  double sum = 0, largest = std::numeric_limits<double>::quiet_NaN();
  unsigned int touching = 0;
  for (std::size_t k = 0; k < field.voids.size(); ++k)
  {
    const Void &v    = field.voids[k];
    const bool touch = v.base_area > 0;
    if (touch)
    {
      ++touching;
      sum += v.base_radius;
      largest = std::fmax(largest, v.base_radius);
    }
    voids_.add_named_row({{"time", time},
                          {"void", numbers[k]},
                          {"volume", v.volume},
                          {"x", v.centre[0]},
                          {"y", v.centre[1]},
                          {"z", v.centre[2]},
                          {"base_area", v.base_area},
                          {"base_radius", v.base_radius},
                          {"height", v.height},
                          {"aspect", v.aspect()},
                          {"contact_angle", v.contact_angle},
                          {"touches_interface", touch},
                          {"sides", v.sides}});
  }
  statistics_.add_named_row({{"time", time},
                             {"number", field.voids.size()},
                             {"contact", field.contact},
                             {"contact_smooth", field.contact_smooth},
                             {"void_volume", field.volume},
                             {"base_radius_mean", sum / touching}, // 0 / 0: not a number
                             {"base_radius_max", largest},
                             {"merges", events.merges},
                             {"splits", events.splits},
                             {"births", events.births},
                             {"deaths", events.deaths}});
}
} // namespace kavity
