#ifndef kavity_voids_run_files_h
#define kavity_voids_run_files_h

#include <vtkSmartPointer.h>
#include <vtkUnstructuredGrid.h>

#include <string>
#include <vector>

namespace kavity
{
/// The files that hold the state at one time: a `.pvtu` or `.vtu` for each body.
struct StoredTime
{
  double time; ///< s
  std::vector<std::string> files;
};

/// The times of a `.pvd` collection, ascending. Throws UsageError if the file cannot be read, is
/// no collection, is empty, or names a file that does not exist.
std::vector<StoredTime> read_collection(const std::string &path);

/// The body whose points carry @p field, with this field and those of @p more that it has; null if
/// no body carries it. Points that cells of the file hold as copies, as deal.II writes them, are
/// one point in the result, also across pieces, so that neighbouring cells are connected; ghost
/// cells are dropped.
///
/// Lengths are MICROMETRES: VTK takes the determinant of a cell below 1e-20 for zero, and that of
/// a 50 nm cell counted in metres is smaller.
///
/// Throws std::runtime_error naming the file that is damaged.
vtkSmartPointer<vtkUnstructuredGrid> read_body(const StoredTime &, const std::string &field,
                                               const std::vector<std::string> &more = {});

/// Names of the fields at the points of all bodies, sorted.
std::vector<std::string> field_names(const StoredTime &);

/// Whether the run in this folder is axisymmetric, from its `parameters.prm`; false without one.
bool is_axisymmetric(const std::string &folder);
} // namespace kavity

#endif
