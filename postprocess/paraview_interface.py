#!/usr/bin/env pvpython
"""Picture of both bodies and of the interface of a run, made with ParaView (5.11 or newer).

usage: pvpython paraview_interface.py RUNFOLDER [--output picture.png] [--time last]
       (without a display: xvfb-run -a -s -noreset pvpython ...)
   or: cd RUNFOLDER && paraview --script=.../paraview_interface.py

Shown are the current density in the electrolyte, a field of the metal above it and, drawn out of
the interface by a factor that the title names, the height of the voids, coloured by contact. Where
the model resolves the voids, their surfaces stand on the interface instead, coloured by current
density. One time shows the cell; several (`--time "0,20 min,50%,last"`) show only the interface,
side by side.
"""

import argparse
import math
import os
import re
import sys

try:
    from paraview import simple as pv
except ImportError:
    pv = None

# array: title with the unit shown, factor from SI to that unit, colour map
METAL = {
    "pressure": ("Metal: pressure (MPa)", 1e-6, "PuBu"),
    "potential_of_atoms": ("Metal: potential of atoms (J/mol)", 1.0, "Cool to Warm"),
}
CURRENT = {
    "magnitude": "Electrolyte: current density (mA/cm²)",
    "normal": "Electrolyte: current from the metal (mA/cm²)",
}
CURRENT_MAP, CURRENT_FACTOR = "Inferno (matplotlib)", 0.1
INTERFACE = {
    "contact": ("Interface: contact fraction", 1.0, "Viridis (matplotlib)"),
    "contact_fraction": ("Interface: contact fraction", 1.0, "Viridis (matplotlib)"),
    "current_density": ("Interface: current density (mA/cm²)", 0.1, "Inferno (matplotlib)"),
    "contact_current_density": ("Contact: current density (mA/cm²)", 0.1, "Inferno (matplotlib)"),
    "flaw_stress_intensity": ("Interface: $K_I/K_c$ of flaws", 1.0, "Plasma (matplotlib)"),
    "void_height": ("Interface: void height (µm)", 1e6, "Viridis (matplotlib)"),
    "void_radius": ("Interface: void base radius (µm)", 1e6, "Viridis (matplotlib)"),
}
MICROMETRE = 1e6
SECONDS = {"s": 1.0, "min": 60.0, "h": 3600.0}
INK = [0.1, 0.1, 0.1]
FRACTION = "metal_fraction"  # of the resolved model: 1 in metal, 0 in a void
VOID = [0.62, 0.80, 0.90]
BARS = 0.73  # the colour bars are right of this fraction of the window


def read_arguments(arguments):
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", nargs="?", default=".", help="folder of a run (default: this one)")
    parser.add_argument("--output", help="picture to write, as .png")
    parser.add_argument("--time", default="last", help="first, last, 600, '10 min', 50%%; or a list")
    parser.add_argument("--interface", choices=INTERFACE, help="default: see above")
    parser.add_argument("--metal", choices=METAL, default="pressure")
    parser.add_argument("--current", choices=CURRENT, default="magnitude")
    parser.add_argument("--stretch", type=float, help="factor of the void height (default: fitting)")
    parser.add_argument("--size", default="1600x900", help="of the picture in pixels")
    return parser.parse_args(arguments)


def chosen_times(text, times):
    """The stored times nearest to those asked for."""
    result = []
    for word in text.split(","):
        word = word.strip()
        number, unit = re.fullmatch(r"([^a-z%]*)(.*)", word).groups()
        try:
            if word in ("first", "last"):
                result.append(times[0 if word == "first" else -1])
                continue
            if word.endswith("%"):
                wanted = times[0] + float(word[:-1]) / 100 * (times[-1] - times[0])
            else:
                wanted = float(number) * SECONDS[unit or "s"]
        except (ValueError, KeyError):
            raise SystemExit(f"--time: '{word}' is not first, last, a time such as '10 min', or 50%")
        result.append(min(times, key=lambda t: abs(t - wanted)))
    return result


