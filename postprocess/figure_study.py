#!/usr/bin/env python3
"""A study: curves over an axis, a map over two, bands and scatter of samples, what matters most, and, where limits
by voids and by dendrites are asked for over stack pressures, the best of these.

usage: figure_study.py study.csv figures_folder
"""

import os
import re
import sys

from kavity_figures import (
    BLUE, GREY, KINDS, ORANGE, SAME_CURRENT, BestPressure, Table, arrow, family, not_on_axis,
    note, np, plain_ticks, plt, pressure_text, quantiles, save,
)

MARKERS = ["o", "s", "^", "D", "v", "P", "X", "*"]
MOST_LINES, MOST_PANELS = 10, 4

# values over more than this are drawn logarithmically
WIDE = 30

CYCLES = "cycles_to_failure"


class Study:
    """The table, and which of its columns are axes, of samples or not, and responses."""

    def __init__(self, path):
        self.table = Table(path)
        names = list(self.table.columns)
        self.axes = [name for name in names if "/" in name]
        self.responses = [name for name in names[len(self.axes) + 1:] if name not in ("bounds", "status", "cause")]
        self.done = self.table["status"] == "done"
        beside = os.path.join(os.path.dirname(path), "sensitivity.csv")
        self.sensitivity = Table(beside) if os.path.exists(beside) else None
        self.uncertain = []
        if self.sensitivity is not None:
            measured = set(self.sensitivity["parameter"])
            self.uncertain = [name for name in self.axes if name in measured]
        self.listed = [name for name in self.axes if name not in self.uncertain]

    def numeric(self, name):
        return self.table[name].dtype.kind == "f"

    def varying(self, names):
        return [name for name in names if len(np.unique(self.table[name])) > 1]

    def label(self, name):
        text = f"Critical current\n{KINDS[name]}" if name in KINDS else short_name(name)
        return self.table.label(name, text)

    def values(self, response):
        """Of the rows that are done; elsewhere not a number."""
        column = self.table[response]
        return np.where(self.done, column, np.nan) if column.dtype.kind == "f" else None

    def bounds(self, response):
        """What rows without a value are known to be above, and below: "none up to" that; elsewhere not a number."""
        found = {sign: np.full(len(self.done), np.nan) for sign in "><"}
        texts = self.table["bounds"] if "bounds" in self.table else np.array([])
        for row, text in enumerate(texts if texts.dtype.kind == "U" else []):
            for name, sign, number in (part.split() for part in text.split(";") if part.strip()):
                if name == response and self.done[row]:
                    found[sign][row] = float(number)
        return found[">"], found["<"]

    def ranges(self, response):
        """The smallest and the largest that it can be: the values, and what bounds say."""
        above, below = self.bounds(response)
        values, known = self.values(response), np.isfinite(above) | np.isfinite(below)
        least = np.where(np.isfinite(above), above, np.where(known, -np.inf, values))
        return least, np.where(np.isfinite(below), below, np.where(known, np.inf, values))

    def counted(self, response):
        """The values, and where there is none the bound, as in sensitivity.csv."""
        above, below = self.bounds(response)
        values = self.values(response)
        return np.where(np.isfinite(values), values, np.where(np.isfinite(above), above, below))

    def without_value(self, response):
        """Of rows without a value what became of them."""
        above, below = self.bounds(response)
        left_out = np.sum(self.done & ~np.isfinite(self.counted(response)))
        texts = [f"{np.sum(known == bound)} of {np.sum(self.done)} {word} {bound:g}, counted as that"
                 for known, word in ((above, "above"), (below, "below")) for bound in np.unique(known[np.isfinite(known)])]
        return texts + ([f"{left_out} of {np.sum(self.done)} left out: no value"] if left_out else [])

    def tell(self, figure, response):
        """The same, above the figure."""
        if texts := self.without_value(response):
            figure.suptitle("\n".join(texts), fontsize=7.5)
            note(f"{short_name(response)}: {'; '.join(texts)}")


def short_name(name):
    return KINDS.get(name, name.rsplit("/", 1)[-1].replace("_", " "))


def is_wide(values):
    values = values[np.isfinite(values)]
    return len(values) > 1 and values.min() > 0 and values.max() > WIDE * values.min()


