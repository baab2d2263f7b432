#!/usr/bin/env python3
"""Critical current over stack pressure, one line per temperature, and a map when there is enough; where
voids and dendrites are both asked about, what limits where.

usage: figure_critical_current.py critical_current.csv figures_folder
"""

import os
import re
import sys
import textwrap

from kavity_figures import KINDS, BestPressure, Table, arrow, family, not_on_axis, note, np, plain_ticks, plt, save

MARKERS = ["o", "s", "^", "D", "v", "P", "X", "*"]


def limited_by(cause):
    """What a cause says, without its numbers."""
    heads = [clause.split(":")[0].strip() for clause in cause.split(";")]
    return "; ".join(re.sub(r"[\d.]+(e[-+]\d+)?", "", head) for head in heads if head != "not settled")


def rows_of(table, kind):
    """Pressures, temperatures, currents, brackets, was stripping cut short, and numbers that differ where causes do."""
    keep = table["kind"] == kind
    names = ("stack_pressure", "temperature", "critical_current", "lower", "upper")
    columns = [np.asarray(table[name], dtype=float)[keep] for name in names]
    columns.append(["voiding first" in cause for cause in table["cause"][keep]])
    columns.append(np.unique([limited_by(cause) for cause in table["cause"][keep]], return_inverse=True)[1])
    return np.array(columns, dtype=float)[:, np.argsort(columns[0], kind="stable")]


def error_bars(value, lower, upper):
    """Distances to the ends of the bracket; none where the bracket is not given."""
    below = np.where(np.isfinite(lower), value - lower, 0)
    above = np.where(np.isfinite(upper), upper - value, 0)
    return np.maximum([below, above], 0)


def draw_cut(ax, x, value, cut, color):
    """Hollow where contact ended stripping before the capacity was reached: less is plated than was asked for."""
    here = (cut > 0) & np.isfinite(value)
    if not here.any():
        return set()
    ax.plot(x[here], value[here], "o", color=color, markerfacecolor="white", markersize=3, zorder=5, clip_on=False)
    return {"hollow: stripping was cut\nshort by lost contact"}


def draw_open(ax, x, lower, upper, value, color):
    """Searches that ended without a value: an arrow from the last current on the known side."""
    shown = set()
    for k in np.flatnonzero(~np.isfinite(value)):
        up = lower[k] > 0
        start = lower[k] if up else upper[k]
        if np.isfinite(start):
            arrow(ax, x[k], start, color, up)
            shown.add("↑ critical current is higher" if up else "↓ critical current is lower")
    return shown


def tell(ax, notes):
    """What signs mean, at the lower right."""
    text = ax.text(0.98, 0.02, "\n".join(sorted(notes)), transform=ax.transAxes, ha="right", fontsize=7)
    text.set_in_layout(False)


def series_of(columns, select):
    order = np.argsort(columns[0][select])
    return [column[select][order] for column in columns]


def draw_lines(ax, data, table, by_temperature):
    """Lines over pressure, one per temperature; the other way round if there is one pressure."""
    pressure, temperature, *rest = data
    x, series = (temperature, pressure) if by_temperature else (pressure, temperature)
    series_name = "stack_pressure" if by_temperature else "temperature"
    levels = np.unique(series)
    colors = plt.get_cmap("plasma")(np.linspace(0.05, 0.8, len(levels)) if len(levels) > 1 else [0.05])
    notes = set()
    for level, color, marker in zip(levels, colors, MARKERS * len(levels)):
        part = series_of([x, *rest], series == level)
        found = np.isfinite(part[1])
        style = {"color": color, "marker": marker, "label": f"{level:g} {table.unit(series_name)}"}
        if found.any():
            ax.errorbar(
                part[0], part[1], yerr=error_bars(*part[1:4]),
                linestyle="-" if found.sum() > 1 else "", capsize=2.5, elinewidth=0.9,
                clip_on=False, zorder=3, **style,
            )
        else:
            ax.plot([], [], **style)  # in the legend all the same
        notes |= draw_open(ax, part[0], part[2], part[3], part[1], color)
        notes |= draw_cut(ax, part[0], part[1], part[4], color)
        if found.sum() == 1 and len(levels) == 1:
            ax.annotate(
                f"{part[1][found][0]:#.3g}", (part[0][found][0], part[1][found][0]),
                xytext=(8, 0), textcoords="offset points", va="center",
            )
    if notes:
        tell(ax, notes)


