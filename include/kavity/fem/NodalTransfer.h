#ifndef kavity_fem_NodalTransfer_h
#define kavity_fem_NodalTransfer_h

#include "kavity/fem/Field.h"

#include <deal.II/distributed/solution_transfer.h>

#include <functional>
#include <vector>

namespace kavity
{
/// Carries nodal values of a field through a change of its mesh, or through a file. Has a numbering
/// of its own, the same as that of the field, which may be gone meanwhile. Collective.
template <int dim>
class NodalTransfer
{
public:
  NodalTransfer(dealii::parallel::distributed::Triangulation<dim> &,
                const dealii::FiniteElement<dim> &);

  /// To be called before the mesh changes, with vectors that may then be gone.
  void leave(const std::vector<const Vector *> &);
  /// The values on the new mesh, without ghosts.
  std::vector<Vector> enter();

  /// The values take part in the next save() of the mesh; this object has to stay until then.
  void attach(const std::vector<const Vector *> &);
  /// So many vectors from the mesh that was loaded.
  std::vector<Vector> restore(unsigned int number);

  /// An amount per volume as a function of the field.
  using Amount = std::function<double(double)>;

  /// Clears the flags of cells to be merged where that would lose or gain of an amount, integrated
  /// by the rule of the element, of a field (with ghosts of all cells): all of them together at
  /// most so much, m^3 (m^2 if plane).
  static void limit_loss(const Body<dim> &, const dealii::DoFHandler<dim> &, const Vector &ghosted,
                         const Amount &, double most);
  /// What a refinement of all cells larger than the least size (m) would lose or gain, m^3 (m^2):
  /// the field stays what it is, but the rule of the parts sees more of it. Flags those that lose
  /// most to be refined, so that all others together lose at most so much.
  static double refine_for(const Body<dim> &, const dealii::DoFHandler<dim> &,
                           const Vector &ghosted, const Amount &, double least_size, double most);

  /// A vector with the ghosts of all cells, as every reader of single nodes needs.
  static Vector ghosted(const dealii::DoFHandler<dim> &, const Vector &);

private:
  static Vector ghosted(const dealii::DoFHandler<dim> &);
  std::vector<const Vector *> keep(const std::vector<const Vector *> &);

  dealii::DoFHandler<dim> dofs;
  dealii::parallel::distributed::SolutionTransfer<dim, Vector> transfer;
  std::vector<Vector> kept;
};
} // namespace kavity

#endif
