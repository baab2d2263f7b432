"""What the figure scripts of kavity share: reading its tables, units, and the look."""

import csv
import functools
import itertools
import math
import os
import re
import sys

# kavity tries the next python when this code says that a package is missing
MISSING_PACKAGE = 77

try:
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
    import numpy as np
    from matplotlib.text import Annotation
    from matplotlib.transforms import ScaledTranslation
except ImportError as error:
    print(f"missing python package: {error}")
    sys.exit(MISSING_PACKAGE)

# colour-blind safe (Okabe and Ito), dark enough for print
BLUE, ORANGE, GREEN, RED, GREY, BLACK = "#0072B2", "#D55E00", "#009E73", "#B22222", "#6E6E6E", "#1A1A1A"

plt.rcParams.update(
    {
        "figure.dpi": 100,
        "savefig.dpi": 200,
        "font.family": "DejaVu Sans",
        "font.size": 9,
        "mathtext.default": "regular",
        "axes.labelsize": 9,
        "axes.titlesize": 9,
        "axes.linewidth": 0.8,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.formatter.limits": (-3, 4),
        "axes.formatter.use_mathtext": True,
        "lines.linewidth": 1.5,
        "lines.markersize": 4.5,
        "xtick.direction": "out",
        "ytick.direction": "out",
        "legend.frameon": False,
        "legend.fontsize": 8,
        "figure.constrained_layout.use": True,
    }
)


# critical currents as people call them
KINDS = {
    "void_inf": "Voiding, steady state",
    "contact_inf": "Voiding, covered area",
    "void_onset": "Voiding, onset",
    "void_nucleation": "Voiding, nucleation",
    "void_protocol": "Voiding, stripping half-cycle",
    "dendrite_fresh": "Dendrite, fresh cell",
    "dendrite_cycled": "Dendrite, cycled cell",
    "ccd_ramp": "Critical current density, staircase",
}


def family(kind):
    """What a critical current is a limit of: "void" or "dendrite"; of a staircase, whichever comes first: ""."""
    first = kind.split("_")[0]
    return {"void": "void", "contact": "void", "dendrite": "dendrite"}.get(first, "")


# of the samples: median and nine in ten
QUANTILES = (5, 50, 95)


def quantiles(values):
    """Of values of which some may be infinite, and so are the quantiles that depend on these; of none no numbers."""
    ordered = np.sort(values) if len(values) else np.array([np.nan])
    place = (len(ordered) - 1) * np.array(QUANTILES) / 100
    below, above = ordered[np.floor(place).astype(int)], ordered[np.ceil(place).astype(int)]
    part = place % 1
    with np.errstate(invalid="ignore"):
        return np.where(part == 0, below, (1 - part) * below + part * above)


def pressure_text(pressure, grid):
    """Of one that was interpolated between two of a grid to a hundredth of their distance, no better is it known."""
    k = np.searchsorted(grid, pressure)
    if np.isclose(grid, pressure).any() or k in (0, len(grid)):
        return f"{pressure:.3g}"
    decimals = -math.ceil(math.log10((grid[k] - grid[k - 1]) / 100))
    return f"{round(pressure, decimals):.{max(decimals, 0)}f}"


# currents that differ by less are the same: they are found to a hundredth or better
SAME_CURRENT = 1.02


