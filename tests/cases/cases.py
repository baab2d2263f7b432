"""Small parameter files that carry what they must give as comments:

# command: run | critical-current             (run, if it is left out)
# expect: COLUMN = VALUE +- TOLERANCE : why   (last row of history.csv; relative, or absolute if 0)
# expect: COLUMN < VALUE : why                (or >)
# expect: KIND at PRESSURE MPa = ...          (critical_current.csv)
# none: KIND at PRESSURE MPa : why            (no current does it, which is an answer)
# ends: STEP: CAUSE                           (one per step of the protocol, in this order)

A value is an expression in the closed forms below and the columns of the last row. Of runs, the balances of charge, metal and sinks
must close in every row of history.csv, whose columns docs/model.md explains.

usage: cases.py REPOSITORY KAVITY [NAME...]
"""

import json
import math
import pathlib
import re
import subprocess
import sys
import tempfile

import checks
from checks import Fault

LARGEST_BALANCE_ERROR = 1e-10
# Of resolved voids: metal that was put back, of that stripped and plated so far.
LARGEST_RESTORED = 1e-5
BALANCES = ("charge_error [1]", "metal_error [1]", "sink_error [1]")

R, F = 8.314462618, 96485.33212

# Potassium on K-beta''-alumina, docs/model.md, section 12, with what was calibrated for sinks in the
# metal and for those on the interface. The numbers of the parameter files are rounded to four digits.
T = 293.15
INTERFACE_SINKS, SINK_ENERGY = 0.683e-4, 13.5e3
SURFACE_ENERGY = 0.13
OMEGA = 45.36e-6
DIFFUSIVITY = 1.6e-5 * math.exp(-39.2e3 / (R * T))
M = DIFFUSIVITY / (R * T)
SINK_DISTANCE = 8.49e-6
ZETA = R * T * SINK_DISTANCE**2 / (DIFFUSIVITY * OMEGA)
N_CREEP, SHEAR_MODULUS = 5, 0.75e9
B = 6.1e8 * math.exp(-39.2e3 / (R * T)) / 1e6**N_CREEP
CONDUCTIVITY, THICKNESS = 0.1, 100e-6
FLAW = 83.04e-6
EXCHANGE_CURRENT = R * T / (F * 5e-4)
SURFACE_ENERGY = 0.13


def strain_rate(stress):
    """edot(s_eq): power law with breakdown, linear at low stress (section 4)."""
    breakdown, linear = 1e-3 * SHEAR_MODULUS, 1e-4 * SHEAR_MODULUS
    return (B * breakdown**N_CREEP * math.sinh(stress / breakdown)**N_CREEP
            + B * linear**(N_CREEP - 1) * stress)


def root(function, low, high):
    """Root of an increasing function by bisection, to 3e-14 of the interval."""
    for _ in range(45):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if function(middle) < 0 else (low, middle)
    return 0.5 * (low + high)


def driving(stress):
    """u = zeta e + (2/3) s_eq with e = (3/2) edot(s_eq): the pressure that drives the lattice."""
    return ZETA * 1.5 * strain_rate(stress) + 2 / 3 * stress


def current_of_stress(stress):
    """F sqrt[(2 M/Omega) int_0^u e du], u that of this stress at Gamma; trapezoidal sum."""
    n = 300
    points = [(driving(stress * k / n), 1.5 * strain_rate(stress * k / n)) for k in range(n + 1)]
    area = sum(0.5 * (e0 + e1) * (u1 - u0) for (u0, e0), (u1, e1) in zip(points, points[1:]))
    return F * math.sqrt(2 * M / OMEGA * area)


def half_space_current(pressure):
    """mA/cm^2 at which the potential of atoms at Gamma vanishes under a pressure in MPa."""
    stress = root(lambda s: driving(s) - pressure * 1e6, 0, 1e7)
    return 0.1 * current_of_stress(stress)


def stress_of_current(current):
    """Equivalent stress at Gamma under a current in mA/cm^2."""
    return root(lambda s: current_of_stress(s) - 10 * current, 0, 1e6)


def half_space_potential(current, pressure=2.5):
    """mu at Gamma, J/mol, of a current in mA/cm^2 and a pressure in MPa."""
    return OMEGA * (pressure * 1e6 - driving(stress_of_current(current)))


def mean_pressure(current, pressure):
    """Mean pressure at Gamma in MPa: normal to it the metal bears the stack pressure."""
    return pressure - 2 / 3 * stress_of_current(current) * 1e-6


