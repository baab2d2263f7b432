#!/usr/bin/env python3
"""A study: curves over an axis, a map over two, bands and scatter of samples, and what matters most.

usage: figure_study.py study.csv figures_folder
"""

import os
import re
import sys

from kavity_figures import BLUE, GREY, KINDS, ORANGE, Table, np, plt, save

MARKERS = ["o", "s", "^", "D", "v", "P", "X", "*"]
MOST_LINES = 10

# values over more than this are drawn logarithmically
WIDE = 30


class Study:
    """The table, and which of its columns are axes, of samples or not, and responses."""

    def __init__(self, path):
        self.table = Table(path)
        names = list(self.table.columns)
        self.axes = [name for name in names if "/" in name]
        self.responses = [name for name in names[len(self.axes) + 1:-2]]
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
        text = f"Critical current\n{KINDS[name]}" if name in KINDS else name.rsplit("/", 1)[-1].replace("_", " ")
        return self.table.label(name, text)

    def values(self, response):
        """Of the rows that are done; elsewhere not a number."""
        column = self.table[response]
        return np.where(self.done, column, np.nan) if column.dtype.kind == "f" else None


def is_wide(values):
    values = values[np.isfinite(values)]
    return len(values) > 1 and values.min() > 0 and values.max() > WIDE * values.min()


def scale(ax, x, y):
    if is_wide(x):
        ax.set_xscale("log")
    if is_wide(y):
        ax.set_yscale("log")
    ax.grid(True, color="0.92", linewidth=0.6)
    ax.set_axisbelow(True)


def combinations(study, names):
    """Texts of what the rows have on these axes, in the order of the rows."""
    if not names:
        return np.array([""] * len(study.done))
    columns = [study.table[name] for name in names]
    units = [study.table.unit(name) for name in names]
    texts = [", ".join((f"{value:g}" if study.numeric(name) else str(value)) + (f" {unit}" if unit else "")
                       for name, value, unit in zip(names, row, units)) for row in zip(*columns)]
    return np.array(texts)


def places(study, name):
    """Positions along an axis, and the names of the values of one that has no numbers."""
    values = study.table[name]
    if study.numeric(name):
        return values, None
    order = list(dict.fromkeys(values))
    return np.array([float(order.index(value)) for value in values]), order


def draw_curves(study, response, target):
    """Over the first axis, a line for each combination of the others."""
    y, varying = study.values(response), study.varying(study.axes)
    first = varying[0] if varying else study.axes[0]
    x, names = places(study, first)
    others = combinations(study, varying[1:])
    lines = list(dict.fromkeys(others))
    figure, ax = plt.subplots(figsize=(4.4, 3.3))
    colors = plt.get_cmap("viridis")(np.linspace(0, 0.88, len(lines)))
    for k, (line, color) in enumerate(zip(lines, colors)):
        here = (others == line) & np.isfinite(y)
        order = np.argsort(x[here], kind="stable")
        ax.plot(x[here][order], y[here][order], "" if names else "-", marker=MARKERS[k % len(MARKERS)],
                color=color, label=line if k < MOST_LINES else None, clip_on=False)
    if len(lines) > 1:
        title = ", ".join(name.rsplit("/", 1)[-1] for name in varying[1:])
        ax.legend(title=title, title_fontsize=8)
    scale(ax, x if names is None else np.array([0.0]), y)
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


def draw_map(study, response, target):
    """Of two axes of numbers that are crossed; what has no value stays empty."""
    y, varying = study.values(response), study.varying(study.axes)
    if len(varying) != 2 or not all(study.numeric(name) for name in varying):
        return
    a, b = (np.unique(study.table[name]) for name in varying)
    if len(a) < 3 or len(b) < 3 or len(y) < len(a) * len(b):
        return
    grid = np.full((len(b), len(a)), np.nan)
    grid[np.searchsorted(b, study.table[varying[1]]), np.searchsorted(a, study.table[varying[0]])] = y
    figure, ax = plt.subplots(figsize=(4.6, 3.4))
    norm = "log" if is_wide(y) else "linear"
    shown = ax.pcolormesh(edges_of(a), edges_of(b), grid, cmap="viridis", norm=norm)
    ax.set_xscale("log" if is_wide(a) else "linear")
    ax.set_yscale("log" if is_wide(b) else "linear")
    figure.colorbar(shown, ax=ax).set_label(study.label(response))
    ax.set_xlabel(study.label(varying[0]))
    ax.set_ylabel(study.label(varying[1]))
    save(figure, target)


