#include "Gamma.h"

#include "kavity/app/CommandLine.h"

#include <vtkCell.h>
#include <vtkDoubleArray.h>
#include <vtkGenericCell.h>
#include <vtkIdList.h>
#include <vtkMath.h>
#include <vtkNew.h>
#include <vtkPointData.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace kavity
{
namespace
{
// of Gauss-Legendre on [0, 1]: exact up to degree 5, which is the radius times h(c) and more
constexpr std::array<double, 3> abscissas = {0.11270166537925831, 0.5, 0.88729833462074169};
constexpr std::array<double, 3> weights   = {5. / 18., 8. / 18., 5. / 18.};

// Integral over the edge between two points of f(value) or, with radius, 2 pi x f(value).
double edge_integral(const double *a, const double *b, const double value_a, const double value_b,
                     const bool axisymmetric, const std::function<double(double)> &f)
{
  double sum = 0;
  for (unsigned int q = 0; q < 3; ++q)
  {
    const double s = abscissas[q];
    sum += weights[q] * f((1 - s) * value_a + s * value_b) *
           (axisymmetric ? 2. * M_PI * ((1 - s) * a[0] + s * b[0]) : 1.);
  }
  return sum * std::sqrt(vtkMath::Distance2BetweenPoints(a, b));
}

// Integral over a quadrilateral with corners in cyclic order; a triangle has its last corner twice.
double face_integral(const std::array<std::array<double, 3>, 4> &corner,
                     const std::array<double, 4> &value, const std::function<double(double)> &f)
{
  double sum = 0;
  for (unsigned int i = 0; i < 3; ++i)
    for (unsigned int j = 0; j < 3; ++j)
    {
      const double s = abscissas[i], t = abscissas[j];
      const std::array<double, 4> shape = {(1 - s) * (1 - t), s * (1 - t), s * t, (1 - s) * t};
      double along_s[2], along_t[2], v = 0;
      for (unsigned int d = 0; d < 2; ++d)
      {
        along_s[d] = (1 - t) * (corner[1][d] - corner[0][d]) + t * (corner[2][d] - corner[3][d]);
        along_t[d] = (1 - s) * (corner[3][d] - corner[0][d]) + s * (corner[2][d] - corner[1][d]);
      }
      for (unsigned int k = 0; k < 4; ++k)
        v += shape[k] * value[k];
      sum += weights[i] * weights[j] * f(v) *
             std::abs(along_s[0] * along_t[1] - along_s[1] * along_t[0]);
    }
  return sum;
}
} // namespace


Gamma::Gamma(vtkUnstructuredGrid *body, const bool axisymmetric)
  : body_(body)
{
  vtkNew<vtkGenericCell> cell;
  int dimension = 0;
  if (body->GetNumberOfCells() > 0)
  {
    body->GetCell(0, cell);
    dimension = cell->GetCellDimension();
  }
  if (dimension != 2 && dimension != 3)
    throw UsageError("The metal body has no two- or three-dimensional cells");
  if (dimension == 3 && axisymmetric)
    throw UsageError("A three-dimensional mesh cannot be axisymmetric");
  geometry_  = dimension == 3 ? Geometry::space :
               axisymmetric   ? Geometry::axisymmetric :
                                Geometry::plane;
  tolerance_ = 1e-6 * body->GetLength();

  vtkNew<vtkIdList> points;
  for (vtkIdType c = 0; c < body->GetNumberOfCells(); ++c)
  {
    body->GetCellPoints(c, points);
    bool touches = false;
    for (const vtkIdType p : *points)
      touches = touches || holds(body->GetPoint(p));
    if (!touches)
      continue;
    cells_.push_back(c);
    body->GetCell(c, cell);
    const int n_faces = dimension == 3 ? cell->GetNumberOfFaces() : cell->GetNumberOfEdges();
    for (int f = 0; f < n_faces; ++f)
    {
      vtkIdList *ids = (dimension == 3 ? cell->GetFace(f) : cell->GetEdge(f))->GetPointIds();
      if (std::all_of(ids->begin(), ids->end(),
                      [&](const vtkIdType p) { return holds(body->GetPoint(p)); }))
        faces_.emplace_back(ids->begin(), ids->end());
    }
  }
  if (faces_.empty())
    throw UsageError(std::string("No face of the metal body lies on the interface, ") +
                     (dimension == 3 ? "z = 0" : "y = 0"));
}


double Gamma::integral(vtkDataArray *field, const std::function<double(double)> &f) const
{
  double sum = 0;
  for (const auto &face : faces_)
  {
    std::array<std::array<double, 3>, 4> corner;
    std::array<double, 4> value;
    for (unsigned int k = 0; k < 4; ++k)
    {
      const vtkIdType p = face[std::min<std::size_t>(k, face.size() - 1)];
      body_->GetPoint(p, corner[k].data());
      value[k] = field->GetTuple1(p);
    }
    sum += geometry_ == Geometry::space ?
             face_integral(corner, value, f) :
             edge_integral(corner[0].data(), corner[1].data(), value[0], value[1],
                           geometry_ == Geometry::axisymmetric, f);
  }
  return sum;
}


void Gamma::add_slope(vtkDataArray *field) const
{
  vtkNew<vtkDoubleArray> slope;
  slope->SetName("slope");
  slope->SetNumberOfComponents(3);
  slope->SetNumberOfTuples(body_->GetNumberOfPoints());
  slope->Fill(0.);
  std::vector<unsigned int> contributions(body_->GetNumberOfPoints(), 0);
  vtkNew<vtkGenericCell> cell;
  std::vector<double> values;
  for (const vtkIdType c : cells_)
  {
    body_->GetCell(c, cell);
    values.clear();
    for (const vtkIdType p : *cell->GetPointIds())
      values.push_back(field->GetTuple1(p));
    for (vtkIdType k = 0; k < cell->GetNumberOfPoints(); ++k)
    {
      const vtkIdType p = cell->GetPointId(k);
      if (!holds(body_->GetPoint(p)))
        continue;
      double gradient[3];
      cell->Derivatives(0, cell->GetParametricCoords() + 3 * k, values.data(), 1, gradient);
      const double n = ++contributions[p];
      for (int d = 0; d < 3; ++d)
        slope->SetComponent(p, d, slope->GetComponent(p, d) * (n - 1) / n + gradient[d] / n);
    }
  }
  body_->GetPointData()->AddArray(slope);
}
} // namespace kavity