def finish_axes(ax, data, table, by_temperature):
    pressure, temperature, value, lower, upper = data[:5]
    name, text = ("temperature", "Temperature") if by_temperature else ("stack_pressure", "Stack pressure")
    ax.set_xlabel(table.label(name, text))
    currents = np.concatenate([value, lower[~np.isfinite(value)], np.where(np.isfinite(value), upper, 0)])
    top = np.nanmax(np.append(currents, 0))
    ax.set_ylim(0, 1.12 * top if top > 0 else None)
    if not by_temperature:
        ax.set_xlim(0, pressure.max() * (1.05 if len(np.unique(pressure)) > 1 else 2))
    ax.grid(True, color="0.92", linewidth=0.6)
    ax.set_axisbelow(True)


def draw_figure(table, kinds, target):
    figure, axes = plt.subplots(
        1, len(kinds), figsize=(4.2 if len(kinds) == 1 else 3.6 * len(kinds), 3.2), squeeze=False
    )
    for ax, kind in zip(axes[0], kinds):
        data = rows_of(table, kind)
        one_pressure = len(np.unique(data[0])) == 1 and len(np.unique(data[1])) > 1
        draw_lines(ax, data, table, one_pressure)
        finish_axes(ax, data, table, one_pressure)
        mates = [other for other, of in zip(axes[0], kinds) if family(of) == family(kind)]
        top = max(other.get_ylim()[1] for other in mates[: mates.index(ax) + 1])
        for other in mates:  # of voids, or of dendrites: one scale
            other.set_ylim(0, top)
        levels, unit = np.unique(data[0 if one_pressure else 1]), table.unit("stack_pressure" if one_pressure else "temperature")
        if len(levels) > 1 and ax is axes[0][-1]:  # beside several panels: the lines of one may be anywhere
            place = {"loc": "upper left", "bbox_to_anchor": (1.02, 1)} if len(kinds) > 1 else {"frameon": True}
            ax.legend(title="Stack pressure" if one_pressure else "Temperature", title_fontsize=8, **place)
        # a key to a single line could be taken for one more point
        ax.set_title(KINDS.get(kind, kind) + (f", {levels[0]:g} {unit}" if len(levels) == 1 else ""))
    axes[0][0].set_ylabel(table.label("critical_current", "Critical current density"))
    save(figure, target)


def grid_of(data):
    """Pressures, temperatures and the currents on their grid; None when the grid has holes."""
    pressure, temperature, value = data[:3]
    p, t = np.unique(pressure), np.unique(temperature)
    if len(p) < 4 or len(t) < 3:
        return None
    grid = np.full((len(t), len(p)), np.nan)
    grid[np.searchsorted(t, temperature), np.searchsorted(p, pressure)] = value
    return (p, t, grid) if np.all(np.isfinite(grid)) else None


def draw_map(table, kinds, target):
    grids = [(kind, grid_of(rows_of(table, kind))) for kind in kinds]
    for kind in [kind for kind, grid in grids if grid is not None and np.ptp(grid[2]) == 0]:
        note(f"{os.path.basename(target)} leaves out {KINDS.get(kind, kind)}: it is the same in all rows")
    grids = [(kind, grid) for kind, grid in grids if grid is not None and np.ptp(grid[2]) > 0]
    if not grids:
        return
    figure, axes = plt.subplots(1, len(grids), figsize=(4.4 * len(grids), 3.3), squeeze=False)
    for ax, (kind, (p, t, grid)) in zip(axes[0], grids):
        filled = ax.contourf(p, t, grid, levels=24, cmap="viridis")
        for part in filled.collections:
            part.set_edgecolor("face")
        lines = ax.contour(p, t, grid, levels=7, colors="white", linewidths=0.8)
        points = np.meshgrid(p, t)
        ax.plot(
            points[0].ravel(), points[1].ravel(), "o", color="white", markersize=2.2, clip_on=False,
            markeredgecolor="0.3", markeredgewidth=0.4, zorder=4,
        )
        bar = figure.colorbar(filled, ax=ax)
        bar.set_label(table.label("critical_current", "Critical current density"))
        bar.add_lines(lines)  # with their numbers: labels on short lines would be cut off at the edges
        bar.set_ticks([level for level in lines.levels if grid.min() <= level <= grid.max()], minor=False)
        bar.ax.yaxis.set_major_formatter("{x:g}")
        ax.set_xlabel(table.label("stack_pressure", "Stack pressure"))
        ax.set_title(KINDS.get(kind, kind))
    axes[0][0].set_ylabel(table.label("temperature", "Temperature"))
    save(figure, target)