def draw_band(study, response, target):
    """Median and 5 to 95 % of the samples over the first axis that lists numbers."""
    along = [name for name in study.varying(study.listed) if study.numeric(name)]
    if not along:
        return
    y, x = study.values(response), study.table[along[0]]
    others = combinations(study, [name for name in study.varying(study.listed) if name != along[0]])
    lines = list(dict.fromkeys(others))
    figure, ax = plt.subplots(figsize=(4.4, 3.3))
    colors = [BLUE] if len(lines) == 1 else plt.get_cmap("viridis")(np.linspace(0, 0.88, len(lines)))
    for line, color in zip(lines, colors):
        here = (others == line) & np.isfinite(y)
        at = np.unique(x[here])
        if not len(at):
            continue
        low, middle, high = np.transpose([np.percentile(y[here & (x == value)], (5, 50, 95))
                                          for value in at])
        ax.fill_between(at, low, high, color=color, alpha=0.2, linewidth=0, label=f"5 to 95 % {line}")
        ax.plot(at, middle, "o-", color=color, label=f"median {line}")
    scale(ax, x, y)
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1.01), ncol=2, borderaxespad=0)  # beside the bands
    ax.set_xlabel(study.label(along[0]))
    ax.set_ylabel(study.label(response))
    save(figure, target)


def draw_scatter(study, response, target):
    """The response of every sample over each uncertain parameter."""
    y = study.values(response)
    others = combinations(study, study.varying(study.listed))
    lines = list(dict.fromkeys(others))
    colors = [BLUE] if len(lines) == 1 else plt.get_cmap("viridis")(np.linspace(0, 0.88, len(lines)))
    count = len(study.uncertain)
    figure, axes = plt.subplots(1, count, figsize=(1 + 2.8 * count, 3), sharey=True, squeeze=False)
    for ax, name in zip(axes[0], study.uncertain):
        x = study.table[name]
        for k, (line, color) in enumerate(zip(lines, colors)):
            here = others == line
            ax.plot(x[here], y[here], "o", markersize=2.5, color=color,
                    label=line if k < MOST_LINES else None)
        scale(ax, x, y)
        ax.set_xlabel(study.label(name))
    axes[0][0].set_ylabel(study.label(response))
    if len(lines) > 1:
        axes[0][-1].legend(markerscale=1.5)
    save(figure, target)


def draw_sensitivity(study, target):
    """Rank correlations, or Sobol's indices where there are some: means over what is listed."""
    table = study.sensitivity
    indices = np.isfinite(table["first_order"]).any() if table["first_order"].dtype.kind == "f" else False
    measures = [("first_order", "first order", BLUE), ("total_order", "total", ORANGE)] if indices else [
        ("spearman", "rank correlation", BLUE)]
    responses = list(dict.fromkeys(table["response"]))
    names = [name.rsplit("/", 1)[-1] for name in study.uncertain]
    figure, axes = plt.subplots(1, len(responses), figsize=(3.2 + 2.8 * len(responses), 0.9 + 0.45 * len(names)),
                                sharey=True, squeeze=False)
    for ax, response in zip(axes[0], responses):
        for k, (column, label, color) in enumerate(measures):
            means = []
            for parameter in study.uncertain:
                here = (table["response"] == response) & (table["parameter"] == parameter)
                known = table[column][here & np.isfinite(table[column])]
                means.append(known.mean() if len(known) else 0)
            height = 0.7 / len(measures)
            ax.barh(np.arange(len(names)) + (k - (len(measures) - 1) / 2) * height, means, height,
                    color=color, label=label)
        ax.axvline(0, color=GREY, linewidth=0.8)
        if not indices:
            chance = 1.96 / max(np.min(table["samples"]) - 1, 1) ** 0.5
            ax.axvspan(-chance, chance, color=GREY, alpha=0.25, linewidth=0, zorder=0,
                       label="may be chance (95 %)")
        ax.set_xlim(-0.05 if indices else -1, 1)
        ax.set_title(response.split(" [")[0].replace("_", " "))
        ax.set_xlabel("share of the variance" if indices else "Spearman's rank correlation")
    axes[0][0].set_yticks(range(len(names)), names)
    axes[0][0].invert_yaxis()
    axes[0][-1].legend(loc="upper left", bbox_to_anchor=(1, 1))
    save(figure, target)


def main(source, folder):
    study = Study(source)
    for response in study.responses:
        values = study.values(response)
        if values is None or not np.isfinite(values).any():
            continue
        target = os.path.join(folder, re.sub(r"\W+", "_", response))
        if study.uncertain:
            draw_band(study, response, target + "_band.png")
            draw_scatter(study, response, target + "_samples.png")
        else:
            draw_curves(study, response, target + ".png")
            draw_map(study, response, target + "_map.png")
    if study.sensitivity is not None:
        draw_sensitivity(study, os.path.join(folder, "sensitivity.png"))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    main(*sys.argv[1:])
