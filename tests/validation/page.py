"""The text of docs/validation.md, and what must hold for it."""

import math
import pathlib
import re

from laws import (
    DENDRITE_PRESSURE, DENDRITE_TEMPERATURE, DENDRITES, FARADAY, LAWS, LOW_PRESSURE, place, rms_factor, worst_factor,
)

# A factor may come this much nearer to or farther from 1 without a word: what another compiler or mesh
# changes is far less, what another law or material changes is more.
GROWTH = 1.1
LARGEST_RMS_OF_ONSET = 2.0
CALIBRATION = 5e-3  # what three digits of the calibrated number leave

HEAD = ["", "System", "$P$ MPa", "$T$ °C", "Measured"]  # of the table of predictions
TITLES = {"K-BASE": "K-beta''-alumina", "Na-BASE": "Na-beta''-alumina"}


def number(x):
    """Three significant digits."""
    digits = 2 - math.floor(math.log10(abs(x)))
    digits = digits if round(abs(x), digits) < 10 ** (3 - digits) else digits - 1
    return f"{round(x, digits):.{max(digits, 0)}f}"


def about(x):
    """Two significant digits, for the text between the tables."""
    return f"{x:.2g}" if x < 100 else f"{x:.0f}"


def cell(results, law, row):
    current = results.current(law, row)
    if current is None:
        return "none"
    factor = current / row["value"]
    note = "cal" if row["calibrated"] == "yes" else f"×{number(factor)}"
    if row["calibrated"] == "yes" and abs(factor - 1) > CALIBRATION:
        note = f"×{number(factor)}"
    if row["kind"] == "<":
        note += ", violated" if factor > 1 else ", met"
    return f"{number(current)} ({note})"


def system(row):
    return f"{row['metal']} / {TITLES.get(row['electrolyte'], row['electrolyte'])}"


def measured(row):
    return ("below " if row["kind"] == "<" else "") + row["text"]


def row_text(cells):
    return "| " + " | ".join(cells) + " |"


def tables(results):
    """The lines of all tables."""
    sources = list(dict.fromkeys(row["source"] for row in results.data))
    cited = {row["source"]: f"[{sources.index(row['source']) + 1}]" for row in results.data}
    name = {id(row): str(k) for k, row in enumerate(results.points, 1)}
    head = [*HEAD, *(title for title, _ in LAWS.values())]
    found = [row_text(head), "|" + "-|" * len(head)]
    data, resistances = [], []
    for row in results.points:
        _, _, t, p = place(row)
        begin = [name[id(row)], system(row), f"{p:g}"]
        case = [*begin, f"{t:g}", measured(row)]
        data.append(row_text([*case, row["read"], cited[row["source"]]]))
        found.append(row_text([*case, *(cell(results, law, row) for law in LAWS)]))
        above = "above " if row["kind"] == "<" else ""
        resistances.append(row_text([*begin, above + number(results.resistance(row, row["value"])),
                                     number(results.resistance(row, results.current("onset", row)))]))
    scores, compared = [], len(results.factors("onset"))
    for law, (title, calibrated) in LAWS.items():
        factors = results.factors(law)
        off = [f"×{number(f(factors))}" if factors else "none" for f in (rms_factor, worst_factor)]
        off.append(f"{len(factors)} of {compared}")
        microstructure = {"bulk": "yes, distance of sinks", "stress": "through the flow stress",
                          "plastic": "through the flow stress"}.get(law, "no")
        scores.append(row_text([title, calibrated, *off, f"{activation(results, law)} eV", microstructure]))
    energies = [(LAWS[law][0], law, results.ramp_pressure) for law in LAWS]
    energies[2:2] = [("interface sinks, nucleation", "nucleation", p)
                     for p in (LOW_PRESSURE, results.ramp_pressure)]
    return {
        "DATA": data, "TABLE": found, "RESISTANCES": resistances, "SCORES": scores,
        "ACTIVATION": [row_text([title, f"{p:g}", activation(results, law, p)]) for title, law, p in energies],
        "DENDRITES": [row_text([system({"metal": pair[0], "electrolyte": pair[1]}), f"{DENDRITE_PRESSURE:g}",
                                f"{DENDRITE_TEMPERATURE:g}", measured,
                                number(results.dendrites[pair]) + (" [cal]" if measured else "")])
                      for pair, measured in DENDRITES.items()],
        "SOURCES": [f"{k}. {source}" for k, source in enumerate(sources, 1)],
    }, {source: mark[1:-1] for source, mark in cited.items()}


