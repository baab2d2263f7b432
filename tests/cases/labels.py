"""What figures draw and say: the best stack pressure, what is known of it where answers are bounds, limits of others, the
stress of an electrolyte.

usage: labels.py REPOSITORY KAVITY
"""

import os
import pathlib
import subprocess
import sys
import tempfile

from checks import require

HEAD = """
import sys
sys.path.insert(0, sys.argv[1])
from kavity_figures import BestPressure, np, plt, quantiles
from figure_study import Study, best_pressures, draw_other_limits, quantile_text
inf = np.inf
def best(pressures, void, dendrite, most_of_void=None, most_of_dendrite=None):
    return BestPressure({"void_inf": (pressures, void, void if most_of_void is None else most_of_void),
                         "dendrite_fresh": (pressures, dendrite, dendrite if most_of_dendrite is None else most_of_dendrite)})
def tell(found):
    print(found.label("MPa").replace("\\n", " "), found.text("MPa", "mA/cm^2"), sep="; ")
"""

# A check: code, and what it prints, line by line.
CHECKS = {
    # limits that cross at 3.754 MPa, between two pressures
    "as many digits as the distance of pressures warrants, in the figure and in the log; all where nothing is interpolated": ("""
for p in ([1, 2.5, 5, 10], [2, 3.5, 4, 10], [0.1, 1, 100, 1000]):
    p = np.array(p)
    tell(best(p, p * 2 / 3.754, 0 * p + 2))
tell(best(np.array([0.1, 2.5, 100]), [0.1, 2, 0.2], [9, 9, 9]))
""", ["P* = 3.8 MPa (within 2.5 to 5); 3.8 MPa, within 2.5 to 5 MPa, at 2 mA/cm^2 (void_inf and dendrite_fresh)",
      "P* = 3.75 MPa (within 3.5 to 4); 3.75 MPa, within 3.5 to 4 MPa, at 2 mA/cm^2 (void_inf and dendrite_fresh)",
      "P* = 4 MPa (within 1 to 100); 4 MPa, within 1 to 100 MPa, at 2 mA/cm^2 (void_inf and dendrite_fresh)",
      "P* = 2.5 MPa (within 0.1 to 100); 2.5 MPa, within 0.1 to 100 MPa, at 2 mA/cm^2 (void_inf)"]),
    # critical currents of stack_pressure_window.prm at 0 degC, where pressures that are closer have P* = 3.75 MPa: what a
    # cycled cell has lost is healed there; of a dendrite in the cycled cell alone the same is known of contact
    "limits are not joined where their cause changes": ("""
voids, fresh, cycled = [1.505, 2.363, 2.936, 5.809], [2.249, 2.212, 2.187, 2.062], [2.009, 2.212, 2.187, 2.062]
def of(places, **kinds):
    p = np.array([2.5, 4., 5., 10.])[places]
    tell(BestPressure({kind: (p, *[np.array(curve[0])[places]] * 2, *map(np.array, curve[1:])) for kind, curve in kinds.items()}))
of([0, 2, 3], void_inf=(voids,), dendrite_fresh=(fresh,), dendrite_cycled=(cycled,))
of([0, 1], void_inf=(voids,), dendrite_fresh=(fresh,), dendrite_cycled=(cycled,))
of([0, 2, 3], void_inf=(voids,), dendrite_cycled=(cycled, [1, 0, 0]))
of([0, 2, 3], void_inf=(voids,), dendrite_cycled=(cycled, [1, 1, 1]))
""", ["P* = 3.7 MPa (within 2.5 to 5); 3.7 MPa, within 2.5 to 5 MPa, at 2.21 mA/cm^2 (void_inf and dendrite_fresh); what "
      "limits dendrite_cycled changes there: more stack pressures there tell more",
      "P* = 3.7 MPa (within 2.5 to 4); 3.7 MPa, within 2.5 to 4 MPa, at 2.22 mA/cm^2 (void_inf and dendrite_fresh); what "
      "limits dendrite_cycled changes there: more stack pressures there tell more",
      "P* 3.68 to 5 MPa (more pressures there tell more); 3.68 to 5 MPa; what limits dendrite_cycled changes there: more "
      "stack pressures there tell more",
      "P* = 5 MPa (within 2.5 to 10); 5 MPa, within 2.5 to 10 MPa, at 2.19 mA/cm^2 (dendrite_cycled)"]),
    # of 0.7 mA/cm^2 at one end, by voids or dendrites, of more than 3 everywhere else
    "not at an end that is below bounds": ("""
p, low, high = np.array([0.5, 5., 20.]), [0.7, 3, 3], [3, 3, 0.7]
tell(best(p, low, [3, 3, 3], [0.7, inf, inf], [inf] * 3))
tell(best(p, [3, 3, 3], high, [inf] * 3, [inf, inf, 0.7]))
""", ["P* > 0.5 MPa (only bounds are known); > 0.5 MPa; it depends on bounds of void_inf and dendrite_fresh, not on values",
      "P* < 20 MPa (only bounds are known); < 20 MPa; it depends on bounds of void_inf and dendrite_fresh, not on values"]),
    # dendrites from 4 mA/cm^2 on; of voids 1 mA/cm^2 at 1 MPa and at least 8 at 8 MPa, so that they cross by 4 MPa; at
    # least 2, then they may cross anywhere beyond; beyond both bounds
    "crossings at bounds are none": ("""
p = np.array([1., 8.])
tell(best(p, [1, 8], [4, 4], [1, inf]))
tell(best(p, [1, 2], [4, 3], [1, inf]))
tell(best(p, [1, 8], [8, 8], [1, inf], [inf, inf]))
tell(best(p, [0, 0], [0, 0], [6, 30], [6, 6]))
""", ["P* 1 to 4 MPa (only bounds are known); 1 to 4 MPa; it depends on bounds of void_inf, not on values",
      "P* > 1 MPa (only bounds are known); > 1 MPa; it depends on bounds of void_inf, not on values",
      "P* > 1 MPa (only bounds are known); > 1 MPa; it depends on bounds of void_inf and dendrite_fresh, not on values",
      "P* not known (only bounds are known); not known; it depends on bounds of void_inf and dendrite_fresh, not on values"]),
    # 2 mA/cm^2 are certain, and with dendrites of more voids of 4 mA/cm^2 at 4 MPa, which fall to 2 by 8 MPa
    "beyond what is certain": ("""
p = np.array([1., 4., 16.])
tell(best(p, [8, 4, 1], [2, 2, 1], most_of_dendrite=[2, 2, inf]))
""", ["P* < 8 MPa (only bounds are known); < 8 MPa; it depends on bounds of dendrite_fresh, not on values"]),
    # dendrites of 7 mA/cm^2 at 8 MPa, of more than 6 below: they cross voids there or, with more, from 7 MPa on
    "between values and bounds": ("""
p = np.array([1., 4., 8., 16.])
tell(best(p, p, [6, 6, 7, 6], p, [inf, inf, 7, 6]))
tell(best(p, p, [0, 0, 0, 0], p, [9, 9, 9, 9]))
tell(best(p[:2], p[:2], [40, 40]))
""", ["P* 7 to 8 MPa (only bounds are known); 7 to 8 MPa; it depends on bounds of dendrite_fresh, not on values",
      "P* not known (only bounds are known); not known; it depends on bounds of dendrite_fresh, not on values",
      "P* at the end of the range; none within the range: 4 mA/cm^2 at its end, 4 MPa"]),
    "bounds that no limit comes near": ("""
p = np.array([1., 4., 8., 16.])
tell(BestPressure({"void_inf": (p, p, p), "void_protocol": (p, [9, 20, 20, 20], [9, inf, inf, inf]),
                   "dendrite_fresh": (p, [6, 6, 6, 6], [6, 6, 6, 6])}))
""", ["P* = 6.0 MPa (within 4 to 8); 6.0 MPa, within 4 to 8 MPa, at 6 mA/cm^2 (void_inf and dendrite_fresh)"]),
    "quantiles of what is beyond": ("""
inside = np.arange(1., 101.)
print(*(quantiles(inside) == np.percentile(inside, (5, 50, 95))))
below = np.where(inside < 10, -inf, inside)
grid = np.arange(0., 200., 10.)
for low, high in zip(quantiles(below), quantiles(np.where(inside < 10, 10, inside))):
    print(quantile_text(low, high, grid))
print(quantile_text(50, inf, grid), quantile_text(1, 2, grid), quantile_text(-inf, inf, grid))
""", ["True True True", "< 10", "50.5", "95.0", "> 50 (1.0 to 2.0) (not known)"]),
    # the upper bound of the search was 5 mA/cm^2, the lower one 6
    "searches that end at their bounds": ("""
import contextlib, io, figure_critical_current
head = "stack_pressure [MPa],temperature [degC],kind,critical_current [mA/cm^2],lower [mA/cm^2],upper [mA/cm^2],cause"
for rows in (("1,20,void_inf,1,,", "20,20,void_inf,,5,", "1,20,dendrite_fresh,4,,", "20,20,dendrite_fresh,4,,"),
             ("1,20,void_inf,,,6", "20,20,void_inf,20,,", "1,20,dendrite_fresh,,,6", "20,20,dendrite_fresh,,,6")):
    with open("critical_current.csv", "w") as file:
        file.write("\\n".join([head, *(row + ",grows" for row in rows)]))
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        figure_critical_current.main("critical_current.csv", ".")
    print(*(line for line in said.getvalue().splitlines() if line.startswith("note")), said.getvalue().split()[-1])
""", ["note: best stack pressure at 20 degC: 1 to 13.2 MPa; it depends on bounds of void_inf, not on values "
      "./stack_pressure_window.png",
      "note: best stack pressure at 20 degC: not known; it depends on bounds of void_inf and dendrite_fresh, not on values "
      "./stack_pressure_window.png"]),
    # voids of a times the pressure, dendrites of 4 mA/cm^2: the best pressure is 4/a MPa, below 1 MPa with 8, beyond
    # 16 MPa with 1/8; with 2 the limit by voids is above 6 mA/cm^2 at 4 MPa, so that they cross by 2.40 MPa. The quantiles
    # are between the first and the second, 1 + 0.2 (2.40 - 1), and the last but one and the last, 8 + 0.8 (16 - 8)
    "samples at an end and of bounds": ("""
import figure_study
with open("study.csv", "w") as file:
    file.write("row,Cell/Stack pressure [MPa],Metal/x [1],void_inf [mA/cm^2],dendrite_fresh [mA/cm^2],bounds,status,cause\\n")
    row = 0
    for a in (8, 2, 1, 0.5, 0.125):
        for p in (1, 4, 16):
            row, bound = row + 1, a == 2 and p == 4
            file.write(f"{row},{p},{a},{'' if bound else a * p},4,{'void_inf > 6' if bound else ''},done,\\n")
with open("sensitivity.csv", "w") as file:
    file.write("Cell/Stack pressure [MPa],response,parameter,spearman,first_order,total_order,samples,bounds\\n"
               "1,void_inf [mA/cm^2],Metal/x,1,,,5,1\\n")
figure_study.draw_window(figure_study.Study("study.csv"), "window.png")
""", ["note: best stack pressure: median 4, 5 to 95 % < 1.3 to > 14 MPa of 5 samples; 1 of 5 at or below 1 MPa; "
      "1 of 5 at or above 16 MPa; 1 of 5 known by bounds only", "window.png"]),
    # at 4 MPa no answer was found; the bounds are those of two kinds
    "a gap is a gap, and arrows hide none": ("""
import figure_critical_current, figure_study
def lines(figure, target):
    ax, = figure.axes
    print(target, *(list(line.get_ydata()) for line in ax.lines if len(line.get_xdata()) == 3))
    marks = [line.get_transform().transform(line.get_xydata())[0] for line in ax.lines if line.get_marker() == "_"]
    print([round(mark[0] - marks[0][0], 1) for mark in marks], {head.xy for head in ax.texts})
figure_critical_current.save = figure_study.save = lines
with open("critical_current.csv", "w") as file:
    file.write("stack_pressure [MPa],temperature [degC],kind,critical_current [mA/cm^2],lower [mA/cm^2],upper [mA/cm^2],cause\\n")
    for row in ("1,20,void_inf,1,,", "4,20,void_inf,,,", "16,20,void_inf,16,,",
                "1,20,dendrite_fresh,4,,", "4,20,dendrite_fresh,4,,", "16,20,dendrite_fresh,4,,",
                "1,20,void_protocol,,9,", "4,20,void_protocol,9,,", "16,20,void_protocol,9,,",
                "1,20,dendrite_cycled,,9,", "4,20,dendrite_cycled,8,,", "16,20,dendrite_cycled,8,,"):
        file.write(row + ",grows\\n")
table = figure_study.Table("critical_current.csv")
figure_critical_current.draw_window(table, dict.fromkeys(table["kind"]), "window")
with open("study.csv", "w") as file:
    file.write("row,Cell/Stack pressure [MPa],void_inf [mA/cm^2],dendrite_fresh [mA/cm^2],bounds,status,cause\\n"
               "1,1,1,4,,done,\\n2,4,,4,,done,\\n3,16,16,4,,done,\\n")
figure_study.draw_curves(Study("study.csv"), "void_inf", "curve")
figure_study.draw_window(Study("study.csv"), "bands")
""", ["note: best stack pressure at 20 degC: > 1 MPa; it depends on bounds of void_inf, not on values",
      "window [1.0, nan, 16.0] [4.0, 4.0, 4.0] [nan, 9.0, 9.0] [nan, 8.0, 8.0]", "[0.0, -8.3] {(1.0, 9.0)}",
      "note: Voiding, steady state: 1 of 3 left out: no value", "curve [1.0, nan, 16.0]", "[] set()",
      "note: best stack pressure: > 1 MPa; it depends on bounds of void_inf, not on values",
      "bands [1.0, nan, 16.0] [4.0, 4.0, 4.0]", "[] set()"]),
    # of all rows one value, then one that differs
    "no map of one colour": ("""
import figure_study, os
for last in (3, 4):
    with open("map.csv", "w") as file:
        file.write("row,Metal/x [1],Metal/y [1],void_onset [mA/cm^2],bounds,status,cause\\n")
        for row in range(9):
            file.write(f"{row + 1},{row // 3},{row % 3},{last if row == 8 else 3},,done,\\n")
    figure_study.draw_map(figure_study.Study("map.csv"), "void_onset", "void_onset_map.png")
import figure_critical_current
with open("map.csv", "w") as file:
    file.write("stack_pressure [MPa],temperature [degC],kind,critical_current [mA/cm^2],lower [mA/cm^2],upper [mA/cm^2],cause\\n")
    for kind in ("void_onset", "void_inf"):
        for row in range(12):
            file.write(f"{row // 3},{row % 3},{kind},{4 if row == 8 and kind == 'void_inf' else 3},,,grows\\n")
figure_critical_current.save = lambda figure, target: print(target, figure.axes[0].get_title(), len(figure.axes))
figure_critical_current.draw_map(figure_study.Table("map.csv"), ["void_onset", "void_inf"], "map.png")
""", ["note: void_onset_map.png is not drawn: Voiding, onset is the same in all rows", "void_onset_map.png",
      "note: map.png leaves out Voiding, onset: it is the same in all rows", "map.png Voiding, steady state 2"]),
    # 0 MPa, where voids take all of the contact, and panels that say what they are of
    "a window of a logarithmic axis": ("""
import figure_critical_current, figure_study
def tell_figure(figure, target):
    texts = [text.get_text() for text in (figure._suptitle, figure._supxlabel) if text is not None]
    print(target, *(ax.get_title() for ax in figure.axes), *texts, figure.axes[0].get_ylim()[0] > 0.5)
figure_critical_current.save = figure_study.save = tell_figure
with open("study.csv", "w") as file:
    file.write("row,Cell/Stack pressure [MPa],Metal/Grain size [um],void_inf [mA/cm^2],dendrite_fresh [mA/cm^2],bounds,status,"
               "cause\\n")
    for row, (size, p) in enumerate((size, p) for size in (3, 5) for p in (0, 1, 16)):
        file.write(f"{row + 1},{p},{size},{p},4,,done,\\n")
figure_study.draw_window(Study("study.csv"), "window.png")
with open("critical_current.csv", "w") as file:
    file.write("stack_pressure [MPa],temperature [degC],kind,critical_current [mA/cm^2],lower [mA/cm^2],upper [mA/cm^2],cause\\n")
    for p in (0, 1, 16):
        file.write(f"{p},20,void_inf,{p},,,grows\\n{p},20,dendrite_fresh,4,,,grows\\n")
table = figure_study.Table("critical_current.csv")
figure_critical_current.draw_window(table, dict.fromkeys(table["kind"]), "window.png")
""", ["note: best stack pressure at Grain size 3 µm: 4 MPa, within 1 to 16 MPa, at 4 mA/cm^2 (void_inf and dendrite_fresh)",
      "note: best stack pressure at Grain size 5 µm: 4 MPa, within 1 to 16 MPa, at 4 mA/cm^2 (void_inf and dendrite_fresh)",
      "note: window.png leaves out 0 MPa: its axis is logarithmic",
      "window.png Grain size 3 µm Grain size 5 µm 0 MPa is not on the logarithmic axis True",
      "note: best stack pressure at 20 degC: 4 MPa, within 1 to 16 MPa, at 4 mA/cm^2 (void_inf and dendrite_fresh)",
      "window.png 20 °C 0 MPa is not on the logarithmic axis True"]),
    # both electrodes, and a current that a step may not apply but a voltage take
    "currents of a history": ("""
import figure_history
with open("history.csv", "w") as file:
    file.write("run_time [s],current_density [mA/cm^2],contact_current_max [mA/cm^2],contact_current_max_2 [mA/cm^2]\\n"
               "0,1,2,3\\n60,-1,4,5\\n")
figure_history.save = lambda figure, target: print(*((line.get_label(), *line.get_ydata()) for line in figure.axes[0].lines))
figure_history.main("history.csv", "history.png")
""", ["('max |i| on contact', 2.0, 4.0) ('below', 3.0, 5.0) ('mean', 1.0, -1.0)"]),
    # a cell of two electrodes that do the same all the time, then one of many steps
    "lines that coincide are all seen": ("""
import figure_history
def tell_lines(figure, target):
    for ax in figure.axes:
        lines = [line for line in ax.lines if not line.get_label().startswith("_")]
        seen = [(line.get_color(), line.get_linestyle()) for line in lines]
        below = [wide.get_linewidth() > thin.get_linewidth() + 0.3 for wide, thin in zip(lines, lines[1:])]
        print(ax.get_ylabel().split()[0], *(line.get_label() for line in lines), len(set(seen)) == len(seen), all(below),
              len(ax.get_legend().get_texts()) == len(lines))
figure_history.save = tell_lines
names = ["contact", "contact_min", "contact_2", "contact_min_2", "voltage", "electrode_potential", "electrode_potential_2",
         "current_density", "contact_current_max", "contact_current_max_2", "void_volume", "void_volume_2"]
for number in (2, 100):
    with open("history.csv", "w") as file:
        file.write(",".join(["run_time [s]", "step [1]", *(f"{name} [{'V' if name[0] in 'ev' else '1'}]" for name in names)]) + "\\n")
        for row in range(number):
            file.write(",".join(map(str, [60 * row, row, *[1] * len(names)])) + "\\n")
    figure_history.main("history.csv", "history.png")
figure_history.save = lambda figure, target: print(max(line.get_linewidth() for ax in figure.axes for line in ax.lines) < 2)
figure_history.main("history.csv", "history.png")
""", [*["Contact mean mean, below smallest smallest, below True True True", "Voltage cell above below True True True",
        "Current max |i| on contact below mean True True True", "Void above below True True True"] * 2, "True"]),
    # nothing happens but round-off: while stripping, while plating, at rest; then a loss of contact that is shown
    "no axis is zoomed onto round-off": ("""
import figure_history
def tell_limits(figure, target):
    for ax in figure.axes[:4]:
        print(ax.get_ylabel().split()[0], *(f"{end:.4g}" for end in ax.get_ylim()), *(text.get_text() for text in ax.texts[:-1]))
figure_history.save = tell_limits
for contact, voltage, current, voids in ((1, 0.21, 2, 0), (1, -0.21, -2, 0.01), (1 - 1e-8, 0, 0, 0), (0.99, 0.6, 2, 0)):
    with open("history.csv", "w") as file:
        file.write("run_time [s],contact [1],voltage [V],current_density [mA/cm^2],void_volume [um]\\n"
                   f"0,1,{voltage},{current},{voids}\\n60,{contact},{voltage + 1e-13},{current + 1e-11},{voids}\\n")
    figure_history.main("history.csv", "history.png")
""", ["Contact 0 1.03", "Voltage 189 231", "Current 1.8 2.2", "Void 0 1 no voids",
      "Contact 0 1.03", "Voltage -231 -189", "Current -2.2 -1.8", "Void 0 0.0105",
      "Contact 0 1.03", "Voltage -1 1", "Current -1 1", "Void 0 1 no voids",
      "Contact 0.989 1", "Voltage 0.54 0.66", "Current 1.8 2.2", "Void 0 1 no voids"]),
    # three points of one element, with and without the width that they are of, or a width that is of another mesh
    "an interface from end to end, and not of round-off": ("""
import figure_interface
def tell_limits(figure, target):
    print(*(f"{end:.4g}" for ax in figure.axes[:2] for ends in (ax.get_xlim(), ax.get_ylim()) for end in ends))
def tell_colours(figure, target):
    print(*(f"{end:.4g}" for ax in figure.axes[:2] for end in ax.collections[0].get_clim()))
def tell_filled(figure, target):
    for ax in figure.axes[:2]:
        box = ax.collections[0].get_datalim(ax.transData)
        print(*(f"{end:.4g}" for ends in (ax.get_xlim(), ax.get_ylim()) for end in ends),
              box.x0 <= ax.get_xlim()[0] and box.x1 >= ax.get_xlim()[1] and box.y0 <= ax.get_ylim()[0] and box.y1 >= ax.get_ylim()[1])
figure_interface.save = tell_limits
for parameters in ("", "  set Width = 20 um\\n", "  set Width = 0.02 mm # [est]\\n", "  set Width = 1 mm\\n"):
    with open("parameters.prm", "w") as file:
        file.write("subsection Mesh\\n  set File =   # default\\nend\\nsubsection Cell\\n  set Kind = half\\n" + parameters + "end\\n")
    with open("interface.csv", "w") as file:
        file.write("x [um],contact [1],current [mA/cm^2]\\n2.25,1,-2.00000000001\\n10,1,-2\\n17.75,1,-2.00000000001\\n")
    figure_interface.main("interface.csv", "interface.png")
figure_interface.save = tell_colours
with open("interface.csv", "w") as file:
    file.write("x [um],z [um],contact [1],current [mA/cm^2]\\n1,1,1,2\\n1,2,1,2.00000000001\\n2,1,1,2\\n")
figure_interface.main("interface.csv", "interface.png")
# of a cell of 20 um that is 8 um deep
with open("parameters.prm", "w") as file:
    file.write("subsection Cell\\n  set Depth = 8 um\\n  set Width = 20 um\\nend\\n")
with open("interface.csv", "w") as file:
    file.write("x [um],z [um],contact [1],current [mA/cm^2]\\n" +
               "".join(f"{x},{z},{x / 20},2\\n" for x in (2.25, 10, 17.75) for z in (1, 4, 7)))
figure_interface.save = tell_filled
figure_interface.main("interface.csv", "interface.png")
""", ["0 21.62 0 1.03 0 21.62 -2.1 0", "0 20 0 1.03 0 20 -2.1 0", "0 20 0 1.03 0 20 -2.1 0", "0 21.62 0 1.03 0 21.62 -2.1 0",
      "0 1 1.8 2.2", *["0 20 0 8 True"] * 2]),
    # of a symmetric cell, beside each other in 2D, above each other in 3D; then the table of one electrode alone, and that
    # of another time
    "an interface has both electrodes, and says when": ("""
import figure_interface, os
def tell_lines(figure, target):
    print(target, figure._suptitle and figure._suptitle.get_text(), *(ax.get_title() for ax in figure.axes))
    for ax in figure.axes[:2]:
        print(*((line.get_label(), *map(float, line.get_xydata()[[0, -1]].flatten())) for line in ax.lines))
figure_interface.save = tell_lines
with open("parameters.prm", "w") as file:
    file.write("subsection Cell\\n  set Width = 20 um\\nend\\n")
with open("result.json", "w") as file:
    file.write('{"run_time [s]": 7800}')
for name, contact, current in (("interface_final.csv", 1, -2), ("interface_final_2.csv", 0.7, 2)):
    with open(name, "w") as file:
        file.write("x [um],contact [1],current [mA/cm^2]\\n" + "".join(f"{x},{contact},{current}\\n" for x in (17.75, 2.25, 10)))
figure_interface.main("interface_final.csv", "both")
figure_interface.main("interface_final_2.csv", "one")
os.rename("interface_final_2.csv", "interface_0012.csv")
figure_interface.main("interface_final.csv", "half")
figure_interface.main("interface_0012.csv", "then")
for name in ("interface_final.csv", "interface_final_2.csv"):
    with open(name, "w") as file:
        file.write("x [um],z [um],contact [1],current [mA/cm^2]\\n1,1,1,2\\n1,2,1,2\\n2,1,1,2\\n")
figure_interface.main("interface_final.csv", "3D")
""", ["both Interface after 2.167 h  ",
      "('above', 0.0, 1.0, 20.0, 1.0) ('below', 0.0, 0.7, 20.0, 0.7)",
      "('above', 0.0, -2.0, 20.0, -2.0) ('below', 0.0, 2.0, 20.0, 2.0)", "one Electrode below after 2.167 h  ",
      "('below', 0.0, 0.7, 20.0, 0.7)", "('below', 0.0, 2.0, 20.0, 2.0)", "half Interface after 2.167 h  ",
      "('_child0', 0.0, 1.0, 20.0, 1.0)", "('_child0', 0.0, -2.0, 20.0, -2.0)", "then None  ", "('_child0', 0.0, 0.7, 20.0, 0.7)",
      "('_child0', 0.0, 2.0, 20.0, 2.0)", "3D Interface after 2.167 h Electrode above Electrode above Electrode below Electrode below    ",
      "", ""]),
    # one temperature, then two
    "a key to one series is none": ("""
import figure_critical_current
figure_critical_current.save = lambda figure, target: print(figure.axes[0].get_title(), figure.axes[0].get_legend() is not None)
for temperatures in ((20,), (20, 40)):
    with open("critical_current.csv", "w") as file:
        file.write("stack_pressure [MPa],temperature [degC],kind,critical_current [mA/cm^2],lower [mA/cm^2],upper [mA/cm^2],cause\\n")
        for t in temperatures:
            file.write(f"1,{t},void_inf,2,1.9,2.1,grows\\n" + (f"2,{t},void_inf,3,,,grows\\n" if len(temperatures) > 1 else ""))
    table = figure_critical_current.Table("critical_current.csv")
    figure_critical_current.draw_figure(table, ["void_inf"], "critical_current.png")
""", ["Voiding, steady state, 20 °C False", "Voiding, steady state True"]),
    # a study of pressures and temperatures, and a search
    "a map has numbers where there are rows, and of its colours": ("""
import figure_critical_current, figure_study
def shown(axis):
    low, high = sorted(axis.get_view_interval())
    return [text.get_text() for text in axis.get_ticklabels() if text.get_text() and low <= float(text.get_text()) <= high]
def tell_ticks(figure, target):
    figure.canvas.draw()
    ax, bar = figure.axes
    print(*(shown(axis) for axis in ((ax.xaxis, ax.yaxis) if target == "study" else ()) + (bar.yaxis,)), len(ax.texts))
figure_study.save = figure_critical_current.save = tell_ticks
pressures = (0.5, 1, 2, 4, 8, 16)
with open("study.csv", "w") as file:
    file.write("row,Cell/Stack pressure [MPa],Cell/Temperature [degC],void_inf [mA/cm^2],bounds,status,cause\\n")
    for row, (p, t) in enumerate((p, t) for p in pressures for t in (0, 20, 40)):
        file.write(f"{row + 1},{p},{t},{p + t / 40},,done,\\n")
figure_study.draw_map(Study("study.csv"), "void_inf", "study")
with open("map.csv", "w") as file:
    file.write("stack_pressure [MPa],temperature [degC],kind,critical_current [mA/cm^2],lower [mA/cm^2],upper [mA/cm^2],cause\\n")
    for p in pressures:
        for t in (0, 20, 40):
            file.write(f"{p},{t},void_inf,{p + t / 40},,,grows\\n")
figure_critical_current.draw_map(figure_study.Table("map.csv"), ["void_inf"], "map")
""", ["['0.5', '1', '2', '4', '8', '16'] ['0', '20', '40'] ['0.5', '1', '2', '5', '10'] 0",
      "['2.5', '5', '7.5', '10', '12.5', '15'] 0"]),
    # a limit by voids that is the same in all rows, one that is not, and one of dendrites, which is the response's own
    "limits of others are a dashed line": ("""
with open("study.csv", "w") as file:
    file.write("row,Metal/x [1],void_inf [mA/cm^2],void_onset [mA/cm^2],dendrite_fresh [mA/cm^2],bounds,status,cause\\n"
               "1,1,3,1,5,,done,\\n2,2,3,2,6,,done,\\n")
figure, ax = plt.subplots()
print(draw_other_limits(ax, Study("study.csv"), "dendrite_fresh"))
line, = ax.lines
print(line.get_linestyle(), *line.get_ydata(), line.get_label())
ax.clear()
print(draw_other_limits(ax, Study("study.csv"), "void_inf"), len(ax.lines))
""", ["[3.0]", "-- 3.0 3.0 Voiding", "steady state", "[] 0"]),
}