def cell_voltage(current):
    """Voltage of full contact at a current in mA/cm^2: sections 2 and 3."""
    i = 10 * current
    return (i * THICKNESS / CONDUCTIVITY + 2 * R * T / F * math.asinh(i / (2 * EXCHANGE_CURRENT))
            - half_space_potential(current) / F)


def symmetric_voltage(current):
    """Voltage in V of two metals with sinks on the interface and full contact at a current in mA/cm^2:
    ceramic, charge transfer and sinks of both (section 2)."""
    i = 10 * current
    return (i * THICKNESS / CONDUCTIVITY + 4 * R * T / F * math.asinh(i / (2 * EXCHANGE_CURRENT))
            + 2 * i * INTERFACE_SINKS)


def symmetric_current(voltage):
    """The inverse, mA/cm^2."""
    return root(lambda current: symmetric_voltage(current) - voltage, 0, 100)


def half_current(voltage, equilibrium=2.018, exchange_current=R * T / (F * 2e-6), thickness=10e-6,
                 pressure=2.5):
    """mA/cm^2 of one such metal under a pressure in MPa, U_0 in V, i_0 in A/m^2 and the ceramic in m."""
    def voltage_of(current):
        i = 10 * current
        return (equilibrium + i * thickness / CONDUCTIVITY
                + 2 * R * T / F * math.asinh(i / (2 * exchange_current))
                - interface_potential(current, pressure) / F)
    return root(lambda current: voltage_of(current) - voltage, 0, 100)


def frame_stiffness(metal, compliance):
    """k_f in MPa/um of potassium of a thickness in um, a frame in um/MPa and the ceramic (section 4)."""
    confined = 2.1e3 * (1 - 0.4) / ((1 + 0.4) * (1 - 2 * 0.4))
    return 1 / (compliance + metal / confined + THICKNESS * 1e6 / 200e3)


def relaxed_pressure(time):
    """MPa after a time in s of 2.5 MPa on a foil of 100 um and 5 mm radius at rest, Newtonian of 1e8 Pa s
    with a friction factor of 0.3 (section 4): n = 1 and k_n = 1/2."""
    f = 1 + 0.3 * 0.5 * 50**2
    return 2.5 * math.exp(-frame_stiffness(100, 0) * 100 * 1e6 * time / (3e8 * f))


def constriction_resistance(contact, population):
    """Ohm m^2 of current that bends around voids of a number in 1/m^2 (section 5)."""
    b, root_of_contact = 1 / math.sqrt(math.pi * population), math.sqrt(contact)
    a = b * math.sqrt(1 - contact)
    dense = math.pi * b * (1 - root_of_contact)**1.5 / (4 * root_of_contact * CONDUCTIVITY)
    dilute = 4 / 3 * population * a**3 / CONDUCTIVITY
    return (1 - contact) * dense + contact * dilute


def voltage_over_voids(current, volume):
    """What depends on voids in the voltage of a cell whose metal has no sinks: hemispheres, 1e9/m^2,
    of a volume in um that take all that is stripped (section 5). A current in mA/cm^2."""
    i, population = 10 * current, 1e9
    a = (volume * 1e-6 / (population * 2 * math.pi / 3)) ** (1 / 3)
    b, chi = 1 / math.sqrt(math.pi * population), 1 - population * math.pi * a**2
    exchange = 2 * math.pi * a * population * M * (1 - a / b)**-2.2
    mu = -2 * SURFACE_ENERGY * OMEGA / a - i * OMEGA / (F * exchange)
    return (2 * R * T / F * math.asinh(i / (2 * EXCHANGE_CURRENT * chi))
            + i * constriction_resistance(chi, population) - mu / F)


def current_of_rise(rise, before, after):
    """mA/cm^2 at which that voltage rises by so much when voids grow from one volume in um to another:
    the lower one, since larger voids take vacancies at a smaller potential."""
    return root(lambda current: voltage_over_voids(current, after)
                - voltage_over_voids(current, before) - rise, 0.1, 10)


def plastic_contact(pressure):
    """Contact under a pressure in MPa: p/(3 s_f), s_f at 1e-3/s (section 5)."""
    return min(1, pressure * 1e6 / (3 * root(lambda s: strain_rate(s) - 1e-3, 0, 1e7)))


def plastic_current(limit, pressure):
    """mA/cm^2 at which the contact, under its mean pressure, carries the limit."""
    return root(lambda i: i - limit * plastic_contact(mean_pressure(i, pressure)), 0.01, limit)


