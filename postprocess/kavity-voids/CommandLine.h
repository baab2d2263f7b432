#ifndef kavity_voids_command_line_h
#define kavity_voids_command_line_h

#include "kavity/app/CommandLine.h"

#include <string>

namespace kavity
{
/// What the user asked of kavity-voids.
struct VoidsOptions
{
  std::string collection; ///< path of the .pvd
  std::string run;        ///< folder of the run
  std::string output;     ///< folder of the results
  std::string field  = "metal_fraction";
  bool axisymmetric  = false;
  bool pictures      = false;
  unsigned int tiles = 6; ///< of the film strip
  std::string help_text;  ///< not empty: print it and do nothing else
};

/// Reads the command line. Throws UsageError for an unknown option, a missing or superfluous file,
/// or a folder without solution.pvd.
VoidsOptions parse_voids_command_line(int argc, const char *const *argv);
} // namespace kavity

#endif
