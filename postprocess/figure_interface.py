#!/usr/bin/env python3
"""Contact and local current on the interface at one time.

usage: figure_interface.py interface_0012.csv figure.png

The table has the columns x, contact, current and, in 3D, z (any order, more are ignored). Of a symmetric cell the table
of the electrode below, interface_0012_2.csv, is drawn too if it is beside it. How wide the interface is, is asked of
parameters.prm beside it, and the time at the end of result.json.
"""

import json
import os
import re
import sys

from kavity_figures import BLUE, GREY, ORANGE, SECONDS, Table, letter, limits, np, plt, save, time_unit, varies, widths

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


def to_the_sides(x, values, bounds):
    """In order, with the values at the ends carried on to the sides, which are planes of symmetry."""
    order = np.argsort(x)
    if bounds is None:
        return x[order], values[order]
    return np.concatenate([bounds[:1], x[order], bounds[1:]]), np.pad(values[order], 1, mode="edge")


def draw_lines(tables, quantities):
    figure, axes = plt.subplots(
        len(quantities), 1, figsize=(5.5, 2.2 * len(quantities)), sharex=True, squeeze=False
    )
    first = next(iter(tables.values()))
    width = length_of_cell(os.path.dirname(first.path), "Width")
    for ax, (name, text, _, color) in zip(axes[:, 0], quantities):
        for (which, table), line_width in zip(tables.items(), widths(len(tables))):
            x, values = to_the_sides(table["x"], table[name], ends(table["x"], width))
            ax.plot(x, values, color=GREY if which == "below" else color, linewidth=line_width, label=which)
        ax.set_ylabel(first.label(name, text))
        if name == "contact":
            ax.set_ylim(0, 1.03)
        else:
            ax.set_ylim(limits(np.append(np.concatenate([table[name] for table in tables.values()]), 0)))
        if len(tables) > 1:
            ax.legend(loc="lower right", bbox_to_anchor=(1, 0.98), ncol=2, borderaxespad=0.2)
    axes[-1, 0].set_xlim(ends(first["x"], width))
    axes[-1, 0].set_xlabel(first.label("x", "Position along the interface"))
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


def draw_map(ax, table, quantity, bounds):
    name, text, cmap, _ = quantity
    low, high = (0, 1) if name == "contact" else (None, None) if varies(table[name]) else limits(table[name])
    places, values = (table["x"], table["z"]), table[name]
    if None not in bounds:
        places, values = beyond_the_sides(places, values, bounds)
        ax.set_xlim(bounds[0])
        ax.set_ylim(bounds[1])
    picture = ax.tripcolor(*places, values, shading="gouraud", cmap=cmap, rasterized=True, vmin=low, vmax=high)
    ax.figure.colorbar(picture, ax=ax).set_label(table.label(name, text))
    ax.set_aspect("equal")
    for side in ("top", "right"):
        ax.spines[side].set_visible(True)


def draw_maps(tables, quantities):
    """A row of panels per electrode."""
    first = next(iter(tables.values()))
    folder = os.path.dirname(first.path)
    width = length_of_cell(folder, "Width")
    depth = length_of_cell(folder, "Depth")
    ratio = (np.ptp(first["z"]) or 1.0) / (np.ptp(first["x"]) or 1.0)
    height = min(max(3.0 * ratio, 1.0), 7.0) + 0.75
    figure, axes = plt.subplots(
        len(tables), len(quantities), figsize=(4.7 * len(quantities), height * len(tables)), sharey=True,
        squeeze=False,
    )
    for row, (which, table) in zip(axes, tables.items()):
        bounds = ends(table["x"], width), ends(table["z"], width if np.isnan(depth) else depth)
        for ax, quantity in zip(row, quantities):
            draw_map(ax, table, quantity, bounds)
            if len(tables) > 1:
                ax.set_title(f"Electrode {which}")
        row[0].set_ylabel(table.label("z", "z"))
    for ax in axes[-1]:
        ax.set_xlabel(first.label("x", "x"))
    return figure, axes.flatten()


def tables_of(source):
    """By electrode: that of the file and, of a symmetric cell, the one below."""
    stem, ending = os.path.splitext(source)
    if re.search(r"interface_\w+_2$", stem):
        return {"below": Table(source)}
    below = f"{stem}_2{ending}"
    return {"above": Table(source), "below": Table(below)} if os.path.exists(below) else {"": Table(source)}


def title_of(source, tables):
    """Of one electrode which it is, unless there is no other; and of a table of the end when that was."""
    which = f"Electrode {next(iter(tables))}" if list(tables) == ["below"] else "Interface"
    path = os.path.join(os.path.dirname(source), "result.json")
    if not os.path.basename(source).startswith("interface_final") or not os.path.exists(path):
        return which if which != "Interface" else ""
    with open(path, encoding="utf-8") as file:
        time = json.load(file)["run_time [s]"]
    unit = time_unit(time)
    return f"{which} after {time / SECONDS[unit]:.4g} {unit}"


def main(source, target):
    tables = tables_of(source)
    quantities = [q for q in QUANTITIES if all(q[0] in table for table in tables.values())]
    if not quantities:
        raise SystemExit(f"{source}: neither contact nor current to draw")
    plane = all("z" in table for table in tables.values())
    figure, axes = (draw_maps if plane else draw_lines)(tables, quantities)
    letter(axes)
    if title := title_of(source, tables):
        figure.suptitle(title, fontsize=9)
    save(figure, target)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    main(*sys.argv[1:])