def linear_creep_potential(current, viscosity, thickness):
    """mu at Gamma, J/mol, under 2.5 MPa: a current in mA/cm^2, eta in Pa s, H in um."""
    length = math.sqrt(M * OMEGA * (ZETA + 4 / 3 * viscosity))
    return OMEGA * 2.5e6 - 10 * current * OMEGA * length / (F * M) / math.tanh(
        thickness * 1e-6 / length)


def stripped_thickness_rate(current):
    """i Omega/F in um/h, of a current in mA/cm^2."""
    return 10 * current * OMEGA / F * 3.6e9


def sink_resistance(celsius):
    """R_s in ohm m^2 (section 5)."""
    return INTERFACE_SINKS * math.exp(SINK_ENERGY / R * (1 / (celsius + 273.15) - 1 / T))


def onset_current(pressure, celsius=20):
    """mA/cm^2 at which the potential of atoms at a contact with interface sinks alone vanishes."""
    return 0.1 * OMEGA * pressure * 1e6 / (F * sink_resistance(celsius))


def interface_potential(current, pressure=2.5, celsius=20):
    """mu in J/mol under full contact with interface sinks alone; mA/cm^2 and MPa."""
    return OMEGA * pressure * 1e6 - F * sink_resistance(celsius) * 10 * current


def nucleation_current(pressure, celsius=20):
    """mA/cm^2 at which it is -0.05 R T, where voids nucleate."""
    return 0.1 * (OMEGA * pressure * 1e6 + 0.05 * R * (celsius + 273.15)) / (
        F * sink_resistance(celsius))


def flaw_pressure(current, pressure, depth):
    """MPa in a flaw under full contact at a depth in m; plating at mA/cm^2 under MPa (section 7)."""
    i = 10 * current
    loss = 2 * R * T / F * math.asinh(i / (2 * EXCHANGE_CURRENT)) + i * sink_resistance(20)
    return pressure + 1e-6 * F / OMEGA * (loss + i * depth / CONDUCTIVITY)


def dendrite_pressure(current, pressure):
    """The largest one, at the end of the calibrated flaw."""
    return flaw_pressure(current, pressure, FLAW)


def dendrite_current(pressure, stress=0):
    """mA/cm^2 at which a sealed flaw has K_I = 2 MPa sqrt(m), under a uniform stress of the ceramic in MPa."""
    def excess(current):
        mouth = flaw_pressure(current, pressure, 0)
        rise = flaw_pressure(current, pressure, FLAW) - mouth
        return math.sqrt(math.pi * FLAW) * (1.1215 * (mouth + stress) + 0.6829 * rise) - 2
    return root(excess, 0.1, 100)


def settled_dendrite_current(pressure, population=4e9):
    """The same under a contact that has settled at i_v/i with its voids kept: it bears the pressure and carries the
    current of all of the interface, the ceramic below carries the mean (sections 5, 7, 9). The constriction, a
    hundredth of it all, counts from the mouth on, where it is built up within the spacing of the voids."""
    def excess(current):
        i, contact = 10 * current, onset_current(pressure) / current
        mouth = (pressure / contact + 1e-6 * F / OMEGA
                 * (2 * R * T / F * math.asinh(i / (2 * EXCHANGE_CURRENT * contact))
                    + i * (sink_resistance(20) + constriction_resistance(contact, population))))
        rise = 1e-6 * F / OMEGA * i * FLAW / CONDUCTIVITY
        return math.sqrt(math.pi * FLAW) * (1.1215 * mouth + 0.6829 * rise) - 2
    return root(excess, onset_current(pressure), 100)


def side_stress(pressure):
    """MPa along the interface in a ceramic of nu = 0.27 between planes of symmetry under a pressure in MPa
    (section 8)."""
    return -0.27 / (1 - 0.27) * pressure


def bending_stress(pressure, slenderness):
    """MPa in the middle of the far face of a disc on its rim, of radius over thickness (section 8)."""
    return 3 / 8 * (3 + 0.27) * pressure * slenderness**2


def void_current(pressure, celsius=20, radius=2e-6, population=1e9):
    """mA/cm^2 at which hemispheres neither grow nor shrink without closure by creep (section 5)."""
    cover = population * math.pi * radius**2
    mobility = 1.6e-5 * math.exp(-39.2e3 / (R * (celsius + 273.15))) / (R * (celsius + 273.15))
    beta = 2 * math.pi * radius * population * mobility * (1 - math.sqrt(cover))**-2.2
    roofs = cover * OMEGA / (F**2 * beta)
    return 0.1 * OMEGA / F * (pressure * 1e6 + 2 * SURFACE_ENERGY / radius) / (1 - cover) / (
        sink_resistance(celsius) - roofs)