def activation(results, law, pressure=None):
    return f"{abs(round(results.activation(law, pressure), 3)):.3f}"


def values(results):
    """What stands between @ and @ in page.md.in."""
    lines, cited = tables(results)
    known = {key: "\n".join(text) for key, text in lines.items()}

    def the(metal, electrolyte, pressure):
        for row in results.points:
            if (row["metal"], row["electrolyte"], row["stack_pressure [MPa]"]) == (metal, electrolyte, pressure):
                return row
        raise SystemExit(f"page.md.in tells of {metal}|{electrolyte} at {pressure} MPa, which is not in the data")

    na, chang, lps = the("Na", "Na-BASE", 9), the("Li", "LLZO", 7.4), the("Li", "Li6PS5Cl", 3)
    bounds = [row for row in results.points if row["kind"] == "<"]
    onset, bulk, stress = (results.factors(law) for law in ("onset", "bulk", "stress"))
    more = 1 / results.factor("onset", results.calibrated)
    uniform = [more * f for f in onset]
    lithium = results.of(lps)
    r_a, r_s = re.search(r"\((\S+) ohm cm\^2 of diffusion against (\S+) ohm",
                         lithium.cause(*place(lps)[2:])).groups()
    sink_energy = results.program.entry(na["metal"], "Interface sink energy", "kJ/mol") * 1e3 / FARADAY
    middle = sum(map(float, results.energy["value"].split(" to "))) / 2
    excess = results.activation("nucleation", LOW_PRESSURE) - results.activation("onset", LOW_PRESSURE)
    stresses = {(row["metal"], place(row)[2]): number(results.of(row).flow_stress(place(row)[2]))
                for row in results.points}
    known.update({
        "POINTS": sum(row["kind"] == "=" for row in results.points), "BOUNDS": len(bounds),
        "ONSET_N": len(onset), "ONSET_RMS": about(rms_factor(onset)),
        "ONSET_WORST": about(worst_factor(onset)),
        "ONSET_VIOLATED": sum(results.factor("onset", row) > 1 for row in bounds),
        "BULK_RMS": about(rms_factor(bulk)), "STRESS_RMS": about(rms_factor(stress)),
        "BULK_ONSET_RMS": about(rms_factor(results.factors("bulk_onset"))),
        "NUCLEATION_RMS": about(rms_factor(results.factors("nucleation"))),
        "ENERGY": results.energy["value"], "ENERGY_SOURCE": cited[results.energy["source"]],
        "SINK_STEPS": ", ".join(f"{d:g}: {number(i)}" for d, i in results.sink_steps),
        "FLOW_STRESSES": ", ".join(f"{metal} {s} MPa at {t:g} °C" for (metal, t), s in stresses.items()),
        "SECOND_HAND": sum(row["read"] == "second hand" for row in results.data),
        "LOW_PRESSURE": LOW_PRESSURE, "C": number(results.c),
        "K_VOID": number(results.current("void", results.calibrated)),
        "K_ONSET": number(results.current("onset", results.calibrated)),
        "UNIFORM": number(more), "UNIFORM_PERCENT": f"{100 * (more - 1):.0f}", "UNIFORM_RMS": about(rms_factor(uniform)),
        "UNIFORM_WORST": about(worst_factor(uniform)), "UNIFORM_NA": about(more * results.factor("onset", na)),
        "ONSET_NA": about(results.factor("onset", na)), "NA_ONSET": number(results.current("onset", na)),
        "R_A": r_a, "R_S": r_s, "LI_RADIUS": f"{2 * float(r_s) / float(r_a):.1f}",
        "CAPILLARY": f"{results.program.entry('Li', 'Surface energy', 'J/m^2'):.2g}",  # 2 gamma/(2 um) in MPa
        "K_R_S": f"{results.program.entry('K', 'Interface sink resistance', 'ohm cm^2'):g}",
        "E_S": f"{sink_energy:.2f}", "MIDDLE": f"{middle:.2f}",
        "ONSET_E": activation(results, "onset"), "BULK_E": activation(results, "bulk"),
        "STRESS_E": activation(results, "stress"), "VOID_E": activation(results, "void"),
        "RAMP_EXCESS": f"{excess:.3f}", "E_S_RAMP": f"{middle - excess:.3f}",
        "CHANG": cited[chang["source"]], "WANG": cited[the("Li", "LLZO", 2)["source"]],
        "CHANG_ONSET": number(results.current("onset", chang)),
        "CHANG_FACTOR": about(results.factor("onset", chang)),
        "LPS_FACTOR": about(results.factor("onset", lps)),
    })
    return known


