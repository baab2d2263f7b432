#ifndef kavity_tests_benchmarks_half_cell_h
#define kavity_tests_benchmarks_half_cell_h

#include "kavity/cell/Cell.h"
#include "kavity/core/Parameters.h"

#include <cmath>

namespace benchmarks
{
/// half_cell.prm with the elements on Gamma halved @p level times, 16 (2D) or 4 (3D) at first; in
/// 3D on a mesh graded towards Gamma, in 2D all over: graded that far it has more levels than
/// deal.II can number the cells of.
inline kavity::CellParameters half_cell(const unsigned int dimension, const unsigned int level)
{
  const double size                  = dimension == 2 ? 5. : 20. / std::pow(2., level);
  const unsigned int all_over_levels = dimension == 2 ? level : 0;
  auto parameters =
    kavity::Parameters::from_file(KAVITY_BENCHMARKS "/half_cell.prm",
                                  {"Cell/Dimension=" + std::to_string(dimension),
                                   "Mesh/Element size at interface=" + std::to_string(size) + " um",
                                   "Mesh/Global refinements=" + std::to_string(all_over_levels)});
  kavity::CellParameters cell;
  cell.declare(parameters);
  parameters.finish();
  return cell;
}

/// Unknowns of all fields.
inline double unknowns(const kavity::Cell &cell)
{
  double sum = 0;
  for (const auto &[name, number] : cell.sizes())
    if (name != "points on the interface")
      sum += number;
  return sum;
}

/// A current density that strips, A/m^2.
constexpr double stripping = 20;
} // namespace benchmarks

#endif
