"""What the figure scripts of kavity share: reading its tables, units, and the look."""

import csv
import math
import re
import sys

# kavity tries the next python when this code says that a package is missing
MISSING_PACKAGE = 77

try:
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
    import numpy as np
except ImportError as error:
    print(f"missing python package: {error}")
    sys.exit(MISSING_PACKAGE)

# colour-blind safe (Okabe and Ito), dark enough for print
BLUE, ORANGE, GREEN, RED, GREY = "#0072B2", "#D55E00", "#009E73", "#B22222", "#6E6E6E"

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
    return head.removeprefix("1 ")


def readable_time(table, name):
    """Times in the unit that suits their span, and that unit."""
    seconds = {"s": 1.0, "min": 60.0, "h": 3600.0}
    values = table[name] * seconds[table.units[name]]
    span = np.nanmax(values)
    unit = "s" if span <= 300 else "min" if span <= 7200 else "h"
    return values / seconds[unit], unit


def readable_voltage(table, name="voltage"):
    """Voltages in mV while they stay below half a volt, and that unit."""
    volts = table[name] * {"V": 1.0, "mV": 1e-3}[table.units[name]]
    if np.nanmax(np.abs(volts)) < 0.5:
        return volts * 1e3, "mV"
    return volts, "V"


def letter(axes):
    """(a), (b), ... at the upper left of the panels."""
    for k, ax in enumerate(axes):
        ax.annotate(
            f"({chr(ord('a') + k)})", (0, 1), xytext=(-32, 8), xycoords="axes fraction",
            textcoords="offset points", fontweight="bold",
        )


def save(figure, path):
    figure.savefig(path)
    plt.close(figure)
    print(path)
