#include "benchmarks.h"

#include "kavity/physics/PhaseFieldOperator.h"

#include <deal.II/fe/fe_q.h>
#include <deal.II/fe/fe_system.h>

#include <vector>

#include "verification_metal.h"
#include "verification_operators.h"

// Throughput of the operators on the finest mesh in both precisions, beside what memory allows.
namespace benchmarks
{
namespace
{
using namespace dealii;

// Bytes per second of copying, read and written, as STREAM counts; all ranks at once.
double copy_bandwidth(const unsigned int repetitions)
{
  const std::size_t n = 1 << 24; // 128 MB each: beyond every cache
  std::vector<double> source(n, 1.), target(n, 0.);
  const double time = least_seconds(repetitions,
                                    [&]
                                    {
                                      for (std::size_t i = 0; i < n; ++i)
                                        target[i] = source[i];
                                      // or the copy could be left out
                                      asm volatile("" : : "r"(target.data()) : "memory");
                                    });
  return 2. * n * sizeof(double) * Utilities::MPI::n_mpi_processes(MPI_COMM_WORLD) / time;
}

// What has to move at least: the source, the result written and set to zero before, the numbers of
// the unknowns and the coefficient; the geometry of box-shaped cells stays in cache.
template <int dim, typename Number>
double bytes_per_unknown(const std::vector<const kavity::Field<dim> *> &fields,
                         const unsigned int coefficients)
{
  double n = 0, indices = 0;
  for (const auto *field : fields)
  {
    n += field->dof_handler.n_dofs();
    indices += field->dof_handler.get_fe().dofs_per_cell;
  }
  const double cells  = fields[0]->body.triangulation.n_global_active_cells();
  const double points = std::pow(3., dim); // Gauss points for degree 2
  return 3 * sizeof(Number) + cells / n * (4 * indices + coefficients * points * sizeof(Number));
}

template <typename Operator>
double unknowns_per_second(const Operator &op, const unsigned int repetitions)
{
  typename Operator::VectorType x, y;
  op.initialize_dof_vector(x);
  op.initialize_dof_vector(y);
  for (unsigned int i = 0; i < x.locally_owned_size(); ++i)
    x.local_element(i) = i % 7;
  return op.m() / least_seconds(repetitions, [&] { op.vmult(y, x); });
}

template <typename Operator>
double unknowns_of_blocks_per_second(const Operator &op, const unsigned int repetitions)
{
  kavity::BlockVector x, y;
  op.initialize_vector(x);
  op.initialize_vector(y);
  for (unsigned int b = 0; b < x.n_blocks(); ++b)
    for (unsigned int i = 0; i < x.block(b).locally_owned_size(); ++i)
      x.block(b).local_element(i) = i % 7;
  return x.size() / least_seconds(repetitions, [&] { op.vmult(y, x); });
}

const kavity::CellGeometry unit_cell{1, 1, 1, 1, kavity::Coordinates::plane};

// So many along an edge of the unit cell, or about as many.
double size_of_elements(const double elements)
{
  return 1 / std::exp2(std::round(std::log2(elements)));
}

class Rows
{
public:
  Rows(const Table &table, const unsigned int dim, const double bandwidth)
    : table(table)
    , dim(dim)
    , bandwidth(bandwidth)
  {
  }
  template <typename Number>
  void add(const std::string &name, const double speed, const double bytes) const
  {
    table.row({name, std::to_string(dim) + "D", sizeof(Number) == 4 ? "float" : "double",
               std::to_string(dealii::VectorizedArray<Number>::size()), text(1e-6 * speed),
               text(1e-6 * bandwidth / bytes), text(100 * speed * bytes / bandwidth)});
  }

private:
  const Table &table;
  const unsigned int dim;
  const double bandwidth;
};

// Those that multigrid runs on every level.
template <int dim, typename Number>
void measure(const Rows &rows, const double wanted, const unsigned int repetitions)
{
  using namespace kavity;
  // degree 2 has two unknowns along an element
  const double elements = std::pow(wanted / dim, 1. / dim) / 2;
  const Body<dim> body(MPI_COMM_WORLD, Side::metal, unit_cell, {size_of_elements(elements), 0, 0});
  const CoefficientSpace<dim> coefficients(body);
  {
    const Field<dim> field(body, FE_Q<dim>(2));
    DiffusionOperator<dim, Number> op;
    op.reinit_level(field, coefficients.field, field.levels.max_level());
    op.set_conductivity(unit_symmetric_tensor<dim>());
    rows.add<Number>("diffusion", unknowns_per_second(op, repetitions),
                     bytes_per_unknown<dim, Number>({&field}, 0));
  }
  const Field<dim> field(body, FESystem<dim>(FE_Q<dim>(2), dim), verification::walls<dim>());
  VelocityOperator<dim, Number> op;
  op.reinit_level(field, coefficients.field, field.levels.max_level());
  op.set_viscosity(verification::at_points<dim>(
    FEEvaluation<dim, -1, 0, 1, Number>(op.matrix_free(), 1), 0, op.matrix_free().n_cell_batches(),
    [](const Point<dim> &) { return 1.; }));
  rows.add<Number>("viscous", unknowns_per_second(op, repetitions),
                   bytes_per_unknown<dim, Number>({&field}, 1));
}

// The tangents that Newton's method solves with: the metal's, a power law's with its stress as an
// unknown (three numbers and two tensors at a point), and that of the phase field (two numbers and
// a vector).
template <int dim>
void measure_tangents(const Rows &rows, const double wanted, const unsigned int repetitions)
{
  using namespace kavity;
  const double elements = std::pow(wanted / (dim + 1), 1. / dim) / 2;
  verification::MetalBox<dim> box(unit_cell, {size_of_elements(elements), 0, 0});
  box.set_coefficients([](const Point<dim> &) { return 1.; }, 1);
  const auto metal             = verification::potassium();
  constexpr double temperature = 293.15;
  kavity::BlockVector state;
  box.equations.initialize_plain_vector(state);
  box.equations.linearise(state, *metal.creep, temperature, 1);
  rows.add<double>(
    "metal", unknowns_of_blocks_per_second(box.equations, repetitions),
    bytes_per_unknown<dim, double>({&box.velocity, &box.pressure, &box.potential}, 3 + 2 * 6));

  const PhaseField law{1., 1., 0., numbers::PI / 2, 0., 1e-4};
  PhaseFieldOperator<dim> voids(box.equations, box.body, law, metal, temperature);
  voids.initialize_vector(state);
  voids.linearise(state, 1.);
  rows.add<double>("phase field", unknowns_of_blocks_per_second(voids, repetitions),
                   bytes_per_unknown<dim, double>({&box.potential, &box.potential}, 2 + dim));
}
} // namespace

void simd(Arguments &arguments)
{
  const double wanted            = arguments.number("unknowns", 1e6);
  const unsigned int repetitions = arguments.number("repeat", 10);
  arguments.finish();
  const double bandwidth = copy_bandwidth(repetitions);
  const Table table("Operators of degree 2, millions of unknowns per second; memory copies " +
                      text(1e-9 * bandwidth) + " GB/s, the limit is what that allows",
                    {"operator", "", "numbers", "at once", "MDoF/s", "limit", "of it %"});
  const Rows plane(table, 2, bandwidth), space(table, 3, bandwidth);
  measure<2, double>(plane, wanted, repetitions);
  measure<2, float>(plane, wanted, repetitions);
  measure_tangents<2>(plane, wanted, repetitions);
  measure<3, double>(space, wanted, repetitions);
  measure<3, float>(space, wanted, repetitions);
  measure_tangents<3>(space, wanted, repetitions);
}
} // namespace benchmarks