def scale(ax, x, y, response):
    if is_wide(x):
        ax.set_xscale("log")
        plain_ticks(ax.xaxis)
    if is_wide(y):
        ax.set_yscale("log")
        plain_ticks(ax.yaxis)
    elif response in KINDS or response == CYCLES:  # amounts: of nothing at all as well
        ax.set_ylim(0, 1.12 * np.nanmax(y))
    if response == CYCLES and not is_wide(y):
        ax.yaxis.set_major_locator(plt.MaxNLocator(integer=True))
    ax.grid(True, color="0.92", linewidth=0.6)
    ax.set_axisbelow(True)


def combinations(study, names, named=False):
    """Texts of what the rows have on these axes, with their names or not, in the order of the rows."""
    if not names:
        return np.array([""] * len(study.done))
    columns = [study.table[name] for name in names]
    units = [study.table.unit(name) for name in names]
    texts = [", ".join((f"{short_name(name)} " if named else "") + (f"{value:g}" if study.numeric(name) else str(value)) +
                       (f" {unit}" if unit else "")
                       for name, value, unit in zip(names, row, units)) for row in zip(*columns)]
    return np.array(texts)


def places(study, name):
    """Positions along an axis, and the names of the values of one that has no numbers."""
    values = study.table[name]
    if study.numeric(name):
        return values, None
    order = list(dict.fromkeys(values))
    return np.array([float(order.index(value)) for value in values]), order


def draw_other_limits(ax, study, response):
    """Limits by voids beside those by dendrites, and the other way round, that are the same in all rows; their values."""
    found = []
    for other in study.responses:
        if other in KINDS and {family(response), family(other)} == {"void", "dendrite"}:
            y = study.values(other)
            if y is not None and np.max(y[study.done]) < SAME_CURRENT * np.min(y[study.done]):  # not if there is no value
                found.append(np.max(y[study.done]))
                ax.axhline(found[-1], color=GREY, linewidth=1, linestyle="--", label=KINDS[other].replace(", ", "\n"))
    return found


def draw_curves(study, response, target):
    """Over the first axis, a line for each combination of the others."""
    y, varying = study.counted(response), study.varying(study.axes)
    above, below = study.bounds(response)
    first = varying[0] if varying else study.axes[0]
    x, names = places(study, first)
    others = combinations(study, varying[1:])
    lines = list(dict.fromkeys(others))
    figure, ax = plt.subplots(figsize=(5.6, 3.3))
    colors = plt.get_cmap("viridis")(np.linspace(0, 0.88, len(lines)))
    for k, (line, color) in enumerate(zip(lines, colors)):
        here = others == line
        order = np.argsort(x[here], kind="stable")
        open_here = np.isfinite(above) | np.isfinite(below)
        ax.plot(x[here][order], y[here][order], "" if names else "-", marker=MARKERS[k % len(MARKERS)],
                markevery=(~open_here[here][order]).tolist(), color=color, label=line if k < MOST_LINES else None,
                clip_on=False)
        for row in np.flatnonzero(here & open_here):
            arrow(ax, x[row], y[row], color, np.isfinite(above[row]))
    y = np.concatenate([y, draw_other_limits(ax, study, response)])
    if len(ax.lines) > 1:
        title = "\n".join(name.rsplit("/", 1)[-1] for name in varying[1:])
        ax.legend(title=title, title_fontsize=8, loc="upper left", bbox_to_anchor=(1, 1))
    scale(ax, x if names is None else np.array([0.0]), y, response)
    study.tell(figure, response)
    if names:
        ax.set_xticks(range(len(names)), names)
    ax.set_xlabel(study.label(first))
    ax.set_ylabel(study.label(response))
    save(figure, target)


def edges_of(values):
    """Of cells around values; of wide ones halfway between their logarithms."""
    wide = is_wide(values)
    middle = np.log(values) if wide else values
    between = (middle[1:] + middle[:-1]) / 2
    edges = np.concatenate([[2 * middle[0] - between[0]], between, [2 * middle[-1] - between[-1]]])
    return np.exp(edges) if wide else edges


def mark_rows(axis, values):
    """Ticks where there are rows, not at edges of their cells, as far as they do not meet in print."""
    places = np.log(values) if is_wide(values) else values
    kept = [0]
    for k in range(1, len(values)):
        if places[k] - places[kept[-1]] > (places[-1] - places[0]) / 9:
            kept.append(k)
    axis.set_ticks(values[kept], [f"{value:.3g}" for value in values[kept]])
    axis.set_ticks([], minor=True)


