#include "kavity/cell/CellDoubts.h"

#include "kavity/core/Quantity.h"
#include "kavity/laws/Constants.h"

#include <algorithm>
#include <cstdio>

namespace kavity
{
namespace
{
// Mobility and sinks are linear in mu: at half of RT they are off by about a quarter.
constexpr double largest_of_RT = 0.5;

// A hundredth of the interface, or of the current, shows in no mean.
constexpr double noticeable_share = 0.01;

// Vacancies in metal, of the volume of voids, that are no longer a detail.
constexpr double noticeable_tension = 0.1;

// Of the contact that is about to come apart: measured, up to a third where voids grow beside which
// others form much later, a half to three quarters where the interface opens all over.
constexpr double noticeable_opening = 0.25;

// m: a gap that is less is none.
constexpr double size_of_an_atom = 1e-10;

// Of the stack pressure: what is left of a voiding current, which goes with it.
constexpr double next_to_nothing = 1e-3;

// Mean contact below which voids all but join: no more spots among voids, but voids around spots.
constexpr double little_contact = 0.1;

std::string rounded(const double value)
{
  char text[40];
  std::snprintf(text, sizeof(text), "%.3g", value);
  return text;
}
} // namespace


void doubt_potential(CellDoubts &doubts, const double largest, const double stack_pressure,
                     const double molar_volume, const double temperature)
{
  const double RT       = gas_constant * temperature;
  const double of_P     = molar_volume * stack_pressure / RT;
  const double relative = std::max(largest / RT, of_P);
  if (relative > largest_of_RT)
    doubts["validity"] =
      "outside the validity of the model: the potential of atoms is " + rounded(relative) +
      " RT (Omega P = " + rounded(of_P) + " RT at " + quantity_text(stack_pressure, "MPa") +
      " and " + quantity_text(temperature, "degC") +
      "), and vacancies follow it linearly to about " + rounded(largest_of_RT) + " RT only";
}


void doubt_floor(CellDoubts &doubts, const double share, const std::string &of_what,
                 const std::string &floor)
{
  if (share > noticeable_share)
    doubts["contact floor"] = "contact is at its numerical floor (" + floor + ") on " +
                              rounded(100 * share) + " % of the " + of_what +
                              ": what follows depends on that number";
}


void doubt_lost_contact(CellDoubts &doubts, const double contact)
{
  if (contact < little_contact)
    doubts["little contact"] = "most of the interface has no contact: what is left, " +
                               rounded(100 * contact) + " % or less, carries " +
                               rounded(1 / contact) +
                               " times the mean current density or more, and as much more than the "
                               "stack pressure; steps may no longer converge";
}


void doubt_lift_off(CellDoubts &doubts, const double gap, const double left)
{
  if (gap > size_of_an_atom)
    doubts["lift-off"] =
      "the platen has lifted off: there is no stack pressure until its gap has closed";
  else if (left < next_to_nothing)
    doubts["lift-off"] = "less than " + rounded(next_to_nothing) +
                         " of the stack pressure is left: it neither closes voids nor makes good "
                         "for a current";
}


void doubt_uneven_contact(CellDoubts &doubts, const double contact, const double smallest)
{
  if (contact - smallest > noticeable_share)
    doubts["uneven contact"] =
      "contact differs along the interface (" + rounded(contact) + ", at least " +
      rounded(smallest) +
      "), though nothing in the file does: larger voids take from smaller ones, and round-off "
      "grows in stripes as wide as the elements, on which all that follows depends. Make "
      "Cell/Width one Mesh/Element size at interface, for the contact that is the same "
      "everywhere, or resolve the voids (Voids/Model = resolved)";
}


void doubt_caps(CellDoubts &doubts, const double share)
{
  if (share > noticeable_share)
    doubts["caps"] =
      "voids on " + rounded(100 * share) +
      " % of the interface are so large that their roofs come down faster than atoms "
      "get away: they flatten, and caps of a fixed angle are no description of them";
}


void doubt_tension(CellDoubts &doubts, const double in_metal, const double voids,
                   const double least)
{
  if (voids > least && in_metal > noticeable_tension * voids)
    doubts["tension"] =
      "vacancies that the metal has taken up, as it has less pressure than at the start or is "
      "under "
      "tension, count beside the voids: " +
      quantity_text(in_metal, "um", 3) + " of the thickness, beside a void_volume of " +
      quantity_text(voids, "um", 3) +
      "; vacancies_in_metal in history.csv tells how many there are later. Less current or more "
      "stack pressure leaves more of them to the voids, and so does a higher Void field/"
      "Compression modulus, with which the metal is stiffer";
}


void doubt_strength(CellDoubts &doubts, const double share, const double strength)
{
  if (share > noticeable_opening)
    doubts["strength"] =
      rounded(100 * share) + " % of the contact is under more than " + rounded(close_to_strength) +
      " of the tension at which metal comes apart, " + quantity_text(strength, "MPa", 3) +
      ". That is a property of Void field/Barrier, not of the metal: whether and when voids form "
      "by themselves depends on it. Less current, more stack pressure, or a thinner Void field/"
      "Surface width with the Barrier for the same surface energy keeps the interface together";
}
} // namespace kavity
