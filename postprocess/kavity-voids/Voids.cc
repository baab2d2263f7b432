#include "Voids.h"

#include "Gamma.h"

#include <vtkCellData.h>
#include <vtkConnectivityFilter.h>
#include <vtkGenericCell.h>
#include <vtkIdList.h>
#include <vtkIntArray.h>
#include <vtkMath.h>
#include <vtkNew.h>
#include <vtkPointData.h>
#include <vtkTableBasedClipDataSet.h>
#include <vtkTriangle.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

namespace kavity
{
namespace
{
constexpr double metre = 1e-6; // of a micrometre

// Sums over the simplices of one void, lengths in micrometres.
struct Sums
{
  double volume = 0, base = 0, height = 0;
  std::array<double, 3> moment = {};
  std::array<bool, 4> side     = {}; // at the least and largest x and y
  // of edges of the base (in 2D: of its ends) how many faces have them; the rim has one
  std::map<std::array<vtkIdType, 2>, unsigned int> edges;
};

class Measurement
{
public:
  Measurement(vtkUnstructuredGrid *region, const Gamma &gamma, const std::string &field,
              const double *bounds)
    : region(region)
    , gamma(gamma)
    , fraction(region->GetPointData()->GetArray(field.c_str()))
    , slope(region->GetPointData()->GetArray("slope"))
    , space(gamma.geometry() == Geometry::space)
    , axisymmetric(gamma.geometry() == Geometry::axisymmetric)
  {
    std::copy(bounds, bounds + 4, sides.begin());
  }

  void add(const vtkIdType cell, Sums &sums)
  {
    region->GetCellPoints(cell, corners);
    const vtkIdType n = corners->GetNumberOfIds();
    std::array<std::array<double, 3>, 4> x;
    for (vtkIdType k = 0; k < n; ++k)
      region->GetPoint(corners->GetId(k), x[k].data());
    add_volume(x, n, sums);
    std::vector<vtkIdType> base;
    for (vtkIdType k = 0; k < n; ++k)
    {
      sums.height = std::max(sums.height, x[k][gamma.normal()]);
      for (unsigned int s = 0; s < (space ? 4 : 2); ++s)
        if (std::abs(x[k][s / 2] - sides[s]) < gamma.tolerance())
          sums.side[s] = true;
      if (gamma.holds(x[k].data()))
        base.push_back(corners->GetId(k));
    }
    if (base.size() == std::size_t(n - 1))
      add_base(base, sums);
  }

  Void finish(const Sums &sums) const
  {
    Void result;
    const double depth = space || axisymmetric ? metre : 1.; // plane: per depth
    result.volume      = sums.volume * metre * metre * depth;
    for (int d = 0; d < 3; ++d)
      result.centre[d] = sums.moment[d] / sums.volume * metre;
    result.base_area = sums.base * metre * depth;
    result.height    = sums.height * metre;
    result.sides     = 0;
    if (!axisymmetric)
      result.sides = std::count(sums.side.begin(), sums.side.end(), true);
    const double whole   = result.base_area * (axisymmetric ? 1 : images(sums));
    result.base_radius   = space || axisymmetric ? std::sqrt(whole / M_PI) : whole / 2.;
    result.contact_angle = contact_angle(sums);
    return result;
  }

private:
  // Bases in one period of the mirrored cell: opposite sides are both ends of it.
  static double images(const Sums &sums)
  {
    return (sums.side[0] || sums.side[1] ? 2. : 1.) * (sums.side[2] || sums.side[3] ? 2. : 1.);
  }

  void add_volume(const std::array<std::array<double, 3>, 4> &x, const vtkIdType n, Sums &sums)
  {
    double volume = simplex_size(x, n);
    double radius = 0;
    for (vtkIdType k = 0; k < n; ++k)
      radius += x[k][0] / n;
    if (axisymmetric)
      volume *= 2. * M_PI * radius;
    sums.volume += volume;
    for (int d = 0; d < 3; ++d)
      for (vtkIdType k = 0; k < n; ++k)
        sums.moment[d] += volume * x[k][d] / n;
  }

  void add_base(const std::vector<vtkIdType> &base, Sums &sums)
  {
    std::array<std::array<double, 3>, 3> x;
    for (std::size_t k = 0; k < base.size(); ++k)
      region->GetPoint(base[k], x[k].data());
    if (space)
    {
      sums.base += vtkTriangle::TriangleArea(x[0].data(), x[1].data(), x[2].data());
      for (int k = 0; k < 3; ++k)
      {
        const auto ends = std::minmax(base[k], base[(k + 1) % 3]);
        ++sums.edges[{ends.first, ends.second}];
      }
      return;
    }
    const double length = std::sqrt(vtkMath::Distance2BetweenPoints(x[0].data(), x[1].data()));
    sums.base += length * (axisymmetric ? M_PI * (x[0][0] + x[1][0]) : 1.);
    for (const vtkIdType point : base)
      ++sums.edges[{point, point}];
  }

  // Mean over the rim, by length: the ends of the base where the metal fraction is 1/2, not those
  // at the sides of the cell.
  double contact_angle(const Sums &sums) const
  {
    double sum = 0, length = 0;
    for (const auto &edge : sums.edges)
    {
      const auto [a, b] = edge.first;
      if (edge.second != 1 || !on_surface(a) || !on_surface(b))
        continue;
      std::array<double, 3> x, y, g, h;
      region->GetPoint(a, x.data());
      region->GetPoint(b, y.data());
      slope->GetTuple(a, g.data());
      slope->GetTuple(b, h.data());
      for (int d = 0; d < 3; ++d)
        g[d] += h[d];
      const double weight = space ? std::sqrt(vtkMath::Distance2BetweenPoints(x.data(), y.data())) :
                            axisymmetric ? x[0] :
                                           1.;
      const double size   = vtkMath::Norm(g.data());
      if (size == 0)
        continue;
      sum += weight * std::acos(std::clamp(-g[gamma.normal()] / size, -1., 1.));
      length += weight;
    }
    return length > 0 ? sum / length : std::numeric_limits<double>::quiet_NaN();
  }

