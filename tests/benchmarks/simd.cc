#include "benchmarks.h"

#include <deal.II/fe/fe_q.h>
#include <deal.II/fe/fe_system.h>

#include <vector>

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
double bytes_per_unknown(const kavity::Field<dim> &field, const bool coefficient)
{
  const double cells  = field.body.triangulation.n_global_active_cells(),
               n      = field.dof_handler.n_dofs();
  const auto &fe      = field.dof_handler.get_fe();
  const double points = std::pow(fe.degree + 1., dim);
  return 3 * sizeof(Number) +
         cells / n * (4. * fe.dofs_per_cell + (coefficient ? points * sizeof(Number) : 0.));
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

template <int dim, typename Number>
void measure(const Table &table, const double wanted, const double bandwidth,
             const unsigned int repetitions)
{
  using namespace kavity;
  const auto row = [&](const std::string &name, const double speed, const double bytes)
  {
    table.row({name, std::to_string(dim) + "D", sizeof(Number) == 4 ? "float" : "double",
               std::to_string(VectorizedArray<Number>::size()), text(1e-6 * speed),
               text(1e-6 * bandwidth / bytes), text(100 * speed * bytes / bandwidth)});
  };
  // degree 2 has two unknowns along an element
  const double cells_1d = std::pow(wanted / dim, 1. / dim) / 2;
  const Body<dim> body(MPI_COMM_WORLD, Body<dim>::Side::metal, {1, 1, 1, 1, Coordinates::plane},
                       {1 / std::exp2(std::round(std::log2(cells_1d))), 0, 0});
  const CoefficientSpace<dim> coefficients(body);
  {
    const Field<dim> field(body, FE_Q<dim>(2));
    DiffusionOperator<dim, Number> op;
    op.reinit_level(field, coefficients.field, field.levels.max_level());
    op.set_conductivity(unit_symmetric_tensor<dim>());
    row("diffusion", unknowns_per_second(op, repetitions),
        bytes_per_unknown<dim, Number>(field, false));
  }
  const Field<dim> field(body, FESystem<dim>(FE_Q<dim>(2), dim), verification::walls<dim>());
  VelocityOperator<dim, Number> op;
  op.reinit_level(field, coefficients.field, field.levels.max_level());
  op.set_viscosity(verification::at_points<dim>(
    FEEvaluation<dim, -1, 0, 1, Number>(op.matrix_free(), 1), 0, op.matrix_free().n_cell_batches(),
    [](const Point<dim> &) { return 1.; }));
  row("viscous", unknowns_per_second(op, repetitions), bytes_per_unknown<dim, Number>(field, true));
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
  measure<2, double>(table, wanted, bandwidth, repetitions);
  measure<2, float>(table, wanted, bandwidth, repetitions);
  measure<3, double>(table, wanted, bandwidth, repetitions);
  measure<3, float>(table, wanted, bandwidth, repetitions);
}
} // namespace benchmarks
