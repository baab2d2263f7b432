#!/usr/bin/env python3
"""Contact and local current on the interface at one time.

usage: figure_interface.py interface_0012.csv figure.png

The table has the columns x, contact, current and, in 3D, z (any order, more are ignored). How wide the interface is, is
asked of parameters.prm beside it.
"""

import os
import re
import sys

from kavity_figures import BLUE, ORANGE, Table, letter, limits, np, plt, save, varies

QUANTITIES = [
    ("contact", "Contact fraction", "cividis", BLUE),
    ("current", "Current density", "inferno", ORANGE),
]


def length_of_cell(folder, entry):
    """In um, not a number where parameters.prm does not tell."""
    path = os.path.join(folder, "parameters.prm")
    text = open(path, encoding="utf-8").read() if os.path.exists(path) else ""
    found = re.search(r"^subsection Cell\n(?:  .*\n)*?  set %s *= *([0-9.eE+-]+) *(nm|um|mm|cm|m)\b" % entry, text, re.MULTILINE)
    return float(found[1]) * {"nm": 1e-3, "um": 1, "mm": 1e3, "cm": 1e4, "m": 1e6}[found[2]] if found else np.nan


def ends(x, width):
    """Of the interface, which are no points of the table: zero and the width if they are as near to the points as these
    are to each other somewhere, else half of the distance at the end beyond."""
    x = np.unique(x)
    if len(x) < 2:
        return None
    apart = np.diff(x)
    near = apart.max()
    return (0 if 0 <= x[0] <= near else x[0] - apart[0] / 2,
            width if x[-1] <= width <= x[-1] + near else x[-1] + apart[-1] / 2)


def draw_lines(table, quantities):
    figure, axes = plt.subplots(
        len(quantities), 1, figsize=(5.5, 2.2 * len(quantities)), sharex=True, squeeze=False
    )
    order = np.argsort(table["x"])
    for ax, (name, text, _, color) in zip(axes[:, 0], quantities):
        ax.plot(table["x"][order], table[name][order], color=color)
        ax.set_ylabel(table.label(name, text))
        if name == "contact":
            ax.set_ylim(0, 1.03)
        else:
            ax.set_ylim(limits(np.append(table[name], 0)))
    axes[-1, 0].set_xlim(ends(table["x"], length_of_cell(os.path.dirname(table.path), "Width")))
    axes[-1, 0].set_xlabel(table.label("x", "Position along the interface"))
    return figure, axes[:, 0]


def beyond_the_sides(places, values, bounds):
    """With the points near the sides, planes of symmetry, once more beyond them: colours fill the cell."""
    for axis, (first, last) in enumerate(bounds):
        for side in (first, last):
            away = np.abs(places[axis] - side)
            close = away <= away.min() + 0.1 * (last - first)
            images = [p[close] for p in places]
            images[axis] = 2 * side - images[axis]
            places = [np.concatenate(pair) for pair in zip(places, images)]
            values = np.concatenate([values, values[close]])
    return places, values


def draw_maps(table, quantities):
    x, z = table["x"], table["z"]
    folder = os.path.dirname(table.path)
    width = length_of_cell(folder, "Width")
    depth = length_of_cell(folder, "Depth")
    bounds = ends(x, width), ends(z, width if np.isnan(depth) else depth)
    ratio = (np.ptp(z) or 1.0) / (np.ptp(x) or 1.0)
    height = min(max(3.0 * ratio, 1.0), 7.0) + 0.75
    figure, axes = plt.subplots(
        1, len(quantities), figsize=(4.7 * len(quantities), height), sharey=True, squeeze=False
    )
    for ax, (name, text, cmap, _) in zip(axes[0], quantities):
        low, high = (0, 1) if name == "contact" else (None, None) if varies(table[name]) else limits(table[name])
        places, values = (x, z), table[name]
        if None not in bounds:
            places, values = beyond_the_sides(places, values, bounds)
            ax.set_xlim(bounds[0])
            ax.set_ylim(bounds[1])
        picture = ax.tripcolor(*places, values, shading="gouraud", cmap=cmap, rasterized=True, vmin=low, vmax=high)
        figure.colorbar(picture, ax=ax).set_label(table.label(name, text))
        ax.set_aspect("equal")
        ax.set_xlabel(table.label("x", "x"))
        for side in ("top", "right"):
            ax.spines[side].set_visible(True)
    axes[0][0].set_ylabel(table.label("z", "z"))
    return figure, axes[0]


def main(source, target):
    table = Table(source)
    quantities = [q for q in QUANTITIES if q[0] in table]
    if not quantities:
        raise SystemExit(f"{source}: neither contact nor current to draw")
    figure, axes = (draw_maps if "z" in table else draw_lines)(table, quantities)
    letter(axes)
    save(figure, target)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    main(*sys.argv[1:])
