#include "kavity/cell/FieldOutput.h"

#include "kavity/core/FileError.h"

#include <deal.II/base/polynomial.h>
#include <deal.II/base/quadrature_lib.h>
#include <deal.II/grid/reference_cell.h>
#include <deal.II/numerics/data_out.h>

#include <algorithm>
#include <cstdio>
#include <sstream>

namespace kavity
{
using namespace dealii;

namespace
{
// Gamma as a surface of its own: one patch a face, with the values of its quadrature points
// interpolated to the corners of four (3D) or two (2D) parts, within the range of the face.
template <int dim>
class InterfaceSurface : public DataOutInterface<dim - 1, dim>
{
public:
  InterfaceSurface(const Interface<dim> &interface, const std::vector<InterfaceField> &data)
  {
    const auto side  = Body<dim>::Side::metal;
    const bool below = interface.boundary(Body<dim>::Side::electrolyte) == boundary::second;
    for (const auto &entry : data)
      names.push_back(entry.name);
    const auto &faces = interface.faces(side);
    for (unsigned int face = 0; face < faces.cells.size(); ++face)
    {
      DataOutBase::Patch<dim - 1, dim> patch;
      patch.n_subdivisions = n_parts;
      patch.patch_index    = face;
      patch.reference_cell = ReferenceCells::get_hypercube<dim - 1>(); // else the file has no cells
      for (unsigned int v = 0; v < GeometryInfo<dim - 1>::vertices_per_cell; ++v)
      {
        // as the points count, whatever the orientation of the face
        patch.vertices[v] = faces.cells[face]->vertex(
          GeometryInfo<dim>::face_to_cell_vertices(faces.on_cell[face], v));
        if (below)
          patch.vertices[v][dim - 1] =
            -interface.electrolyte.geometry.electrolyte_thickness - patch.vertices[v][dim - 1];
      }
      const unsigned int corners = Utilities::pow(n_parts + 1, dim - 1);
      patch.data.reinit(data.size(), corners);
      for (unsigned int d = 0; d < data.size(); ++d)
        interpolate(*data[d].values, face, interface, d, patch.data);
      patches.push_back(patch);
    }
  }

private:
  static constexpr unsigned int n_parts = 2;

  static void interpolate(const InterfaceValues &values, const unsigned int face,
                          const Interface<dim> &interface, const unsigned int row,
                          Table<2, float> &data)
  {
    const unsigned int n = interface.points_1d(), per_face = interface.points_per_face();
    const double *first = values.data() + face * per_face;
    const double low    = *std::min_element(first, first + per_face);
    const double high   = *std::max_element(first, first + per_face);
    const auto basis    = Polynomials::generate_complete_Lagrange_basis(QGauss<1>(n).get_points());
    const unsigned int rows = dim == 3 ? n_parts + 1 : 1, rows_q = dim == 3 ? n : 1;
    for (unsigned int j = 0; j < rows; ++j)
      for (unsigned int i = 0; i <= n_parts; ++i)
      {
        double sum = 0;
        for (unsigned int jq = 0; jq < rows_q; ++jq)
          for (unsigned int iq = 0; iq < n; ++iq)
            sum += first[jq * n + iq] * basis[iq].value(double(i) / n_parts) *
                   (dim == 3 ? basis[jq].value(double(j) / n_parts) : 1.);
        data(row, j * (n_parts + 1) + i) = std::clamp(sum, low, high);
      }
  }

  const std::vector<DataOutBase::Patch<dim - 1, dim>> &get_patches() const override
  {
    return patches;
  }
  std::vector<std::string> get_dataset_names() const override
  {
    return names;
  }