def draw_map(study, response, target):
    """Of two axes of numbers that are crossed; what has no value stays empty, with an arrow where it is beyond."""
    y, varying = study.values(response), study.varying(study.axes)
    if len(varying) != 2 or not all(study.numeric(name) for name in varying):
        return
    a, b = (np.unique(study.table[name]) for name in varying)
    if len(a) < 3 or len(b) < 3 or len(y) < len(a) * len(b):
        return
    if np.nanmax(y, initial=-np.inf) <= np.nanmin(y, initial=np.inf):
        return note(f"{os.path.basename(target)} is not drawn: {short_name(response)} is the same in all rows")
    grid = np.full((len(b), len(a)), np.nan)
    grid[np.searchsorted(b, study.table[varying[1]]), np.searchsorted(a, study.table[varying[0]])] = y
    figure, ax = plt.subplots(figsize=(4.6, 3.4))
    norm = "log" if is_wide(y) else "linear"
    shown = ax.pcolormesh(edges_of(a), edges_of(b), grid, cmap="viridis", norm=norm)
    ax.set_xscale("log" if is_wide(a) else "linear")
    ax.set_yscale("log" if is_wide(b) else "linear")
    for known, sign in zip(study.bounds(response), "↑↓"):
        for row in np.flatnonzero(np.isfinite(known)):
            ax.text(study.table[varying[0]][row], study.table[varying[1]][row], sign, ha="center", va="center")
    mark_rows(ax.xaxis, a)
    mark_rows(ax.yaxis, b)
    bar = figure.colorbar(shown, ax=ax)
    bar.set_label(study.label(response))
    if norm == "log":
        plain_ticks(bar.ax.yaxis)
    ax.set_xlabel(study.label(varying[0]))
    ax.set_ylabel(study.label(varying[1]))
    save(figure, target)


def draw_bands(ax, study, response, here, x, color, of_band=None, **style):
    """Median and 5 to 95 % of these rows at each x, a gap where none has a value; an arrow where the median is beyond a
    bound."""
    at, answered = np.unique(x[here]), here & np.isfinite(study.counted(response))
    counted, least, most = ([quantiles(y[answered & (x == value)]) for value in at]
                            for y in (study.counted(response), *study.ranges(response)))
    low, middle, high = np.reshape(counted, (-1, 3)).T
    ax.fill_between(at, low, high, color=color, alpha=0.15, linewidth=0, label=of_band)
    found = [not smallest[1] < largest[1] for smallest, largest in zip(least, most)]
    ax.plot(at, middle, color=color, markevery=found, **style)
    for k in np.flatnonzero(np.logical_not(found)):
        arrow(ax, at[k], middle[k], color, np.isinf(most[k][1]))


def draw_band(study, response, target):
    """Median and 5 to 95 % of the samples over the first axis that lists numbers."""
    along = [name for name in study.varying(study.listed) if study.numeric(name)]
    if not along:
        return
    y, x = study.counted(response), study.table[along[0]]
    others = combinations(study, [name for name in study.varying(study.listed) if name != along[0]])
    lines = list(dict.fromkeys(others))
    figure, ax = plt.subplots(figsize=(4.4, 3.3))
    colors = [BLUE] if len(lines) == 1 else plt.get_cmap("viridis")(np.linspace(0, 0.88, len(lines)))
    for line, color in zip(lines, colors):
        here = others == line
        if np.isfinite(y[here]).any():
            draw_bands(ax, study, response, here, x, color, marker="o", label=f"median {line}", of_band=f"5 to 95 % {line}")
    scale(ax, x, y, response)
    study.tell(figure, response)
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1.01), ncol=2, borderaxespad=0)  # beside the bands
    ax.set_xlabel(study.label(along[0]))
    ax.set_ylabel(study.label(response))
    save(figure, target)


def draw_scatter(study, response, target):
    """The response of every sample over each uncertain parameter."""
    y = study.counted(response)
    above, below = study.bounds(response)
    others = combinations(study, study.varying(study.listed))
    lines = list(dict.fromkeys(others))
    colors = [BLUE] if len(lines) == 1 else plt.get_cmap("viridis")(np.linspace(0, 0.88, len(lines)))
    count = len(study.uncertain)
    figure, axes = plt.subplots(1, count, figsize=(1 + 2.8 * count, 3), sharey=True, squeeze=False)
    for ax, name in zip(axes[0], study.uncertain):
        x = study.table[name]
        for k, (line, color) in enumerate(zip(lines, colors)):
            here = others == line
            for known, marker in ((study.values(response), "o"), (above, "^"), (below, "v")):
                if marker == "o" or np.isfinite(known[here]).any():
                    ax.plot(x[here], known[here], marker, linestyle="", markersize=2.5, color=color,
                            label=line if k < MOST_LINES and marker == "o" else None)
        scale(ax, x, y, response)
        ax.set_xlabel(study.label(name))
    axes[0][0].set_ylabel(study.label(response))
    study.tell(figure, response)
    if len(lines) > 1:
        axes[0][-1].legend(markerscale=1.5, loc="upper left", bbox_to_anchor=(1, 1))
    save(figure, target)


