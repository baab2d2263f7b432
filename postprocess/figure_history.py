#!/usr/bin/env python3
"""Contact, voltage, current, void volume, stack pressure and the margin of dendrites of a run over time.

usage: figure_history.py history.csv figure.png
"""

import sys

from kavity_figures import (
    BLACK, BLUE, GREY, ORANGE, Table, letter, limits, note, np, plt, readable_time, readable_voltage, save, varies, widths,
)

# each panel: axis label, and its lines (column, legend, colour, style), from the widest to the thinnest
PANELS = [
    (
        "Contact fraction",
        [
            ("contact", "mean", BLUE, "-"),
            ("contact_2", "mean, below", GREY, "-"),
            ("contact_min", "smallest", ORANGE, "--"),
            ("contact_min_2", "smallest, below", BLACK, ":"),
        ],
    ),
    (
        "Voltage",
        [
            ("voltage", "cell", BLUE, "-"),
            ("electrode_potential", "above", ORANGE, "-"),
            ("electrode_potential_2", "below", GREY, "-"),
        ],
    ),
    (
        "Current density",
        [
            ("contact_current_max", "max |i| on contact", ORANGE, "-"),
            ("contact_current_max_2", "below", GREY, "-"),
            ("current_density", "mean", BLACK, "-"),  # signed: applied, or what a voltage that is kept takes
        ],
    ),
    (
        "Void volume per area",
        [("void_volume", "above", BLUE, "-"), ("void_volume_2", "below", GREY, "-")],
    ),
    ("Stack pressure", [("stack_pressure", "stack pressure", BLUE, "-")]),
    (
        "Dendrite margin",
        [("dendrite_margin", "above", BLUE, "-"), ("dendrite_margin_2", "below", GREY, "-")],
    ),
]


def leave_out_unplated(table):
    """A margin of -1 is no verdict: nothing is plated then."""
    for name in ("dendrite_margin", "dendrite_margin_2"):
        if name not in table:
            continue
        table.columns[name] = np.where(table[name] == -1, np.nan, table[name])
        if not np.isfinite(table[name]).any():
            del table.columns[name]
            note(f"{name} is not drawn: nothing was plated")


def is_drawn(panel, table):
    """Of the columns that there are; the stack pressure only where it changes."""
    present = [line[0] for line in panel[1] if line[0] in table]
    if present == ["stack_pressure"]:
        return varies(table["stack_pressure"])
    return bool(present)


def ends_of_steps(table):
    """The rows after which the protocol goes on to its next step."""
    return np.flatnonzero(np.diff(table["step"])) if "step" in table else []


def narrowing(table):
    """Of lines, by which those of many steps leave room between them."""
    return min(1, max(0.5, 20 / (len(ends_of_steps(table)) + 1)))


def mark_steps(ax, time, table):
    """A thin line wherever the protocol goes on to its next step."""
    for k in ends_of_steps(table):
        ax.axvline(time[k], color="0.8", linewidth=0.7 * narrowing(table), zorder=0)


def limit(ax, label, values):
    if label == "Contact fraction":
        lost = 1 - np.nanmin(values)
        # hardly anything is lost: show that, but not what is as good as nothing
        ax.set_ylim((1 - 1.1 * lost, 1 + 0.05 * lost) if 1e-3 < lost <= 0.02 else (0, 1.03))
    elif label == "Dendrite margin":
        ax.set_ylim(-1.05, max(0.1, 1.1 * np.nanmax(values)))
        ax.axhline(0, color=ORANGE, linewidth=0.9, linestyle="--")
    elif label == "Void volume per area" and not values.any():
        ax.set(ylim=(0, 1), yticks=[0])
        ax.text(0.5, 0.5, "no voids", transform=ax.transAxes, ha="center")
    else:
        ax.set_ylim(limits(np.append(values, 0) if label == "Void volume per area" else values))


def draw_panel(ax, time, table, panel, legend_above):
    label, lines = panel
    present, shown = [line for line in lines if line[0] in table], []
    for (name, legend, color, style), width in zip(present, narrowing(table) * np.array(widths(len(present)))):
        values, unit = table[name], table.unit(name)
        if label == "Voltage":  # all in the unit of the first
            unit = readable_voltage(table)[1]
            values = values * {"V": 1.0, "mV": 1e3}[unit]
        ax.plot(time, values, style, color=color, linewidth=width, label=legend, marker="o" if len(time) == 1 else None,
                markersize=3 * width)
        shown.append(values)
    ax.set_ylabel(f"{label} ({unit})" if unit else label)
    limit(ax, label, np.concatenate(shown))
    ax.margins(x=0)
    ax.ticklabel_format(axis="y", useOffset=False)
    if len(present) > 1:
        above = {"loc": "lower right", "bbox_to_anchor": (1, 0.98), "ncol": 2 if len(present) == 4 else 3, "borderaxespad": 0.2,
                 "columnspacing": 1, "handlelength": 1.8}
        ax.legend(**(above if legend_above else {}))
    mark_steps(ax, time, table)


def capacity_rate(time, table):
    """Capacity per time, None where one is not proportional to the other."""
    if "capacity" not in table or len(time) < 3:
        return None
    capacity = table["capacity"]
    if capacity[-1] <= 0 or time[-1] <= 0:
        return None
    rate = capacity[-1] / time[-1]
    return rate if np.max(np.abs(capacity - rate * time)) <= 1e-3 * capacity[-1] else None


def add_capacity(ax, rate, table):
    """A second axis above the panel."""
    top = ax.secondary_xaxis("top", functions=(lambda t: t * rate, lambda q: q / rate))
    top.set_xlabel(table.label("capacity", "Capacity"))
    ax.spines["top"].set_visible(True)


def main(source, target):
    table = Table(source)
    leave_out_unplated(table)
    time, unit = readable_time(table, "run_time")
    rate = capacity_rate(time, table)
    panels = [p for p in PANELS if is_drawn(p, table)]
    if not panels:
        raise SystemExit(f"{source}: none of the columns to draw")
    rows = (len(panels) + 1) // 2
    figure, axes = plt.subplots(
        rows, 2, figsize=(7.0, 2.55 * rows), sharex=True, squeeze=False
    )
    axes = axes.flatten()
    for k, (ax, panel) in enumerate(zip(axes, panels)):
        draw_panel(ax, time, table, panel, legend_above=rate is None or k > 1)
    for ax in axes[len(panels) :]:
        ax.set_visible(False)
    for ax in axes[max(len(panels) - 2, 0) : len(panels)]:
        ax.set_xlabel(f"Time ({unit})")
        ax.tick_params(labelbottom=True)
    if rate is not None:
        for ax in axes[: min(2, len(panels))]:
            add_capacity(ax, rate, table)
    letter(axes[: len(panels)])
    save(figure, target)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    main(*sys.argv[1:])
