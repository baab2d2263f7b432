#include "kavity/cell/ElectrodeKind.h"
#include "kavity/cell/HomogenisedElectrode.h"
#include "kavity/core/Parameters.h"

#include <algorithm>
#include <cmath>

namespace kavity
{
namespace
{
template <int dim>
class FilmedElectrode;

// Homogenised voids, and a film that grows with the charge q (C/m^2 of Gamma, whatever its sign)
// that has passed at a point: its resistance is R_film (1 + k q).
class GrowingFilm : public ElectrodeKindOf<FilmedElectrode>
{
public:
  void declare(Parameters &parameters) override
  {
    parameters.add("Growth", growth, "", "cm^2/mAh", Range::non_negative(),
                   "By how much of itself the film resistance grows, per charge.");
  }
  double growth = 0; ///< k, m^2/C
};

template <int dim>
class FilmedElectrode : public HomogenisedElectrode<dim>
{
  using Base = HomogenisedElectrode<dim>;

public:
  using Base::Base;

  void assemble(const double settled_current) override
  {
    Base::assemble(settled_current);
    charge.assign(this->interface.faces(this->metal.side).points.size(), 0.);
  }
  void remember() override
  {
    Base::remember();
    saved = charge;
  }
  void go_back(const bool fields) override
  {
    Base::go_back(fields);
    charge = saved;
  }
  void hold() override
  {
    Base::hold();
    base     = charge;
    interval = 0;
  }
  void first_stage(const Sdirk &sdirk) override
  {
    Base::first_stage(sdirk);
    charge = base = saved;
    interval      = sdirk.interval();
  }
  // The rate of the first stage is what it added, over its interval.
  void second_stage(const Sdirk &sdirk) override
  {
    Base::second_stage(sdirk);
    for (unsigned int k = 0; k < base.size(); ++k)
      base[k] += sdirk.weight(0) / interval * (charge[k] - base[k]);
  }
  bool end_step(const Sdirk &sdirk, CellStep &step) override
  {
    InterfaceValues error(charge);
    for (unsigned int k = 0; k < error.size(); ++k)
      error[k] = growth() *
                 std::abs(charge[k] - base[k] - interval / sdirk.weight(0) * (base[k] - saved[k]));
    step.error = std::max(step.error, this->interface.maximum(error));
    return Base::end_step(sdirk, step);
  }
  double answer(const ElectrolyteValues &current, const double tolerance, CellStep &step) override
  {
    const double change = Base::answer(current, tolerance, step);
    InterfaceValues of_film(charge);
    for (unsigned int k = 0; k < charge.size(); ++k)
    {
      charge[k]  = base[k] + interval * std::abs(this->current[k]);
      of_film[k] = growth() * std::abs(charge[k] - of_film[k]);
    }
    return std::max(change, this->interface.maximum(of_film));
  }

protected:
  void describe_contact() override
  {
    this->make_contact();
    Base::describe_contact();
    const ElectrolyteValues passed = this->interface.to_electrolyte(charge);
    for (unsigned int k = 0; k < passed.size(); ++k)
      this->contact_.film_factor[k] *= 1 + growth() * passed[k];
  }
  void carry(InterfaceStateTransfer<dim> &transfer) override
  {
    Base::carry(transfer);
    transfer.add(charge, transfer.conserved);
  }

private:
  double growth() const
  {
    return dynamic_cast<const GrowingFilm &>(*this->own.kind).growth;
  }

  InterfaceValues charge, saved, base; // now, before the step, before the stage
  double interval = 0;                 // of the stage, s
};

const Registered<ElectrodeKind, GrowingFilm>
  registered("growing_film", "homogenised voids under a film that grows with the charge passed");
} // namespace
} // namespace kavity