  std::vector<DataOutBase::Patch<dim - 1, dim>> patches;
  std::vector<std::string> names;
};
} // namespace

std::vector<std::array<double, 5>>
sorted_on_first_rank(const std::vector<std::array<double, 5>> &own, MPI_Comm comm)
{
  std::vector<std::array<double, 5>> all;
  for (const auto &part : Utilities::MPI::gather(comm, own))
    all.insert(all.end(), part.begin(), part.end());
  std::sort(all.begin(), all.end());
  return all;
}

DataOutBase::VtkFlags vtk_flags(const std::map<std::string, std::string> &units)
{
  DataOutBase::VtkFlags result;
  result.write_higher_order_cells = false;
  result.compression_level        = DataOutBase::VtkFlags::best_speed;
  result.physical_units           = units;
  return result;
}

// deal.II's own function leaves it open whether a file could be written, and beyond four ranks
// stops in MPI.
template <int dim, int spacedim>
std::string write_pieces(const DataOutInterface<dim, spacedim> &out, const std::string &folder,
                         const std::string &name, const unsigned int number, MPI_Comm comm)
{
  const std::string base     = name + "_" + Utilities::int_to_string(number, 4);
  const unsigned int n_ranks = Utilities::MPI::n_mpi_processes(comm);
  const unsigned int rank    = Utilities::MPI::this_mpi_process(comm);
  std::vector<std::string> pieces;
  for (unsigned int r = 0; r < n_ranks; ++r)
    pieces.push_back(base + "." + std::to_string(r) + ".vtu");
  const auto agree = [&](const std::string &file, const int error)
  {
    const int worst = Utilities::MPI::max(error, comm);
    if (worst == 0)
      return;
    std::remove((folder + "/" + pieces[rank]).c_str());
    throw FileError(folder + "/" + file, worst);
  };
  std::ostringstream text;
  out.write_vtu(text);
  agree(pieces[rank], put_into_file(folder + "/" + pieces[rank], text.str(), false));
  text.str("");
  if (rank == 0)
    out.write_pvtu_record(text, pieces);
  const std::string record = base + ".pvtu";
  agree(record, rank == 0 ? put_into_file(folder + "/" + record, text.str(), false) : 0);
  return record;
}

template <int dim>
std::string write_interface(const Interface<dim> &interface,
                            const std::vector<InterfaceField> &fields, const std::string &folder,
                            const std::string &name, const unsigned int number)
{
  InterfaceSurface<dim> surface(interface, fields);
  std::map<std::string, std::string> units;
  for (const auto &field : fields)
    units[field.name] = field.unit;
  surface.set_flags(vtk_flags(units));
  return write_pieces(surface, folder, name, number,
                      interface.metal.triangulation.get_communicator());
}

// Vertices, points and the normal velocity; what was above is below.
template <int dim>
void MetalOutput<dim>::turn_upside_down(const double height)
{
  for (auto &patch : this->patches)
  {
    constexpr unsigned int n_vertices = GeometryInfo<dim>::vertices_per_cell;
    for (auto &vertex : patch.vertices)
      vertex[dim - 1] = height - vertex[dim - 1];
    for (unsigned int v = 0; v < n_vertices / 2; ++v)
      std::swap(patch.vertices[v], patch.vertices[v + n_vertices / 2]);
    const unsigned int n     = patch.n_subdivisions + 1;
    const unsigned int plane = patch.data.n_cols() / n;
    for (unsigned int row = 0; row < patch.data.n_rows(); ++row)
      for (unsigned int k = 0; k < n / 2; ++k)
        for (unsigned int i = 0; i < plane; ++i)
          std::swap(patch.data(row, k * plane + i), patch.data(row, (n - 1 - k) * plane + i));
    for (unsigned int i = 0; i < patch.data.n_cols(); ++i)
      patch.data(dim - 1, i) *= -1;
  }
}

template std::string write_pieces(const DataOutInterface<2, 2> &, const std::string &,
                                  const std::string &, unsigned int, MPI_Comm);
template std::string write_pieces(const DataOutInterface<3, 3> &, const std::string &,
                                  const std::string &, unsigned int, MPI_Comm);
template std::string write_interface(const Interface<2> &, const std::vector<InterfaceField> &,
                                     const std::string &, const std::string &, unsigned int);
template class MetalOutput<2>;
template std::string write_interface(const Interface<3> &, const std::vector<InterfaceField> &,
                                     const std::string &, const std::string &, unsigned int);
template class MetalOutput<3>;
} // namespace kavity
