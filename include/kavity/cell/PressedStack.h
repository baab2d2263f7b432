#ifndef kavity_cell_PressedStack_h
#define kavity_cell_PressedStack_h

#include "kavity/cell/CellParameters.h"
#include "kavity/fem/Sdirk.h"

#include <algorithm>
#include <string>
#include <vector>

namespace kavity
{
struct CellStep;

/// Stack pressure and thicknesses of the metals as states of a cell (docs/model.md, section 4,
/// Platens): dP/dt = -k_f sum (q + v_sq) and dH/dt = -(q + v_sq) for each metal, with q the
/// velocity at which metal enters from the platen in the frame of its interface. Where that P is
/// negative the platen has lifted off, and there is no pressure until its gap has closed. The same
/// on all ranks.
class PressedStack
{
public:
  /// Parameters must outlive the object.
  PressedStack(const CellParameters &, double pressure, double temperature);

  /// At the start.
  void reset();
  double pressure() const ///< Pa
  {
    return std::max(state.pressure, 0.);
  }
  double pressure_left() const ///< of that at the start; 1 where there was none
  {
    return start_pressure > 0 ? pressure() / start_pressure : 1.;
  }
  /// Width of the gap under a platen that has lifted off, m.
  double gap() const
  {
    return state.pressure < 0 ? -state.pressure / stiffness() : 0.;
  }
  double thickness(const unsigned int electrode) const ///< H, m
  {
    return state.thickness[electrode];
  }

  void remember();
  void go_back();
  /// The state stays what it is.
  void hold();
  void first_stage(const Sdirk &);
  void second_stage(const Sdirk &);
  /// Adds error and change of the step.
  void end_step(const Sdirk &, CellStep &) const;
  /// A new iteration of a stage.
  void begin_iteration();
  /// Follows velocities q (m/s) at this pressure; returns by how much of itself the pressure
  /// changes.
  double follow(const std::vector<double> &inflow);

  /// s in which the foils, squeezed out at their rims as they are now, would lose the pressure;
  /// infinite where the metal is confined.
  double relaxation_time() const;

  /// As text, exact, and back. @throws FileError where it is none
  std::string text() const;
  void read(std::istream &);

private:
  struct State
  {
    double pressure = 0; ///< Pa; negative: -k_f times the gap
    std::vector<double> thickness;
  };
  double stiffness() const;
  double squeeze(unsigned int electrode, double pressure) const;
  double settled_pressure(const std::vector<double> &inflow) const;
  const Metal &metal(unsigned int electrode) const;
  double size_factor(unsigned int electrode) const;

  const CellParameters &parameters;
  const double start_pressure, temperature;
  State state, saved, base;
  double interval      = 0; ///< of the present stage, s
  bool first_iteration = true;
  double last_pressure = 0, last_gap = 0; ///< of the last iteration, Pa
};
} // namespace kavity

#endif
