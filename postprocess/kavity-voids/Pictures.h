#ifndef kavity_voids_pictures_h
#define kavity_voids_pictures_h

#include "Scene.h"

namespace kavity
{
/// Draws every time as `voids_0000.png`, ... and, if there are several, @p tiles of them, evenly
/// spread from the first to the last, as `voids_film.png`, into @p folder. All pictures have the
/// same colours, whose ranges are those of the times on the film strip. Needs a display
/// (require_display()). Returns the paths. Throws std::runtime_error when a file cannot be written.
std::vector<std::string> draw_pictures(const std::vector<StoredTime> &, const std::string &field,
                                       const std::string &folder, unsigned int tiles);
} // namespace kavity

#endif