def means_of(study, response, column):
    """Over what is listed, of each uncertain parameter; not a number where none is known."""
    table, means = study.sensitivity, []
    for parameter in study.uncertain:
        here = (table["response"] == response) & (table["parameter"] == parameter)
        known = table[column][here & np.isfinite(table[column])]
        means.append(known.mean() if len(known) else np.nan)
    return np.array(means)


def draw_sensitivity(study, target):
    """Rank correlations, or Sobol's indices where there are some: means over what is listed."""
    table = study.sensitivity
    indices = np.isfinite(table["first_order"]).any()
    measures = [("first_order", "first order", BLUE), ("total_order", "total", ORANGE)] if indices else [
        ("spearman", "rank correlation", BLUE)]
    found = {response: [means_of(study, response, measure[0]) for measure in measures]
             for response in dict.fromkeys(table["response"])}
    for response, means in found.items():
        if not np.isfinite(means).any():
            note(f"sensitivity.png leaves out {response}: at every value listed fewer than two samples differ in it")
    found = {response: means for response, means in found.items() if np.isfinite(means).any()}
    if not found:
        return note("sensitivity.png is not drawn: there is nothing to rank")
    names = [short_name(name) for name in study.uncertain]
    figure, axes = plt.subplots(1, len(found), figsize=(3.2 + 2.8 * len(found), 0.9 + 0.45 * len(names)),
                                sharey=True, squeeze=False)
    for ax, (response, means) in zip(axes[0], found.items()):
        for k, ((_, label, color), mean) in enumerate(zip(measures, means)):
            height = 0.7 / len(measures)
            ax.barh(np.arange(len(names)) + (k - (len(measures) - 1) / 2) * height, np.nan_to_num(mean), height,
                    color=color, label=label)
        ax.axvline(0, color=GREY, linewidth=0.8)
        if not indices:
            chance = 1.96 / max(np.min(table["samples"][table["response"] == response]) - 1, 1) ** 0.5
            ax.axvspan(-chance, chance, color=GREY, alpha=0.25, linewidth=0, zorder=0,
                       label="may be chance (95 %)")
        ax.set_xlim(-0.05 if indices else -1, 1)
        ax.set_title(short_name(response.split(" [")[0]))
        ax.set_xlabel("share of the variance" if indices else "Spearman's rank correlation")
    axes[0][0].set_yticks(range(len(names)), names)
    axes[0][0].invert_yaxis()
    axes[0][-1].legend(loc="upper left", bbox_to_anchor=(1, 1))
    save(figure, target)


PRESSURE = "Cell/Stack pressure"


def best_pressures(study, kinds, here):
    """Of each sample among these rows."""
    samples, x = combinations(study, study.uncertain), study.table[PRESSURE]
    found = []
    for sample in dict.fromkeys(samples[here]):
        curves = {}
        for kind in kinds:
            least, most = study.ranges(kind)
            rows = np.flatnonzero(here & (samples == sample) & (x > 0))
            if np.sum(most[rows] > 0) > 1:  # not those of searches without an answer
                rows = rows[np.argsort(x[rows])]
                curves[kind] = x[rows], np.fmax(least[rows], 0), np.fmin(most[rows], np.inf)
        if len({family(kind) for kind in curves}) == 2:
            found.append(BestPressure(curves))
    return found


def is_same(low, high):
    return np.isfinite(high) and high - low <= BestPressure.SAME * high


def quantile_text(low, high, grid):
    """Of a quantile of pressures between those of a grid that is between these."""
    low_text, high_text = (pressure_text(end, grid) if np.isfinite(end) else "" for end in (low, high))
    if is_same(low, high):
        return high_text
    if low_text and high_text:
        return f"({low_text} to {high_text})"
    return f"< {high_text}" if high_text else f"> {low_text}" if low_text else "(not known)"


