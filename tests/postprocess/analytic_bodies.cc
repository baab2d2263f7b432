#include "analytic_bodies.h"

#include "kavity/io/Files.h"

#include <vtkCellType.h>
#include <vtkFloatArray.h>
#include <vtkNew.h>
#include <vtkPointData.h>
#include <vtkPoints.h>
#include <vtkUnstructuredGrid.h>
#include <vtkXMLUnstructuredGridWriter.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace
{
// in the order of the corners of a VTK quadrilateral and hexahedron
constexpr int corners[8][3] = {{0, 0, 0}, {1, 0, 0}, {1, 1, 0}, {0, 1, 0},
                               {0, 0, 1}, {1, 0, 1}, {1, 1, 1}, {0, 1, 1}};

void write_piece(const std::string &path, const Box &box, const char *field,
                 const std::function<double(const std::array<double, 3> &)> &value,
                 const unsigned int piece, const unsigned int pieces)
{
  const bool space = box.cells[2] > 0;
  vtkNew<vtkUnstructuredGrid> grid;
  vtkNew<vtkPoints> points; // single precision
  vtkNew<vtkFloatArray> values;
  values->SetName(field);
  grid->Allocate();
  unsigned int number = 0;
  for (unsigned int k = 0; k < std::max(1u, box.cells[2]); ++k)
    for (unsigned int j = 0; j < box.cells[1]; ++j)
      for (unsigned int i = 0; i < box.cells[0]; ++i)
      {
        if (number++ % pieces != piece)
          continue;
        vtkIdType ids[8];
        const int n               = space ? 8 : 4;
        const unsigned int ijk[3] = {i, j, k};
        for (int c = 0; c < n; ++c)
        {
          std::array<double, 3> x = {};
          for (int d = 0; d < (space ? 3 : 2); ++d)
            x[d] =
              box.low[d] + (box.high[d] - box.low[d]) * (ijk[d] + corners[c][d]) / box.cells[d];
          ids[c] = points->InsertNextPoint(1e-6 * x[0], 1e-6 * x[1], 1e-6 * x[2]);
          values->InsertNextValue(value(x));
        }
        grid->InsertNextCell(space ? VTK_HEXAHEDRON : VTK_QUAD, n, ids);
      }
  grid->SetPoints(points);
  grid->GetPointData()->AddArray(values);
  vtkNew<vtkXMLUnstructuredGridWriter> writer;
  writer->SetFileName(path.c_str());
  writer->SetInputData(grid);
  writer->SetDataModeToBinary(); // inline, as deal.II; newer expat stops at appended data
  if (!writer->Write())
    throw std::runtime_error("cannot write " + path);
}
} // namespace


std::string write_body(const std::string &folder, const std::string &name, const Box &box,
                       const Distance &distance, const double width, const unsigned int pieces)
{
  const auto fraction = [&](const std::array<double, 3> &x)
  { return 0.5 * (1. + std::tanh(2. * distance(x) / width)); };
  std::ofstream record(folder + "/" + name + ".pvtu");
  record << "<?xml version=\"1.0\"?>\n<VTKFile type=\"PUnstructuredGrid\" version=\"0.1\" "
            "byte_order=\"LittleEndian\">\n<PUnstructuredGrid GhostLevel=\"0\">\n<PPointData>\n"
            "<PDataArray type=\"Float32\" Name=\"metal_fraction\" format=\"ascii\"/>\n"
            "</PPointData>\n<PPoints>\n<PDataArray type=\"Float32\" NumberOfComponents=\"3\"/>\n"
            "</PPoints>\n";
  for (unsigned int piece = 0; piece < pieces; ++piece)
  {
    const std::string file = name + "." + std::to_string(piece) + ".vtu";
    write_piece(folder + "/" + file, box, "metal_fraction", fraction, piece, pieces);
    record << "<Piece Source=\"" << file << "\"/>\n";
  }
  record << "</PUnstructuredGrid>\n</VTKFile>\n";
  return name + ".pvtu";
}


void write_run(const std::string &folder, const Box &box, const std::vector<Distance> &distances,
               const double width, const unsigned int pieces)
{
  std::filesystem::create_directories(folder + "/fields");
  kavity::PvdFile collection(folder + "/solution.pvd");
  Box below      = box;
  const int up   = box.cells[2] > 0 ? 2 : 1;
  below.high[up] = 0.;
  below.low[up]  = -box.high[up];
  below.cells    = {2, 2, box.cells[2] > 0 ? 2u : 0u};
  write_piece(
    folder + "/fields/electrolyte.vtu", below, "potential",
    [](const std::array<double, 3> &) { return 0.; }, 0, 1);
  for (std::size_t t = 0; t < distances.size(); ++t)
  {
    const std::string name = "metal_" + std::to_string(t);
    collection.add(t, "fields/" +
                        write_body(folder + "/fields", name, box, distances[t], width, pieces));
    collection.add(t, "fields/electrolyte.vtu", 1);
  }
}


Distance sphere(const std::array<double, 3> centre, const double radius)
{
  return [=](const std::array<double, 3> &x)
  { return std::hypot(x[0] - centre[0], x[1] - centre[1], x[2] - centre[2]) - radius; };
}


Distance nearest(std::vector<Distance> voids)
{
  return [voids](const std::array<double, 3> &x)
  {
    double least = voids.front()(x);
    for (const Distance &distance : voids)
      least = std::min(least, distance(x));
    return least;
  };
}


double Cap::base_radius() const
{
  return radius * std::sin(angle);
}


double Cap::height() const
{
  return radius * (1. + std::cos(angle));
}


double Cap::volume() const
{
  return M_PI * height() * height() * (3. * radius - height()) / 3.;
}


double Cap::section() const
{
  // the sector around the metal's angle is cut off
  return radius * radius * (M_PI - angle + std::sin(angle) * std::cos(angle));
}


Distance Cap::at(const double x, const double y, const bool space) const
{
  const double up = radius * std::cos(angle);
  return space ? sphere({x, y, up}, radius) : sphere({x, up, 0.}, radius);
}