  bool on_surface(const vtkIdType point) const
  {
    return std::abs(fraction->GetTuple1(point) - 0.5) < 1e-5; // single precision
  }

  vtkUnstructuredGrid *region;
  const Gamma &gamma;
  vtkDataArray *fraction, *slope;
  const bool space, axisymmetric;
  std::array<double, 4> sides;
  vtkNew<vtkIdList> corners;
};

// The part of the body below 1/2, with the number of its connected part at each cell.
vtkSmartPointer<vtkUnstructuredGrid> below_half(vtkUnstructuredGrid *metal,
                                                const std::string &field)
{
  vtkNew<vtkTableBasedClipDataSet> clip;
  clip->SetInputData(metal);
  clip->SetInputArrayToProcess(0, 0, 0, vtkDataObject::FIELD_ASSOCIATION_POINTS, field.c_str());
  clip->SetValue(0.5);
  clip->InsideOutOn();
  vtkNew<vtkConnectivityFilter> parts;
  parts->SetInputConnection(clip->GetOutputPort());
  parts->SetExtractionModeToAllRegions();
  parts->ColorRegionsOn();
  parts->Update();
  return vtkUnstructuredGrid::SafeDownCast(parts->GetOutput());
}

// The same in triangles or tetrahedra. Each cell is split by itself: vtkDataSetTriangleFilter,
// which makes neighbours agree, takes longer than all else, and sums over the cells do not need it.
vtkSmartPointer<vtkUnstructuredGrid> simplices(vtkUnstructuredGrid *parts, const vtkIdType corners)
{
  const auto result = vtkSmartPointer<vtkUnstructuredGrid>::New();
  result->SetPoints(parts->GetPoints());
  result->GetPointData()->ShallowCopy(parts->GetPointData());
  result->Allocate(parts->GetNumberOfCells());
  vtkDataArray *number = parts->GetCellData()->GetArray("RegionId");
  vtkNew<vtkIntArray> part;
  part->SetName("void");
  vtkNew<vtkGenericCell> cell;
  vtkNew<vtkIdList> ids;
  vtkNew<vtkPoints> points;
  for (vtkIdType c = 0; c < parts->GetNumberOfCells(); ++c)
  {
    parts->GetCell(c, cell);
    cell->Triangulate(0, ids, points);
    for (vtkIdType k = 0; k + corners <= ids->GetNumberOfIds(); k += corners)
    {
      result->InsertNextCell(corners == 4 ? VTK_TETRA : VTK_TRIANGLE, corners, ids->GetPointer(k));
      part->InsertNextValue(int(number->GetTuple1(c)));
    }
  }
  result->GetCellData()->AddArray(part);
  return result;
}
} // namespace


double simplex_size(const std::array<std::array<double, 3>, 4> &points, const unsigned int n_points)
{
  if (n_points == 3)
    return vtkTriangle::TriangleArea(points[0].data(), points[1].data(), points[2].data());
  std::array<std::array<double, 3>, 3> edge;
  for (int e = 0; e < 3; ++e)
    vtkMath::Subtract(points[e + 1].data(), points[0].data(), edge[e].data());
  return std::abs(vtkMath::Determinant3x3(edge[0].data(), edge[1].data(), edge[2].data())) / 6.;
}


double Void::aspect() const
{
  return base_radius > 0 ? height / base_radius : std::numeric_limits<double>::quiet_NaN();
}


VoidField find_voids(vtkUnstructuredGrid *metal, const std::string &field, const bool axisymmetric)
{
  const Gamma gamma(metal, axisymmetric);
  vtkDataArray *fraction = metal->GetPointData()->GetArray(field.c_str());
  gamma.add_slope(fraction);

  VoidField result;
  result.geometry   = gamma.geometry();
  result.region     = simplices(below_half(metal, field), gamma.normal() + 2);
  const double area = gamma.integral(fraction, [](double) { return 1.; });
  result.contact_smooth =
    gamma.integral(fraction, [](const double c) { return c * c * (3. - 2. * c); }) / area;

  // first the number of the connected part, in the end that of the void
  vtkDataArray *number = result.region->GetCellData()->GetArray("void");
  std::vector<Sums> sums;
  Measurement measurement(result.region, gamma, field, metal->GetBounds());
  for (vtkIdType cell = 0; cell < result.region->GetNumberOfCells(); ++cell)
  {
    const auto p = static_cast<std::size_t>(number->GetTuple1(cell));
    if (p >= sums.size())
      sums.resize(p + 1);
    measurement.add(cell, sums[p]);
  }

  std::vector<std::size_t> order(sums.size()), index(sums.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](const auto a, const auto b) { return sums[a].volume > sums[b].volume; });
  double base = 0;
  for (std::size_t k = 0; k < order.size(); ++k)
  {
    index[order[k]] = k;
    result.voids.push_back(measurement.finish(sums[order[k]]));
    result.volume += result.voids.back().volume;
    base += sums[order[k]].base;
  }
  result.contact = 1. - base / area;

  for (vtkIdType cell = 0; cell < result.region->GetNumberOfCells(); ++cell)
    number->SetTuple1(cell, index[static_cast<std::size_t>(number->GetTuple1(cell))]);
  return result;
}
} // namespace kavity
