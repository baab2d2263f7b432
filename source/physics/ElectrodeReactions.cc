#include "kavity/physics/ElectrodeReactions.h"

#include <algorithm>

namespace kavity
{
using namespace dealii;

template <int dim>
ElectrodeReactions<dim>::ElectrodeReactions(const std::vector<Terminal> &terminals,
                                            const double temperature)
  : terminals(terminals)
  , temperature(temperature)
  , faces(terminals.size())
{
}

template <int dim>
void ElectrodeReactions<dim>::reinit(const MatrixFree<dim, double> &of_electrolyte,
                                     const unsigned int of_phi)
{
  matrix_free = &of_electrolyte;
  space       = of_phi;
  for (unsigned int k = 0; k < terminals.size(); ++k)
    faces[k].batches.reinit(*matrix_free, *terminals[k].interface);
}

template <int dim>
void ElectrodeReactions<dim>::evaluate(const Contacts &contacts, const Vector &phi,
                                       const std::vector<double> &metals, Vector &current_moments,
                                       Vector &slope_moments)
{
  slopes_.reinit(matrix_free->n_boundary_face_batches(), terminals[0].interface->points_per_face());
  current_moments = 0;
  slope_moments   = 0;
  largest_share_  = 0;
  phi.update_ghost_values();
  for (unsigned int k = 0; k < terminals.size(); ++k)
    evaluate(k, *contacts[k], phi, metals[k], current_moments, k == 0 ? &slope_moments : nullptr);
  phi.zero_out_ghost_values();
  current_moments.compress(VectorOperation::add);
  slope_moments.compress(VectorOperation::add);
  largest_share_ = Utilities::MPI::max(largest_share_, phi.get_mpi_communicator());
}

template <int dim>
void ElectrodeReactions<dim>::evaluate(const unsigned int terminal, const Contact &contact,
                                       const Vector &phi, const double metal,
                                       Vector &current_moments, Vector *slope_moments)
{
  const auto &place          = *terminals[terminal].interface;
  const auto &law            = *terminals[terminal].kinetics;
  const auto &batches        = faces[terminal].batches;
  const Body<dim> &body      = place.electrolyte;
  ElectrolyteValues &current = faces[terminal].current, &eta = faces[terminal].overpotential;
  const unsigned int n = place.faces(Side::electrolyte).points.size();
  current.resize(n);
  eta.resize(n);
  ElectrolyteValues slope(n);
  FEFaceEvaluation<dim, -1, 0, 1, double> u(*matrix_free, true, space),
    v(*matrix_free, true, space);
  for (const auto &batch : batches.batches)
  {
    u.reinit(batch.face_batch);
    v.reinit(batch.face_batch);
    u.read_dof_values_plain(phi);
    u.evaluate(EvaluationFlags::values);
    for (unsigned int q = 0; q < u.n_q_points; ++q)
    {
      const auto value = u.get_value(q);
      for (unsigned int lane = 0; lane < batch.faces.size(); ++lane)
      {
        const unsigned int k = batch.faces[lane] * batches.n_points + q;
        const double drive   = metal - value[lane] + contact.mu[k] / faraday;
        const auto point =
          law.current(drive, contact.fraction[k], contact.constriction[k], temperature,
                      contact.film_factor[k], contact.exchange_factor[k]);
        current[k] = point.current;
        eta[k]     = point.overpotential;
        slope[k]   = point.derivative;
        if (slope_moments != nullptr)
          largest_share_ = std::max(largest_share_, point.share);
      }
      const auto weight = radius_weight(u, q, body.axisymmetric());
      const auto di     = batches.gather(slope, batch, q);
      slopes_(batch.face_batch - matrix_free->n_inner_face_batches(), q) = di;
      u.submit_value(weight * batches.gather(current, batch, q), q);
      v.submit_value(weight * di, q);
    }
    u.integrate_scatter(EvaluationFlags::values, current_moments);
    if (slope_moments != nullptr)
      v.integrate_scatter(EvaluationFlags::values, *slope_moments);
  }
  if (terminal > 0)
    return;
  total_current_ = place.integral(current) / body.angle();
  total_slope_   = place.integral(slope) / body.angle();
}

template class ElectrodeReactions<2>;
template class ElectrodeReactions<3>;
} // namespace kavity
