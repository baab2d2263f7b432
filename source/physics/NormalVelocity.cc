#include "kavity/physics/NormalVelocity.h"

#include <deal.II/lac/solver_cg.h>

#include <map>
#include <set>

namespace kavity
{
using namespace dealii;

template <int dim>
NormalVelocity<dim>::NormalVelocity(const Interface<dim> &interface, const Field<dim> &velocity,
                                    const Field<dim> &scalar,
                                    const CoefficientSpace<dim> &coefficients)
  : body(velocity.body)
  , interface(interface)
  , field(velocity)
{
  interface_mass.reinit(scalar, coefficients.field);
  PointData<double> ones(interface_mass.matrix_free().n_boundary_face_batches(),
                         interface.points_per_face());
  ones.fill(VectorizedArray<double>(1.));
  interface_mass.set_robin(ones);
  interface_mass.compute_diagonal();
  find_nodes(scalar);
}

template <int dim>
void NormalVelocity<dim>::find_nodes(const Field<dim> &scalar)
{
  const auto &fe_v = field.dof_handler.get_fe();
  const auto &fe_m = scalar.dof_handler.get_fe();
  const auto own   = field.dof_handler.locally_owned_dofs();
  Vector nodal;
  interface_mass.initialize_dof_vector(nodal);
  std::vector<types::global_dof_index> dofs_v(fe_v.dofs_per_cell), dofs_m(fe_m.dofs_per_cell);
  std::set<unsigned int> top;
  std::map<unsigned int, unsigned int> gamma;
  auto cell_m = scalar.dof_handler.begin_active();
  for (const auto &cell : field.dof_handler.active_cell_iterators())
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
                field.hanging_nodes.is_constrained(v))
              continue;
            const unsigned int local = own.index_within_set(v);
            if (at_platen)
              top.insert(local);
            else
              gamma[local] = nodal.get_partitioner()->global_to_local(dofs_m[i]);
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

template <int dim>
Vector NormalVelocity<dim>::moments(const InterfaceValues &closure, const double unit) const
{
  Vector result;
  interface_mass.initialize_dof_vector(result);
  const auto &mf = interface_mass.matrix_free();
  InterfaceBatches<dim, Side::metal> batches;
  batches.reinit(mf, interface);
  FEFaceEvaluation<dim, -1, 0, 1, double> u(mf, true, 0);
  for (const auto &batch : batches.batches)
  {
    u.reinit(batch.face_batch);
    for (unsigned int q = 0; q < u.n_q_points; ++q)
      u.submit_value(
        -batches.gather(closure, batch, q) / unit * radius_weight(u, q, body.axisymmetric()), q);
    u.integrate_scatter(EvaluationFlags::values, result);
  }
  result.compress(VectorOperation::add);
  return result;
}

template <int dim>
void NormalVelocity<dim>::set_on_interface(Vector &velocity, const InterfaceValues &closure,
                                           const double unit) const
{
  double largest = 0;
  for (const double w_c : closure)
    largest = std::max(largest, std::abs(w_c));
  largest = Utilities::MPI::max(largest, body.triangulation.get_communicator());
  Vector nodal;
  interface_mass.initialize_dof_vector(nodal);
  if (largest > 0)
  {
    const Vector load = moments(closure, unit);
    SolverControl control(500, 1e-13 * load.l2_norm());
    SolverCG<Vector> cg(control);
    cg.solve(interface_mass, nodal, load, *interface_mass.inverse_diagonal());
  }
  nodal.update_ghost_values();
  for (const auto &[m, n] : gamma_dofs)
    velocity.local_element(n) = nodal.local_element(m);
  field.complete(velocity);
}

template <int dim>
void NormalVelocity<dim>::flatten_at_platen(Vector &velocity) const
{
  double sum = 0;
  for (const unsigned int dof : top_dofs)
    sum += velocity.local_element(dof);
  const double mean = Utilities::MPI::sum(sum, velocity.get_mpi_communicator()) / n_top_dofs;
  for (const unsigned int dof : top_dofs)
    velocity.local_element(dof) = mean;
}

template class NormalVelocity<2>;
template class NormalVelocity<3>;
} // namespace kavity