def closing_volume(time, celsius, pressure=2.5, radius=2e-6, population=1e9):
    """Void volume in um after a time in s of hemispheres at rest in bulk metal with sinks on the
    interface alone: dw/dt = -w_c + w_d - (1 - chi_v) v_s (section 5), Runge-Kutta of fourth order."""
    assert celsius == 20
    p, r = pressure * 1e6, F**2 * sink_resistance(celsius) / OMEGA**2
    factor = population * 2 * math.pi / 3

    def exponent(s):
        h = 1e-4
        return (math.log(strain_rate(s * (1 + h))) - math.log(strain_rate(s * (1 - h)))) / (2 * h)

    # driving pressure and closure rate over the stress at a void: q = (2/3) int n ds, k_c = 1.5 edot
    steps, table, q = 4000, [(0., 0.)], 0.
    for k in range(steps):
        s = 3e6 * (k + 0.5) / steps
        q += 2 / 3 * exponent(s) * 3e6 / steps
        table.append((q, 1.5 * strain_rate(3e6 * (k + 1) / steps)))

    def closure_rate(q):
        high = next(k for k, entry in enumerate(table) if entry[0] > q)
        (q0, k0), (q1, k1) = table[high - 1], table[high]
        return k0 + (k1 - k0) * (q - q0) / (q1 - q0)

    def growth(w):
        a = (w / factor) ** (1 / 3)
        chi, curve = 1 - population * math.pi * a**2, 2 * SURFACE_ENERGY / a
        beta = 2 * math.pi * a * population * M * (1 - math.sqrt(1 - chi))**-2.2
        # no current: contact gives to the voids what it takes, chi v_s + w_d = 0, and it bears
        # P + (1 - chi) curve = chi (r v_s + mu/Omega)
        # v_s = -beta (mu_void - mu)/chi
        load = (p + (1 - chi) * curve) / chi
        mu = (load - r * beta * OMEGA * curve / chi) / (1 / OMEGA + r * beta / chi)
        v_s = -beta * (-OMEGA * curve - mu) / chi
        return -w * closure_rate(p + curve) - v_s

    w, steps = factor * radius**3, 200
    for _ in range(steps):
        h = time / steps
        a = growth(w)
        b = growth(w + h / 2 * a)
        c = growth(w + h / 2 * b)
        w += h / 6 * (a + 2 * b + 2 * c + growth(w + h * c))
    return w * 1e6


CLOSED_FORMS = {f.__name__: f for f in (closing_volume, dendrite_current, dendrite_pressure, settled_dendrite_current, onset_current, interface_potential, nucleation_current, void_current, linear_creep_potential, stripped_thickness_rate, half_space_current, half_space_potential,
                                        cell_voltage, current_of_rise, mean_pressure,
                                        plastic_contact, plastic_current, symmetric_voltage,
                                        symmetric_current, half_current,
                                        frame_stiffness, relaxed_pressure, side_stress, bending_stress)}
CLOSED_FORMS.update({"pi": math.pi, "OMEGA": OMEGA, "F": F, "THICKNESS": THICKNESS, "CONDUCTIVITY": CONDUCTIVITY})


def rows_of(path):
    """Rows of a table as dictionaries, with names and units as keys and also the names alone."""
    rows = checks.rows_of(path)
    for row in rows:
        row.update({key.split(" [")[0]: value for key, value in list(row.items())})
    if not rows:
        raise Fault(f"{path} has no rows")
    return rows


def value_of(name, history, table):
    """The number an expectation is about."""
    kind = re.fullmatch(r"(\w+) at (\S+) MPa", name)
    if not kind:
        return float(history[-1][name])
    for row in table:
        if row["kind"] == kind[1] and float(row["stack_pressure"]) == float(kind[2]):
            return float(row["critical_current"])
    raise Fault(f"no critical current {name}")


def check_expectation(text, history, table):
    """Compares one result with what the file expects; returns a line for the report."""
    parts = re.fullmatch(r"(.*?) (=|<|>) (.*?)(?: \+- (\S+)( %)?)? : (.*)", text)
    if not parts or (parts[2] == "=") != bool(parts[4]):
        raise Fault(f"this expectation is not understood: {text}")
    value = value_of(parts[1], history, table)
    last = {name: float(number) for name, number in history[-1].items()} if history else {}
    expected = eval(parts[3], {"__builtins__": {}}, {**last, **CLOSED_FORMS})
    if parts[2] == "=":
        tolerance = float(parts[4]) * (0.01 if parts[5] else 1)
        error = abs(value - expected) / (abs(expected) or 1)
        met, what = error <= tolerance, f"off by {error:.2g}, allowed {tolerance:.2g}"
    else:
        met, what = (value < expected) == (parts[2] == "<"), "a bound"
    line = f"  {parts[1]} {value:.10g}, expected {parts[2]} {expected:.10g}, {what} ({parts[6]})"
    if not met:
        raise Fault(line)
    return line


