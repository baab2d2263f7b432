#ifndef kavity_io_figures_h
#define kavity_io_figures_h

#include "kavity/core/Logging.h"

#include <string>
#include <vector>

namespace kavity
{
/**
 * Pictures drawn from the tables of a run by the Python scripts in postprocess/. A calculation
 * never fails for want of a picture: what went wrong is in `warning`, with the remedy.
 */
struct Figures
{
  std::vector<std::string> files; ///< the pictures that were written
  std::vector<std::string> notes; ///< what they show or leave out, for the log
  std::string warning;            ///< empty if all went well
};

/// Tells of them.
void log_figures(Log &, const Figures &);

/// `history.png` in @p folder: contact, voltage, local current, void volume over time.
Figures draw_history(const std::string &history_csv, const std::string &folder);

/// `critical_current.png` in @p folder: over stack pressure, one line per temperature with the
/// bracket of the search as error bars; `critical_current_map.png` where the table is a grid.
Figures draw_critical_current(const std::string &critical_current_csv, const std::string &folder);

/// `<name of the table>.png` in @p folder: contact and local current along the interface; a map
/// if the table has a column `z`.
Figures draw_interface(const std::string &interface_csv, const std::string &folder);

/// Pictures of a study in @p folder, as its axes ask for: curves, maps, bands, scatter of samples;
/// of samples also `sensitivity.png`, from `sensitivity.csv` beside the table.
Figures draw_study(const std::string &study_csv, const std::string &folder);

/**
 * Run one script of postprocess/ with the first Python that has matplotlib and numpy: the
 * environment variable KAVITY_PYTHON, `python3` on the path, /usr/bin/python3. A script prints the
 * files it wrote and its notes, each on a line of its own, these after `note: `. What takes longer
 * than so many @p seconds is ended.
 */
Figures run_figure_script(const std::string &script, const std::vector<std::string> &arguments,
                          unsigned int seconds = 120);
} // namespace kavity

#endif
