#include "Display.h"

#include "kavity/app/CommandLine.h"

#include <vtkRenderingOpenGLConfigure.h>

#ifdef VTK_USE_X
#  include <X11/Xlib.h>
#endif

namespace kavity
{
void require_display()
{
#ifdef VTK_USE_X
  if (Display *display = XOpenDisplay(nullptr))
    XCloseDisplay(display);
  else
    throw UsageError("Drawing needs an X display, and there is none; run it as: xvfb-run -a "
                     "kavity-voids RUN --pictures\n(package xvfb). Without --pictures the tables "
                     "are written all the same.");
#endif
}
} // namespace kavity
