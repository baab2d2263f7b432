#ifndef kavity_tests_verification_potential_h
#define kavity_tests_verification_potential_h

#include "kavity/physics/IonTransport.h"

#include "verification_box.h"

#include <cmath>
#include <functional>

// A half-cell for verification of the potential, isotropic electrolyte.
namespace verification
{
template <int dim>
class PotentialCell
{
public:
  using Counter = typename kavity::IonTransport<dim>::CounterElectrode;
  using Point   = dealii::Point<dim>;
  /// whether to refine a cell on Gamma, from its centre and its width
  using Refine = std::function<bool(const Point &, double)>;

  struct Setup
  {
    kavity::CellGeometry geometry;
    kavity::MeshGrading grading;
    double sigma          = 1; ///< S/m
    Counter counter       = Counter::ideal;
    unsigned int degree   = 2;
    MPI_Comm communicator = MPI_COMM_WORLD;
    Refine refine         = {};
    double tolerance      = 1e-11; ///< of the residual
  };

  PotentialCell(const Setup &setup, const kavity::ButlerVolmer &kinetics)
    : sigma(setup.sigma)
    , kinetics(kinetics)
    , metal(setup.communicator, Side::metal, setup.geometry, setup.grading)
    , body(setup.communicator, Side::electrolyte, setup.geometry, setup.grading)
    , interface(refined(metal, setup.refine), refined(body, setup.refine), setup.degree + 1)
    , transport(body, {{&interface, &this->kinetics}}, sigma * dealii::unit_symmetric_tensor<dim>(),
                temperature, setup.counter, settings(setup.tolerance))
  {
  }

  /// chi by place, all else as for a clean interface.
  typename kavity::IonTransport<dim>::Contact
  contact(const std::function<double(const Point &)> &fraction) const
  {
    const auto &points = interface.faces(Side::electrolyte).points;
    const kavity::ElectrolyteValues zero(points.size(), 0.), one(points.size(), 1.);
    typename kavity::IonTransport<dim>::Contact result{zero, one, zero, one, one};
    for (unsigned int k = 0; k < points.size(); ++k)
      result.fraction[k] = fraction(points[k]);
    return result;
  }

  /// Largest disagreement of the three totals that must be one: applied current, integral of
  /// @p current over Gamma, current through the counter face; relative to the applied current.
  double imbalance(const double applied, const kavity::ElectrolyteValues &current) const
  {
    const double total = applied * interface.area();
    const double gamma = interface.integral(current);
    const double far   = transport.counter_current();
    return std::max({std::abs(gamma - total), std::abs(far - total), std::abs(far - gamma)}) /
           std::abs(total);
  }

  /// Area resistance beyond that of a uniform electrolyte, ohm m^2, after a solve at @p applied.
  double extra_resistance(const double applied) const
  {
    return transport.voltage() / applied - body.thickness() / sigma;
  }

  static constexpr double temperature = 293.15;

private:
  using Side = typename kavity::Body<dim>::Side;

  static kavity::SolverSettings settings(const double tolerance)
  {
    kavity::SolverSettings result;
    result.tolerance = tolerance;
    return result;
  }

  static kavity::Body<dim> &refined(kavity::Body<dim> &body, const Refine &refine)
  {
    bool again = static_cast<bool>(refine);
    while (again)
    {
      again = false;
      for (const auto &cell : body.triangulation.active_cell_iterators())
        if (cell->is_locally_owned() &&
            cell->face(verification::face_at_interface(body))->at_boundary() &&
            refine(cell->center(), cell->extent_in_direction(0)))
        {
          cell->set_refine_flag();
          again = true;
        }
      again =
        dealii::Utilities::MPI::max(static_cast<int>(again), body.triangulation.get_communicator());
      if (again)
        body.triangulation.execute_coarsening_and_refinement();
    }
    body.update_levels();
    return body;
  }

  const double sigma;
  const kavity::ButlerVolmer kinetics;

public:
  kavity::Body<dim> metal, body;
  kavity::Interface<dim> interface;
  kavity::IonTransport<dim> transport;
};

/// Kinetics of the charge-transfer resistance @p R_ct (ohm m^2).
inline kavity::ButlerVolmer kinetics(const double R_ct)
{
  kavity::ButlerVolmer result;
  result.reference_temperature = PotentialCell<2>::temperature;
  result.exchange_current_reference =
    kavity::gas_constant * result.reference_temperature / (kavity::faraday * R_ct);
  return result;
}
} // namespace verification

#endif
