#ifndef kavity_cell_CellDoubts_h
#define kavity_cell_CellDoubts_h

#include <map>
#include <string>

namespace kavity
{
/// Kinds of doubt with a sentence each, see Cell::doubts().
using CellDoubts = std::map<std::string, std::string>;

/// Adds a doubt where the potential of atoms, of which @p largest is the largest magnitude (J/mol),
/// is not small against RT (docs/model.md, section 4).
void doubt_potential(CellDoubts &, double largest, double stack_pressure, double molar_volume,
                     double temperature);

/// Adds a doubt where a numerical floor of the contact, whose value is @p floor in words, counts on
/// a share of Gamma, or of the current.
void doubt_floor(CellDoubts &, double share, const std::string &of_what, const std::string &floor);

/// Adds a doubt where the contact (mean over Gamma) is so little that what is left carries, and
/// bears, many times the mean.
void doubt_lost_contact(CellDoubts &, double contact);

/// Adds a doubt where nothing presses the stack any more: under the platen there is a @p gap (m),
/// or next to nothing is @p left of the pressure that the stack was closed with (docs/model.md,
/// section 4).
void doubt_lift_off(CellDoubts &, double gap, double left);

/// Adds a doubt where the contact of a uniform cell, of which these are the mean and the smallest,
/// differs along Gamma (docs/model.md, section 5, A limit).
void doubt_uneven_contact(CellDoubts &, double contact, double smallest);

/// Adds a doubt where voids on a share of Gamma are so large that sinks on it bring their roofs
/// down faster than atoms get away (docs/model.md, section 5, R_a).
void doubt_caps(CellDoubts &, double share);

/// Adds a doubt where the vacancies that metal has taken up (volume per area of Gamma, m) count
/// beside resolved voids, if there are any larger than @p least (docs/model.md, section 6).
void doubt_tension(CellDoubts &, double in_metal, double voids, double least);

/// Adds a doubt where a @p share of the contact is close_to_strength, if it is no longer the
/// surroundings of voids alone; @p strength in Pa (docs/model.md, section 6).
void doubt_strength(CellDoubts &, double share, double strength);

/// Of the tension at which metal around resolved voids comes apart, what is near it.
constexpr double close_to_strength = 0.75;
} // namespace kavity

#endif
