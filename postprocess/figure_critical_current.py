#!/usr/bin/env python3
"""Critical current over stack pressure, one line per temperature, and a map when there is enough; where
voids and dendrites are both asked about, what limits where.

usage: figure_critical_current.py critical_current.csv figures_folder
"""

import os
import sys

from kavity_figures import KINDS, Table, letter, np, plt, save

MARKERS = ["o", "s", "^", "D", "v", "P", "X", "*"]


def rows_of(table, kind):
    keep = table["kind"] == kind
    names = ("stack_pressure", "temperature", "critical_current", "lower", "upper")
    columns = [np.asarray(table[name], dtype=float)[keep] for name in names]
    return np.array(columns)[:, np.argsort(columns[0], kind="stable")]


def error_bars(value, lower, upper):
    """Distances to the ends of the bracket; none where the bracket is not given."""
    below = np.where(np.isfinite(lower), value - lower, 0)
    above = np.where(np.isfinite(upper), upper - value, 0)
    return np.maximum([below, above], 0)


def draw_open(ax, x, lower, upper, value, color):
    """Searches that ended without a value: an arrow from the last current on the known side."""
    shown = set()
    for k in np.flatnonzero(~np.isfinite(value)):
        start, arrow = (lower[k], "↑") if np.isfinite(lower[k]) else (upper[k], "↓")
        if np.isfinite(start):
            way = 14 if arrow == "↑" else -14
            ax.plot(x[k], start, marker="_", color=color, markersize=7, linestyle="", zorder=3)
            head = ax.annotate(
                "", (x[k], start), xytext=(0, way), textcoords="offset points",
                arrowprops={"arrowstyle": "<-", "color": color, "shrinkA": 0, "shrinkB": 0},
            )
            head.set_in_layout(False)
            shown.add("↑ critical current is higher" if arrow == "↑" else "↓ critical current is lower")
    return shown


def series_of(x, value, lower, upper, select):
    order = np.argsort(x[select])
    return [column[select][order] for column in (x, value, lower, upper)]


def draw_lines(ax, data, table, by_temperature):
    """Lines over pressure, one per temperature; the other way round if there is one pressure."""
    pressure, temperature, value, lower, upper = data
    x, series = (temperature, pressure) if by_temperature else (pressure, temperature)
    series_name = "stack_pressure" if by_temperature else "temperature"
    levels = np.unique(series)
    colors = plt.get_cmap("plasma")(np.linspace(0.05, 0.8, len(levels)) if len(levels) > 1 else [0.05])
    notes = set()
    for level, color, marker in zip(levels, colors, MARKERS * len(levels)):
        part = series_of(x, value, lower, upper, series == level)
        found = np.isfinite(part[1])
        style = {"color": color, "marker": marker, "label": f"{level:g} {table.unit(series_name)}"}
        if found.any():
            ax.errorbar(
                part[0][found], part[1][found],
                yerr=error_bars(part[1][found], part[2][found], part[3][found]),
                linestyle="-" if found.sum() > 1 else "", capsize=2.5, elinewidth=0.9,
                clip_on=False, zorder=3, **style,
            )
        else:
            ax.plot([], [], **style)  # in the legend all the same
        notes |= draw_open(ax, part[0], part[2], part[3], part[1], color)
        if found.sum() == 1 and len(levels) == 1:
            ax.annotate(
                f"{part[1][found][0]:#.3g}", (part[0][found][0], part[1][found][0]),
                xytext=(8, 0), textcoords="offset points", va="center",
            )
    if notes:
        ax.text(0.98, 0.02, "\n".join(sorted(notes)), transform=ax.transAxes, ha="right", fontsize=7.5)