def curves_at(temperature, data):
    """Of each kind at this temperature pressures, the smallest and largest that the current can be, what limits it, its
    value, and whether stripping was cut short. Where a search ended without a value it is beyond the last current."""
    curves = {}
    for kind, (pressure, of, value, lower, upper, cut, cause) in data.items():
        answered = np.isfinite(value)
        least = np.where(answered, value, np.where(np.isfinite(lower), lower, 0))
        most = np.where(answered, value, np.where(np.isfinite(upper), upper, np.inf))
        found = (of == temperature) & (pressure > 0)
        if (found & ((least > 0) | np.isfinite(most))).sum() > 1:
            curves[kind] = pressure[found], least[found], most[found], cause[found], value[found], cut[found]
    return curves


def draw_best(ax, table, curves, temperature):
    """What is below all curves, and the pressure at which that is largest, where it is known; returns the latter."""
    best = BestPressure({kind: curve[:4] for kind, curve in curves.items()})
    sure = best.envelope > 0
    if sure.any():
        ax.fill_between(best.pressures, best.envelope, best.envelope[sure].min() * 1e-3, where=sure, color="0.9", zorder=0)
    pressure_unit = table.unit("stack_pressure")
    where = f"at {temperature:g} {table.units['temperature']}"
    note(f"best stack pressure {where}: {best.text(table.units['stack_pressure'], table.units['critical_current'])}")
    text = f"{table.label('stack_pressure', 'Stack pressure')}\n{best.label(pressure_unit)}"
    if best.known:
        ax.axvline(best.pressure, color="0.4", linewidth=0.9, linestyle="--")
        text += f"\n{best.current:.3g} {table.unit('critical_current')}"
    ax.set_xlabel(text)  # beside the axes: lines may be anywhere
    return best


def draw_window(table, kinds, target):
    """A panel per temperature: all kinds over pressure, what is below them all, the best pressure."""
    data = {kind: rows_of(table, kind) for kind in kinds if family(kind)}
    temperatures = np.unique(np.concatenate([rows[1] for rows in data.values()])) if data else []
    panels = [(temperature, curves_at(temperature, data)) for temperature in temperatures]
    panels = [panel for panel in panels if len({family(kind) for kind in panel[1]}) == 2]
    if not panels:
        return
    figure, axes = plt.subplots(1, len(panels), figsize=(3.6 * len(panels) + 0.6, 3.9), sharey=True, squeeze=False)
    colors = dict(zip(data, plt.get_cmap("viridis")(np.linspace(0, 0.85, len(data)))))
    notes = set(not_on_axis(target, table["stack_pressure"], table.units["stack_pressure"]))
    for ax, (temperature, curves) in zip(axes[0], panels):
        best = draw_best(ax, table, curves, temperature)
        for (kind, curve), marker in zip(curves.items(), MARKERS):
            pressure, least, most, _, value, cut = curve
            style = {"color": colors[kind], "clip_on": False}
            between = np.flatnonzero(best.changes[kind])
            ax.plot(*(np.insert(column, between + 1, np.nan) for column in (pressure, value)), marker=marker,
                    label=KINDS.get(kind, kind), **style)
            for k in between:
                ax.plot(pressure[k : k + 2], value[k : k + 2], ":", **style)
                notes.add("dotted: what limits changes in between")
            notes |= draw_open(ax, pressure, least, most, value, colors[kind])
            notes |= draw_cut(ax, pressure, value, cut, colors[kind])
        ax.set(xscale="log", yscale="log", title=f"{temperature:g} {table.unit('temperature')}")
        ax.grid(True, color="0.92", linewidth=0.6)
        ax.set_axisbelow(True)
    values = np.concatenate([end for _, curves in panels for curve in curves.values() for end in curve[1:3]])
    values = values[(values > 0) & np.isfinite(values)]
    axes[0][0].set_ylim(values.min() / 1.5, values.max() * 1.5)
    for axis in (axes[0][0].yaxis, *(ax.xaxis for ax in axes[0])):
        plain_ticks(axis)
    axes[0][0].set_ylabel(table.label("critical_current", "Critical current density"))
    axes[0][0].legend(loc="lower left", bbox_to_anchor=(0, 1.08), ncol=2, borderaxespad=0)
    text = "; ".join(sorted(notes)).replace("\n", " ")
    letters = int(18 * figure.get_figwidth())  # of this size to an inch
    figure.supxlabel(textwrap.fill(text, letters), fontsize=7)  # beside no line
    save(figure, target)


def main(source, folder):
    table = Table(source)
    kinds = list(dict.fromkeys(table["kind"]))
    draw_figure(table, kinds, os.path.join(folder, "critical_current.png"))
    draw_map(table, kinds, os.path.join(folder, "critical_current_map.png"))
    draw_window(table, kinds, os.path.join(folder, "stack_pressure_window.png"))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    main(*sys.argv[1:])
