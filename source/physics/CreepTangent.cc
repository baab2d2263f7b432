#include "kavity/physics/CreepTangent.h"

#include <algorithm>
#include <cmath>

namespace kavity
{
using namespace dealii;

namespace
{
// 1/s: slower than any battery can tell, a strain of 1e-4 in three years. Below it metal is
// Newtonian: where it moves as a whole the viscosity of a law without a linear branch would be
// infinite, and its stress that of the velocity's round-off.
constexpr double slowest = 1e-12;
} // namespace

template <int dim>
CreepTangent<dim>::CreepTangent(const MatrixFree<dim, double> &matrix_free,
                                const unsigned int space, const unsigned int plain_space,
                                const bool axisymmetric)
  : matrix_free(matrix_free)
  , space(space)
  , plain_space(plain_space)
  , axisymmetric(axisymmetric)
{
}

template <int dim>
void CreepTangent<dim>::linearise(const Vector &velocity, const CreepLaw &creep,
                                  const double temperature, const double size_factor,
                                  const Scales &scales)
{
  VelocityCell v(matrix_free, plain_space);
  for (PointData<double> *const data : {&viscosity_, &tangent_, &equivalent_rate_})
    data->reinit(matrix_free.n_cell_batches(), v.n_q_points);
  direction_.reinit(matrix_free.n_cell_batches(), v.n_q_points);
  velocity.update_ghost_values();
  for (unsigned int batch = 0; batch < matrix_free.n_cell_batches(); ++batch)
  {
    v.reinit(batch);
    v.read_dof_values_plain(velocity);
    v.evaluate(EvaluationFlags::gradients | EvaluationFlags::values);
    for (unsigned int q = 0; q < v.n_q_points; ++q)
    {
      const auto rate       = deviatoric(strain_rate<Lanes>(v, q, axisymmetric));
      const auto equivalent = std::sqrt(Lanes(2. / 3) * (rate * rate));
      Lanes inverse(0.);
      viscosity_(batch, q) = Lanes(1.); // in lanes without a cell
      for (unsigned int lane = 0; lane < matrix_free.n_active_entries_per_cell_batch(batch); ++lane)
      {
        const double edot          = equivalent[lane] * scales.velocity;
        const double at            = std::max(edot, slowest);
        const auto stress          = creep.stress(at, temperature, size_factor);
        const double eta           = stress.stress / (3 * at);
        viscosity_(batch, q)[lane] = eta * scales.viscosity;
        // d(2 eta D) = 2 eta dD + tangent (G : dD) G with G = D/edot
        const double softening   = edot > slowest ? stress.tangent - 3 * eta : 0.;
        tangent_(batch, q)[lane] = 4. / 9 * softening * scales.viscosity;
        inverse[lane]            = edot > 0 ? 1 / equivalent[lane] : 0.;
      }
      direction_(batch, q)       = inverse * rate;
      equivalent_rate_(batch, q) = equivalent;
    }
  }
  velocity.zero_out_ghost_values();
  stress_direction_ = direction_;
}

template <int dim>
void CreepTangent<dim>::mix(const PointData<double> &fraction, const double of_voids)
{
  for (unsigned int batch = 0; batch < viscosity_.size(0); ++batch)
    for (unsigned int q = 0; q < viscosity_.size(1); ++q)
    {
      const Lanes h        = fraction(batch, q);
      viscosity_(batch, q) = h * viscosity_(batch, q) + (1. - h) * of_voids;
      tangent_(batch, q) *= h;
    }
}

// With S = stress/(2 eta) in place of D in one factor, d(2 eta D) = 2 eta (dD + D - S) + d(2 eta)
// S.
template <int dim>
void CreepTangent<dim>::predict_stress(const Vector &step)
{
  VelocityCell v(matrix_free, space);
  stress_.reinit(matrix_free.n_cell_batches(), v.n_q_points);
  stress_change_.reinit(matrix_free.n_cell_batches(), v.n_q_points);
  step.update_ghost_values();
  for (unsigned int batch = 0; batch < matrix_free.n_cell_batches(); ++batch)
  {
    v.reinit(batch);
    v.gather_evaluate(step, EvaluationFlags::gradients | EvaluationFlags::values);
    for (unsigned int q = 0; q < v.n_q_points; ++q)
    {
      const auto change = deviatoric(strain_rate<Lanes>(v, q, axisymmetric));
      const Lanes rate = equivalent_rate_(batch, q), twice = 2. * viscosity_(batch, q);
      const auto &of_rate = direction_(batch, q), &of_stress = stress_direction_(batch, q);
      stress_(batch, q)        = (twice * rate) * of_stress;
      stress_change_(batch, q) = twice * (change + rate * (of_rate - of_stress)) +
                                 (tangent_(batch, q) * (of_rate * change)) * of_stress;
    }
  }
  step.zero_out_ghost_values();
}

// No longer than the strain rate, so that the tangent stays positive.
template <int dim>
void CreepTangent<dim>::adopt_stress(const double factor)
{
  const Lanes longest(std::sqrt(1.5)), tiny(1e-300);
  for (unsigned int batch = 0; batch < viscosity_.size(0); ++batch)
    for (unsigned int q = 0; q < viscosity_.size(1); ++q)
    {
      const auto stress  = stress_(batch, q) + Lanes(factor) * stress_change_(batch, q);
      const Lanes unit   = std::max(2. * viscosity_(batch, q) * equivalent_rate_(batch, q), tiny);
      const Lanes length = std::sqrt(stress * stress);
      stress_direction_(batch, q) = std::min(1. / unit, longest / std::max(length, tiny)) * stress;
    }
}

template <int dim>
std::vector<PointData<double>> CreepTangent<dim>::softening() const
{
  const unsigned int n = n_deviator_components(dim);
  std::vector<PointData<double>> result(n, viscosity_);
  for (unsigned int batch = 0; batch < viscosity_.size(0); ++batch)
    for (unsigned int q = 0; q < viscosity_.size(1); ++q)
    {
      const auto W = (0.5 * std::sqrt(std::max(-tangent_(batch, q), Lanes(0.)))) *
                     (direction_(batch, q) + stress_direction_(batch, q));
      for (unsigned int c = 0; c < n; ++c)
        result[c](batch, q) = W[deviator_component(c)];
    }
  return result;
}

template class CreepTangent<2>;
template class CreepTangent<3>;
} // namespace kavity
