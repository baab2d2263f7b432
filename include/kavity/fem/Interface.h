#ifndef kavity_fem_Interface_h
#define kavity_fem_Interface_h

#include "kavity/fem/Body.h"

#include <deal.II/matrix_free/matrix_free.h>

#include <array>
#include <map>
#include <utility>
#include <vector>

namespace kavity
{
/// Values at the quadrature points of Gamma known to this process: face by face, point by point, as
/// the body on this side has them. Those of the other side are another type, made by
/// Interface::to_metal and to_electrolyte alone: bodies may have other faces and another order.
template <Side side>
struct ValuesOn : std::vector<double>
{
  using std::vector<double>::vector;
};
/// Those of an electrode are on the side of its metal.
using InterfaceValues   = ValuesOn<Side::metal>;
using ElectrolyteValues = ValuesOn<Side::electrolyte>;

/// The conforming faces that metal and electrolyte share. Holds its quadrature points and carries
/// values between the two bodies, whose faces may live on different ranks. Faces meet by the
/// corners of the face of the coarsest mesh that they come from and their place in it, without
/// searching; where the bodies list the points of a face in different orders, values change places
/// on the way.
template <int dim>
class Interface
{
public:
  /// The metal below the electrolyte lives in a frame of its own, upside down.
  Interface(const Body<dim> &metal, const Body<dim> &electrolyte, unsigned int points_1d,
            bool below = false);

  /// Where it is on each body.
  dealii::types::boundary_id boundary(typename Body<dim>::Side) const;

  /// Find the faces anew after a change of the meshes. Throws std::logic_error when a face of one
  /// body has no partner on the other, or their points do not coincide.
  void update();

  ElectrolyteValues to_electrolyte(const InterfaceValues &) const;
  InterfaceValues to_metal(const ElectrolyteValues &) const;

  /// A body's own part of Gamma.
  struct Faces
  {
    using Cell = typename dealii::Triangulation<dim>::active_cell_iterator;
    std::vector<Cell> cells;                          ///< face by face: a cell may have several
    std::vector<unsigned int> on_cell;                ///< which face of the cell it is
    std::map<std::array<int, 3>, unsigned int> index; ///< (level, index, face) of cell -> face

    /// Throws std::out_of_range for another face.
    template <typename CellIterator>
    unsigned int number(const CellIterator &cell, const unsigned int face) const
    {
      return index.at({{cell->level(), cell->index(), static_cast<int>(face)}});
    }
    std::vector<dealii::Point<dim>> points;
    std::vector<double> weights; ///< JxW, with 2 pi r if axisymmetric
  };
  const Faces &faces(const typename Body<dim>::Side side) const
  {
    return side == Body<dim>::Side::metal ? metal_faces : electrolyte_faces;
  }

  unsigned int points_per_face() const
  {
    return n_points;
  }
  unsigned int points_1d() const
  {
    return n_points_1d;
  }

  /// Area of Gamma (3D, axisymmetric) or its length times unit depth (plane), m^2.
  double area() const
  {
    return area_;
  }
  /// Collective.
  template <Side side>
  double integral(const ValuesOn<side> &values) const
  {
    return sum(values, faces(side).weights);
  }
  template <Side side>
  double mean(const ValuesOn<side> &values) const
  {
    return integral(values) / area_;
  }
  double minimum(const std::vector<double> &) const;
  double maximum(const std::vector<double> &) const;

  const Body<dim> &metal;
  const Body<dim> &electrolyte;

private:
  /// Three corners of the face of the coarsest mesh (two in 2D), level, place within that face.
  using Key = std::array<unsigned int, 2 * dim>;
  /// Of a face, and how its body sees it: which of its corners is the first of the key, and whether
  /// its axes are exchanged.
  struct Place
  {
    Key key;
    unsigned int view;
  };

  /// Faces to send to and receive from each partner rank, in an order both know.
  struct Link
  {
    std::map<unsigned int, std::vector<unsigned int>> send, receive;
  };

  void collect(const Body<dim> &, Faces &) const;
  static Place place(const Body<dim> &, const typename Faces::Cell &, unsigned int face);
  std::vector<Place> places(const Body<dim> &, const Faces &) const;
  Link link(const std::vector<Place> &source, const std::vector<Place> &target) const;
  /// By view and point as the key counts: the body's point.
  void make_orders();
  void check() const;
  void exchange(const std::vector<double> &, const Link &, const std::vector<Place> &source,
                const std::vector<Place> &target, std::vector<double> &result) const;
  double sum(const std::vector<double> &values, const std::vector<double> &weights) const;
  MPI_Comm communicator() const
  {
    return metal.triangulation.get_communicator();
  }

  const unsigned int n_points_1d, n_points;
  const bool below;
  Faces metal_faces, electrolyte_faces;
  std::vector<Place> metal_places, electrolyte_places;
  Link metal_to_electrolyte, electrolyte_to_metal;
  std::vector<std::vector<unsigned int>> orders;
  double area_ = 0;
};

/// Which face of Gamma sits in which lane of which boundary-face batch of a MatrixFree object of
/// the body on this side.
template <int dim, Side side>
class InterfaceBatches
{
public:
  using Lanes = dealii::VectorizedArray<double>;

  void reinit(const dealii::MatrixFree<dim, double> &, const Interface<dim> &);

  struct Batch
  {
    unsigned int face_batch;         ///< as MatrixFree counts
    std::vector<unsigned int> faces; ///< Interface face of each lane in use
  };
  std::vector<Batch> batches;

  Lanes gather(const ValuesOn<side> &values, const Batch &batch, const unsigned int q) const
  {
    Lanes result(0.);
    for (unsigned int lane = 0; lane < batch.faces.size(); ++lane)
      result[lane] = values[batch.faces[lane] * n_points + q];
    return result;
  }
  void scatter(const Lanes &value, ValuesOn<side> &values, const Batch &batch,
               const unsigned int q) const
  {
    for (unsigned int lane = 0; lane < batch.faces.size(); ++lane)
      values[batch.faces[lane] * n_points + q] = value[lane];
  }
  unsigned int n_points = 0;
};
} // namespace kavity

#endif
