#ifndef kavity_fem_MeshChecks_h
#define kavity_fem_MeshChecks_h

#include "kavity/fem/MeshFile.h"

#include <map>
#include <string>
#include <vector>

namespace kavity
{
/// "(1, 2)", in units of @p unit (m).
template <int dim>
std::string place(const dealii::Point<dim> &, double unit);

/// "electrolyte", "metal", "metal_2"
const std::vector<std::string> &names_of_bodies();

/// Indices of the elements at each of their faces.
template <int dim>
using ElementsAtFaces = std::map<typename MeshFile<dim>::FaceVertices, std::vector<unsigned int>>;

/// What a mesh must be for the solvers: elements neither distorted nor long; those that share a
/// face on both sides of it; a ceramic in one piece, and no piece of metal that does not lie on it.
/// All throw std::runtime_error with the place and what to do. Lengths in the texts are in units of
/// @p unit (m).
template <int dim>
void check_shapes(const MeshFile<dim> &, double unit);
template <int dim>
void check_neighbours(const MeshFile<dim> &, const ElementsAtFaces<dim> &, double unit);
template <int dim>
void check_pieces(const MeshFile<dim> &, const ElementsAtFaces<dim> &, double unit);
} // namespace kavity

#endif
