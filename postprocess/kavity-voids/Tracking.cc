#include "Tracking.h"

#include <vtkCellData.h>
#include <vtkGenericCell.h>
#include <vtkIdList.h>
#include <vtkNew.h>
#include <vtkStaticCellLocator.h>

#include <algorithm>
#include <functional>

namespace kavity
{
namespace
{
// shared[old][new]: volume (in 2D: area) that two sets of voids have in common
using Shared = std::vector<std::vector<double>>;

// Volume of the cells of one region whose centre lies in the other, for each pair of voids.
void add_shared(vtkUnstructuredGrid *from, vtkUnstructuredGrid *in,
                const std::function<void(int, int, double)> &add)
{
  if (from->GetNumberOfCells() == 0 || in->GetNumberOfCells() == 0)
    return;
  vtkNew<vtkStaticCellLocator> locator;
  locator->SetDataSet(in);
  locator->BuildLocator();
  vtkDataArray *from_void = from->GetCellData()->GetArray("void");
  vtkDataArray *in_void   = in->GetCellData()->GetArray("void");
  vtkNew<vtkIdList> corners;
  vtkNew<vtkGenericCell> found;
  for (vtkIdType c = 0; c < from->GetNumberOfCells(); ++c)
  {
    from->GetCellPoints(c, corners);
    const vtkIdType n = corners->GetNumberOfIds();
    std::array<std::array<double, 3>, 4> x;
    double centre[3] = {}, parametric[3], weights[4];
    for (vtkIdType k = 0; k < n; ++k)
    {
      from->GetPoint(corners->GetId(k), x[k].data());
      for (int d = 0; d < 3; ++d)
        centre[d] += x[k][d] / n;
    }
    const vtkIdType hit = locator->FindCell(centre, 0., found, parametric, weights);
    if (hit >= 0)
      add(int(from_void->GetTuple1(c)), int(in_void->GetTuple1(hit)), simplex_size(x, n));
  }
}

// The larger of both directions: a void smaller than a cell of the other mesh may hold no centre.
Shared shared_volumes(vtkUnstructuredGrid *old_region, const std::size_t n_old,
                      vtkUnstructuredGrid *new_region, const std::size_t n_new)
{
  const Shared none(n_old, std::vector<double>(n_new, 0.));
  Shared forward = none, backward = none;
  add_shared(old_region, new_region,
             [&](const int o, const int n, const double volume) { forward[o][n] += volume; });
  add_shared(new_region, old_region,
             [&](const int n, const int o, const double volume) { backward[o][n] += volume; });
  for (std::size_t o = 0; o < n_old; ++o)
    for (std::size_t n = 0; n < n_new; ++n)
      forward[o][n] = std::max(forward[o][n], backward[o][n]);
  return forward;
}
} // namespace


VoidEvents Tracking::next(const VoidField &field)
{
  VoidEvents events;
  const std::size_t n_old = numbers_.size(), n_new = field.voids.size();
  std::vector<unsigned int> numbers(n_new, 0);
  if (!first_)
  {
    const Shared shared = shared_volumes(region_, n_old, field.region, n_new);
    std::vector<std::size_t> parents(n_new, 0);
    for (std::size_t o = 0; o < n_old; ++o)
    {
      const auto children =
        std::count_if(shared[o].begin(), shared[o].end(), [](const double v) { return v > 0; });
      events.deaths += children == 0;
      events.splits += children > 1 ? children - 1 : 0;
      for (std::size_t n = 0; n < n_new; ++n)
        parents[n] += shared[o][n] > 0;
    }
    for (std::size_t n = 0; n < n_new; ++n)
    {
      events.births += parents[n] == 0;
      events.merges += parents[n] > 1 ? parents[n] - 1 : 0;
      std::size_t parent = 0;
      for (std::size_t o = 1; o < n_old; ++o)
        if (shared[o][n] > shared[parent][n])
          parent = o;
      // the number goes to the part that shares most
      if (parents[n] > 0 &&
          *std::max_element(shared[parent].begin(), shared[parent].end()) == shared[parent][n])
        if (std::find(numbers.begin(), numbers.end(), numbers_[parent]) == numbers.end())
          numbers[n] = numbers_[parent];
    }
  }
  for (unsigned int &number : numbers)
    if (number == 0)
      number = ++highest_;
  first_   = false;
  numbers_ = numbers;
  region_  = field.region;
  return events;
}
} // namespace kavity