def page_text(results):
    template = pathlib.Path(__file__).with_name("page.md.in").read_text(encoding="utf-8")
    known = values(results)
    names = set(re.findall(r"@([A-Z_]+)@", template))
    if names != set(known):
        raise SystemExit(f"page.md.in and page.py differ in {', '.join(sorted(names ^ set(known)))}")
    return re.sub(r"@([A-Z_]+)@", lambda match: str(known[match.group(1)]), template)


def recorded_factors(text):
    """{(system, pressure, temperature, measured, law): how many times off} of a page; `none` is infinity."""
    lines = iter(text.splitlines())
    head = next((line for line in lines if line.startswith(row_text(HEAD)[:-1])), "")
    laws = [part.strip() for part in head.split("|")[len(HEAD) + 1:-1]]
    next(lines, None)  # the rule below the head
    factors = {}
    for line in lines:
        if not line.startswith("|"):
            break
        parts = [part.strip() for part in line.split("|")[1:-1]]
        for law, part in zip(laws, parts[len(HEAD):]):
            found = re.search(r"×([\d.]+)", part)
            factor = float(found.group(1)) if found else 1.0 if "(cal)" in part else math.inf
            if "met" in part:
                factor = 1.0
            factors[(*parts[1:len(HEAD)], law)] = max(factor, 1 / factor)
    return factors


def worse(recorded, fresh):
    """What of the recorded page has become worse by more than a tenth, or is missing."""
    before, now = recorded_factors(recorded), recorded_factors(fresh)
    faults = [] if before else ["no table of factors in the recorded page"]
    for key, factor in before.items():
        if key not in now:
            faults.append(f"{', '.join(key)}: no longer compared")
        elif now[key] > GROWTH * factor:
            faults.append(f"{', '.join(key)}: off by {now[key]:.3g}, recorded {factor:.3g}")
    return faults


def broken(results):
    """What must hold whatever the page says."""
    faults = []
    rms = rms_factor(results.factors("onset"))
    if rms > LARGEST_RMS_OF_ONSET:
        faults.append(f"the onset is off by {rms:.3g} (rms), more than {LARGEST_RMS_OF_ONSET}")
    for pair, measured in DENDRITES.items():
        if measured and abs(results.dendrites[pair] / float(measured) - 1) > CALIBRATION:
            faults.append(f"dendrites, {pair[0]}: {results.dendrites[pair]:.4g}, calibrated on {measured}")
    for law in ("void", "bulk", "plastic", "stress"):
        factor = results.factor(law, results.calibrated)
        if abs(factor - 1) > CALIBRATION:
            faults.append(f"{LAWS[law][0]}: {factor:.4g} times the datum it is calibrated on")
    return faults
