"""What kavity predicts for every published datum, by every law that is compared.

The setting is that of parameter_files/k_base_voiding.prm: a cell 20 um wide with 100 um of metal, voids
of 2 um. Currents are in mA/cm^2, pressures in MPa, temperatures in degC, resistances in ohm cm^2.
"""

import csv
import math
import pathlib
import re
import subprocess
import tempfile

FARADAY = 96485.33212
BOLTZMANN = 8.617333262e-5  # eV/K
ZERO_CELSIUS = 273.15

# Far below full contact, where plastic_contact is proportional to pressure over flow stress; and, at an
# interface without voids, where the barrier of nucleation outweighs the pressure.
LOW_PRESSURE = 0.1
RAMP_TEMPERATURES = (10, 30, 50)
PLASTIC_LIMIT = 2.0  # default of Voids/plastic_contact/Local limit, which full contact on K calibrates

# Narrower than the three digits that the page prints, so that every run prints the same.
SEARCH = ("Critical current/Tolerance=1e-6", "Critical current/Lower bound=1e-5 mA/cm^2",
          "Output/Figures=false")
# Li6PS5Cl.prm has none. What is the same everywhere on the interface changes no current of voids.
SAME_KINETICS = "Kinetics/Charge-transfer resistance=5 ohm cm^2"

# Where dendrites were measured: one current, on which the length of the flaw is calibrated; elsewhere it is
# a prediction. MPa, degC. A measured value is mA/cm^2.
DENDRITES = {("K", "K-BASE"): "4.8", ("Na", "Na-BASE"): "", ("Li", "LLZO"): ""}
DENDRITE_PRESSURE, DENDRITE_TEMPERATURE = 2.5, 20
DENDRITE_SETTINGS = ("Dendrites/Criterion=crack_propagation", "Voids/Base radius=0 um",
                     "Critical current/Capacity=0.01 mAh/cm^2")

# name: what the page calls it, and what one datum calibrated
LAWS = {
    "onset": ("interface sinks, onset", "`Interface sink resistance`, by a void of 2 µm"),
    "void": ("interface sinks, void of 2 µm", "`Interface sink resistance`, by a void of 2 µm"),
    "bulk": ("sinks in the bulk, void of 2 µm", "`Sink distance`, by a void of 2 µm"),
    "plastic": ("plastic contact", "`Local limit` at full contact"),
    "stress": ("C P / flow stress", "C"),
}


def read_data(path):
    """The lines of the data file as dictionaries; numbers as float where there is one number."""
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    for number, row in enumerate(rows, 1):
        if row["kind"] not in ("=", "<", "eV"):
            raise SystemExit(f"{path}: datum {number}: kind is '{row['kind']}', not one of =, <, eV")
        row["text"] = row["value"]
        for column in ("stack_pressure [MPa]", "temperature [degC]", "value"):
            if row["kind"] != "eV":
                row[column] = float(row[column])
    if [row["kind"] for row in rows if row["calibrated"] == "yes"] != ["="]:
        raise SystemExit(f"{path}: one datum of kind = must be the calibrated one")
    return rows


def place(row):
    return row["metal"], row["electrolyte"], row["temperature [degC]"], row["stack_pressure [MPa]"]


