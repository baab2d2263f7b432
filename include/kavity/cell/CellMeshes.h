#ifndef kavity_cell_CellMeshes_h
#define kavity_cell_CellMeshes_h

#include "kavity/cell/Electrolyte.h"

#include <functional>

namespace kavity
{
/// The meshes of a cell, which fit on every interface: those of all bodies change together, with
/// the state on them. What is solved on them is then to be made anew. All functions are collective.
template <int dim>
class CellMeshes
{
public:
  using Electrodes = typename Electrolyte<dim>::Electrodes;
  using Follow     = typename Electrode<dim>::Follow;

  /// Both must outlive the object.
  CellMeshes(Electrolyte<dim> &, const Electrodes &);

  /// Changes the meshes until they fit or have changed often enough, with something to be done
  /// after each change. True if they have changed. A state that they follow in time is carried
  /// over; metal that this lost and that has been put back is added to each electrode's balance.
  bool follow(
    Follow, std::vector<CellBalance> &, const std::function<void()> &after_change = [] {});
  /// To be asked after every accepted time step: whether they are to follow the state by now.
  bool due();

  /// All of them with the state on them, and other numbers in a line, into files of a folder.
  /// @throws FileError
  void save(const std::string &others, const std::string &folder);
  /// Reads the meshes back as Body::load() does, the state yet attached; returns the other numbers.
  std::string load(const std::string &folder);

private:
  /// False if the meshes fit, or have changed often enough.
  bool flag(Follow, unsigned int pass);
  void change(bool carry, std::vector<CellBalance> &);
  /// All bodies by the names of their files.
  std::vector<std::pair<std::string, Body<dim> *>> bodies();

  Electrolyte<dim> &electrolyte;
  const Electrodes &electrodes;
  unsigned int steps_since_adaption = 0;
};
} // namespace kavity

#endif
