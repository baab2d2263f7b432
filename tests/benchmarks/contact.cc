#include "benchmarks.h"
#include "verification_potential.h"

// Iterations of the potential where contact is left on a part of Gamma: in 2D a strip, in 3D a
// quarter of a disc in the corner; on all of it, somewhat better at that end, as for uniform
// contact there is nothing to solve.
namespace benchmarks
{
namespace
{
constexpr double width = 100e-6;

template <int dim>
void measure(const Table &table, const unsigned int levels)
{
  using Cell = verification::PotentialCell<dim>;
  for (unsigned int level = 0; level < levels; ++level)
  {
    std::vector<std::string> row = {std::to_string(dim) + "D", "", ""};
    for (const double fraction : {1., 0.5, 0.2, 0.1})
    {
      typename Cell::Setup setup;
      const double size = width / ((dim == 2 ? 16 : 8) << level);
      setup.geometry    = {width, width, width, width, kavity::Coordinates::plane};
      setup.grading     = {size, 0.5, 0};
      Cell cell(setup, verification::kinetics(5e-4));
      const double limit =
        width * (dim == 2 ? fraction : std::sqrt(4 * fraction / dealii::numbers::PI));
      const auto contact = cell.contact(
        [&](const dealii::Point<dim> &x)
        {
          double square = 0;
          for (unsigned int d = 0; d < dim - 1; ++d)
            square += x[d] * x[d];
          if (fraction == 1)
            return 0.95 + 0.05 * std::cos(dealii::numbers::PI * x[0] / width);
          return square < limit * limit ? 1. : 1e-6;
        });
      const auto report = cell.transport.solve(100., contact, 1e-8);
      row[1]            = std::to_string(static_cast<unsigned int>(width / size + 0.5));
      row[2]            = text(cell.transport.dof_handler().n_dofs());
      row.push_back(std::to_string(report.linear_iterations) + " in " +
                    std::to_string(report.newton_iterations));
    }
    table.row(row);
  }
}
} // namespace

void contact(Arguments &arguments)
{
  const unsigned int levels_2d = arguments.number("levels_2d", 4),
                     levels_3d = arguments.number("levels_3d", 3);
  arguments.finish();
  const Table table("Linear iterations in Newton iterations of the potential, to 1e-8 from the "
                    "uniform field, by contact fraction",
                    {"", "elements along Gamma", "unknowns", "1", "0.5", "0.2", "0.1"});
  measure<2>(table, levels_2d);
  measure<3>(table, levels_3d);
}
} // namespace benchmarks