def draw_best(ax, study, best, where):
    """The best pressure, or of samples the median and nine in ten, as far as they are known."""
    unit = study.table.units[PRESSURE]
    if len(best) == 1:
        text, label = best[0].text(unit, "mA/cm^2"), best[0].label(unit)
        middle = (best[0].pressure if best[0].known else np.inf,) * 2
    else:
        found = [quantiles([each.lowest or -np.inf for each in best]), quantiles([each.highest for each in best])]
        low, middle, high = np.transpose(found)
        ends = best[0].pressures[[0, -1]]
        counts = ((sum(each.known and not each.lowest for each in best), f"at or below {ends[0]:g} {unit}"),
                  (sum(each.known and np.isinf(each.highest) for each in best), f"at or above {ends[1]:g} {unit}"),
                  (sum(not each.known for each in best), "known by bounds only"))
        beyond = [f"{count} of {len(best)} {what}" for count, what in counts if count]
        grid = np.unique(study.table[PRESSURE])
        low_text, middle_text, high_text = (quantile_text(*quantile, grid) for quantile in (low, middle, high))
        interval = f"{low_text} to {high_text}"
        text = "; ".join([f"median {middle_text}, 5 to 95 % {interval} {unit} of {len(best)} samples", *beyond])
        label = "\n".join([f"P* = {middle_text} {unit}".replace("= <", "<").replace("= >", ">"),
                           f"({interval})", *beyond])
        ax.axvspan(max(low[0], ax.get_xlim()[0]), min(high[1], ax.get_xlim()[1]), color="0.9", zorder=0)
    if is_same(*middle):
        ax.axvline(middle[1], color="0.4", linewidth=0.9, linestyle="--")
    ax.set_xlabel(f"{study.label(PRESSURE)}\n{label}")  # beside the axes: lines may be anywhere
    note(f"best stack pressure{where}: {text}")


def draw_window(study, target):
    """All limits over stack pressure in one panel, for each combination of what else is listed: bands of samples."""
    kinds = [name for name in study.responses if family(name) and study.values(name) is not None]
    if PRESSURE not in study.varying(study.listed) or len({family(kind) for kind in kinds}) < 2:
        return
    x = study.table[PRESSURE]
    others = combinations(study, [name for name in study.varying(study.listed) if name != PRESSURE], named=True)
    found = {line: best_pressures(study, kinds, study.done & (others == line)) for line in dict.fromkeys(others)}
    panels = [line for line, best in found.items() if best][:MOST_PANELS]
    if not panels:
        return
    figure, axes = plt.subplots(1, len(panels), figsize=(3.6 * len(panels) + 0.8, 3.8), sharey=True, squeeze=False)
    colors = plt.get_cmap("viridis")(np.linspace(0, 0.85, len(kinds)))
    for ax, line in zip(axes[0], panels):
        for kind, color, marker in zip(kinds, colors, MARKERS):
            here = (others == line) & (x > 0)
            draw_bands(ax, study, kind, here, x, color, marker=marker,
                       label=KINDS.get(kind, kind) if line == panels[0] else None)
        ax.set(xscale="log", yscale="log", title=line)
        draw_best(ax, study, found[line], f" at {line}" if line else "")
        ax.grid(True, color="0.92", linewidth=0.6)
    # a bound of what was searched may be decades away
    values = np.concatenate([study.values(kind)[x > 0] for kind in kinds])
    values = values[values > 0]
    axes[0][0].set_ylim(np.nanpercentile(values, 1) / 1.5, np.nanmax(values) * 1.5)
    for axis in (axes[0][0].yaxis, *(ax.xaxis for ax in axes[0])):
        plain_ticks(axis)
    texts = [f"{KINDS[kind]}: {text}" for kind in kinds for text in study.without_value(kind)]
    texts += not_on_axis(target, x, study.table.units[PRESSURE])
    figure.suptitle("\n".join(texts) or None, fontsize=7.5)
    axes[0][0].set_ylabel(study.table.label(kinds[0], "Critical current density"))
    axes[0][0].legend(loc="lower left", bbox_to_anchor=(0, 1.08 if panels[0] else 1.01), ncol=2, borderaxespad=0)
    save(figure, target)


def main(source, folder):
    study = Study(source)
    for response in study.responses:
        values = study.values(response)
        if values is None or not np.isfinite(study.counted(response)).any():
            note(f"{response} is not drawn: no row has a value")
            continue
        target = os.path.join(folder, re.sub(r"\W+", "_", response))
        if study.uncertain:
            draw_band(study, response, target + "_band.png")
            draw_scatter(study, response, target + "_samples.png")
        else:
            draw_curves(study, response, target + ".png")
            draw_map(study, response, target + "_map.png")
    draw_window(study, os.path.join(folder, "stack_pressure_window.png"))
    if study.sensitivity is not None:
        draw_sensitivity(study, os.path.join(folder, "sensitivity.png"))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    main(*sys.argv[1:])
