#include "benchmarks.h"

#include <deal.II/fe/fe_q.h>
#include <deal.II/fe/fe_system.h>

#include <algorithm>
#include <memory>

#include "verification_assembled.h"

// Matrix-free multigrid against assembled matrices: MUMPS in 2D, CG with Trilinos ML in 3D.
namespace benchmarks
{
namespace
{
using namespace dealii;
using namespace verification;
using kavity::Body;
using kavity::CoefficientSpace;
using kavity::Coordinates;
using kavity::Field;

constexpr double reduction = 1e-8;

struct Cost
{
  double setup = 1e99, solve = 1e99, bytes = 0;
  unsigned int iterations = 0;

  void add(const double setup_now, const double solve_now)
  {
    setup = std::min(setup, setup_now);
    solve = std::min(solve, solve_now);
  }
};

// Construction and solution, repeated; memory of the last, as libraries keep some of the first.
template <typename Make, typename Solve>
Cost measure(const unsigned int repetitions, const Make &make, const Solve &solve)
{
  Cost cost;
  for (unsigned int i = 0; i < repetitions; ++i)
  {
    const double before = resident_bytes();
    decltype(make()) solver;
    const double setup = seconds([&] { solver = make(); });
    cost.bytes         = resident_bytes() - before;
    cost.add(setup, seconds([&] { cost.iterations = solve(*solver); }));
  }
  return cost;
}

struct Direct
{
  PETScWrappers::MPI::SparseMatrix matrix;
  std::unique_ptr<AssembledDirect> mumps;
};

struct Algebraic
{
  TrilinosWrappers::SparseMatrix matrix;
  TrilinosWrappers::PreconditionAMG ml;
};

template <int dim, typename Terms>
Cost measure_assembled(const Field<dim> &field, const Terms &terms, const kavity::Vector &b,
                       const unsigned int repetitions)
{
  kavity::Vector x(b);
  if constexpr (dim == 2)
    return measure(
      repetitions,
      [&]
      {
        auto result = std::make_unique<Direct>();
        assemble(field, *terms(), result->matrix);
        result->mumps = std::make_unique<AssembledDirect>(result->matrix);
        result->mumps->solve(x, b); // the first solve factorises
        return result;
      },
      [&](Direct &direct)
      {
        direct.mumps->solve(x, b);
        return 1u;
      });
  else
    return measure(
      repetitions,
      [&]
      {
        auto result = std::make_unique<Algebraic>();
        assemble(field, *terms(), result->matrix);
        initialize_ml(result->ml, result->matrix, field);
        return result;
      },
      [&](Algebraic &algebraic)
      { return conjugate_gradients(algebraic.matrix, x, b, algebraic.ml, reduction); });
}

template <int dim, typename Solver, typename Terms>
void compare(const Table &table, const std::string &name, const Field<dim> &field,
             const Solver &make, const Terms &terms, const unsigned int repetitions)
{
  kavity::Vector b, x;
  const double n = field.dof_handler.n_dofs();
  make()->matrix.initialize_dof_vector(x);
  b               = rough_load(field, x);
  const Cost free = measure(
               repetitions, make,
               [&](auto &solver)
               { return conjugate_gradients(solver.matrix, x, b, solver.multigrid, reduction); }),
             full = measure_assembled<dim>(field, terms, b, repetitions);
  table.row({name + ' ' + std::to_string(dim) + "D", text(n), text(free.setup), text(free.solve),
             std::to_string(free.iterations), text(free.bytes / n),
             dim == 2 ? "MUMPS" : "ML " + std::to_string(full.iterations), text(full.setup),
             text(full.solve), text(full.bytes / n),
             text((full.setup + full.solve) / (free.setup + free.solve)),
             text(full.solve / free.solve), text(full.bytes / free.bytes)});
}

template <int dim>
double measure_sizes(const Table &table, const double size, const unsigned int repetitions)
{
  const Body<dim> body(MPI_COMM_WORLD, Body<dim>::Side::metal, {1, 1, 1, 1, Coordinates::plane},
                       {size, 0, 0});
  const CoefficientSpace<dim> coefficients(body);
  {
    const Field<dim> field(body, FE_Q<dim>(2), counter_face(body));
    const Coefficient<dim> robin = [](const Point<dim> &x) { return 1.5 + std::cos(7 * x[0]); };
    const Tensor<2, dim> K       = unit_symmetric_tensor<dim>();
    compare<dim>(
      table, "potential", field,
      [&] { return std::make_unique<DiffusionSolver<dim>>(field, coefficients, K, robin); },
      [&] { return std::make_unique<DiffusionTerms<dim>>(field, K, robin); }, repetitions);
  }
  const Field<dim> field(body, FESystem<dim>(FE_Q<dim>(2), dim), walls<dim>());
  // a stiff ball in soft metal: 1e4
  const Coefficient<dim> viscosity = [](const Point<dim> &x)
  {
    Point<dim> centre;
    for (unsigned int d = 0; d < dim; ++d)
      centre[d] = 0.5;
    return std::pow(10., 2 - 2 * std::tanh((x.distance(centre) - 0.3) / 0.1));
  };
  compare<dim>(
    table, "viscous", field,
    [&] { return std::make_unique<ViscousSolver<dim>>(field, coefficients, viscosity); },
    [&] { return std::make_unique<ViscousTerms<dim>>(field, viscosity); }, repetitions);
  return field.dof_handler.n_dofs();
}
} // namespace

void assembled(Arguments &arguments)
{
  const double largest           = arguments.number("unknowns", 1e5);
  const unsigned int repetitions = arguments.number("repeat", 3);
  arguments.finish();
  const Table table("Matrix-free multigrid and assembled matrices, both to 1e-8 (MUMPS to "
                    "round-off); setup is all that a new coefficient needs; ratios assembled over "
                    "matrix-free, of setup and solve, of solve alone, of memory",
                    {"", "unknowns", "setup s", "solve s", "iterations", "bytes/unknown",
                     "assembled", "setup s", "solve s", "bytes/unknown", "time ratio",
                     "solve ratio", "memory ratio"});
  double n = 0;
  for (double size = 1. / 32; n * 2 <= largest; size /= 2)
    n = measure_sizes<2>(table, size, repetitions);
  n = 0;
  for (double size = 1. / 8; n * 4 <= largest; size /= 2)
    n = measure_sizes<3>(table, size, repetitions);
}
} // namespace benchmarks