class BestPressure:
    """Where the smallest of several critical currents is largest. Between neighbouring pressures a current is a power
    law, but where what limits it changes, because its cause does or because it meets another of its family, it is only
    taken to be no less than the smaller of both. Of answers that are only bounds, and beyond the pressures of a curve,
    anything is possible that is beyond these bounds."""

    # of logarithms: round-off of currents that are equal, and how far beside a pressure bounds count
    SAME, BESIDE = 1e-6, 1e-9

    def __init__(self, curves):
        """Of kinds to pressures in increasing order, the smallest and largest that the currents there can be, equal
        where they are known, else the former may be zero or the latter infinite, and, if there are, their causes."""
        with np.errstate(divide="ignore"):
            self.curves = {kind: np.log(curve[:3]) for kind, curve in curves.items()}
        self.changes = {}  # all joined
        self.changes = {kind: self.changes_of(kind, *curve[3:]) for kind, curve in curves.items()}
        grid = np.unique(np.concatenate([curve[0] for curve in self.curves.values()]))
        # power laws: the smallest is largest at a pressure of the grid or where two cross
        places = np.unique(np.concatenate([grid, grid[1:] - self.BESIDE, grid[:-1] + self.BESIDE]))
        at = np.unique(np.concatenate([places, self.crossings(places, 0), self.crossings(places, 1)]))
        least, most = (np.min([self.value(kind, at, end) for kind in self.curves], axis=0) for end in (0, 1))
        # where the most that it can be is more than is certain, or what is certain; of those equal but for round-off the lowest
        certain = np.max(least)
        first, sure = np.argmax(most > certain - self.SAME), np.argmax(least > certain - self.SAME)
        last = max([sure, *np.flatnonzero(most > certain + self.SAME)])
        start, end = at[first], at[last]
        if first > 0 and np.isfinite(most[first - 1 : first + 1]).all():
            start = np.interp(certain, most[first - 1 : first + 1], at[first - 1 : first + 1])
        if most[last] > certain + self.SAME and last + 1 < len(at):
            fall = [last + 1, last]
            end = np.interp(certain, most[fall], at[fall]) if np.isfinite(most[fall]).all() else at[last + 1]
        self.bounded, self.changing = self.unsure(at[first : last + 1], most[first : last + 1])
        best, current = sure, least
        self.known = end - start < self.SAME and np.isfinite(certain)
        if not self.known and not self.bounded and (crossing := self.crossing_between(grid, start, end, at, most)):
            best, current, self.known = crossing, most, True
            start = end = at[best]
        self.pressures, self.envelope, self.grid = np.exp(at), np.exp(least), np.exp(grid)
        self.pressure, self.current = np.exp(at[best]), np.exp(current[best])
        self.limits = [kind for kind in self.curves if self.value(kind, at[best], 1) < current[best] + self.SAME]
        below, above = grid[grid < start - self.SAME], grid[grid > end + self.SAME]
        self.inside = len(below) > 0 and len(above) > 0
        self.below = np.exp(below[-1]) if len(below) else self.pressure
        self.above = np.exp(above[0]) if len(above) else self.pressure
        # where it can be; at an end it may be beyond, unless it cannot be there
        cannot = most[[0, -1]] <= certain - self.SAME
        self.lowest = np.exp(start) if len(below) or cannot[0] else 0
        self.highest = np.exp(end) if len(above) or cannot[1] else np.inf

    def changes_of(self, kind, causes=None):
        """Of each interval of its pressures: does what limits it change there? It meets another of its family where it
        is below that at one end and the same at the other."""
        pressures, least, most = self.curves[kind]
        changes = np.zeros(len(pressures) - 1, bool) if causes is None else causes[1:] != causes[:-1]
        known = np.isfinite(least) & (least == most)
        for other in self.curves:
            if other != kind and family(other) == family(kind):
                with np.errstate(invalid="ignore"):
                    over = self.value(other, pressures, 0) - least
                sure = np.isfinite(over) & (self.value(other, pressures, 0) == self.value(other, pressures, 1))
                same, apart = sure & (np.abs(over) < np.log(SAME_CURRENT)), sure & (over >= np.log(SAME_CURRENT))
                changes = changes | (same[1:] & apart[:-1]) | (same[:-1] & apart[1:])
        return changes & known[1:] & known[:-1]

    def place(self, kind, log_pressure):
        """The interval of its pressures, the part of it, and does what limits it change within."""
        pressures = self.curves[kind][0]
        k = np.clip(np.searchsorted(pressures, log_pressure, side="right") - 1, 0, len(pressures) - 2)
        part = (log_pressure - pressures[k]) / (pressures[k + 1] - pressures[k])
        return k, part, (part > 0) & (part < 1) & (kind in self.changes and self.changes[kind][k])

    def value(self, kind, log_pressure, end):
        """Log of the smallest (end 0) or largest (1) that the current can be."""
        currents = self.curves[kind][1 + end]
        k, part, changes = self.place(kind, log_pressure)
        with np.errstate(invalid="ignore"):  # a bound of nothing says nothing up to the next pressure
            between = (1 - part) * currents[k] + part * currents[k + 1]
        found = np.where(part == 0, currents[k], np.where(part == 1, currents[k + 1], between))
        found = np.where(changes, np.inf if end else np.minimum(currents[k], currents[k + 1]), found)
        return np.where((part < 0) | (part > 1), np.inf if end else -np.inf, found)

    def crossings(self, places, end):
        """Log of pressures at which two curves cross."""
        found = [np.empty(0)]
        for a, b in itertools.combinations(self.curves, 2):
            with np.errstate(invalid="ignore"):
                apart = self.value(a, places, end) - self.value(b, places, end)
            apart[~np.isfinite(apart)] = np.nan
            k = np.flatnonzero(apart[:-1] * apart[1:] < 0)
            found.append(places[k] + (places[k + 1] - places[k]) * apart[k] / (apart[k] - apart[k + 1]))
        return np.concatenate(found)

    def crossing_between(self, grid, start, end, at, most):
        """The index of where curves that are joined cross between two pressures, if it can only be between these; else 0."""
        best = np.argmax(np.where((at >= start) & (at <= end), most, -np.inf))
        below, above = np.searchsorted(grid, at[best] + np.array([-2, 2]) * self.BESIDE)
        if below != above or not 0 < above < len(grid):
            return 0
        return best if grid[above - 1] < start + self.SAME and end < grid[above] + self.SAME else 0

    def unsure(self, at, most):
        """The kinds of which bounds count among these pressures, and those of which what limits them changes there."""
        bounded, changing = [], []
        for kind in self.curves:
            counts = (self.value(kind, at, 0) < self.value(kind, at, 1)) & (self.value(kind, at, 0) < most)
            changes = self.place(kind, at)[2]
            bounded += [kind] if (counts & ~changes).any() else []
            changing += [kind] if (counts & changes).any() else []
        return bounded, changing

    def where(self, unit):
        """What is certain of one that is not known."""
        if self.lowest > 0 and np.isfinite(self.highest):
            return f"{self.lowest:.3g} to {self.highest:.3g} {unit}"
        if self.lowest > 0:
            return f"> {self.lowest:.3g} {unit}"
        return f"< {self.highest:.3g} {unit}" if np.isfinite(self.highest) else ""

    def reasons(self):
        """Why it is not known better; empty: it is."""
        return "; ".join(([f"it depends on bounds of {' and '.join(self.bounded)}, not on values"] if self.bounded else []) +
                         ([f"what limits {' and '.join(self.changing)} changes there: more stack pressures there tell more"]
                          if self.changing else []))

    def label(self, unit):
        """In a figure."""
        if not self.known:
            why = "only bounds are known" if self.bounded else "more pressures there tell more"
            return f"P* {self.where(unit) or 'not known'}\n({why})"
        if not self.inside:
            return "P* at the end of the range"
        return f"P* = {pressure_text(self.pressure, self.grid)} {unit} (within {self.below:g} to {self.above:g})"

    def text(self, pressure_unit, current_unit):
        """For the log."""
        if not self.known:
            return f"{self.where(pressure_unit) or 'not known'}; {self.reasons()}"
        if not self.inside:
            return f"none within the range: {self.current:.3g} {current_unit} at its end, {self.pressure:g} {pressure_unit}"
        return (f"{pressure_text(self.pressure, self.grid)} {pressure_unit}, within {self.below:g} to {self.above:g} {pressure_unit}, at "
                f"{self.current:.3g} {current_unit} ({' and '.join(self.limits)})" +
                (f"; {self.reasons()}" if self.changing else ""))