class Program:
    """Runs `kavity critical-current`."""

    def __init__(self, root, kavity):
        self.root, self.kavity = pathlib.Path(root).resolve(), kavity
        self.used = {}  # by metal: the parameters as the program used them

    def currents(self, metal, electrolyte, temperatures, pressures, kinds, plastic=False,
                 settings=(SAME_KINETICS,)):
        """{(kind, temperature, pressure): (current or None, cause)}."""
        materials = self.root / "parameter_files/materials"
        text = (self.root / "parameter_files/k_base_voiding.prm").read_text()
        text = text.replace("include materials/K.prm", f"include {materials}/{metal}.prm")
        text = text.replace("include materials/K-BASE.prm", f"include {materials}/{electrolyte}.prm")
        if plastic:  # what the other law alone knows
            text = re.sub(r"\n *subsection vacancy_sink.*?\n *end(?=\n)", "", text, flags=re.DOTALL)
            settings = (*settings, "Voids/Law=plastic_contact")
        settings = (*SEARCH, *settings, f"Critical current/Kinds={', '.join(kinds)}",
                    "Critical current/Stack pressures=" + ", ".join(f"{p} MPa" for p in pressures),
                    "Critical current/Temperatures=" + ", ".join(f"{t} degC" for t in temperatures))
        with tempfile.TemporaryDirectory() as folder:
            file, output = pathlib.Path(folder, "validation.prm"), pathlib.Path(folder, "out")
            file.write_text(text)
            command = [str(self.kavity), "critical-current", str(file), "-q", "-o", str(output)]
            for setting in settings:
                command += ["--set", setting]
            done = subprocess.run(command, capture_output=True, text=True, timeout=600)
            if done.returncode != 0:
                raise SystemExit(f"{' '.join(command)}\n{done.stdout}{done.stderr}")
            with open(output / "critical_current.csv", newline="") as table:
                rows = list(csv.DictReader(table))
            if not any("Sink distance" in setting for setting in settings):
                self.used[metal] = (output / "parameters.prm").read_text()
        found = {}
        for row in rows:
            value = row["critical_current [mA/cm^2]"]
            if not value and not row["cause"].startswith("none"):
                raise SystemExit(f"{metal}|{electrolyte}: no current: {row}")
            key = row["kind"], float(row["temperature [degC]"]), float(row["stack_pressure [MPa]"])
            found[key] = (float(value) if value else None, row["cause"])
        return found

    def entry(self, metal, name, unit):
        """A number of the section Metal, which must be in this unit."""
        found = re.search(rf"^ *set {name} = (\S+) {re.escape(unit)}( |$)", self.used[metal], re.MULTILINE)
        if found is None:
            raise SystemExit(f"{metal}: no {name} in {unit} among the parameters")
        return float(found.group(1))

    def calibrated_sink_distance(self, datum):
        """Steps (L_s in um, current) until voids of 2 um balance at the datum: j goes roughly as 1/L_s."""
        steps, distance = [], 10.0
        while True:
            metal, electrolyte, t, p = place(datum)
            (current, _), = self.currents(metal, electrolyte, [t], [p], ["void_inf"],
                                          settings=bulk_sinks(distance)).values()
            steps.append((distance, current))
            closer = float(f"{distance * current / datum['value']:.3g}")
            if closer == distance or len(steps) == 10:
                return steps
            distance = closer


def bulk_sinks(distance):
    return SAME_KINETICS, "Metal/Interface sink resistance=none", f"Metal/Sink distance={distance} um"


class Predictions:
    """By every law at given temperatures and pressures of one metal and electrolyte."""

    def __init__(self, program, metal, electrolyte, temperatures, pressures, sink_distance):
        both = sorted({LOW_PRESSURE, *pressures})
        arguments = metal, electrolyte, sorted(temperatures)
        self.interface = program.currents(*arguments, both, ["void_onset", "void_inf", "void_nucleation"])
        self.bulk = program.currents(*arguments, sorted(pressures), ["void_inf", "void_onset"],
                                     settings=bulk_sinks(sink_distance))
        self.plastic = program.currents(*arguments, both, ["void_inf"], plastic=True)

    def flow_stress(self, temperature):
        """MPa at 1e-3/s: far below full contact plastic_contact gives limit P/(3 s)."""
        return LOW_PRESSURE * PLASTIC_LIMIT / (3 * self.plastic["void_inf", temperature, LOW_PRESSURE][0])

    def current(self, law, temperature, pressure, c=None):
        """mA/cm^2, None if no current lets voids grow; `stress` needs the calibrated C."""
        if law == "stress":
            return c * pressure / self.flow_stress(temperature)
        table, kind = {"onset": (self.interface, "void_onset"), "void": (self.interface, "void_inf"),
                       "nucleation": (self.interface, "void_nucleation"), "bulk": (self.bulk, "void_inf"),
                       "bulk_onset": (self.bulk, "void_onset"),
                       "plastic": (self.plastic, "void_inf")}[law]
        return table[kind, temperature, pressure][0]

    def cause(self, temperature, pressure):
        """What the program says of a void of 2 um with interface sinks."""
        return self.interface["void_inf", temperature, pressure][1]


