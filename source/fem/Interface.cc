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
  update();
}

template <int dim>
types::boundary_id Interface<dim>::boundary(const typename Body<dim>::Side side) const
{
  const Body<dim> &body = side == Body<dim>::Side::metal ? metal : electrolyte;
  return side == Body<dim>::Side::electrolyte && below ? body.far_id() : body.gamma_id();
}

template <int dim>
void Interface<dim>::update()
{
  collect(metal, metal_faces);
  collect(electrolyte, electrolyte_faces);
  const auto of_metal       = keys(metal, metal_faces),
             of_electrolyte = keys(electrolyte, electrolyte_faces);
  metal_to_electrolyte      = link(of_metal, of_electrolyte);
  electrolyte_to_metal      = link(of_electrolyte, of_metal);
  double area               = 0;
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
  const unsigned int face = boundary(body.side); // a coloured box: boundary id = face number
  for (const auto &cell : body.triangulation.active_cell_iterators())
    if (cell->is_locally_owned() && cell->face(face)->at_boundary() &&
        cell->face(face)->boundary_id() == face)
    {
      faces.index[{cell->level(), cell->index()}] = faces.cells.size();
      faces.cells.push_back(cell);
      values.reinit(cell, face);
      for (unsigned int q = 0; q < n_points; ++q)
      {
        faces.points.push_back(values.quadrature_point(q));
        faces.weights.push_back(values.JxW(q) * (body.axisymmetric() ?
                                                   2 * numbers::PI * values.quadrature_point(q)[0] :
                                                   1.));
      }
    }
}

template <int dim>
std::vector<typename Interface<dim>::Key> Interface<dim>::keys(const Body<dim> &body,
                                                               const Faces &faces) const
{
  std::vector<Key> result;
  for (const auto &cell : faces.cells)
  {
    Key key;
    for (unsigned int d = 0; d < dim - 1; ++d)
      key[d] = std::lround(2 * cell->center()[d] / cell->extent_in_direction(d));
    key[dim - 1] = cell->level();
    result.push_back(key);
  }
  (void) body;
  return result;
}

// A rendezvous rank, the hash of the key, introduces the two owners of a face to each other once
// per mesh; after that values travel from owner to owner.
template <int dim>
typename Interface<dim>::Link Interface<dim>::link(const std::vector<Key> &source,
                                                   const std::vector<Key> &target) const
{
  using Entry              = std::pair<Key, unsigned int>;
  const MPI_Comm comm      = communicator();
  const unsigned int ranks = Utilities::MPI::n_mpi_processes(comm);
  const auto rendezvous    = [ranks](const Key &key)
  {
    unsigned long hash = 1469598103934665603ul;
    for (const long x : key)
      hash = (hash ^ static_cast<unsigned long>(x)) * 1099511628211ul;
    return static_cast<unsigned int>((hash >> 17) % ranks);
  };
  std::map<unsigned int, std::vector<Entry>> offers, wishes;
  for (unsigned int i = 0; i < source.size(); ++i)
    offers[rendezvous(source[i])].emplace_back(source[i], i);
  for (unsigned int i = 0; i < target.size(); ++i)
    wishes[rendezvous(target[i])].emplace_back(target[i], i);
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
InterfaceValues Interface<dim>::Link::exchange(MPI_Comm comm, const InterfaceValues &values,
                                               const unsigned int n_points,
                                               const unsigned int n_target) const
{
  std::map<unsigned int, std::vector<double>> messages;
  for (const auto &[rank, faces] : send)
    for (const unsigned int face : faces)
      messages[rank].insert(messages[rank].end(), values.begin() + face * n_points,
                            values.begin() + (face + 1) * n_points);
  const auto received = Utilities::MPI::some_to_some(comm, messages);
  InterfaceValues result(n_target * n_points, std::numeric_limits<double>::quiet_NaN());
  for (const auto &[rank, faces] : receive)
  {
    const auto &message = received.at(rank);
    for (unsigned int k = 0; k < faces.size(); ++k)
      std::copy_n(message.begin() + k * n_points, n_points, result.begin() + faces[k] * n_points);
  }
  return result;
}

template <int dim>
InterfaceValues Interface<dim>::to_electrolyte(const InterfaceValues &on_metal) const
{
  return metal_to_electrolyte.exchange(communicator(), on_metal, n_points,
                                       electrolyte_faces.cells.size());
}

template <int dim>
InterfaceValues Interface<dim>::to_metal(const InterfaceValues &on_electrolyte) const
{
  return electrolyte_to_metal.exchange(communicator(), on_electrolyte, n_points,
                                       metal_faces.cells.size());
}

template <int dim>
double Interface<dim>::integral(const InterfaceValues &values,
                                const typename Body<dim>::Side side) const
{
  const InterfaceValues &weights = faces(side).weights;
  double sum                     = 0;
  for (unsigned int i = 0; i < values.size(); ++i)
    sum += values[i] * weights[i];
  return Utilities::MPI::sum(sum, communicator());
}

template <int dim>
double Interface<dim>::minimum(const InterfaceValues &values) const
{
  double result = std::numeric_limits<double>::max();
  for (const double value : values)
    result = std::min(result, value);
  return Utilities::MPI::min(result, communicator());
}

template <int dim>
double Interface<dim>::maximum(const InterfaceValues &values) const
{
  double result = std::numeric_limits<double>::lowest();
  for (const double value : values)
    result = std::max(result, value);
  return Utilities::MPI::max(result, communicator());
}

template <int dim, typename Number>
void InterfaceBatches<dim, Number>::reinit(const MatrixFree<dim, Number> &matrix_free,
                                           const Interface<dim> &interface, const Body<dim> &body)
{
  n_points = interface.points_per_face();
  batches.clear();
  const auto &index        = interface.faces(body.side).index;
  const unsigned int first = matrix_free.n_inner_face_batches();
  for (unsigned int b = first; b < first + matrix_free.n_boundary_face_batches(); ++b)
    if (matrix_free.get_boundary_id(b) == interface.boundary(body.side))
    {
      Batch batch;
      batch.face_batch = b;
      for (unsigned int lane = 0; lane < matrix_free.n_active_entries_per_face_batch(b); ++lane)
      {
        const auto cell = matrix_free.get_face_iterator(b, lane).first;
        batch.faces.push_back(index.at({cell->level(), cell->index()}));
      }
      batches.push_back(std::move(batch));
    }
}

template class Interface<2>;
template class Interface<3>;
template class InterfaceBatches<2, double>;
template class InterfaceBatches<3, double>;
} // namespace kavity