class Table:
    """A csv file of kavity: columns named `name [unit]`. Numbers become float, the rest stays text."""

    def __init__(self, path):
        with open(path, newline="", encoding="utf-8") as file:
            rows = [row for row in csv.reader(file) if row]
        if len(rows) < 2:
            raise SystemExit(f"{path}: no rows to draw")
        self.path, self.units, self.columns = path, {}, {}
        for k, title in enumerate(rows[0]):
            match = re.fullmatch(r"\s*(.*?)\s*(?:\[(.*)\])?\s*", title)
            name, unit = match.group(1), match.group(2) or "1"
            self.units[name] = unit
            # a last row cut short by a kill is dropped
            cells = [row[k] for row in rows[1:] if len(row) == len(rows[0])]
            try:
                self.columns[name] = np.array([float(c) if c.strip() else math.nan for c in cells])
            except ValueError:
                self.columns[name] = np.array(cells)

    def __contains__(self, name):
        return name in self.columns

    def __getitem__(self, name):
        if name not in self.columns:
            raise SystemExit(f"{self.path}: no column '{name}'")
        return self.columns[name]

    def unit(self, name):
        """Unit of a column in print."""
        return pretty_unit(self.units[name])

    def label(self, name, text):
        """Axis label: text and unit."""
        unit = self.unit(name)
        return f"{text} ({unit})" if unit else text