def finish_axes(ax, data, table, by_temperature):
    pressure, temperature, value, lower, upper = data
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
        title = "Stack pressure" if one_pressure else "Temperature"
        if ax is axes[0][-1]:  # beside several panels: the lines of one may be anywhere
            beside = {"loc": "upper left", "bbox_to_anchor": (1.02, 1)} if len(kinds) > 1 else {}
            ax.legend(title=title, title_fontsize=8, **beside)
        ax.set_title(KINDS.get(kind, kind))
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
    grids = [(kind, grid) for kind, grid in grids if grid is not None]
    if not grids:
        return
    figure, axes = plt.subplots(1, len(grids), figsize=(4.4 * len(grids), 3.3), squeeze=False)
    for ax, (kind, (p, t, grid)) in zip(axes[0], grids):
        filled = ax.contourf(p, t, grid, levels=24, cmap="viridis")
        for part in filled.collections:
            part.set_edgecolor("face")
        lines = ax.contour(p, t, grid, levels=7, colors="white", linewidths=0.8)
        ax.clabel(lines, fmt="%g", fontsize=7)
        points = np.meshgrid(p, t)
        ax.plot(
            points[0].ravel(), points[1].ravel(), "o", color="white", markersize=2.2, clip_on=False,
            markeredgecolor="0.3", markeredgewidth=0.4, zorder=4,
        )
        bar = figure.colorbar(filled, ax=ax)
        bar.set_label(table.label("critical_current", "Critical current density"))
        bar.locator = plt.MaxNLocator(6)
        bar.update_ticks()
        ax.set_xlabel(table.label("stack_pressure", "Stack pressure"))
        ax.set_title(KINDS.get(kind, kind))
    axes[0][0].set_ylabel(table.label("temperature", "Temperature"))
    save(figure, target)


def best_pressure(curves):
    """Where the smallest of all critical currents is largest, between the pressures too, and that current."""
    pressures = np.unique(np.concatenate([pressure for pressure, _ in curves]))
    fine = np.geomspace(pressures[0], pressures[-1], 2001)
    least = np.min([np.exp(np.interp(np.log(fine), np.log(p), np.log(j))) for p, j in curves], axis=0)
    return fine, least, int(np.argmax(least))


def draw_window(table, kinds, target):
    """A panel per temperature: all kinds over pressure, what is below them all, the best pressure."""
    if len({kind.split("_")[0] for kind in kinds} & {"void", "dendrite"}) < 2:
        return
    data = {kind: rows_of(table, kind) for kind in kinds}
    temperatures = np.unique(np.concatenate([rows[1] for rows in data.values()]))
    panels = []
    for temperature in temperatures:
        curves = {}
        for kind, (pressure, of, value, _, _) in data.items():
            found = (of == temperature) & np.isfinite(value) & (pressure > 0)
            if found.sum() > 3:
                curves[kind] = pressure[found], value[found]
        if len({kind.split("_")[0] for kind in curves}) > 1:
            panels.append((temperature, curves))
    if not panels:
        return
    figure, axes = plt.subplots(1, len(panels), figsize=(3.6 * len(panels) + 0.6, 3.4), sharey=True, squeeze=False)
    colors = dict(zip(kinds, plt.get_cmap("viridis")(np.linspace(0, 0.85, len(kinds)))))
    for ax, (temperature, curves) in zip(axes[0], panels):
        for (kind, (pressure, value)), marker in zip(curves.items(), MARKERS):
            ax.plot(pressure, value, marker=marker, color=colors[kind], label=KINDS.get(kind, kind), clip_on=False)
        fine, least, best = best_pressure(list(curves.values()))
        ax.fill_between(fine, least, least.min() * 1e-3, color="0.9", zorder=0)
        ax.axvline(fine[best], color="0.4", linewidth=0.9, linestyle="--")
        inside = 0 < best < len(fine) - 1
        ax.annotate(
            f"P* = {fine[best]:.2g} {table.unit('stack_pressure')}\n{least[best]:.2g} {table.unit('critical_current')}"
            if inside else f"{least[best]:.2g} {table.unit('critical_current')}\nat the end of the range",
            (fine[best], least[best]), xytext=(6, -38) if inside else (-6, -38),
            textcoords="offset points", ha="left" if inside else "right", fontsize=8,
        )
        ax.set(xscale="log", yscale="log", title=f"{temperature:g} {table.unit('temperature')}")
        ax.set_xlabel(table.label("stack_pressure", "Stack pressure"))
        ax.grid(True, color="0.92", linewidth=0.6)
        ax.set_axisbelow(True)
    values = np.concatenate([value for _, curves in panels for _, value in curves.values()])
    axes[0][0].set_ylim(values.min() / 1.5, values.max() * 1.5)
    axes[0][0].set_ylabel(table.label("critical_current", "Critical current density"))
    axes[0][0].legend(fontsize=7.5, loc="upper left")
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
