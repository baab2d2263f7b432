#ifndef kavity_voids_pictures_h
#define kavity_voids_pictures_h

#include "Scene.h"

namespace kavity
{
/// Which of these ascending times, at most @p tiles of them, a film strip shows: first and last,
/// on at most half of the tiles those of @p events, and else what is spread over time. Of one tile
/// the last.
std::vector<std::size_t> times_of_film(const std::vector<double> &times,
                                       const std::vector<std::size_t> &events, unsigned int tiles);

/// Draws every time as `voids_0000.png`, ... and, if there are several, those of times_of_film() as
/// `voids_film.png`, into @p folder; of @p events are those at which the number of voids is another
/// than before. All pictures have the same colours, whose ranges are those of
/// the times on the film strip, of the potential of atoms without the initial state; what is beyond
/// has the colours of the ends. Needs a display (require_display()). Returns the paths. Throws
/// std::runtime_error when a file cannot be written.
std::vector<std::string> draw_pictures(const std::vector<StoredTime> &,
                                       const std::vector<std::size_t> &events,
                                       const std::string &field, const std::string &folder,
                                       unsigned int tiles);
} // namespace kavity

#endif