def pretty_unit(unit):
    """`mA/cm^2` as `mA cm⁻²`."""
    if unit in ("", "1"):
        return ""
    unit = unit.replace("degC", "°C").replace("um", "µm").replace("ohm", "Ω")
    head, *rest = unit.split("/")
    head = re.sub(r"\^(-?\d+)", r"$^{\1}$", head)
    for factor in rest:
        base, _, power = factor.partition("^")
        head += f" {base}$^{{-{power or 1}}}$"
    return head.removeprefix("1 ").replace("sqrt(m)", "m$^{1/2}$")


SECONDS = {"s": 1.0, "min": 60.0, "h": 3600.0}


def time_unit(span):
    """That suits a span in seconds."""
    return "s" if span <= 300 else "min" if span <= 7200 else "h"


def readable_time(table, name):
    """Times in the unit that suits their span, and that unit."""
    values = table[name] * SECONDS[table.units[name]]
    unit = time_unit(np.nanmax(values))
    return values / SECONDS[unit], unit


def readable_voltage(table, name="voltage"):
    """Voltages in mV while they stay below half a volt, and that unit."""
    volts = table[name] * {"V": 1.0, "mV": 1e-3}[table.units[name]]
    if np.nanmax(np.abs(volts)) < 0.5:
        return volts * 1e3, "mV"
    return volts, "V"


def varies(values):
    """By more than round-off, which is relative, or beside zero below what counts in any unit."""
    return np.ptp(values) > max(1e-6 * np.max(np.abs(values)), 1e-9)


def limits(values):
    """Of an axis or colours: not zoomed onto round-off but around it; of no values None, and no margin beyond zero."""
    values = values[np.isfinite(values)]
    if len(values) == 0:
        return None
    low, high = np.min(values), np.max(values)
    if not varies(values):
        around = 0.1 * max(-low, high) if max(-low, high) > 1e-9 else 1
        return low - around, high + around
    margin = 0.05 * (high - low)
    return low - margin * (low != 0), high + margin * (high != 0)


def widths(number):
    """Of lines, in the order in which they are drawn: where they coincide, each is seen below the next."""
    return np.linspace(1 + min(0.9 * (number - 1), 2.2), 1, number) if number > 1 else [1.5]


def letter(axes):
    """(a), (b), ... at the upper left of the panels."""
    for k, ax in enumerate(axes):
        ax.annotate(
            f"({chr(ord('a') + k)})", (0, 1), xytext=(-32, 8), xycoords="axes fraction",
            textcoords="offset points", fontweight="bold",
        )


def plain_ticks(axis):
    """Numbers without powers of ten on a logarithmic axis that has few decades."""
    low, high = axis.get_view_interval()
    if high / low < 1e5:
        axis.set_major_formatter("{x:g}")
        axis.set_minor_formatter("{x:g}" if high / low < 10 else plt.NullFormatter())
    if 10 <= high / low < 1000:  # powers of ten alone may be one
        axis.set_major_locator(plt.LogLocator(subs=(1, 2, 5) if high / low < 100 else (1, 3)))


def not_on_axis(target, pressures, unit):
    """That a logarithmic axis leaves out what was asked for at no pressure: for the figure, and told."""
    if np.all(pressures > 0):
        return []
    note(f"{os.path.basename(target)} leaves out 0 {unit}: its axis is logarithmic")
    return [f"0 {unit} is not on the logarithmic axis"]


def arrow(ax, x, y, color, up):
    """That a value is beyond this one; beside those that are there already."""
    heads = [text for text in ax.texts if isinstance(text, Annotation) and not text.get_text()]
    here = sum(np.allclose(head.xy, (x, y), rtol=0.02) for head in heads)
    aside = (here + 1) // 2 * (-1) ** here * 6 / 72  # in inches: none, left, right, further left, ...
    place = ax.transData + ScaledTranslation(aside, 0, ax.figure.dpi_scale_trans)
    ax.plot(x, y, marker="_", color=color, markersize=7, linestyle="", zorder=3, transform=place)
    head = ax.annotate(
        "", (x, y), xycoords=place, xytext=(0, 14 if up else -14), textcoords="offset points",
        arrowprops={"arrowstyle": "<-", "color": color, "shrinkA": 0, "shrinkB": 0},
    )
    head.set_in_layout(False)


@functools.lru_cache(None)
def note(text):
    """For the log of kavity, once."""
    print(f"note: {text}")


def save(figure, path):
    figure.savefig(path)
    plt.close(figure)
    print(path)