def open_collection(path):
    """A .pvd file and its times."""
    if not os.path.isfile(path):
        raise SystemExit(f"{path}: not found; give the folder of a run")
    reader = pv.PVDReader(registrationName=os.path.basename(path), FileName=os.path.abspath(path))
    reader.UpdatePipelineInformation()
    times = reader.TimestepValues
    return reader, list(times) if hasattr(times, "__iter__") else [times]


def bounds_of(source, time):
    source.UpdatePipeline(time)
    return source.GetDataInformation().GetBounds()


def has_array(source, array, time):
    source.UpdatePipeline(time)
    data = source.GetDataInformation().GetPointDataInformation()
    return data.GetArrayInformation(array) is not None


def range_of(source, array, times):
    """Least and largest value of a scalar at these times."""
    low, high = math.inf, -math.inf
    for time in times:
        source.UpdatePipeline(time)
        values = source.GetDataInformation().GetPointDataInformation().GetArrayInformation(array)
        if values is None:
            raise SystemExit(f"no array '{array}' in the fields of this run")
        first, last = values.GetComponentRange(0)
        low, high = min(low, first), max(high, last)
    return low, high


def nice_below(value):
    """The next of 1, 2, 3, 5 times a power of ten below."""
    power = 10.0 ** math.floor(math.log10(value))
    return max(f * power for f in (1, 2, 3, 5) if f * power <= value * (1 + 1e-12))


def calculated(source, name, function, coordinates=False):
    result = pv.Calculator(Input=source)
    result.Function = function
    if coordinates:
        result.CoordinateResults = 1
    else:
        result.ResultArrayName = name
    return result


def in_micrometres(source):
    factor = f"{MICROMETRE:g}"
    return calculated(source, "", f"coords*{factor}", coordinates=True)


def at_time(source, time):
    """The source held at a time, whatever the animation shows."""
    return pv.ForceTime(Input=source, ForcedTime=time)


def coloured(display, array, title, preset, limits, view, bar):
    """Colour by an array, with a colour bar at a place of the window."""
    pv.ColorBy(display, ("POINTS", array))
    table = pv.GetColorTransferFunction(array)
    table.AutomaticRescaleRangeMode = "Never"
    table.ApplyPreset(preset, True)
    if preset == "PuBu":  # dark where high
        table.InvertTransferFunction()
    low, high = limits
    if high - low <= 1e-6 * max(abs(low), abs(high), 1e-12):  # a uniform field
        spread = 0.01 * abs(high) or 1.0
        low, high = low - spread, high + spread
    table.RescaleTransferFunction(low, high)
    legend = pv.GetScalarBar(table, view)
    legend.Title, legend.ComponentTitle = title, ""
    legend.Orientation = "Horizontal"
    legend.HorizontalTitle = 1
    legend.WindowLocation = "Any Location"
    legend.Position, legend.ScalarBarLength = list(bar), 0.23
    legend.ScalarBarThickness = 14
    legend.TitleColor = legend.LabelColor = INK
    legend.TitleFontSize = legend.LabelFontSize = 15
    legend.AutomaticLabelFormat = 0
    width = high - low
    digits = max(0, 1 - math.floor(math.log10(width)))
    legend.LabelFormat = f"%.{min(digits, 6)}f"
    legend.AddRangeLabels = 0
    legend.Visibility = 1


def new_view(size):
    view = pv.GetActiveView()
    if view is None:  # in the graphical program there is one, as large as its window
        view = pv.CreateView("RenderView")
        view.ViewSize = size
    view.UseColorPaletteForBackground = 0
    view.BackgroundColorMode = "Single Color"
    view.Background = [1.0, 1.0, 1.0]
    view.OrientationAxesVisibility = 0
    view.AxesGrid.Visibility = 0
    return view


def caption(text, position, view, size=17):
    """Text at a place of the window; a source with a time may be given instead of the text."""
    source = pv.Text(Text=text) if isinstance(text, str) else text
    display = pv.Show(source, view, "TextSourceRepresentation")
    display.WindowLocation = "Any Location"
    display.Position = position
    display.FontSize, display.Color = size, INK
    return display


def readable(time):
    unit = "s" if time < 300 else "min" if time < 7200 else "h"
    return f"{time / SECONDS[unit]:.3g} {unit}"