def check_none(kind, pressure, table):
    """The search says that no current is critical, and why."""
    rows = [row for row in table
            if row["kind"] == kind and float(row["stack_pressure"]) == float(pressure)]
    if len(rows) != 1 or rows[0]["critical_current"] or not rows[0]["cause"].startswith("none"):
        raise Fault(f"  {kind} at {pressure} MPa is not 'none', with a reason: {rows}")


def check_balances(history):
    """Charge, metal and sinks balance in every row. At rest no charge passes: what leaks then is
    compared with the mean charge per row of the run, if there is any; else with what the kinetics could
    exchange, as the program does."""
    passed = [float(row["applied_charge"]) for row in history]
    mean_charge = sum(map(abs, passed)) / len(passed)
    for row in history:
        if float(row["applied_charge"]) == 0 and mean_charge > 0:
            leak = max(abs(float(row["interface_charge"])), abs(float(row["counter_charge"])))
            row["charge_error [1]"] = leak / mean_charge
    restored = stripped = 0
    for number, row in enumerate(history, 1):
        restored += abs(float(row.get("restored_volume [m^3]", 0)))
        stripped += abs(float(row["stripped_volume [m^3]"]))
        if not restored <= LARGEST_RESTORED * stripped:
            raise Fault(f"  row {number} of history.csv: {restored} m^3 of metal put back of {stripped} m^3")
        for column in BALANCES:
            if column == "metal_error [1]" and float(row.get("restored_volume [m^3]", 0)) != 0:
                continue
            if not float(row[column]) < LARGEST_BALANCE_ERROR:
                raise Fault(f"  row {number} of history.csv: {column} = {row[column]}")
    worst = {column: max(float(row[column]) for row in history) for column in BALANCES}
    return "  " + ", ".join(f"{column} {value:.1e}" for column, value in worst.items())


def check_columns(history, manual):
    """Every column is explained; those of the second electrode are as those of the first."""
    missing = [name for name in history[0]
               if "[" not in name and f"`{name.removesuffix('_2')}`" not in manual]
    if missing:
        raise Fault(f"  docs/model.md does not explain {', '.join(missing)}")


def check_case(kavity, path, output):
    """Runs one parameter file and checks all it says; returns the lines of the report."""
    text = path.read_text()
    command = (re.findall(r"^# command: (.*)$", text, re.MULTILINE) or ["run"])[0]
    expectations = re.findall(r"^# expect: (.*)$", text, re.MULTILINE)
    ends = re.findall(r"^# ends: (.*)$", text, re.MULTILINE)
    if not expectations:
        raise Fault("the file expects nothing")
    done = subprocess.run([kavity, command, path, "--output", output, "--quiet"],
                          capture_output=True, text=True, timeout=600)
    if done.returncode != 0 or done.stderr:
        raise Fault(f"exit code {done.returncode}\n{done.stdout}{done.stderr}")
    result = json.loads((output / "result.json").read_text())
    lines, history, table = [], [], []
    if command == "run":
        history = rows_of(output / "history.csv")
        check_columns(history, (path.parents[2] / "docs" / "model.md").read_text())
        lines.append(check_balances(history))
        if result["ends"] != ends:
            raise Fault(f"  the steps end as {result['ends']}, expected {ends}")
    else:
        table = rows_of(output / "critical_current.csv")
        for kind, pressure in re.findall(r"^# none: (\w+) at (\S+) MPa : ", text, re.MULTILINE):
            check_none(kind, pressure, table)
    return lines + [check_expectation(text, history, table) for text in expectations]


def main():
    root_folder, kavity, names = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3:]
    paths = [p for p in sorted((root_folder / "tests" / "cases").glob("*.prm"))
             if not p.stem.startswith("cell") and (not names or p.stem in names)]
    faults = 0
    with tempfile.TemporaryDirectory() as temporary:
        for path in paths:
            print(path.stem, flush=True)
            try:
                print("\n".join(check_case(kavity, path, pathlib.Path(temporary) / path.stem)))
            except (Fault, subprocess.TimeoutExpired) as fault:
                print(f"{fault}\n  FAULT")
                faults += 1
    print(f"{len(paths)} cases, {faults} faults")
    return bool(faults) or not paths


sys.exit(main())
