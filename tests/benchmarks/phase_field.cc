#include "benchmarks.h"
#include "verification_voids.h"

// Iterations of a stage of the phase field while a void on Gamma is stripped, over the length of
// the step and the elements across the surface, and over the size of the void in surface widths.
namespace benchmarks
{
namespace
{
template <int dim>
void measure(const Table &table, const double radius, const double cells_across)
{
  // in a larger box of 3D the metal around a void takes it up
  const double size = (dim == 2 ? 3 : 2) * radius;
  verification::VoidBox<dim> box(size, size, cells_across, dealii::numbers::PI / 2);
  box.set([&](const dealii::Point<dim> &x) { return x.norm() - radius; });
  // times in the natural unit, that of diffusion over the surface width with mu ~ Omega W
  const double unit =
    box.delta * box.delta / box.law.mobility(1., box.metal, verification::room_temperature);
  // the profile comes to rest, then a current that takes about W/10 off mu at the rim, or so much
  // that the surface moves by a fifth of its width, as the control of the error of steps wants it
  box.advance(1e-2 * unit, 1e-9);
  const auto start             = box.voids.solution();
  std::vector<std::string> row = {std::to_string(dim) + "D", text(radius), text(cells_across),
                                  text(2. * start.block(0).size())};
  double time                  = 0;
  unsigned int iterations      = 0;
  for (const double length : {1e-2, 1e-1, 1., 10., 100.})
  {
    box.voids.solution() = start;
    box.voids.read_interface();
    kavity::InterfaceValues demand = box.voids.contact;
    for (double &i : demand)
      i *= 0.1 * std::min(1 / radius, 1 / length) * box.delta / unit;
    try
    {
      kavity::SolverReport report;
      time += seconds(
        [&] {
          report =
            box.voids.solve({box.voids.content(start.block(1)), length * unit}, demand, 1e-8);
        });
      iterations += report.linear_iterations;
      row.push_back(std::to_string(report.linear_iterations) + " in " +
                    std::to_string(report.newton_iterations));
    }
    catch (const kavity::NoConvergence &)
    {
      row.push_back("-");
    }
  }
  row.push_back(text(1e6 * time / iterations / (2. * start.block(0).size())));
  table.row(row);
}
} // namespace

void phase_field(Arguments &arguments)
{
  const unsigned int levels_2d = arguments.number("levels_2d", 3),
                     levels_3d = arguments.number("levels_3d", 2);
  arguments.finish();
  const Table table("Linear iterations in Newton iterations of a stage of the phase field, by its "
                    "length in delta^2/(M Omega W); radius of the void in delta",
                    {"", "radius", "elements across", "unknowns", "0.01", "0.1", "1", "10", "100",
                     "us per iteration and unknown"});
  for (unsigned int level = 0; level < levels_2d; ++level)
    measure<2>(table, 4 << level, 4);
  for (unsigned int level = 0; level < levels_2d; ++level)
    measure<2>(table, 4, 2 << level);
  for (unsigned int level = 0; level < levels_3d; ++level)
    measure<3>(table, 4 << level, 2);
}
} // namespace benchmarks