class Run:
    """Readers of a run, and what is the same in every picture of it."""

    def __init__(self, options):
        self.options = options
        self.solution, self.times = open_collection(os.path.join(options.folder, "solution.pvd"))
        self.gamma, gamma_times = open_collection(os.path.join(options.folder, "interface.pvd"))
        self.chosen = chosen_times(options.time, gamma_times)
        low_high = bounds_of(self.solution, self.chosen[0])
        self.three = low_high[5] > low_high[4]
        self.resolved = has_array(self.body(0), FRACTION, self.chosen[0])
        if options.interface is None:
            options.interface = "current_density" if self.resolved else "contact"
        self.normal = [0, 0, 1] if self.three else [0, 1, 0]
        self.width = low_high[1] * MICROMETRE
        self.depth = low_high[3] * MICROMETRE if self.three else 0.0
        top, bottom = (5, 4) if self.three else (3, 2)
        self.metal = low_high[top] * MICROMETRE
        self.electrolyte = -low_high[bottom] * MICROMETRE
        # of thick bodies only the part next to the interface
        self.metal = min(self.metal, 0.35 * self.width)
        self.electrolyte = min(self.electrolyte, (0.5 if self.three else 0.35) * self.width)
        if self.resolved:
            self.stretch = 1.0
            tops = [bounds_of(self.voids(time), time)[top] for time in self.chosen]
            self.void_height = max([self.width / 8] + [t for t in tops if t < 1e9])
        else:
            self.stretch = options.stretch or self.fitting_stretch()
            self.void_height = self.width / 8

    def fitting_stretch(self):
        """Draws the largest void height as about an eighth of the width."""
        high = range_of(self.gamma, "void_height", self.chosen)[1] * MICROMETRE
        return nice_below(self.width / 8 / high) if high > 1e-6 * self.width else 1.0

    def body(self, part):
        return pv.ExtractBlock(Input=self.solution, Selectors=[f"/Root/Block{part}"])

    def voids(self, time=None):
        """Surfaces of resolved voids in micrometres."""
        source = self.body(0) if time is None else at_time(self.body(0), time)
        shown = pv.Contour(Input=pv.CleantoGrid(Input=source))
        shown.ContourBy, shown.Isosurfaces = ["POINTS", FRACTION], [0.5]
        return in_micrometres(shown)

    def surface(self, time=None):
        """The interface in micrometres, joined across elements and drawn out by the void height."""
        source = self.gamma if time is None else at_time(self.gamma, time)
        joined = pv.CleantoGrid(Input=source)
        name = self.options.interface
        shown = calculated(joined, "interface", f"{name}*{INTERFACE[name][1]:g}")
        if self.resolved:
            shown = pv.ExtractSurface(Input=shown)
        elif not self.three:  # a band between the interface and the void height
            shown = pv.ExtractSurface(Input=shown)
            shown = pv.LinearExtrusion(Input=shown)
            shown.Vector, shown.ScaleFactor, shown.Capping = [0, 1, 0], 1.0, 0
            height = f"coordsY*void_height*{self.stretch:g}*jHat"
            shown = calculated(shown, "", f"coordsX*iHat + {height}", coordinates=True)
        else:
            shown = pv.WarpByScalar(Input=shown, Scalars=["POINTS", "void_height"])
            shown.UseNormal, shown.Normal, shown.ScaleFactor = 1, self.normal, self.stretch
            shown = pv.ExtractSurface(Input=shown)
            # smooth shading only: the values stay
            shown = pv.GenerateSurfaceNormals(Input=shown, FeatureAngle=180.0, Splitting=0)
        return in_micrometres(shown)

    def tiles(self):
        """Origins of the interfaces, row by row from the back to the front."""
        number = len(self.chosen)
        wide = math.ceil(math.sqrt(number)) if self.three else 1
        deep = self.depth if self.three else self.void_height + 0.04 * self.width
        return [
            [k % wide * 1.12 * self.width, -(k // wide) * 1.35 * deep, 0] for k in range(number)
        ]

    def label_place(self):
        """Of the time of a tile, relative to its origin."""
        return [0, -0.16 * self.depth, 0] if self.three else [0, -0.05 * self.width, 0]

    def corners(self):
        """Of the boxes around all that is shown."""
        if len(self.chosen) == 1:
            low, high = -self.electrolyte, self.metal
        else:
            low, high = 0.0, self.void_height
        depths = (0.0, self.depth) if self.three else (low, high)
        heights = (low, high) if self.three else (0.0,)
        if len(self.chosen) > 1:
            depths = (self.label_place()[1], depths[1])
        return [
            [ox + x, oy + y, z]
            for ox, oy, _ in self.tiles()
            for x in (0.0, self.width)
            for y in depths
            for z in heights
        ]

    def title(self):
        factor = f", height of the voids drawn {self.stretch:g} times" if self.stretch != 1 else ""
        what = "Voids at an interface" if self.resolved else "Interface"
        return f"{what} {self.width:g} µm wide{factor}"


def cut(body, normal, at, keep_above):
    clip = pv.Clip(Input=body, ClipType="Plane")
    clip.ClipType.Origin, clip.ClipType.Normal = [at * n for n in normal], normal
    clip.Invert = 0 if keep_above else 1
    return clip


def wall(body, normal, at):
    plane = pv.Slice(Input=body, SliceType="Plane")
    plane.SliceType.Origin, plane.SliceType.Normal = [at * n for n in normal], normal
    return plane


def show_bodies(run, view):
    """Electrolyte below, metal above; in 3D only the metal's sides behind the interface."""
    options, times, gap = run.options, run.chosen, 1e-3 * run.width if run.three else 0.0
    title, factor, preset = METAL[options.metal]
    body = run.body(0)
    if run.resolved and not run.three:  # blank where the voids are
        body = pv.Clip(Input=pv.CleantoGrid(Input=body), ClipType="Scalar")
        body.Scalars, body.Value, body.Invert = ["POINTS", FRACTION], 0.5, 0
    metal = in_micrometres(calculated(body, "metal", f"{options.metal}*{factor:g}"))
    metal = cut(metal, run.normal, run.metal, False)
    downward = "-current_density_Z" if run.three else "-current_density_Y"
    function = "mag(current_density)" if options.current == "magnitude" else downward
    current = calculated(run.body(1), "electrolyte", f"{function}*{CURRENT_FACTOR:g}")
    electrolyte = cut(in_micrometres(current), run.normal, -run.electrolyte, True)
    metal_range = range_of(metal, "metal", times)
    current_range = range_of(electrolyte, "electrolyte", times)
    parts = [metal]
    if run.three:  # the walls behind, because the metal would hide the interface
        metal = cut(metal, run.normal, gap, True)
        parts = [
            wall(metal, [1, 0, 0], run.width - gap), wall(metal, [0, 1, 0], run.depth - gap)
        ]
        electrolyte = cut(electrolyte, run.normal, -gap, False)
    for part in parts:
        shown = pv.Show(part, view)
        coloured(shown, "metal", title, preset, metal_range, view, (BARS, 0.74))
        shown.Ambient, shown.Diffuse = 1.0, 0.0
    shown = pv.Show(electrolyte, view)
    title = CURRENT[options.current]
    coloured(shown, "electrolyte", title, CURRENT_MAP, current_range, view, (BARS, 0.18))
    shown.Ambient, shown.Diffuse = 1.0, 0.0


def show_voids(run, view, time, origin):
    """Surfaces of resolved voids on the interface that is drawn at an origin."""
    moved = pv.Transform(Input=run.voids(time), Transform="Transform")
    moved.Transform.Translate = origin
    shown = pv.Show(moved, view)
    pv.ColorBy(shown, None)
    shown.DiffuseColor = shown.AmbientColor = VOID if run.three else INK
    shown.LineWidth = 3
    if run.three:
        shown.Ambient, shown.Diffuse, shown.Specular = 0.25, 0.75, 0.2


def show_interface(run, view):
    """The interface at the time of the view, or tiles at the times asked for."""
    title, _, preset = INTERFACE[run.options.interface]
    held = run.chosen if len(run.chosen) > 1 else [None]
    surfaces = [run.surface(time) for time in held]
    ranges = [
        range_of(surface, "interface", run.chosen if time is None else [time])
        for surface, time in zip(surfaces, held)
    ]
    limits = [min(r[0] for r in ranges), max(r[1] for r in ranges)]
    limits = [0.0, 1.0] if run.options.interface in ("contact", "contact_fraction") else limits
    for surface, origin, time in zip(surfaces, run.tiles(), held):
        moved = pv.Transform(Input=surface, Transform="Transform")
        moved.Transform.Translate = origin
        shown = pv.Show(moved, view)
        coloured(shown, "interface", title, preset, limits, view, (BARS, 0.46))
        shown.LineWidth = 5  # where it is a line
        shown.Ambient, shown.Diffuse, shown.Specular = (
            (0.3, 0.75, 0.1) if run.three else (1.0, 0.0, 0.0)
        )
        if run.resolved:
            show_voids(run, view, time, origin)
        if time is not None:
            label = caption(readable(time), [0, 0], view)
            label.TextPropMode = "Billboard 3D Text"
            label.BillboardPosition = [a + b for a, b in zip(origin, run.label_place())]


def place_camera(run, view, aspect):
    """In 2D from the front, in 3D from above at an angle, so that all is left of the colour bars."""
    several = len(run.chosen) > 1
    turn, lift = (0.0, 0.0) if not run.three else (0.0, 42.0) if several else (-33.0, 30.0)
    turn, lift = math.radians(turn), math.radians(lift)
    if run.three:
        right = [math.cos(turn), math.sin(turn), 0.0]
        back = [-math.sin(turn), math.cos(turn), 0.0]
        up = [math.sin(lift) * b for b in back[:2]] + [math.cos(lift)]
        towards = [-math.cos(lift) * b for b in back[:2]] + [math.sin(lift)]
    else:
        right, up, towards = [1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]
    corners = run.corners()
    across = [sum(c * r for c, r in zip(corner, right)) for corner in corners]
    along = [sum(c * u for c, u in zip(corner, up)) for corner in corners]
    # height of the window in micrometres, and where its middle is
    height = max(
        (max(across) - min(across)) / (0.92 * BARS * aspect), (max(along) - min(along)) / 0.8
    )
    x = (max(across) + min(across)) / 2 + (0.5 - 0.5 * BARS) * aspect * height
    y = (max(along) + min(along)) / 2 + 0.02 * height
    focus = [x * r + y * u for r, u in zip(right, up)]
    view.CameraFocalPoint, view.CameraViewUp = focus, up
    view.CenterOfRotation = [run.width / 2, run.depth / 2, 0.0]
    view.CameraPosition = [f + 10 * run.width * t for f, t in zip(focus, towards)]
    view.CameraParallelProjection, view.CameraParallelScale = 1, height / 2


def main(arguments):
    options = read_arguments(arguments)
    if pv is None:
        raise SystemExit("needs ParaView: run it with pvpython, or with paraview --script")
    size = [int(n) for n in options.size.split("x")]
    view = new_view(size)
    run = Run(options)
    if len(run.chosen) == 1:
        show_bodies(run, view)
        stamp = pv.AnnotateTimeFilter(Input=run.gamma, Format="t = {time:.0f} s")
        caption(stamp, [0.03, 0.89], view)
    show_interface(run, view)
    caption(run.title(), [0.03, 0.935], view)
    scene = pv.GetAnimationScene()
    scene.UpdateAnimationUsingDataTimeSteps()
    scene.AnimationTime = run.chosen[-1]
    pv.Render(view)  # the first time, this moves the camera
    place_camera(run, view, view.ViewSize[0] / view.ViewSize[1])
    view.StillRender()
    if options.output:
        pv.SaveScreenshot(options.output, view, ImageResolution=size, CompressionLevel="9")
        print(options.output)


if __name__ == "__main__":
    # the graphical program runs this without a file name, and with arguments of its own
    main(sys.argv[1:] if "__file__" in globals() else [])