def activation_energy(temperatures, currents):
    """eV: least squares of ln(current) over 1/(k T)."""
    x = [1 / (BOLTZMANN * (t + ZERO_CELSIUS)) for t in temperatures]
    y = [math.log(current) for current in currents]
    x0, y0 = sum(x) / len(x), sum(y) / len(y)
    return -sum((a - x0) * (b - y0) for a, b in zip(x, y)) / sum((a - x0) ** 2 for a in x)


def rms_factor(factors):
    return math.exp(math.sqrt(sum(math.log(f) ** 2 for f in factors) / len(factors)))


def worst_factor(factors):
    return max(max(f, 1 / f) for f in factors)


class Results:
    """All that the page prints and the figure shows."""

    def __init__(self, root, kavity):
        self.data = read_data(pathlib.Path(__file__).with_name("critical_currents.csv"))
        self.points = [row for row in self.data if row["kind"] != "eV"]
        self.energy = next(row for row in self.data if row["kind"] == "eV")
        self.calibrated = next(row for row in self.data if row["calibrated"] == "yes")
        self.program = program = Program(root, kavity)
        self.sink_steps = program.calibrated_sink_distance(self.calibrated)
        self.sink_distance = self.sink_steps[-1][0]
        self.predictions = {}
        pairs = dict.fromkeys((row["metal"], row["electrolyte"], row["temperature [degC]"])
                              for row in self.points)
        for metal, electrolyte, t in pairs:
            pressures = [p for m, e, u, p in map(place, self.points) if (m, e, u) == (metal, electrolyte, t)]
            self.predictions[metal, electrolyte, t] = Predictions(program, metal, electrolyte, [t], pressures,
                                                                  self.sink_distance)
        metal, electrolyte = self.energy["metal"], self.energy["electrolyte"]
        self.ramp_pressure = max(p for m, e, _, p in map(place, self.points) if (m, e) == (metal, electrolyte))
        self.ramp = Predictions(program, metal, electrolyte, RAMP_TEMPERATURES,
                                [self.ramp_pressure], self.sink_distance)
        self.dendrites = {
            pair: program.currents(*pair, [DENDRITE_TEMPERATURE], [DENDRITE_PRESSURE], ["dendrite_fresh"],
                                   settings=DENDRITE_SETTINGS)[
                "dendrite_fresh", DENDRITE_TEMPERATURE, DENDRITE_PRESSURE][0]
            for pair in DENDRITES}
        _, _, t, p = place(self.calibrated)
        self.c = self.calibrated["value"] * self.of(self.calibrated).flow_stress(t) / p

    def of(self, row):
        return self.predictions[place(row)[:3]]

    def current(self, law, row):
        return self.of(row).current(law, *place(row)[2:], self.c)

    def factor(self, law, row):
        """Predicted over measured; None where the law has no answer."""
        current = self.current(law, row)
        return None if current is None else current / row["value"]

    def factors(self, law):
        """Of the points that calibrated nothing and are no bounds."""
        rows = [row for row in self.points if row["kind"] == "=" and row["calibrated"] == "no"]
        return [f for f in (self.factor(law, row) for row in rows) if f is not None]

    def activation(self, law, pressure=None):
        pressure = self.ramp_pressure if pressure is None else pressure
        currents = [self.ramp.current(law, t, pressure, self.c) for t in RAMP_TEMPERATURES]
        return activation_energy(RAMP_TEMPERATURES, currents)

    def resistance(self, row, current):
        """R_v = Omega P/(F j), ohm cm^2."""
        pressure = 1e6 * row["stack_pressure [MPa]"]
        volume = 1e-6 * self.program.entry(row["metal"], "Molar volume", "cm^3/mol")
        return 1e4 * volume * pressure / (FARADAY * 10 * current)
