#include "kavity/models/IonTransport.h"

#include <deal.II/fe/fe_values.h>

#include <cmath>

namespace kavity
{
using namespace dealii;

template <int dim>
void IonTransport<dim>::evaluate_interface(const Contact &contact, Vector &load, Vector &slope_load)
{
  const auto &mf       = jacobian.matrix_free();
  const unsigned int n = interface.faces(body.side).points.size();
  current.resize(n);
  overpotential.resize(n);
  FEFaceEvaluation<dim, -1, 0, 1, double> u(mf, true, DiffusionOperator<dim, double>::plain),
    v(mf, true, DiffusionOperator<dim, double>::plain);
  slopes.reinit(mf.n_boundary_face_batches(), u.n_q_points);
  InterfaceValues slope(n);
  load         = 0;
  slope_load   = 0;
  double share = 0;
  phi.update_ghost_values();
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
        const double drive   = phi_m - value[lane] + contact.mu[k] / faraday;
        const auto point =
          kinetics.current(drive, contact.fraction[k], contact.constriction[k], temperature,
                           contact.film_factor[k], contact.exchange_factor[k]);
        current[k]       = point.current;
        overpotential[k] = point.overpotential;
        slope[k]         = point.derivative;
        share            = std::max(share, point.share);
      }
      const auto weight = radius_weight(u, q, body.axisymmetric());
      const auto i      = batches.gather(current, batch, q);
      const auto di     = batches.gather(slope, batch, q);
      slopes(batch.face_batch - mf.n_inner_face_batches(), q) = di;
      u.submit_value(weight * i, q);
      v.submit_value(weight * di, q);
    }
    u.integrate_scatter(EvaluationFlags::values, load);
    v.integrate_scatter(EvaluationFlags::values, slope_load);
  }
  phi.zero_out_ghost_values();
  load.compress(VectorOperation::add);
  slope_load.compress(VectorOperation::add);
  total_current = interface.integral(current, body.side) / angle();
  total_slope   = interface.integral(slope, body.side) / angle();
  largest_share = Utilities::MPI::max(share, body.triangulation.get_communicator());
}

template <int dim>
void IonTransport<dim>::assemble_residual(const double mean_current, Vector &residual,
                                          const Vector &load)
{
  // int sigma grad phi . grad psi over all test functions; what it leaves at the Dirichlet nodes
  // of the counter face is the current through them
  residual = 0;
  jacobian.add_plain(residual, phi);
  residual *= -1;
  residual += load;
  if (counter == CounterElectrode::prescribed_current)
  {
    const auto &mf = jacobian.matrix_free();
    FEFaceEvaluation<dim, -1, 0, 1, double> u(mf, true, DiffusionOperator<dim, double>::plain);
    Vector far(residual);
    far                      = 0;
    const unsigned int first = mf.n_inner_face_batches();
    for (unsigned int b = first; b < first + mf.n_boundary_face_batches(); ++b)
      if (mf.get_boundary_id(b) == body.far_id())
      {
        u.reinit(b);
        for (unsigned int q = 0; q < u.n_q_points; ++q)
          u.submit_value(-mean_current * radius_weight(u, q, body.axisymmetric()), q);
        u.integrate_scatter(EvaluationFlags::values, far);
      }
    far.compress(VectorOperation::add);
    far_current = -far.mean_value() * far.size() * angle();
    residual += far;
  }
}

template <int dim>
double IonTransport<dim>::voltage() const
{
  if (counter == CounterElectrode::ideal)
    return metal_potential();
  const QGauss<dim - 1> quadrature(interface.points_1d());
  FEFaceValues<dim> values(body.mapping, field.dof_handler.get_fe(), quadrature,
                           update_values | update_JxW_values | update_quadrature_points);
  std::vector<double> at_points(quadrature.size());
  double sum = 0, area = 0;
  phi.update_ghost_values();
  for (const auto &cell : field.dof_handler.active_cell_iterators())
    if (cell->is_locally_owned() && cell->face(body.far_id())->at_boundary())
    {
      values.reinit(cell, body.far_id());
      values.get_function_values(phi, at_points);
      for (unsigned int q = 0; q < quadrature.size(); ++q)
      {
        const double weight =
          values.JxW(q) * (body.axisymmetric() ? values.quadrature_point(q)[0] : 1.);
        sum += at_points[q] * weight;
        area += weight;
      }
    }
  phi.zero_out_ghost_values();
  const MPI_Comm comm = body.triangulation.get_communicator();
  return metal_potential() - Utilities::MPI::sum(sum, comm) / Utilities::MPI::sum(area, comm);
}

template class IonTransport<2>;
template class IonTransport<3>;
} // namespace kavity