def said_by(code, scripts, folder):
    done = None
    for python in (os.environ.get("KAVITY_PYTHON"), "python3", "/usr/bin/python3"):
        if python and (done is None or done.returncode != 0):
            done = subprocess.run([python, "-B", "-c", HEAD + code, scripts], cwd=folder, capture_output=True, text=True,
                                  timeout=300)
    require(done.returncode == 0, done.stderr)
    return done.stdout.splitlines()


def stress_of_a_run(scripts, folder):
    """The figure has the largest principal stress that the history has, and its displacements bend the disc by a thickness
    at most."""
    file = scripts.parent / "tests" / "cases" / "fixture_rim_support.prm"
    subprocess.run([sys.argv[2], "run", file, "-q", "-o", "bent", "--set", "Output/Fields=true", "--set",
                    "Output/Figures=false"], cwd=folder, check=True, capture_output=True)
    said = said_by("""
import figure_stress
from kavity_figures import Table
body = figure_stress.Electrolyte("bent")
factor = figure_stress.magnification([body])
print(abs(np.max(body.stress) / Table("bent/history.csv")["principal_stress_max"][-1] - 1) < 1e-5)
print(0.3 < factor * np.max(-body.v) / 0.1 <= 1)
figure_stress.main(["bent"], "stress.png")
""", scripts, folder)
    require(said == ["True", "True", "stress.png"], f"{said}")


def main():
    scripts = pathlib.Path(sys.argv[1]) / "postprocess"
    with tempfile.TemporaryDirectory() as folder:
        for name, (code, wanted) in CHECKS.items():
            said = said_by(code, scripts, folder)
            require(said == wanted, f"{name}: {said}\nwanted {wanted}")
        stress_of_a_run(scripts, folder)


main()
