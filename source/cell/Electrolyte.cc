#include "kavity/cell/Electrolyte.h"

#include "kavity/laws/Constants.h"

#include <deal.II/base/timer.h>
#include <deal.II/numerics/data_component_interpretation.h>
#include <deal.II/numerics/data_out.h>

#include <cmath>
#include <optional>

namespace kavity
{
using namespace dealii;

namespace
{
// In the axes of the mesh: the law has y normal to Gamma, the mesh has it last.
template <int dim>
Tensor<2, dim> conductivity(const Conduction &electrolyte, const double temperature)
{
  const auto full = electrolyte.tensor(temperature);
  std::array<unsigned int, dim> axis;
  axis[0]       = 0;
  axis[1]       = dim == 2 ? 1 : 2;
  axis[dim - 1] = 1;
  Tensor<2, dim> result;
  for (unsigned int i = 0; i < dim; ++i)
    for (unsigned int j = 0; j < dim; ++j)
      result[i][j] = full[axis[i]][axis[j]];
  return result;
}

// Current density -sigma grad phi in the electrolyte.
template <int dim>
class CurrentDensity : public DataPostprocessorVector<dim>
{
public:
  explicit CurrentDensity(const Tensor<2, dim> &sigma)
    : DataPostprocessorVector<dim>("current_density", update_gradients)
    , sigma(sigma)
  {
  }
  void evaluate_scalar_field(const DataPostprocessorInputs::Scalar<dim> &in,
                             std::vector<dealii::Vector<double>> &out) const override
  {
    for (unsigned int q = 0; q < out.size(); ++q)
    {
      const Tensor<1, dim> i = -(sigma * in.solution_gradients[q]);
      for (unsigned int d = 0; d < dim; ++d)
        out[q](d) = i[d];
    }
  }

private:
  const Tensor<2, dim> sigma;
};

// Of the displacement.
template <int dim>
class FirstPrincipalStress : public DataPostprocessorScalar<dim>
{
public:
  explicit FirstPrincipalStress(const Elasticity<dim> &elasticity)
    : DataPostprocessorScalar<dim>("first_principal_stress",
                                   update_values | update_gradients | update_quadrature_points)
    , elasticity(elasticity)
  {
  }
  void evaluate_vector_field(const DataPostprocessorInputs::Vector<dim> &in,
                             std::vector<dealii::Vector<double>> &out) const override
  {
    for (unsigned int q = 0; q < out.size(); ++q)
    {
      Tensor<1, dim> u;
      Tensor<2, dim> gradient;
      for (unsigned int d = 0; d < dim; ++d)
      {
        u[d]        = in.solution_values[q][d];
        gradient[d] = in.solution_gradients[q][d];
      }
      out[q](0) = first_principal_stress(elasticity.stress(in.evaluation_points[q], u, gradient));
    }
  }

private:
  const Elasticity<dim> &elasticity;
};
} // namespace

template <int dim>
Electrolyte<dim>::Electrolyte(MPI_Comm comm, const CellParameters &parameters,
                              const double temperature)
  : body(comm, Body<dim>::Side::electrolyte, parameters.geometry, parameters.grading)
  , parameters(parameters)
  , temperature(temperature)
{
}

template <int dim>
void Electrolyte<dim>::make_fields(const Electrodes &electrodes)
{
  using Counter = typename IonTransport<dim>::CounterElectrode;
  body.update_levels();
  std::vector<typename IonTransport<dim>::Terminal> terminals;
  std::vector<const Interface<dim> *> interfaces;
  for (const auto &electrode : electrodes)
  {
    terminals.push_back({&electrode->interface, &electrode->kinetics()});
    interfaces.push_back(&electrode->interface);
  }
  const Conduction &material = parameters.electrolyte;
  transport_                 = std::make_unique<IonTransport<dim>>(
    body, terminals, conductivity<dim>(material, temperature), temperature,
    electrodes.size() == 2             ? Counter::metal :
                    parameters.ideal_counter_electrode ? Counter::ideal :
                                                         Counter::prescribed_current,
    parameters.solver);
  if (parameters.fixture)
    elasticity_ = std::make_unique<Elasticity<dim>>(body, interfaces, material.young_modulus,
                                                    material.poisson_ratio, *parameters.fixture,
                                                    parameters.solver);
}

template <int dim>
void Electrolyte<dim>::drop_fields()
{
  transport_.reset();
  elasticity_.reset();
}

// At a voltage, metals that kept their last answer and the current would not come to agree where
// most of the voltage falls at sinks: to what changes of the current they are taken for a
// resistance.
template <int dim>
void Electrolyte<dim>::solve(const Applied &applied, const Electrodes &electrodes,
                             const double tolerance, CellStep &step)
{
  Timer clock;
  typename IonTransport<dim>::Contacts contacts;
  double resistance = 0, drop = 0;
  for (unsigned int k = 0; k < electrodes.size(); ++k)
  {
    contacts.push_back(&electrodes[k]->contact());
    const double of_sinks = electrodes[k]->sink_resistance();
    resistance += of_sinks;
    drop += (k == 0 ? 1 : -1) * of_sinks * electrodes[k]->answered_current();
  }
  Applied now = applied;
  if (applied.is_voltage && resistance > 0)
    now = Applied::source(applied.value, resistance, drop / resistance);
  const auto report = transport_->solve(now, contacts, tolerance);
  mean_current_     = applied.is_voltage ? transport_->mean_current() : applied.value;
  step.newton_iterations += report.newton_iterations;
  step.of_potential += report.linear_iterations;
  timing["potential"] += clock.wall_time();
}

template <int dim>
double Electrolyte<dim>::missed_voltage(const Applied &applied) const
{
  if (!applied.is_voltage)
    return 0;
  double driving = applied.value - parameters.kinetics.U0;
  if (parameters.second)
    driving += parameters.second->kinetics.U0;
  const double size = std::abs(driving) + gas_constant * temperature / faraday;
  return std::abs(transport_->voltage() - applied.value) / (1e-3 * size);
}

template <int dim>
void Electrolyte<dim>::strain(const Electrodes &electrodes, CellStep &step)
{
  if (!elasticity_)
    return;
  const Timer clock;
  std::vector<ElectrolyteValues> pressures;
  for (const auto &electrode : electrodes)
    pressures.push_back(electrode->interface.to_electrolyte(electrode->normal_pressure()));
  step.of_stress += elasticity_->press(pressures).linear_iterations;
  timing["stress"] += clock.wall_time();
}

template <int dim>
std::map<std::string, double> Electrolyte<dim>::sizes() const
{
  std::map<std::string, double> result = {
    {"potential", static_cast<double>(transport_->dof_handler().n_dofs())}};
  if (elasticity_)
    result["displacement"] = elasticity_->space().dof_handler.n_dofs();
  return result;
}

template <int dim>
std::string Electrolyte<dim>::write(const std::string &folder, const unsigned int number) const
{
  CurrentDensity<dim> current(transport_->conductivity());
  std::optional<FirstPrincipalStress<dim>> stress;
  std::map<std::string, std::string> units = {{"potential", "V"}, {"current_density", "A/m^2"}};
  DataOut<dim> out;
  transport_->phi.update_ghost_values();
  out.add_data_vector(transport_->dof_handler(), transport_->phi, "potential");
  out.add_data_vector(transport_->dof_handler(), transport_->phi, current);
  if (elasticity_)
  {
    using Part       = DataComponentInterpretation::DataComponentInterpretation;
    const auto &dofs = elasticity_->space().dof_handler;
    out.add_data_vector(dofs, elasticity_->displacement,
                        std::vector<std::string>(dim, "displacement"),
                        std::vector<Part>(dim, Part::component_is_part_of_vector));
    out.add_data_vector(dofs, elasticity_->displacement, stress.emplace(*elasticity_));
    units["displacement"]           = "m";
    units["first_principal_stress"] = "Pa";
  }
  out.set_flags(vtk_flags(units));
  out.build_patches(body.mapping, 2);
  transport_->phi.zero_out_ghost_values(); // the patches hold the values
  return write_pieces(out, folder, "electrolyte", number, body.triangulation.get_communicator());
}

template class Electrolyte<2>;
template class Electrolyte<3>;
} // namespace kavity
