"""The figure of docs/validation.md: predicted over measured currents, a marker per law."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "postprocess"))

from kavity_figures import BLUE, GREEN, GREY, ORANGE, RED, plt, save

from laws import LAWS, place

STYLES = {"onset": ("o", BLUE), "void": ("P", "#56B4E9"), "bulk": ("v", GREY), "plastic": ("s", ORANGE),
          "stress": ("D", GREEN)}
LIMITS = 6e-5, 12  # below the lowest predictions there is room for the names of the points
SET_APART = 1.055  # between points of the same measured current


def places(points):
    """x of every point; those of the same measured current beside each other."""
    x = []
    for row in points:
        same = [other for other in points if other["value"] == row["value"]]
        x.append(row["value"] * SET_APART ** (2 * same.index(row) - len(same) + 1))
    return x


def draw(results, path):
    points = sorted(results.points, key=lambda row: (row["value"], *map(str, place(row))))
    figure, ax = plt.subplots(figsize=(8.2, 5.4))
    low, high = 0.06, 4.5
    ax.fill_between([low, high], [low / 2, high / 2], [2 * low, 2 * high], color="0.9", linewidth=0)
    ax.plot([low, high], [low, high], color="0.3", linewidth=1)
    for x, row in zip(places(points), points):
        bound = row["kind"] == "<"
        ax.axvline(x, color="0.85", linewidth=0.6, zorder=0.5)
        ax.text(x, LIMITS[0] * 1.25, label(row), rotation=90, fontsize=7, ha="center", va="bottom", color="0.25",
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 1})
        for law, (marker, color) in STYLES.items():
            current = results.current(law, row)
            if current is None:
                continue
            face = "white" if row["calibrated"] == "yes" else color
            ax.plot(x, current, marker=marker, color=color, markerfacecolor=face, markersize=6, linestyle="",
                    zorder=3)
            if bound:
                ax.annotate("", (x / 1.22, current), (x, current), zorder=2,
                            arrowprops={"arrowstyle": "->", "color": color, "linewidth": 1.1, "shrinkA": 0})
    for law, (marker, color) in STYLES.items():
        ax.plot([], [], marker=marker, color=color, linestyle="", label=LAWS[law][0].replace(" P ", " $P$ "))
    ax.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), title="Law", title_fontsize=8, alignment="left")
    ax.set(xscale="log", yscale="log", xlim=(low, high), ylim=LIMITS,
           xlabel="Measured onset of voiding (mA cm$^{-2}$)", ylabel="Predicted (mA cm$^{-2}$)")
    ax.set_xticks([0.1, 0.2, 0.5, 1, 2], ["0.1", "0.2", "0.5", "1", "2"])
    ax.xaxis.set_minor_formatter(plt.NullFormatter())
    ax.set_yticks([0.0001, 0.001, 0.01, 0.1, 1, 10], ["0.0001", "0.001", "0.01", "0.1", "1", "10"])
    ax.text(0.068, 0.083, "1 : 1", rotation=26, fontsize=8, ha="center", va="center", color="0.3")
    save(figure, path)


def label(row):
    text = f"{row['metal']} | {row['electrolyte'].replace('-BASE', '-β″-alumina')}, {row['stack_pressure [MPa]']:g} MPa"
    return text + (" (bound)" if row["kind"] == "<" else "")
