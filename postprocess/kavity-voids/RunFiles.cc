#include "RunFiles.h"

#include "kavity/app/CommandLine.h"
#include "kavity/core/ParameterTree.h"

#include <vtkAppendFilter.h>
#include <vtkCellArray.h>
#include <vtkDataArraySelection.h>
#include <vtkIdList.h>
#include <vtkNew.h>
#include <vtkPointData.h>
#include <vtkStaticPointLocator.h>
#include <vtkUnsignedCharArray.h>
#include <vtkXMLPUnstructuredGridReader.h>
#include <vtkXMLUnstructuredGridReader.h>

#include <boost/property_tree/ptree.hpp>
#include <boost/property_tree/xml_parser.hpp>

#include <algorithm>
#include <filesystem>
#include <limits>
#include <map>
#include <set>
#include <stdexcept>

namespace kavity
{
namespace
{
namespace fs = std::filesystem;

constexpr double micrometres_per_metre = 1e6;

[[noreturn]] void damaged(const std::string &file)
{
  throw std::runtime_error("'" + file + "' is damaged or incomplete; if the run is still writing " +
                           "it, try again when it has ended");
}

/// While it lives VTK prints nothing: what its readers run into is told by our own messages.
struct Quiet
{
  Quiet()
  {
    vtkObject::GlobalWarningDisplayOff();
  }
  ~Quiet()
  {
    vtkObject::GlobalWarningDisplayOn();
  }
};

/// A .vtu or .pvtu, with the fields of its points known but not yet read.
vtkSmartPointer<vtkXMLReader> open(const std::string &file)
{
  vtkSmartPointer<vtkXMLReader> reader;
  if (fs::path(file).extension() == ".pvtu")
    reader = vtkSmartPointer<vtkXMLPUnstructuredGridReader>::New();
  else
    reader = vtkSmartPointer<vtkXMLUnstructuredGridReader>::New();
  reader->SetFileName(file.c_str());
  reader->UpdateInformation();
  if (reader->GetErrorCode() != 0)
    damaged(file);
  return reader;
}

/// Copies of a point as one point, lengths in micrometres.
vtkSmartPointer<vtkUnstructuredGrid> joined(vtkUnstructuredGrid *grid)
{
  double bounds[6], largest = 0;
  grid->GetBounds(bounds);
  for (const double b : bounds)
    largest = std::max(largest, std::abs(b));
  // files hold single precision: copies of a point may differ in the last place
  const double tolerance = 4. * std::numeric_limits<float>::epsilon() * largest;

  const vtkIdType n = grid->GetNumberOfPoints();
  std::vector<vtkIdType> number(n, -1);
  vtkNew<vtkStaticPointLocator> locator; // its MergePoints has a race between threads in VTK 9.1
  locator->SetDataSet(grid);
  locator->BuildLocator();
  vtkNew<vtkIdList> copies;
  const auto result = vtkSmartPointer<vtkUnstructuredGrid>::New();
  vtkNew<vtkPoints> points;
  points->SetDataTypeToDouble();
  result->GetPointData()->CopyAllocate(grid->GetPointData());
  for (vtkIdType p = 0; p < n; ++p)
    if (number[p] < 0)
    {
      double x[3];
      grid->GetPoint(p, x);
      const vtkIdType q = points->InsertNextPoint(
        micrometres_per_metre * x[0], micrometres_per_metre * x[1], micrometres_per_metre * x[2]);
      result->GetPointData()->CopyData(grid->GetPointData(), p, q);
      locator->FindPointsWithinRadius(tolerance, x, copies);
      number[p] = q;
      for (const vtkIdType copy : *copies)
        if (number[copy] < 0)
          number[copy] = q;
    }
  result->SetPoints(points);
  result->Allocate(grid->GetNumberOfCells());
  vtkNew<vtkIdList> corners;
  for (vtkIdType cell = 0; cell < grid->GetNumberOfCells(); ++cell)
  {
    grid->GetCellPoints(cell, corners);
    for (vtkIdType c = 0; c < corners->GetNumberOfIds(); ++c)
      corners->SetId(c, number[corners->GetId(c)]);
    result->InsertNextCell(grid->GetCellType(cell), corners);
  }
  return result;
}
} // namespace


std::vector<StoredTime> read_collection(const std::string &path)
{
  namespace pt = boost::property_tree;
  pt::ptree tree;
  try
  {
    pt::read_xml(path, tree);
  }
  catch (const pt::xml_parser_error &error)
  {
    throw UsageError("Cannot read '" + path + "' (" + error.message() +
                     "); give the folder of a run or its solution.pvd");
  }
  std::map<double, std::vector<std::string>> files;
  const auto collection = tree.get_child_optional("VTKFile.Collection");
  if (!collection)
    throw UsageError("'" + path + "' is no collection of files over time (.pvd)");
  for (const auto &entry : *collection)
    if (entry.first == "DataSet")
    {
      const auto file =
        fs::path(path).parent_path() / entry.second.get<std::string>("<xmlattr>.file");
      if (!fs::exists(file))
        throw UsageError("'" + path + "' names '" + file.string() +
                         "', which does not exist; copy the whole folder of the run");
      files[entry.second.get<double>("<xmlattr>.timestep")].push_back(file.string());
    }
  if (files.empty())
    throw UsageError("'" + path + "' holds no time yet");
  std::vector<StoredTime> times;
  for (const auto &entry : files)
    times.push_back({entry.first, entry.second});
  return times;
}


vtkSmartPointer<vtkUnstructuredGrid> read_body(const StoredTime &stored, const std::string &field,
                                               const std::vector<std::string> &more)
{
  const Quiet quiet;
  vtkNew<vtkAppendFilter> all;
  for (const std::string &file : stored.files)
  {
    const auto reader                = open(file);
    vtkDataArraySelection *selection = reader->GetPointDataArraySelection();
    if (!selection->ArrayExists(field.c_str()))
      continue;
    selection->DisableAllArrays();
    selection->EnableArray(field.c_str());
    for (const std::string &name : more)
      if (selection->ArrayExists(name.c_str()))
        selection->EnableArray(name.c_str());
    reader->Update();
    if (reader->GetErrorCode() != 0)
      damaged(file);
    const auto grid = vtkUnstructuredGrid::SafeDownCast(reader->GetOutputDataObject(0));
    if (!grid->GetPointData()->GetArray(field.c_str()))
      damaged(file);
    if (grid->GetCellGhostArray())
      grid->RemoveGhostCells();
    all->AddInputData(grid);
  }
  if (all->GetNumberOfInputConnections(0) == 0)
    return nullptr;
  all->Update();
  return joined(all->GetOutput());
}


std::vector<std::string> field_names(const StoredTime &stored)
{
  const Quiet quiet;
  std::set<std::string> names;
  for (const std::string &file : stored.files)
  {
    const auto reader                = open(file);
    vtkDataArraySelection *selection = reader->GetPointDataArraySelection();
    for (int k = 0; k < selection->GetNumberOfArrays(); ++k)
      names.insert(selection->GetArrayName(k));
  }
  return {names.begin(), names.end()};
}


bool is_axisymmetric(const std::string &folder)
{
  const fs::path file = fs::path(folder) / "parameters.prm";
  if (!fs::exists(file))
    return false;
  RawInput input;
  read_parameter_file(file.string(), input);
  const auto cell = input.root.sections.find("Cell");
  if (cell == input.root.sections.end())
    return false;
  const auto coordinates = cell->second.entries.find("Coordinates");
  return coordinates != cell->second.entries.end() && coordinates->second.value == "axisymmetric";
}
} // namespace kavity
