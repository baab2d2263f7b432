#include "kavity/analysis/ProtocolStep.h"

#include "kavity/core/Quantity.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace kavity
{
namespace
{
constexpr double infinite = std::numeric_limits<double>::infinity();
// Time steps that resolve a ramp, of which the error estimate sees nothing.
constexpr double parts_of_a_ramp = 20;
// Relative to a piece; times closer than that are the same but for round-off.
constexpr double round_off = 1e-9;


double current_at(const CurrentPiece &piece, const double time)
{
  if (piece.begin == piece.end)
    return piece.begin;
  return piece.begin + (piece.end - piece.begin) * std::min(time / piece.duration, 1.);
}


// Integral of |i| from one current to another, linear in time.
double charge_between(const double begin, const double end, const double time)
{
  if (begin * end >= 0)
    return 0.5 * std::abs(begin + end) * time;
  return 0.5 * time * (begin * begin + end * end) / (std::abs(begin) + std::abs(end));
}


// When this charge has passed since the current was i and grew at a rate.
double time_of(const double charge, const double i, const double rate)
{
  if (i * rate >= 0)
    return charge == 0 ?
             0 :
             2 * charge / (std::abs(i) + std::sqrt(i * i + 2 * std::abs(rate) * charge));
  const double zero = -i / rate, until_zero = 0.5 * std::abs(i) * zero;
  if (charge > until_zero)
    return zero + std::sqrt(2 * (charge - until_zero) / std::abs(rate));
  return 2 * charge / (std::abs(i) + std::sqrt(std::max(i * i - 2 * std::abs(rate) * charge, 0.)));
}
} // namespace


std::string to_string(const ProtocolStep::Kind kind)
{
  switch (kind)
  {
  case ProtocolStep::Kind::strip:
    return "strip";
  case ProtocolStep::Kind::plate:
    return "plate";
  case ProtocolStep::Kind::hold:
    return "hold";
  case ProtocolStep::Kind::ramp:
    return "ramp";
  case ProtocolStep::Kind::staircase:
    return "staircase";
  default:
    return "rest";
  }
}


ProtocolStep ProtocolStep::constant(const Kind kind, const double current_density)
{
  ProtocolStep step;
  step.kind   = kind;
  step.pieces = {{infinite, current_density, current_density}};
  return step;
}


ProtocolStep ProtocolStep::hold(const double voltage)
{
  ProtocolStep step = constant(Kind::hold, 0);
  step.voltage      = voltage;
  return step;
}


void ProtocolStep::go_over_to(const std::string &written, const std::vector<Observable> &known)
{
  reached.emplace("voltage " + std::string(kind == Kind::plate ? "<" : ">") + " " + written, known);
  voltage = reached->limit();
}


double ProtocolStep::start_of(const unsigned int piece) const
{
  double time = 0;
  for (unsigned int k = 0; k < piece; ++k)
    time += pieces[k].duration;
  return time;
}


double ProtocolStep::end_of(const unsigned int piece) const
{
  return start_of(piece + 1);
}


double ProtocolStep::current_density(const unsigned int piece, const double time) const
{
  return current_at(pieces[piece], time - start_of(piece));
}


double ProtocolStep::charge(const double time) const
{
  double sum = 0, left = time;
  for (const CurrentPiece &piece : pieces)
  {
    const double passed = std::min(left, piece.duration);
    sum += charge_between(piece.begin, current_at(piece, passed), passed);
    left -= passed;
    if (left <= 0)
      break;
  }
  return sum;
}


ProtocolStep::Stripped ProtocolStep::stripped(const double time, const double sign) const
{
  double net = 0, most = 0, left = time;
  for (const CurrentPiece &piece : pieces)
  {
    const double passed = std::min(left, piece.duration);
    const double begin = sign * piece.begin, end = sign * current_at(piece, passed);
    if (begin > 0 && end < 0)
      most = std::max(most, net + 0.5 * begin * passed * begin / (begin - end));
    net += 0.5 * (begin + end) * passed;
    most = std::max(most, net);
    left -= passed;
    if (left <= 0)
      break;
  }
  return {most, net};
}


double ProtocolStep::time_of_charge(const double charge) const
{
  double start = 0, left = charge;
  for (const CurrentPiece &piece : pieces)
  {
    const double rate = piece.begin == piece.end ? 0 : (piece.end - piece.begin) / piece.duration;
    if (piece.begin != 0 || rate != 0)
    {
      const double time =
        rate == 0 ? left / std::abs(piece.begin) : time_of(left, piece.begin, rate);
      if (time <= piece.duration)
        return start + time;
      left -= charge_between(piece.begin, piece.end, piece.duration);
    }
    start += piece.duration;
  }
  return infinite;
}


double ProtocolStep::landing_after(const unsigned int piece, const double time) const
{
  const CurrentPiece &here = pieces[piece];
  const double start = start_of(piece), passed = time - start;
  if (here.begin == here.end)
    return start + here.duration;
  const double part  = here.duration / parts_of_a_ramp;
  const double after = std::floor(passed / part * (1 + round_off)) + 1;
  const double next  = after >= parts_of_a_ramp ? here.duration : after * part;
  const double zero  = here.begin * here.end < 0 ?
                         here.duration * std::abs(here.begin) / std::abs(here.end - here.begin) :
                         infinite;
  const double room  = round_off * here.duration;
  return start + (zero > passed + room && zero < next - room ? zero : next);
}


bool ProtocolStep::keeps_from(const EndCondition &condition) const
{
  if (!voltage || condition.observable() != "voltage")
    return false;
  const double nearly = *voltage - (kind == Kind::plate ? -1 : 1) * 1e-3; // V, on the way there
  const double there  = condition.residual({{"voltage", *voltage}});
  return kind == Kind::hold || (there < 0 && condition.residual({{"voltage", nearly}}) < there);
}


void ProtocolStep::check_conditions() const
{
  const bool varies = kind == Kind::ramp || kind == Kind::staircase || voltage;
  for (const JointCondition &joint : until)
    for (const EndCondition &condition : joint.parts())
    {
      if (kind == Kind::rest && condition.observable() == "capacity")
        throw std::invalid_argument("'" + condition.text() +
                                    "' can never hold during a rest; use time");
      if (keeps_from(condition))
        throw std::invalid_argument(
          "'" + condition.text() + "' does not end this step: its voltage is kept at " +
          voltage_text(*voltage) + "; use time, current_density, capacity or contact");
      if (!varies && condition.observable() == "current_density")
        throw std::invalid_argument("'" + condition.text() +
                                    "' does not end this step: its current is constant; use time, "
                                    "voltage or contact, or a ramp, staircase or constant voltage");
    }
}

} // namespace kavity
