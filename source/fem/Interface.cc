#include "kavity/fem/Interface.h"

#include <deal.II/base/mpi.h>
#include <deal.II/base/quadrature_lib.h>
#include <deal.II/fe/fe_q.h>
#include <deal.II/fe/fe_values.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace kavity
{
using namespace dealii;

template <int dim>
Interface<dim>::Interface(const Body<dim> &metal, const Body<dim> &electrolyte,
                          const unsigned int points_1d, const bool below)
  : metal(metal)
  , electrolyte(electrolyte)
  , n_points_1d(points_1d)
  , n_points(Utilities::pow(points_1d, dim - 1))
  , below(below)
{
  make_orders();
  update();
}

template <int dim>
boundary::boundary_id Interface<dim>::boundary(const typename Body<dim>::Side side) const
{
  return side == Body<dim>::Side::electrolyte && below ? boundary::second : boundary::interface;
}

template <int dim>
void Interface<dim>::update()
{
  collect(metal, metal_faces);
  collect(electrolyte, electrolyte_faces);
  metal_places         = places(metal, metal_faces);
  electrolyte_places   = places(electrolyte, electrolyte_faces);
  metal_to_electrolyte = link(metal_places, electrolyte_places);
  electrolyte_to_metal = link(electrolyte_places, metal_places);
  check();
  double area = 0;
  for (const double weight : metal_faces.weights)
    area += weight;
  area_ = Utilities::MPI::sum(area, communicator());
}

template <int dim>
void Interface<dim>::collect(const Body<dim> &body, Faces &faces) const
{
  faces = Faces();
  const QGauss<dim - 1> quadrature(n_points_1d);
  const FE_Q<dim> fe(1);
  FEFaceValues<dim> values(body.mapping, fe, quadrature,
                           update_quadrature_points | update_JxW_values);
  const auto id = boundary(body.side);
  for (const auto &cell : body.triangulation.active_cell_iterators())
    if (cell->is_locally_owned())
      for (const unsigned int face : cell->face_indices())
        if (cell->face(face)->at_boundary() && cell->face(face)->boundary_id() == id)
        {
          faces.index[{{cell->level(), cell->index(), static_cast<int>(face)}}] =
            faces.cells.size();
          faces.cells.push_back(cell);
          faces.on_cell.push_back(face);
          values.reinit(cell, face);
          for (unsigned int q = 0; q < n_points; ++q)
          {
            const auto &x = values.quadrature_point(q);
            faces.points.push_back(x);
            faces.weights.push_back(values.JxW(q) *
                                    (body.axisymmetric() ? 2 * numbers::PI * x[0] : 1.));
          }
        }
}

// Which child was taken from level to level are the binary digits of the place, in the axes of the
// coarsest cell, whose order on a face is that of deal.II.
template <int dim>
typename Interface<dim>::Place Interface<dim>::place(const Body<dim> &body,
                                                     const typename Faces::Cell &cell,
                                                     const unsigned int face)
{
  const auto id     = cell->id();
  const auto coarse = body.triangulation.create_cell_iterator(CellId(id.get_coarse_cell_id(), {}));
  std::array<unsigned int, dim> at = {};
  for (const auto child : id.get_child_indices())
    for (unsigned int d = 0; d < dim; ++d)
      at[d] = 2 * at[d] + ((static_cast<unsigned int>(child) >> d) & 1u);
  constexpr unsigned int n_corners = 1u << (dim - 1);
  std::array<unsigned int, n_corners> corners;
  for (unsigned int i = 0; i < n_corners; ++i)
    corners[i] =
      body.common_number(coarse->vertex_index(GeometryInfo<dim>::face_to_cell_vertices(face, i)));
  const unsigned int first = std::min_element(corners.begin(), corners.end()) - corners.begin();
  const unsigned int last  = (1u << cell->level()) - 1;
  std::array<unsigned int, dim - 1> seen;
  for (unsigned int k = 0; k + 1 < dim; ++k)
  {
    const unsigned int along = at[(face / 2 + 1 + k) % dim];
    seen[k]                  = ((first >> k) & 1u) != 0 ? last - along : along;
  }
  Place result;
  result.view     = first;
  result.key[0]   = corners[first];
  result.key[1]   = corners[first ^ 1u];
  result.key[dim] = cell->level();
  if constexpr (dim == 2)
    result.key[3] = seen[0];
  else
  {
    result.key[2] = corners[first ^ 2u];
    if (result.key[2] < result.key[1])
    {
      result.view += n_corners;
      std::swap(result.key[1], result.key[2]);
      std::swap(seen[0], seen[1]);
    }
    result.key[4] = seen[0];
    result.key[5] = seen[1];
  }
  return result;
}

template <int dim>
std::vector<typename Interface<dim>::Place> Interface<dim>::places(const Body<dim> &body,
                                                                   const Faces &faces) const
{
  std::vector<Place> result;
  for (unsigned int face = 0; face < faces.cells.size(); ++face)
    result.push_back(place(body, faces.cells[face], faces.on_cell[face]));
  return result;
}

// Points are a lattice: the first axis runs fastest.
template <int dim>
void Interface<dim>::make_orders()
{
  const unsigned int n = n_points_1d, n_corners = 1u << (dim - 1);
  for (unsigned int view = 0; view < (dim - 1) * n_corners; ++view)
  {
    std::vector<unsigned int> order;
    for (unsigned int j = 0; j < (dim == 3 ? n : 1); ++j)
      for (unsigned int i = 0; i < n; ++i)
      {
        std::array<unsigned int, 2> own = {{i, j}};
        if (view >= n_corners)
          std::swap(own[0], own[1]);
        for (unsigned int k = 0; k + 1 < dim; ++k)
          if (((view >> k) & 1u) != 0)
            own[k] = n - 1 - own[k];
        order.push_back(own[0] + n * own[1]);
      }
    orders.push_back(order);
  }
}

// Values at wrong points would not show otherwise.
template <int dim>
void Interface<dim>::check() const
{
  double largest = 0, size = std::numeric_limits<double>::min();
  for (unsigned int d = 0; d < dim; ++d)
  {
    InterfaceValues own;
    ElectrolyteValues partner;
    const double turn = below && d == dim - 1 ? -1 : 1;
    for (const auto &x : metal_faces.points)
      own.push_back(turn * x[d]);
    for (const auto &x : electrolyte_faces.points)
      partner.push_back(x[d] + (turn < 0 ? electrolyte.geometry.electrolyte_thickness : 0.));
    const auto received = to_electrolyte(own);
    for (unsigned int k = 0; k < partner.size(); ++k)
    {
      // not a number where nothing was received
      largest = std::isfinite(received[k]) ? std::max(largest, std::abs(received[k] - partner[k])) :
                                             std::numeric_limits<double>::max();
      size    = std::max(size, std::abs(partner[k]));
    }
  }
  largest = Utilities::MPI::max(largest, communicator());
  size    = Utilities::MPI::max(size, communicator());
  if (largest > 1e-9 * size) // of coordinates with 16 digits, halved some 20 times
    throw std::logic_error("points of metal and electrolyte on the interface do not coincide");
}

// A rendezvous rank, the hash of the key, introduces the two owners of a face to each other once
// per mesh; after that values travel from owner to owner.
template <int dim>
typename Interface<dim>::Link Interface<dim>::link(const std::vector<Place> &source,
                                                   const std::vector<Place> &target) const
{
  using Entry              = std::pair<Key, unsigned int>;
  const MPI_Comm comm      = communicator();
  const unsigned int ranks = Utilities::MPI::n_mpi_processes(comm);
  const auto rendezvous    = [ranks](const Key &key)
  {
    unsigned long hash = 1469598103934665603ul;
    for (const unsigned long x : key)
      hash = (hash ^ x) * 1099511628211ul;
    return static_cast<unsigned int>((hash >> 17) % ranks);
  };
  std::map<unsigned int, std::vector<Entry>> offers, wishes;
  for (unsigned int i = 0; i < source.size(); ++i)
    offers[rendezvous(source[i].key)].emplace_back(source[i].key, i);
  for (unsigned int i = 0; i < target.size(); ++i)
    wishes[rendezvous(target[i].key)].emplace_back(target[i].key, i);
  const auto offered = Utilities::MPI::some_to_some(comm, offers);
  const auto wished  = Utilities::MPI::some_to_some(comm, wishes);

  std::map<Key, std::pair<unsigned int, unsigned int>> owner;
  for (const auto &[rank, entries] : offered)
    for (const auto &[key, face] : entries)
      owner[key] = {rank, face};
  // to each source owner: (face there, face here, target rank), and the mirror image
  std::map<unsigned int, std::vector<std::array<unsigned int, 3>>> to_source, to_target;
  unsigned int lonely = 0;
  for (const auto &[rank, entries] : wished)
    for (const auto &[key, face] : entries)
    {
      const auto found = owner.find(key);
      if (found == owner.end())
      {
        ++lonely;
        continue;
      }
      const auto [source_rank, source_face] = found->second;
      to_source[source_rank].push_back({source_face, face, rank});
      to_target[rank].push_back({source_face, face, source_rank});
    }
  if (Utilities::MPI::sum(lonely, comm) > 0)
    throw std::logic_error("the meshes of metal and electrolyte do not match on the interface");

  Link result;
  const auto list = [](const auto &messages, const unsigned int which, auto &lists)
  {
    std::map<unsigned int, std::vector<std::array<unsigned int, 3>>> sorted;
    for (const auto &message : messages)
      for (const auto &triple : message.second)
        sorted[triple[2]].push_back(triple);
    for (auto &[rank, triples] : sorted)
    {
      std::sort(triples.begin(), triples.end());
      for (const auto &triple : triples)
        lists[rank].push_back(triple[which]);
    }
  };
  list(Utilities::MPI::some_to_some(comm, to_source), 0, result.send);
  list(Utilities::MPI::some_to_some(comm, to_target), 1, result.receive);
  return result;
}

template <int dim>
void Interface<dim>::exchange(const std::vector<double> &values, const Link &link,
                              const std::vector<Place> &source, const std::vector<Place> &target,
                              std::vector<double> &result) const
{
  std::map<unsigned int, std::vector<double>> messages;
  for (const auto &[rank, faces] : link.send)
    for (const unsigned int face : faces)
      for (const unsigned int q : orders[source[face].view])
        messages[rank].push_back(values[face * n_points + q]);
  const auto received = Utilities::MPI::some_to_some(communicator(), messages);
  result.assign(target.size() * n_points, std::numeric_limits<double>::quiet_NaN());
  for (const auto &[rank, faces] : link.receive)
  {
    auto next = received.at(rank).begin();
    for (const unsigned int face : faces)
      for (const unsigned int q : orders[target[face].view])
        result[face * n_points + q] = *next++;
  }
}

template <int dim>
ElectrolyteValues Interface<dim>::to_electrolyte(const InterfaceValues &on_metal) const
{
  ElectrolyteValues result;
  exchange(on_metal, metal_to_electrolyte, metal_places, electrolyte_places, result);
  return result;
}

template <int dim>
InterfaceValues Interface<dim>::to_metal(const ElectrolyteValues &on_electrolyte) const
{
  InterfaceValues result;
  exchange(on_electrolyte, electrolyte_to_metal, electrolyte_places, metal_places, result);
  return result;
}

template <int dim>
double Interface<dim>::sum(const std::vector<double> &values,
                           const std::vector<double> &weights) const
{
  double sum = 0;
  for (unsigned int i = 0; i < values.size(); ++i)
    sum += values[i] * weights[i];
  return Utilities::MPI::sum(sum, communicator());
}

template <int dim>
double Interface<dim>::minimum(const std::vector<double> &values) const
{
  double result = std::numeric_limits<double>::max();
  for (const double value : values)
    result = std::min(result, value);
  return Utilities::MPI::min(result, communicator());
}

template <int dim>
double Interface<dim>::maximum(const std::vector<double> &values) const
{
  double result = std::numeric_limits<double>::lowest();
  for (const double value : values)
    result = std::max(result, value);
  return Utilities::MPI::max(result, communicator());
}

template <int dim, Side side>
void InterfaceBatches<dim, side>::reinit(const MatrixFree<dim, double> &matrix_free,
                                         const Interface<dim> &interface)
{
  n_points = interface.points_per_face();
  batches.clear();
  const auto &faces        = interface.faces(side);
  const unsigned int first = matrix_free.n_inner_face_batches();
  for (unsigned int b = first; b < first + matrix_free.n_boundary_face_batches(); ++b)
    if (matrix_free.get_boundary_id(b) == interface.boundary(side))
    {
      Batch batch;
      batch.face_batch = b;
      for (unsigned int lane = 0; lane < matrix_free.n_active_entries_per_face_batch(b); ++lane)
      {
        const auto [cell, face] = matrix_free.get_face_iterator(b, lane);
        batch.faces.push_back(faces.number(cell, face));
      }
      batches.push_back(std::move(batch));
    }
}

template class Interface<2>;
template class Interface<3>;
template class InterfaceBatches<2, Side::metal>;
template class InterfaceBatches<2, Side::electrolyte>;
template class InterfaceBatches<3, Side::metal>;
template class InterfaceBatches<3, Side::electrolyte>;
} // namespace kavity
