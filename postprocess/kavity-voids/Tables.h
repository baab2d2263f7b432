#ifndef kavity_voids_tables_h
#define kavity_voids_tables_h

#include "Tracking.h"

#include "kavity/io/History.h"

namespace kavity
{
/// The tables `voids.csv`, one row per void and time, and `void_statistics.csv`, one row per time,
/// in the form of history.csv. What is undefined, such as the contact angle of a detached void, is
/// left empty.
class VoidTables
{
public:
  /// Throws std::runtime_error when the files cannot be written in @p folder.
  VoidTables(const std::string &folder, Geometry);

  /// Adds the voids at a time, s, with their numbers.
  void add(double time, const VoidField &, const std::vector<unsigned int> &numbers,
           const VoidEvents &);

private:
  HistoryFile voids_, statistics_;
};
} // namespace kavity

#endif
