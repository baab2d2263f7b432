#include "benchmarks.h"

#include "kavity/physics/MetalPreconditioner.h"

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
    , metal({1, 1, 1, 1, kavity::Coordinates::plane}, {1. / cells, 0, 0})
    , preconditioner(metal.equations, metal.velocity, metal.pressure, metal.potential,
                     metal.coefficients, 4)
  {
  }

  double unknowns() const
  {
    return metal.velocity.dof_handler.n_dofs() + metal.pressure.dof_handler.n_dofs() +
           metal.potential.dof_handler.n_dofs();
  }

  /// Under pressure from the platen and a current that varies along Gamma.
  unsigned int iterations(const double zeta_ratio, const double contrast, const double reduction)
  {
    // the shear viscosity outside is 1/3
    const double eta = 1. / 3, zeta = zeta_ratio * eta;
    metal.set_coefficients([zeta](const Point<dim> &) { return 1 / zeta; },
                           decay_length * decay_length / (zeta + 4. / 3 * eta));
    const auto &points = metal.interface.faces(kavity::Side::metal).points;
    kavity::InterfaceValues flux;
    for (const auto &x : points)
      flux.push_back(1 + std::cos(3 * numbers::PI * x[0]));
    kavity::BlockVector state, load, b, x;
    metal.equations.initialize_plain_vector(state);
    VectorTools::interpolate(metal.body.mapping, metal.velocity.dof_handler,
                             Inclusion<dim>(contrast, creep.exponent), state.block(0));
    metal.equations.linearise(state, creep, 300, 1);
    preconditioner.update();
    load = state;
    metal.equations.load(load, 1, flux);
    metal.equations.initialize_vector(b);
    for (unsigned int i = 0; i < 3; ++i)
      b.block(i).copy_locally_owned_data_from(load.block(i));
    metal.velocity.constraints.set_zero(b.block(0));
    x = b;
    x = 0;
    SolverControl control(1000, reduction * b.l2_norm());
    typename SolverFGMRES<kavity::BlockVector>::AdditionalData data;
    data.max_basis_size = 60; // as in MetalFlow
    SolverFGMRES<kavity::BlockVector> solver(control, data);
    solver.solve(metal.equations, x, b, preconditioner);
    return control.last_step();
  }

private:
  const PowerLaw creep;
  verification::MetalBox<dim> metal;
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
