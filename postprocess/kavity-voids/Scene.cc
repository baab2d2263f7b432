#include "Scene.h"

#include <vtkActor.h>
#include <vtkContourFilter.h>
#include <vtkCutter.h>
#include <vtkDataSetMapper.h>
#include <vtkDoubleArray.h>
#include <vtkNew.h>
#include <vtkPlane.h>
#include <vtkPointData.h>
#include <vtkPolyDataNormals.h>
#include <vtkProperty.h>
#include <vtkTableBasedClipDataSet.h>

#include <algorithm>
#include <cmath>

namespace kavity
{
namespace
{
constexpr const char *atoms_field = "potential_of_atoms", *current_field = "current_density";

// A field by its value, of a vector the magnitude, times a factor.
void replace_by_magnitude(vtkDataSet *data, const char *field, const double factor)
{
  vtkDataArray *array = data->GetPointData()->GetArray(field);
  vtkNew<vtkDoubleArray> shown;
  shown->SetName(field);
  shown->SetNumberOfTuples(array->GetNumberOfTuples());
  for (vtkIdType p = 0; p < array->GetNumberOfTuples(); ++p)
  {
    double sum = 0;
    for (int d = 0; d < array->GetNumberOfComponents(); ++d)
      sum += array->GetComponent(p, d) * array->GetComponent(p, d);
    shown->SetValue(p, factor * std::sqrt(sum));
  }
  data->GetPointData()->AddArray(shown);
}

// The plane z = height of a body.
vtkSmartPointer<vtkDataSet> cut(vtkDataSet *body, const double height)
{
  vtkNew<vtkPlane> plane;
  plane->SetOrigin(0., 0., height);
  plane->SetNormal(0., 0., 1.);
  vtkNew<vtkCutter> cutter;
  cutter->SetInputData(body);
  cutter->SetCutFunction(plane);
  cutter->Update();
  return cutter->GetOutput();
}

void extend_range(std::array<double, 2> &range, vtkDataSet *data, const std::string &field)
{
  vtkDataArray *array = data ? data->GetPointData()->GetArray(field.c_str()) : nullptr;
  if (!array || array->GetNumberOfTuples() == 0)
    return;
  const double *values = array->GetRange();
  range                = {std::min(range[0], values[0]), std::max(range[1], values[1])};
}

// In the colours of a field, or grey without it, whatever the light.
vtkSmartPointer<vtkActor> coloured(vtkDataSet *data, const Colouring &colouring)
{
  vtkNew<vtkDataSetMapper> mapper;
  mapper->SetInputData(data);
  const bool has = data->GetPointData()->GetArray(colouring.field.c_str()) != nullptr;
  mapper->SetScalarVisibility(has);
  if (has)
  {
    mapper->SetScalarModeToUsePointFieldData();
    mapper->SelectColorArray(colouring.field.c_str());
    mapper->SetLookupTable(colouring.map);
    mapper->UseLookupTableScalarRangeOn();
    mapper->InterpolateScalarsBeforeMappingOn();
  }
  const auto actor = vtkSmartPointer<vtkActor>::New();
  actor->SetMapper(mapper);
  actor->GetProperty()->SetColor(0.8, 0.8, 0.78);
  actor->GetProperty()->LightingOff();
  return actor;
}

vtkSmartPointer<vtkActor> plain(vtkDataSet *data, const double red, const double green,
                                const double blue)
{
  vtkNew<vtkDataSetMapper> mapper;
  mapper->SetInputData(data);
  mapper->ScalarVisibilityOff();
  const auto actor = vtkSmartPointer<vtkActor>::New();
  actor->SetMapper(mapper);
  actor->GetProperty()->SetColor(red, green, blue);
  return actor;
}
} // namespace


Scene::Scene(const StoredTime &stored, const std::string &field)
  : field_(field)
{
  const auto body = read_body(stored, field, {atoms_field});
  body->GetBounds(bounds_.data());
  space_ = bounds_[5] > bounds_[4];
  vtkNew<vtkContourFilter> contour;
  contour->SetInputData(body);
  contour->SetInputArrayToProcess(0, 0, 0, vtkDataObject::FIELD_ASSOCIATION_POINTS, field.c_str());
  contour->SetValue(0, 0.5);
  contour->Update();
  surface_ = contour->GetOutput();

  vtkSmartPointer<vtkDataSet> below = read_body(stored, current_field);
  if (below)
    replace_by_magnitude(below, current_field, 0.1); // A/m^2 to mA/cm^2
  if (space_)
  {
    const double beside = 1e-4 * body->GetLength(); // a plane on faces may be cut twice or not
    metal_              = cut(body, beside);
    electrolyte_        = below ? cut(below, -beside) : nullptr;
    return;
  }
  vtkNew<vtkTableBasedClipDataSet> clip;
  clip->SetInputData(body);
  clip->SetInputArrayToProcess(0, 0, 0, vtkDataObject::FIELD_ASSOCIATION_POINTS, field.c_str());
  clip->SetValue(0.5);
  clip->Update();
  metal_       = clip->GetOutput();
  electrolyte_ = below;
}


double Scene::void_height() const
{
  return surface_->GetNumberOfPoints() > 0 ? surface_->GetBounds()[space_ ? 5 : 3] : 0.;
}


void Scene::extend_atoms(Colouring &atoms) const
{
  if (!space_ || !electrolyte_)
    extend_range(atoms.range, metal_, atoms.field);
}


void Scene::extend_current(Colouring &current) const
{
  extend_range(current.range, electrolyte_, current.field);
}


void Scene::draw(vtkRenderer *renderer, const Colouring &atoms, const Colouring &current) const
{
  if (!space_)
  {
    renderer->AddActor(coloured(metal_, atoms));
    if (electrolyte_)
      renderer->AddActor(coloured(electrolyte_, current));
    const auto outline = plain(surface_, 0.1, 0.1, 0.1);
    outline->GetProperty()->SetLineWidth(2.f);
    outline->GetProperty()->LightingOff();
    renderer->AddActor(outline);
    return;
  }
  renderer->AddActor(electrolyte_ ? coloured(electrolyte_, current) : coloured(metal_, atoms));
  vtkNew<vtkPolyDataNormals> smooth;
  smooth->SetInputData(surface_);
  smooth->SplittingOff();
  smooth->Update();
  const auto voids = plain(smooth->GetOutput(), 0.62, 0.80, 0.90);
  voids->GetProperty()->SetAmbient(0.25);
  voids->GetProperty()->SetDiffuse(0.75);
  voids->GetProperty()->SetSpecular(0.2);
  renderer->AddActor(voids);
}
} // namespace kavity
