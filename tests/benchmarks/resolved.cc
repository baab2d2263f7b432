#include "benchmarks.h"
#include "half_cell.h"

// One time step of a cell with a resolved void (unit_cell_2d.prm of the parameter files): time,
// memory and linear iterations of its parts, over what they may depend on.
namespace benchmarks
{
namespace
{
struct Variant
{
  std::string name;
  std::vector<std::string> changes;
  double length; ///< of the step, s
};

const std::vector<std::string> columns = {"",
                                          "unknowns",
                                          "coupling",
                                          "Newton",
                                          "potential",
                                          "flow",
                                          "voids",
                                          "s",
                                          "us per unknown and coupling iteration",
                                          "bytes per unknown",
                                          "flow % of the time",
                                          "voids %",
                                          "void volume, um"};

// A short step brings the surface to rest, the one after it is measured. Returns the unknowns.
double measure(const Table &table, const Variant &variant)
{
  auto file =
    kavity::Parameters::from_file(KAVITY_PARAMETER_FILES "/unit_cell_2d.prm", variant.changes);
  kavity::CellParameters parameters; // the rest of the file is the program's
  parameters.declare(file);
  const double before = resident_bytes();
  const auto cell     = kavity::Cell::create(MPI_COMM_WORLD, parameters, parameters.stack_pressure,
                                             parameters.temperature);
  const double n      = unknowns(*cell);
  constexpr double current = 3; // A/m^2, that of a void that nearly stays
  try
  {
    cell->solve(current);
    cell->advance(0.05, current);
    const auto parts = cell->seconds();
    kavity::CellStep step;
    const double time = seconds([&] { step = cell->advance(variant.length, current); });
    const auto share  = [&](const char *part)
    { return text(100 * (cell->seconds().at(part) - parts.at(part)) / time); };
    table.row({variant.name, text(n), std::to_string(step.coupling_iterations),
               std::to_string(step.newton_iterations), std::to_string(step.of_potential),
               std::to_string(step.of_metal), std::to_string(step.of_voids), text(time),
               text(1e6 * time / step.coupling_iterations / n),
               text((resident_bytes() - before) / n), share("flow"), share("voids"),
               std::to_string(1e6 * cell->observables().at("void_volume"))});
  }
  catch (const kavity::NoConvergence &failure)
  {
    table.row({variant.name, text(n), failure.what()});
  }
  return n;
}

std::vector<std::string> surface(const double width_um)
{
  // the same surface energy
  return {"Void field/Surface width=" + std::to_string(width_um) + " um",
          "Void field/Barrier=" + std::to_string(0.12 * 27 / width_um) + " MPa"};
}
} // namespace

void resolved(Arguments &arguments)
{
  const double largest = arguments.number("unknowns", 1e5);
  arguments.finish();
  {
    const Table table("Steps of 1 s, a surface of 0.24 um: elements away from it halved again and "
                      "again; in the end all have the same size",
                      columns);
    double n = 0;
    for (unsigned int level = 0; 4 * n <= largest; ++level)
    {
      auto changes = surface(0.24);
      changes.push_back("Mesh/Global refinements=" + std::to_string(level));
      n = measure(table, {std::to_string(level), changes, 1.});
    }
  }
  const Table table("The same over the width of the surface, the elements across it, the length of "
                    "the step and what voids keep of the viscosity",
                    columns);
  for (const double width : {0.48, 0.24, 0.12, 0.06})
    measure(table, {text(width) + " um", surface(width), 1.});
  for (const double elements : {2., 4., 8.})
  {
    auto changes = surface(0.24);
    changes.push_back("Void field/Elements across surface=" + text(elements));
    measure(table, {text(elements) + " elements", changes, 1.});
  }
  for (const double length : {0.01, 0.1, 1., 10.})
    measure(table, {text(length) + " s", surface(0.24), length});
  for (const char *floor : {"1e-2", "1e-3", "1e-4", "1e-5"})
  {
    auto changes = surface(0.24);
    changes.push_back(std::string("Void field/Viscosity floor=") + floor);
    measure(table, {floor, changes, 1.});
  }
}
} // namespace benchmarks
