#include "benchmarks.h"

#include "kavity/physics/MetalPreconditioner.h"

#include <deal.II/fe/fe_q.h>
#include <deal.II/fe/fe_system.h>
#include <deal.II/lac/solver_gmres.h>
#include <deal.II/numerics/vector_tools.h>

#include <cmath>

#include "verification_operators.h"

// Iterations of the metal's linear solver, velocity, pressure and potential of atoms together, over
// the two numbers it may depend on: the viscosity zeta of the sinks over the shear viscosity, and
// how much the shear viscosity varies by place, here through the strain rate of the state that a
// power law is linearised at.
namespace benchmarks
{
namespace
{
using namespace dealii;

constexpr double decay_length = 0.25;

struct PowerLaw : kavity::CreepLawFor<PowerLaw>
{
  explicit PowerLaw(const double exponent)
    : exponent(exponent)
  {
  }
  template <class N>
  N rate(const N &s, double) const
  {
    using std::pow;
    return pow(s, exponent);
  }

  const double exponent;
};

// Around the centre R: the strain rate is 1 outside, falls as R^16 from R = 0.4 on, and is
// contrast^(-n/(n-1)) inside: a ball whose viscosity is `contrast` times that outside. In 2D a
// twist omega(R) e_z x R, in 3D growth omega(R) R: the strain rate is R omega' up to a factor.
template <int dim>
class Inclusion : public Function<dim>
{
public:
  Inclusion(const double contrast, const double exponent)
    : Function<dim>(dim)
    , inside(contrast == 1 ? 1. : std::pow(contrast, -exponent / (exponent - 1)))
  {
  }

  double value(const Point<dim> &x, const unsigned int d) const override
  {
    Tensor<1, dim> R = x;
    for (unsigned int e = 0; e < dim; ++e)
      R[e] -= 0.5;
    const double m = 16, r = std::max(R.norm(), 1e-12);
    const double omega =
      inside * std::log(r) + (1 - inside) / m * std::log(std::pow(r, m) + std::pow(0.4, m));
    if (dim == 3)
      return 1.5 * omega * R[d];
    return std::sqrt(3.) * omega * (d == 0 ? -R[1] : R[0]);
  }

private:
  const double inside;
};

template <int dim>
class Problem
{
public:
  Problem(const unsigned int cells, const double exponent)
    : creep(exponent)
    , geometry{1, 1, 1, 1, kavity::Coordinates::plane}
    , body(MPI_COMM_WORLD, kavity::Body<dim>::Side::metal, geometry, {1. / cells, 0, 0})
    , electrolyte(MPI_COMM_WORLD, kavity::Body<dim>::Side::electrolyte, geometry,
                  {1. / cells, 0, 0})
    , interface(body, electrolyte, 3)
    , coefficients(body)
    , velocity(body, FESystem<dim>(FE_Q<dim>(2), dim), verification::walls<dim>())
    , pressure(body, FE_Q<dim>(1))
    , potential(body, FE_Q<dim>(2))
    , equations(velocity, pressure, potential, coefficients.field, interface)
    , preconditioner(velocity, pressure, potential, coefficients, 4)
  {
  }

  double unknowns() const
  {
    return velocity.dof_handler.n_dofs() + pressure.dof_handler.n_dofs() +
           potential.dof_handler.n_dofs();
  }

  /// Under pressure from the platen and a current that varies along Gamma.
  unsigned int iterations(const double zeta_ratio, const double contrast, const double reduction)
  {
    // the shear viscosity outside is 1/3
    const double eta = 1. / 3, zeta = zeta_ratio * eta;
    kavity::PointData<double> sinks(equations.matrix_free().n_cell_batches(),
                                    equations.points_per_cell());
    sinks.fill(VectorizedArray<double>(1 / zeta));
    equations.set_coefficients({1, 1, 1}, decay_length * decay_length / (zeta + 4. / 3 * eta),
                               std::move(sinks));
    const auto &points = interface.faces(body.side).points;
    kavity::InterfaceValues flux;
    for (const auto &x : points)
      flux.push_back(1 + std::cos(3 * numbers::PI * x[0]));
    equations.set_interface({});
    kavity::BlockVector state, load, b, x;
    equations.initialize_plain_vector(state);
    VectorTools::interpolate(body.mapping, velocity.dof_handler,
                             Inclusion<dim>(contrast, creep.exponent), state.block(0));
    equations.linearise(state, creep, 300, 1);
    preconditioner.update(equations);
    load = state;
    equations.load(load, 1, flux);
    equations.initialize_vector(b);
    for (unsigned int i = 0; i < 3; ++i)
      b.block(i).copy_locally_owned_data_from(load.block(i));
    velocity.constraints.set_zero(b.block(0));
    x = b;
    x = 0;
    SolverControl control(1000, reduction * b.l2_norm());
    typename SolverFGMRES<kavity::BlockVector>::AdditionalData data;
    data.max_basis_size = 60; // as in MetalFlow
    SolverFGMRES<kavity::BlockVector> solver(control, data);
    solver.solve(equations, x, b, preconditioner);
    return control.last_step();
  }

private:
  const PowerLaw creep;
  const kavity::CellGeometry geometry;
  kavity::Body<dim> body, electrolyte;
  kavity::Interface<dim> interface;
  kavity::CoefficientSpace<dim> coefficients;
  kavity::Field<dim> velocity, pressure, potential;
  kavity::MetalOperator<dim> equations;
  kavity::MetalPreconditioner<dim> preconditioner;
};

template <int dim>
void measure(const unsigned int cells, const double exponent, const double reduction)
{
  // without a power law the viscosity cannot vary with the strain rate
  const std::vector<double> contrasts =
    exponent == 1 ? std::vector<double>{1} : std::vector<double>{1, 1e2, 1e4};
  Problem<dim> problem(cells, exponent);
  std::vector<std::string> columns = {"zeta/eta"};
  for (const double contrast : contrasts)
    columns.push_back("contrast " + text(contrast));
  const Table table(std::to_string(dim) + "D, " + text(problem.unknowns()) + " unknowns, n = " +
                      text(exponent) + ", residual reduced to " + text(reduction),
                    columns);
  for (const double ratio : {1., 10., 100., 1e3, 1e4})
  {
    std::vector<std::string> row = {text(ratio)};
    for (const double contrast : contrasts)
      row.push_back(std::to_string(problem.iterations(ratio, contrast, reduction)));
    table.row(row);
  }
}
} // namespace

void flow(Arguments &arguments)
{
  const unsigned int cells_2d = arguments.number("cells_2d", 32),
                     cells_3d = arguments.number("cells_3d", 8);
  const double reduction      = arguments.number("reduction", 1e-8),
               exponent       = arguments.number("exponent", 5);
  arguments.finish();
  measure<2>(cells_2d, exponent, reduction);
  measure<3>(cells_3d, exponent, reduction);
}
} // namespace benchmarks
