#include "kavity/models/MetalFlow.h"

#include <deal.II/fe/fe_values.h>
#include <deal.II/lac/solver_cg.h>

#include <set>

namespace kavity
{
using namespace dealii;

// Normal velocities on the platen, and on Gamma beside the scalar node at the same place.
template <int dim>
void MetalFlow<dim>::find_boundary_dofs()
{
  const auto &fe_v = velocity_field.dof_handler.get_fe();
  const auto &fe_m = potential_field.dof_handler.get_fe();
  const auto own   = velocity_field.dof_handler.locally_owned_dofs();
  const auto &partitioner =
    *equations_.matrix_free().get_dof_info(MetalOperator<dim>::m_space).vector_partitioner;
  std::vector<types::global_dof_index> dofs_v(fe_v.dofs_per_cell), dofs_m(fe_m.dofs_per_cell);
  std::set<unsigned int> top;
  std::map<unsigned int, unsigned int> gamma;
  auto cell_m = potential_field.dof_handler.begin_active();
  for (const auto &cell : velocity_field.dof_handler.active_cell_iterators())
  {
    if (cell->is_locally_owned())
      for (const unsigned int face : cell->face_indices())
      {
        if (!cell->face(face)->at_boundary())
          continue;
        const bool at_platen = cell->face(face)->boundary_id() == boundary::platen;
        if (at_platen || cell->face(face)->boundary_id() == boundary::interface)
        {
          cell->get_dof_indices(dofs_v);
          cell_m->get_dof_indices(dofs_m);
          for (unsigned int i = 0; i < fe_m.dofs_per_cell; ++i)
          {
            const auto v = dofs_v[fe_v.component_to_system_index(dim - 1, i)];
            if (!fe_m.has_support_on_face(i, face) || !own.is_element(v) ||
                velocity_field.hanging_nodes.is_constrained(v))
              continue;
            const unsigned int local = own.index_within_set(v);
            if (at_platen)
              top.insert(local);
            else
              gamma[local] = partitioner.global_to_local(dofs_m[i]);
          }
        }
      }
    ++cell_m;
  }
  top_dofs.assign(top.begin(), top.end());
  for (const auto &[v, m] : gamma)
    gamma_dofs.emplace_back(m, v);
  n_top_dofs = Utilities::MPI::sum(static_cast<double>(top_dofs.size()),
                                   body.triangulation.get_communicator());
}

// Normal velocity -w_c on Gamma in the trace space, its integral over Gamma kept.
template <int dim>
void MetalFlow<dim>::set_closure(const InterfaceValues &closure)
{
  auto &v        = solution_.block(MetalOperator<dim>::velocity);
  double largest = 0;
  for (const double w_c : closure)
    largest = std::max(largest, std::abs(w_c));
  largest = Utilities::MPI::max(largest, body.triangulation.get_communicator());
  Vector nodal, load;
  interface_mass.initialize_dof_vector(nodal);
  interface_mass.initialize_dof_vector(load);
  if (largest > 0)
  {
    const auto &mf = interface_mass.matrix_free();
    InterfaceBatches<dim, double> batches;
    batches.reinit(mf, interface, body);
    FEFaceEvaluation<dim, -1, 0, 1, double> u(mf, true, 0);
    for (const auto &batch : batches.batches)
    {
      u.reinit(batch.face_batch);
      for (unsigned int q = 0; q < u.n_q_points; ++q)
        u.submit_value(-batches.gather(closure, batch, q) / equations_.scales().velocity *
                         radius_weight(u, q, body.axisymmetric()),
                       q);
      u.integrate_scatter(EvaluationFlags::values, load);
    }
    load.compress(VectorOperation::add);
    SolverControl control(500, 1e-13 * load.l2_norm());
    SolverCG<Vector> cg(control);
    cg.solve(interface_mass, nodal, load, *interface_mass.inverse_diagonal());
  }
  nodal.update_ghost_values();
  for (const auto &[m, n] : gamma_dofs)
    v.local_element(n) = nodal.local_element(m);
  v.update_ghost_values();
  velocity_field.hanging_nodes.distribute(v);
  v.zero_out_ghost_values();
}

// The mean over all nodes of the platen: a rigid plate moves as one. Symmetric as a matrix.
template <int dim>
void MetalFlow<dim>::flatten(Vector &velocity) const
{
  if (options.platen != Platen::rigid_pressure)
    return;
  double sum = 0;
  for (const unsigned int dof : top_dofs)
    sum += velocity.local_element(dof);
  const double mean = Utilities::MPI::sum(sum, velocity.get_mpi_communicator()) / n_top_dofs;
  for (const unsigned int dof : top_dofs)
    velocity.local_element(dof) = mean;
}

template <int dim>
void MetalFlow<dim>::read_interface()
{
  const auto &mf = equations_.matrix_free();
  mu.resize(interface.faces(body.side).points.size());
  pressure.resize(mu.size());
  FEFaceEvaluation<dim, -1, 0, 1, double> p(mf, true, MetalOperator<dim>::p_space),
    m(mf, true, MetalOperator<dim>::m_space);
  solution_.update_ghost_values();
  const double unit = equations_.scales().pressure;
  const auto &map   = equations_.interface_batches();
  for (const auto &batch : map.batches)
  {
    p.reinit(batch.face_batch);
    p.gather_evaluate(solution_.block(MetalOperator<dim>::pressure), EvaluationFlags::values);
    for (unsigned int q = 0; q < p.n_q_points; ++q)
      map.scatter(unit * p.get_value(q), pressure, batch, q);
    if (!options.with_potential)
      continue;
    m.reinit(batch.face_batch);
    m.gather_evaluate(solution_.block(MetalOperator<dim>::potential), EvaluationFlags::values);
    for (unsigned int q = 0; q < m.n_q_points; ++q)
      map.scatter(unit * metal.molar_volume * m.get_value(q), mu, batch, q);
  }
  solution_.zero_out_ghost_values();
  read_approach();
}

template <int dim>
void MetalFlow<dim>::read_approach()
{
  const auto &map = equations_.interface_batches();
  FEFaceEvaluation<dim, -1, 0, dim, double> v(equations_.matrix_free(), true,
                                              MetalOperator<dim>::v_plain_space);
  approach.assign(mu.size(), 0.);
  velocity().update_ghost_values();
  for (const auto &batch : map.batches)
  {
    v.reinit(batch.face_batch);
    v.read_dof_values_plain(velocity());
    v.evaluate(EvaluationFlags::values);
    for (unsigned int q = 0; q < v.n_q_points; ++q)
      map.scatter(velocity_unit() * (v.get_value(q) * v.get_normal_vector(q)), approach, batch, q);
  }
  velocity().zero_out_ghost_values();
}

template <int dim>
double MetalFlow<dim>::inflow_through(const boundary::boundary_id id) const
{
  const auto &mf = equations_.matrix_free();
  FEFaceEvaluation<dim, -1, 0, dim, double> v(mf, true, MetalOperator<dim>::v_plain_space);
  const unsigned int first = mf.n_inner_face_batches();
  double sum               = 0;
  solution_.update_ghost_values();
  for (unsigned int b = first; b < first + mf.n_boundary_face_batches(); ++b)
    if (mf.get_boundary_id(b) == id)
    {
      v.reinit(b);
      v.read_dof_values_plain(solution_.block(MetalOperator<dim>::velocity));
      v.evaluate(EvaluationFlags::values);
      for (unsigned int q = 0; q < v.n_q_points; ++q)
      {
        const auto volume = -(v.get_value(q) * v.get_normal_vector(q)) * v.JxW(q) *
                            radius_weight(v, q, body.axisymmetric());
        for (unsigned int lane = 0; lane < mf.n_active_entries_per_face_batch(b); ++lane)
          sum += volume[lane];
      }
    }
  solution_.zero_out_ghost_values();
  return Utilities::MPI::sum(sum, body.triangulation.get_communicator()) *
         equations_.scales().velocity * angle();
}

template <int dim>
double MetalFlow<dim>::sink_contraction() const
{
  const auto &mf = equations_.matrix_free();
  FEEvaluation<dim, -1, 0, 1, double> p(mf, MetalOperator<dim>::p_space),
    m(mf, MetalOperator<dim>::m_space);
  double sum = 0;
  solution_.update_ghost_values();
  for (unsigned int b = 0; b < mf.n_cell_batches(); ++b)
  {
    p.reinit(b);
    p.gather_evaluate(solution_.block(MetalOperator<dim>::pressure), EvaluationFlags::values);
    if (options.with_potential)
    {
      m.reinit(b);
      m.gather_evaluate(solution_.block(MetalOperator<dim>::potential), EvaluationFlags::values);
    }
    for (unsigned int q = 0; q < p.n_q_points; ++q)
    {
      const auto excess = options.with_potential ? p.get_value(q) - m.get_value(q) : p.get_value(q);
      const auto rate =
        equations_.contraction(b, q, excess) * p.JxW(q) * radius_weight(p, q, body.axisymmetric());
      for (unsigned int lane = 0; lane < mf.n_active_entries_per_cell_batch(b); ++lane)
        sum += rate[lane];
    }
  }
  solution_.zero_out_ghost_values();
  const auto &scales = equations_.scales();
  return Utilities::MPI::sum(sum, body.triangulation.get_communicator()) * scales.power /
         scales.pressure * angle();
}

template class MetalFlow<2>;
template class MetalFlow<3>;
} // namespace kavity
